"""Find the options of a QEMU command line in shell, YAML, Python or JSON, and split them into key=value pairs."""

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
_CONTINUED = re.compile(r"(?:(?<![ \t])[ \t]++)?\\\r?\n[ \t]*+")
"""The end of a line that is continued. The look-behind keeps the search linear: it starts only at the first blank."""
_SIZE = re.compile(r"([0-9]{1,18})(?:\.([0-9]{1,6}))?([bBkKmMgGtT]?)(?:i?B)?")
_UNITS: dict[str, int] = {"b": 1, "k": 2**10, "m": 2**20, "g": 2**30, "t": 2**40}
_SPLIT_STRING = re.compile(r",([\"'])[ \t]*+[,+\\]?+[ \t]*+(?:\r?\n[ \t]*+)?\1(?=[a-z-]{1,40}=)")
"""The end of a string that ends in a comma, and the start of the next string, which begins with a key: "memdev="."""
_MAX_OPTIONS = 60_000  # QEMU takes 128 nodes; this is enough for all their pairs, latencies and bandwidths
_MAX_LINES, _MAX_VARIABLES = 500_000, 10_000
_MAX_INSERTED = 2**18  # in characters: more than 128 nodes with all pairs need if each number is in a variable


@dataclass(frozen=True)
class Option:
    """One option of the command line."""

    kind: str
    """The kind of the option, such as "node", "dist", "object" or "m"."""
    pairs: tuple[tuple[str, str], ...]
    """Keys and values."""
    where: str
    """The place of the option in the text, such as "line 7", for an error."""
    line: str
    """The text of the option, with the values of its variables."""

    def __contains__(self, key: str) -> bool:
        return any(name == key for name, _ in self.pairs)

    def __getitem__(self, key: str) -> str:
        return self.need(key)

    def get(self, key: str, default: str) -> str:
        """Return the last value of the key, which is the one that QEMU uses."""
        return next((value for name, value in reversed(self.pairs) if name == key), default)

    def each(self, key: str) -> list[str]:
        """Return all values of the key."""
        return [value for name, value in self.pairs if name == key]

    def items(self) -> tuple[tuple[str, str], ...]:
        """Return the keys and values."""
        return self.pairs

    def need(self, key: str) -> str:
        """Return the value of the key; raise TopologyError if there is none."""
        if key not in self:
            self.refuse(f"-numa {self.kind} needs {key}=")
        return self.get(key, "")

    def refuse(self, problem: str) -> NoReturn:
        """Raise TopologyError with the problem and the line of this option."""
        raise TopologyError(problem, self.where)


def options(text: str) -> Iterator[Option]:
    """Yield the options that describe the topology, with the values of their variables filled in.

    Outside of JSON, a variable is replaced by its value if the text assigns it a literal one, such as SIZE=4G.
    """
    variables = _Variables(text)
    line, position = 1, 0
    joined = _CONTINUED.sub(lambda match: " " + "\x00" * match[0].count("\n"), text)
    for number, match in enumerate(_OPTION.finditer(joined.replace("\x00", " "))):
        if number > _MAX_OPTIONS:
            raise TopologyError(f"has more than {_MAX_OPTIONS} options")
        line += joined.count("\n", position, match.start()) + joined.count("\x00", position, match.start())
        position = match.start()
        kind, option = next(
            (kind, value) for kind, value in match.groupdict().items() if value is not None and kind != "pairs"
        )
        if kind == "json":
            yield Option("object", tuple(_JSON_PAIR.findall(option)), f"line {line}", "")
            continue
        if kind == "numa":
            kind, option = option, match["pairs"]
        option = variables.insert_into(option, f"line {line}")
        yield Option(kind, tuple(_pairs(kind, option)), f"line {line}", option)


class _Variables:
    """The variables to which the text assigns a literal value, such as SIZE=4G.

    The number of characters inserted is limited, because a short text could use a long value very often.
    """

    def __init__(self, text: str) -> None:
        self._values = {match[1]: match[2] for match in islice(_ASSIGNMENT.finditer(text), _MAX_VARIABLES)}
        self._left = _MAX_INSERTED

    def insert_into(self, option: str, where: str) -> str:
        """Return the option with each variable replaced by its value; a variable without a value stays unchanged."""
        parts: list[str] = []
        position = 0
        for variable in _VARIABLE.finditer(option):
            value = self._values.get(variable[1], variable[0])
            self._left -= len(value)
            if self._left < 0:
                raise TopologyError(f"puts more than {_MAX_INSERTED:,} characters in for variables", where)
            parts += [option[position : variable.start()], value]
            position = variable.end()
        return "".join((*parts, option[position:]))


def _pairs(kind: str, option: str) -> Iterator[tuple[str, str]]:
    """Yield keys and values; the first value of -m and -smp needs no key, and a CPU list may contain commas."""
    key = {"m": "size", "smp": "cpus"}.get(kind, "")
    for part in option.split(","):
        name, equals, value = part.partition("=")
        if equals:
            key = name.strip()
            yield key, value.strip()
        elif part.strip() and key in ("size", "cpus"):
            yield key, part.strip()
        elif part.strip() and kind in ("node", "dist", "cpu", "hmat-lb") and "$" not in part:
            raise TopologyError(f"{shown(part)} is no key=value of -numa {kind}")


def size_of(text: str, unit: int, where: str) -> int:
    """Return a size such as "1G" or "512M" in bytes; a number without a letter is multiplied by `unit`."""
    match = _SIZE.fullmatch(text)
    if not match or not text.isascii():
        raise TopologyError(f"{shown(text)} is no size such as 512M or 4G", where)
    factor = _UNITS[match[3].lower()] if match[3] else unit
    fraction = int(match[2] or 0) * factor // 10 ** len(match[2] or "")
    return int(words.count(match[1], "a size", where, 2**62 // factor) * factor + fraction)


def without_comments(text: str) -> str:
    """Return the text without the options that are commented out.

    If all options are commented out, the whole text was copied from a comment, and is returned unchanged.
    """
    if text.count("\n") > _MAX_LINES:
        raise TopologyError(f"has more than {_MAX_LINES} lines; give only the command")
    rest = _COMMENTED.sub("", text)
    return rest if "-numa" in rest else text


def joined_strings(text: str) -> str:
    """Return the text with each option in one piece that a source splits over several strings: "a=1," "b=2"."""
    return _SPLIT_STRING.sub(",", text)


def check_quotes(text: str) -> None:
    """Raise TopologyError if a quotation mark is opened and not closed between the first option and the last.

    It is no error if the quotation starts above the first option, in the same paragraph, or ends below the last one.
    Other text is not checked.
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
    """Return the quotation mark that is still open after the last line, or "", and the index of its line."""
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
