"""Make a version in which lines of some functions were edited on the page.

The edited texts take the place of the functions in the source of their modules, so that every line has the number that
the listing shows. Only a browser's own worker does this (viz/site/in_worker.py); no server runs what a page sends.
"""

from __future__ import annotations

import ast
import hashlib
import inspect
import json
import sys
from collections.abc import Mapping
from dataclasses import replace
from types import FunctionType, ModuleType
from typing import Any

from viz.kernel.rules.loop_limit import Loops, with_limit
from viz.kernel.rules.own_patch import WrongPatch, check_like, failures, unix_lines, values_of
from viz.kernel.rules.program import file_of, modules_with, routine_modules
from viz.kernel.rules.what_if import ROUTINE_FIELDS
from viz.kernel.version import Patch, Version

EDITED = " edited "
"""The word in the name of such a version, between the row and a mark of the texts: "v5.15 edited 1a2b3c"."""
MOST_TEXT = 2**16
"""The largest number of characters of all texts."""
Texts = Mapping[str, str]
"""The text of each edited function by its key in the listing, such as "migrate.py establish_migrate_target"."""


def edited_row(row: Version, texts: Texts) -> Version:
    """Return the row with the edited texts; raise WrongPatch, which names the file and the line, if one is wrong."""
    by_module = _by_module(row, texts)
    sources = dict(row.sources)
    for module, functions in by_module.items():
        sources[module.__name__] = _source(module, sources.get(module.__name__), functions)
    loops = Loops()
    with failures(_files(by_module), loops):
        code = {sys.modules[name]: _compiled(sys.modules[name], source) for name, source in sources.items()}
        modules = modules_with(code, names={Loops.NAME: loops.count})
    for module, functions in by_module.items():
        for name in functions:
            _check(row, module, modules[module.__name__], name)
    names, files = tuple(key.rpartition(" ")[2] for key in texts), _files(by_module)
    patch = Patch("the edited listing", "", ModuleType("edited"), {}, loops, files, names)
    return _version(replace(row, modules=modules, patch=patch, sources=sources), row, texts)


def name_of(row: Version, texts: Texts) -> str:
    """Return the name of a row with these texts."""
    mark = hashlib.sha256(json.dumps(texts, sort_keys=True).encode()).hexdigest()[:8]
    return f"{row.name}{EDITED}{mark}"


def _version(version: Version, row: Version, texts: Texts) -> Version:
    """Return the version with its own copies of the row's routines, and with a name and words of its own."""
    told = ", ".join(f"{key.rpartition(' ')[2]}()" for key in texts)
    routines: dict[str, Any] = {field: version.own(getattr(row, field)) for field in ROUTINE_FIELDS}
    return replace(
        version,
        name=name_of(row, texts),
        kernels=f"{row.kernels}, with edited lines in {told}",
        since=None,
        row=row.row or row.name,
        differs=f"Lines of {told} are edited. All else is as in {row.name}.",
        values=values_of(row),
        **routines,
    )


def _by_module(row: Version, texts: Texts) -> dict[ModuleType, dict[str, str]]:
    if not texts or sum(map(len, texts.values())) > MOST_TEXT:
        raise WrongPatch(f"the edited lines are empty, or have more than {MOST_TEXT} characters")
    known = {file_of(module): module for module in routine_modules()}
    found: dict[ModuleType, dict[str, str]] = {}
    for key, text in texts.items():
        file, _, name = key.rpartition(" ")
        module = known.get(file)
        if module is None or not isinstance(vars(module).get(name), FunctionType):
            raise WrongPatch(f"{row.name} has no function {name[:60]}() in {file[:60]}")
        found.setdefault(module, {})[name] = unix_lines(text).rstrip()
    return found


def _files(by_module: Mapping[ModuleType, object]) -> tuple[str, ...]:
    return tuple(file_of(module) for module in by_module)


def _source(module: ModuleType, changed: str | None, functions: Mapping[str, str]) -> str:
    """Return the source of a module with these functions; `changed` is its source in a what-if, if that changed it."""
    source = inspect.getsource(module) if changed is None else changed
    lines = source.split("\n")
    places = {node.name: node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)}
    for name in sorted(functions, key=lambda one: -places[one].lineno):
        first, last = places[name].lineno, places[name].end_lineno
        _parse(file_of(module), name, functions[name], first)
        lines[first - 1 : last] = functions[name].split("\n")
    return "\n".join(lines)


def _parse(file: str, name: str, text: str, first: int) -> None:
    """Raise WrongPatch unless a text is the function of this name, and nothing else; its first line has a number."""
    try:
        body = ast.parse(text, file).body
    except SyntaxError as error:
        raise WrongPatch(f"{file}, line {first - 1 + (error.lineno or 1)}: {error.msg}") from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise WrongPatch(f"{file}, line {first}: {error}") from None
    if [type(node) for node in body] != [ast.FunctionDef] or body[0].name != name:  # type: ignore[attr-defined]
        raise WrongPatch(f"{file}, line {first}: this is to be the function {name}(), and nothing else")


def _compiled(module: ModuleType, source: str) -> Any:
    file = file_of(module)
    return compile(with_limit(ast.parse(source, file)), file, "exec")


def _check(row: Version, module: ModuleType, made: ModuleType, name: str) -> None:
    own, place = vars(made)[name], vars(module)[name]
    if not isinstance(own, FunctionType):
        raise WrongPatch(f"{file_of(module)}: {name} is to stay a function")
    check_like(f"{file_of(module)}, line {own.__code__.co_firstlineno}", row, own, place)
