"""What memory and CPUs that come and go do to the demotion order: mm/memory_hotplug.c, kernel/cpu.c.

The last block of a node's memory goes offline, in v5.15:

    MEM_GOING_OFFLINE    the order is disabled
    the pages leave      meanwhile nobody has a target
    zonelists            rebuilt while the node is still in N_MEMORY: its ghost is in every list
    N_MEMORY             loses the node
    MEM_OFFLINE          the order is rebuilt

When the order is rebuilt, and when not, is the version's affair: machine.py, Triggers.
"""

from __future__ import annotations

from collections.abc import Callable

from viz.kernel.event_looks import (
    BlocksChanged,
    CpusChanged,
    Disabled,
    EventBegins,
    EventEnds,
    Holding,
    NoCallback,
    NothingHappens,
    Notified,
    PagesLeave,
    StateChanged,
)
from viz.kernel.machine import Machine
from viz.kernel.memory import Routine
from viz.kernel.page_alloc import build_all_zonelists, build_own_zonelist
from viz.kernel.versions import Version

MEMORY_LOCK = "mem_hotplug_lock"
CPU_LOCK = "cpu_hotplug_lock"
CPU_AND_MEMORY = "cpu_hotplug_lock, mem_hotplug_lock for reading"


def happen(machine: Machine, version: Version, event: str, node: int) -> Routine[None]:
    """`event` has happened to `node`, with all that it causes; one that cannot happen changes nothing."""
    yield EventBegins(event, node, machine.blocks[node], machine.cpu_count[node])
    why = obstacle(machine, event, node)
    if why:
        yield NothingHappens(event, node, why)
    else:
        yield from EVENTS[event](machine, version, node)
    yield EventEnds(event, node)


def obstacle(machine: Machine, event: str, node: int) -> str:
    """Why the event cannot happen to the node now, or nothing."""
    match event:
        case "mem_add" if node in machine.online:
            return "the node is online already"
        case "mem_online" | "mem_online_fail" if node not in machine.online:
            return "the node is not online; mem_add brings it"
        case "mem_offline" | "mem_offline_fail" if not machine.blocks[node]:
            return "none of its memory is online"
        case "cpu_offline" if not machine.cpu_count[node]:
            return "it has no CPU online"
        case "node_remove" if node not in machine.online:
            return "the node is not online"
        case "node_remove" if machine.blocks[node] or machine.cpu_count[node]:
            return "it still has memory or CPUs online"
    return ""


def tally(machine: Machine, event: str, node: int) -> None:
    """What is online is as after the event, and nothing else is: no list and no order is built."""
    match event:
        case "mem_add":
            machine.online.add(node)
        case "mem_online" | "mem_offline":
            machine.blocks[node] += 1 if event == "mem_online" else -1
        case "cpu_online" | "cpu_offline":
            machine.cpu_count[node] += 1 if event == "cpu_online" else -1
            machine.online.add(node)
        case "node_remove":
            machine.online.discard(node)


# Memory


def add_memory(machine: Machine, version: Version, node: int) -> Routine[None]:
    """The node is online and has memory, but no block of that is online yet.

    mm/memory_hotplug.c, add_memory_resource()
    """
    yield Holding(MEMORY_LOCK)
    yield from try_online_node(machine, node)


def try_online_node(machine: Machine, node: int) -> Routine[None]:
    """The node is online, with a zonelist of its own; it is in nobody else's, and was not counted as online.

    mm/memory_hotplug.c
    """
    yield from build_own_zonelist(machine, node)
    machine.online.add(node)
    yield StateChanged("online", node, True, machine.online.copy())


def online_pages(machine: Machine, version: Version, node: int) -> Routine[None]:
    """One more block of the node's memory is online; the first brings the node into N_MEMORY and the zonelists.

    mm/memory_hotplug.c
    """
    first = machine.blocks[node] == 0
    yield Holding(MEMORY_LOCK)
    yield from memory_notify(machine, version, "MEM_GOING_ONLINE", node, first)

    machine.blocks[node] += 1
    yield BlocksChanged(node, machine.blocks[node], +1)
    if first:
        machine.memory.add(node)
        yield StateChanged("N_MEMORY", node, True, machine.memory.copy())
        yield from build_all_zonelists(machine)

    yield from memory_notify(machine, version, "MEM_ONLINE", node, first)


def online_pages_fails(machine: Machine, version: Version, node: int) -> Routine[None]:
    """A block was to come online, somebody who was asked refused, and all is as before.

    mm/memory_hotplug.c, online_pages()
    """
    first = machine.blocks[node] == 0
    yield Holding(MEMORY_LOCK)
    yield from memory_notify(machine, version, "MEM_GOING_ONLINE", node, first)
    yield from memory_notify(machine, version, "MEM_CANCEL_ONLINE", node, first)


def offline_pages(machine: Machine, version: Version, node: int) -> Routine[None]:
    """One block less of the node's memory is online; the last takes the node out of N_MEMORY.

    Until v6.6 the zonelists are rebuilt before that, so they still hold the node that leaves.

    mm/memory_hotplug.c
    """
    last = machine.blocks[node] == 1
    yield Holding(MEMORY_LOCK)
    yield from memory_notify(machine, version, "MEM_GOING_OFFLINE", node, last)
    yield PagesLeave(node, False)

    machine.blocks[node] -= 1
    yield BlocksChanged(node, machine.blocks[node], -1)
    if last and version.triggers.ghost:
        yield from build_all_zonelists(machine)
    if last:
        machine.memory.discard(node)
        yield StateChanged("N_MEMORY", node, False, machine.memory.copy())
    if last and not version.triggers.ghost:
        yield from build_all_zonelists(machine)

    yield from memory_notify(machine, version, "MEM_OFFLINE", node, last)


def offline_pages_fails(machine: Machine, version: Version, node: int) -> Routine[None]:
    """A block was to go offline, some page of it could not move, and the order is as before, or built anew.

    mm/memory_hotplug.c, offline_pages()
    """
    last = machine.blocks[node] == 1
    yield Holding(MEMORY_LOCK)
    yield from memory_notify(machine, version, "MEM_GOING_OFFLINE", node, last)
    yield PagesLeave(node, True)
    yield from memory_notify(machine, version, "MEM_CANCEL_OFFLINE", node, last)


def try_offline_node(machine: Machine, version: Version, node: int) -> Routine[None]:
    """The node, which has neither memory nor CPUs online, is not online; nothing is rebuilt.

    mm/memory_hotplug.c
    """
    yield Holding(MEMORY_LOCK)
    machine.online.discard(node)
    yield StateChanged("online", node, False, machine.online.copy())


def memory_notify(machine: Machine, version: Version, action: str, node: int, only: bool) -> Routine[None]:
    """The demotion code has been told and has done its part; `only` says that the node has no other block online.

    mm/migrate.c, migrate_on_reclaim_callback(); from v6.1 mm/memory-tiers.c, memtier_hotplug_callback()
    """
    yield Notified(action, node)
    match action:
        case _ if version.triggers.memory == "node" and not only:
            yield NoCallback("the node keeps other memory, and only its first and last block count")
        case "MEM_GOING_OFFLINE" if version.disable:
            yield from version.disable(machine)
            yield Disabled(node)
        case "MEM_CANCEL_OFFLINE" if version.disable:
            yield from rebuild(machine, version, node, MEMORY_LOCK)
        case "MEM_ONLINE" | "MEM_OFFLINE":
            yield from rebuild(machine, version, node, MEMORY_LOCK)
        case _:
            yield NoCallback("there is nothing to do at this point")


# CPUs


def cpu_up(machine: Machine, version: Version, node: int) -> Routine[None]:
    """One more CPU of the node is online; the first brings the node into N_CPU.

    kernel/cpu.c
    """
    if node not in machine.online:
        yield Holding(MEMORY_LOCK)
        yield from try_online_node(machine, node)
    yield Holding(CPU_LOCK)
    machine.cpu_count[node] += 1
    machine.cpus.add(node)
    yield CpusChanged(node, machine.cpu_count[node], +1, machine.cpus.copy())

    joins = node not in machine.n_cpu
    if joins:
        machine.n_cpu.add(node)
        yield StateChanged("N_CPU", node, True, machine.n_cpu.copy())
    yield from cpu_notify(machine, version, node, joins)


def cpu_down(machine: Machine, version: Version, node: int) -> Routine[None]:
    """One CPU less of the node is online; the last takes the node out of N_CPU.

    The posted series rebuilds the order too early, while N_CPU is as it was.

    kernel/cpu.c, _cpu_down()
    """
    yield Holding(CPU_LOCK)
    leaves = machine.cpu_count[node] == 1 and node in machine.n_cpu
    if version.triggers.cpu == "any, early":
        yield from cpu_notify(machine, version, node, leaves)
    machine.cpu_count[node] -= 1
    if machine.cpu_count[node] == 0:
        machine.cpus.discard(node)
    yield CpusChanged(node, machine.cpu_count[node], -1, machine.cpus.copy())

    if leaves:
        machine.n_cpu.discard(node)
        yield StateChanged("N_CPU", node, False, machine.n_cpu.copy())
    if version.triggers.cpu != "any, early":
        yield from cpu_notify(machine, version, node, leaves)


def cpu_notify(machine: Machine, version: Version, node: int, n_cpu_changes: bool) -> Routine[None]:
    """The demotion code has heard of the CPU and has done its part.

    mm/migrate.c, migration_online_cpu() and migration_offline_cpu()
    """
    match version.triggers.cpu:
        case "never":
            yield NoCallback("from v6.1 the order does not depend on CPUs")
        case "N_CPU" if not n_cpu_changes:
            yield NoCallback("N_CPU stays as it is, and from v5.18 only that counts")
        case _:
            yield Holding(CPU_AND_MEMORY)
            yield from rebuild(machine, version, node, CPU_LOCK)


def rebuild(machine: Machine, version: Version, node: int, locks: str) -> Routine[None]:
    """The order is built anew under the locks of the event; from v6.1 under one of its own, too."""
    own = version.triggers.lock
    if own:
        yield Holding(f"{locks}, {own}")
    if version.memory_event:
        yield from version.memory_event(machine, node)
    else:
        yield from version.build_order(machine)
    if own or locks == CPU_LOCK:
        yield Holding(locks)


EVENTS: dict[str, Callable[[Machine, Version, int], Routine[None]]] = {
    "mem_add": add_memory,
    "mem_online": online_pages,
    "mem_online_fail": online_pages_fails,
    "mem_offline": offline_pages,
    "mem_offline_fail": offline_pages_fails,
    "node_remove": try_offline_node,
    "cpu_online": cpu_up,
    "cpu_offline": cpu_down,
}
