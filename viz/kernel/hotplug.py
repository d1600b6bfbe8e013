"""Hotplug events, and the routine that each of them runs.

The routines are in memory_hotplug.py and cpu.py.
"""

from __future__ import annotations

from collections.abc import Callable

from viz.kernel.cpu import cpu_down, cpu_up
from viz.kernel.hotplug_checkpoints import (
    EventBegins,
    EventEnds,
    NothingHappens,
)
from viz.kernel.machine import Machine
from viz.kernel.memory import Routine
from viz.kernel.memory_hotplug import (
    add_memory,
    offline_pages,
    offline_pages_fails,
    online_pages,
    online_pages_fails,
    try_offline_node,
)
from viz.kernel.version import Version


def apply_event(
    machine: Machine, version: Version, event: str, node: int
) -> Routine[None]:
    """Run the routine of an event, or none if it cannot happen.

    Not in Linux: an event begins in the hardware or a shell.
    """
    blocks, cpus = machine.blocks[node], machine.cpu_count[node]
    yield EventBegins(event, node, blocks, cpus)
    why = obstacle(machine, event, node)
    if why:
        yield NothingHappens(event, node, why)
    else:
        yield from EVENTS[event](machine, version, node)
    yield EventEnds(event, node)


def obstacle(machine: Machine, event: str, node: int) -> str:
    """Return why the event cannot happen to the node, or "".

    Not in Linux: there the callers check this.
    """
    match event:
        case "mem_add" if node in machine.online:
            return "the node is online already"
        case "mem_online" | "mem_online_fail" if (
            node not in machine.online
        ):
            return "the node is not online; mem_add brings it"
        case "mem_offline" | "mem_offline_fail" if (
            not machine.blocks[node]
        ):
            return "none of its memory is online"
        case "cpu_offline" if not machine.cpu_count[node]:
            return "it has no CPU online"
        case "node_remove" if node not in machine.online:
            return "the node is not online"
        case "node_remove" if (
            machine.blocks[node] or machine.cpu_count[node]
        ):
            return "it still has memory or CPUs online"
    return ""


def count_event(machine: Machine, event: str, node: int) -> None:
    """Update a machine's counts as the event does; build nothing.

    Not in Linux: the page's list of events shows these counts.
    """
    match event:
        case "mem_add":
            machine.online.add(node)
        case "mem_online":
            machine.blocks[node] += 1
        case "mem_offline":
            machine.blocks[node] -= 1
        case "cpu_online":
            machine.cpu_count[node] += 1
            machine.online.add(node)
        case "cpu_offline":
            machine.cpu_count[node] -= 1
        case "node_remove":
            machine.online.discard(node)


EVENTS: dict[
    str, Callable[[Machine, Version, int], Routine[None]]
] = {
    "mem_add": add_memory,
    "mem_online": online_pages,
    "mem_online_fail": online_pages_fails,
    "mem_offline": offline_pages,
    "mem_offline_fail": offline_pages_fails,
    "node_remove": try_offline_node,
    "cpu_online": cpu_up,
    "cpu_offline": cpu_down,
}
