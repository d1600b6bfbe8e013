"""Make a version in which functions of a person's own file replace those of a row.

    ROW = "v5.18"

    def establish_migrate_target(machine, node, used, best_distance):
        ...

The file names the row that it starts from. Each of its functions replaces the row's function with the same name, or is
called by one that does. Only the person who starts the program can name a file; a page, a link or a document cannot.
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

from viz.kernel.memory import Endless
from viz.kernel.rules.loop_limit import Loops, with_limit
from viz.kernel.rules.meaning import row_values
from viz.kernel.rules.program import ROUTINES, modules_with
from viz.kernel.rules.what_if import ROUTINE_FIELDS
from viz.kernel.version import Patch, UnknownVersion, Version

ROW = "ROW"
"""The variable of a file that holds the name of the row that it starts from."""
MOST_BYTES = 2**20


class WrongPatch(UnknownVersion):
    """The error that a person's own file cannot be used, or has failed; the message names the file and the line."""


def file_name(path: Path) -> str:
    """Return the name of a file as a kernel, with "own-" before it if viz.kernel has a module of that name.

    Bytes of the name that are no UTF-8 become "?", because pictures and documents cannot hold them.
    """
    name = path.name.encode(errors="replace").decode()
    return f"own-{name}" if path.stem in ROUTINES else name


def read_patch(path: Path) -> str:
    """Return the text of a file; raise WrongPatch if it cannot be read."""
    name = file_name(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise WrongPatch(f"{name}: cannot be read: {error.strerror}") from None
    if len(data) > MOST_BYTES:
        raise WrongPatch(f"{name}: has more than {MOST_BYTES} bytes")
    try:
        return unix_lines(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise WrongPatch(f"{name}, line {line}: is no text in UTF-8") from None


def unix_lines(source: str) -> str:
    """Return a source whose lines end in "\\n" alone, as those that Python counts; str.splitlines() finds more ends."""
    return source.replace("\r\n", "\n").replace("\r", "\n")


def patched(name: str, source: str, row_of: Any) -> Version:
    """Return the row that the source names, with the functions of the source; `row_of` finds a row by its name.

    Raise WrongPatch, which names the line, if anything is wrong with the source.
    """
    tree = _parsed(name, source)
    loops = Loops()
    module = ModuleType(f"own patch {name}")
    with failures((name,), loops):
        exec(compile(with_limit(tree), name, "exec"), _namespace(module, loops))
    row = _row(name, tree, module, row_of)
    functions = {key: value for key, value in vars(module).items() if _is_own(value, name)}
    replaced = _replaced(name, tree, row, functions)
    made = modules_with(
        {sys.modules[key]: text for key, text in row.sources.items()},
        {(module_name, key): functions[key] for key, module_name in replaced.items()},
        module,
    )
    version = replace(row, modules=made, patch=Patch(name, source, module, replaced, loops, (name,)))
    return replace(
        version,
        name=name,
        kernels=f"{row.name} with {', '.join(replaced)}() of {name}",
        since=None,
        row=row.row or row.name,
        differs=_first_line(module) or f"{row.name} with functions of {name}.",
        values=values_of(row),
        **{field: version.own(getattr(row, field)) for field in ROUTINE_FIELDS},
    )


def values_of(row: Version) -> dict[str, str]:
    """Return the values of a row's rules for a version of a person's own, which decides itself who becomes used."""
    values = {key: value for key, value in (row.values or row_values(row)).items() if key != "this-pass"}
    return values | ({"used": "own"} if "used" in values else {})


def _namespace(module: ModuleType, loops: Loops) -> dict[str, Any]:
    names = vars(module)
    names[Loops.NAME] = loops.count
    return names


def _parsed(name: str, source: str) -> ast.Module:
    try:
        return ast.parse(source, name)
    except SyntaxError as error:
        raise WrongPatch(f"{name}, line {error.lineno or 1}: {error.msg}") from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise WrongPatch(f"{name}: {error}") from None


def _is_own(value: object, name: str) -> bool:
    return isinstance(value, FunctionType) and value.__code__.co_filename == name


def _row(name: str, tree: ast.Module, module: ModuleType, row_of: Any) -> Version:
    line = next((node.lineno for node in tree.body if _assigns_row(node)), None)
    if line is None:
        raise WrongPatch(
            f'{name}: does not say which row it starts from; write {ROW} = "v5.18", or another, at its top'
        )
    asked = getattr(module, ROW, None)
    if not isinstance(asked, str):
        raise WrongPatch(f"{name}, line {line}: {ROW} is to be the name of a row as text")
    try:
        row: Version = row_of(asked)
    except UnknownVersion as error:
        raise WrongPatch(f"{name}, line {line}: {error}") from None
    return row


def _assigns_row(node: ast.stmt) -> bool:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return any(isinstance(target, ast.Name) and target.id == ROW for target in targets)


def _replaced(name: str, tree: ast.Module, row: Version, functions: dict[str, FunctionType]) -> dict[str, str]:
    """Return for each function of the file that replaces another the module of viz.kernel that has the other."""
    lines = {node.name: node.lineno for node in tree.body if isinstance(node, ast.FunctionDef)}
    places = {key: _place(row, key) for key in functions}
    found = {key: place for key, place in places.items() if place is not None}
    called = {used for function in functions.values() for used in _names_in(function.__code__)}
    for key, function in functions.items():
        where = f"{name}, line {lines.get(key, function.__code__.co_firstlineno)}"
        if key not in found and key not in called:
            raise WrongPatch(f"{where}: {row.name} has no function {key}(), and nothing here calls it")
        if key in found:
            check_like(where, row, function, found[key])
    if not found:
        raise WrongPatch(f"{name}: takes the place of no function of {row.name}")
    return {key: place.__module__ for key, place in found.items()}


def _names_in(code: CodeType) -> set[str]:
    inner = (const for const in code.co_consts if isinstance(const, CodeType))
    return set(code.co_names).union(*map(_names_in, inner))


def _place(row: Version, name: str) -> FunctionType | None:
    """Return the row's function with this name, searched first in the modules of the row's routines; None without."""
    first = [getattr(row, field).__module__ for field in ROUTINE_FIELDS]
    for module in dict.fromkeys([*first, *(f"viz.kernel.{routine}" for routine in ROUTINES)]):
        value = vars(sys.modules[module]).get(name) if module.rpartition(".")[2] in ROUTINES else None
        if isinstance(value, FunctionType) and value.__module__.startswith("viz.kernel."):
            return value
    return None


def check_like(where: str, row: Version, own: FunctionType, place: FunctionType) -> None:
    """Raise WrongPatch if a function has other parameters than the one that it replaces, or only one of them yields."""
    takes, wanted = (list(inspect.signature(one).parameters) for one in (own, place))
    if len(takes) != len(wanted):
        raise WrongPatch(f"{where}: {own.__name__}() is to take {', '.join(wanted)}, as that of {row.name} does")
    if inspect.isgeneratorfunction(place) and not inspect.isgeneratorfunction(own):
        raise WrongPatch(f"{where}: {own.__name__}() is to yield its operations, as that of {row.name} does")
    if inspect.isgeneratorfunction(own) and not inspect.isgeneratorfunction(place):
        raise WrongPatch(f"{where}: {own.__name__}() is not to yield, because that of {row.name} does not")


def _first_line(module: ModuleType) -> str:
    doc = getattr(module, "__doc__", None)
    return doc.strip().splitlines()[0][:200] if isinstance(doc, str) and doc.strip() else ""


@contextmanager
def failures(files: Collection[str], loops: Loops) -> Iterator[None]:
    """Turn each error of the block, in which functions of these files run, into a WrongPatch that names the line."""
    loops.begin()
    try:
        yield
    except (UnknownVersion, KeyboardInterrupt, GeneratorExit):
        raise
    except BaseException as error:
        where = _place_in(files, error)
        problem = str(error) if isinstance(error, Endless) else f"{type(error).__name__}: {error}"
        raise WrongPatch(f"{where}: {' '.join(problem.split())[:300]}") from None


def _place_in(files: Collection[str], error: BaseException) -> str:
    """Return the file and the line where the error was raised, or that called the code which raised it."""
    where, entry = next(iter(files)), error.__traceback__
    while entry:
        file = entry.tb_frame.f_code.co_filename
        if file in files:
            where = f"{file}, line {entry.tb_lineno}"
        entry = entry.tb_next
    return where


@contextmanager
def told_failures(version: Version) -> Iterator[None]:
    """Turn errors of the block, in which a version runs, into errors with the file's line or the what-if's name."""
    if version.patch is not None:
        with failures(version.patch.files, version.patch.loops):
            yield
        return
    try:
        yield
    except Endless as error:
        raise UnknownVersion(f"{version.name}: {error}") from None
