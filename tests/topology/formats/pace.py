"""How the time of a reader grows: runs of a piece in a text, its lines repeated, and what takes more than its share."""

from __future__ import annotations

import gc
import re
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import islice, pairwise, product
from typing import Any

import click

Make = Callable[[int], Any]
"""Makes an input of about so many characters or bytes."""
Read = Callable[[Any], object]

SIZES = (8192, 16384, 32768, 65536)
FACTOR = 2.6
"""Twice the length may take so many times the time; what is quadratic takes four times."""
BRIEF = 0.75e-6
"""Seconds a character: what takes less is not looked at any closer; nearly all that is linear takes less."""
TRIES, LONG = 15, 0.2
"""So often it is measured again, unless it has taken so many seconds: those are no noise."""
ENOUGH = 3
"""So many findings tell what is wrong; each may have taken seconds."""

PIECES = (
    *" \t=/'\",1ax([{<>}])#-:|&;.$\\",
    *("\\\n", "\n", "\r\n", "\u00a0", "''", "1 ", "1,", ", ", "= ", "-1", "a=", "1\n", "\n ", "=20\n", "=3D", "> "),
    *("a.", "[a]\n", "<a/>", "x<a/>", "/*", "{}", "a{", "$A", "-numa ", "node ", "node1/", "NUMA ", "Node 1 "),
)  # fmt: skip
BLANKS = ((" ", ""), (" ", "x"), ("\t", "x"), ("\t", "\n"))
"""Each with what comes after it."""


def slow(read: Read, makes: Iterable[tuple[str, Make]], screen: int, brief: float = BRIEF) -> list[str]:
    """Those of the inputs that take more than linear time, with their seconds.

    `screen` is the size that each is measured at once, to see whether it takes any time at all.
    """
    found = ((name, steep(read, make, screen, brief)) for name, make in makes)
    told = (f"{name}: {', '.join(f'{one:.4f}' for one in times)} s" for name, times in found if times)
    return list(islice(told, ENOUGH))


def steep(read: Read, make: Make, screen: int, brief: float) -> list[float] | None:
    """The seconds for each size, the least of several, where a doubling takes more than it may; else None."""
    if spent(read, make(screen)) < brief * screen:
        return None
    given, least = [make(size) for size in SIZES], list[float]()
    for one in given:
        least.append(spent(read, one))
        if least[-1] > LONG and not is_linear(least):
            return least
    for _ in range(TRIES):
        if is_linear(least):
            return None
        least = [min(known, spent(read, one)) for known, one in zip(least, given, strict=True)]
    return None if is_linear(least) else least


def is_linear(times: list[float]) -> bool:
    """Whether no doubling takes more than it may."""
    return all(longer < FACTOR * shorter for shorter, longer in pairwise(times))


def spent(read: Read, given: object) -> float:
    """Seconds of processor time that it takes to read that, or to refuse it."""
    gc.disable()  # a collection of all that the tests hold would fall on one size and not on another
    try:
        start = time.process_time()
        with suppress(ValueError, click.ClickException):
            read(given)
        return time.process_time() - start
    finally:
        gc.enable()


# ---- inputs


def blanks(text: str) -> Iterator[tuple[str, Make]]:
    """Runs of blanks at every place, with nothing, a letter or the end of the line after them."""
    for place, (piece, after) in product(places(text), BLANKS):
        yield f"{piece!r} at {place}, then {after!r}", run(text, place, piece, after)


def runs(text: str) -> Iterator[tuple[str, Make]]:
    """Runs of every piece at every fifth place, those of the next piece at the next."""
    found = places(text)
    for turn, piece in enumerate(PIECES):
        for place in found[turn % 5 :: 5]:
            yield f"{piece!r} at {place}", run(text, place, piece)


def places(text: str) -> list[int]:
    """Where a piece tells most: at both ends, around and in the middle of a line, between the key and value of each."""
    lines = list(kinds(text))
    middle = lines[len(lines) // 2]
    found = {0, len(text), lines[0].end(), middle.start(), middle.end() - 1, (middle.start() + middle.end()) // 2}
    parted = (re.search("[:=]+|[ ,(>]+(?!.*[:=])", line[0]) for line in lines[:6])
    return sorted(found | {line.start() + part.end() for line, part in zip(lines, parted, strict=False) if part})


def kinds(text: str) -> Iterable[re.Match[str]]:
    """The first line of each kind: lines that differ in numbers alone are of one."""
    found: dict[str, re.Match[str]] = {}
    for line in re.finditer(r"[^\n]+\n?", text):
        found.setdefault(re.sub(r"\d+", "0", line[0]), line)
    return found.values()


def run(text: str, place: int, piece: str, after: str = "") -> Make:
    """The text with a run of the piece in it, and something after the run."""
    return lambda size: f"{text[:place]}{piece * (size // len(piece))}{after}{text[place:]}"


def repeats(text: str) -> Iterator[tuple[str, Make]]:
    """Each kind of line many times in its place, as it is and with its first number counting up."""
    for line in kinds(text):
        yield f"{line[0]!r} again and again", run(text, line.end(), line[0])
        if re.search(r"\d", line[0]):
            yield f"{line[0]!r} counting up", counting(text, line.end(), line[0])


def counting(text: str, place: int, line: str) -> Make:
    before, _, after = re.split(r"(\d+)", line, maxsplit=1)

    def make(size: int) -> str:
        more = up_to(size, lambda number: f"{before}{number}{after}", size)
        return f"{text[:place]}{more}{text[place:]}"

    return make


def up_to(size: int, line: Callable[[int], str], most: int = 1024) -> str:
    """Lines made of their numbers, as many as fit and no more than there may be."""
    return "".join(line(number) for number in range(min(size // len(line(100)), most)))
