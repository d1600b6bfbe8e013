"""Find the page's modules and style sheets, and write the import map from the modules' names to their addresses.

A module of assets/ imports another by name: "#core/trace" is assets/core/trace.mjs. package.json has the same rule for
node and TypeScript.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from urllib.parse import quote

NOTHING: Mapping[str, str] = {}
ENTRY = "#page"
"""The module that starts the page."""
DASH = "#core/dash"
"""The module that starts Dash. It does so at once if the address names another run than the one in the document."""
STYLES = ("modes", "stage", "page", "dialogs", "smaller-windows")
"""The style sheets of the page in the order in which they apply. A tool's style sheet is fetched with the tool."""
LATER_STYLES = ("presenter",)
"""The style sheets that the page fetches with later.mjs, and that an exported page holds."""
IMPORTS = re.compile(
    r"""^(?:import\b(?!\s*[.(])[^;'"()=]*|export\b[^;'"()=]*?\bfrom\b|\}\s*from\b)\s*["']([^"']+)["']""", re.MULTILINE
)
"""A pattern for the static imports and exports of a module: it finds the names of modules that it needs to start."""
LATER = re.compile(r"""\bimport\(["']([^"']+)["']\)""")
"""A pattern for dynamic imports: it finds the names of modules that are fetched later.

It does not find tools, whose names are put together when they are opened; they need a server.
"""
DOC_COMMENT = re.compile(r"/\*\*.*?\*/", re.DOTALL)
"""A pattern for the comments that give types: they may name the type of another module as `import("#core/trace")`."""
AS_IS = "".join(map(chr, range(0x20, 0x7F))).translate({ord(char): None for char in "#%"})
"""The characters that need no escape in a data: URL."""


class MissingModule(ValueError):
    """The error for a module that imports a name that assets/ does not have."""


def names(assets: Path) -> list[str]:
    """Return the name of every module."""
    return sorted(f"#{file.relative_to(assets).with_suffix('').as_posix()}" for file in assets.rglob("*.mjs"))


def paths(assets: Path) -> list[str]:
    """Return the path of every module and style sheet, relative to assets/."""
    return sorted(file.relative_to(assets).as_posix() for kind in ("*.mjs", "*.css") for file in assets.rglob(kind))


def import_map(urls: Mapping[str, str]) -> str:
    """Return the text of an import map, which can stand in a script element."""
    return json.dumps({"imports": urls}, separators=(",", ":"), ensure_ascii=False).replace("<", "\\u003c")


def served(assets: Path, place: str, instead: Mapping[str, str] = NOTHING) -> str:
    """Return the import map of a page whose modules are files; `place` is the address of assets/.

    `instead` has, for the names of some modules, the name of the module that takes its place.
    """
    return import_map({name: f"{place}/{instead.get(name, name)[1:]}.mjs" for name in names(assets)})


def carried(assets: Path, tools: Iterable[str] = (), extra: Iterable[str] = ()) -> str:
    """Return the import map of an exported page, which holds all its modules unchanged in data: URLs.

    `extra` names modules that are fetched later by names which no pattern finds.
    """
    entries = (ENTRY, *extra, *(f"#tools/{tool}/panel" for tool in tools))
    modules = dict(each for entry in entries for each in _needed(assets, (IMPORTS, LATER), entry))
    return import_map({name: f"data:text/javascript,{quote(text, safe=AS_IS)}" for name, text in modules.items()})


def first(assets: Path, entries: Iterable[str] = (DASH, ENTRY), instead: Mapping[str, str] = NOTHING) -> list[str]:
    """Return the names of the modules that the page needs for its first picture, those of the first entry first."""
    names = (name for entry in entries for name, _ in _needed(assets, (IMPORTS,), entry, instead))
    return list(dict.fromkeys(names))


def _needed(
    assets: Path, patterns: Iterable[re.Pattern[str]], entry: str = ENTRY, instead: Mapping[str, str] = NOTHING
) -> Iterator[tuple[str, str]]:
    """Yield the names and texts of a module and of all that it imports, directly or not.

    The patterns find the names that a text imports; `instead` is as in served(). Raise MissingModule if there is no
    such module.
    """
    known = frozenset(names(assets))
    wanted = {entry: "the page"}
    for name in (left := list(wanted)):
        if name not in known:
            raise MissingModule(f"{wanted[name]} imports {name}, and assets/ has no such module")
        text = (assets / f"{name[1:]}.mjs").read_text(encoding="utf-8")
        yield name, text
        code = DOC_COMMENT.sub("", text)
        found = (imported for pattern in patterns for imported in pattern.findall(code))
        for other in (instead.get(imported, imported) for imported in found):
            if other not in wanted:
                wanted[other] = f"assets/{name[1:]}.mjs"
                left.append(other)


def styles(assets: Path, tools: Iterable[str] = (), further: Iterable[str] = ()) -> str:
    """Return the rules of the page's style sheets, and of those of some tools; `further` are names in LATER_STYLES."""
    sheets = [*(f"styles/{name}.css" for name in (*STYLES, *further)), *(f"tools/{tool}/style.css" for tool in tools)]
    return "\n".join((assets / sheet).read_text(encoding="utf-8") for sheet in sheets)
