"""The source of the kernel floor as it runs, for a page that shows it line by line.

The text is taken when this module is imported, together with the code that will run: an edit on disk later
cannot make the page show other lines than ran.
"""

from __future__ import annotations

import ast
import inspect
import io
import keyword
import sys
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType

from viz.kernel import hotplug, page_alloc
from viz.kernel.versions import VERSIONS


@dataclass(frozen=True)
class Piece:
    """A run of characters of one kind: "" for plain text, else keyword, string, comment, name or number."""

    kind: str
    text: str


@dataclass(frozen=True)
class Function:
    """The lines of one function; the first has number `first` in `file`, and a run can stop at those in `stops`."""

    file: str
    name: str
    first: int
    lines: tuple[tuple[Piece, ...], ...]
    stops: frozenset[int]


def functions(module: ModuleType) -> list[Function]:
    """Every function at the top of a module, in the order of its source."""
    source = inspect.getsource(module)
    coloured = _pieces(source)
    file = f"{module.__name__.rpartition('.')[2]}.py"
    found = []
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef):
            end = node.end_lineno or node.lineno
            lines = tuple(coloured[node.lineno - 1 : end])
            found.append(Function(file, node.name, node.lineno, lines, _stops(node)))
    return found


def _stops(function: ast.FunctionDef) -> frozenset[int]:
    """The lines with a yield: only there does a routine hand over what it has done."""
    return frozenset(node.lineno for node in ast.walk(function) if isinstance(node, ast.Yield | ast.YieldFrom))


def _pieces(source: str) -> list[tuple[Piece, ...]]:
    """The pieces of every line."""
    lines = source.splitlines()
    pieces: list[list[Piece]] = [[] for _ in lines]
    reached = [0] * len(lines)
    for kind, row, start, end in _spans(source, lines):
        pieces[row].append(Piece("", lines[row][reached[row] : start]))
        pieces[row].append(Piece(kind, lines[row][start:end]))
        reached[row] = end
    for row, line in enumerate(lines):
        pieces[row].append(Piece("", line[reached[row] :]))
    return [tuple(piece for piece in row if piece.text) for row in pieces]


def _spans(source: str, lines: list[str]) -> Iterator[tuple[str, int, int, int]]:
    """(kind, row, start, end) of everything that has a colour, row by row even where a token spans rows."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        kind = _kind(token)
        if not kind:
            continue
        (first, start), (last, end) = token.start, token.end
        for row in range(first, last + 1):
            yield kind, row - 1, start if row == first else 0, end if row == last else len(lines[row - 1])


def _kind(token: tokenize.TokenInfo) -> str:
    if token.type == tokenize.NAME:
        return "keyword" if keyword.iskeyword(token.string) else ""
    kinds = {tokenize.STRING: "string", tokenize.COMMENT: "comment", tokenize.NUMBER: "number"}
    return kinds.get(token.type, "")


def modules() -> list[ModuleType]:
    """The modules that hold the routines of any version: its own, and those that its own takes routines from."""
    found: dict[ModuleType, None] = {page_alloc: None}
    for version in VERSIONS:
        _gather(sys.modules[version.build_order.__module__], found)
    _gather(hotplug, found)
    return list(found)


def _gather(module: ModuleType, found: dict[ModuleType, None]) -> None:
    if module in found:
        return
    found[module] = None
    for value in vars(module).values():
        if inspect.isgeneratorfunction(value):
            _gather(sys.modules[value.__module__], found)


LISTING = [function for module in modules() for function in functions(module)]
