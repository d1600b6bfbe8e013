"""Bring memory online and take it offline. mm/memory_hotplug.c

When the last memory block of a node goes offline, in v5.15:

    MEM_GOING_OFFLINE    the order is disabled
    the pages leave      meanwhile nobody has a target
    zonelists            are rebuilt; they all keep the node, which
                         is still in N_MEMORY
    N_MEMORY             loses the node
    MEM_OFFLINE          the order is rebuilt

The version's callback decides when the order is rebuilt. From v6.17
another callback is notified of a node's first and last memory.
"""

from __future__ import annotations

from viz.kernel.hotplug_checkpoints import (
    BlocksChanged,
    Holding,
    Notified,
    PagesLeave,
    StateChanged,
)
from viz.kernel.locks import (
    held,
    mem_hotplug_begin,
    mem_hotplug_done,
)
from viz.kernel.machine import Machine
from viz.kernel.memory import Routine
from viz.kernel.page_alloc import (
    build_all_zonelists,
    build_own_zonelist,
)
from viz.kernel.version import Version


def add_memory(
    machine: Machine, version: Version, node: int
) -> Routine[None]:
    """Bring a node online whose memory blocks are all offline yet.

    mm/memory_hotplug.c, add_memory_resource() of v5.15
    """
    mem_hotplug_begin(machine)
    yield Holding(held(machine))
    yield from try_online_node(machine, node)
    mem_hotplug_done(machine)


def try_online_node(machine: Machine, node: int) -> Routine[None]:
    """Bring a node online, and build its zonelist.

    No other list has the node yet. While its own list is built, the
    node does not count as online.

    mm/memory_hotplug.c, __try_online_node() of v5.15
    """
    yield from build_own_zonelist(machine, node)
    machine.online.add(node)
    online = machine.online.copy()
    yield StateChanged("online", node, True, online)


def online_pages(
    machine: Machine, version: Version, node: int
) -> Routine[None]:
    """Bring one more block of the node's memory online.

    With its first block, the node joins N_MEMORY and the zonelists.

    mm/memory_hotplug.c, online_pages() of v5.15
    """
    first = machine.blocks[node] == 0
    mem_hotplug_begin(machine)
    yield Holding(held(machine))
    if first:
        action = "NODE_ADDING_FIRST_MEMORY"
        yield from node_notify(machine, version, action, node)
    yield from memory_notify(
        machine, version, "MEM_GOING_ONLINE", node, first
    )
    machine.blocks[node] += 1
    yield BlocksChanged(node, machine.blocks[node], +1)
    if first:
        machine.memory.add(node)
        memory = machine.memory.copy()
        yield StateChanged("N_MEMORY", node, True, memory)
        yield from build_all_zonelists(machine)
        action = "NODE_ADDED_FIRST_MEMORY"
        yield from node_notify(machine, version, action, node)
    yield from memory_notify(
        machine, version, "MEM_ONLINE", node, first
    )
    mem_hotplug_done(machine)


def online_pages_fails(
    machine: Machine, version: Version, node: int
) -> Routine[None]:
    """Fail to bring a block online, because a callback refuses.

    mm/memory_hotplug.c, online_pages() of v5.15
    """
    first = machine.blocks[node] == 0
    mem_hotplug_begin(machine)
    yield Holding(held(machine))
    if first:
        action = "NODE_ADDING_FIRST_MEMORY"
        yield from node_notify(machine, version, action, node)
    yield from memory_notify(
        machine, version, "MEM_GOING_ONLINE", node, first
    )
    yield from memory_notify(
        machine, version, "MEM_CANCEL_ONLINE", node, first
    )
    if first:
        action = "NODE_CANCEL_ADDING_FIRST_MEMORY"
        yield from node_notify(machine, version, action, node)
    mem_hotplug_done(machine)


def offline_pages(
    machine: Machine, version: Version, node: int
) -> Routine[None]:
    """Take one block of the node's memory offline.

    With its last block, the node leaves N_MEMORY. Up to v6.6
    zonelists are rebuilt before that, so they still have the node.

    mm/memory_hotplug.c, offline_pages() of v5.15
    """
    last = machine.blocks[node] == 1
    mem_hotplug_begin(machine)
    yield Holding(held(machine))
    if last:
        action = "NODE_REMOVING_LAST_MEMORY"
        yield from node_notify(machine, version, action, node)
    yield from memory_notify(
        machine, version, "MEM_GOING_OFFLINE", node, last
    )
    yield PagesLeave(node, False)
    machine.blocks[node] -= 1
    yield BlocksChanged(node, machine.blocks[node], -1)
    if last and version.triggers.lists_rebuilt_before_n_memory:
        yield from build_all_zonelists(machine)
    if last:
        machine.memory.discard(node)
        memory = machine.memory.copy()
        yield StateChanged("N_MEMORY", node, False, memory)
    if last and not version.triggers.lists_rebuilt_before_n_memory:
        yield from build_all_zonelists(machine)
    if last:
        action = "NODE_REMOVED_LAST_MEMORY"
        yield from node_notify(machine, version, action, node)
    yield from memory_notify(
        machine, version, "MEM_OFFLINE", node, last
    )
    mem_hotplug_done(machine)


def offline_pages_fails(
    machine: Machine, version: Version, node: int
) -> Routine[None]:
    """Fail to take a block offline: some page of it cannot move.

    mm/memory_hotplug.c, offline_pages() of v5.15
    """
    last = machine.blocks[node] == 1
    mem_hotplug_begin(machine)
    yield Holding(held(machine))
    if last:
        action = "NODE_REMOVING_LAST_MEMORY"
        yield from node_notify(machine, version, action, node)
    yield from memory_notify(
        machine, version, "MEM_GOING_OFFLINE", node, last
    )
    yield PagesLeave(node, True)
    yield from memory_notify(
        machine, version, "MEM_CANCEL_OFFLINE", node, last
    )
    if last:
        action = "NODE_CANCEL_REMOVING_LAST_MEMORY"
        yield from node_notify(machine, version, action, node)
    mem_hotplug_done(machine)


def try_offline_node(
    machine: Machine, version: Version, node: int
) -> Routine[None]:
    """Take a node without memory and CPUs offline.

    Neither the zonelists nor the order are rebuilt.

    mm/memory_hotplug.c, try_offline_node() of v5.15
    """
    mem_hotplug_begin(machine)
    yield Holding(held(machine))
    machine.online.discard(node)
    online = machine.online.copy()
    yield StateChanged("online", node, False, online)
    mem_hotplug_done(machine)


def memory_notify(
    machine: Machine,
    version: Version,
    action: str,
    node: int,
    changes_state: bool,
) -> Routine[None]:
    """Notify the demotion code of what happens to a memory block.

    `changes_state`: whether it is the node's first or last block.

    drivers/base/memory.c, memory_notify() of v5.15
    """
    yield Notified(action, node)
    yield from version.memory_callback(
        machine, version, action, node, changes_state
    )


def node_notify(
    machine: Machine, version: Version, action: str, node: int
) -> Routine[None]:
    """Notify the demotion code of a node's first or last memory.

    Kernels before v6.17 do not.

    drivers/base/node.c, node_notify() of v6.17
    """
    if version.triggers.node_notifier:
        yield Notified(action, node)
        yield from version.node_callback(
            machine, version, action, node
        )
