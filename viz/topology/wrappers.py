"""Unwrap a listing from what people and programs put around it: HTML, JSON, string literals, prefixes, line numbers.

    <td>node 0 cpus: 0 1<br>node 0 size: 5 MB<br>        {"stdout": "node 0 cpus: 0 1\\nnode 0 size: 5 MB"}
    "node 0 cpus: 0 1\\n"                                 ["node 0 cpus: 0 1", "node 0 size: 5 MB"]
    node-1  | node 0 cpus: 0 1                           12: node 0 cpus: 0 1

views() yields the texts that may be inside the wrapper, the most likely one first; the first that can be read is taken.
If lines come from several machines, or if strings hold several listings, each of these is a text of its own.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

MAX_MACHINES = 64
_HOST_KEYS = ("host", "hostname", "node", "name", "id")
_OUTPUT_KEYS = ("stdout", "stdout_lines", "output", "msg", "result", "data")
_MARKUP = re.compile(
    r"</?(?:br|td|tr|th|p|pre|li|div|code|span|html|body|table|tbody|samp|screen|programlisting)\b", re.I
)
_BREAK = re.compile(r"<(?:br|/td|/th|/tr|/p|/pre|/li|/div|/screen|/samp)\b[^<>]{0,200}>", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,400}>")
_LITERAL = re.compile(r"\"((?:[^\"\\\n]|\\[^\n])*+)\"|'((?:[^'\\\n]|\\[^\n])*+)'")
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "", "\\": "\\", '"': '"', "'": "'", "/": "/"}
_ESCAPED_END = re.compile(r"\\n(?=\s{0,9}(?:node|available|[0-9]{1,4}\s{0,9}:|$|[\"'])|\s)")
_NUMBERED = re.compile(r"[ \t]*+([0-9]{1,6})(?:[ \t]*+[:|.)\u2502]|(?=[ \t]))[ \t]?(.*+)")
_PREFIXED = re.compile(
    r"[ \t]*+(?P<name>[A-Za-z][\w.@/:\[\]-]{0,80}?|\[[A-Za-z][\w.@/: -]{0,80}\](?=[ \t]))"
    r"(?:[ \t](?<=\][ \t])|[ \t]*+[|\u2502][ \t]?|:[ \t]|[ \t]*+>[ \t])(?P<rest>.*+)"
)
_STAMP = re.compile(
    r"(?:\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?\]?[ \t]"
    r"|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d [\w.-]{1,80} [\w.@/-]{1,80}(?:\[\d{1,9}\])?: ?|\[\d\d:\d\d:\d\d\] ?)(.*+)"
)
_NODE_LINE = re.compile(r"[ \t]*+(?:node |available:|\"?/|==>|<|\[|NUMA|numa|processor|Domain|-numa|memory_tier)")
_TRIPLE = re.compile(r"\"\"\"|'''|`")


@dataclass(frozen=True)
class Part:
    """A text that was inside a wrapper, with its name there: that of a host or of a key, or ""."""

    name: str
    text: str


View = list[Part]
"""The result of one way of unwrapping: one text for each machine."""


def views(text: str) -> Iterator[View]:
    """Yield the result of each way of unwrapping that changes the text."""
    for unwrap in (_json, _markup, _prefixed, _stamped, _numbered, _literals, _escaped, _bare_quotes):
        found = [part for part in unwrap(text) if part.text.strip()]
        if found and [part.text for part in found] != [text]:
            yield found[:MAX_MACHINES]


def _json(text: str) -> Iterator[Part]:
    """Yield the texts in a JSON document: each string with a line end, each list of strings as lines."""
    if text.lstrip()[:1] not in ("{", "["):
        return
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return
    seen: set[str] = set()
    for name, found in _texts(document):
        if found.strip() and found.strip() not in seen:
            seen.add(found.strip())
            yield Part(name, found)


def _texts(document: object) -> Iterator[tuple[str, str]]:
    """Yield each string of several lines and each list of strings, with its host or the key that it stands under."""
    waiting: list[tuple[str, object]] = [("", document)]
    while waiting:
        name, value = waiting.pop()
        if isinstance(value, str) and "\n" in value:
            yield name, value
        elif isinstance(value, list) and value and all(isinstance(item, str) for item in value):
            yield name, "\n".join(value)
        elif isinstance(value, list):
            waiting += [(name, item) for item in reversed(value)]
        elif isinstance(value, dict):
            host = next(
                (word for key in _HOST_KEYS if isinstance(word := value.get(key), str) and "\n" not in word), ""
            )
            waiting += [(host or (name if key in _OUTPUT_KEYS else key), item) for key, item in reversed(value.items())]


def _markup(text: str) -> Iterator[Part]:
    """Yield the text without its HTML: a line break, and the end of a cell or paragraph, become the end of a line."""
    if _MARKUP.search(text):
        yield Part("", html.unescape(_TAG.sub("", _BREAK.sub("\n", text))))
    elif "&lt;" in text or "&#" in text or "&quot;" in text:
        yield Part("", html.unescape(text))


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").split("\n")


def _prefixed(text: str) -> Iterator[Part]:
    """Yield the lines of each machine, if each begins with its name and a colon or a bar, or its name in brackets."""
    lines = [line for line in _lines(text) if line.strip()]
    found = [_PREFIXED.fullmatch(line) for line in lines]
    if len(lines) < 3 or sum(match is None for match in found) > len(lines) // 8:
        return
    by_name: dict[str, list[str]] = {}
    for match in found:
        if match:
            by_name.setdefault(match["name"].strip("[] "), []).append(match["rest"])
    if len(by_name) <= MAX_MACHINES and len(by_name) * 3 <= len(lines):
        for name, rest in by_name.items():
            yield Part(name, "\n".join(rest))


def _stamped(text: str) -> Iterator[Part]:
    """Yield the text without the time, or the time and the host, that a log puts before each line."""
    lines = _lines(text)
    found = [_STAMP.fullmatch(line) for line in lines]
    if sum(match is not None for match in found) * 8 > 7 * sum(1 for line in lines if line.strip()):
        yield Part("", "\n".join(match[1] if match else line for match, line in zip(found, lines, strict=True)))


def _numbered(text: str) -> Iterator[Part]:
    """Yield the text without its line numbers, if they rise and one of the lines looks like a line of a listing."""
    lines = [line for line in _lines(text) if line.strip()]
    found = [_NUMBERED.fullmatch(line) for line in lines]
    numbers = [int(match[1]) for match in found if match]
    rising = all(a < b for a, b in pairwise(numbers))
    if len(numbers) < 2 or not rising or len(lines) - len(numbers) > max(1, len(lines) // 8):
        return
    if any(match and _NODE_LINE.match(match[2]) for match in found):
        yield Part("", "\n".join(match[2] if match else line for match, line in zip(found, lines, strict=True)))


def _literals(text: str) -> Iterator[Part]:
    """Yield the text of the string literals in a source; where a comma separates two of them, a new line begins."""
    pieces: list[str] = []
    end = 0
    for match in _LITERAL.finditer(text):
        between, end = text[end : match.start()], match.end()
        content = match[1] if match[1] is not None else match[2]
        if pieces and ("," in between or "\n-" in between) and not pieces[-1].endswith(("\n", ",")):
            pieces.append("\n")
        pieces.append(_unescaped(content))
    joined = "".join(pieces)
    if joined.count("\n") > 1:
        yield Part("", joined)


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(_character, text) if "\\" in text else text


def _character(match: re.Match[str]) -> str:
    escape = match[1]
    if escape[0] in "ux" and len(escape) > 1:
        return chr(int(escape[1:], 16)).replace("\0", " ")
    return _ESCAPES.get(escape, escape)


def _escaped(text: str) -> Iterator[Part]:
    """Yield the text with its escapes for line ends turned into line ends."""
    if text.count("\\n") > 1 and _ESCAPED_END.search(text):
        yield Part("", text.replace("\\r", "").replace("\\n", "\n").replace("\\t", "\t").replace('\\"', '"'))


def _bare_quotes(text: str) -> Iterator[Part]:
    """Yield the text without the quotation marks around a string of several lines."""
    if _TRIPLE.search(text):
        yield Part("", _TRIPLE.sub("\n", text))
