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

from viz.figures.card_sizes import DESK, PHONE, SMALL
from viz.figures.layout import Box, Layout, lay_out
from viz.figures.node_card import TAGS, card
from viz.figures.palette import CHAINS
from viz.figures.roles import roles
from viz.figures.route import Point, Route, route
from viz.figures.svg import rect, text_at
from viz.kernel.memory import nodes_in
from viz.kernel.nodemask import NodeMask
from viz.topology import Topology
from viz.trace.model import Trace

MAX_NODES_WITH_DISTANCES = 16
"""Up to so many nodes, thin lines from a source to its candidates are drawn."""
MAX_ARROWS = 4096
LETTER = 7.2
"""The width of a letter of a socket's name, in stage units."""
MAX_CHAINS = 64
"""Up to so many that stand together, each is told apart from the others where there are tints enough."""
HEAD, SHORT = 11, 90
"""Length of an arrow's head, and of an arrow whose distance stands beside it, in stage units."""
WRITE_BARRIER = "smp_wmb()"


def stage(topology: Topology, trace: Trace, narrow: bool = False) -> str:
    """The whole stage as an SVG element in text form, made for a desk or for a narrow window."""
    return tostring(drawn(lay_out(topology, PHONE if narrow else DESK), topology, trace), encoding="unicode")


def drawn(laid: Layout, topology: Topology, trace: Trace) -> Element:
    """The stage with everything where it is laid."""
    width, height = laid.size
    svg = Element("svg", {"class": f"stage {laid.detail}", "viewBox": f"0 0 {width:.0f} {height:.0f}", "role": "group"})
    SubElement(svg, "title").text = f"{topology.title}: {len(topology.nodes)} nodes in {len(laid.sockets)} groups"
    _hatch(svg)
    for name, box in laid.sockets.items():
        group = SubElement(svg, "g", {"class": "socket", "data-socket": name})
        SubElement(group, "title").text = name
        rect(group, box, 14)
        text_at(group, _fitting(name, box.width - 20), box.x + min(16, box.width / 8), box.y + 16, "name")
    for label, y in laid.rows:
        text_at(svg, label[:12], min(box.x for box in laid.sockets.values()) - 10, y, "tier")
    _looks(svg, laid, trace)
    if laid.detail == SMALL:
        roles(svg, list(laid.cards.values()))
    tint = tints(trace)
    for node in topology.nodes:
        card(svg, node, trace, laid).set("data-tint", str(tint[node.id]))
    next(svg.iterfind("./*[@data-node]")).set(
        "tabindex", "0"
    )  # one card takes the focus, the arrow keys go to the others
    _arrows(svg, laid, trace, topology)
    _barrier(svg, laid, trace)
    return svg


def stored(trace: Trace) -> list[tuple[int, int]]:
    """Every (source, target) that the trace ever stores; of a machine with too many, the same number a source."""
    ever = {}
    for node in trace.nodes:
        values = trace.signals[f"{trace.arrays[0]}[{node}]"].values
        ever[node] = sorted({target for value in values for target in nodes_in(value)})
    if sum(map(len, ever.values())) > MAX_ARROWS:
        ever = {node: targets[: MAX_ARROWS // len(ever)] for node, targets in ever.items()}
    return [(node, target) for node, targets in ever.items() for target in targets]


def tints(trace: Trace) -> dict[int, int]:
    """The tint of the chain that begins at each node: two that ever stand together differ, as far as tints go."""
    first = NodeMask.parse(trace.at("N_CPU", 0))
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from([*first, *(NodeMask(trace.nodes) - first)])
    for heads in set(_standing(trace)):
        graph.add_edges_from(combinations(heads[:MAX_CHAINS], 2))
    chosen = nx.greedy_color(graph, strategy=lambda nodes, _: nodes)
    return {node: index % len(CHAINS) for node, index in chosen.items()}


def _standing(trace: Trace) -> Iterator[tuple[int, ...]]:
    """At the end of every chapter, the nodes from which chains begin."""
    for after in (*trace.chapters[1:], None):
        step = (after.first if after else trace.length) - 1
        heads = {trace.at(f"chain[{node}]", step) for node, targets in trace.targets(step).items() if targets}
        yield tuple(sorted(heads))


def _fitting(name: str, width: float) -> str:
    """A socket's name, or as much of it as there is room for; its last word tells most."""
    room = int(width / LETTER)
    return name if len(name) <= room else name.split()[-1][:room]


def _hatch(svg: Element) -> None:
    pattern = SubElement(SubElement(svg, "defs"), "pattern", {"id": "hatch", "width": "7", "height": "7"})
    pattern.attrib |= {"patternUnits": "userSpaceOnUse", "patternTransform": "rotate(45)"}
    SubElement(pattern, "rect", {"width": "2", "height": "7", "class": "stripe"})


def _looks(svg: Element, laid: Layout, trace: Trace) -> None:
    """Thin lines from each source to the nodes it may choose from, shown while it chooses."""
    if len(laid.cards) > MAX_NODES_WITH_DISTANCES:
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


def _arrows(svg: Element, laid: Layout, trace: Trace, topology: Topology) -> None:
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
        rect(group, Box(x - wide / 2, y - 10, wide, 20), 10, "plate")
        text_at(group, label, x, y + 1, "far middle")


def _beside(curve: Route, wide: float) -> Point:
    """The middle of the distance's plate: on the arrow, or beside one so short that the plate would cover it."""
    x, y = curve.at(0.5)
    if curve.length >= SHORT:
        return x, y
    level = abs(curve.end[0] - curve.start[0]) > 3 * abs(curve.end[1] - curve.start[1])
    return (x, y - 21) if level else (x + wide / 2 + 7, y)


def _barrier(svg: Element, laid: Layout, trace: Trace) -> None:
    """A bar across the stage's lower edge: at this step nothing moves until the barrier is behind.

    It says which; of a run with several kinds, each has its own `[data-barrier]`.
    """
    done = (operation for operation in trace.signals["operation"].values if operation[0] == "Barrier")
    names = dict.fromkeys(name for _, name in done)
    told = {name: f"{name}: {'a write barrier' if name == WRITE_BARRIER else 'a grace period'}" for name in names}
    width, height = laid.size
    unit = max(1.0, width / 1000)
    high, plate = 22 * unit, (8 * max(map(len, told.values()), default=0) + 30) * unit
    group = SubElement(svg, "g", {"class": "barrier"})
    rect(group, Box(0, height - high - 4, width, high), 4, "bar")
    rect(group, Box((width - plate) / 2, height - high - 6, plate, high + 4), 6, "plate")
    for name, words in told.items():
        text_at(group, words, width / 2, height - high / 2 - 4, "middle")
        group[-1].attrib |= {"font-size": f"{14 * unit:.0f}", "data-barrier": name}


def _head(curve: Route, length: float) -> str:
    (cx, cy), (ex, ey) = curve.control, curve.end
    angle = atan2(ey - cy, ex - cx)
    left, right = angle + pi - 0.45, angle + pi + 0.45
    return (
        f"M{ex:.1f} {ey:.1f}L{ex + length * cos(left):.1f} {ey + length * sin(left):.1f}"
        f"L{ex + length * cos(right):.1f} {ey + length * sin(right):.1f}Z"
    )


def _route(laid: Layout, source: int, target: int) -> Route:
    near = laid.cards if len(laid.cards) <= 96 else {}
    others = [box for node, box in near.items() if node not in (source, target)]
    return route(laid.cards[source], laid.cards[target], others, laid.size)
