"""What a step looks like on the stage: which classes its nodes, arrows and thin lines have, and what badges say.

The one table of signal and class; assets/styles/stage.css says what a class looks like.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from xml.etree.ElementTree import Element

from viz.figures.roles import mark_roles
from viz.kernel.nodemask import NodeMask
from viz.trace.model import Trace
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
"""Every node of the signal's node list has the class; a version has some of the signals."""
ONES = {"source": "source", "chosen": "chosen"}
"""The signal's one node has the class."""
LACKS = {"online": "offline", "populated": "no-memory", "cpus": "no-cpus"}
"""Every node that is not in the signal's node list has the class."""


def mark(svg: Element, trace: Trace, step: int) -> None:
    """Give the stage that stage() drew the classes and badges of one step."""
    nodes = node_classes(trace, step)
    badges = badge_texts(trace, step)
    tint: dict[int, str] = {}
    for card in svg.iterfind(".//*[@data-node]"):
        node = int(card.get("data-node", ""))
        tint[node] = card.get("data-tint", "")
        _remove(card, *LACKS.values())
        _add(card, *nodes.get(node, ()))
        for words in card.findall("*[@class='fact state']"):
            words.text = trace.at(f"state[{node}]", step)
        for badge in [part for part in card if "badge" in part.get("class", "").split()]:
            if node in badges:
                next(words for words in badge.iter() if "away" in words.get("class", "").split()).text = badges[node]
            else:  # nothing to say: an empty plate would be left
                card.remove(badge)
    mark_roles(svg, nodes)
    targets = trace.targets(step)
    for arrow in svg.iterfind(".//*[@data-from]"):
        source = int(arrow.get("data-from", ""))
        if int(arrow.get("data-to", "")) in targets[source]:
            _add(arrow, "stored", f"chain-{tint[trace.at(f'chain[{source}]', step)]}")
    for sign in svg.iterfind("*[@class='barrier']"):
        _mark_barrier(sign, *trace.at("operation", step))
    _mark_scanned_distances(svg, trace, step)


def _mark_barrier(sign: Element, operation: str, *fields: Any) -> None:
    if operation == "Barrier":
        _add(sign, "shown")
        for words in sign.findall("*[@data-barrier]"):
            if words.get("data-barrier") != fields[0]:
                sign.remove(words)


def node_classes(trace: Trace, step: int) -> dict[int, list[str]]:
    """The classes of every node that has any at that step."""
    classes: dict[int, list[str]] = {}
    for table, nodes_of in _READERS:
        for signal, name in table.items():
            for node in nodes_of(trace.at(signal, step)) if signal in trace.signals else ():
                classes.setdefault(node, []).append(name)
    for signal, name in LACKS.items():
        for node in NodeMask(trace.nodes) - NodeMask.parse(trace.at(signal, step)):
            classes.setdefault(node, []).append(name)
    return classes


def badge_texts(trace: Trace, step: int) -> dict[int, str]:
    """What each candidate costs the source: its distance, and what is added to it: "20+1"."""
    scored = [Row(*row) for row in trace.at("scores", step)[0] if row[-1] in ("chosen", "beaten")]
    return {row.node: f"{row.distance}{f'+{row.key - row.distance}' * (row.key > row.distance)}" for row in scored}


def _mark_scanned_distances(svg: Element, trace: Trace, step: int) -> None:
    candidates = NodeMask.parse(trace.at("candidates", step))
    for looks in svg.iterfind(f".//*[@data-source='{trace.at('source', step)}']"):
        _add(looks, "shown")
        for path in looks:
            if int(path.get("data-candidate", "")) in candidates:
                _add(path, "shown")


def _add(element: Element, *names: str) -> None:
    element.set("class", " ".join([*element.get("class", "").split(), *names]))


def _remove(element: Element, *names: str) -> None:
    element.set("class", " ".join(name for name in element.get("class", "").split() if name not in names))


_READERS: tuple[tuple[dict[str, str], Callable[[Any], Any]], ...] = (
    (MASKS, NodeMask.parse),
    (ONES, lambda one: (one,)),
)
