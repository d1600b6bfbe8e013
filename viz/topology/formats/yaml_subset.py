"""Read the part of YAML that kubectl prints: mappings and sequences by indentation, and scalars."""

from __future__ import annotations

import re
from collections.abc import Iterator

from viz.topology.errors import TopologyError
from viz.topology.formats.words import raw_lines

MAX_DEPTH = 60
_PAIR = re.compile(r"([\w./-]{1,200}):(?:[ \t]++(.*+))?")

Value = str | list["Value"] | dict[str, "Value"] | None
Line = tuple[int, str]
"""The column at which the text of a line starts, and the text."""


def documents(text: str) -> Iterator[Value]:
    """Yield each document of the text; skip lines that do not belong to this part of YAML."""
    lines: list[Line] = []
    for raw in raw_lines(text):
        line = raw.expandtabs().rstrip()
        if line.startswith("---"):
            yield from _documents(lines)
            lines = []
        elif line.strip() and not line.lstrip().startswith("#"):
            lines.append((len(line) - len(line.lstrip()), line.lstrip()))
    yield from _documents(lines)


def _documents(lines: list[Line]) -> Iterator[Value]:
    position = 0
    while position < len(lines):
        if not _PAIR.fullmatch(lines[position][1].removeprefix("- ")):
            position += 1
            continue
        value, position = _block(lines, position, 0)
        yield value


def _block(lines: list[Line], position: int, depth: int) -> tuple[Value, int]:
    """Return the value that starts on the line with index `position`, and the index of the line after the value."""
    if depth > MAX_DEPTH:
        raise TopologyError(f"nests lists and tables more than {MAX_DEPTH} deep")
    column, text = lines[position]
    if text == "-" or text.startswith("- "):
        return _sequence(lines, position, column, depth)
    if _PAIR.fullmatch(text):
        return _mapping(lines, position, column, depth)
    return _scalar(text), position + 1


def _sequence(lines: list[Line], position: int, column: int, depth: int) -> tuple[Value, int]:
    items: list[Value] = []
    while position < len(lines) and lines[position][0] == column and lines[position][1][:2] in ("- ", "-"):
        rest = lines[position][1][1:]
        if not rest.strip():
            item: Value = None
            position += 1
            if position < len(lines) and lines[position][0] > column:
                item, position = _block(lines, position, depth + 1)
        else:
            lines[position] = column + 1 + len(rest) - len(rest.lstrip()), rest.lstrip()
            item, position = _block(lines, position, depth + 1)
        items.append(item)
    return items, position


def _mapping(lines: list[Line], position: int, column: int, depth: int) -> tuple[Value, int]:
    table: dict[str, Value] = {}
    while position < len(lines) and lines[position][0] == column:
        match = _PAIR.fullmatch(lines[position][1])
        if not match:
            break
        position += 1
        below = lines[position] if position < len(lines) else (-1, "")
        if match[2] and match[2][0] in "|>":
            while position < len(lines) and lines[position][0] > column:
                position += 1
            table[match[1]] = ""
        elif match[2]:
            table[match[1]] = _scalar(match[2])
        elif below[0] > column or (below[0] == column and below[1][:2] in ("- ", "-")):
            table[match[1]], position = _block(lines, position, depth + 1)
        else:
            table[match[1]] = None
        while position < len(lines) and lines[position][0] > column and match[2]:
            position += 1  # the line continues a scalar
    return table, position


def _scalar(text: str) -> str:
    text = text.strip()
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text
