"""Say in a few words what events do to the nodes of a machine.

Only the online nodes, blocks and CPUs are counted after each event; no order is rebuilt.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from viz.kernel.hotplug import count_event, obstacle
from viz.kernel.machine import Machine


class OnlineState(NamedTuple):
    """The state of a node: whether it is online, and how many of its memory blocks and CPUs are."""

    online: bool
    blocks: int
    cpus: int


class EventEffect(NamedTuple):
    """An event, the state of its node before and after it, and why it cannot happen; `why` is "" if it can."""

    event: str
    node: int
    before: OnlineState
    after: OnlineState
    why: str


class Chip(NamedTuple):
    """A group of equal events that follow each other, which the page shows as one chip.

    `first` is the index of the group's first event among all events, and `times` is how many events the group has.
    """

    first: int
    times: int
    event: str
    node: int
    words: str
    """What the events do to the node, in a few words."""
    why: str
    """Why the events cannot happen; "" if they can."""


def online_states(machine: Machine, node: int) -> OnlineState:
    """Return whether the node is online now, and how many of its blocks and CPUs are."""
    return OnlineState(node in machine.online, machine.blocks[node], machine.cpu_count[node])


def event_effects(machine: Machine, event_pairs: Iterable[tuple[str, int]]) -> Iterator[EventEffect]:
    """Yield the effect of each event.

    Only the counts of `machine` are updated for each event, so it must not be used for anything else afterwards.
    """
    for event, node in event_pairs:
        why, before = obstacle(machine, event, node), online_states(machine, node)
        if not why:
            count_event(machine, event, node)
        yield EventEffect(event, node, before, online_states(machine, node), why)


def chips(effects: Sequence[EventEffect]) -> list[Chip]:
    """Return the chips for all events: one for each group of equal events that follow each other."""
    merged, first = list[Chip](), 0
    for _, group in groupby(effects, key=lambda effect: (effect.event, effect.node, bool(effect.why))):
        run = list(group)
        merged.append(Chip(first, len(run), run[0].event, run[0].node, words(run), run[0].why))
        first += len(run)
    return merged


def words(run: Sequence[EventEffect]) -> str:
    """Return what equal events that follow each other do to their node, in a few words."""
    event, node, before, after = run[0].event, run[0].node, run[0].before, run[-1].after
    if run[0].why:
        return f"node {node}: {event} has no effect"
    return f"node {node} {_DOES[event](before, after, len(run))}"


def _memory_comes(before: OnlineState, after: OnlineState, times: int) -> str:
    if not before.blocks:
        return "gets its memory" if times == 1 else f"gets its memory, {times} blocks"
    return "gets one more block" if times == 1 else f"gets {times} more blocks"


def _memory_goes(before: OnlineState, after: OnlineState, times: int) -> str:
    if not after.blocks:
        return "loses its memory" if times == 1 else f"loses its memory, {times} blocks"
    return f"loses {_a_or_count(times, 'block')}"


def _cpus_come(before: OnlineState, after: OnlineState, times: int) -> str:
    joins = "" if before.online else "is online and "
    return joins + ("gets its first CPU" if not before.cpus and times == 1 else f"gets {_a_or_count(times, 'CPU')}")


def _cpus_go(before: OnlineState, after: OnlineState, times: int) -> str:
    if after.cpus:
        return f"loses {_a_or_count(times, 'CPU')}"
    return "loses its last CPU" if times == 1 else f"loses all its {times} CPUs"


def _memory_or_block(online: int, only: int) -> str:
    return "its memory" if online == only else "a block"


def _a_or_count(times: int, noun: str) -> str:
    return f"a {noun}" if times == 1 else f"{times} {noun}s"


_DOES: dict[str, Callable[[OnlineState, OnlineState, int], str]] = {
    "mem_add": lambda before, after, times: "is added, empty",
    "mem_online": _memory_comes,
    "mem_online_fail": lambda before, after, times: f"fails to get {_memory_or_block(before.blocks, 0)}",
    "mem_offline": _memory_goes,
    "mem_offline_fail": lambda before, after, times: f"fails to lose {_memory_or_block(before.blocks, 1)}",
    "node_remove": lambda before, after, times: "is removed",
    "cpu_online": _cpus_come,
    "cpu_offline": _cpus_go,
}
