"""Draw a node's card: its text, and the shapes that show its roles."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement

from viz.figures.box import Box
from viz.figures.card_sizes import HALL_TAGS, SMALL
from viz.figures.css_classes import ABSENT, lacking
from viz.figures.extent import fitted, font_size, in_hall, text_width
from viz.figures.layout import Layout
from viz.figures.roles import ROUND, SHAPES
from viz.figures.svg import rect, text_at
from viz.topology import Node, Topology
from viz.trace.model import Trace
from viz.wording import size_text

TAG_NAMES = (("this", "this_pass"), ("next", "next_pass"), ("used", "used"))
TAGS: dict[str, tuple[tuple[int, int], ...]] = {
    "wide": ((262, 18), (262, 35), (262, 52)),
    "tall": ((14, 69), (77, 69), (140, 69)),
    "hall-tags": ((-8, 14), (-8, 36), (-8, 58)),
    "hall-facts": (),
    "hall-line": (),
    "hall-id": (),
}
"""The positions on a card of the tags that name the masks a node is in: right of the facts, or in a line below them.

They are counted from the left edge or, if negative, from the right one.
"""
LINES = {
    "wide": (33, 23, 47),
    "tall": (35, 24, 44),
    "hall-tags": (37, 22, 51),
    "hall-facts": (37, 22, 51),
    "hall-line": (21, 21, 0),
    "hall-id": (0, 0, 0),
}
"""The y positions on a card of the middle of its id and of its two lines of facts; 0 is the middle of the card for the
id, and leaves a line of facts out."""
BADGES = {"hall-line": (6, -0.14), "hall-id": (-2, 0.5)}
"""How far the plate for the distance reaches out of a low card, and where its middle is in the card's height."""
SHORT_OFFLINE = "mem offline"
FACTS_END = {"wide": (180, 222), "tall": (166, 166)}
"""The x positions on a card at which its two lines of facts end at the latest: left of the tags, or at the edge."""


def state_size(trace: Trace, layout: Layout) -> float:
    """Return the font size at which all states of all nodes fit on their cards; 0 stands for the CSS class's size."""
    if layout.detail not in FACTS_END:
        return 0
    most = font_size("fact", layout.detail)
    rooms = {node: FACTS_END[layout.detail][1] - _facts_left(node) for node in layout.cards}
    states = ((node, words) for node in layout.cards for words in trace.signals[f"state[{node}]"].values)
    return min((size for node, words in states if (size := fitted(words, rooms[node], most)[1])), default=0)


def longest_facts(topology: Topology, trace: Trace) -> tuple[int, float, float]:
    """Return the widths of the longest id, amount of memory and state on a card in presenter mode."""
    amounts = [_amount(node, f" {node.label or ''}") for node in topology.nodes] + [SHORT_OFFLINE]
    states = [words for node in trace.nodes for words in trace.signals[f"state[{node}]"].values]
    size = font_size("fact", "hall-facts")
    left = max(map(_facts_left, trace.nodes))
    return left, max(text_width(text, size) for text in amounts), max(text_width(text, size) for text in states)


def _facts_left(node: int) -> int:
    """Return the x position on a card at which the facts begin, right of the node's id."""
    digits = len(str(node))
    return 26 + (20 if digits < 3 else 15) * digits


def card(svg: Element, node: Node, trace: Trace, layout: Layout, state_font: float = 0) -> Element:
    """Draw a node's card as it is at the first step. (viz.figures.roles draws the shapes of small cards.)"""
    placed = layout.socket_tiers[node.id]
    box, state = layout.cards[node.id], trace.at(f"state[{node.id}]", 0)
    lacks = (name for signal, name in ABSENT.items() if node.id in lacking(trace, signal, 0))
    attributes = {"class": " ".join(["node", *lacks]), "data-node": str(node.id), "role": "button", "tabindex": "-1"}
    attributes |= {"data-socket-of": placed.socket, "data-tier": str(placed.tier)}
    group = SubElement(svg, "g", attributes | {"aria-label": f"{describe(node)}, {state}"})
    SubElement(group, "title").text = describe(node)
    if layout.detail == SMALL:
        rect(group, box, ROUND, "face")
        middle = box.x + box.width / 2
        text_at(group, str(node.id), middle, box.y + 13, "id middle" if node.id < 1000 else "id long middle")
        text_at(group, "", middle, box.y + 24.5, "badge away middle")
        return group
    _shape(group, "halo", box)
    rect(group, box, ROUND, "face card")
    for name in ("hatched", "turn", "end", *(("barred",) if "allowed" in trace.signals else ())):
        _shape(group, name, box)
    _facts(group, node, (state, state_font), box, layout.detail)
    _badge(group, box, layout.detail)
    return group


def _shape(group: Element, name: str, box: Box) -> None:
    SubElement(group, "path", {"class": name, "d": f"M{box.x:.1f} {box.y:.1f}{SHAPES[name](box.width, box.height)}"})


def _facts(group: Element, node: Node, state: tuple[str, float], box: Box, detail: str) -> None:
    size = font_size("fact", detail)
    if detail == "short":
        text_at(group, str(node.id), box.x + 10, box.y + 20, "id")
        _memory(group, node, "", SHORT_OFFLINE, Box(box.x + 10, box.y + 38, box.width - 14, size))
        return
    digits = len(str(node.id))
    middle, first, second = LINES[detail]
    text_at(
        group,
        str(node.id),
        box.x + (8 if detail == "hall-id" else 14),
        box.y + (middle or box.height / 2),
        "id" if digits < 3 else "id long",
    )
    left = _facts_left(node.id)
    hall_end = box.width - (HALL_TAGS if TAGS[detail] else 8)
    if first:
        line = Box(box.x + left, box.y + first, FACTS_END.get(detail, (hall_end,))[0] - left, size)
        offline = SHORT_OFFLINE if in_hall(detail) else "memory offline"
        _memory(group, node, f" {node.label or ''}", offline, line)
    if second:
        text_at(group, state[0], box.x + left, box.y + second, "fact state", state[1])
    for (x, y), (name, label) in zip(TAGS[detail], TAG_NAMES, strict=False):
        text_at(group, label, box.x + x + (box.width if x < 0 else 0), box.y + y, f"tag {name}")


def _memory(group: Element, node: Node, label: str, offline_text: str, line: Box) -> None:
    """Write the size of the memory and, in the same place, the text that is shown while none of it is online.

    `line` begins at the middle of the text; its height is the font size.
    """
    text, size = fitted(_amount(node, label), line.width, line.height)
    text_at(group, text, line.x, line.y, "fact strong size" if node.memory else "fact strong", size)
    if node.memory:
        size = fitted(offline_text, line.width, line.height)[1]
        text_at(group, offline_text, line.x, line.y, "fact strong gone", size)


def _amount(node: Node, label: str) -> str:
    return f"{size_text(node.memory) if node.memory else 'no memory'}{label}".strip()


def describe(node: Node) -> str:
    """Return a text about the node that holds for all steps, for the tooltip and for screen readers."""
    memory = f"{size_text(node.memory)} {node.label or 'memory'}" if node.memory else "no memory"
    return f"Node {node.id}: {memory}"


def _badge(group: Element, box: Box, detail: str) -> None:
    """Draw the plate for the distance from the choosing source, on the card's upper right corner or, on a low card of
    presenter mode, where nothing is written.
    """
    width, height = (62, 28) if in_hall(detail) else (46, 22) if detail in TAGS else (34, 17)
    out, down = BADGES.get(detail, (8, 0))
    badge = SubElement(group, "g", {"class": "badge"})
    rect(badge, Box(box.right - width + out, box.y + down * box.height - height / 2, width, height), height / 2)
    text_at(badge, "", box.right - width / 2 + out, box.y + down * box.height + 1, "away middle")
