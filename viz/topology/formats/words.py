"""Words of a listing as numbers: ASCII digits only, bounded before they are converted."""

from __future__ import annotations

import re
from collections.abc import Iterator

from viz.kernel.nodemask import MAX_NUMNODES
from viz.topology.distances import LARGEST, SMALLEST, distance_problem
from viz.topology.errors import TopologyError, shown
from viz.topology.quantities import MAX_BYTES, MAX_CPUS, cpu_bits, cpu_text

_DIGITS = 19
_QUOTED = re.compile(r"^[ \t]*>[> \t]*", re.MULTILINE)
MARKS = " \t>|+*#"
"""What mails, patches and comments put before a line."""
_MAX_LINES = 500_000
_MAX_LINE = 2**20  # with the CPUs of the largest machine in it, one by one
_MAX_RUNS = 8192


def count(word: str, what: str, where: str = "", most: int = MAX_BYTES) -> int:
    """The whole number from 0 to `most` that a word is; int() alone would take any script's digits, and signs."""
    if not (word.isascii() and word.isdigit() and len(word) <= _DIGITS and int(word) <= most):
        raise TopologyError(f"{what} must be a whole number from 0 to {most}, not {shown(word)}", where)
    return int(word)


def node_id(word: str, where: str = "") -> int:
    """The node id that a word is."""
    if not (word.isascii() and word.isdigit() and len(word) <= 5 and int(word) < MAX_NUMNODES):
        raise TopologyError(f"{shown(word)} is no node id from 0 to {MAX_NUMNODES - 1}", where)
    return int(word)


def distance(word: str, source: int, target: int, where: str = "") -> int:
    """The distance that a word is."""
    value = int(word) if word.isascii() and word.isdigit() and len(word) <= _DIGITS else word
    if not (isinstance(value, int) and SMALLEST <= value <= LARGEST):
        raise TopologyError(f"from node {source} to node {target}: {distance_problem(value)}", where)
    return value


def cpu_list(text: str, node: int, where: str = "") -> str:
    """A CPU list in its shortest form: "0,1,2" is "0-2"."""
    try:
        return _short(cpu_bits(text))
    except ValueError as error:
        raise TopologyError(f"the CPUs of node {node}: {error}", where) from None


def _short(bits: int) -> str:
    text = cpu_text(bits)
    if text.count(",") >= _MAX_RUNS:  # 32,768 of them for a thousand nodes would be a bomb
        raise ValueError(f"names more than {_MAX_RUNS} separate CPUs and ranges; no machine is like that")
    return text


def cpu_mask(text: str, node: int, where: str = "") -> str:
    """The CPU list of a mask as the kernel and hwloc write it: hexadecimal words of 32 bits, "0x..." or bare."""
    bits = mask_bits(text, node, where)
    try:
        return _short(bits)
    except ValueError as error:
        raise TopologyError(f"the CPUs of node {node}: {error}", where) from None


def mask_bits(text: str, node: int, where: str = "") -> int:
    """The same as a number."""
    words = text.strip().replace("0x", "").split(",")
    if len(words) > MAX_CPUS // 32:
        raise TopologyError(f"the CPUs of node {node}: is a mask of more than {MAX_CPUS} CPUs", where)
    for word in words:
        if not re.fullmatch("[0-9a-fA-F]{0,8}", word.strip()):
            raise TopologyError(f"the CPUs of node {node}: {shown(word)} is no part of a hexadecimal mask", where)
    return int("".join(word.strip().zfill(8) for word in words), 16)


def lines_of(text: str) -> Iterator[tuple[int, str]]:
    """Line numbers and lines without marks and blanks; TopologyError where there are more than any listing has.

    Lines that a mail's quoted-printable has broken are joined.
    """
    held: list[str] = []
    for number, line in enumerate(raw_lines(text), 1):
        if line.endswith("=") and not line.endswith("=="):
            held.append(line[:-1])
        else:
            yield number, "".join((*held, line)).removesuffix("=20").strip().lstrip(MARKS)
            held = []


def raw_lines(text: str) -> list[str]:
    """The lines as they are, in bounded number and length."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if len(lines) > _MAX_LINES:
        raise TopologyError(f"has {len(lines)} lines; give only the listing")
    longest = max(range(len(lines)), key=lambda place: len(lines[place]))
    if len(lines[longest]) > _MAX_LINE:
        raise TopologyError(f"has {len(lines[longest])} characters; no listing has such a line", f"line {longest + 1}")
    return lines


def unwrapped(text: str) -> Iterator[tuple[int, str]]:
    """The same, with lines of bare numbers, or of kB, joined to the line that they were wrapped from."""
    first, held = 0, list[str]()
    for number, line in lines_of(text):
        if held and line and not line.removesuffix("kB").strip("0123456789 \t,-)") and line[0] not in "-)":
            held.append(line)
            continue
        if held:
            yield first, " ".join(held)
        first, held = number, [line]
    if held:
        yield first, " ".join(held)


def without_quotes(text: str) -> str:
    """The text without the marks of a mail that quotes all of it; any other text is unchanged."""
    lines = text.splitlines()
    if lines and all(line.lstrip().startswith(">") for line in lines if line.strip()):
        return _QUOTED.sub("", text)
    return text
