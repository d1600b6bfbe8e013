"""What is read from a text of each format, and from the same text when it is damaged, one damage a line."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterable, Iterator
from functools import partial

from tests.topology.formats import habits
from tests.topology.formats.test_linear import BYTES, TEXTS, WORDS
from viz.topology import ParseResult, TopologyError, load

WRAPPED = {name: text for name, (read, text) in WORDS.items() if read is load}
"""Listings within other texts, by their names: the first, which is within none, is damaged."""
INDENT = " " * 4
TIERED = "tiers beside a listing"
NUMBERS = ("-1", "4096", "x")
"""What is put in the place of a number."""
CUTS = 5
"""The number of pieces of a text; it is cut after each."""
MOST = 36
"""The largest number of damages to a text; of more, some at equal intervals are made."""


def files() -> dict[str, Callable[[], str]]:
    """Return NAME.txt for each text; one file for all that are read in one way only, and one for binary data."""
    named = {
        f"{re.sub('[^a-z0-9]+', '-', name.lower())}.txt": partial(text, whole)
        for name, whole in (TEXTS | {TIERED: WRAPPED[TIERED]}).items()
    }
    return named | {"bytes.txt": _bytes, "habits.txt": _habits}


def text(whole: str) -> str:
    """Return the facts that are read from the text, then what differs after each damage."""
    facts = read(whole)
    return "\n".join([*facts, "", *outcomes(facts, every(damages(whole))), ""])


def every(of: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return at most MOST of the damages."""
    listed = list(of)
    return listed[:: -(-len(listed) // MOST)]


def outcomes(facts: list[str], damaged: Iterable[tuple[str, str] | tuple[str, bytes]]) -> Iterator[str]:
    """Yield each result of damages as a line, and below it the damages."""
    yield from grouped((name, differs(facts, read(data))) for name, data in damaged)


def grouped(named: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield each line of the pairs once, and below it the names that have it."""
    names = dict[str, list[str]]()
    for name, line in named:
        names.setdefault(line, []).append(name)
    for line, of in names.items():
        yield line
        yield textwrap.fill("; ".join(of), 120, initial_indent=INDENT, subsequent_indent=INDENT, break_on_hyphens=False)


def read(data: str | bytes) -> list[str]:
    """Return what is read from the data, a fact a line, or the refusal."""
    try:
        return list(facts_of(load(data)))
    except TopologyError as error:
        return [without_parser(f"{type(error).__name__}: {error}")]


def without_parser(problem: str) -> str:
    """Return a problem without what Python's own parsers say, which differs between its versions."""
    return re.sub(r"[^:]*: is no (JSON|TOML): .*", r" is no \1", problem)


def facts_of(result: ParseResult) -> Iterator[str]:
    """Yield the facts about a machine that was read, a line each."""
    machine = result.topology.document()
    machine.pop("note", None)  # it repeats the guesses
    nodes, distances = machine.pop("nodes"), machine.pop("distances")
    yield f"form: {result.form}"
    yield from (f"{key}: {value}" for key, value in machine.items())
    yield from (f"node {' '.join(f'{key}={value}' for key, value in node.items())}" for node in nodes)
    yield from [f"distances {row}" for row in distances] if isinstance(distances, list) else [distances]
    for guess in result.guesses:
        yield f"guess {guess.key} {guess.nodes}: {guess.sentence} {guess.change or ''}"
        yield from (f"choice {choice.name}: {choice.words} {choice.change} {choice.taken}" for choice in guess.choices)
    yield from (f"tier of {node}: {words}" for node, words in result.tiers.items())
    yield from (f"warning: {sentence}" for sentence in result.warnings())


def differs(before: list[str], after: list[str]) -> str:
    """Return the facts that are new, in one line."""
    new = [line for line in after if line not in before]
    gone = sum(line not in after for line in before)
    return " | ".join(new) or (f"{gone} facts fewer" if gone else "the same")


def damages(whole: str) -> Iterator[tuple[str, str]]:
    """Yield damaged texts, each with a name: a line dropped or doubled, a number or a word changed, the end cut off.

    Of lines and words that differ in numbers only, the first is damaged.
    """
    lines = whole.splitlines(keepends=True)
    for number in firsts(map(shape, lines)):
        yield f"without line {number + 1}", "".join(lines[:number] + lines[number + 1 :])
        yield f"line {number + 1} twice", "".join(lines[: number + 1] + lines[number:])
    for pattern, changes in ((r"\d+", NUMBERS), (r"[A-Za-z_]{2,}", ("zz",))):
        found = list(re.finditer(pattern, whole))
        for index in firsts(place(whole, match) for match in found):
            start, end = found[index].span()
            for change in changes:
                yield f"{found[index][0]} at {start} is {change}", whole[:start] + change + whole[end:]
    for piece in range(1, CUTS):
        end = len(whole) * piece // CUTS
        yield f"cut at {end}", whole[:end]


def place(whole: str, match: re.Match[str]) -> tuple[str, str]:
    """Return a word, without its digits, with what stands before it in its line."""
    start = whole.rfind("\n", 0, match.start()) + 1
    return shape(whole[start : match.start()]), shape(match[0])


def shape(line: str) -> str:
    """Return the line with all numbers as 0."""
    return re.sub(r"\d+", "0", line)


def firsts(keys: Iterator[object] | map[str]) -> list[int]:
    """Return the index of each key that none before is equal to."""
    seen = dict[object, int]()
    for index, key in enumerate(keys):
        seen.setdefault(key, index)
    return list(seen.values())


def _bytes() -> str:
    lines = list[str]()
    for name, data in BYTES.items():
        facts = read(data)
        changed = [
            (f"byte {start}", data[:start] + bytes([data[start] ^ 0x55]) + data[start + 1 :])
            for start in range(0, min(len(data), 600), 5)
        ]
        cut = [(f"cut at {end}", data[:end]) for end in range(1, len(data), len(data) // 20 + 1)]
        lines += [f"{name}:", *facts, "", *outcomes(facts, changed + cut), ""]
    return "\n".join(lines)


def _habits() -> str:
    return "\n".join([*outcomes([], (habits.TEXTS | WRAPPED).items()), ""])
