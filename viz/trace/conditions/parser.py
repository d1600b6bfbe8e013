"""Turn the text of a condition into a tree. Each error says at which character it is and what was expected there."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import NamedTuple

from viz.kernel.nodemask import MAX_NUMNODES
from viz.trace.conditions.words import (
    ARRAYS,
    COUNTS,
    MASKS,
    MOMENTS,
    NUMBERS,
    REFUSALS,
    SCANS,
    TURNS_BEGIN,
    TURNS_END,
    Tree,
    operation,
)

MAX_LENGTH, MAX_DEPTH = 400, 20
"""The largest number of characters in a condition, and how deep parentheses and "not" may be nested in it."""
NOISE = ("a", "an", "the")
"""Articles, which the parser ignores."""
_TOKEN = re.compile(r"\s*([A-Za-z_]\w*|\d[\d,-]*|\S)")
_LIST = re.compile(r"\d+(?:-\d+)?(?:,\d+(?:-\d+)?)*")


class ConditionError(ValueError):
    """The error that a text is no condition. The message is one line: where the text is wrong and what was expected."""


class Token(NamedTuple):
    """A word, a number or a sign, and the place of its first character in the text, counted from 1."""

    text: str
    place: int


def parse(text: str) -> Tree:
    """Return the tree of a condition; raise ConditionError if the text is no condition."""
    if len(text) > MAX_LENGTH:
        raise ConditionError(f"a condition has at most {MAX_LENGTH} characters, and this one has {len(text)}")
    found = [Token(match[1], match.start(1) + 1) for match in _TOKEN.finditer(text)]
    parser = _Parser([token for token in found if token.text.lower() not in NOISE], len(text) + 1)
    return parser.whole()


class _Parser:
    """A parser that reads tokens one after the other; each method reads what its name says."""

    def __init__(self, tokens: list[Token], end: int) -> None:
        self._tokens = tokens
        self._end = end
        self._at = 0
        self._depth = 0

    def whole(self) -> Tree:
        for words in (("find", "step", "where"), ("step", "where"), ("where",)):
            if self._takes(*words):
                break
        tree = self._sequence()
        if self._at < len(self._tokens):
            raise self._expected(["and", "or", "then", "the end"])
        return tree

    def _sequence(self) -> Tree:
        tree = self._either()
        while self._takes("then"):
            tree = ["then", tree, self._either()]
        return tree

    def _either(self) -> Tree:
        tree = self._both()
        while self._takes("or"):
            tree = ["or", tree, self._both()]
        return tree

    def _both(self) -> Tree:
        tree = self._one()
        while self._takes("and"):
            tree = ["and", tree, self._one()]
        return tree

    def _one(self) -> Tree:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ConditionError(f"parentheses and not stand in each other more than {MAX_DEPTH} deep")
        if self._takes("not"):
            tree = ["not", self._one()]
        elif self._takes("("):
            tree = self._sequence()
            self._takes_one_of([")"])
        else:
            tree = self._statement()
        self._depth -= 1
        return tree

    # Statements

    def _statement(self) -> Tree:
        for words, tree in MOMENTS.items():
            if self._takes(*words):
                return tree
        for word in ("pass", "source", "event", "node"):
            if self._next() == word and self._is_number(self._next(1)):
                self._takes(word)
                return self._numbered(word, self._number(f"the number of a {word}"))
        if self._takes("list"):
            self._takes_all("of", "node")
            owner = self._number("the id of a node")
            self._takes_all("is", "built")
            return operation(["ZonelistBuilt"], owner)
        return self._signal()

    def _numbered(self, word: str, number: int) -> Tree:
        if word == "pass":
            self._takes_one_of(["begins"])
            return operation(["PassBegins"], number)
        if word == "source":
            kinds = {"begins": TURNS_BEGIN, "ends": TURNS_END}
            return operation(kinds[self._takes_one_of(kinds)], number)
        if word == "event":
            return [self._takes_one_of(["begins", "ends"]), ["event", number]]
        return self._node(number)

    def _node(self, node: int) -> Tree:
        verb = self._takes_one_of(["has", "finds", "refuses"])
        if verb == "refuses":
            return operation(REFUSALS, node, self._number("the id of a node"))
        if verb == "finds":
            return operation(SCANS, node, -1 if self._takes("nobody") else self._number("the id of a node, or nobody"))
        if self._takes("no"):
            self._takes_one_of(["target"])
            return ["no target", node]
        self._takes_one_of(["target", "no"])
        return ["target", node, self._number("the id of a node") if self._is_number(self._next()) else None]

    def _signal(self) -> Tree:
        name = self._name()
        node = None
        if self._takes("["):
            node = self._number("the id of a node")
            self._takes_one_of(["]"])
        if name in NUMBERS and node is not None:
            raise ConditionError(f"{name} is one number: write {name}, without [{node}]")
        # Of a whole array, or of one node in a mask, a condition can say only that it changes.
        if (name in ARRAYS) != (node is not None):
            self._takes_one_of(["changes"] if node is not None else ["changes", "["])
            return ["changes", name, node]
        return self._value(name, node)

    def _value(self, name: str, node: int | None) -> Tree:
        signal = name if node is None else f"{name}[{node}]"
        is_number = name in NUMBERS or name in COUNTS
        verb = self._takes_one_of(["changes", "is", "becomes"] + ([] if is_number else ["has", "lacks"]))
        if verb == "changes":
            return ["changes", name, node]
        if verb in ("has", "lacks"):
            tree: Tree = ["has", signal, self._number("the id of a node")]
            return tree if verb == "has" else ["not", tree]
        if verb == "becomes":
            return ["begins", self._equal(signal, is_number)]
        if self._takes("not"):
            return ["not", self._equal(signal, is_number)]
        for word in ("above", "below"):
            if is_number and self._takes(word):
                return [word, signal, self._number("a number")]
        return self._equal(signal, is_number)

    def _equal(self, signal: str, is_number: bool) -> Tree:
        """Read the value that a signal is or becomes; "empty", "none" and "-1" stand for no node."""
        if self._takes("empty") or self._takes("none") or self._takes("-", "1"):
            return ["equals", signal, -1] if is_number else ["is", signal, ""]
        if is_number:
            return ["equals", signal, self._number("a number")]
        return ["is", signal, self._nodes()]

    # Words and numbers

    def _next(self, ahead: int = 0) -> str:
        return self._tokens[self._at + ahead].text if self._at + ahead < len(self._tokens) else ""

    def _is_number(self, word: str) -> bool:
        return word.isascii() and word.isdigit()

    def _takes(self, *words: str) -> bool:
        """Read the given words and return True if they come next; otherwise return False."""
        following = [token.text.lower() for token in self._tokens[self._at : self._at + len(words)]]
        if following != list(words):
            return False
        self._at += len(words)
        return True

    def _takes_all(self, *words: str) -> None:
        for word in words:
            self._takes_one_of([word])

    def _takes_one_of(self, words: Iterable[str]) -> str:
        found = next((word for word in words if self._takes(word)), None)
        if found is None:
            raise self._expected(words)
        return found

    def _number(self, what: str) -> int:
        word = self._next()
        if not self._is_number(word) or len(word) > 9:
            raise self._expected([], what)
        self._at += 1
        return int(word)

    def _nodes(self) -> str:
        word = self._next()
        if not _LIST.fullmatch(word) or any(len(part) > 9 for part in re.findall(r"\d+", word)):
            raise self._expected(["empty"], "a node, a node list such as 0-2,5")
        if any(int(last) - int(first) >= MAX_NUMNODES for first, last in re.findall(r"(\d+)-(\d+)", word)):
            raise self._expected([], f"a node list with ids below {MAX_NUMNODES}")
        self._at += 1
        return word

    def _name(self) -> str:
        """Read the name of a signal. If fixed words have begun instead, the error says how they continue."""
        self._at += (begun := self._fixed_words_begun())
        if begun:
            words = tuple(self._next(-back).lower() for back in range(begun, 0, -1))
            raise self._expected(dict.fromkeys(fixed[begun] for fixed in MOMENTS if fixed[:begun] == words))
        known = [*MASKS, *ARRAYS, *NUMBERS]
        word = self._next()
        if word not in known:
            close = get_close_matches(word[:40], known, n=1)
            hint = f"; perhaps {close[0]} is meant" if close else ""
            raise self._expected([], "a register such as used_targets or node_demotion[1], a node, a pass", hint)
        self._at += 1
        return word

    def _fixed_words_begun(self) -> int:
        """Return how many of the next words are the beginning of a condition in fixed words."""
        following = tuple(self._next(ahead).lower() for ahead in range(4))
        if following[0] in NUMBERS:  # as in "source is 1"
            return 0
        return max(
            (count for words in MOMENTS for count in range(len(words)) if words[:count] == following[:count]),
            default=0,
        )

    def _expected(self, words: Iterable[str], what: str = "", hint: str = "") -> ConditionError:
        names = ([what] if what else []) + [word if " " in word else f'"{word}"' for word in words]
        listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
        if self._at >= len(self._tokens):
            return ConditionError(f"at its end: expected {listed}{hint}")
        word, place = self._tokens[self._at]
        return ConditionError(f"at character {place}: expected {listed}, found {word[:40]!a}{hint}")
