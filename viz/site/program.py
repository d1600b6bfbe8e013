"""Pack the modules of the program that a browser needs: those that viz.site.in_worker imports, and what they read."""

from __future__ import annotations

import ast
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

from viz import resources

ENTRY = "viz.site.in_worker"
SERVER = "viz.app"
WHOLE = "viz.kernel"
"""A package that is packed whole, since the tables of versions import its modules by their names."""


def program() -> bytes:
    """Return a zip archive of the modules and all that they read: topologies, stories, the glossary, and assets.

    The assets are for pictures, which have the style of the stage, and for files that play without a network.
    """
    root = resources.PACKAGE.parent
    files = {path.relative_to(root).as_posix(): path for path in map(_file, modules())}
    folders = {path.parent for path in files.values()}
    files |= {path.relative_to(root).as_posix(): path for folder in folders for path in _data(folder)}
    machines = resources.topologies()
    files |= {f"viz/_topologies/{path.relative_to(machines).as_posix()}": path for path in machines.rglob("*.toml")}
    files["viz/_docs/glossary.md"] = resources.docs() / "glossary.md"
    assets = resources.assets()
    files |= {
        f"viz/_assets/{path.relative_to(assets).as_posix()}": path for path in assets.rglob("*") if path.is_file()
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), files[name].read_bytes())
    return made.getvalue()


def _data(folder: Path) -> Iterator[Path]:
    """Yield the files below a folder that modules read: tables and pieces of pages."""
    yield from (path for ending in ("toml", "html") for path in folder.rglob(f"*.{ending}"))


def modules() -> list[str]:
    """Return the names of the program's modules that ENTRY imports, directly or not, and those of WHOLE."""
    whole = _file(WHOLE).parent
    found = dict.fromkeys(["viz", "viz.site", ENTRY, *(_name(whole, path) for path in whole.rglob("*.py"))])
    for module in (left := list(found)):
        for name in _imports(module):
            if name not in found:
                found[name] = None
                left.append(name)
    return sorted(found)


def _imports(module: str) -> Iterator[str]:
    """Yield the names of all modules of the program that a module imports, with their packages.

    Imports in functions count, too, except those with which SERVER starts a server.
    """
    for node in _statements(ast.parse(_file(module).read_text(encoding="utf-8")), module != SERVER):
        match node:
            case ast.Import(names=names):
                wanted = [alias.name for alias in names]
            case ast.ImportFrom(module=str(source), names=names):
                wanted = [source, *(f"{source}.{alias.name}" for alias in names)]
            case _:
                continue
        for name in wanted:
            if name.split(".")[0] == "viz" and _is_module(name):
                parts = name.split(".")
                yield from (".".join(parts[:length]) for length in range(1, len(parts) + 1))


def _statements(node: ast.AST, with_functions: bool) -> Iterator[ast.AST]:
    """Yield all that a module consists of, except what is for type checkers only."""
    for child in ast.iter_child_nodes(node):
        match child:
            case ast.FunctionDef() if not with_functions:
                continue
            case ast.If(test=ast.Name(id="TYPE_CHECKING")):
                continue
        yield child
        yield from _statements(child, with_functions)


def _is_module(name: str) -> bool:
    place = resources.PACKAGE.parent.joinpath(*name.split("."))
    return place.with_suffix(".py").is_file() or (place / "__init__.py").is_file()


def _file(module: str) -> Path:
    place = resources.PACKAGE.parent.joinpath(*module.split("."))
    return place.with_suffix(".py") if place.with_suffix(".py").is_file() else place / "__init__.py"


def _name(package: Path, path: Path) -> str:
    parts = path.relative_to(package).with_suffix("").parts
    return ".".join([WHOLE, *parts]).removesuffix(".__init__")
