"""Place pills with the distances on the arrows, so that they cover no text.

A pill is at 40 % of its arrow. If a text, an arrowhead, a badge or another pill is in the way, the pill moves along the
arrow or beside it, as little as possible. If there is no room at all, the arrow has no pill; its tooltip has the
distance.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import hypot
from typing import NamedTuple
from xml.etree.ElementTree import Element

from viz.figures.box import Box, around
from viz.figures.extent import in_hall, text_box
from viz.figures.layout import Layout
from viz.figures.route import Head, Route

Pair = tuple[int, int]
PLACES = (0.4, 0.45, 0.35, 0.5, 0.3, 0.55, 0.25, 0.6, 0.65, 0.2, 0.7, 0.75, 0.8)
"""The places on an arrow that are tried, as shares of its length."""
SHORT = 90
"""An arrow shorter than this, in stage units, has its pill beside it."""
SIZE, HALL_SIZE = (20, 12, 9), (30, 14, 15)
"""The height of a pill, and its width without letters and for each letter, in stage units; the second is for presenter
mode."""
GAP = 4
"""The space between a pill and its arrow, in stage units."""
SAMPLES = 16
"""The number of intervals between the points of each other arrow that a pill avoids if it can."""
MAX_CROSSED = 32
"""The largest number of arrows for which pills avoid the shafts of the others, too."""
SIDES = (1, -1, 1.6, -1.6, 2.4, -2.4, 3.4, -3.4)
"""How far beside its arrow a pill may be, in units of the smallest possible distance; negative is the left side."""
CARD, SHAFT = 3, 1
"""The cost of a place where the pill covers a part of a card, or a point of another arrow; the lowest sum wins."""


class Obstacles(NamedTuple):
    """The things that a pill must not cover (`hard`), and the cards and shafts that it avoids if possible."""

    hard: list[Box]
    cards: list[Box]
    shafts: list[tuple[float, float, Pair]]


def place_pills(
    svg: Element, layout: Layout, curves: Mapping[Pair, Route], texts: Mapping[Pair, str], heads: Mapping[Pair, Head]
) -> dict[Pair, Box]:
    """Return the place of each arrow's pill, if there is room. All other texts of the stage must be drawn already."""
    hard = [*_written(svg, layout.detail), *(head.box() for head in heads.values())]
    shafts = [
        (*curve.at(i / SAMPLES), pair)
        for pair, curve in (curves.items() if len(curves) <= MAX_CROSSED else ())
        for i in range(SAMPLES + 1)
    ]
    obstacles = Obstacles(hard, list(layout.cards.values()), shafts)
    placed = {}
    height, around_letters, letter = HALL_SIZE if in_hall(layout.detail) else SIZE
    stage = Box(0, 0, *layout.size)
    for pair in sorted(curves, key=lambda pair: curves[pair].length):
        size = (around_letters + letter * len(texts[pair]), height)
        if pill := _place(pair, curves[pair], size, stage, obstacles):
            placed[pair] = pill
            obstacles.hard.append(pill)
    return placed


def drawing_order(curves: Mapping[Pair, Route], pills: Mapping[Pair, Box]) -> list[Pair]:
    """Return the arrows in an order in which few are drawn after an arrow whose pill they cross, so over that pill."""
    left = dict.fromkeys(curves)
    crossed_by: dict[Pair, set[Pair]] = {pair: set() for pair in curves}
    for pair, curve in curves.items() if len(curves) <= MAX_CROSSED else ():
        points = [curve.at(i / 40) for i in range(41)]
        for other, pill in pills.items():
            if other != pair and any(pill.x < x < pill.right and pill.y < y < pill.bottom for x, y in points):
                crossed_by[other].add(pair)
    order = []
    while left:
        chosen = next((pair for pair in left if not crossed_by[pair] & left.keys()), next(iter(left)))
        order.append(chosen)
        del left[chosen]
    return order


def _written(svg: Element, detail: str) -> Iterator[Box]:
    """Yield the rectangle of every text on the stage, and of every badge that may appear on it."""
    for badge in svg.iterfind(".//*[@class='badge']/rect"):
        yield Box(*(float(badge.get(name, "0")) for name in ("x", "y", "width", "height")))
    for text in svg.iter("text"):
        if text.text:
            yield text_box(text, detail)


def _place(pair: Pair, curve: Route, size: tuple[float, float], stage: Box, obstacles: Obstacles) -> Box | None:
    """Return the first place without cost, or else the cheapest place; None if there is no room for the pill at all."""
    hard, cards, shafts = obstacles
    best, least = None, float("inf")
    for pill in _places(curve, *size):
        inside = pill.x >= 0 and pill.y >= 0 and pill.right <= stage.right and pill.bottom <= stage.bottom
        if not inside or any(pill.overlaps(box) for box in hard):
            continue
        cost = CARD * sum(pill.overlaps(box) for box in cards)
        for x, y, other in shafts:
            if other != pair and pill.x - 2 < x < pill.right + 2 and pill.y - 2 < y < pill.bottom + 2:
                cost += SHAFT
        if cost < least:
            best, least = pill, cost
        if not cost:
            break
    return best


def _places(curve: Route, width: float, height: float) -> Iterator[Box]:
    """Yield the places for a pill: on the arrow, then beside the arrow. A short arrow has only the places beside it."""
    if curve.length >= SHORT:
        yield from (around(*curve.at(t), width, height) for t in PLACES)
    (ax, ay), _, (bx, by) = curve
    length = hypot(bx - ax, by - ay) or 1
    across = (by - ay) / length, (ax - bx) / length
    reach = abs(across[0]) * width / 2 + abs(across[1]) * height / 2 + GAP
    for t in PLACES:
        x, y = curve.at(t)
        for side in SIDES:
            yield around(x + side * reach * across[0], y + side * reach * across[1], width, height)
