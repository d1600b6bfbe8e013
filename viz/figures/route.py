"""How a line runs from one card to another without crossing a third: a curve with as little bow as will do."""

from __future__ import annotations

from collections.abc import Iterable
from math import hypot
from typing import NamedTuple

from viz.figures.layout import Box

BOWS = (0, 24, -24, 48, -48, 80, -80, 120, -120, 170, -170)
"""How far a line may swing out to one side, in stage units, in the order of trial."""
SAMPLES = 14
CLEARANCE = 5
EDGE = 3

Point = tuple[float, float]
Edges = tuple[float, float, float, float]
"""Left, right, top and bottom."""


class Route(NamedTuple):
    """A quadratic curve between the edges of two cards."""

    start: Point
    control: Point
    end: Point

    def at(self, t: float) -> Point:
        """The point at t, from 0 at the start to 1 at the end."""
        (ax, ay), (bx, by), (cx, cy) = self
        u = 1 - t
        return u * u * ax + 2 * u * t * bx + t * t * cx, u * u * ay + 2 * u * t * by + t * t * cy

    @property
    def length(self) -> float:
        """From end to end as the crow flies."""
        return hypot(self.end[0] - self.start[0], self.end[1] - self.start[1])

    def svg(self) -> str:
        """The curve as an SVG path."""
        (ax, ay), (bx, by), (cx, cy) = self
        return f"M{ax:.1f} {ay:.1f}Q{bx:.1f} {by:.1f} {cx:.1f} {cy:.1f}"


def route(source: Box, target: Box, others: Iterable[Box], size: Point) -> Route:
    """The curve with the least bow that stays clear of all other cards, else the one that crosses fewest.

    None that swings out of the stage, which is of that size.
    """
    obstacles = [_kept_clear(box) for box in others]
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
    """Where the line from the middle of the box towards a point leaves the box."""
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


def _kept_clear(box: Box) -> Edges:
    x, y, width, height = box
    return x - CLEARANCE, x + width + CLEARANCE, y - CLEARANCE, y + height + CLEARANCE


def _crossed(curve: Route, obstacles: Iterable[Edges]) -> int:
    """How many obstacles the curve runs over; most lie beyond its outermost points, and need no closer look."""
    points = [curve.at(i / SAMPLES) for i in range(1, SAMPLES)]
    least_x, most_x = min(x for x, _ in points), max(x for x, _ in points)
    least_y, most_y = min(y for _, y in points), max(y for _, y in points)
    return sum(
        any(left < x < right and top < y < bottom for x, y in points)
        for left, right, top, bottom in obstacles
        if left < most_x and right > least_x and top < most_y and bottom > least_y
    )
