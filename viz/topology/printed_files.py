"""Find the contents of files of /sys on memory tiers in a pasted text, in every form in which people show a file.

    memory_tier4/nodelist:0-1      grep, with any path before it; also with = or a blank, or without /nodelist
    $ cat memory_tier4/nodelist    the contents are in the next line; also several files, {4,22} and *
    ==> memory_tier4/nodelist <==  head and tail
    memory_tier4:                  a heading with the contents below it

The same forms are read for node1/access1/initiators/read_latency:250 and for /sys/bus/dax/devices/dax0.0/target_node.
Lines that were used are blanked, so that the format that reads the rest does not see them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from viz.topology.evidence import Evidence
from viz.topology.formats.words import MARKS, listed_nodes, raw_lines

_HINTS = ("memory_tier", "/initiators/", "/target_node")
_KEY = re.compile(
    r"memory_tier(?P<tier>[0-9]{1,10}|\*|\{[0-9,]{1,200}\})(?:/nodelist)?(?![\w/{*])"
    r"|(?<![A-Za-z0-9])node(?P<node>[0-9]{1,4})/access(?P<kind>[01])/initiators/"
    r"(?P<figure>(?:read|write)_(?:latency|bandwidth))\b"
    r"|(?<![A-Za-z0-9])(?P<dax>dax[0-9]{1,5}\.[0-9]{1,5})/target_node\b"
)
_BELOW_PROMPT = re.compile(r"memory_tier([0-9]{1,10})(?=[\]#$ \t~>:])")
_CONTENT = re.compile(
    r"[ \t\"'`]*+(?:nodes?(?:list)?\b[ \t]*+)?(?:<==|=>|[:=|]|->)?[ \t\"'`(\[]*+"
    r"(?P<content>[0-9]{1,10}(?:(?:-|, ?)[0-9]{1,10}){0,2000})"
    r"[ \t\"'`;,|)\]]*+(?:(?:#|//|<|\u2190).*)?"
)
_LIST = re.compile(
    r"[\"'`]?(?P<content>[0-9]{1,10}(?:(?:-|, ?)[0-9]{1,10}){0,2000})[\"'`]?,?(?:[ \t]++(?:#|//|<|\u2190).*)?"
)
_RULE = re.compile(r":{3,}+|-{3,}+|={3,}+")
"""A line that `more` prints, or a person draws, below a heading."""
_NOTHING = re.compile(r"[ \t\"'`:=|,)]*+(?:<==)?[ \t]*+")
_CAT = re.compile(r"(?:^|[\s$#>%;&|(])(?:cat|head|tail|more|less)\s")

Key = tuple[str, int, str]
"""The meaning of a file: ("tier", number, ""), ("access0" or "access1", node, figure), ("dax", 0, device)."""


@dataclass
class _Finder:
    lines: list[str]
    evidence: Evidence = field(default_factory=Evidence)
    used: set[int] = field(default_factory=set)
    names: set[int] = field(default_factory=set)
    """The numbers of all tiers that the text names, for which `cat memory_tier*` shows the contents."""
    starred: list[int] = field(default_factory=list)
    """The indexes of the lines with `cat memory_tier*`."""

    def find(self) -> None:
        for number, line in enumerate(self.lines):
            if number not in self.used and any(hint in line for hint in _HINTS):
                self._take_line(number, line)
        for number in self.starred:
            keys: list[Key] = [("tier", tier, "") for tier in sorted(self.names, key=str)]
            contents = list(self._contents_below(number, len(keys) + 1))
            if len(contents) == len(keys):
                self._store(number, keys, contents)

    def _take_line(self, number: int, line: str) -> None:
        matches = list(_KEY.finditer(line))
        self.names |= {int(match["tier"]) for match in matches if (match["tier"] or "").isdigit()}
        if not matches:
            self._take_prompt(number, line)
            return
        if any(match["tier"] == "*" for match in matches):
            self.starred += [number] if _CAT.search(line) else []
            return
        keys = [key for match in matches for key in _keys(match)]
        found = _CONTENT.fullmatch(line, matches[-1].end())
        if len(keys) == 1 and found:
            self._put(keys[0], found["content"], number)
            self.used.add(number)
        elif len(keys) == 1 and _NOTHING.fullmatch(line, matches[0].end()):
            self._store(number, keys, list(self._contents_below(number, 1)))
        elif _CAT.search(line):
            self._store(number, keys, list(self._contents_below(number, len(keys))))
        else:
            self._take_pairs(number, line, matches)

    def _take_pairs(self, number: int, line: str, matches: list[re.Match[str]]) -> None:
        """Take several files of one line, each with its contents: memory_tier4=0 memory_tier22=1."""
        ends = [match.start() for match in matches[1:]] + [len(line)]
        for match, end in zip(matches, ends, strict=True):
            found = _CONTENT.fullmatch(line, match.end(), len(line[:end].rstrip(" \t;,{}\"'|[])")))
            if found and len(keys := list(_keys(match))) == 1:
                self._put(keys[0], found["content"], number)
                self.used.add(number)

    def _take_prompt(self, number: int, line: str) -> None:
        """Store the list below `cat nodelist` if the shell's prompt on that line shows the directory of a tier."""
        place = _BELOW_PROMPT.search(line)
        if place and _CAT.search(line) and line.rstrip().endswith("nodelist"):
            self._store(number, [("tier", int(place[1]), "")], list(self._contents_below(number, 1)))

    def _contents_below(self, number: int, count: int) -> Iterator[tuple[int, str]]:
        """Yield the line number and the text of up to `count` lists below a line; one blank line may come first."""
        below = number + 1
        if below < len(self.lines) and (
            not self.lines[below].strip(MARKS) or _RULE.fullmatch(self.lines[below].strip())
        ):
            below += 1
        while count and below < len(self.lines):
            found = _LIST.fullmatch(self.lines[below].strip().lstrip(MARKS))
            if not found or below in self.used:
                return
            yield below, found["content"]
            below, count = below + 1, count - 1

    def _store(self, number: int, keys: list[Key], contents: list[tuple[int, str]]) -> None:
        if len(contents) != len(keys):
            return
        self.used.add(number)
        for key, (below, content) in zip(keys, contents, strict=True):
            self._put(key, content, below)
            self.used.add(below)

    def _put(self, key: Key, content: str, number: int) -> None:
        where, (kind, ident, word) = f"line {number + 1}", key
        if kind == "tier":
            nodes = listed_nodes(content.replace(" ", ""), where)
            earlier = self.evidence.tiers.setdefault(ident, nodes)
            self.evidence.tiers[ident] = sorted({*earlier, *nodes})
        elif content.isdigit() and kind == "dax" and int(content) < 1024:
            self.evidence.dax[int(content)] = word
        elif content.isdigit() and kind != "dax":
            self.evidence.access.setdefault(int(kind[-1]), {}).setdefault(ident, {})[word] = int(content)


def _keys(match: re.Match[str]) -> Iterator[Key]:
    if match["tier"]:
        for word in match["tier"].strip("{}").split(","):
            if word and len(word) <= 10:
                yield "tier", int(word), ""
    elif match["dax"]:
        yield "dax", 0, match["dax"]
    else:
        yield f"access{match['kind']}", int(match["node"]), match["figure"]


def printed_files(text: str) -> tuple[Evidence, str]:
    """Return the statements of the files in the text, and the text with their lines blanked.

    Raise TopologyError if a file names a wrong node id.
    """
    if not any(hint in text for hint in _HINTS):
        return Evidence(), text
    lines = raw_lines(text)
    finder = _Finder(lines)
    finder.find()
    if not finder.used:
        return finder.evidence, text
    return finder.evidence, "\n".join("" if number in finder.used else line for number, line in enumerate(lines))


def signed_tier(tier: int) -> int:
    """Return the number of a tier with its sign; Linux prints a negative one as an unsigned int of 32 bits."""
    return tier - 2**32 if tier >= 2**31 else tier
