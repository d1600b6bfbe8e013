"""The demotion order as patch 02/10 builds it. mm/migrate.c

    node_demotion[]    where cold pages of each node go: one node,
                       or NUMA_NO_NODE where a chain ends

The order is built in passes, nearest targets first, and begins at
the nodes with CPUs:

    pass 1    CPU nodes choose             0 -> 1    3 -> 4
    pass 2    targets of pass 1 choose     1 -> 2    4 -> 5
    pass 3    targets of pass 2 choose     2 stops   5 stops

A source goes into used_targets before its pass begins, and a target
as soon as it is chosen. No node ever leaves used_targets. So no
node is chosen twice, and no chain can lead back into itself.

Functions and variables have the names and the order of the patch.
The changes of patch 03/10 and v5.15 are in migrate_v5_15.py.
"""

from __future__ import annotations

from viz.kernel.checkpoints import (
    OrderBegins,
    OrderComplete,
    PassBegins,
    SourceBegins,
    SourceDone,
)
from viz.kernel.locks import get_online_mems, put_online_mems
from viz.kernel.machine import N_CPU, Machine
from viz.kernel.memory import (
    READ_ONCE,
    Array,
    Load,
    Routine,
    Store,
    smp_wmb,
)
from viz.kernel.nodemask import (
    NODE_MASK_NONE,
    NUMA_NO_NODE,
    NodeMask,
)
from viz.kernel.page_alloc import find_next_best_node

node_demotion = Array("node_demotion")


def next_demotion_node(node: int) -> Routine[int]:
    """Return where cold pages of `node` go now, or NUMA_NO_NODE.

    mm/migrate.c, next_demotion_node() of patch 02/10
    """
    target: int = yield READ_ONCE(node_demotion[node])
    return target


def disable_all_migrate_targets(machine: Machine) -> Routine[None]:
    """Store NUMA_NO_NODE as the target of every online node.

    mm/migrate.c, disable_all_migrate_targets() of patch 02/10
    """
    for node in machine.online:
        yield Store(node_demotion[node], NUMA_NO_NODE)


def establish_migrate_target(
    machine: Machine, node: int, used: NodeMask
) -> Routine[int]:
    """Store a target for `node` and return it, or NUMA_NO_NODE.

    There is none if no free node is left: the chain ends here.
    There is no new one, either, if `node` has a target already.

    mm/migrate.c, establish_migrate_target() of patch 02/10
    """
    if (yield Load(node_demotion[node])) != NUMA_NO_NODE:
        return NUMA_NO_NODE

    migration_target = yield from find_next_best_node(
        machine, node, used
    )
    if migration_target == NUMA_NO_NODE:
        return NUMA_NO_NODE

    yield Store(node_demotion[node], migration_target)
    return migration_target


def __set_migration_target_nodes(machine: Machine) -> Routine[None]:
    """Store a new demotion order, pass by pass.

    mm/migrate.c, __set_migration_target_nodes() of patch 02/10
    """
    yield OrderBegins()
    yield from disable_all_migrate_targets(machine)
    yield smp_wmb()

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

    mm/migrate.c, set_migration_target_nodes() of patch 02/10
    """
    get_online_mems(machine)
    yield from __set_migration_target_nodes(machine)
    put_online_mems(machine)
