"""Find the steps at which a talk stops: about eight in each event, and one for all zonelists together.

They are the first step of the chapter, the step at which the last old target is gone, the grace period or barrier after
it, the pages that leave, the node that joins, each choice of a target, and the last step of the chapter.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from viz.kernel.memory import nodes_in
from viz.trace.conditions.words import TURNS_END
from viz.trace.model import Signal, Trace

MAX_CHOICES = 6
"""The largest number of choices of a chapter that are stops of their own; beyond it only the last of each pass is."""


def talk_stride(trace: Trace) -> Signal:
    """Return a signal that is 1 at the steps at which a talk stops, and 0 at all others."""
    firsts = [chapter.first for chapter in trace.chapters]
    stops = {step for first, end in pairwise([*firsts, trace.length]) for step in _stops(trace, first, end)}
    flags = [int(step in stops) for step in range(trace.length)]
    changes = [step for step in range(trace.length) if not step or flags[step] != flags[step - 1]]
    return Signal(tuple(changes), tuple(flags[step] for step in changes))


def _stops(trace: Trace, first: int, end: int) -> Iterator[int]:
    """Yield the stops of the chapter from step `first` to the step before `end`."""
    yield first
    if trace.chapters[trace.at("chapter", first)].name == "zonelists":
        return
    yield end - 1
    last_taken: int | None = None
    for step in range(first, end):
        name, *fields = trace.at("operation", step)
        if name == "Store" and fields[0] == trace.arrays[0] and _takes_away(trace, step, fields[1]):
            last_taken = step
        elif last_taken is not None and name in ("Barrier", "Notified", "PassBegins", *TURNS_END):
            yield last_taken
            last_taken = None
            if name == "Barrier":
                yield step
        joins = name == "StateChanged" and fields[0] == "N_MEMORY" and fields[2]
        if joins or name in ("PagesLeave", "ZonelistsBegin"):
            yield step
    yield from _choices(trace, first, end)


def _takes_away(trace: Trace, step: int, node: int) -> bool:
    """Return whether a store to the entry of `node` at this step takes away targets that the node had."""
    name = f"{trace.arrays[0]}[{node}]"
    return step > 0 and not nodes_in(trace.at(name, step)) and bool(nodes_in(trace.at(name, step - 1)))


def _choices(trace: Trace, first: int, end: int) -> list[int]:
    """Return the steps of a chapter at which a node has got a target, or the last such step of each pass."""
    found = [step for step in range(first, end) if _gets_target(trace, step)]
    if len(found) > MAX_CHOICES:
        found = list({trace.at("pass", step): step for step in found}.values())
    return found if len(found) <= MAX_CHOICES else []


def _gets_target(trace: Trace, step: int) -> bool:
    name, *fields = trace.at("operation", step)
    return name in TURNS_END and bool(nodes_in(trace.at(f"{trace.arrays[0]}[{fields[0]}]", step)))
