"""Draw an order as a small picture of sockets, nodes with ids, and arrows. The page's style sheet colours it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import hypot
from typing import NamedTuple
from xml.etree.ElementTree import Element, SubElement, tostring

from viz.figures.box import Box
from viz.figures.layout import lay_out
from viz.topology import Topology

WIDTH, HEIGHT = 200, 120
"""The size of the picture, in its own units."""
LETTER = 0.62
"""The width of a digit, in units of the font size."""
HEAD = 6
"""The length of an arrow's head, in units of the picture."""


class Point(NamedTuple):
    """A point of the picture."""

    x: float
    y: float


def thumbnail(topology: Topology, targets: Mapping[int, Sequence[int]]) -> str:
    """Return the picture as the text of an SVG element, which is hidden from screen readers."""
    layout = lay_out(topology)
    scale = min(WIDTH / layout.size[0], HEIGHT / layout.size[1])
    left, top = (WIDTH - scale * layout.size[0]) / 2, (HEIGHT - scale * layout.size[1]) / 2

    def placed(box: Box) -> Box:
        width, height = max(1, round(scale * box.width)), max(1, round(scale * box.height))
        return Box(round(left + scale * box.x), round(top + scale * box.y), width, height)

    svg = Element("svg", {"viewBox": f"0 0 {WIDTH} {HEIGHT}", "class": "thumbnail", "aria-hidden": "true"})
    for box in layout.sockets.values():
        _rect(svg, placed(box), "socket")
    cards = {node: placed(box) for node, box in layout.cards.items()}
    for node, box in cards.items():
        _rect(svg, box, "card")
        size = min(0.62 * box.height, box.width / (len(str(node)) + 1) / LETTER)
        x, y = box.centre
        label = SubElement(svg, "text", {"x": f"{x:g}", "y": f"{y + 0.36 * size:.0f}", "font-size": f"{size:.0f}"})
        label.text = str(node)
    for source, found in targets.items():
        for target in found:
            others = [box for node, box in cards.items() if node not in (source, target)]
            _arrow(svg, cards[source], cards[target], others)
    return tostring(svg, encoding="unicode")


def _rect(svg: Element, box: Box, name: str) -> None:
    x, y, width, height = (f"{part:g}" for part in box)
    SubElement(svg, "rect", {"x": x, "y": y, "width": width, "height": height, "rx": "3", "class": name})


def _arrow(svg: Element, one: Box, other: Box, others: Sequence[Box]) -> None:
    """Add an arrow from one box to another; the arrow is bent if a straight one would cross a third box."""
    (x, y), (to_x, to_y) = one.centre, other.centre
    middle = Point((x + to_x) / 2, (y + to_y) / 2)
    if any(_crosses(Point(x, y), Point(to_x, to_y), box) for box in others):
        length = hypot(to_x - x, to_y - y) or 1
        bend = 0.8 * one.width
        middle = Point(middle.x + bend * (to_y - y) / length, middle.y - bend * (to_x - x) / length)
    start = _edge(one, middle)
    end = _edge(other, middle)
    length = hypot(end.x - middle.x, end.y - middle.y) or 1
    along, across = (end.x - middle.x) / length, (end.y - middle.y) / length
    neck = Point(end.x - HEAD * along, end.y - HEAD * across)
    sides = [Point(neck.x - w * across, neck.y + w * along) for w in (HEAD / 2, -HEAD / 2)]
    corners = " ".join(f"{point.x:.0f},{point.y:.0f}" for point in (end, *sides))
    curve = f"M{start.x:.0f} {start.y:.0f}Q{middle.x:.0f} {middle.y:.0f} {neck.x:.0f} {neck.y:.0f}"
    SubElement(svg, "path", {"d": curve})
    SubElement(svg, "polygon", {"points": corners})


def _crosses(start: Point, end: Point, box: Box) -> bool:
    """Return whether the straight line between two points crosses a box."""
    places = (Point(start.x + t / 16 * (end.x - start.x), start.y + t / 16 * (end.y - start.y)) for t in range(17))
    return any(box.x < place.x < box.right and box.y < place.y < box.bottom for place in places)


def _edge(box: Box, towards: Point) -> Point:
    """Return the point at which the line from the middle of a box to `towards` leaves the box."""
    x, y = box.centre
    length = hypot(towards.x - x, towards.y - y) or 1
    along, across = (towards.x - x) / length, (towards.y - y) / length
    reach = _reach(box, along, across)
    return Point(x + reach * along, y + reach * across)


def _reach(box: Box, along: float, across: float) -> float:
    """Return the distance from the middle of a box to its edge in the direction (along, across)."""
    sides = [half / abs(part) for half, part in ((box.width / 2, along), (box.height / 2, across)) if abs(part) > 1e-9]
    return min(sides, default=0)
