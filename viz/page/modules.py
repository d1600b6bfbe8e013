"""The page's modules and style sheets: their names, where they lie, and the import map from one to the other.

A module of assets/ imports another by name: "#core/trace" is assets/core/trace.mjs. package.json says the same to node
and to TypeScript.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from urllib.parse import quote

ENTRY = "#page"
"""The module that starts the page."""
DASH = "#core/dash"
"""The module that starts Dash, at once if the address names another run than the one in the document."""
STYLES = ("modes", "stage", "page", "dialogs")
"""The style sheets of the page in the order in which they apply. A tool's own comes with the tool."""
IMPORTS = re.compile(r"""^(?:import\b|export\b[^;'"]*?\bfrom\b|\}\s*from\b)[^;'"]*["']([^"']+)["'];""", re.MULTILINE)
"""What a module cannot start without."""
LATER = re.compile(r"""\bimport\(["']([^"']+)["']\)""")
"""What a module names to fetch it later; a tool is fetched by a name that is put together, and takes a server."""
AS_IS = "".join(map(chr, range(0x20, 0x7F))).translate({ord(char): None for char in "#%"})
"""What stands for itself in a data: URL."""


class MissingModule(ValueError):
    """A module imports what is not there."""


def names(assets: Path) -> list[str]:
    """Return the name of every module."""
    return sorted(f"#{file.relative_to(assets).with_suffix('').as_posix()}" for file in assets.rglob("*.mjs"))


def import_map(urls: Mapping[str, str]) -> str:
    """Return the text of an import map, which can stand in a script element."""
    return json.dumps({"imports": urls}, separators=(",", ":"), ensure_ascii=False).replace("<", "\\u003c")


def served(assets: Path, place: str) -> str:
    """Return the import map of the served page; `place` is the path of the assets."""
    return import_map({name: f"{place}/{name[1:]}.mjs" for name in names(assets)})


def carried(assets: Path) -> str:
    """Return the import map of a page that carries its modules unchanged in data: URLs, also those that come later."""
    modules = _needed(assets, (IMPORTS, LATER))
    return import_map({name: f"data:text/javascript,{quote(text, safe=AS_IS)}" for name, text in modules})


def first(assets: Path) -> list[str]:
    """Return the names of the modules without which the page shows nothing; what starts Dash comes first."""
    names = (name for entry in (DASH, ENTRY) for name, _ in _needed(assets, (IMPORTS,), entry))
    return list(dict.fromkeys(names))


def _needed(assets: Path, patterns: Iterable[re.Pattern[str]], entry: str = ENTRY) -> Iterator[tuple[str, str]]:
    """Yield an entry and all that it imports, directly or not, with their texts; MissingModule if one is not there.

    What a text imports is found by the patterns.
    """
    known = frozenset(names(assets))
    wanted = {entry: "the page"}
    for name in (left := list(wanted)):
        if name not in known:
            raise MissingModule(f"{wanted[name]} imports {name}, and assets/ has no such module")
        text = (assets / f"{name[1:]}.mjs").read_text(encoding="utf-8")
        yield name, text
        for other in (name for pattern in patterns for name in pattern.findall(text)):
            if other not in wanted:
                wanted[other] = f"assets/{name[1:]}.mjs"
                left.append(other)


def styles(assets: Path) -> str:
    """Return the rules of the page's style sheets."""
    return "\n".join((assets / f"styles/{name}.css").read_text(encoding="utf-8") for name in STYLES)
