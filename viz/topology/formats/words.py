"""Convert words of a listing to numbers, and split a text into lines.

Only ASCII digits count as digits, and the length of a word is checked before it is converted: int() would accept the
digits of any script, and takes long for very many digits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from viz.kernel.nodemask import MAX_NUMNODES, NodeMask
from viz.topology.distances import LARGEST, SMALLEST, distance_problem
from viz.topology.errors import TopologyError, shown
from viz.topology.quantities import MAX_BYTES, MAX_CPUS, cpu_bits, cpu_text

_MAX_DIGITS = 19
_QUOTED = re.compile(r"^[ \t]*>[> \t]*", re.MULTILINE)
MARKS = " \t>|+*#"
"""The characters that mails, patches and comments put before a line."""
_MAX_LINES = 500_000
_MAX_LINE = 2**20  # in characters: enough to list each CPU of the largest machine
_MAX_RUNS = 8192


def count(word: str, what: str, where: str = "", maximum: int = MAX_BYTES) -> int:
    """Return the word as a whole number; raise TopologyError unless it is one from 0 to `maximum`."""
    if not (word.isascii() and word.isdigit() and len(word) <= _MAX_DIGITS and int(word) <= maximum):
        raise TopologyError(f"{what} must be a whole number from 0 to {maximum}, not {shown(word)}", where)
    return int(word)


def mebibytes(word: str, what: str, where: str = "") -> int:
    """Return the bytes of a whole number of MiB; raise TopologyError unless they are at most MAX_BYTES."""
    return count(word, what, where, MAX_BYTES // 2**20) * 2**20


def node_id(word: str, where: str = "") -> int:
    """Return the word as a node id; raise TopologyError if it is no node id."""
    if not (word.isascii() and word.isdigit() and len(word) <= 5 and int(word) < MAX_NUMNODES):
        raise TopologyError(f"{shown(word)} is no node id from 0 to {MAX_NUMNODES - 1}", where)
    return int(word)


def listed_nodes(text: str, where: str = "") -> list[int]:
    """Return the nodes of a list such as "1,3-4"; commas at its ends are no error."""
    try:
        return list(NodeMask.parse(text.strip(",")))
    except ValueError as error:
        raise TopologyError(str(error), where) from None


def distance(word: str, source: int, target: int, where: str = "") -> int:
    """Return the word as the distance from source to target; raise TopologyError if it is no distance."""
    value = int(word) if word.isascii() and word.isdigit() and len(word) <= _MAX_DIGITS else word
    if not (isinstance(value, int) and SMALLEST <= value <= LARGEST):
        raise TopologyError(f"from node {source} to node {target}: {distance_problem(value)}", where)
    return value


def cpu_list(text: str, node: int, where: str = "") -> str:
    """Return the CPU list in its shortest form, such as "0-2" for "0,1,2"."""
    try:
        return _shortest_list(cpu_bits(text))
    except ValueError as error:
        raise TopologyError(f"the CPUs of node {node}: {error}", where) from None


def _shortest_list(bits: int) -> str:
    text = cpu_text(bits)
    if text.count(",") >= _MAX_RUNS:  # a list of 32,768 CPUs in each of 1,000 nodes would fill the memory
        raise ValueError(f"names more than {_MAX_RUNS} separate CPUs and ranges; no machine is like that")
    return text


def cpu_mask(text: str, node: int, where: str = "") -> str:
    """Return the CPU list of a mask: hexadecimal words of 32 bits, bare as in the kernel or with "0x" as in hwloc."""
    bits = mask_bits(text, node, where)
    try:
        return _shortest_list(bits)
    except ValueError as error:
        raise TopologyError(f"the CPUs of node {node}: {error}", where) from None


def mask_bits(text: str, node: int, where: str = "") -> int:
    """Return the number whose bits are the CPUs of a mask; the text is of the form that cpu_mask() reads."""
    words = text.strip().replace("0x", "").split(",")
    if len(words) > MAX_CPUS // 32:
        raise TopologyError(f"the CPUs of node {node}: is a mask of more than {MAX_CPUS} CPUs", where)
    for word in words:
        if not re.fullmatch("[0-9a-fA-F]{0,8}", word.strip()):
            raise TopologyError(f"the CPUs of node {node}: {shown(word)} is no part of a hexadecimal mask", where)
    return int("".join(word.strip().zfill(8) for word in words), 16)


def lines_of(text: str) -> Iterator[tuple[int, str]]:
    """Yield the number and the text of each line, without the MARKS before it and the blanks around it.

    Lines that the quoted-printable encoding of a mail has broken are joined. Raise TopologyError as raw_lines() does.
    """
    broken: list[str] = []
    for number, line in enumerate(raw_lines(text), 1):
        if line.endswith("=") and not line.endswith("=="):
            broken.append(line[:-1])
        else:
            yield number, "".join((*broken, line)).removesuffix("=20").strip().lstrip(MARKS)
            broken = []


def raw_lines(text: str) -> list[str]:
    """Return the lines unchanged; raise TopologyError if there are more, or longer, lines than any listing has."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if len(lines) > _MAX_LINES:
        raise TopologyError(f"has {len(lines)} lines; give only the listing")
    longest = max(range(len(lines)), key=lambda index: len(lines[index]))
    if len(lines[longest]) > _MAX_LINE:
        raise TopologyError(f"has {len(lines[longest])} characters; no listing has such a line", f"line {longest + 1}")
    return lines


def unwrapped(text: str) -> Iterator[tuple[int, str]]:
    """Yield what lines_of() yields, but join a line of bare numbers, or of kB, to the line that it continues."""
    first, pieces = 0, list[str]()
    for number, line in lines_of(text):
        if pieces and line and not line.removesuffix("kB").strip("0123456789 \t,-)") and line[0] not in "-)":
            pieces.append(line)
            continue
        if pieces:
            yield first, " ".join(pieces)
        first, pieces = number, [line]
    if pieces:
        yield first, " ".join(pieces)


def without_quotes(text: str) -> str:
    """Return the text without its quote marks if a mail quotes all of it, else the text unchanged."""
    lines = text.splitlines()
    if lines and all(line.lstrip().startswith(">") for line in lines if line.strip()):
        return _QUOTED.sub("", text)
    return text
