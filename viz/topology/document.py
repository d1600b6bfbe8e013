"""Read the project's own documents: TOML as in topologies/*.toml, or the same as JSON.

tomllib is written in Python and takes minutes for some small texts; such texts are refused before it reads them.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable
from typing import NoReturn

from viz.topology.errors import TopologyError, shown
from viz.topology.model import Topology

_TOML_LIMITS = {"=": 30_000, ",": 1_200_000}
"""How often each of these characters may occur in a document; 1,024 nodes with all keys and distances need fewer."""
MAX_KEY_PARTS = 16
"""The largest number of parts in a key such as a.b.c.

The time that tomllib needs grows with the square of this number, and it needs that time for every line below a
table's header.
"""
_KEY_PART = r"(?:[\w-]++|\"(?:[^\"\\\n]|\\.)*+\"|'[^'\n]*+')"
_LONG_KEY = re.compile(rf"(?<![\w\\-]){_KEY_PART}(?:[ \t]*+\.[ \t]*+{_KEY_PART}){{{MAX_KEY_PARTS}}}")
_LIKE_JSON = re.compile(r"\s*\{")
_CONTENT_LINE = re.compile(r"^[ \t]*[^\s#]", re.MULTILINE)
_TOML_LINE = re.compile(r"[ \t]*(?:\[{1,2}[ \t]{0,9}[A-Za-z_\"'][^\[\]\n]{0,99}\]|[\w\"'.-]+[ \t]*=)")
_DOCUMENT_LINE = re.compile(r"^[ \t]*(?:(?:title|nodes|distances)[ \t]*=|\[\[nodes\]\])", re.MULTILINE)


def like_json(text: str) -> bool:
    """Return whether the text starts like a JSON object."""
    return _LIKE_JSON.match(text) is not None


def like_our_toml(text: str) -> bool:
    """Return whether any line starts like a line of a topology document in TOML."""
    return _DOCUMENT_LINE.search(text) is not None


def like_toml(text: str) -> bool:
    """Return whether the first line that is neither empty nor a comment is TOML."""
    first = _CONTENT_LINE.search(text)
    return first is not None and _TOML_LINE.match(text, first.start()) is not None


def read_json(text: str, name: str = "") -> Topology:
    """Return the topology that a JSON text describes; raise TopologyError also for a repeated key or NaN."""
    return _read(_json_document, text, name)


def read_toml(text: str, name: str = "") -> Topology:
    """Return the topology that a TOML text describes."""
    return _read(toml_document, text, name)


def _read(parse: Callable[[str], object], text: str, name: str) -> Topology:
    try:
        document = parse(text)
    except TopologyError as error:
        raise error.within(name) from None
    except RecursionError:
        raise TopologyError("is nested too deeply for a topology", name=name) from None
    return Topology.from_document(document, name)


def _json_document(text: str) -> object:
    try:
        return json.loads(text, object_pairs_hook=_each_key_once, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise TopologyError(f"is no JSON: {error.msg[:1].lower()}{error.msg[1:]}", where) from None
    except TopologyError:
        raise
    except ValueError:  # the only other cause: int() refuses thousands of digits
        raise TopologyError("holds a number of thousands of digits; no topology needs one") from None


def _each_key_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    table = dict(pairs)
    if len(table) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise TopologyError(f"the key {shown(twice)} stands twice in one object; each may stand once")
    return table


def _no_constant(word: str) -> NoReturn:
    raise TopologyError(f"{word} is no number of a topology; a distance is a whole number from 10 to 255")


def toml_document(text: str) -> dict[str, object]:
    """Return the tables of a TOML text; raise TopologyError if it is not TOML, or takes tomllib long to read."""
    for mark, limit in _TOML_LIMITS.items():
        if text.count(mark) > limit:
            raise TopologyError(f"holds more than {limit:,} '{mark}'; a topology has at most 1024 nodes")
    if any(map(_may_have_long_key, text.split("\n"))):
        raise TopologyError("holds keys of more parts, joined by dots, than any topology needs")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        problem, _, position = str(error).partition(" (at ")
        raise TopologyError(f"is no TOML: {problem[:1].lower()}{problem[1:]}", position.rstrip(")")) from None
    except ValueError:  # the only other cause: int() refuses thousands of digits
        raise TopologyError("holds a number of thousands of digits; no topology needs one") from None


def _may_have_long_key(line: str) -> bool:
    """Return whether the line may hold a key of more than MAX_KEY_PARTS parts, or text that looks like one."""
    if line.count(".") < MAX_KEY_PARTS or line.lstrip().startswith("#"):
        return False
    return _LONG_KEY.search(line) is not None
