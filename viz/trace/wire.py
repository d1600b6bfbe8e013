"""The trace as one JSON document, for the player, for files and for scripts.

    {"wire": 1, "title", "kernel", "zonelists", "nodes": [ids], "masks": [names], "arrays": [names],
     "chapters": [{"name", "title", "first"}], "length": steps, "opens": step,
     "values": [every value that any signal takes, once],
     "signals": {name: [[gaps between the steps at which it changes], [indexes into values]]}}

The first gap is 0: every signal has a value at step 0. The value at step s is that of the last change at or
before s. Masks are node lists, since a JSON number loses bits above 53 nodes. What the signals mean is
written at viz.trace.model.Trace. `wire` grows by one whenever a reader of the old form would go wrong.
"""

from __future__ import annotations

import json
from itertools import accumulate, pairwise
from typing import Any

from viz.trace.model import Signal, Span, Trace

VERSION = 1


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
        "signals": {name: _dump_signal(signal, values, index) for name, signal in trace.signals.items()},
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
            name: Signal(tuple(accumulate(gaps)), tuple(values[i] for i in indexes))
            for name, (gaps, indexes) in document["signals"].items()
        },
    )


def _dump_signal(signal: Signal, values: list[Any], index: dict[str, int]) -> list[list[int]]:
    gaps = [signal.steps[0], *(b - a for a, b in pairwise(signal.steps))]
    return [gaps, [_intern(value, values, index) for value in signal.values]]


def _intern(value: Any, values: list[Any], index: dict[str, int]) -> int:
    key = json.dumps(value)
    if key not in index:
        index[key] = len(values)
        values.append(value)
    return index[key]


def _frozen(value: Any) -> Any:
    return tuple(_frozen(item) for item in value) if isinstance(value, (list, tuple)) else value
