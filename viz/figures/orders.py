"""A stage for two orders without a machine: the nodes in a circle, the arrows of both orders between them."""

from __future__ import annotations

from math import cos, pi, sin
from xml.etree.ElementTree import tostring

from viz.figures.card_sizes import SMALL
from viz.figures.css_classes import LACKS
from viz.figures.layout import Box, Layout
from viz.figures.socket_tier import SocketTier
from viz.figures.stage import drawn
from viz.kernel.nodemask import NUMA_NO_NODE, NodeMask
from viz.kernel.versions import POSTED
from viz.readers.model import Change
from viz.topology import Topology
from viz.trace.model import Signal, Span, Trace

WIDE, HIGH, MARGIN = 46, 30, 26
APART = 96
"""From one card's middle to the next one's, about."""


def orders_stage(change: Change) -> str:
    """The stage as an SVG element in text form."""
    svg = drawn(_circle(sorted(change.old)), _machine(change), _trace(change))
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
    size = 2 * (radius + MARGIN) + WIDE, 2 * (radius + MARGIN) + HIGH
    cards = {}
    for index, node in enumerate(nodes):
        angle = 2 * pi * index / len(nodes) - pi / 2
        x, y = size[0] / 2 + radius * cos(angle), size[1] / 2 + radius * sin(angle)
        cards[node] = Box(x - WIDE / 2, y - HIGH / 2, WIDE, HIGH)
    return Layout(size, SMALL, cards, {}, (), dict.fromkeys(nodes, SocketTier("", 0)), guessed=False)


def _machine(change: Change) -> Topology:
    """Nodes that are nothing but ids; the stage wants a machine to draw."""
    document = {
        "title": "Two orders",
        "nodes": [{"id": node, "cpus": 0, "memory": 0} for node in sorted(change.old)],
        "distances": [[10 if a == b else 20 for b in change.old] for a in change.old],
    }
    return Topology.from_document(document)


def _trace(change: Change) -> Trace:
    """Two steps: the old order, and the new one."""
    nodes = tuple(sorted(change.old))
    signals = {f"node_demotion[{node}]": Signal((0, 1), (change.old[node], change.new[node])) for node in nodes}
    still: dict[str, object] = {"operation": ("OrderComplete",), "candidates": "", "source": NUMA_NO_NODE, "N_CPU": ""}
    still |= dict.fromkeys(LACKS, str(NodeMask(nodes)))
    still |= {f"chain[{node}]": node for node in nodes} | {f"state[{node}]": "" for node in nodes}
    signals |= {name: Signal((0,), (value,)) for name, value in still.items()}
    return Trace("Two orders", POSTED.name, "", nodes, (), ("node_demotion",), (Span("order", "", 0),), 2, signals)
