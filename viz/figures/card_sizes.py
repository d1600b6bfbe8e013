"""What a node can be drawn on, and the windows that a stage is drawn for."""

from __future__ import annotations

from typing import NamedTuple


class Window(NamedTuple):
    """The room that a stage is made for: width and height in units of its own, and what such a unit is in pixels."""

    width: int
    height: int
    pixels: float
    row_label: int
    """The room left of the sockets for the names of the tiers; without any, they are told by the cards alone."""


DESK = Window(1000, 480, 0.74, row_label=70)
"""A small one: 1280x720."""
PHONE = Window(350, 430, 1.0, row_label=0)
"""A held one."""
LEGIBLE = 7.5
"""Pixels that small letters need."""


class Card(NamedTuple):
    """The size of a node's card, and how much is written on it."""

    width: int
    height: int
    gap: int
    """Air to the next card beside it."""
    drop: int
    """Air to the next card below it, with room for an arrow."""
    air: int
    """More air around each tier's row."""
    letter: float
    """The size of its smallest facts, in stage units: of two cards, that with the larger letters on the screen wins."""
    detail: str
    padding: int = 18
    """Air between the cards and the edge of their socket."""
    heading: int = 30
    """Height of a socket's name."""
    between: int = 28
    """Air between sockets, at least."""


SMALL = "id"
"""The detail of a card that has room for nothing but its node's id."""
CARDS = (
    (Card(272, 66, 26, 28, 16, 15.5, "wide"), Card(172, 84, 26, 26, 26, 13.5, "tall")),
    (Card(88, 50, 14, 30, 0, 12, "short"),),
    (Card(46, 30, 8, 16, 0, 17, SMALL, padding=8, heading=22, between=12),),
)
"""Cards that tell the same, those that tell most first."""
