"""Measure how the time that a function needs to read its input grows with the size of the input.

Each input is a text into which many copies of a short piece or of one of its lines are inserted at some position.
"""

from __future__ import annotations

import gc
import re
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import cycle, islice, pairwise, product
from typing import Any

import click

Make = Callable[[int], Any]
"""A function that makes an input of about the size given, in characters or bytes."""
Read = Callable[[Any], object]
"""A function that reads an input."""

SIZES = (8192, 16384, 32768, 65536)
"""The sizes that are measured, each twice the one before."""
MAX_FACTOR = 2.6
"""An input of twice the size may take up to this many times the time; quadratic reading takes four times."""
FAST = 0.75e-6
"""The seconds per character below which an input is not measured further; nearly all linear reading is faster."""
TRIES = 15
"""How often an input is measured to rule out noise."""
LONG = 1.0
"""The seconds above which a measurement is not repeated, because noise does not make so much."""
MAX_FINDINGS = 3
"""The search ends after this many findings, because each of them may take seconds."""

PIECES = (
    *" \t=/'\",1ax([{<>}])#-:|&;.$\\",
    *("\\\n", "\n", "\r\n", "\u00a0", "''", "1 ", "1,", ", ", "= ", "-1", "a=", "1\n", "\n ", "=20\n", "=3D", "> "),
    *("a.", "[a]\n", "<a/>", "x<a/>", "/*", "{}", "a{", "$A", "-numa ", "node ", "node1/", "NUMA ", "Node 1 "),
)  # fmt: skip
BLANKS = ((" ", ""), (" ", "x"), ("\t", "x"), ("\t", "\n"))
"""Each pair: a blank that blanks() repeats, and what comes after the blanks."""


def slow(read: Read, makes: Iterable[tuple[str, Make]], first_size: int, fast: float = FAST) -> list[str]:
    """Return the names of the inputs that take more than linear time, with the seconds for each size.

    Each input is first measured once at the size `first_size`, to see whether it takes any noticeable time.
    """
    measured = ((name, superlinear_times(read, make, first_size, fast)) for name, make in makes)
    findings = (f"{name}: {', '.join(f'{seconds:.4f}' for seconds in times)} s" for name, times in measured if times)
    return list(islice(findings, MAX_FINDINGS))


def superlinear_times(read: Read, make: Make, first_size: int, fast: float) -> list[float] | None:
    """Return the seconds for each of SIZES, the least of several measurements; None if the time grows linearly."""
    if seconds_to(read, make(first_size)) < fast * first_size:
        return None
    inputs, least = [make(size) for size in SIZES], list[float]()
    for data in inputs:
        least.append(seconds_to(read, data))
        if least[-1] > LONG and not is_linear(least):
            return least
    for _ in range(TRIES):
        if is_linear(least):
            return None
        least = [min(seconds, seconds_to(read, data)) for seconds, data in zip(least, inputs, strict=True)]
    return None if is_linear(least) else least


def is_linear(times: list[float]) -> bool:
    """Return whether no input takes more than MAX_FACTOR times as long as the one of half its size."""
    return all(longer < MAX_FACTOR * shorter for shorter, longer in pairwise(times))


def seconds_to(read: Read, data: object) -> float:
    """Return the seconds of processor time that it takes to read or to refuse the input."""
    gc.disable()  # a garbage collection during one measurement and not the others would spoil the comparison
    try:
        start = time.process_time()
        with suppress(ValueError, click.ClickException):
            read(data)
        return time.process_time() - start
    finally:
        gc.enable()


# ---- inputs


def blanks(text: str) -> Iterator[tuple[str, Make]]:
    """Yield texts with many blanks inserted at a position, and nothing, a letter or a line end after the blanks."""
    for position, (piece, after) in product(positions(text), BLANKS):
        yield f"{piece!r} at {position}, then {after!r}", with_run(text, position, piece, after)


def runs(text: str) -> Iterator[tuple[str, Make]]:
    """Yield texts with many copies of a piece inserted at a position, for each piece at one position.

    The next piece is inserted at the next position, so that every position gets some of the pieces.
    """
    for piece, position in zip(PIECES, cycle(positions(text)), strict=False):
        yield f"{piece!r} at {position}", with_run(text, position, piece)


def positions(text: str) -> list[int]:
    """Return the positions at which repeated pieces are most likely to cost time.

    These are both ends of the text, the ends and the middle of a line, and between key and value of the first lines.
    """
    lines = list(first_of_each_kind(text))
    middle = lines[len(lines) // 2]
    found = {0, len(text), lines[0].end(), middle.start(), middle.end() - 1, (middle.start() + middle.end()) // 2}
    separators = (re.search("[:=]+|[ ,(>]+(?!.*[:=])", line[0]) for line in lines[:6])
    return sorted(found | {line.start() + match.end() for line, match in zip(lines, separators, strict=False) if match})


def first_of_each_kind(text: str) -> Iterable[re.Match[str]]:
    """Return the first line of each kind; lines that differ only in their numbers are of the same kind."""
    first: dict[str, re.Match[str]] = {}
    for line in re.finditer(r"[^\n]+\n?", text):
        first.setdefault(re.sub(r"\d+", "0", line[0]), line)
    return first.values()


def with_run(text: str, position: int, piece: str, after: str = "") -> Make:
    """Return a function that inserts many copies of the piece, and then `after`, into the text at the position."""
    return lambda size: f"{text[:position]}{piece * (size // len(piece))}{after}{text[position:]}"


def repeats(text: str) -> Iterator[tuple[str, Make]]:
    """Yield texts with many copies of a line, for each kind of line: unchanged, and with a number that counts up."""
    for line in first_of_each_kind(text):
        yield f"{line[0]!r} again and again", with_run(text, line.end(), line[0])
        if re.search(r"\d", line[0]):
            yield f"{line[0]!r} counting up", counting(text, line.end(), line[0])


def counting(text: str, position: int, line: str) -> Make:
    before, _, after = re.split(r"(\d+)", line, maxsplit=1)

    def make(size: int) -> str:
        more = up_to(size, lambda number: f"{before}{number}{after}", size)
        return f"{text[:position]}{more}{text[position:]}"

    return make


def up_to(size: int, line: Callable[[int], str], limit: int = 1024) -> str:
    """Return lines, each made from its number: so many that they have about `size` characters, at most `limit`."""
    return "".join(line(number) for number in range(min(size // len(line(100)), limit)))
