"""The trace as one JSON document, for the player, for files and for scripts.

    {"wire": 2, "title", "kernel", "zonelists", "nodes": [ids], "masks": [names], "arrays": [names],
     "chapters": [{"name", "title", "first"}], "length": steps, "opens": step,
     "values": [every value that any signal takes, once],
     "signals": {name: [[gaps between the steps at which it changes], [indexes into values]]}}

The first gap is 0: every signal has a value at step 0. The value at step s is that of the last change at or
before s. Masks are node lists, since a JSON number loses bits above 53 nodes. What the signals mean is
written at viz.trace.model.Trace. `wire` grows by one whenever a reader of the old form would go wrong.

The steps inside an answer, a signal "why ...", are counted back from the step at which the answer begins, null for
no step: so a rebuild that goes as the one before has the same answers, which are then written once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise
from typing import Any

from viz.trace.model import Signal, Span, Trace

VERSION = 2


ANSWERS = "why "
"""How the names of answers begin."""


class WireError(ValueError):
    """The document is no trace, or one of another version."""


def dump(trace: Trace) -> dict[str, Any]:
    """The trace as a JSON-ready document."""
    values: list[Any] = []
    index: dict[str, int] = {}
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
        "values": values,
        "signals": {name: _dump_signal(name, signal, values, index) for name, signal in trace.signals.items()},
    }


def load(document: dict[str, Any]) -> Trace:
    """The trace that dump() wrote; WireError if it is of another version."""
    if document.get("wire") != VERSION:
        raise WireError(f"expected a trace of wire version {VERSION}, found {str(document.get('wire'))[:20]!r}")
    values = [_frozen(value) for value in document["values"]]
    return Trace(
        title=document["title"],
        kernel=document["kernel"],
        zonelists=document["zonelists"],
        nodes=tuple(document["nodes"]),
        masks=tuple(document["masks"]),
        arrays=tuple(document["arrays"]),
        chapters=tuple(Span(c["name"], c["title"], c["first"]) for c in document["chapters"]),
        length=document["length"],
        signals={
            name: _load_signal(name, tuple(accumulate(gaps)), [values[i] for i in indexes])
            for name, (gaps, indexes) in document["signals"].items()
        },
    )


def _dump_signal(name: str, signal: Signal, values: list[Any], index: dict[str, int]) -> list[list[int]]:
    gaps = [signal.steps[0], *(b - a for a, b in pairwise(signal.steps))]
    told: Iterable[Any] = signal.values
    if name.startswith(ANSWERS):
        told = (_counted_back(value, step) for step, value in zip(signal.steps, signal.values, strict=True))
    return [gaps, [_intern(value, values, index) for value in told]]


def _load_signal(name: str, steps: tuple[int, ...], values: Sequence[Any]) -> Signal:
    if name.startswith(ANSWERS):
        values = [_counted_on(value, step) for step, value in zip(steps, values, strict=True)]
    return Signal(steps, tuple(values))


def _counted_back(answer: Any, begins: int) -> Any:
    question, scan, lines = answer
    back = [None if step < 0 else begins - step for step in (scan, *(step for step, _ in lines))]
    return question, back[0], [(step, text) for step, (_, text) in zip(back[1:], lines, strict=True)]


def _counted_on(answer: Any, begins: int) -> Any:
    question, scan, lines = answer
    return question, _step(scan, begins), tuple((_step(back, begins), text) for back, text in lines)


def _step(back: int | None, begins: int) -> int:
    return -1 if back is None else begins - back


def _intern(value: Any, values: list[Any], index: dict[str, int]) -> int:
    key = json.dumps(value)
    if key not in index:
        index[key] = len(values)
        values.append(value)
    return index[key]


def _frozen(value: Any) -> Any:
    return tuple(_frozen(item) for item in value) if isinstance(value, (list, tuple)) else value
