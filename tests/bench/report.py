"""Print measured values, one on each line.

A line has a value, its limit and whether the value exceeds it, or the values of the two sides of a comparison.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain


@dataclass(frozen=True)
class Figure:
    """A measured value and the limit that it should not exceed."""

    what: str
    value: float
    unit: str = ""
    limit: float | None = None
    largest: bool = False
    """Whether best() returns the largest value of several rounds. It does so for rates and errors."""


BEYOND: list[str] = []
"""What has gone beyond its limit so far, of this checkout; `./dev bench` then ends with status 1."""


def print_figure(what: str, limit: float, value: float, unit: str = "") -> None:
    """Print a measured value and its limit, and remember it if it is beyond its limit."""
    exceeded = "EXCEEDED " if _note(what, value, limit) else ""
    print(f"{value:9.2f} {unit:<4} at most {limit:<7g} {exceeded} {what}", flush=True)


def print_line(what: str) -> None:
    """Print a line and flush it, so that it is seen at once."""
    print(what, flush=True)


def best(rounds: Sequence[Sequence[Figure]]) -> list[Figure]:
    """Return each measured value once, with the best result of several rounds.

    For a time that is the smallest value, because other work on the machine only makes it longer.
    """
    by_name: dict[str, list[Figure]] = {}
    for figure in chain.from_iterable(rounds):
        by_name.setdefault(figure.what, []).append(figure)
    return [(max if same[0].largest else min)(same, key=lambda figure: figure.value) for same in by_name.values()]


def show(sides: Mapping[str, Sequence[Figure]]) -> None:
    """Print the measured values of one side, or of two sides with the ratio of the first to the second."""
    (name, figures), *others = sides.items()
    if not others:
        for figure in figures:
            if figure.limit is None:
                print_line(f"{figure.value:9.2f} {figure.unit:<4} {figure.what}")
            else:
                print_figure(figure.what, figure.limit, figure.value, figure.unit)
        return
    other, theirs = others[0][0], {figure.what: figure.value for figure in others[0][1]}
    print_line(f"{name:>12} {other:>12}    ratio")
    for figure in figures:
        their_value = theirs.get(figure.what)
        if their_value is None:
            comparison = "           -        -"
        else:
            comparison = f"{their_value:12.2f} {_ratio(figure.value, their_value):>8}"
        exceeded = f"  EXCEEDED, at most {figure.limit:g}" if _note(figure.what, figure.value, figure.limit) else ""
        print_line(f"{figure.value:12.2f} {comparison}  {figure.unit:<4} {figure.what}{exceeded}")


def _note(what: str, value: float, limit: float | None) -> bool:
    """Return whether a value is beyond its limit, and remember it if it is."""
    is_beyond = limit is not None and value > limit
    BEYOND.extend([what] * is_beyond)
    return is_beyond


def _ratio(value: float, other: float) -> str:
    return f"{value / other:.2f}" if other else "-"
