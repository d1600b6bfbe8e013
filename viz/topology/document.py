"""The project's own documents, as TOML (topologies/*.toml) or the same as JSON.

tomllib is plain Python, and some texts that are small cost it minutes; they are refused before it sees them.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable
from typing import NoReturn

from viz.topology.errors import TopologyError, shown
from viz.topology.model import Topology

_TOML_CAN_HOLD = {"=": 30_000, ",": 1_200_000}  # 1,024 nodes with all keys and distances, and some to spare
MAX_KEY_PARTS = 16  # of a key: one costs the square of its parts, and the header of a table as much for each line below
_PART = r"(?:[\w-]++|\"(?:[^\"\\\n]|\\.)*+\"|'[^'\n]*+')"
_LONG_KEY = re.compile(rf"(?<![\w\\-]){_PART}(?:[ \t]*+\.[ \t]*+{_PART}){{{MAX_KEY_PARTS}}}")
_LIKE_JSON = re.compile(r"\s*\{")
_SAYS_SOMETHING = re.compile(r"^[ \t]*[^\s#]", re.MULTILINE)
_LINE_OF_TOML = re.compile(r"[ \t]*(?:\[{1,2}[ \t]{0,9}[A-Za-z_\"'][^\[\]\n]{0,99}\]|[\w\"'.-]+[ \t]*=)")
_LINE_OF_OURS = re.compile(r"^[ \t]*(?:(?:title|nodes|distances)[ \t]*=|\[\[nodes\]\])", re.MULTILINE)


def like_json(text: str) -> bool:
    """Whether the text starts as a JSON object does."""
    return _LIKE_JSON.match(text) is not None


def like_our_toml(text: str) -> bool:
    """Whether some line starts as those of a topology document do."""
    return _LINE_OF_OURS.search(text) is not None


def like_toml(text: str) -> bool:
    """Whether the first line that says anything is TOML of some kind."""
    first = _SAYS_SOMETHING.search(text)
    return first is not None and _LINE_OF_TOML.match(text, first.start()) is not None


def read_json(text: str, name: str = "") -> Topology:
    """The topology that a JSON text describes; no key twice, no NaN."""
    return _read(_json_document, text, name)


def read_toml(text: str, name: str = "") -> Topology:
    """The topology that a TOML text describes."""
    return _read(_toml_document, text, name)


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
    except ValueError:  # all that is left: int() refuses thousands of digits
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


def _toml_document(text: str) -> object:
    for mark, most in _TOML_CAN_HOLD.items():
        if text.count(mark) > most:
            raise TopologyError(f"holds more than {most:,} '{mark}'; a topology has at most 1024 nodes")
    if any(map(_has_long_key, text.split("\n"))):
        raise TopologyError("holds keys of more parts, joined by dots, than any topology needs")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        problem, _, place = str(error).partition(" (at ")
        raise TopologyError(f"is no TOML: {problem[:1].lower()}{problem[1:]}", place.rstrip(")")) from None
    except ValueError:  # all that is left: int() refuses thousands of digits
        raise TopologyError("holds a number of thousands of digits; no topology needs one") from None


def _has_long_key(line: str) -> bool:
    """Whether a line may have a key of many parts in it."""
    if line.count(".") < MAX_KEY_PARTS or line.lstrip().startswith("#"):
        return False
    return _LONG_KEY.search(line) is not None
