"""Read the source of viz.kernel for the page, which shows it line by line.

The source is read when this module is imported, like the code itself. So the page shows the lines that run, even if
a file is edited later. It is parsed when somebody needs it: most commands need the statements at most, and no colours.
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import cache, lru_cache
from types import ModuleType

from viz.kernel import hotplug, memory_tiers, migrate, migrate_v5_15, next_demotion_node, page_alloc, what_if
from viz.kernel.memory import Checkpoint
from viz.kernel.rules.program import file_of
from viz.kernel.versions import VERSIONS, Version
from viz.trace.source_colours import Piece, pieces_of


@dataclass(frozen=True)
class Statement:
    """A statement: its first and its last line, not counting the block that it may have."""

    first: int
    last: int
    yields: bool
    """Whether a run can stop here: it stops only at a `yield`."""
    checkpoint: bool = False
    """Whether the statement only lets a run stop here (viz.kernel.checkpoints). The page dims its lines."""
    loop: int | None = None
    """The first line of the innermost loop around the statement; for a checkpoint right after a loop, of that loop."""


@dataclass(frozen=True)
class Function:
    """A function of the listing: its lines, and the number of the first of them in `file`."""

    file: str
    name: str
    first: int
    lines: tuple[tuple[Piece, ...], ...]
    statements: tuple[Statement, ...]
    changed: frozenset[int] = frozenset()
    """The numbers of the lines that a what-if has changed in the row's source."""
    of_row: bool = True
    """Whether a row of the table runs the function. Only then are claims of the patch's comments shown for it."""

    @property
    def stops(self) -> frozenset[int]:
        """Return the first lines of the statements at which a run can stop."""
        return frozenset(statement.first for statement in self.statements if statement.yields)

    def text(self, statement: Statement) -> str:
        """Return the source text of a statement."""
        lines = self.lines[statement.first - self.first : statement.last - self.first + 1]
        return "\n".join("".join(piece.text for piece in line) for line in lines)


def functions(module: ModuleType) -> list[Function]:
    """Return the top-level functions of a module, in the order of its source."""
    return functions_in(_source(module), file_of(module), vars(module))


def _source(module: ModuleType) -> str:
    return SOURCES.get(module) or inspect.getsource(module)


def functions_in(
    source: str, file: str, names: Mapping[str, object], changed: frozenset[int] = frozenset()
) -> list[Function]:
    """Return the top-level functions of a source; `names` are the names of its module, `changed` its changed lines."""
    pieces = pieces_of(source)
    found = []
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef):
            end = node.end_lineno or node.lineno
            lines = tuple(pieces[node.lineno - 1 : end])
            own = changed & set(range(node.lineno, end + 1))
            found.append(Function(file, node.name, node.lineno, lines, tuple(_statements(node, names)), own))
    return found


def statements(module: ModuleType, source: str) -> list[Statement]:
    """Return every statement inside the functions of a source; names in the source are looked up in the module."""
    return [statement for node in ast.parse(source).body for statement in _statements(node, vars(module))]


def _statements(block: ast.AST, names: Mapping[str, object], loop: int | None = None) -> Iterator[Statement]:
    """Yield every statement inside a function, a block or another statement, in the order of the source."""
    previous: ast.AST | None = None
    for child in ast.iter_child_nodes(block):
        if isinstance(child, ast.stmt):
            expressions = [
                node for part in ast.iter_child_nodes(child) if isinstance(part, ast.expr) for node in ast.walk(part)
            ]
            ends = [node.end_lineno or 0 for node in expressions if isinstance(node, ast.expr)]
            last = max([child.lineno, *ends])
            yields = any(isinstance(node, ast.Yield | ast.YieldFrom) for node in expressions)
            checkpoint = yields and _is_checkpoint(child, names)
            statement_loop = previous.lineno if checkpoint and isinstance(previous, ast.For | ast.While) else loop
            yield Statement(child.lineno, last, yields, checkpoint, statement_loop)
            previous = child
        if isinstance(child, ast.stmt | ast.match_case):
            inner_loop = child.lineno if isinstance(child, ast.For | ast.While) else loop
            yield from _statements(child, names, inner_loop)


def _is_checkpoint(statement: ast.stmt, names: Mapping[str, object]) -> bool:
    """Return whether the statement is `yield SomeCheckpoint(...)` and nothing else."""
    match statement:
        case ast.Expr(value=ast.Yield(value=ast.Call(func=ast.Name(id=name)))):
            kind = names.get(name)
            return isinstance(kind, type) and issubclass(kind, Checkpoint)
    return False


def modules() -> list[ModuleType]:
    """Return the modules that hold the routines of all versions, and the modules that these take routines from."""
    found: dict[ModuleType, None] = {page_alloc: None}
    for version in VERSIONS:
        _add_with_imports(sys.modules[version.build_order.__module__], found)
        if version.triggers.node_notifier:
            _add_with_imports(sys.modules[version.node_callback.__module__], found)
    _add_with_imports(hotplug, found)
    _add_with_imports(next_demotion_node, found)
    return list(found)


def _add_with_imports(module: ModuleType, found: dict[ModuleType, None]) -> None:
    if module in found:
        return
    found[module] = None
    for value in vars(module).values():
        if inspect.isgeneratorfunction(value):
            _add_with_imports(sys.modules[value.__module__], found)


def listing_of(version: Version, events: bool, allowed: bool = False) -> list[Function]:
    """Return the functions that a run of the version can stop in, and those of readers.

    `events` says whether the run has events, and `allowed` whether it has the chapter of a cgroup.
    """
    found: dict[ModuleType, None] = {page_alloc: None}
    _add_with_imports(sys.modules[version.build_order.__module__], found)
    if events:
        _add_with_imports(sys.modules[version.memory_callback.__module__], found)
        if version.triggers.node_notifier:
            _add_with_imports(sys.modules[version.node_callback.__module__], found)
        _add_with_imports(hotplug, found)
    if allowed and memory_tiers.memtier in version.arrays:
        _add_with_imports(next_demotion_node, found)
    files = {file_of(module) for module in found}
    return [
        function
        for function in _functions_of(version)
        if function.changed
        or (function.stops and (function.file in files or (function.file, function.name) in READERS))
    ]


def _functions_of(version: Version) -> list[Function]:
    """Return all functions of the listing in the version's own form; a what-if has changed some of them."""
    return _changed_listing(version) if version.modules else whole_listing()


@lru_cache(32)
def _changed_listing(version: Version) -> list[Function]:
    """Return the functions of a what-if. The last results are kept, because every run of the what-if needs them."""
    changed = {file_of(sys.modules[name]): _changed_functions(version, name) for name in version.sources}
    kept = [function for function in whole_listing() if function.file not in changed]
    own = [function for functions in changed.values() for function in functions]
    found = [*_of_patch(version), *_not_replaced(version, [*own, *_called(version), *kept])]
    return [replace(function, of_row=False) for function in found]


def _not_replaced(version: Version, listed: list[Function]) -> list[Function]:
    """Return the functions without those that a person's own file replaces."""
    replaced = version.patch.replaced.items() if version.patch else ()
    gone = {(file_of(sys.modules[module]), name) for name, module in replaced}
    return [function for function in listed if (function.file, function.name) not in gone]


def _of_patch(version: Version) -> list[Function]:
    """Return the functions of a person's own file; lines that the replaced function has, too, are not changed."""
    patch = version.patch
    if patch is None:
        return []
    found = functions_in(patch.source, patch.file, vars(patch.module))
    return [replace(function, changed=_new_lines(function, patch.replaced.get(function.name))) for function in found]


def _new_lines(function: Function, module: str | None) -> frozenset[int]:
    before = [one for one in functions(sys.modules[module]) if one.name == function.name] if module else []
    texts = [["".join(piece.text for piece in line) for line in one.lines] for one in (*before[:1], function)]
    return _different(texts[0] if before else [], texts[-1], function.first)


def _changed_functions(version: Version, name: str) -> list[Function]:
    """Return the functions of a module that a what-if has changed, with the numbers of their changed lines."""
    source, module = version.sources[name], version.modules[name]
    before = _source(sys.modules[name]).split("\n")
    return functions_in(source, file_of(module), vars(module), _different(before, source.split("\n"), 1))


def _different(before: list[str], after: list[str], first: int) -> frozenset[int]:
    """Return the numbers of the lines of `after` that `before` does not have; the first line has the number `first`."""
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    lines = (range(begin, end) for kind, _, _, begin, end in blocks if kind != "equal")
    return frozenset(first + line for block in lines for line in block)


def _called(version: Version) -> list[Function]:
    """Return the functions from what_if.py that this what-if runs; all of their lines count as changed."""
    named = {name for module in version.sources for name in vars(version.modules[module])}
    return [
        replace(function, changed=frozenset(range(function.first, function.first + len(function.lines))))
        for function in functions(what_if)
        if function.name in named
    ]


def first_lines(version: Version) -> Mapping[tuple[str, int], int]:
    """Return for each (file, line) the first line of its statement, for the version's own source.

    Python versions differ in which line of a statement a frame names.
    """
    if not version.modules:
        return _first_lines_of_rows()
    return _first_lines((f.file, statement) for f in _functions_of(version) for statement in f.statements)


@cache
def _first_lines_of_rows() -> Mapping[tuple[str, int], int]:
    """Return what first_lines() returns for the rows of the table, which need no colours."""
    return _first_lines((file_of(m), statement) for m, source in SOURCES.items() for statement in statements(m, source))


def _first_lines(placed: Iterable[tuple[str, Statement]]) -> dict[tuple[str, int], int]:
    return {
        (file, line): statement.first
        for file, statement in placed
        for line in range(statement.first, statement.last + 1)
    }


READERS = tuple((file_of(module), "next_demotion_node") for module in (migrate, migrate_v5_15))
"""The functions that readers run, as (file, name): the second one reads inside an RCU read-side section."""

SOURCES = {module: inspect.getsource(module) for module in modules()}
"""The source of each module that modules() returns."""


@cache
def whole_listing() -> list[Function]:
    """Return every function of the modules that modules() returns, as the page shows it."""
    return [function for module in SOURCES for function in functions(module)]
