"""The demotion order: where each node's cold pages go when it fills up. mm/migrate.c

    node_demotion[]     the one target of each node, or NUMA_NO_NODE where a chain ends

The order is built in passes, nearest targets first, starting from the nodes with CPUs:

    pass 1    CPU nodes choose       0 -> 1      3 -> 4
    pass 2    their targets choose   1 -> 2      4 -> 5
    pass 3    and theirs             2 stops     5 stops, and nobody is left to choose
"""

from __future__ import annotations

from itertools import count

from viz.kernel.looks import OrderBegins, OrderComplete, PassBegins, SourceBegins, SourceDone
from viz.kernel.machine import Machine
from viz.kernel.memory import Array, Barrier, Load, Routine, Store
from viz.kernel.nodemask import NUMA_NO_NODE, NodeMask
from viz.kernel.page_alloc import find_next_best_node

node_demotion = Array("node_demotion")


def disable_all_migrate_targets(machine: Machine) -> Routine[None]:
    """Take every target away, and make sure that readers see that before any new target.

    mm/migrate.c, patch 02/10; from 03/10 the barrier is a grace period
    """
    for node in machine.online:
        yield Store(node_demotion[node], NUMA_NO_NODE)
    yield Barrier(machine.rules.barrier)


def establish_migrate_target(machine: Machine, node: int, used: NodeMask) -> Routine[int]:
    """Give `node` its target and return it; NUMA_NO_NODE if it has one already or none is left.

    mm/migrate.c, patch 02/10
    """
    present: int = yield Load(node_demotion[node])
    if present != NUMA_NO_NODE:
        return NUMA_NO_NODE

    target = yield from find_next_best_node(machine, node, used)
    if target == NUMA_NO_NODE:
        return NUMA_NO_NODE

    yield Store(node_demotion[node], target)
    return target


def set_migration_target_nodes(machine: Machine) -> Routine[None]:
    """Rebuild the whole demotion order, pass by pass.

    A source goes into used_targets before its pass begins and a target as soon as it is chosen, and none
    ever leaves. So no node is chosen twice, and no chain can lead back into itself.

    mm/migrate.c, __set_migration_target_nodes() of patch 02/10
    """
    yield OrderBegins()
    yield from disable_all_migrate_targets(machine)

    next_pass = machine.n_cpu.copy()
    used_targets = NodeMask()
    for number in count(1):
        this_pass, next_pass = next_pass, NodeMask()
        used_targets |= this_pass
        yield PassBegins(number)

        for node in this_pass:
            yield SourceBegins(node)
            target = yield from establish_migrate_target(machine, node, used_targets)
            if target != NUMA_NO_NODE:
                next_pass.add(target)
            yield SourceDone(node, target)

        if not next_pass:
            break
    yield OrderComplete()


def next_demotion_node(node: int) -> Routine[int]:
    """Return where cold pages of `node` go now, or NUMA_NO_NODE: one hop, one read, no lock.

    mm/migrate.c, patch 02/10
    """
    target: int = yield Load(node_demotion[node])
    return target
