"""Changes of patch 03/10 and v5.15 to the order. mm/migrate.c

    02/10    the caller of the disable has a write barrier
    03/10    the disable itself waits for a grace period, readers
             read in sections, and the order is rebuilt when memory
             or CPUs come or go
    v5.15    of a node's memory blocks only the first and the last
             count, and N_CPU is updated before the rebuild

The passes and their result are those of 02/10. A run of the posted
patch uses two parts of this module that 02/10 does not have: the
callbacks, and the disable that they call before memory leaves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from viz.kernel.checkpoints import (
    OrderBegins,
    OrderComplete,
    PassBegins,
    SourceBegins,
    SourceDone,
)
from viz.kernel.hotplug_checkpoints import (
    KEEPS_MEMORY,
    NOTHING_TO_DO,
    Disabled,
    Holding,
    NoCallback,
)
from viz.kernel.locks import (
    FOR_READING,
    get_online_mems,
    held,
    put_online_mems,
)
from viz.kernel.machine import N_CPU, Machine
from viz.kernel.memory import (
    READ_ONCE,
    Routine,
    Store,
    rcu_read_lock,
    rcu_read_unlock,
    synchronize_rcu,
)
from viz.kernel.migrate import (
    establish_migrate_target,
    node_demotion,
)
from viz.kernel.nodemask import NODE_MASK_NONE, NUMA_NO_NODE

if TYPE_CHECKING:
    from viz.kernel.versions import Version


def next_demotion_node(node: int) -> Routine[int]:
    """Return where cold pages of `node` go now, or NUMA_NO_NODE.

    mm/migrate.c, next_demotion_node() of v5.15
    """
    yield rcu_read_lock()
    target: int = yield READ_ONCE(node_demotion[node])
    yield rcu_read_unlock()
    return target


def disable_all_migrate_targets(machine: Machine) -> Routine[None]:
    """Take every target away, and wait for readers that use one.

    mm/migrate.c, disable_all_migrate_targets() of patch 03/10
    """
    for node in machine.online:
        yield Store(node_demotion[node], NUMA_NO_NODE)
    yield synchronize_rcu()


def __set_migration_target_nodes(machine: Machine) -> Routine[None]:
    """Store a new demotion order, pass by pass.

    mm/migrate.c, __set_migration_target_nodes() of v5.15
    """
    yield OrderBegins()
    yield from disable_all_migrate_targets(machine)

    used_targets = NODE_MASK_NONE()
    next_pass = machine.node_states[N_CPU].copy()
    # Linux has the label `again` here, and a goto at the end.
    while True:
        this_pass = next_pass
        next_pass = NODE_MASK_NONE()
        used_targets |= this_pass
        yield PassBegins()
        for node in this_pass:
            yield SourceBegins(node)
            target_node = yield from establish_migrate_target(
                machine, node, used_targets
            )
            if target_node == NUMA_NO_NODE:
                yield SourceDone(node, target_node)
                continue
            next_pass.add(target_node)
            yield SourceDone(node, target_node)
        if not next_pass:
            break
    yield OrderComplete()


def set_migration_target_nodes(machine: Machine) -> Routine[None]:
    """Store a new demotion order while no memory comes or goes.

    mm/migrate.c, set_migration_target_nodes() of v5.15
    """
    get_online_mems(machine)
    yield from __set_migration_target_nodes(machine)
    put_online_mems(machine)


def migrate_on_reclaim_callback(
    machine: Machine,
    version: Version,
    action: str,
    node: int,
    changes_state: bool,
) -> Routine[None]:
    """Disable or rebuild the order when memory comes or goes.

    The caller holds the lock of memory hotplug.

    mm/migrate.c, migrate_on_reclaim_callback() of v5.15
    """
    if version.triggers.memory == "node" and not changes_state:
        yield NoCallback(KEEPS_MEMORY)
        return
    match action:
        case "MEM_GOING_OFFLINE":
            yield from version.disable(machine)
            yield Disabled(node)
        case "MEM_OFFLINE" | "MEM_ONLINE" | "MEM_CANCEL_OFFLINE":
            yield from version.rebuild(machine)
        case "MEM_GOING_ONLINE" | "MEM_CANCEL_ONLINE":
            yield NoCallback(NOTHING_TO_DO)


def migration_online_cpu(
    machine: Machine, version: Version
) -> Routine[None]:
    """Rebuild the order, because a CPU has come online.

    mm/migrate.c, migration_online_cpu() of v5.15
    """
    yield Holding(held(machine, FOR_READING))
    yield from version.build_order(machine)
    yield Holding(held(machine))


def migration_offline_cpu(
    machine: Machine, version: Version
) -> Routine[None]:
    """Rebuild the order, because a CPU goes offline.

    mm/migrate.c, migration_offline_cpu() of v5.15
    """
    yield Holding(held(machine, FOR_READING))
    yield from version.build_order(machine)
    yield Holding(held(machine))
