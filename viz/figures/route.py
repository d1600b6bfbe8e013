"""Route a line from one card to another around the cards between them, with as little bow as possible."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import atan2, cos, hypot, pi, sin
from typing import NamedTuple

from viz.figures.box import Box

BOWS = (0, 24, -24, 48, -48, 80, -80, 120, -120, 145, -145, 170, -170)
"""How far a line may swing out to one side, in stage units; the first ones are tried first."""
SWINGS = (16, -16, 26, -26, 38, -38)
"""How far a line beside a column of cards swings out, to the right or to the left, in stage units."""
SAMPLES = 14
"""The number of intervals between the points of a curve at which crossings are looked for."""
CLEARANCE = 5
"""The space that a line leaves around cards, in stage units."""
EDGE = 3
"""The space that a line leaves to the edge of the stage, in stage units."""

LOOP = 36
"""The distance to which the line from a card to itself swings out, in stage units."""
SPREAD = 0.45
"""Half the angle of an arrow's head, in radians."""
BADGE, SIGN = 58, 22
"""The space for a badge along the upper edge of a card, and for a sign along both edges, in stage units."""

Point = tuple[float, float]
Edges = tuple[float, float, float, float]
"""The positions of the left, right, upper and lower edge of a rectangle."""


class Route(NamedTuple):
    """A quadratic curve between the edges of two cards."""

    start: Point
    control: Point
    end: Point

    def at(self, t: float) -> Point:
        """Return the point at t, which is 0 at the start and 1 at the end."""
        (ax, ay), (bx, by), (cx, cy) = self
        u = 1 - t
        return u * u * ax + 2 * u * t * bx + t * t * cx, u * u * ay + 2 * u * t * by + t * t * cy

    @property
    def length(self) -> float:
        """Return the length of the straight line between the ends."""
        return hypot(self.end[0] - self.start[0], self.end[1] - self.start[1])

    def svg(self) -> str:
        """Return the curve as an SVG path."""
        (ax, ay), (bx, by), (cx, cy) = self
        return f"M{ax:.1f} {ay:.1f}Q{bx:.1f} {by:.1f} {cx:.1f} {cy:.1f}"


class Head:
    """The head of an arrow, a triangle."""

    def __init__(self, curve: Route, length: float) -> None:
        (cx, cy), end = curve.control, curve.end
        angle = atan2(end[1] - cy, end[0] - cx)
        turns = (angle + pi - SPREAD, angle + pi + SPREAD)
        self.corners = [end, *((end[0] + length * cos(turn), end[1] + length * sin(turn)) for turn in turns)]

    def svg(self) -> str:
        """Return the triangle as an SVG path."""
        return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in self.corners) + "Z"

    def box(self) -> Box:
        """Return the rectangle around the triangle and its outline."""
        (left, *_, right), (top, *_, bottom) = (sorted(values) for values in zip(*self.corners, strict=True))
        return Box(left - 1, top - 1, right - left + 2, bottom - top + 2)


def route(source: Box, target: Box, others: Iterable[Box], size: Point, labels: Iterable[Box] = ()) -> Route:
    """Return the curve with the least bow that crosses no other card and no label, or else the one that crosses least.

    To cross a card is worse than to cross a label. Curves that leave the stage are not taken; if all do, return the
    straight line. The curve from a card to itself is a loop at its right edge.
    """
    if source == target:
        x, y = source.right, source.centre[1]
        return Route((x, y - LOOP / 4), (x + LOOP, y), (x + CLEARANCE, y + LOOP / 4))
    cards, words = ([_with_clearance(box) for box in boxes] for boxes in (others, labels))
    best, fewest = None, 2 * len(cards) + len(words) + 1
    for curve in _curves(source, target):
        crossed = 2 * _crossed(curve, cards) + _crossed(curve, words) + _leaves(curve, size) * fewest
        if crossed < fewest:
            best, fewest = curve, crossed
        if not crossed:
            break
    return best or _curve(source, target, 0)


def _curves(source: Box, target: Box) -> Iterator[Route]:
    """Yield the curves to try: those from the middle of one card to that of the other, then those beside both cards."""
    for bow in BOWS:
        yield _curve(source, target, bow)
    for swing in SWINGS:
        yield _beside(source, target, swing)


def _beside(source: Box, target: Box, swing: float) -> Route:
    """Return a curve between the right edges of two cards, which one above the other have in line; or the left ones."""
    gap = CLEARANCE if swing > 0 else -CLEARANCE
    start, end = ((box.right if swing > 0 else box.x) + gap for box in (source, target))
    outermost = max(start, end) if swing > 0 else min(start, end)
    (_, ay), (_, by) = source.centre, target.centre
    return Route((start, ay), (outermost + 2 * swing, (ay + by) / 2), _landing(target, (end, by)))


def _curve(source: Box, target: Box, bow: float) -> Route:
    (ax, ay), (bx, by) = source.centre, target.centre
    length = hypot(bx - ax, by - ay) or 1
    middle = (ax + bx) / 2 - (by - ay) / length * bow * 2, (ay + by) / 2 + (bx - ax) / length * bow * 2
    return Route(_edge(source, middle), middle, _landing(target, _edge(target, middle)))


def _edge(box: Box, towards: Point) -> Point:
    """Return the point where the line from the middle of the box towards a point leaves the box."""
    x, y = box.centre
    dx, dy = towards[0] - x, towards[1] - y
    scale = min(
        (box.width / 2 + CLEARANCE) / abs(dx) if dx else float("inf"),
        (box.height / 2 + CLEARANCE) / abs(dy) if dy else float("inf"),
    )
    return (x, y) if scale == float("inf") else (x + dx * scale, y + dy * scale)


def _landing(box: Box, end: Point) -> Point:
    """Return the end of an arrow, moved along the card's edge away from its corners.

    At the upper right corner is the card's badge, at the upper left one the sign of a comparison, and badges of the
    cards below reach to the lower corners.
    """
    x, y = end
    if y < box.y or y > box.bottom:
        return min(max(x, box.x + SIGN), box.right - min(BADGE, box.width / 2)), y
    return x, max(y, min(box.y + SIGN, box.centre[1]))


def _leaves(curve: Route, size: Point) -> bool:
    points = (curve.at(t) for t in (0.3, 0.5, 0.7))
    return not all(EDGE < x < size[0] - EDGE and EDGE < y < size[1] - EDGE for x, y in points)


def _with_clearance(box: Box) -> Edges:
    x, y, width, height = box
    return x - CLEARANCE, x + width + CLEARANCE, y - CLEARANCE, y + height + CLEARANCE


def _crossed(curve: Route, obstacles: Iterable[Edges]) -> int:
    """Return how many obstacles the curve crosses; those outside of the curve's bounding box are skipped."""
    points = [curve.at(i / SAMPLES) for i in range(1, SAMPLES)]
    least_x, most_x = min(x for x, _ in points), max(x for x, _ in points)
    least_y, most_y = min(y for _, y in points), max(y for _, y in points)
    return sum(
        any(left < x < right and top < y < bottom for x, y in points)
        for left, right, top, bottom in obstacles
        if left < most_x and right > least_x and top < most_y and bottom > least_y
    )
