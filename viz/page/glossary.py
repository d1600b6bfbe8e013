"""Read the terms of docs/glossary.md, so that the page can explain them."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from viz.resources import docs

ENTRY = re.compile(r"\*\*(?P<names>[^*]+)\*\*: (?P<text>.+)")


class Term(NamedTuple):
    """A term: all its names, and its explanation in one to three sentences."""

    names: tuple[str, ...]
    text: str
    """Plain text; code stands between backquotes."""


@cache
def terms() -> tuple[Term, ...]:
    """Return the terms in alphabetical order; raise ValueError if a paragraph below the introduction is no term."""
    _title, _introduction, *paragraphs = (docs() / "glossary.md").read_text(encoding="utf-8").strip().split("\n\n")
    return tuple(map(_term, paragraphs))


def _term(paragraph: str) -> Term:
    entry = ENTRY.fullmatch(paragraph)
    if not entry:
        raise ValueError(f"docs/glossary.md: this is no entry: {paragraph[:60]!r}")
    return Term(tuple(entry["names"].split(", ")), entry["text"])
