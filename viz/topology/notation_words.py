"""The words of the notation: each checked by itself, whoever gives it, and read from a line one after the other.

An error quotes the word that is wrong and says what was expected.
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
    """The whole number from low to high that a word is; TopologyError says what was expected."""
    if not (word.isascii() and word.isdigit() and len(word) <= 9 and low <= int(word) <= high):
        raise unexpected(word, f"{what} from {low} to {high}")
    return int(word)


def distance(word: str) -> int:
    """The distance between two nodes that a word is."""
    return number(word, LOCAL + 1, FARTHEST, "a distance")


def size(word: str) -> int:
    """The bytes that a word such as 64G, 1.5T or 64GiB is: whole KiB."""
    match = _SIZE.fullmatch(word)
    exact = Decimal(match[1]) * 1024 ** (1 + UNITS.index(match[2].upper())) if match else None
    if exact is None or exact % 1024 or exact > MAX_BYTES:
        raise unexpected(word, "a size such as 512M, 64G or 1.5T")
    return int(exact)


def kind(word: str, or_cpus: bool = False) -> str:
    """The kind of memory that a word names; `or_cpus` says that CPUs might stand there, too."""
    if word.lower() not in KINDS:
        known = ["cpu", *KINDS] if or_cpus else [*KINDS]
        raise unexpected(word, f"{'cpu or ' if or_cpus else ''}a kind of memory ({', '.join(KINDS)})", known)
    return word.lower()


def unexpected(word: str, expected: str, known: Iterable[str] = ()) -> TopologyError:
    """An error that quotes the word, says what was expected and, if it is close to something known, what is meant."""
    close = get_close_matches(word[:30].lower(), known, n=1)
    hint = f"; perhaps {close[0]} is meant" if close else ""
    what = f"{shown(word)} stands" if word else "the line ends"
    return TopologyError(f"{what} where {expected} is expected{hint}")


class Words:
    """The words of a line, and the one that is to be read next: "" after the last."""

    def __init__(self, text: str) -> None:
        self._words = _WORD.findall(text)
        self._place = 0

    def ahead(self, by: int = 0) -> str:
        """The next word, or one after it, in small letters."""
        place = self._place + by
        return self._words[place].lower() if place < len(self._words) else ""

    def pull(self) -> str:
        """The next word as it stands there, which is done with."""
        word = self._words[self._place] if self._place < len(self._words) else ""
        self._place += 1
        return word

    def took(self, *words: str) -> bool:
        """Whether the next word is one of these, and is done with."""
        found = self.ahead() in words
        self._place += found
        return found

    def expect(self, *words: str, expected: str = "") -> None:
        """The next word is one of these, or it is an error."""
        if not self.took(*words):
            self.refuse(expected or words[0], words)

    def refuse(self, expected: str, known: Iterable[str] = ()) -> NoReturn:
        """The next word is wrong."""
        raise unexpected(self.pull(), expected, known)

    @property
    def numeric(self) -> bool:
        """Whether the next word is a number."""
        return self.ahead()[:1].isdigit()
