"""Split a text that describes several machines, and choose one of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from viz.topology.errors import SecondMachine, SeveralMachines, TopologyError, shown
from viz.topology.parse_result import ParseResult

MAX_SPLITS = 8
"""How many times a text is split at most, because the rest of the text is read again after each machine."""
_LINE = re.compile(r"line ([0-9]{1,9})")
_PROMPT = re.compile(r"[\[(]?(?:[\w.-]{1,40}@)([\w.-]{1,60})[: ][^\n$#%>]{0,100}[$#%>][^\n]{0,200}")
_SSH = re.compile(r"(?:^|[\s$#>%])ssh (?:-\S{1,40} ){0,4}((?:[\w.-]{1,40}@)?\w[\w.-]{0,59})(?= |$)")
_NAME = re.compile(r"[ \t>#=*\[-]*+(\w[\w.@-]{0,39}(?: \w[\w.@-]{0,39}){0,3})[\]:=*# \t-]*+")


def choose(names: Sequence[str], chosen: str, key: str = "", first: str = "") -> int:
    """Return the index of the machine that `chosen` names, by a number from 1 or by name.

    Raise SeveralMachines if `chosen` is "", and TopologyError if there is no such machine.
    """
    if not chosen:
        raise SeveralMachines.named(names, first, key)
    if chosen in names:
        return list(names).index(chosen)
    if chosen.isascii() and chosen.isdigit() and len(chosen) < 6 and 1 <= int(chosen) <= len(names):
        return int(chosen) - 1
    raise TopologyError(f"there is no machine {shown(chosen)}; give a number from 1 to {len(names)}, or a name")


def read_one(text: str, name: str, chosen: str, read: Callable[..., ParseResult]) -> ParseResult:
    """Return the result of `read` for the text or, if the text has several machines, for the chosen one.

    `read` may choose a machine itself. It may also raise SecondMachine at the line where the second machine starts:
    then the text is split at such lines.
    """
    try:
        return read(text, name, chosen)
    except SecondMachine as error:
        parts = _split(text, error, read)
        if len(parts) < 2:
            raise error if error.name else error.within(name) from None
        names = [f"line {line}" + (f", {label}" if label else "") for line, label, _ in parts]
        labels = [label or f"line {line}" for line, label, _ in parts]
        if chosen in labels:
            return read(parts[labels.index(chosen)][2], name)
        problem = f"{error.problem.partition(';')[0]}: it "
        return read(parts[choose(names, chosen, error.key, problem)][2], name)


def _split(text: str, error: SecondMachine, read: Callable[..., ParseResult]) -> list[tuple[int, str, str]]:
    """Return the first line, the label and the text of each machine; fewer than two if one of them cannot be read."""
    parts: list[tuple[int, str, str]] = []
    start, rest, label = 1, text.replace("\r\n", "\n"), ""
    while len(parts) < MAX_SPLITS:
        match = _LINE.fullmatch(error.key)
        lines = rest.split("\n")
        cut = int(match[1]) - 1 if match else 0
        if not 0 < cut < len(lines):
            return []
        above, next_label = _label_above(lines, cut)
        parts.append((start, label or _first_label(lines), "\n".join(lines[:above])))
        start, rest, label = start + cut, "\n".join(lines[cut:]), next_label
        try:
            read(rest, "")
            break
        except SecondMachine as again:
            error = again
        except TopologyError:
            return []
    return [*parts, (start, label, rest)]


def _label_above(lines: Sequence[str], cut: int) -> tuple[int, str]:
    """Return the index of the line at which a machine and its heading start, and the name in that heading or ""."""
    above = cut
    while above and not lines[above - 1].strip():
        above -= 1
    label = _label(lines[above - 1]) if above else ""
    return (above - 1, label) if label else (cut, "")


def _first_label(lines: Sequence[str]) -> str:
    return _label(next((line for line in lines if line.strip()), ""))


def _label(line: str) -> str:
    """Return the machine's name in a line above its listing, or "": a heading, or the host of a prompt or of ssh."""
    match = _SSH.search(line[:400]) or _PROMPT.fullmatch(line[:400]) or _NAME.fullmatch(line[:400])
    is_listing = line.lstrip().startswith(("node", "available", "Node"))
    return match[1] if match and not is_listing and not match[1].replace(" ", "").isdigit() else ""
