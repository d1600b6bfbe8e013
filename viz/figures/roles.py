"""Draw the shapes that show the roles of nodes on their cards.

Large cards have shapes of their own. For many small cards that would be too slow: the browser looks at every shape of a
card whose roles change. Therefore all their faces are a single path, and each role is another path above it. The player
joins such a path from a piece for each node that has the role. The texts of the cards lie above these paths.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from xml.etree.ElementTree import Element, SubElement

from viz.figures.box import Box

ROUND = 11
"""The radius of a card's corners, in stage units."""


def _frame(out: float) -> Callable[[float, float], str]:
    """Return a function that draws a rectangle with round corners, `out` stage units outside of the card."""
    radius = ROUND + out

    def frame(width: float, height: float) -> str:
        across, down = (f"{size + 2 * out - 2 * radius:g}" for size in (width, height))
        corner = f"a{radius:g} {radius:g} 0 0 1 "
        path = f"h{across}{corner}{radius:g} {radius:g}v{down}{corner}-{radius:g} {radius:g}"
        path += f"h-{across}{corner}-{radius:g} -{radius:g}v-{down}{corner}{radius:g} -{radius:g}z"
        return f"m{radius - out:g} {-out:g}{path}"

    return frame


def _corner(width: float, height: float) -> str:
    """Return the path of a filled corner at the lower left."""
    side = min(22, height / 2)
    return f"m0 {height - side:g}v{side - ROUND:g}a{ROUND} {ROUND} 0 0 0 {ROUND} {ROUND}h{side - ROUND:g}z"


SHAPES: dict[str, Callable[[float, float], str]] = {
    "hatched": _frame(0),
    "outline": _frame(0),
    "lack": _frame(0),
    "veil": _frame(0),
    "halo": _frame(6),
    "turn": lambda width, height: f"m-3 {height / 2 - 7:g}l10 7l-10 7z",  # an arrowhead at the left edge
    "end": lambda width, height: f"m8 {height + 5:g}h{width - 16:g}",  # a bar below
    "barred": _corner,
}
"""By name, a function of a card's width and height: it returns an SVG path relative to the card's upper left corner."""
ROLE_LAYERS = (
    ("lack", "no-memory"),
    ("lack", "leaving"),
    ("hatched", "used"),
    ("outline", "this-pass"),
    ("outline", "next-pass"),
    ("turn", "this-pass"),
    ("end", "chain-end"),
    ("halo", "source"),
    ("veil", "offline"),
    ("veil", "not-allowed"),
    ("barred", "not-allowed"),
)
"""The shape and the role of each path over small cards; later ones lie above earlier ones."""


def roles(svg: Element, boxes: Sequence[Box]) -> None:
    """Draw the faces of small cards, which are all of one size, and an empty path for each role."""
    piece = SHAPES["outline"](boxes[0].width, boxes[0].height)
    SubElement(svg, "path", {"class": "faces", "d": "".join(f"M{box.x:.1f} {box.y:.1f}{piece}" for box in boxes)})
    layer = SubElement(svg, "g", {"class": "roles"})
    for shape, role in ROLE_LAYERS:
        piece = SHAPES[shape](boxes[0].width, boxes[0].height)
        SubElement(layer, "path", {"class": f"{shape} {role}", "data-role": role, "data-piece": piece})


def mark_roles(svg: Element, classes: dict[int, list[str]]) -> None:
    """Give each role's path a piece for every node that has the role, as assets/player/stage.mjs does."""
    corners = {
        int(card.get("data-node", "")): f"M{face.get('x')} {face.get('y')}"
        for card in svg.iterfind("./*[@data-node]")
        for face in card.iterfind("*[@class='face']")
    }
    for path in svg.iterfind(".//*[@data-role]"):
        role, piece = path.get("data-role", ""), path.get("data-piece", "")
        path.set("d", "".join(corner + piece for node, corner in corners.items() if role in classes.get(node, ())))
