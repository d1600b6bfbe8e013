"""Read the stage's style sheet and say which of its declarations apply to an element, as a browser does.

It knows what assets/styles/stage.css uses: names of elements, classes, :is(), :not(), descendants and children. A
selector with anything else is an error. What moves is left out: all after the first @media or @keyframes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from viz.resources import assets

PIECE = re.compile(r"(?P<tag>^[a-z]+|^\*)|\.(?P<name>[\w-]+)|:is\((?P<any>[^()]*)\)|:not\((?P<no>[^()]*)\)")
STEP = re.compile(r"\s*(>)?\s*((?:[^\s>()]|\([^()]*\))+)")
COMMA = re.compile(r",\s*(?![^()]*\))")


class UnknownSelector(ValueError):
    """The error for a selector that this module cannot read."""


class Place(NamedTuple):
    """The properties of an element that selectors can test."""

    tag: str
    classes: frozenset[str]


Path = tuple[Place, ...]
"""The places of an element's ancestors, the outermost first, and then its own."""


class Compound(NamedTuple):
    """The part of a selector that is about one element."""

    tag: str
    classes: frozenset[str]
    any_of: tuple[tuple[Compound, ...], ...]
    none_of: tuple[tuple[Compound, ...], ...]

    def matches(self, place: Place) -> bool:
        """Return whether the element has all that this part asks for."""
        return (
            self.tag in ("", "*", place.tag)
            and self.classes <= place.classes
            and all(any(one.matches(place) for one in group) for group in self.any_of)
            and not any(one.matches(place) for group in self.none_of for one in group)
        )

    @property
    def weight(self) -> tuple[int, int]:
        """Return the specificity: how many classes, and how many names of elements."""
        inner = [max(one.weight for one in group) for group in (*self.any_of, *self.none_of)]
        classes = len(self.classes) + sum(weight[0] for weight in inner)
        return classes, int(self.tag not in ("", "*")) + sum(weight[1] for weight in inner)


class Selector(NamedTuple):
    """A selector: its compounds, the last one first, each with whether its element is the parent of the one before."""

    parts: tuple[tuple[bool, Compound], ...]

    def matches(self, path: Path) -> bool:
        """Return whether the selector applies to the last element of a path."""
        return self.parts[0][1].matches(path[-1]) and self._above(path[:-1], 1)

    def _above(self, path: Path, index: int) -> bool:
        if index == len(self.parts):
            return True
        is_parent, compound = self.parts[index]
        ends = [len(path)] if is_parent else range(len(path), 0, -1)
        return any(end and compound.matches(path[end - 1]) and self._above(path[: end - 1], index + 1) for end in ends)

    @property
    def weight(self) -> tuple[int, int]:
        """Return the specificity of the whole selector."""
        weights = [compound.weight for _, compound in self.parts]
        return sum(weight[0] for weight in weights), sum(weight[1] for weight in weights)


class StyleSheet:
    """The rules of a style sheet, the weakest first. It remembers what applies to each path."""

    def __init__(self, text: str) -> None:
        rules = list(_rules(text))
        ordered = sorted(range(len(rules)), key=lambda number: (rules[number][0].weight, number))
        self._rules = [rules[number] for number in ordered]
        self._found: dict[Path, Mapping[str, str]] = {}

    def declared(self, path: Path) -> Mapping[str, str]:
        """Return the declarations that apply to the last element of a path, by property."""
        if path not in self._found:
            declared: dict[str, str] = {}
            for selector, declarations in self._rules:
                if selector.matches(path):
                    declared |= declarations
            self._found[path] = declared
        return self._found[path]


@lru_cache
def stage_sheet() -> StyleSheet:
    """Return the style sheet of the stage."""
    return StyleSheet(_stage_css())


@lru_cache
def fonts() -> Mapping[str, str]:
    """Return the CSS variables that the stage's style sheet sets itself: the fonts, "sans" and "mono"."""
    return dict(re.findall(r"--([\w-]+): ([^;]+);", _stage_css()))


def _stage_css() -> str:
    return (assets() / "styles/stage.css").read_text(encoding="utf-8")


def declarations(text: str) -> dict[str, str]:
    """Return the declarations of a rule or of a style attribute; the shorthand `font` as what it is short for."""
    pairs = (part.partition(":") for part in text.split(";"))
    found = {name.strip(): value.strip() for name, _, value in pairs if value}
    if "font" in found:
        weight, size, family = found.pop("font").split(" ", 2)
        found |= {"font-weight": weight, "font-size": size, "font-family": family}
    return found


def _rules(text: str) -> Iterator[tuple[Selector, Mapping[str, str]]]:
    still = re.split(r"@(?:media|keyframes)", re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL))[0]
    for block in still.split("}"):
        selectors, brace, body = block.partition("{")
        if brace and selectors.strip() != ":root":
            for selector in COMMA.split(selectors.strip()):
                yield _selector(selector), declarations(body)


def _selector(text: str) -> Selector:
    steps = STEP.findall(text.strip())
    return Selector(
        tuple(
            (index > 0 and steps[-index][0] == ">", _compound(steps[-1 - index][1], text))
            for index in range(len(steps))
        )
    )


def _compound(text: str, whole: str) -> Compound:
    found = list(PIECE.finditer(text))
    if "".join(piece[0] for piece in found) != text:
        raise UnknownSelector(f"the selector {whole.strip()!r} has a part that no rule of a picture can have")
    return Compound(
        "".join(piece["tag"] or "" for piece in found),
        frozenset(piece["name"] for piece in found if piece["name"]),
        tuple(_compounds(piece["any"], whole) for piece in found if piece["any"]),
        tuple(_compounds(piece["no"], whole) for piece in found if piece["no"]),
    )


def _compounds(text: str, whole: str) -> tuple[Compound, ...]:
    return tuple(_compound(one.strip(), whole) for one in text.split(","))
