"""Draw the stage as SVG: sockets, tiers, node cards, and an arrow for every target that the trace ever stores.

The same drawing serves all steps. The player sets classes on `[data-node]`, `[data-from][data-to]`, `[data-source]`
and `.barrier`, and the texts of `.away` and `.state`; assets/stage.css says what a class looks like.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from math import atan2, cos, pi, sin
from xml.etree.ElementTree import Element, SubElement, tostring

import networkx as nx

from viz.figures.card_sizes import DESKTOP, PHONE, SMALL
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
"""The largest number of nodes for which thin lines from a source to its candidates are drawn."""
MAX_ARROWS = 4096
"""The largest number of arrows that are drawn."""
LETTER = 7.2
"""The width of a letter in a socket's name, in stage units."""
MAX_CHAINS = 64
"""The largest number of chains at a time that tints() tries to keep apart; each pair of them costs time."""
HEAD, SHORT = 11, 90
"""The length of an arrow's head, and the length below which an arrow has its distance beside it, in stage units."""
MAX_OBSTACLES = 96
"""The largest number of nodes for which arrows are routed around cards."""
WRITE_BARRIER = "smp_wmb()"


def stage(topology: Topology, trace: Trace, narrow: bool = False) -> str:
    """Return the stage as the text of an SVG element, for a desktop window or a narrow one."""
    return tostring(draw_stage(lay_out(topology, PHONE if narrow else DESKTOP), topology, trace), encoding="unicode")


def draw_stage(layout: Layout, topology: Topology, trace: Trace) -> Element:
    """Return the stage with everything where the layout puts it."""
    width, height = layout.size
    svg = Element(
        "svg", {"class": f"stage {layout.detail}", "viewBox": f"0 0 {width:.0f} {height:.0f}", "role": "group"}
    )
    SubElement(svg, "title").text = f"{topology.title}: {len(topology.nodes)} nodes in {len(layout.sockets)} groups"
    _hatch(svg)
    for name, box in layout.sockets.items():
        group = SubElement(svg, "g", {"class": "socket", "data-socket": name})
        SubElement(group, "title").text = name
        rect(group, box, 14)
        text_at(group, _fitting(name, box.width - 20), box.x + min(16, box.width / 8), box.y + 16, "name")
    for label, y in layout.rows:
        text_at(svg, label[:12], min(box.x for box in layout.sockets.values()) - 10, y, "tier")
    _candidate_lines(svg, layout, trace)
    if layout.detail == SMALL:
        roles(svg, list(layout.cards.values()))
    tint = tints(trace)
    for node in topology.nodes:
        card(svg, node, trace, layout).set("data-tint", str(tint[node.id]))
    first = next(svg.iterfind("./*[@data-node]"))
    first.set("tabindex", "0")  # one card takes the focus, the arrow keys go to the others
    _arrows(svg, layout, trace, topology)
    _barrier(svg, layout, trace)
    return svg


def stored(trace: Trace) -> list[tuple[int, int]]:
    """Return every (source, target) that the trace ever stores; if too many, an equal share for each source."""
    targets_of = {}
    for node in trace.nodes:
        values = trace.signals[f"{trace.arrays[0]}[{node}]"].values
        targets_of[node] = sorted({target for value in values for target in nodes_in(value)})
    if sum(map(len, targets_of.values())) > MAX_ARROWS:
        targets_of = {node: targets[: MAX_ARROWS // len(targets_of)] for node, targets in targets_of.items()}
    return [(node, target) for node, targets in targets_of.items() for target in targets]


def tints(trace: Trace) -> dict[int, int]:
    """Return the tint of the chain that begins at each node; chains of the same time differ while tints suffice."""
    first = NodeMask.parse(trace.at("N_CPU", 0))
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from([*first, *(NodeMask(trace.nodes) - first)])
    for heads in set(_chain_heads(trace)):
        graph.add_edges_from(combinations(heads[:MAX_CHAINS], 2))
    chosen = nx.greedy_color(graph, strategy=lambda nodes, _: nodes)
    return {node: index % len(CHAINS) for node, index in chosen.items()}


def _chain_heads(trace: Trace) -> Iterator[tuple[int, ...]]:
    """Yield the nodes at which chains begin, at the end of every chapter."""
    for following in (*trace.chapters[1:], None):
        step = (following.first if following else trace.length) - 1
        heads = {trace.at(f"chain[{node}]", step) for node, targets in trace.targets(step).items() if targets}
        yield tuple(sorted(heads))


def _fitting(name: str, width: float) -> str:
    """Return a socket's name or, if it is too long, as much of its last word as fits."""
    letters = int(width / LETTER)
    return name if len(name) <= letters else name.split()[-1][:letters]


def _hatch(svg: Element) -> None:
    pattern = SubElement(SubElement(svg, "defs"), "pattern", {"id": "hatch", "width": "7", "height": "7"})
    pattern.attrib |= {"patternUnits": "userSpaceOnUse", "patternTransform": "rotate(45)"}
    SubElement(pattern, "rect", {"width": "2", "height": "7", "class": "stripe"})


def _candidate_lines(svg: Element, layout: Layout, trace: Trace) -> None:
    """Draw thin lines from each source to its candidates, which the player shows while the source chooses."""
    if len(layout.cards) > MAX_NODES_WITH_DISTANCES:
        return
    for source, candidates in _all_candidates(trace).items():
        group = SubElement(svg, "g", {"class": "looks", "data-source": str(source)})
        for candidate in candidates:
            curve = _route(layout, source, candidate)
            SubElement(group, "path", {"d": curve.svg(), "data-candidate": str(candidate)})


def _all_candidates(trace: Trace) -> Mapping[int, NodeMask]:
    """Return for every source all nodes that were ever its candidates."""
    found: dict[int, NodeMask] = {}
    signal = trace.signals["candidates"]
    for step, candidates in zip(signal.steps, signal.values, strict=True):
        if candidates:
            found.setdefault(trace.at("source", step), NodeMask()).__ior__(NodeMask.parse(candidates))
    return found


def _arrows(svg: Element, layout: Layout, trace: Trace, topology: Topology) -> None:
    index = {node.id: i for i, node in enumerate(topology.nodes)}
    for source, target in stored(trace):
        local = layout.socket_tiers[source].socket == layout.socket_tiers[target].socket
        attributes = {
            "class": f"arrow {'local' if local else 'cross'}",
            "data-from": str(source),
            "data-to": str(target),
        }
        group = SubElement(svg, "g", attributes)
        distance = topology.distances[index[source]][index[target]]
        SubElement(group, "title").text = f"Node {source} demotes to node {target}, distance {distance}"
        _arrow(group, _route(layout, source, target), str(distance), layout.detail)


def _arrow(group: Element, curve: Route, label: str, detail: str) -> None:
    scale = 1.0 if detail in TAGS else 0.7
    if detail in TAGS:
        SubElement(group, "path", {"class": "reach", "d": curve.svg()})
    SubElement(group, "path", {"class": "shaft", "d": curve.svg(), "pathLength": "1"})
    SubElement(group, "path", {"class": "head", "d": _head(curve, HEAD * scale)})
    if detail in TAGS:
        width = 12 + 9 * len(label)
        x, y = _plate_middle(curve, width)
        rect(group, Box(x - width / 2, y - 10, width, 20), 10, "plate")
        text_at(group, label, x, y + 1, "far middle")


def _plate_middle(curve: Route, width: float) -> Point:
    """Return the middle of the distance's plate: on the arrow, or beside an arrow that it would hide."""
    x, y = curve.at(0.5)
    if curve.length >= SHORT:
        return x, y
    level = abs(curve.end[0] - curve.start[0]) > 3 * abs(curve.end[1] - curve.start[1])
    return (x, y - 21) if level else (x + width / 2 + 7, y)


def _barrier(svg: Element, layout: Layout, trace: Trace) -> None:
    """Draw the bar across the stage's lower edge that the player shows at the step of a barrier.

    A text `[data-barrier]` for each kind of barrier in the run names it.
    """
    barriers = (operation for operation in trace.signals["operation"].values if operation[0] == "Barrier")
    names = dict.fromkeys(name for _, name in barriers)
    texts = {name: f"{name}: {'a write barrier' if name == WRITE_BARRIER else 'a grace period'}" for name in names}
    width, height = layout.size
    unit = max(1.0, width / 1000)
    bar, plate = 22 * unit, (8 * max(map(len, texts.values()), default=0) + 30) * unit
    group = SubElement(svg, "g", {"class": "barrier"})
    rect(group, Box(0, height - bar - 4, width, bar), 4, "bar")
    rect(group, Box((width - plate) / 2, height - bar - 6, plate, bar + 4), 6, "plate")
    for name, text in texts.items():
        text_at(group, text, width / 2, height - bar / 2 - 4, "middle")
        group[-1].attrib |= {"font-size": f"{14 * unit:.0f}", "data-barrier": name}


def _head(curve: Route, length: float) -> str:
    (cx, cy), (ex, ey) = curve.control, curve.end
    angle = atan2(ey - cy, ex - cx)
    left, right = angle + pi - 0.45, angle + pi + 0.45
    return (
        f"M{ex:.1f} {ey:.1f}L{ex + length * cos(left):.1f} {ey + length * sin(left):.1f}"
        f"L{ex + length * cos(right):.1f} {ey + length * sin(right):.1f}Z"
    )


def _route(layout: Layout, source: int, target: int) -> Route:
    obstacles = layout.cards if len(layout.cards) <= MAX_OBSTACLES else {}
    others = [box for node, box in obstacles.items() if node not in (source, target)]
    return route(layout.cards[source], layout.cards[target], others, layout.size)
