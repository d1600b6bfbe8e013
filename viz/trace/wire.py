"""Write a trace as one JSON document, for the player, files and scripts, and read such a document.

    {"wire": 3, "title", "kernel", "zonelists", "nodes": [ids], "masks": [names], "arrays": [names],
     "chapters": [{"name", "title", "first"}], "length": steps, "opens": step,
     "values": [every value that any signal takes, once],
     "signals": {name: [[gaps between the steps at which it changes], [gaps between indexes into values]]}}

The first gap is counted from 0, so it is the first step or index itself; every signal has a value at step 0. The value
at step s is the one of the last change at or before s. Masks are node lists, because a JSON number cannot hold the bits
of more than 53 nodes. viz.trace.model.Trace says what the signals mean. The number "wire" grows by one when the
document changes so that an old program would misread it.

Two kinds of value hold indexes into "values", because the same parts occur in many values:

    "scores": [[index of each row without its load], counts]
    "why ...": [index of the question, steps back to the scan, [[steps back, index of the text], ...]]

A row is written without its load: that is the value of the node's node_load[] at the step at which the table begins.
The steps of an answer are counted back from the step at which the answer begins, and null means no step. So two
rebuilds that go the same way have equal answers, which are written once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import accumulate, pairwise
from typing import Any

from viz.trace.model import Signal, Span, Trace

VERSION = 3
ANSWERS = "why "
"""The prefix of every signal that holds answers."""


class WireError(ValueError):
    """The error that a document has another wire version than VERSION."""


def dump(trace: Trace) -> dict[str, Any]:
    """Return the trace as a JSON-ready document."""
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
            name: [list(_gaps(signal.steps)), list(_gaps(values.indexes(name, signal)))]
            for name, signal in trace.signals.items()
        },
    }


def load(document: dict[str, Any]) -> Trace:
    """Return the trace of a document that dump() returned. Raise WireError if it has another wire version."""
    if document.get("wire") != VERSION:
        raise WireError(f"expected a trace of wire version {VERSION}, found {str(document.get('wire'))[:20]!r}")
    values = [_as_tuples(value) for value in document["values"]]
    signals = {
        name: _signal(name, tuple(accumulate(gaps)), accumulate(indexes), values)
        for name, (gaps, indexes) in document["signals"].items()
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
    """The list "values" of a document that is being written: every value once, in order of first use."""

    def __init__(self) -> None:
        self.all: list[Any] = []
        self._indexes: dict[Any, int] = {}

    def indexes(self, name: str, signal: Signal) -> Iterator[int]:
        """Return for each value of a signal, in order, its index in the list "values"; add the values that are new."""
        if name.startswith(ANSWERS):
            return (self._index(self._answer(v, step)) for step, v in zip(signal.steps, signal.values, strict=True))
        if name == "scores":
            return (self._index(self._table(*table)) for table in signal.values)
        return map(self._index, signal.values)

    def _answer(self, answer: Any, begins: int) -> Any:
        question, scan, lines = answer
        indexed_lines = tuple((_steps_back(step, begins), self._index(text)) for step, text in lines)
        return self._index(question), _steps_back(scan, begins), indexed_lines

    def _table(self, rows: Any, counts: Any) -> Any:
        without_loads = ((node, distance, lower, cpus, verdict) for node, distance, lower, cpus, _, verdict in rows)
        return tuple(map(self._index, without_loads)), counts

    def _index(self, value: Any) -> int:
        """Return the index of a value in the list; add the value if it is new.

        Only operations hold True and False, and they begin with their name, so no True is mistaken for an equal 1.
        """
        index = self._indexes.setdefault(value, len(self.all))
        if index == len(self.all):
            self.all.append(value)
        return index


def _signal(name: str, steps: tuple[int, ...], indexes: Iterable[int], values: list[Any]) -> Signal:
    signal_values = tuple(values[index] for index in indexes)
    if name.startswith(ANSWERS):
        signal_values = tuple(
            (
                values[question],
                _step_from(scan, begins),
                tuple((_step_from(back, begins), values[text]) for back, text in lines),
            )
            for begins, (question, scan, lines) in zip(steps, signal_values, strict=True)
        )
    return Signal(steps, signal_values)


def _scores(signals: dict[str, Signal], values: list[Any]) -> Signal:
    """Return the signal "scores", with the load put back into each row of the score tables."""

    def row(index: int, step: int) -> tuple[Any, ...]:
        node, *fields, verdict = values[index]
        return node, *fields, signals[f"node_load[{node}]"].at(step), verdict

    steps, tables = signals["scores"].steps, signals["scores"].values
    return Signal(
        steps,
        tuple((tuple(row(p, step) for p in rows), counts) for step, (rows, counts) in zip(steps, tables, strict=True)),
    )


def _gaps(numbers: Iterable[int]) -> Iterator[int]:
    return (b - a for a, b in pairwise((0, *numbers)))


def _steps_back(step: int, begins: int) -> int | None:
    return None if step < 0 else begins - step


def _step_from(back: int | None, begins: int) -> int:
    return -1 if back is None else begins - back


def _as_tuples(value: Any) -> Any:
    return tuple(_as_tuples(item) for item in value) if isinstance(value, (list, tuple)) else value
