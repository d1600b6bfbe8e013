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
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import ModuleType

from viz.kernel import hotplug, migrate, migrate_v5_15, page_alloc
from viz.kernel.memory import Checkpoint
from viz.kernel.versions import VERSIONS, Version


@dataclass(frozen=True)
class Piece:
    """A run of characters of one kind: "" for plain text, else keyword, string, comment, name or number."""

    kind: str
    text: str


@dataclass(frozen=True)
class Statement:
    """A statement from its first line to its last, without the block that it may have."""

    first: int
    last: int
    yields: bool
    """Whether a run can stop here: only at a `yield` does a routine hand over what it has done."""
    checkpoint: bool = False
    """Whether it is there only to stop at (viz.kernel.checkpoints)."""
    loop: int | None = None
    """The first line of the innermost loop that it stands in; of a look behind a loop, that of the loop it looks at."""


@dataclass(frozen=True)
class Function:
    """The lines of one function; the first has number `first` in `file`."""

    file: str
    name: str
    first: int
    lines: tuple[tuple[Piece, ...], ...]
    statements: tuple[Statement, ...]

    @property
    def stops(self) -> frozenset[int]:
        """The lines at which a run can stop: of a statement over several lines the first."""
        return frozenset(one.first for one in self.statements if one.yields)

    def text(self, statement: Statement) -> str:
        """The lines of a statement."""
        lines = self.lines[statement.first - self.first : statement.last - self.first + 1]
        return "\n".join("".join(piece.text for piece in line) for line in lines)


def functions(module: ModuleType) -> list[Function]:
    """Return every function at the top of a module, in the order of its source."""
    source = inspect.getsource(module)
    coloured = _pieces(source)
    found = []
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef):
            end = node.end_lineno or node.lineno
            lines = tuple(coloured[node.lineno - 1 : end])
            found.append(Function(_file(module), node.name, node.lineno, lines, tuple(_statements(node, vars(module)))))
    return found


def statements(module: ModuleType, source: str) -> list[Statement]:
    """Return every statement inside the functions of a source, whose names mean what they mean in the module."""
    return [one for node in ast.parse(source).body for one in _statements(node, vars(module))]


def _file(module: ModuleType) -> str:
    return f"{module.__name__.rpartition('.')[2]}.py"


def _statements(block: ast.AST, names: Mapping[str, object], loop: int | None = None) -> Iterator[Statement]:
    """Yield every statement inside a function, a block or another statement, in the order of the source."""
    before: ast.AST | None = None
    for child in ast.iter_child_nodes(block):
        if isinstance(child, ast.stmt):
            inner = [
                node for part in ast.iter_child_nodes(child) if isinstance(part, ast.expr) for node in ast.walk(part)
            ]
            lasts = [node.end_lineno or 0 for node in inner if isinstance(node, ast.expr)]
            last = max([child.lineno, *lasts])
            yields = any(isinstance(node, ast.Yield | ast.YieldFrom) for node in inner)
            checkpoint = yields and _is_checkpoint(child, names)
            own = before.lineno if checkpoint and isinstance(before, ast.For | ast.While) else loop
            yield Statement(child.lineno, last, yields, checkpoint, own)
            before = child
        if isinstance(child, ast.stmt | ast.match_case):
            inside = child.lineno if isinstance(child, ast.For | ast.While) else loop
            yield from _statements(child, names, inside)


def _is_checkpoint(statement: ast.stmt, names: Mapping[str, object]) -> bool:
    """Whether it is `yield SomeLook(...)` and nothing else."""
    match statement:
        case ast.Expr(value=ast.Yield(value=ast.Call(func=ast.Name(id=name)))):
            kind = names.get(name)
            return isinstance(kind, type) and issubclass(kind, Checkpoint)
    return False


def _pieces(source: str) -> list[tuple[Piece, ...]]:
    """Return the pieces of every line."""
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
    """Return the modules that hold the routines of any version: its own, and those that its own takes routines from."""
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


def listing_of(version: Version, events: bool) -> list[Function]:
    """Return the functions that a run of the version can stop in, with events or without, and what readers run."""
    found: dict[ModuleType, None] = {page_alloc: None}
    _gather(sys.modules[version.build_order.__module__], found)
    if events:
        _gather(sys.modules[version.memory_callback.__module__], found)
        _gather(hotplug, found)
    files = {_file(module) for module in found}
    return [one for one in LISTING if one.stops and (one.file in files or (one.file, one.name) in READERS)]


READERS = tuple((_file(module), "next_demotion_node") for module in (migrate, migrate_v5_15))
"""What a walk is made of, under either protocol."""

LISTING = [function for module in modules() for function in functions(module)]

FIRST_LINES = {
    (function.file, line): one.first
    for function in LISTING
    for one in function.statements
    for line in range(one.first, one.last + 1)
}
"""The first line of the statement that a line of a file belongs to: what a frame says within one differs by Python."""
