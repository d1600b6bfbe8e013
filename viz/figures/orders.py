"""Draw a stage for two orders that belong to no machine: nodes in a circle, and the arrows of both orders."""

from __future__ import annotations

from math import cos, pi, sin
from xml.etree.ElementTree import tostring

from viz.figures.box import Box
from viz.figures.card_sizes import SMALL
from viz.figures.css_classes import ABSENT
from viz.figures.layout import Layout
from viz.figures.socket_tier import SocketTier
from viz.figures.stage import draw_stage
from viz.kernel.nodemask import NUMA_NO_NODE, NodeMask, node_list
from viz.kernel.versions import POSTED
from viz.readers.model import Change, Entry
from viz.topology import Topology
from viz.trace.model import Signal, Span, Trace

WIDTH, HEIGHT, MARGIN = 46, 30, 26
"""The size of a card and the space around all cards, in stage units."""
APART = 96
"""The approximate distance between the middles of neighbouring cards, in stage units."""


def orders_stage(change: Change) -> str:
    """Return the stage as the text of an SVG element; it has the arrows of both orders."""
    svg = draw_stage(_circle(sorted(change.old)), _topology(change), _trace(change))
    svg[0].text = "Two orders"
    svg.set("data-lent", "")
    for card in svg.iterfind("./*[@data-node]"):
        name = f"Node {card.get('data-node')}"
        card.attrib |= {"aria-label": name, "class": "node", "role": "img"}
        card.attrib.pop("tabindex")
        card[0].text = name
    for arrow in svg.iterfind("./*[@data-from]"):
        arrow[0].text = f"Node {arrow.get('data-from')} demotes to node {arrow.get('data-to')}"
    return tostring(svg, encoding="unicode")


def _circle(nodes: list[int]) -> Layout:
    radius = max(APART / 1.7, len(nodes) * APART / 2 / pi) if len(nodes) > 1 else 0
    size = 2 * (radius + MARGIN) + WIDTH, 2 * (radius + MARGIN) + HEIGHT
    cards = {}
    for index, node in enumerate(nodes):
        angle = 2 * pi * index / len(nodes) - pi / 2
        x, y = size[0] / 2 + radius * cos(angle), size[1] / 2 + radius * sin(angle)
        cards[node] = Box(x - WIDTH / 2, y - HEIGHT / 2, WIDTH, HEIGHT)
    return Layout(size, SMALL, cards, {}, (), dict.fromkeys(nodes, SocketTier("", 0)), guessed=False)


def _topology(change: Change) -> Topology:
    """Return a topology with the nodes of the change and nothing else, because a stage is drawn for a topology."""
    document = {
        "title": "Two orders",
        "nodes": [{"id": node, "cpus": 0, "memory": 0} for node in sorted(change.old)],
        "distances": [[10 if a == b else 20 for b in change.old] for a in change.old],
    }
    return Topology.from_document(document)


def _trace(change: Change) -> Trace:
    """Return a trace of two steps: the old order and the new one."""
    nodes = tuple(sorted(change.old))
    signals = {f"node_demotion[{n}]": Signal((0, 1), (_cell(change.old[n]), _cell(change.new[n]))) for n in nodes}
    constants: dict[str, object] = {
        "operation": ("OrderComplete",),
        "candidates": "",
        "source": NUMA_NO_NODE,
        "N_CPU": "",
    }
    constants |= dict.fromkeys(ABSENT, str(NodeMask(nodes)))
    constants |= {f"chain[{node}]": node for node in nodes} | {f"state[{node}]": "" for node in nodes}
    signals |= {name: Signal((0,), (value,)) for name, value in constants.items()}
    return Trace("Two orders", POSTED.name, "", nodes, (), ("node_demotion",), (Span("order", "", 0),), 2, signals)


def _cell(entry: Entry) -> int | str:
    """Return an entry as a trace has it: several targets are a node list."""
    return entry if isinstance(entry, int) else node_list(entry)
