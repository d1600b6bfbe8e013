"""Check the words of the notation, and read them from a line one after the other.

The checks also serve the form on the page. An error quotes the word that is wrong and says what was expected.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from difflib import get_close_matches
from typing import NoReturn

from viz.topology.distances import LOCAL
from viz.topology.errors import TopologyError, shown
from viz.topology.quantities import MAX_BYTES
from viz.topology.shapes import FARTHEST, KINDS

UNITS = "KMGT"
_WORD = re.compile(r"[0-9]+(?:\.[0-9]+)?|[A-Za-z]+|\S")
_SIZE = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,6})?)([KMGT])(?:iB)?", re.IGNORECASE)


def number(word: str, low: int, high: int, what: str) -> int:
    """Return the word as a whole number; raise TopologyError unless it is from low to high."""
    if not (word.isascii() and word.isdigit() and len(word) <= 9 and low <= int(word) <= high):
        raise unexpected(word, f"{what} from {low} to {high}")
    return int(word)


def distance(word: str) -> int:
    """Return the word as a distance between two nodes."""
    return number(word, LOCAL + 1, FARTHEST, "a distance")


def size(word: str) -> int:
    """Return the bytes of a word such as 64G, 1.5T or 64GiB; they must be whole KiB."""
    match = _SIZE.fullmatch(word)
    exact = Decimal(match[1]) * 1024 ** (1 + UNITS.index(match[2].upper())) if match else None
    if exact is None or exact % 1024 or exact > MAX_BYTES:
        raise unexpected(word, "a size such as 512M, 64G or 1.5T")
    return int(exact)


def kind(word: str, or_cpus: bool = False) -> str:
    """Return the kind of memory that a word names; `or_cpus` makes the error say that "cpu" is possible, too."""
    if word.lower() not in KINDS:
        known = ["cpu", *KINDS] if or_cpus else [*KINDS]
        raise unexpected(word, f"{'cpu or ' if or_cpus else ''}a kind of memory ({', '.join(KINDS)})", known)
    return word.lower()


def unexpected(word: str, expected: str, known: Iterable[str] = ()) -> TopologyError:
    """Return an error that quotes the word, says what was expected and suggests a known word that is similar."""
    close = get_close_matches(word[:30].lower(), known, n=1)
    hint = f"; perhaps {close[0]} is meant" if close else ""
    what = f"{shown(word)} stands" if word else "the line ends"
    return TopologyError(f"{what} where {expected} is expected{hint}")


class Words:
    """The words of a line, read one after the other; after the last word, the next word is ""."""

    def __init__(self, text: str) -> None:
        self._words = _WORD.findall(text)
        self._position = 0

    def peek(self, by: int = 0) -> str:
        """Return the next word, or the one `by` words after it, in small letters."""
        index = self._position + by
        return self._words[index].lower() if index < len(self._words) else ""

    def take(self) -> str:
        """Return the next word as it is written, and go on to the one after it."""
        word = self._words[self._position] if self._position < len(self._words) else ""
        self._position += 1
        return word

    def accepted(self, *words: str) -> bool:
        """Return whether the next word is one of `words`; if so, go on to the word after it."""
        matches = self.peek() in words
        self._position += matches
        return matches

    def expect(self, *words: str, expected: str = "") -> None:
        """Go past the next word; raise TopologyError if it is none of `words`."""
        if not self.accepted(*words):
            self.fail(expected or words[0], words)

    def fail(self, expected: str, known: Iterable[str] = ()) -> NoReturn:
        """Raise TopologyError, which says that the next word is wrong and what was expected."""
        raise unexpected(self.take(), expected, known)

    @property
    def at_number(self) -> bool:
        """Return whether the next word is a number."""
        return self.peek()[:1].isdigit()
