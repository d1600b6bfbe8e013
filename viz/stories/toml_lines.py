"""Find the line of a TOML document on which a key stands, for errors: tomllib keeps no places."""

from __future__ import annotations

import re

from viz.topology import TopologyError

_KEY = re.compile(r"(\w+)\[(\d+)\](?:\.(\w+))?|(\w+)")
_LONG = ('"""', "'''")
_TOKEN = re.compile(r"\"\"\"|'''|\"(?:[^\"\\]|\\(?:.|\Z))*\"?|'[^']*+'?|#.*+")
"""The pattern of what can hide a long string's quotes: a string, which may lack its end, or a comment."""
_ENDS = {
    _LONG[0]: re.compile(r'(?:[^"\\]|\\(?:.|\Z)|"(?!""))*"""'),
    _LONG[1]: re.compile(r"(?:[^']|'(?!''))*'''"),
}
"""The patterns of the rest of a long string with its quotes; in double quotes, one after a backslash ends nothing."""


def located(error: TopologyError, text: str) -> TopologyError:
    """Return the error of a document with the line of its key, where it can be found."""
    line = line_of(text, error.key)
    key = f"line {line}, {error.key}" if line else error.key
    return type(error)(error.problem, key, error.name)


def line_of(text: str, key: str) -> int | None:
    """Return the number of the line of a key such as "title" or "stops[2].step"; None if it is not found.

    If a table lacks the key, return the line of the table's header, or of the list in which the table stands.
    """
    match = _KEY.match(key)
    if not match:
        return None
    table, index, inner, top = match.groups()
    return _in_table(text, table, int(index), inner) if table else _assignment(text, top)


def _in_table(text: str, table: str, index: int, key: str | None) -> int | None:
    header = re.compile(rf"\s*\[\[\s*{table}\s*\]\]")
    number, found = -1, None
    for line, code in _code_lines(text):
        if header.match(code):
            number += 1
            found = line if number == index else found
        elif number == index and key and re.match(rf"\s*{key}\s*=", code):
            return line
    return found or _assignment(text, table)


def _assignment(text: str, key: str) -> int | None:
    place = re.compile(rf"\s*(?:{key}\s*=|\[\s*{key}\s*\])")
    return next((line for line, code in _code_lines(text) if place.match(code)), None)


def _code_lines(text: str) -> list[tuple[int, str]]:
    """Return the lines, with their numbers from 1, that do not lie within a string of several lines."""
    found = []
    inside: str | None = None
    for number, line in enumerate(text.split("\n"), 1):
        if inside is None:
            found.append((number, line))
        inside = _after(line, inside)
    return found


def _after(line: str, inside: str | None) -> str | None:
    """Return the quotes of the long string in which a line ends; None if it ends in none.

    `inside` has those of the long string in which the line begins.
    """
    at = 0
    while at < len(line):
        if inside:
            end = _ENDS[inside].match(line, at)
            if not end:
                return inside
            at, inside = end.end(), None
        else:
            token = _TOKEN.search(line, at)
            if not token:
                return None
            at, inside = token.end(), token[0] if token[0] in _LONG else None
    return inside
