"""One line for each figure: what was measured, the most it should be, and whether it is; of two sides, both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """What was measured once."""

    what: str
    value: float
    unit: str = ""
    most: float | None = None
    largest: bool = False
    """Of several rounds the largest is told, not the least: of a rate, and of what must not be hidden."""


def say(what: str, most: float, found: float, unit: str = "") -> None:
    """Print one figure and its limit."""
    verdict = "" if found <= most else "EXCEEDED "
    print(f"{found:9.2f} {unit:<4} at most {most:<7g} {verdict} {what}", flush=True)


def tell(what: str) -> None:
    """Print a line that has no limit."""
    print(what, flush=True)


def told(rounds: Sequence[Sequence[Figure]]) -> list[Figure]:
    """Return one of every figure over several rounds: of times the least, since other work only makes them longer."""
    found: dict[str, list[Figure]] = {}
    for figure in (one for figures in rounds for one in figures):
        found.setdefault(figure.what, []).append(figure)
    return [(max if same[0].largest else min)(same, key=lambda one: one.value) for same in found.values()]


def show(sides: Mapping[str, Sequence[Figure]]) -> None:
    """Print the figures of one side, or of two with what the first is of the second."""
    (name, figures), *others = sides.items()
    if not others:
        for figure in figures:
            if figure.most is None:
                tell(f"{figure.value:9.2f} {figure.unit:<4} {figure.what}")
            else:
                say(figure.what, figure.most, figure.value, figure.unit)
        return
    other, theirs = others[0][0], {figure.what: figure.value for figure in others[0][1]}
    tell(f"{name:>12} {other:>12}    ratio")
    for figure in figures:
        value = theirs.get(figure.what)
        shown = "           -        -" if value is None else f"{value:12.2f} {_ratio(figure.value, value):>8}"
        limit = "" if figure.most is None or figure.value <= figure.most else f"  EXCEEDED, at most {figure.most:g}"
        tell(f"{figure.value:12.2f} {shown}  {figure.unit:<4} {figure.what}{limit}")


def _ratio(one: float, other: float) -> str:
    return f"{one / other:.2f}" if other else "-"
