"""Route a line from one card to another around the cards between them, with as little bow as possible."""

from __future__ import annotations

from collections.abc import Iterable
from math import hypot
from typing import NamedTuple

from viz.figures.layout import Box

BOWS = (0, 24, -24, 48, -48, 80, -80, 120, -120, 170, -170)
"""How far a line may swing out to one side, in stage units; the first ones are tried first."""
SAMPLES = 14
"""The number of intervals between the points of a curve at which crossings are looked for."""
CLEARANCE = 5
"""The space that a line leaves around cards, in stage units."""
EDGE = 3
"""The space that the middle of a line leaves to the edge of the stage, in stage units."""

Point = tuple[float, float]
Edges = tuple[float, float, float, float]
"""Left, right, top and bottom."""


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


def route(source: Box, target: Box, others: Iterable[Box], size: Point) -> Route:
    """Return the curve with the least bow that crosses no other card, else the one that crosses the fewest.

    A curve whose middle is outside of the stage is not taken; if all are outside, return the straight one.
    """
    obstacles = [_with_clearance(box) for box in others]
    best, fewest = None, len(obstacles) + 1
    for bow in BOWS:
        curve = _curve(source, target, bow)
        crossed = _crossed(curve, obstacles) + _leaves(curve, size) * fewest
        if crossed < fewest:
            best, fewest = curve, crossed
        if not crossed:
            break
    return best or _curve(source, target, 0)


def _curve(source: Box, target: Box, bow: float) -> Route:
    (ax, ay), (bx, by) = source.centre, target.centre
    length = hypot(bx - ax, by - ay) or 1
    middle = (ax + bx) / 2 - (by - ay) / length * bow * 2, (ay + by) / 2 + (bx - ax) / length * bow * 2
    return Route(_edge(source, middle), middle, _edge(target, middle))


def _edge(box: Box, towards: Point) -> Point:
    """Return the point where the line from the middle of the box towards a point leaves the box."""
    x, y = box.centre
    dx, dy = towards[0] - x, towards[1] - y
    scale = min(
        (box.width / 2 + CLEARANCE) / abs(dx) if dx else float("inf"),
        (box.height / 2 + CLEARANCE) / abs(dy) if dy else float("inf"),
    )
    return (x, y) if scale == float("inf") else (x + dx * scale, y + dy * scale)


def _leaves(curve: Route, size: Point) -> bool:
    x, y = curve.at(0.5)
    return not (EDGE < x < size[0] - EDGE and EDGE < y < size[1] - EDGE)


def _with_clearance(box: Box) -> Edges:
    x, y, width, height = box
    return x - CLEARANCE, x + width + CLEARANCE, y - CLEARANCE, y + height + CLEARANCE


def _crossed(curve: Route, obstacles: Iterable[Edges]) -> int:
    """Return how many obstacles the curve crosses; those outside of its bounding box need no closer look."""
    points = [curve.at(i / SAMPLES) for i in range(1, SAMPLES)]
    least_x, most_x = min(x for x, _ in points), max(x for x, _ in points)
    least_y, most_y = min(y for _, y in points), max(y for _, y in points)
    return sum(
        any(left < x < right and top < y < bottom for x, y in points)
        for left, right, top, bottom in obstacles
        if left < most_x and right > least_x and top < most_y and bottom > least_y
    )
