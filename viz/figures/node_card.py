"""A node's card: what is written on it, and the shapes that its roles light up."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement

from viz.figures.card_sizes import SMALL
from viz.figures.css_classes import LACKS
from viz.figures.layout import Box, Layout
from viz.figures.roles import ROUND, SHAPES
from viz.figures.svg import rect, text_at
from viz.kernel.nodemask import NodeMask
from viz.topology import Node
from viz.trace.model import Trace

TAG_NAMES = (("this", "this_pass"), ("next", "next_pass"), ("used", "used"))
TAGS = {"wide": ((262, 18), (262, 35), (262, 52)), "tall": ((14, 69), (77, 69), (140, 69))}
"""Where a card says which masks its node is in: beside the facts, at their right end, or in a line below them."""


def card(svg: Element, node: Node, trace: Trace, laid: Layout) -> Element:
    """The card as it is at the first step. A small one has no shapes of its own: viz.figures.roles draws them."""
    box, state = laid.cards[node.id], trace.at(f"state[{node.id}]", 0)
    lacks = (name for signal, name in LACKS.items() if node.id not in NodeMask.parse(trace.at(signal, 0)))
    attributes = {"class": " ".join(["node", *lacks]), "data-node": str(node.id), "role": "button", "tabindex": "-1"}
    attributes |= {"data-socket-of": laid.spots[node.id].socket, "data-tier": str(laid.spots[node.id].tier)}
    group = SubElement(svg, "g", attributes | {"aria-label": f"{describe(node)}, {state}"})
    SubElement(group, "title").text = describe(node)
    if laid.detail == SMALL:
        rect(group, box, ROUND, "face")
        text_at(group, str(node.id), *box.centre, "id middle" if node.id < 1000 else "id long middle")
        text_at(group, "", box.x + box.width - 6, box.y + 1, "badge away middle")
        return group
    _shape(group, "halo", box)
    rect(group, box, ROUND, "face card")
    for name in ("hatched", "turn", "end"):
        _shape(group, name, box)
    _writing(group, node, state, box, laid.detail)
    _badge(group, box, laid.detail)
    return group


def _shape(group: Element, name: str, box: Box) -> None:
    SubElement(group, "path", {"class": name, "d": f"M{box.x:.1f} {box.y:.1f}{SHAPES[name](box.width, box.height)}"})


def _writing(group: Element, node: Node, state: str, box: Box, detail: str) -> None:
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


def _memory(group: Element, node: Node, label: str, gone: str, x: float, y: float) -> None:
    """The memory, and in the same place what is to be read while none of it is online."""
    size = size_text(node.memory) if node.memory else "no memory"
    text_at(group, f"{size}{label}".strip()[:16], x, y, "fact strong size" if node.memory else "fact strong")
    if node.memory:
        text_at(group, gone, x, y, "fact strong gone")


def describe(node: Node) -> str:
    """What never changes of the node, in words, for a tooltip and a screen reader."""
    memory = f"{size_text(node.memory)} {node.label or 'memory'}" if node.memory else "no memory"
    return f"Node {node.id}: {memory}"


def _badge(group: Element, box: Box, detail: str) -> None:
    """The distance from the source that chooses now, on the card's upper right corner."""
    wide, high = (46, 22) if detail in TAGS else (34, 17)
    badge = SubElement(group, "g", {"class": "badge"})
    rect(badge, Box(box.x + box.width - wide + 8, box.y - high / 2, wide, high), high / 2)
    text_at(badge, "", box.x + box.width - wide / 2 + 8, box.y + 1, "away middle")


def size_text(size: int) -> str:
    """Bytes as a person says them: "64 GiB", "1.5 TiB", "512 MiB"."""
    amount, units = float(size), ["B", "KiB", "MiB", "GiB", "TiB", "PiB"]
    while amount >= 1023.5 and len(units) > 1:
        amount, units = amount / 1024, units[1:]
    return f"{amount:.3g} {units[0]}"
