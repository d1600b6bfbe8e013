"""What the roles of nodes look like on their cards, and, where cards are small and many, all cards of a role at once.

A card that has shapes of its own makes the browser look at each of them whenever its roles change. Small cards have
none: their faces are one path, and every role is one over that for all its nodes, which the player joins from pieces.
What is written on the cards lies above.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from xml.etree.ElementTree import Element, SubElement

from viz.figures.layout import Box

ROUND = 11
"""The radius of a card's corners, in stage units."""


def _frame(out: float) -> Callable[[float, float], str]:
    """A rectangle with round corners, so far outside of the card."""
    radius = ROUND + out

    def frame(width: float, height: float) -> str:
        across, down = (f"{size + 2 * out - 2 * radius:g}" for size in (width, height))
        corner = f"a{radius:g} {radius:g} 0 0 1 "
        turns = f"h{across}{corner}{radius:g} {radius:g}v{down}{corner}-{radius:g} {radius:g}"
        turns += f"h-{across}{corner}-{radius:g} -{radius:g}v-{down}{corner}{radius:g} -{radius:g}z"
        return f"m{radius - out:g} {-out:g}{turns}"

    return frame


SHAPES: dict[str, Callable[[float, float], str]] = {
    "hatched": _frame(0),
    "outline": _frame(0),
    "lack": _frame(0),
    "veil": _frame(0),
    "halo": _frame(6),
    "turn": lambda width, height: f"m-3 {height / 2 - 7:g}l10 7l-10 7z",  # a mark at the left edge
    "end": lambda width, height: f"m8 {height + 5:g}h{width - 16:g}",  # a bar below
}
"""The rest of a path that stands at a card's upper left corner, for a card so wide and high."""
OVER = (
    ("lack", "no-memory"),
    ("lack", "leaving"),
    ("hatched", "used"),
    ("outline", "this-pass"),
    ("outline", "next-pass"),
    ("turn", "this-pass"),
    ("end", "chain-end"),
    ("halo", "source"),
    ("veil", "offline"),
)
"""The shape and the role of each path over small cards, lowest first."""


def roles(svg: Element, boxes: Sequence[Box]) -> None:
    """The faces of cards that stand there, all of one size, and a path for each role, empty as yet."""
    piece = SHAPES["outline"](boxes[0].width, boxes[0].height)
    SubElement(svg, "path", {"class": "faces", "d": "".join(f"M{box.x:.1f} {box.y:.1f}{piece}" for box in boxes)})
    layer = SubElement(svg, "g", {"class": "roles"})
    for shape, role in OVER:
        piece = SHAPES[shape](boxes[0].width, boxes[0].height)
        SubElement(layer, "path", {"class": f"{shape} {role}", "data-role": role, "data-piece": piece})


def mark_roles(svg: Element, classes: dict[int, list[str]]) -> None:
    """Draw each path over the cards whose nodes have its role, as assets/player/stage.mjs does."""
    corners = {
        int(card.get("data-node", "")): f"M{face.get('x')} {face.get('y')}"
        for card in svg.iterfind("./*[@data-node]")
        for face in card.iterfind("*[@class='face']")
    }
    for path in svg.iterfind(".//*[@data-role]"):
        role, piece = path.get("data-role", ""), path.get("data-piece", "")
        path.set("d", "".join(corner + piece for node, corner in corners.items() if role in classes.get(node, ())))
