"""Write the story of a case as an HTML fragment: what was asked, what happens, why, and each version's result.

A button `[data-step]` leads to the step that matters. A button `[data-kernel]` runs the case's machine under another
version.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from viz.figures.text import choice
from viz.kernel.memory import nodes_in
from viz.topology import Case, Expected

SECTIONS = (("asked", "What was asked"), ("happens", "What happens"), ("why", "Why"), ("limits", "What cannot be had"))


def story(case: Case, kernel: str, own: str, step: int | None) -> str:
    """Return the story as the content of a <details> element: its <summary>, and what is below that.

    `kernel` is the version that runs, and `own` is the version that the case is about. `step` is the step at which the
    page opens, or None if the run is not the one that the case is about.
    """
    root = Element("div")
    summary = SubElement(root, "summary")
    SubElement(summary, "strong").text = f"{case.who}, {case.when}"
    SubElement(summary, "span").text = case.thread
    body = SubElement(root, "div", {"class": "acts"})
    _look(body, case, own, step)
    for key, title in SECTIONS:
        if text := getattr(case, key):
            section = SubElement(body, "section")
            SubElement(section, "h2").text = title
            SubElement(section, "p").text = text
    if case.expect:
        _versions(body, case, kernel)
    return "".join(tostring(part, encoding="unicode", method="html") for part in root)


def _look(body: Element, case: Case, own: str, step: int | None) -> None:
    look = SubElement(body, "p", {"class": "look"})
    if step is None:
        SubElement(look, "button", {"type": "button", "data-kernel": own}).text = f"Open it in {own}"
    else:
        SubElement(look, "button", {"type": "button", "data-step": str(step)}).text = f"Step {step}"
    SubElement(look, "span").text = case.look


def _versions(body: Element, case: Case, kernel: str) -> None:
    section = SubElement(body, "section")
    SubElement(section, "h2").text = "By version"
    table = SubElement(section, "table")
    differing = _differing_nodes(case)
    for expected in case.expect:
        row = SubElement(table, "tr")
        names = SubElement(row, "th", {"scope": "row"})
        for name in expected.kernels:
            pressed = "true" if name == kernel else "false"
            button = SubElement(names, "button", {"type": "button", "data-kernel": name, "aria-pressed": pressed})
            button.text = name
        SubElement(row, "td").text = _outcome(expected, differing)


def _outcome(expected: Expected, differing: set[str]) -> str:
    """Return the result of the versions of a row as text: the fallback lists of the differing nodes, if there are any.

    Otherwise return who demotes to whom, at first and after each event that changes it.
    """
    if differing:
        lists = {node: order for node, order in (expected.fallback or {}).items() if node in differing}
        return ",\n".join(" ".join(map(str, order)) for order in lists.values())
    orders = [_arrows(order) for order in (expected.node_demotion or expected.preferred or {}, *expected.after)]
    changes = [order for index, order in enumerate(orders) if index == 0 or order != orders[index - 1]]
    return ",\nthen ".join(changes)


def _differing_nodes(case: Case) -> set[str]:
    """Return the nodes whose fallback lists differ between versions."""
    tables = [expected.fallback for expected in case.expect if expected.fallback]
    return {node for table in tables for node, order in table.items() if order != tables[0].get(node)}


def _arrows(order: Mapping[str, Any]) -> str:
    """Return an order as text, such as "0 → 2, 1 → 3 or 4"; if no node has a target, the text says so."""
    lists = {node: list(targets) if isinstance(targets, list) else nodes_in(targets) for node, targets in order.items()}
    return ", ".join(f"{node} → {choice(targets)}" for node, targets in lists.items() if targets) or "no target at all"
