"""The stage as SVG: sockets, tiers, node cards, and every arrow that the trace ever stores, drawn once.

Nothing moves here. The player sets classes on `[data-node]`, `[data-from][data-to]`, `[data-source]` and `.barrier`,
and the texts of `.away` and `.state`; what a class looks like stands in the page's style sheet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from math import atan2, cos, pi, sin
from xml.etree.ElementTree import Element, SubElement, tostring

import networkx as nx

from viz.figures.cards import DESK, PHONE
from viz.figures.classes import LACKS
from viz.figures.palette import CHAINS
from viz.figures.place import Box, Place, place
from viz.figures.route import Point, Route, route
from viz.kernel.memory import nodes_in
from viz.kernel.nodemask import NodeMask
from viz.kernel.versions import version
from viz.topology import Node, Topology
from viz.trace.model import Trace

MOST_LOOKS = 16
"""Up to so many nodes, thin lines from a source to its candidates are drawn."""
MOST_ARROWS = 4096
LETTER = 7.2
"""The width of a letter of a socket's name, in stage units."""
MOST_CHAINS = 64
"""Up to so many that stand together, each is told apart from the others where there are tints enough."""
HEAD, SHORT = 11, 90
"""Length of an arrow's head, and of an arrow whose distance stands beside it, in stage units."""
WRITE_BARRIER = "smp_wmb()"


def stage(topology: Topology, trace: Trace, narrow: bool = False) -> str:
    """The whole stage as an SVG element in text form, made for a desk or for a narrow window."""
    return tostring(drawn(place(topology, PHONE if narrow else DESK), topology, trace), encoding="unicode")


def drawn(laid: Place, topology: Topology, trace: Trace) -> Element:
    """The stage with everything where it is laid."""
    width, height = laid.size
    svg = Element("svg", {"class": f"stage {laid.detail}", "viewBox": f"0 0 {width:.0f} {height:.0f}", "role": "group"})
    SubElement(svg, "title").text = f"{topology.title}: {len(topology.nodes)} nodes in {len(laid.sockets)} groups"
    _hatch(svg)
    for name, box in laid.sockets.items():
        group = SubElement(svg, "g", {"class": "socket", "data-socket": name})
        SubElement(group, "title").text = name
        _rect(group, box, 14)
        _text(group, _fitting(name, box.width - 20), box.x + min(16, box.width / 8), box.y + 16, "name")
    for label, y in laid.rows:
        _text(svg, label[:12], min(box.x for box in laid.sockets.values()) - 10, y, "tier")
    _looks(svg, laid, trace)
    tint = tints(trace)
    for node in topology.nodes:
        _card(svg, node, trace, laid).set("data-tint", str(tint[node.id]))
    next(svg.iterfind("./*[@data-node]")).set(
        "tabindex", "0"
    )  # one card takes the focus, the arrow keys go to the others
    _arrows(svg, laid, trace, topology)
    _barrier(svg, laid, version(trace.kernel).rules.barrier)
    return svg


def stored(trace: Trace) -> list[tuple[int, int]]:
    """Every (source, target) that the trace ever stores; of a machine with too many, the same number a source."""
    ever = {}
    for node in trace.nodes:
        values = trace.signals[f"{trace.arrays[0]}[{node}]"].values
        ever[node] = sorted({target for value in values for target in nodes_in(value)})
    if sum(map(len, ever.values())) > MOST_ARROWS:
        ever = {node: targets[: MOST_ARROWS // len(ever)] for node, targets in ever.items()}
    return [(node, target) for node, targets in ever.items() for target in targets]


def tints(trace: Trace) -> dict[int, int]:
    """The tint of the chain that begins at each node: two that ever stand together differ, as far as tints go."""
    first = NodeMask.parse(trace.at("N_CPU", 0))
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from([*first, *(NodeMask(trace.nodes) - first)])
    for heads in set(_standing(trace)):
        graph.add_edges_from(combinations(heads[:MOST_CHAINS], 2))
    chosen = nx.greedy_color(graph, strategy=lambda nodes, _: nodes)
    return {node: index % len(CHAINS) for node, index in chosen.items()}


def _standing(trace: Trace) -> Iterator[tuple[int, ...]]:
    """At the end of every chapter, the nodes from which chains begin."""
    for after in (*trace.chapters[1:], None):
        step = (after.first if after else trace.length) - 1
        heads = {trace.at(f"chain[{node}]", step) for node, targets in trace.targets(step).items() if targets}
        yield tuple(sorted(heads))


def size_text(size: int) -> str:
    """Bytes as a person says them: "64 GiB", "1.5 TiB", "512 MiB"."""
    amount, units = float(size), ["B", "KiB", "MiB", "GiB", "TiB", "PiB"]
    while amount >= 1023.5 and len(units) > 1:
        amount, units = amount / 1024, units[1:]
    return f"{amount:.3g} {units[0]}"


def _fitting(name: str, width: float) -> str:
    """A socket's name, or as much of it as there is room for; its last word tells most."""
    room = int(width / LETTER)
    return name if len(name) <= room else name.split()[-1][:room]


TAG_NAMES = (("this", "this_pass"), ("next", "next_pass"), ("used", "used"))
TAGS = {"wide": ((262, 18), (262, 35), (262, 52)), "tall": ((14, 69), (77, 69), (140, 69))}
"""Where a card says which masks its node is in: beside the facts, at their right end, or in a line below them."""


def _hatch(svg: Element) -> None:
    pattern = SubElement(SubElement(svg, "defs"), "pattern", {"id": "hatch", "width": "7", "height": "7"})
    pattern.attrib |= {"patternUnits": "userSpaceOnUse", "patternTransform": "rotate(45)"}
    SubElement(pattern, "rect", {"width": "2", "height": "7", "class": "stripe"})


def _card(svg: Element, node: Node, trace: Trace, laid: Place) -> Element:
    """The card as it is at the first step."""
    box, state = laid.cards[node.id], trace.at(f"state[{node.id}]", 0)
    lacks = (name for signal, name in LACKS.items() if node.id not in NodeMask.parse(trace.at(signal, 0)))
    attributes = {"class": " ".join(["node", *lacks]), "data-node": str(node.id), "role": "button", "tabindex": "-1"}
    attributes |= {"data-socket-of": laid.spots[node.id].socket, "data-tier": str(laid.spots[node.id].tier)}
    group = SubElement(svg, "g", attributes | {"aria-label": f"{describe(node)}, {state}"})
    SubElement(group, "title").text = describe(node)
    _rect(group, Box(box.x - 6, box.y - 6, box.width + 12, box.height + 12), 16, "halo")
    _rect(group, box, 11, "card")
    _rect(group, box, 11, "hatched")
    SubElement(group, "path", {"class": "turn", "d": _triangle(box)})
    bar = f"M{box.x + 8:.1f} {box.y + box.height + 5:.1f}h{box.width - 16:.1f}"
    SubElement(group, "path", {"class": "end", "d": bar})
    _writing(group, node, state, box, laid.detail)
    _badge(group, box, laid.detail)
    return group


def _writing(group: Element, node: Node, state: str, box: Box, detail: str) -> None:
    x, y = box.centre
    if detail == "id":
        _text(group, str(node.id), x, y, "id middle" if node.id < 1000 else "id long middle")
        return
    if detail == "short":
        _text(group, str(node.id), box.x + 10, box.y + 20, "id")
        _memory(group, node, "", "mem offline", box.x + 10, box.y + 38)
        return
    digits = len(str(node.id))
    middle, first, second = (33, 23, 45) if detail == "wide" else (35, 24, 44)
    _text(group, str(node.id), box.x + 14, box.y + middle, "id" if digits < 3 else "id long")
    left = box.x + 26 + (20 if digits < 3 else 15) * digits
    _memory(group, node, f" {node.label or ''}", "memory offline", left, box.y + first)
    _text(group, state, left, box.y + second, "fact state")
    for (x, y), (name, label) in zip(TAGS[detail], TAG_NAMES, strict=True):
        _text(group, label, box.x + x, box.y + y, f"tag {name}")


def _memory(group: Element, node: Node, label: str, gone: str, x: float, y: float) -> None:
    """The memory, and in the same place what is to be read while none of it is online."""
    size = size_text(node.memory) if node.memory else "no memory"
    _text(group, f"{size}{label}".strip()[:16], x, y, "fact strong size" if node.memory else "fact strong")
    if node.memory:
        _text(group, gone, x, y, "fact strong gone")


def describe(node: Node) -> str:
    """What never changes of the node, in words, for a tooltip and a screen reader."""
    memory = f"{size_text(node.memory)} {node.label or 'memory'}" if node.memory else "no memory"
    return f"Node {node.id}: {memory}"


def _badge(group: Element, box: Box, detail: str) -> None:
    """The distance from the source that chooses now, on the card's upper right corner."""
    wide, high = (46, 22) if detail in TAGS else (34, 17) if detail == "short" else (28, 14)
    badge = SubElement(group, "g", {"class": "badge"})
    _rect(badge, Box(box.x + box.width - wide + 8, box.y - high / 2, wide, high), high / 2)
    _text(badge, "", box.x + box.width - wide / 2 + 8, box.y + 1, "away middle")


def _looks(svg: Element, laid: Place, trace: Trace) -> None:
    """Thin lines from each source to the nodes it may choose from, shown while it chooses."""
    if len(laid.cards) > MOST_LOOKS:
        return
    for source, candidates in _scanned(trace).items():
        group = SubElement(svg, "g", {"class": "looks", "data-source": str(source)})
        for candidate in candidates:
            curve = _route(laid, source, candidate)
            SubElement(group, "path", {"d": curve.svg(), "data-candidate": str(candidate)})


def _scanned(trace: Trace) -> Mapping[int, NodeMask]:
    """For every source the nodes that it ever had to choose from."""
    seen: dict[int, NodeMask] = {}
    column = trace.signals["candidates"]
    for step, candidates in zip(column.steps, column.values, strict=True):
        if candidates:
            seen.setdefault(trace.at("source", step), NodeMask()).__ior__(NodeMask.parse(candidates))
    return seen


def _arrows(svg: Element, laid: Place, trace: Trace, topology: Topology) -> None:
    index = {node.id: i for i, node in enumerate(topology.nodes)}
    for source, target in stored(trace):
        across = "cross" if laid.spots[source].socket != laid.spots[target].socket else "local"
        attributes = {"class": f"arrow {across}", "data-from": str(source), "data-to": str(target)}
        group = SubElement(svg, "g", attributes)
        distance = topology.distances[index[source]][index[target]]
        SubElement(group, "title").text = f"Node {source} demotes to node {target}, distance {distance}"
        _arrow(group, _route(laid, source, target), str(distance), laid.detail)


def _arrow(group: Element, curve: Route, label: str, detail: str) -> None:
    scale = 1.0 if detail in TAGS else 0.7
    if detail in TAGS:
        SubElement(group, "path", {"class": "reach", "d": curve.svg()})
    SubElement(group, "path", {"class": "shaft", "d": curve.svg(), "pathLength": "1"})
    SubElement(group, "path", {"class": "head", "d": _head(curve, HEAD * scale)})
    if detail in TAGS:
        wide = 12 + 9 * len(label)
        x, y = _beside(curve, wide)
        _rect(group, Box(x - wide / 2, y - 10, wide, 20), 10, "plate")
        _text(group, label, x, y + 1, "far middle")


def _beside(curve: Route, wide: float) -> Point:
    """The middle of the distance's plate: on the arrow, or beside one so short that the plate would cover it."""
    x, y = curve.at(0.5)
    if curve.length >= SHORT:
        return x, y
    level = abs(curve.end[0] - curve.start[0]) > 3 * abs(curve.end[1] - curve.start[1])
    return (x, y - 21) if level else (x + wide / 2 + 7, y)


def _barrier(svg: Element, laid: Place, name: str) -> None:
    """A bar across the stage's lower edge: at this step nothing moves until the barrier is behind."""
    width, height = laid.size
    unit = max(1.0, width / 1000)
    told = f"{name}: {'a write barrier' if name == WRITE_BARRIER else 'a grace period'}"
    high, plate = 22 * unit, (8 * len(told) + 30) * unit
    group = SubElement(svg, "g", {"class": "barrier"})
    _rect(group, Box(0, height - high - 4, width, high), 4, "bar")
    _rect(group, Box((width - plate) / 2, height - high - 6, plate, high + 4), 6, "plate")
    _text(group, told, width / 2, height - high / 2 - 4, "middle")
    group[-1].set("font-size", f"{14 * unit:.0f}")


def _head(curve: Route, length: float) -> str:
    (cx, cy), (ex, ey) = curve.control, curve.end
    angle = atan2(ey - cy, ex - cx)
    left, right = angle + pi - 0.45, angle + pi + 0.45
    return (
        f"M{ex:.1f} {ey:.1f}L{ex + length * cos(left):.1f} {ey + length * sin(left):.1f}"
        f"L{ex + length * cos(right):.1f} {ey + length * sin(right):.1f}Z"
    )


def _route(laid: Place, source: int, target: int) -> Route:
    near = laid.cards if len(laid.cards) <= 96 else {}
    others = [box for node, box in near.items() if node not in (source, target)]
    return route(laid.cards[source], laid.cards[target], others, laid.size)


def _triangle(box: Box) -> str:
    """A mark at the left edge of a card: its turn is in this pass."""
    return f"M{box.x - 3:.1f} {box.centre[1] - 7:.1f}l10 7l-10 7Z"


def _rect(parent: Element, box: Box, radius: float, name: str = "") -> None:
    x, y, width, height = (f"{value:.1f}" for value in box)
    attributes = {"x": x, "y": y, "width": width, "height": height, "rx": f"{radius:.0f}"}
    SubElement(parent, "rect", attributes | ({"class": name} if name else {}))


def _text(parent: Element, text: str, x: float, y: float, name: str) -> None:
    SubElement(parent, "text", {"x": f"{x:.1f}", "y": f"{y:.1f}", "class": name}).text = text
