"""Hold the sizes of the cards on which nodes are drawn, and of the windows for which a stage is laid out."""

from __future__ import annotations

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


DESKTOP = Window(1000, 480, 0.74, row_label=70)
"""A small desktop window, of 1280x720 pixels."""
PHONE = Window(350, 430, 1.0, row_label=0)
"""A telephone held upright."""
LEGIBLE = 7.5
"""The smallest font size that can be read, in CSS pixels."""


class Card(NamedTuple):
    """The size of a node's card, and how much is written on it."""

    width: int
    height: int
    gap: int
    """The space between cards side by side, in stage units as all sizes here."""
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
