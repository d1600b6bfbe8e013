"""Hold the sizes of the cards on which nodes are drawn, and of the windows for which a stage is laid out."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import NamedTuple


class Window(NamedTuple):
    """The space that a stage is laid out for."""

    width: int
    """The width in stage units."""
    height: int
    """The height in stage units."""
    pixels: float
    """The size of a stage unit on the screen, in CSS pixels."""
    row_label: int
    """The least width of the column left of the sockets that holds the tiers' names; 0 leaves the names out."""
    legible: float = 7.5
    """The smallest font size that can be read, in CSS pixels."""
    cards: Sequence[Sequence[Card]] = ()
    """The cards to choose from; empty for CARDS."""


class Card(NamedTuple):
    """The size of a node's card, and how much is written on it."""

    width: int
    height: int
    gap: int
    """The space between cards side by side. All sizes of this class are in stage units."""
    row_gap: int
    """The space between a card and the one below it, with room for an arrow."""
    tier_gap: int
    """The space that is added to the row of each tier."""
    font_size: float
    """The size of the card's smallest text. The layout prefers the card whose text is largest on the screen."""
    detail: str
    """How much is written on the card: "wide", "tall", "short" or SMALL; also a CSS class of the stage."""
    padding: int = 18
    """The space between the cards and the edge of their socket."""
    heading: int = 30
    """The height of a socket's name."""
    socket_gap: int = 28
    """The least space between sockets."""


SMALL = "id"
"""The `detail` of a card that has room for its node's id only."""
CARDS = (
    (Card(272, 66, 26, 28, 16, 15.5, "wide"), Card(172, 84, 26, 26, 26, 13.5, "tall")),
    (Card(88, 50, 14, 30, 0, 12, "short"),),
    (Card(46, 30, 8, 16, 0, 17, SMALL, padding=8, heading=22, socket_gap=12),),
)
"""Groups of cards that show the same facts in different shapes; the groups with the most facts come first."""

DESKTOP = Window(1000, 480, 0.74, row_label=70)
"""A small desktop window, of 1280x720 pixels."""
PHONE = Window(350, 430, 1.0, row_label=0)
"""A telephone held upright."""
HALL_TEXT = 22
"""The smallest font size in presenter mode that can be read from the back of a hall, on a screen of 720 lines."""
HALL_TAGS = 138
"""The width of a card's tags in presenter mode."""
HALL_SPACES = ((1230, 356, 70), (1230, 245, 70), (600, 356, 0), (600, 245, 0))
"""The width and height of the stage in presenter mode, and the least width of its column of tiers' names: with and
without a panel beside the stage, with and without bands below it. A unit is the 720th part of the screen's height."""


def hall_windows(left: int, amount: float, state: float) -> list[Window]:
    """Return the windows of presenter mode.

    `left` is the width of a card left of its facts, `amount` and `state` are those of the longest amount of memory and
    of the longest state of a node.
    """
    facts = max(amount, state)
    cards = (
        (Card(ceil(facts) + left + HALL_TAGS, 70, 26, 22, 4, HALL_TEXT, "hall-tags", padding=14),),
        (Card(ceil(facts) + left + 8, 70, 24, 22, 4, HALL_TEXT, "hall-facts", padding=14),),
        (Card(ceil(amount) + left + 8, 42, 24, 24, 2, HALL_TEXT, "hall-line", padding=12, socket_gap=70),),
        (Card(118, 42, 20, 24, 2, HALL_TEXT, "hall-id", padding=10, socket_gap=20),),
        (Card(110, 34, 18, 15, 0, HALL_TEXT, "hall-id", padding=8, heading=28, socket_gap=16),),
        (Card(104, 30, 16, 8, 0, HALL_TEXT, "hall-id", padding=6, heading=27, socket_gap=12),),
    )
    return [Window(width, height, 1.0, label, 0.99 * HALL_TEXT, cards) for width, height, label in HALL_SPACES]
