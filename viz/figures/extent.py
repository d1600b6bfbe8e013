"""Compute how much room a text of the stage takes, without a browser.

The font sizes are those of assets/styles/stage.css. The widths are those of DejaVu Sans, which is wider than the other
fonts that the style sheet names. A browser test compares both with what Chromium draws.
"""

from __future__ import annotations

import re
from unicodedata import east_asian_width
from xml.etree.ElementTree import Element

from viz.figures.box import Box
from viz.figures.card_sizes import HALL_TEXT

NARROW, THIN, WIDE = "fjrtI-/()[]{}", "il.,:;|!' ", "mwMW@%\u2192\u2260"
"""The letters that are narrow, very narrow and wide."""
BOLD, MONO = 1.1, 0.61
"""How many times as wide bold letters are, and the width of a letter in the font for code, in units of its size."""
ABOVE, BELOW, DESCENT = 0.42, 0.37, 0.6
"""How far letters reach above the middle of their line, below it, and below it with a descender.

These are units of the font size.
"""
DESCENDING = set("gjpqy_,;()[]")
"""The letters that have a descender."""

SIZES: dict[str, dict[str, float]] = {
    "id": {"": 30, "short": 19, "id": 17},
    "id long": {"": 23, "id": 15},
    "fact": {"": 13.5, "wide": 15.5, "short": 12},
    "tag": {"": 10.5, "wide": 14},
    "away": {"": 13, "short": 11, "id": 10.5},
    "far": {"": 13},
    "name": {"": 14},
    "tier": {"": 13},
}
"""The font size of each kind of text (a CSS class), by the `detail` of the cards; "" is for all other details."""
HALL_SIZES = {"id": 32.0, "id long": 25.0}
"""The font sizes of presenter mode; all other texts have the smallest size that can be read there."""
SMALLEST = 10.2
"""The smallest font size to which a text shrinks, in stage units: 7.5 pixels in a small desktop window."""
STRONG = {"id", "id long", "away", "far"}
"""The kinds of text in bold letters."""


def text_width(text: str, size: float, bold: bool = False) -> float:
    """Return the width of a line of text, in the same unit as its font size `size`."""
    return sum(map(_letter, text)) * size * (BOLD if bold else 1)


def _letter(letter: str) -> float:
    if letter in THIN:
        return 0.34
    if letter in NARROW:
        return 0.42
    if letter in WIDE or east_asian_width(letter) in "WF":
        return 1.0
    return 0.72 if letter.isupper() else 0.64


def font_size(kind: str, detail: str) -> float:
    """Return the font size of a kind of text on a stage with cards of this detail."""
    if in_hall(detail):
        return HALL_SIZES.get(kind, HALL_TEXT)
    sizes = SIZES[kind]
    return sizes.get(detail, sizes[""])


def in_hall(detail: str) -> bool:
    """Return whether cards of this detail are those of presenter mode."""
    return detail.startswith("hall")


def text_box(text: Element, detail: str, words: str | None = None) -> Box:
    """Return the rectangle that a text of the stage covers, or would cover if it held `words` instead."""
    written = (text.text or "") if words is None else words
    names = text.get("class", "").split()
    kind = next(kind for kind in ("id long", *SIZES) if set(kind.split()) <= set(names))
    own = re.fullmatch(r"font-size: ([\d.]+)px", text.get("style", ""))
    size = float(own[1]) if own else font_size(kind, detail)
    width = len(written) * MONO * size if kind == "tag" else text_width(written, size, kind in STRONG)
    at_end = kind == "tier" or (kind == "tag" and (detail == "wide" or in_hall(detail)))
    left = float(text.get("x", "0")) - (width if at_end else width / 2 if "middle" in names else 0)
    below = DESCENT if DESCENDING & set(written) else BELOW
    return Box(left, float(text.get("y", "0")) - ABOVE * size, width, (ABOVE + below) * size)


def fitted(text: str, width: float, size: float, bold: bool = False) -> tuple[str, float]:
    """Return a text that fits into a width, and its font size; 0 stands for `size` itself.

    Letters shrink down to SMALLEST, but not in presenter mode. If that is not enough, an ellipsis takes the place of
    the last words.
    """
    smallest = min(size, HALL_TEXT) if size >= HALL_TEXT else SMALLEST
    words = text.split(" ")
    for count in range(len(words), 0, -1):
        written = " ".join(words[:count]) + (" \u2026" if count < len(words) else "")
        most = width / max(text_width(written, 1, bold), 0.01)
        if most >= size:
            return written, 0
        if most >= smallest:
            return written, int(most * 10) / 10
    return "\u2026", 0
