"""What the events of a machine are, in words, and what each finds: known by counting, before anything is rebuilt."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from viz.kernel.hotplug import count_event, obstacle
from viz.kernel.machine import Machine


class OnlineState(NamedTuple):
    """What of a node is online: itself, so many blocks of its memory, so many of its CPUs."""

    online: bool
    blocks: int
    cpus: int


class EventEffect(NamedTuple):
    """An event, what its node had before and has after it, and why it cannot happen, or nothing."""

    event: str
    node: int
    before: OnlineState
    after: OnlineState
    why: str


class Chip(NamedTuple):
    """Events that follow each other and are the same: the first's place among all, how many they are."""

    first: int
    times: int
    event: str
    node: int
    words: str
    """What they do, in a few words."""
    why: str
    """Why they cannot happen, or nothing."""


def online_states(machine: Machine, node: int) -> OnlineState:
    """What of the node is online now."""
    return OnlineState(node in machine.online, machine.blocks[node], machine.cpu_count[node])


def event_effects(machine: Machine, happenings: Iterable[tuple[str, int]]) -> Iterator[EventEffect]:
    """The events one by one; the machine is tallied on the way, and is worth nothing else afterwards."""
    for event, node in happenings:
        why, before = obstacle(machine, event, node), online_states(machine, node)
        if not why:
            count_event(machine, event, node)
        yield EventEffect(event, node, before, online_states(machine, node), why)


def chips(told: Sequence[EventEffect]) -> list[Chip]:
    """The events in runs of equal ones, each run in a few words."""
    found, first = list[Chip](), 0
    for _, group in groupby(told, key=lambda turn: (turn.event, turn.node, bool(turn.why))):
        run = list(group)
        found.append(Chip(first, len(run), run[0].event, run[0].node, words(run), run[0].why))
        first += len(run)
    return found


def words(run: Sequence[EventEffect]) -> str:
    """What some equal events do to their node, in a few words."""
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
    return f"loses {_several(times, 'block')}"


def _cpus_come(before: OnlineState, after: OnlineState, times: int) -> str:
    joins = "" if before.online else "is online and "
    return joins + ("gets its first CPU" if not before.cpus and times == 1 else f"gets {_several(times, 'CPU')}")


def _cpus_go(before: OnlineState, after: OnlineState, times: int) -> str:
    if after.cpus:
        return f"loses {_several(times, 'CPU')}"
    return "loses its last CPU" if times == 1 else f"loses all its {times} CPUs"


def _a_block(online: int, only: int) -> str:
    return "its memory" if online == only else "a block"


def _several(times: int, noun: str) -> str:
    return f"a {noun}" if times == 1 else f"{times} {noun}s"


_DOES: dict[str, Callable[[OnlineState, OnlineState, int], str]] = {
    "mem_add": lambda before, after, times: "is added, empty",
    "mem_online": _memory_comes,
    "mem_online_fail": lambda before, after, times: f"fails to get {_a_block(before.blocks, 0)}",
    "mem_offline": _memory_goes,
    "mem_offline_fail": lambda before, after, times: f"fails to lose {_a_block(before.blocks, 1)}",
    "node_remove": lambda before, after, times: "is removed",
    "cpu_online": _cpus_come,
    "cpu_offline": _cpus_go,
}
