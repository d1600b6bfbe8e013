"""Say which CSS classes and badge texts show a step on the stage.

The tables here are sent to the player, too. assets/styles/stage.css says what each class looks like.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from xml.etree.ElementTree import Element

from viz.figures.roles import mark_roles
from viz.kernel.nodemask import NodeMask
from viz.trace.model import Trace
from viz.trace.rebuild import ghosts, off, stale
from viz.trace.scoretable import Row

MASKS = {
    "this_pass": "this-pass",
    "next_pass": "next-pass",
    "used_targets": "used",
    "walked": "used",
    "candidates": "candidate",
    "ends": "chain-end",
    "leaving": "leaving",
}
"""For each signal that is a node list: the class of the nodes in it. A kernel version has some of these signals."""
SINGLES = {"source": "source", "chosen": "chosen"}
"""For each signal that is the id of a node: the class of that node."""
ABSENT = {"online": "offline", "populated": "no-memory", "cpus": "no-cpus", "allowed": "not-allowed"}
"""For each signal that is a node list: the class of the nodes not in it. Only some traces have "allowed"."""


def mark(svg: Element, trace: Trace, step: int) -> None:
    """Add the classes and badges of one step to an SVG that viz.figures.stage.stage() has drawn."""
    nodes = node_classes(trace, step)
    badges = badge_texts(trace, step)
    tint: dict[int, str] = {}
    for card in svg.iterfind(".//*[@data-node]"):
        node = int(card.get("data-node", ""))
        tint[node] = card.get("data-tint", "")
        _remove(card, *ABSENT.values())
        _add(card, *nodes.get(node, ()))
        for state in card.findall("*[@class='fact state']"):
            state.text = trace.at(f"state[{node}]", step)
        for badge in [part for part in card if "badge" in part.get("class", "").split()]:
            if node in badges:
                next(part for part in badge.iter() if "away" in part.get("class", "").split()).text = badges[node]
            else:  # a badge without a text would be an empty box
                card.remove(badge)
    mark_roles(svg, nodes)
    _mark_arrows(svg, trace, step, tint)
    for bar in svg.iterfind("*[@class='barrier']"):
        _mark_barrier(bar, *trace.at("operation", step))
    _mark_scanned_distances(svg, trace, step)


def _mark_arrows(svg: Element, trace: Trace, step: int, tint: dict[int, str]) -> None:
    flows = trace.flows(step)
    further = {"leaks": trace.leaks(step), "ghost": ghosts(trace, step), "stale": stale(trace, step)}
    for arrow in svg.iterfind(".//*[@data-from]"):
        source, target = (int(arrow.get(key, "")) for key in ("data-from", "data-to"))
        if target in flows[source]:
            _add(arrow, "stored", f"chain-{tint[trace.at(f'chain[{source}]', step)]}")
        _add(arrow, *(name for name, targets in further.items() if target in targets.get(source, ())))
    if off(trace, step):
        _add(svg, "off")


def _mark_barrier(bar: Element, operation: str, *fields: Any) -> None:
    if operation == "Barrier":
        _add(bar, "shown")
        for text in bar.findall("*[@data-barrier]"):
            if text.get("data-barrier") != fields[0]:
                bar.remove(text)


def node_classes(trace: Trace, step: int) -> dict[int, list[str]]:
    """Return the classes of each node at a step; nodes without one are left out."""
    classes: dict[int, list[str]] = {}
    for table, nodes_of in _TABLES:
        for signal, name in table.items():
            for node in nodes_of(trace.at(signal, step)) if signal in trace.signals else ():
                classes.setdefault(node, []).append(name)
    for signal, name in ABSENT.items():
        for node in lacking(trace, signal, step):
            classes.setdefault(node, []).append(name)
    return classes


def lacking(trace: Trace, signal: str, step: int) -> NodeMask:
    """Return the nodes that are missing from a signal's node list; none if the trace has no such signal."""
    if signal not in trace.signals:
        return NodeMask()
    return NodeMask(trace.nodes) - NodeMask.parse(trace.at(signal, step))


def badge_texts(trace: Trace, step: int) -> dict[int, str]:
    """Return what each candidate costs the source: its distance and the penalty added to it, such as "20+1"."""
    scored = [Row(*row) for row in trace.at("scores", step)[0] if row[-1] in ("chosen", "beaten")]
    return {row.node: f"{row.distance}{f'+{row.key - row.distance}' * (row.key > row.distance)}" for row in scored}


def _mark_scanned_distances(svg: Element, trace: Trace, step: int) -> None:
    candidates = NodeMask.parse(trace.at("candidates", step))
    for lines in svg.iterfind(f".//*[@data-source='{trace.at('source', step)}']"):
        _add(lines, "shown")
        for path in lines:
            if int(path.get("data-candidate", "")) in candidates:
                _add(path, "shown")


def _add(element: Element, *names: str) -> None:
    element.set("class", " ".join([*element.get("class", "").split(), *names]))


def _remove(element: Element, *names: str) -> None:
    element.set("class", " ".join(name for name in element.get("class", "").split() if name not in names))


_TABLES: tuple[tuple[dict[str, str], Callable[[Any], Any]], ...] = (
    (MASKS, NodeMask.parse),
    (SINGLES, lambda node: (node,)),
)
