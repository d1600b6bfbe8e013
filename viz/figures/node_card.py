"""Draw a node's card: its text, and the shapes that show its roles."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement

from viz.figures.card_sizes import SMALL
from viz.figures.css_classes import ABSENT
from viz.figures.layout import Box, Layout
from viz.figures.roles import ROUND, SHAPES
from viz.figures.svg import rect, text_at
from viz.kernel.nodemask import NodeMask
from viz.topology import Node
from viz.trace.model import Trace

TAG_NAMES = (("this", "this_pass"), ("next", "next_pass"), ("used", "used"))
TAGS = {"wide": ((262, 18), (262, 35), (262, 52)), "tall": ((14, 69), (77, 69), (140, 69))}
"""The positions of the tags that name the masks a node is in: right of the facts, or in a line below them."""


def card(svg: Element, node: Node, trace: Trace, layout: Layout) -> Element:
    """Draw the card as it is at the first step. viz.figures.roles draws the shapes of all small cards together."""
    placed = layout.socket_tiers[node.id]
    box, state = layout.cards[node.id], trace.at(f"state[{node.id}]", 0)
    lacks = (name for signal, name in ABSENT.items() if node.id not in NodeMask.parse(trace.at(signal, 0)))
    attributes = {"class": " ".join(["node", *lacks]), "data-node": str(node.id), "role": "button", "tabindex": "-1"}
    attributes |= {"data-socket-of": placed.socket, "data-tier": str(placed.tier)}
    group = SubElement(svg, "g", attributes | {"aria-label": f"{describe(node)}, {state}"})
    SubElement(group, "title").text = describe(node)
    if layout.detail == SMALL:
        rect(group, box, ROUND, "face")
        text_at(group, str(node.id), *box.centre, "id middle" if node.id < 1000 else "id long middle")
        text_at(group, "", box.x + box.width - 6, box.y + 1, "badge away middle")
        return group
    _shape(group, "halo", box)
    rect(group, box, ROUND, "face card")
    for name in ("hatched", "turn", "end"):
        _shape(group, name, box)
    _facts(group, node, state, box, layout.detail)
    _badge(group, box, layout.detail)
    return group


def _shape(group: Element, name: str, box: Box) -> None:
    SubElement(group, "path", {"class": name, "d": f"M{box.x:.1f} {box.y:.1f}{SHAPES[name](box.width, box.height)}"})


def _facts(group: Element, node: Node, state: str, box: Box, detail: str) -> None:
    if detail == "short":
        text_at(group, str(node.id), box.x + 10, box.y + 20, "id")
        _memory(group, node, "", "mem offline", box.x + 10, box.y + 38)
        return
    digits = len(str(node.id))
    middle, first, second = (33, 23, 45) if detail == "wide" else (35, 24, 44)
    text_at(group, str(node.id), box.x + 14, box.y + middle, "id" if digits < 3 else "id long")
    left = box.x + 26 + (20 if digits < 3 else 15) * digits
    _memory(group, node, f" {node.label or ''}", "memory offline", left, box.y + first)
    text_at(group, state, left, box.y + second, "fact state")
    for (x, y), (name, label) in zip(TAGS[detail], TAG_NAMES, strict=True):
        text_at(group, label, box.x + x, box.y + y, f"tag {name}")


def _memory(group: Element, node: Node, label: str, offline_text: str, x: float, y: float) -> None:
    """Write the size of the memory and, in the same place, the text that is shown while none of it is online."""
    size = size_text(node.memory) if node.memory else "no memory"
    text_at(group, f"{size}{label}".strip()[:16], x, y, "fact strong size" if node.memory else "fact strong")
    if node.memory:
        text_at(group, offline_text, x, y, "fact strong gone")


def describe(node: Node) -> str:
    """Return what never changes about the node as a sentence, for a tooltip and for screen readers."""
    memory = f"{size_text(node.memory)} {node.label or 'memory'}" if node.memory else "no memory"
    return f"Node {node.id}: {memory}"


def _badge(group: Element, box: Box, detail: str) -> None:
    """Draw the plate for the distance from the choosing source, on the card's upper right corner."""
    width, height = (46, 22) if detail in TAGS else (34, 17)
    badge = SubElement(group, "g", {"class": "badge"})
    rect(badge, Box(box.x + box.width - width + 8, box.y - height / 2, width, height), height / 2)
    text_at(badge, "", box.x + box.width - width / 2 + 8, box.y + 1, "away middle")


def size_text(size: int) -> str:
    """Return a number of bytes in the largest fitting unit: "64 GiB", "1.5 TiB", "512 MiB"."""
    amount, units = float(size), ["B", "KiB", "MiB", "GiB", "TiB", "PiB"]
    while amount >= 1023.5 and len(units) > 1:
        amount, units = amount / 1024, units[1:]
    return f"{amount:.3g} {units[0]}"
