"""Split a numactl -H listing into statements, without quote marks, remarks, line breaks of a mail, and prose."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

from viz.kernel.nodemask import MAX_NUMNODES
from viz.topology.errors import TopologyError, shown
from viz.topology.formats.words import raw_lines

_QUOTES = " \t>|+*#"  # marks of mails, diffs and comments; no line of numactl starts with one
_REMARK = re.compile(r"<(?=[-=/< \t]|br\b|$)|#|\*/|//|[\u2190\u2013\u2014]")  # the last three are an arrow and dashes
_HTML_TAGS = re.compile(r"(?:<(?:pre|screen|code|tt|p|div|blockquote)\b[^<>]{0,100}>\s{0,20})+", re.IGNORECASE)
_PARENTHESIS = re.compile(r"\([^()]{0,200}\)?")
_ELIDED = re.compile(r"[\[(<{]{0,2}\s?(?:\.{2,}|\u2026|snip\b|snipped\b|cut\b)", re.IGNORECASE)
_NUMBERS = "0123456789 \t-,()"


@dataclass
class Statement:
    """One fact of the listing, such as the size of a node."""

    kind: str
    """One of "available", "cpus", "size", "free", "distances", "header", "row", "lscpu" and "elided"."""
    node: str
    """The word that names the node of the statement, or "" if it is about no node."""
    words: list[str]
    """The words after the colon, including those of wrapped lines."""
    line: int

    def refuse(self, problem: str) -> NoReturn:
        """Raise TopologyError with the problem and the number of this line."""
        raise TopologyError(problem, f"line {self.line}")

    def node_id(self) -> int:
        """Return the id of the node that the statement is about."""
        return self.id_of(self.node)

    def id_of(self, word: str) -> int:
        """Return the word as a node id; only ASCII digits count, though int() would accept those of any script."""
        if not (word.isascii() and word.isdigit() and len(word) <= 5 and int(word) < MAX_NUMNODES):
            self.refuse(f"{shown(word)} is no node id from 0 to {MAX_NUMNODES - 1}")
        return int(word)


def statements(text: str) -> Iterator[Statement]:
    """Yield the statements in order; a line of bare numbers continues the statement before it, or is a row."""
    current: Statement | None = None
    in_matrix = "" if "distances:" in text else "distances"  # people may leave out "node distances:"
    columns, bare_rows = list[str](), False
    for number, line in _lines(text):
        if current is not None and line and not line.strip(_NUMBERS) and line[0] not in "-,)":
            columns = current.words if current.kind == "header" else columns
            if not (current.kind == "header" or bare_rows) or not _is_row(line.split(), columns, current):
                current.words += line.split()
                continue
            line, bare_rows = line.strip().replace(" ", ": ", 1), True
        if current is not None:
            yield current
        current = _statement(line, number, in_matrix)
        if current is not None and current.kind in ("distances", "header"):
            in_matrix = current.kind
    if current is not None:
        yield current


def _is_row(words: list[str], columns: list[str], current: Statement) -> bool:
    """Return whether bare numbers are a row without a colon, as in comments of code, and do not continue a line."""
    return len(words) == len(columns) + 1 and words[0] in columns and len(current.words) == len(columns)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield the number and the text of each line, without remarks and the marks of a quoted mail such as '>'.

    Lines that quoted-printable encoding has broken are joined, and several blank lines become one.
    """
    broken: list[str] = []
    blank = False
    for number, raw in enumerate(raw_lines(text), start=1):
        line = raw if broken else raw.lstrip(_QUOTES)
        if line.startswith("<"):
            line = _HTML_TAGS.sub("", line, count=1)
        if line.endswith("=") and (broken or line.startswith(("node ", *"0123456789"))):
            broken.append(line[:-1])
            continue
        if broken:
            line, broken = "".join((*broken, line)), []
        if line or not blank:
            yield number, _REMARK.split(line.removesuffix("=20"), maxsplit=1)[0].strip()
        blank = not line


def _statement(line: str, number: int, in_matrix: str) -> Statement | None:
    """Return the statement in a line, or None if numactl prints no such line."""
    if line.startswith(("node", "Node")):
        return _node_statement(line.split(), number, in_matrix)
    first, _, rest = line.partition(":")
    if first == "available" and rest.split()[1:2] in (["nodes"], ["node"]):
        return Statement("available", "", rest.split(), number)
    if in_matrix == "header" and first.strip().isdigit() and rest:
        return Statement("row", first.strip(), _PARENTHESIS.sub(" ", rest).split(), number)
    if line.startswith("NUMA node") and first.endswith(" CPU(s)"):
        return Statement("lscpu", first[len("NUMA node") : -len(" CPU(s)")], rest.split(), number)
    if line.startswith(("No NUMA available", "No NUMA support available")):
        raise TopologyError("numactl found no NUMA here; run it on the machine that has the nodes", f"line {number}")
    return Statement("elided", "", [], number) if _ELIDED.match(line) else None


def _node_statement(words: list[str], number: int, in_matrix: str) -> Statement | None:
    if words[0].lower() != "node" or len(words) < 2:
        return None
    if words[1] == "distances:":
        return Statement("distances", "", words[2:], number)
    if words[2:3] == ["cpus:"]:
        return Statement("cpus", words[1], _PARENTHESIS.sub(" ", " ".join(words[3:])).split(), number)
    if words[2:3] in (["size:"], ["free:"]):
        return Statement(words[2][:-1], words[1], words[3:], number)
    if in_matrix == "distances" and all(word.isdigit() for word in words[1:]):
        return Statement("header", "", words[1:], number)
    return None
