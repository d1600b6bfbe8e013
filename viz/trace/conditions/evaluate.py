"""Find the steps of a trace that a condition names. assets/player/conditions.mjs does the same in the browser.

Some conditions are moments: they hold at single steps, such as "pass 2 begins". All others are states, which hold for
a while. A state names the steps at which it begins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

from viz.kernel.memory import nodes_in
from viz.kernel.nodemask import listed
from viz.trace.conditions.words import MOMENTS, TURNS_END, Tree
from viz.trace.model import Trace

MOMENTARY = ("operation", "changes", "begins", "ends", "disable", "then")
NEW_ATTEMPT = ("Barrier", "Notified", *MOMENTS["order", "begins"][1])
"""The operations that end a disable: the next target that is taken away begins another one."""

Flags = list[bool]
"""For each step of a trace, whether a tree holds there."""


class NotInRun(ValueError):
    """The error that a condition names a register, a node or an event that the run lacks. The message is one line."""


def steps_where(trace: Trace, tree: Tree) -> list[int]:
    """Return in ascending order the steps that a condition names; raise NotInRun if the run lacks what it names."""
    if tree[0] == "or" and (_is_moment(tree[1]) or _is_moment(tree[2])):
        return sorted({*steps_where(trace, tree[1]), *steps_where(trace, tree[2])})
    flags = _holds(trace, tree)
    if not _is_moment(tree):
        flags = _edges(flags)
    return [step for step, holds in enumerate(flags) if holds]


def _is_moment(tree: Tree) -> bool:
    if tree[0] in ("and", "or"):
        return _is_moment(tree[1]) or _is_moment(tree[2])
    return tree[0] in MOMENTARY


def _edges(flags: Flags) -> Flags:
    return [holds and not (step and flags[step - 1]) for step, holds in enumerate(flags)]


def _holds(trace: Trace, tree: Tree) -> Flags:
    kind, *of = tree
    return _KINDS[kind](trace, *of)


# Trees that contain other trees


def _and(trace: Trace, one: Tree, other: Tree) -> Flags:
    return [a and b for a, b in zip(_holds(trace, one), _holds(trace, other), strict=True)]


def _or(trace: Trace, one: Tree, other: Tree) -> Flags:
    return [a or b for a, b in zip(_holds(trace, one), _holds(trace, other), strict=True)]


def _not(trace: Trace, one: Tree) -> Flags:
    return [not holds for holds in _holds(trace, one)]


def _then(trace: Trace, one: Tree, other: Tree) -> Flags:
    """Return the flags of the second tree's steps that come after the first step of the first tree."""
    begun = steps_where(trace, one)
    later = set(steps_where(trace, other))
    return [bool(begun) and step > begun[0] and step in later for step in range(trace.length)]


def _begins(trace: Trace, one: Tree) -> Flags:
    return _edges(_holds(trace, one))


def _ends(trace: Trace, one: Tree) -> Flags:
    return _edges(_holds(trace, one)[::-1])[::-1]


# Trees that look into the trace


def _where(trace: Trace, name: str, test: Callable[[Any], bool]) -> Flags:
    """Return for each step whether the value of a signal passes a test there."""
    signal = trace.signals[_known(trace, name)]
    flags: Flags = []
    for (first, end), value in zip(pairwise((*signal.steps, trace.length)), signal.values, strict=True):
        flags += [test(value)] * (end - first)
    return flags


def _known(trace: Trace, name: str) -> str:
    if name in trace.signals:
        return name
    array, _, node = name.rstrip("]").partition("[")
    if node and any(f"{array}[{one}]" in trace.signals for one in trace.nodes):
        raise NotInRun(f"this run has no node {node}")
    raise NotInRun(f"this run has no {array}: kernel {trace.kernel} has {', '.join((*trace.masks, *trace.arrays))}")


def _operation(trace: Trace, names: list[str], fields: list[int | None]) -> Flags:
    def test(value: tuple[Any, ...]) -> bool:
        name, *found = value
        if name not in names or len(found) < len(fields):
            return False
        return all(wanted is None or wanted == one for wanted, one in zip(fields, found, strict=False))

    return _where(trace, "operation", test)


def _changes(trace: Trace, name: str, node: int | None) -> Flags:
    flags = [False] * trace.length
    for step in _changed(trace, name, node):
        flags[step] = True
    return flags


def _changed(trace: Trace, name: str, node: int | None) -> Iterator[int]:
    """Yield the steps at which a signal changes: a mask, a cell, a node's bit in a mask, or any cell of an array."""
    if node is None and name not in trace.signals and f"{name}[{trace.nodes[0]}]" in trace.signals:
        for one in trace.nodes:
            yield from trace.signals[f"{name}[{one}]"].steps[1:]
    elif node is None or name not in trace.signals:
        yield from trace.signals[_known(trace, name if node is None else f"{name}[{node}]")].steps[1:]
    else:
        flags = _has(trace, name, node)
        yield from (step for step in range(1, trace.length) if flags[step] != flags[step - 1])


def _is(trace: Trace, name: str, wanted: str) -> Flags:
    nodes = set(listed(wanted))
    return _where(trace, name, lambda value: set(nodes_in(value)) == nodes)


def _equals(trace: Trace, name: str, number: int) -> Flags:
    return _where(trace, name, lambda value: value == number)


def _above(trace: Trace, name: str, number: int) -> Flags:
    return _where(trace, name, lambda value: isinstance(value, int) and value > number)


def _below(trace: Trace, name: str, number: int) -> Flags:
    return _where(trace, name, lambda value: isinstance(value, int) and value < number)


def _has(trace: Trace, name: str, node: int) -> Flags:
    return _where(trace, name, lambda value: node in nodes_in(value))


def _target(trace: Trace, node: int, target: int | None) -> Flags:
    return _where(
        trace,
        f"{trace.arrays[0]}[{node}]",
        lambda value: bool(nodes_in(value)) if target is None else target in nodes_in(value),
    )


def _no_target(trace: Trace, node: int) -> Flags:
    """Return for each step whether the node has no target for good: it found none, or the order is complete."""
    has, complete = _target(trace, node, None), _demotion(trace, "works")
    turn_ends, begins_anew = _operation(trace, TURNS_END, [node]), _disable(trace)
    flags, in_vain = [], False
    for step in range(trace.length):
        in_vain = (in_vain or turn_ends[step]) and not begins_anew[step]
        flags.append(not has[step] and (in_vain or complete[step]))
    return flags


def _demotion(trace: Trace, state: str) -> Flags:
    return _where(trace, "demotion", lambda value: value == state)


def _disable(trace: Trace) -> Flags:
    """Return for each step whether the first target of a disable is taken away there."""
    flags, disabling = [], False
    operations = trace.signals["operation"]
    for step in range(trace.length):
        name, *fields = operations.at(step)
        empties = name == "Store" and fields[0] == trace.arrays[0] and not nodes_in(fields[2])
        flags.append(empties and not disabling)
        disabling = (disabling or empties) and name not in NEW_ATTEMPT
    return flags


def _event(trace: Trace, number: int) -> Flags:
    """Return for each step whether an event is happening; the events are the chapters after the first order."""
    order = next((index for index, chapter in enumerate(trace.chapters) if chapter.name == "order"), -1)
    events = [index for index, span in enumerate(trace.chapters) if index > order and span.name != "cgroup"]
    if not 1 <= number <= len(events):
        raise NotInRun(f"this run has no event {number}: it has {len(events)}")
    return _where(trace, "chapter", lambda value: value == events[number - 1])


_KINDS: dict[str, Callable[..., Flags]] = {
    "and": _and,
    "or": _or,
    "not": _not,
    "then": _then,
    "begins": _begins,
    "ends": _ends,
    "operation": _operation,
    "changes": _changes,
    "is": _is,
    "equals": _equals,
    "above": _above,
    "below": _below,
    "has": _has,
    "target": _target,
    "no target": _no_target,
    "demotion": _demotion,
    "disable": _disable,
    "event": _event,
}
