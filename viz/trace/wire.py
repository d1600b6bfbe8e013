"""The trace as one JSON document, for the player, for files and for scripts.

    {"wire": 3, "title", "kernel", "zonelists", "nodes": [ids], "masks": [names], "arrays": [names],
     "chapters": [{"name", "title", "first"}], "length": steps, "opens": step,
     "values": [every value that any signal takes, once],
     "signals": {name: [[gaps between the steps at which it changes], [gaps between indexes into values]]}}

Gaps are counted from 0, so the first is where one begins: every signal has a value at step 0. The value at step s is
that of the last change at or before s. Masks are node lists, since a JSON number loses bits above 53 nodes. What the
signals mean is written at viz.trace.model.Trace. `wire` grows by one whenever a reader of the old form would go wrong.

Two kinds of value hold indexes into values themselves, for what comes again and again inside them:

    "scores": [[index of each row without its load], counts]
    "why ...": [index of the question, steps back to the scan, [[steps back, index of the text], ...]]

The load of a row is what node_load[] of its node holds at the step at which the table begins.
The steps of an answer are counted back from the step at which it begins, null for no step: so a rebuild that goes as
the one before has the same answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import accumulate, pairwise
from typing import Any

from viz.trace.model import Signal, Span, Trace

VERSION = 3
ANSWERS = "why "
"""How the names of answers begin."""


class WireError(ValueError):
    """The document is no trace, or one of another version."""


def dump(trace: Trace) -> dict[str, Any]:
    """The trace as a JSON-ready document."""
    values = _Values()
    return {
        "wire": VERSION,
        "title": trace.title,
        "kernel": trace.kernel,
        "zonelists": trace.zonelists,
        "nodes": list(trace.nodes),
        "masks": list(trace.masks),
        "arrays": list(trace.arrays),
        "chapters": [{"name": c.name, "title": c.title, "first": c.first} for c in trace.chapters],
        "length": trace.length,
        "opens": trace.opens,
        "values": values.all,
        "signals": {
            name: [list(_gaps(signal.steps)), list(_gaps(values.placed(name, signal)))]
            for name, signal in trace.signals.items()
        },
    }


def load(document: dict[str, Any]) -> Trace:
    """The trace that dump() wrote; WireError if it is of another version."""
    if document.get("wire") != VERSION:
        raise WireError(f"expected a trace of wire version {VERSION}, found {str(document.get('wire'))[:20]!r}")
    values = [_frozen(value) for value in document["values"]]
    signals = {
        name: _signal(name, tuple(accumulate(gaps)), accumulate(places), values)
        for name, (gaps, places) in document["signals"].items()
    }
    return Trace(
        title=document["title"],
        kernel=document["kernel"],
        zonelists=document["zonelists"],
        nodes=tuple(document["nodes"]),
        masks=tuple(document["masks"]),
        arrays=tuple(document["arrays"]),
        chapters=tuple(Span(c["name"], c["title"], c["first"]) for c in document["chapters"]),
        length=document["length"],
        signals=signals | {"scores": _scores(signals, values)},
    )


class _Values:
    """Every value once, in the order in which they are first met."""

    def __init__(self) -> None:
        self.all: list[Any] = []
        self._places: dict[Any, int] = {}

    def placed(self, name: str, signal: Signal) -> Iterator[int]:
        """Where each value of a signal stands."""
        if name.startswith(ANSWERS):
            return (self._place(self._answer(v, step)) for step, v in zip(signal.steps, signal.values, strict=True))
        if name == "scores":
            return (self._place(self._table(*table)) for table in signal.values)
        return map(self._place, signal.values)

    def _answer(self, answer: Any, begins: int) -> Any:
        question, scan, lines = answer
        told = tuple((_back(step, begins), self._place(text)) for step, text in lines)
        return self._place(question), _back(scan, begins), told

    def _table(self, rows: Any, counts: Any) -> Any:
        unloaded = ((node, distance, lower, cpus, verdict) for node, distance, lower, cpus, _, verdict in rows)
        return tuple(map(self._place, unloaded)), counts

    def _place(self, value: Any) -> int:
        """Only operations hold flags, behind their names: so True is never taken for a 1 that was there before."""
        place = self._places.setdefault(value, len(self.all))
        if place == len(self.all):
            self.all.append(value)
        return place


def _signal(name: str, steps: tuple[int, ...], places: Iterable[int], values: list[Any]) -> Signal:
    found = tuple(values[place] for place in places)
    if name.startswith(ANSWERS):
        found = tuple(
            (values[question], _on(scan, begins), tuple((_on(back, begins), values[text]) for back, text in lines))
            for begins, (question, scan, lines) in zip(steps, found, strict=True)
        )
    return Signal(steps, found)


def _scores(signals: dict[str, Signal], values: list[Any]) -> Signal:
    """The score tables, with the loads of their rows."""

    def row(place: int, step: int) -> tuple[Any, ...]:
        node, *known, verdict = values[place]
        return node, *known, signals[f"node_load[{node}]"].at(step), verdict

    steps, tables = signals["scores"].steps, signals["scores"].values
    return Signal(
        steps,
        tuple((tuple(row(p, step) for p in rows), counts) for step, (rows, counts) in zip(steps, tables, strict=True)),
    )


def _gaps(numbers: Iterable[int]) -> Iterator[int]:
    return (b - a for a, b in pairwise((0, *numbers)))


def _back(step: int, begins: int) -> int | None:
    return None if step < 0 else begins - step


def _on(back: int | None, begins: int) -> int:
    return -1 if back is None else begins - back


def _frozen(value: Any) -> Any:
    return tuple(_frozen(item) for item in value) if isinstance(value, (list, tuple)) else value
