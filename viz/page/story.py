"""The story of a case as an HTML fragment: what was asked, what happens, why, and what comes out in which version.

A `[data-step]` leads to the step that matters, a `[data-kernel]` to the same machine under another version.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from viz.figures.text import choice
from viz.kernel.memory import nodes_in
from viz.topology import Case, Expected

ACTS = (("asked", "What was asked"), ("happens", "What happens"), ("why", "Why"), ("limits", "What cannot be had"))


def story(case: Case, kernel: str, own: str, step: int | None) -> str:
    """The content of a <details>; `kernel` is the row that runs, `own` the case's own, `step` where that one opens."""
    root = Element("div")
    summary = SubElement(root, "summary")
    SubElement(summary, "strong").text = f"{case.who}, {case.when}"
    SubElement(summary, "span").text = case.thread
    body = SubElement(root, "div", {"class": "acts"})
    _look(body, case, own, step)
    for key, title in ACTS:
        if told := getattr(case, key):
            act = SubElement(body, "section")
            SubElement(act, "h2").text = title
            SubElement(act, "p").text = told
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
    act = SubElement(body, "section")
    SubElement(act, "h2").text = "By version"
    table = SubElement(act, "table")
    telling = _telling(case)
    for one in case.expect:
        row = SubElement(table, "tr")
        names = SubElement(row, "th", {"scope": "row"})
        for name in one.kernels:
            pressed = "true" if name == kernel else "false"
            button = SubElement(names, "button", {"type": "button", "data-kernel": name, "aria-pressed": pressed})
            button.text = name
        SubElement(row, "td").text = _outcome(one, telling)


def _outcome(one: Expected, telling: set[str]) -> str:
    """Who demotes to whom, then after each event; of fallback lists those that tell versions apart."""
    if telling:
        lists = {node: order for node, order in (one.fallback or {}).items() if node in telling}
        return ",\n".join(" ".join(map(str, order)) for order in lists.values())
    orders = [_arrows(order) for order in (one.node_demotion or one.preferred or {}, *one.after)]
    kept = [order for place, order in enumerate(orders) if place == 0 or order != orders[place - 1]]
    return ",\nthen ".join(kept)


def _telling(case: Case) -> set[str]:
    """The nodes whose fallback lists differ between versions."""
    tables = [one.fallback for one in case.expect if one.fallback]
    return {node for table in tables for node, order in table.items() if order != tables[0].get(node)}


def _arrows(order: Mapping[str, Any]) -> str:
    """ "0 → 2, 1 → 3 or 4", or that there is nothing of the kind."""
    found = {node: list(targets) if isinstance(targets, list) else nodes_in(targets) for node, targets in order.items()}
    return ", ".join(f"{node} → {choice(targets)}" for node, targets in found.items() if targets) or "no target at all"
