"""Measure how the time that a function needs to read its input grows with the length of the input.

Each input is a text in which, at one position, many copies of a short piece or of a line are inserted.
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
"""A function that makes an input of about the given size, in characters or bytes."""
Read = Callable[[Any], object]
"""A function that reads an input."""

SIZES = (8192, 16384, 32768, 65536)
"""The input sizes that are measured; each is twice the previous one."""
MAX_FACTOR = 3.0
"""The largest allowed ratio of the times for an input and for half of it: about 2 if linear, 4 if quadratic.

The first input that no longer fits in a cache may take 3 times as long as its half, on a busy computer. Such a ratio
between the two largest inputs counts only if an input of twice the largest size shows it again.
"""
FAST = 25
"""An input that takes less time per character than so many additions is measured only once.

Nearly all linear reading is so fast. Additions are timed at the same moment, since a busy computer is slower at all.
"""
TRIES = 15
"""The number of times that an input is measured. The shortest time counts, because noise only makes times longer."""
LONG = 1.0
"""A measurement that takes more seconds than this is not repeated, because noise is much shorter."""
MAX_FINDINGS = 3
"""The number of findings after which the search ends, because each finding may take seconds."""

PIECES = (
    *" \t=/'\",1ax([{<>}])#-:|&;.$\\",
    *("\\\n", "\n", "\r\n", "\u00a0", "''", "1 ", "1,", ", ", "= ", "-1", "a=", "1\n", "\n ", "=20\n", "=3D", "> "),
    *("a.", "[a]\n", "<a/>", "x<a/>", "/*", "{}", "a{", "$A", "-numa ", "node ", "node1/", "NUMA ", "Node 1 "),
)  # fmt: skip
BLANKS = ((" ", ""), (" ", "x"), ("\t", "x"), ("\t", "\n"))
"""Pairs of a blank that blanks() repeats and the text that follows the blanks."""


def slow(read: Read, makes: Iterable[tuple[str, Make]], first_size: int, fast: int = FAST) -> list[str]:
    """Return the names of the inputs that take more than linear time, with the seconds for each size.

    Each input is first measured once at the size `first_size`, to see whether it takes a noticeable time.
    """
    noticeable = fast * seconds_of_an_addition() * first_size
    measured = ((name, superlinear_times(read, make, first_size, noticeable)) for name, make in makes)
    findings = (f"{name}: {', '.join(f'{seconds:.4f}' for seconds in times)} s" for name, times in measured if times)
    return list(islice(findings, MAX_FINDINGS))


def seconds_of_an_addition() -> float:
    """Return the processor seconds that Python needs for an addition now."""
    additions = 100_000
    return seconds_to(sum, range(additions)) / additions


def superlinear_times(read: Read, make: Make, first_size: int, noticeable: float) -> list[float] | None:
    """Return the least measured seconds for each of SIZES, or None if the time grows linearly or is not noticeable."""
    if seconds_to(read, make(first_size)) < noticeable:
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
    if is_linear(least[:-1]):
        twice = make(2 * SIZES[-1])
        least.append(min(seconds_to(read, twice) for _ in range(TRIES)))
        return None if is_linear([least[-2], least[-1]]) and least[-2] < least[-1] else least
    return least


def is_linear(times: list[float]) -> bool:
    """Return whether every input takes less than MAX_FACTOR times as long as the input of half its size."""
    return all(longer < MAX_FACTOR * shorter for shorter, longer in pairwise(times))


def seconds_to(read: Read, data: object) -> float:
    """Return the processor seconds that the function needs to read or refuse the input."""
    gc.disable()  # a garbage collection in some of the measurements would spoil the comparison
    try:
        start = time.process_time()
        with suppress(ValueError, click.ClickException):
            read(data)
        return time.process_time() - start
    finally:
        gc.enable()


# ---- inputs


def blanks(text: str) -> Iterator[tuple[str, Make]]:
    """Yield texts with many blanks inserted at a position, followed by nothing, by a letter or by a line end."""
    for position, (piece, after) in product(positions(text), BLANKS):
        yield f"{piece!r} at {position}, then {after!r}", with_run(text, position, piece, after)


def runs(text: str) -> Iterator[tuple[str, Make]]:
    """Yield for each of PIECES a text into which many copies of the piece are inserted at one position.

    Each piece takes the next position, so that every position gets some of the pieces.
    """
    for piece, position in zip(PIECES, cycle(positions(text)), strict=False):
        yield f"{piece!r} at {position}", with_run(text, position, piece)


def positions(text: str) -> list[int]:
    """Return the positions at which repeated pieces are most likely to cost time.

    These are both ends of the text, the ends and the middle of one line, and the places between the keys and
    the values of the first lines.
    """
    lines = list(first_of_each_kind(text))
    middle = lines[len(lines) // 2]
    found = {0, len(text), lines[0].end(), middle.start(), middle.end() - 1, (middle.start() + middle.end()) // 2}
    separators = (re.search("[:=]+|[ ,(>]+(?!.*[:=])", line[0]) for line in lines[:6])
    return sorted(found | {line.start() + match.end() for line, match in zip(lines, separators, strict=False) if match})


def first_of_each_kind(text: str) -> Iterable[re.Match[str]]:
    """Return the first line of each kind. Lines that differ only in their numbers are of the same kind."""
    first: dict[str, re.Match[str]] = {}
    for line in re.finditer(r"[^\n]+\n?", text):
        first.setdefault(re.sub(r"\d+", "0", line[0]), line)
    return first.values()


def with_run(text: str, position: int, piece: str, after: str = "") -> Make:
    """Return a function that inserts many copies of a piece, and then `after`, into the text at a position."""
    return lambda size: f"{text[:position]}{piece * (size // len(piece))}{after}{text[position:]}"


def repeats(text: str) -> Iterator[tuple[str, Make]]:
    """Yield texts with many copies of one line, for each kind of line.

    In a first text all copies are equal. If the line has a number, a second text has copies with rising numbers.
    """
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
    """Return about `size` characters in lines, at most `limit` lines; `line` makes each line from its number."""
    return "".join(line(number) for number in range(min(size // len(line(100)), limit)))
