"""Draw the stage as SVG: sockets, tiers, node cards, and an arrow for every target that the trace ever stores.

The same drawing serves all steps. The player sets classes on `[data-node]`, `[data-from][data-to]`, `[data-source]`
and `.barrier`, and the texts of `.away` and `.state`; assets/styles/stage.css says what a class looks like.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from xml.etree.ElementTree import Element, SubElement, tostring

import networkx as nx

from viz.figures.box import Box
from viz.figures.card_sizes import DESKTOP, HALL_TEXT, PHONE, SMALL, hall_windows
from viz.figures.extent import fitted, font_size, in_hall
from viz.figures.layout import MAX_LABEL, Layout, lay_out
from viz.figures.node_card import TAGS, card, longest_facts, state_size
from viz.figures.palette import CHAINS
from viz.figures.pills import drawing_order, place_pills
from viz.figures.roles import roles
from viz.figures.route import Head, Route, route
from viz.figures.svg import rect, text_at
from viz.kernel.memory import nodes_in
from viz.kernel.nodemask import NodeMask
from viz.topology import Topology
from viz.trace.model import Trace

MAX_HALL_NODES = 12
"""The largest number of nodes for which stages for presenter mode are drawn, where every text can be read."""
MAX_NODES_WITH_DISTANCES = 16
"""The largest number of nodes for which thin lines from a source to its candidates are drawn."""
MAX_ARROWS = 4096
"""The largest number of arrows that are drawn."""
MAX_CHAINS = 64
"""The largest number of chains at one time that tints() compares, because each pair of chains costs time."""
HEAD = 11
"""The length of an arrow's head, in stage units."""
MAX_OBSTACLES = 96
"""The largest number of nodes for which arrows are routed around cards."""
WRITE_BARRIER = "smp_wmb()"


def stage(topology: Topology, trace: Trace, narrow: bool = False) -> str:
    """Return the stage as the text of an SVG element, for a desktop window or a narrow one."""
    return tostring(draw_stage(lay_out(topology, PHONE if narrow else DESKTOP), topology, trace), encoding="unicode")


def hall_stages(topology: Topology, trace: Trace) -> list[str]:
    """Return the stages for presenter mode, for the spaces that its panels leave; none for a large machine.

    Those with the most facts on their cards come first.
    """
    if len(topology.nodes) > MAX_HALL_NODES:
        return []
    layouts = [lay_out(topology, window) for window in hall_windows(*longest_facts(topology, trace))]
    layouts.sort(key=lambda layout: list(TAGS).index(layout.detail))
    return [tostring(draw_stage(layout, topology, trace), encoding="unicode") for layout in layouts]


def draw_stage(layout: Layout, topology: Topology, trace: Trace) -> Element:
    """Return the stage with everything where the layout puts it."""
    width, height = layout.size
    svg = Element(
        "svg",
        {
            "class": f"stage {'hall ' * in_hall(layout.detail)}{layout.detail}",
            "viewBox": f"0 0 {width:.0f} {height:.0f}",
            "role": "group",
        },
    )
    SubElement(svg, "title").text = f"{topology.title}: {len(topology.nodes)} nodes in {len(layout.sockets)} groups"
    _hatch(svg)
    _veil(svg, layout, trace)
    for name, box in layout.sockets.items():
        group = SubElement(svg, "g", {"class": "socket", "data-socket": name})
        SubElement(group, "title").text = name
        rect(group, box, 14)
        left = min(16, box.width / 8)
        text, size = _fitting(name, box.width - 2 * left, font_size("name", layout.detail))
        text_at(group, text, box.x + left, box.y + 14, "name", size)
    for label, y in layout.rows:
        text, size = fitted(label, MAX_LABEL, font_size("tier", layout.detail))
        text_at(svg, text, min(box.x for box in layout.sockets.values()) - 10, y, "tier", size)
    _candidate_lines(svg, layout, trace)
    if layout.detail == SMALL:
        roles(svg, list(layout.cards.values()))
    tint = tints(trace)
    size = state_size(trace, layout)
    for node in topology.nodes:
        card(svg, node, trace, layout, size).set("data-tint", str(tint[node.id]))
    first = next(svg.iterfind("./*[@data-node]"))
    first.set("tabindex", "0")  # the tab key reaches one card; the arrow keys move the focus to the others
    _arrows(svg, layout, trace, topology)
    _barrier(svg, layout, trace)
    return svg


def stored(trace: Trace) -> list[tuple[int, int]]:
    """Return all pairs (source, target) of a run; for more than MAX_ARROWS, the first targets of each source."""
    targets_of = {}
    for node in trace.nodes:
        names = (f"{trace.arrays[0]}[{node}]", f"demotes_to[{node}]")
        values = [value for name in names if name in trace.signals for value in trace.signals[name].values]
        targets_of[node] = sorted({target for value in values for target in nodes_in(value)})
    if sum(map(len, targets_of.values())) > MAX_ARROWS:
        targets_of = {node: targets[: MAX_ARROWS // len(targets_of)] for node, targets in targets_of.items()}
    return [(node, target) for node, targets in targets_of.items() for target in targets]


def tints(trace: Trace) -> dict[int, int]:
    """Return the tint of the chain that begins at each node.

    Chains that exist at the same time have different tints, as far as there are enough tints.
    """
    first = NodeMask.parse(trace.at("N_CPU", 0))
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from([*first, *(NodeMask(trace.nodes) - first)])
    for heads in set(_chain_heads(trace)):
        graph.add_edges_from(combinations(heads[:MAX_CHAINS], 2))
    chosen = nx.greedy_color(graph, strategy=lambda nodes, _: nodes)
    return {node: index % len(CHAINS) for node, index in chosen.items()}


def _chain_heads(trace: Trace) -> Iterator[tuple[int, ...]]:
    """Yield for each chapter the nodes at which chains begin at its end."""
    for following in (*trace.chapters[1:], None):
        step = (following.first if following else trace.length) - 1
        heads = {trace.at(f"chain[{node}]", step) for node, targets in trace.targets(step).items() if targets}
        yield tuple(sorted(heads))


def _fitting(name: str, width: float, size: float) -> tuple[str, float]:
    """Return a socket's name, or its last word if the name is too long, and the font size at which that fits."""
    whole, last = fitted(name, width, size), fitted(name.rpartition(" ")[2], width, size)
    return whole if whole[0] == name else last


def _hatch(svg: Element) -> None:
    _pattern(SubElement(svg, "defs"), "hatch", 7, 45, "stripe")


def _pattern(defs: Element, name: str, size: int, angle: int, stripe: str) -> None:
    """Define a pattern of parallel stripes of the class `stripe`."""
    pattern = SubElement(defs, "pattern", {"id": name, "width": str(size), "height": str(size)})
    pattern.attrib |= {"patternUnits": "userSpaceOnUse", "patternTransform": f"rotate({angle})"}
    SubElement(pattern, "rect", {"width": "2", "height": str(size), "class": stripe})


def _veil(svg: Element, layout: Layout, trace: Trace) -> None:
    """Draw the veil that lies behind the cards while demotion is off, if the run has such a step in a rebuild."""
    if "demotion" not in trace.signals:  # two orders that a visitor has written
        return
    states = trace.signals["demotion"].values
    if "off" not in states[states.index("works") if "works" in states else len(states) :]:
        return
    _pattern(next(svg.iterfind("defs")), "veil-off", 16, -45, "veil-stripe")
    rect(svg, Box(0, 0, *layout.size), 14, "veil-off")


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
    curves = {pair: _route(layout, *pair) for pair in stored(trace)}
    lengths = {(a, b): str(topology.distances[index[a]][index[b]]) for a, b in curves}
    heads = {pair: Head(curve, HEAD if layout.detail in TAGS else 0.7 * HEAD) for pair, curve in curves.items()}
    plates = place_pills(svg, layout, curves, lengths, heads) if layout.detail in TAGS else {}
    for source, target in drawing_order(curves, plates):
        curve = curves[source, target]
        local = layout.socket_tiers[source].socket == layout.socket_tiers[target].socket
        attributes = {
            "class": f"arrow {'local' if local else 'cross'}",
            "data-from": str(source),
            "data-to": str(target),
        }
        group = SubElement(svg, "g", attributes)
        distance = lengths[source, target]
        SubElement(group, "title").text = f"Node {source} demotes to node {target}, distance {distance}"
        if layout.detail in TAGS:
            SubElement(group, "path", {"class": "reach", "d": curve.svg()})
        SubElement(group, "path", {"class": "shaft", "d": curve.svg(), "pathLength": "1"})
        SubElement(group, "path", {"class": "head", "d": heads[source, target].svg()})
        if plate := plates.get((source, target)):
            rect(group, plate, 10, "plate")
            text_at(group, distance, plate.centre[0], plate.centre[1] + 1, "far middle")


def _barrier(svg: Element, layout: Layout, trace: Trace) -> None:
    """Draw the bar across the stage's lower edge that the player shows at the step of a barrier.

    A text `[data-barrier]` for each kind of barrier in the run names it.
    """
    barriers = (operation for operation in trace.signals["operation"].values if operation[0] == "Barrier")
    names = dict.fromkeys(name for _, name in barriers)
    texts = {name: f"{name}: {'a write barrier' if name == WRITE_BARRIER else 'a grace period'}" for name in names}
    width, height = layout.size
    unit = max(1.0, width / 1000)
    hall = in_hall(layout.detail)
    letter, font, high = (13, HALL_TEXT, 32) if hall else (8 * unit, 14 * unit, 22 * unit)
    bar, plate = high, letter * max(map(len, texts.values()), default=0) + 30
    group = SubElement(svg, "g", {"class": "barrier"})
    rect(group, Box(0, height - bar - 4, width, bar), 4, "bar")
    rect(group, Box((width - plate) / 2, height - bar - 6, plate, bar + 4), 6, "plate")
    for name, text in texts.items():
        text_at(group, text, width / 2, height - bar / 2 - 4, "middle")
        group[-1].attrib |= {"font-size": f"{font:.0f}", "data-barrier": name}


def _route(layout: Layout, source: int, target: int) -> Route:
    obstacles = layout.cards if len(layout.cards) <= MAX_OBSTACLES else {}
    others = [box for node, box in obstacles.items() if node not in (source, target)]
    labels = layout.label_boxes() if obstacles else []
    return route(layout.cards[source], layout.cards[target], others, layout.size, labels)
