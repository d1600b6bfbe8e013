"""Read an order that a person has written or copied: chains, arrows or pairs, in any form that this program shows.

0>1>2,3>4    0 -> 1 -> 2 -> stop    0 → 1 → 2, 3 → 4    0 -> 1 or 2    0:1 1:2 2:-1    no node has a target
"""

from __future__ import annotations

import re

from viz.kernel.nodemask import MAX_NUMNODES, NUMA_NO_NODE

TOKEN = re.compile(
    r"(?P<arrow>-{1,2}>|→|>|=>|:)|(?P<number>-?\d+)|(?P<other>or|and)\b|(?P<end>stop|nowhere|nobody|again)\b"
    r"|(?P<apart>[,;|{}\[\]()\"'\s]+)|(?P<wrong>\S)",
    re.ASCII | re.IGNORECASE,
)
EMPTY = re.compile(r"(?:empty|no (?:node has a )?target|none)\b.*", re.IGNORECASE | re.DOTALL)
"""The ways in which this program says that an order has no target at all."""
LEAD = re.compile(r"(?:the )?(?:order|old|new|before|after)\s?:", re.IGNORECASE)
"""Words that may stand before an order."""
MAX_SHOWN = 40
"""The largest number of characters of a text that an error repeats."""


class WrongChain(ValueError):
    """The error that a text is no order, or gives a node targets that it cannot have; its message is one line."""


def read_order(text: str) -> dict[int, list[int]]:
    """Return the targets of each node that the text names; raise WrongChain if it is no order."""
    text = text.strip()
    if lead := LEAD.match(text):
        text = text[lead.end() :].strip()
    if EMPTY.fullmatch(text.strip("()")):
        return {}
    reader = _Reader(text)
    for token in TOKEN.finditer(text):
        reader.take(token)
    return reader.finished()


class _Reader:
    """The state while tokens are read from left to right; each token is looked at once."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.order: dict[int, list[int]] = {}
        self.source: int | None = None
        """The node that the next arrow leads away from."""
        self.last: int | None = None
        """The node that was read last."""
        self.expects = False
        """Whether an arrow or "or" was read, so that a target must follow."""
        self.listing = False
        """Whether a list of targets is open: "[1, 2"."""
        self.before: int | None = None
        """The source before the last comma, to which "0 -> 1, 2 or 3" comes back."""
        self.loose: list[int] = []
        """The nodes that were read since that comma without an arrow."""

    def take(self, token: re.Match[str]) -> None:
        """Read the next token."""
        match token.lastgroup:
            case "apart":
                self._separator(token[0])
            case "arrow":
                if self.last is None or self.expects:
                    raise _wrong(self.text)
                self.source, self.expects = self.last, True
                self.before, self.loose = None, []
            case "other":
                self._other()
            case "number":
                self._number(token[0])
            case "end":
                self.expects = False
                self.source = self.last = None
            case "wrong":
                raise _wrong(self.text)

    def _other(self) -> None:
        """Read "or": what follows is one more target of the source, as are nodes since the last comma."""
        if self.source is None and self.before is not None and self.loose:
            self.source = self.before
            self.order[self.source] += [node for node in self.loose if node not in self.order[self.source]]
            self.loose = []
        if self.source is None or self.expects:
            raise _wrong(self.text)
        self.expects = True

    def finished(self) -> dict[int, list[int]]:
        """Return the order that was read; raise WrongChain if the text ends where a target must follow."""
        if self.expects:
            raise _wrong(self.text)
        return self.order

    def _separator(self, text: str) -> None:
        if self.expects and "[" in text:
            self.listing = True
        if self.listing and "]" in text:
            self.listing = self.expects = False
            self.source = self.last = None
        elif "," in text or ";" in text:
            self.expects = self.expects or self.listing
            if not self.expects:
                self.before = self.before if self.source is None else self.source
                self.source = self.last = None

    def _number(self, word: str) -> None:
        if word == "-1" and self.expects:
            self.source, self.last, self.expects = None, None, False
            return
        node = _node(word, self.text)
        self.order.setdefault(node, [])
        if self.expects and self.source is not None:
            if node not in self.order[self.source]:
                self.order[self.source].append(node)
        else:
            self.source = None
            self.loose.append(node)
        self.last, self.expects = node, False


def _node(word: str, text: str) -> int:
    if word.startswith("-") or len(word) > 4 or int(word) >= MAX_NUMNODES:
        raise _wrong(text)
    return int(word)


def _wrong(text: str) -> WrongChain:
    shown = text.strip()[:MAX_SHOWN]
    return WrongChain(f"{shown!r} is no chain of node ids from 0 to {MAX_NUMNODES - 1}, such as 0>1>2")


def one_target(order: dict[int, list[int]]) -> dict[int, int]:
    """Return an order in which each node has one target at most; raise WrongChain if a node has more."""
    for node, targets in order.items():
        if len(targets) > 1:
            raise WrongChain(f"node {node} has two targets, {targets[0]} and {targets[1]}; it can have one")
    return {node: targets[0] if targets else NUMA_NO_NODE for node, targets in order.items()}
