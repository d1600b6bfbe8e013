"""The options of a QEMU command line as key=value pairs, whatever surrounds them: shell, YAML, Python, JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import NoReturn

from viz.topology.errors import TopologyError, shown
from viz.topology.formats import words

_GAP = r"[\s'\",=\\-]{1,40}"
_OPTION = re.compile(
    rf"(?<![\w-])-(?:numa{_GAP}(?P<numa>node|dist|cpu|hmat-lb|hmat-cache)\b,?(?P<pairs>[^\s'\"\\;&|<>#`)]*)"
    rf"|object{_GAP}(?P<object>memory-backend-[a-z]{{1,9}},[^\s'\"\\;&|<>#`)]*)"
    rf"|object[\s'\"]{{1,40}}(?P<json>\{{[^{{}}\n]{{1,2000}}\}})"
    rf"|device{_GAP}(?P<device>[\w-]{{1,40}}-cpu,[^\s'\"\\;&|<>#`)]*)"
    rf"|m{_GAP}(?P<m>[0-9$][^\s'\"\\;&|<>#`)]*|size=[^\s'\"\\;&|<>#`)]*)"
    rf"|smp{_GAP}(?P<smp>[0-9a-z$][^\s'\"\\;&|<>#`)]*))"
)
_ASSIGNMENT = re.compile(
    r"^[ \t]*(?:export[ \t]+|local[ \t]+)?(\w{1,60})=[\"']?([\w.,-]{1,200})[\"']?[ \t]*(?:#.*)?$", re.MULTILINE
)
_VARIABLE = re.compile(r"\$\{?(\w{1,60})\}?")
_JSON_PAIR = re.compile(r"\"([\w-]{1,60})\":\s{0,9}\"?([\w./-]{1,200})\"?")
_COMMENTED = re.compile(r"^[ \t]*(?:#|//)[ \t]*[\"']?-[^\n]*", re.MULTILINE)
_CONTINUED = re.compile(r"(?:(?<![ \t])[ \t]++)?\\\r?\n[ \t]*+")  # blanks are tried once, from the first of them
_SIZE = re.compile(r"([0-9]{1,18})(?:\.([0-9]{1,6}))?([bBkKmMgGtT]?)(?:i?B)?")
_UNITS: dict[str, int] = {"b": 1, "k": 2**10, "m": 2**20, "g": 2**30, "t": 2**40}
_MAX_OPTIONS = 60_000  # 128 nodes with all pairs, latencies and bandwidths; QEMU takes no more
_MAX_LINES, _MAX_VARIABLES = 500_000, 10_000
_MAX_PUT_IN = 2**18  # characters; 128 nodes with all pairs, each number of them in a variable, need less


@dataclass(frozen=True)
class Option:
    """One option: its kind ("node", "dist", "object", "m", ...), its pairs, and the line it stands on."""

    kind: str
    pairs: tuple[tuple[str, str], ...]
    where: str
    line: str

    def __contains__(self, key: str) -> bool:
        return any(name == key for name, _ in self.pairs)

    def __getitem__(self, key: str) -> str:
        return self.need(key)

    def get(self, key: str, default: str) -> str:
        """The last value of a key, as QEMU takes it."""
        return next((value for name, value in reversed(self.pairs) if name == key), default)

    def each(self, key: str) -> list[str]:
        """All values of a key."""
        return [value for name, value in self.pairs if name == key]

    def items(self) -> tuple[tuple[str, str], ...]:
        """Keys and values."""
        return self.pairs

    def need(self, key: str) -> str:
        """The value of a key that has to be there."""
        if key not in self:
            self.refuse(f"-numa {self.kind} needs {key}=")
        return self.get(key, "")

    def refuse(self, problem: str) -> NoReturn:
        """The arguments cannot be used, because of this option."""
        raise TopologyError(problem, self.where)


def options(text: str) -> Iterator[Option]:
    """The options that matter here, in order; variables that the text itself gives a plain value are put in."""
    variables = _Variables(text)
    line, at = 1, 0
    joined = _CONTINUED.sub(lambda match: " " + "\x00" * match[0].count("\n"), text)
    for number, match in enumerate(_OPTION.finditer(joined.replace("\x00", " "))):
        if number > _MAX_OPTIONS:
            raise TopologyError(f"has more than {_MAX_OPTIONS} options")
        line += joined.count("\n", at, match.start()) + joined.count("\x00", at, match.start())
        at = match.start()
        kind, written = next(
            (kind, value) for kind, value in match.groupdict().items() if value is not None and kind != "pairs"
        )
        if kind == "json":
            yield Option("object", tuple(_JSON_PAIR.findall(written)), f"line {line}", "")
            continue
        if kind == "numa":
            kind, written = written, match["pairs"]
        written = variables.put_into(written, f"line {line}")
        yield Option(kind, tuple(_pairs(kind, written)), f"line {line}", written)


class _Variables:
    """What the text itself gives a plain value; a short text could use a long value very often, so that is bounded."""

    def __init__(self, text: str) -> None:
        self._values = {match[1]: match[2] for match in islice(_ASSIGNMENT.finditer(text), _MAX_VARIABLES)}
        self._left = _MAX_PUT_IN

    def put_into(self, written: str, where: str) -> str:
        """The text with values for the variables in it; what has no value stays as it is written."""
        parts: list[str] = []
        at = 0
        for found in _VARIABLE.finditer(written):
            value = self._values.get(found[1], found[0])
            self._left -= len(value)
            if self._left < 0:
                raise TopologyError(f"puts more than {_MAX_PUT_IN:,} characters in for variables", where)
            parts += [written[at : found.start()], value]
            at = found.end()
        return "".join((*parts, written[at:]))


def _pairs(kind: str, written: str) -> Iterator[tuple[str, str]]:
    """Keys and values; the first word of -m and -smp may stand without its key, a CPU list may go on after a comma."""
    key = {"m": "size", "smp": "cpus"}.get(kind, "")
    for part in written.split(","):
        name, equals, value = part.partition("=")
        if equals:
            key = name.strip()
            yield key, value.strip()
        elif part.strip() and key in ("size", "cpus"):
            yield key, part.strip()
        elif part.strip() and kind in ("node", "dist", "cpu", "hmat-lb") and "$" not in part:
            raise TopologyError(f"{shown(part)} is no key=value of -numa {kind}")


def size_of(written: str, unit: int, where: str) -> int:
    """The bytes of a size as QEMU writes it: "1G", "512M", or a bare number of units."""
    match = _SIZE.fullmatch(written)
    if not match or not written.isascii():
        raise TopologyError(f"{shown(written)} is no size such as 512M or 4G", where)
    factor = _UNITS[match[3].lower()] if match[3] else unit
    fraction = int(match[2] or 0) * factor // 10 ** len(match[2] or "")
    return int(words.count(match[1], "a size", where, 2**62 // factor) * factor + fraction)


def without_comments(text: str) -> str:
    """The text without options that are commented out, unless all are: then it is a comment that is read."""
    if text.count("\n") > _MAX_LINES:
        raise TopologyError(f"has more than {_MAX_LINES} lines; give only the command")
    rest = _COMMENTED.sub("", text)
    return rest if "-numa" in rest else text


def check_quotes(text: str) -> None:
    """Quotes are balanced from the first option to the last; prose around them may hold what it likes.

    A quote may have been opened in the same paragraph, where the first options are.
    """
    lines = text.split("\n")
    with_options = [number for number, line in enumerate(lines) if "-numa" in line]
    first, last = with_options[0], with_options[-1]
    above = first
    while above and lines[above - 1].strip():
        above -= 1
    quote, opened = _open_quote(lines, first, last)
    if quote and _open_quote(lines, above, last)[0] and quote not in "\n".join(lines[last + 1 :]):
        raise TopologyError(f"a quotation mark {quote} is opened and never closed", f"line {opened + 1}")


def _open_quote(lines: list[str], first: int, last: int) -> tuple[str, int]:
    """The quotation mark that is still open after the last line, or "", and where it stands."""
    quote, opened = "", 0
    for number in range(first, last + 1):
        line = lines[number]
        if line.lstrip().startswith(("#", "//")):
            continue
        for char in re.findall(r"\\.|['\"]", line):
            if char == quote:
                quote = ""
            elif not quote and char in "'\"":
                quote, opened = char, number
    return quote, opened
