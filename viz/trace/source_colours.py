"""Divide Python source into pieces that the page shows in different colours."""

from __future__ import annotations

import io
import keyword
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Piece:
    """Characters of one kind: "" for plain text, else "keyword", "string", "comment" or "number"."""

    kind: str
    text: str


def pieces_of(source: str) -> list[tuple[Piece, ...]]:
    """Return the pieces of every line of a source, without empty ones."""
    lines = source.split("\n")
    pieces: list[list[Piece]] = [[] for _ in lines]
    coloured_to = [0] * len(lines)
    for kind, row, start, end in _coloured_spans(source, lines):
        pieces[row].append(Piece("", lines[row][coloured_to[row] : start]))
        pieces[row].append(Piece(kind, lines[row][start:end]))
        coloured_to[row] = end
    for row, line in enumerate(lines):
        pieces[row].append(Piece("", line[coloured_to[row] :]))
    return [tuple(piece for piece in row if piece.text) for row in pieces]


def _coloured_spans(source: str, lines: list[str]) -> Iterator[tuple[str, int, int, int]]:
    """Yield (kind, row, start, end) of everything that gets a colour, once for each row of a token."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        kind = _kind(token)
        if not kind:
            continue
        (first, start), (last, end) = token.start, token.end
        for row in range(first, last + 1):
            yield kind, row - 1, start if row == first else 0, end if row == last else len(lines[row - 1])


def _kind(token: tokenize.TokenInfo) -> str:
    if token.type == tokenize.NAME:
        return "keyword" if keyword.iskeyword(token.string) else ""
    kinds = {tokenize.STRING: "string", tokenize.COMMENT: "comment", tokenize.NUMBER: "number"}
    return kinds.get(token.type, "")
