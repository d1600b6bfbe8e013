"""The demotion order with several targets as it first came: whoever is refused is lost. mm/migrate.c, v5.17 to v5.17.7

As viz/kernel/migrate_v5_17.py has it, but for one line: a node that is found and refused stays in used_targets. Nobody
can take it any more, so it is neither target nor source in this order.
"""

from __future__ import annotations

from itertools import count

from viz.kernel.looks import OrderBegins, OrderComplete, PassBegins, SourceBegins
from viz.kernel.machine import Machine
from viz.kernel.memory import Load, Routine, Store, nodes_in
from viz.kernel.migrate_v5_17 import DEMOTION_TARGET_NODES, disable_all_migrate_targets, node_demotion
from viz.kernel.nodemask import NUMA_NO_NODE, NodeMask, node_list
from viz.kernel.page_alloc import find_next_best_node
from viz.kernel.target_looks import Lost, TargetsDone


def establish_migrate_target(machine: Machine, node: int, used: NodeMask, best_distance: int | None) -> Routine[int]:
    """Give `node` one more target and return it; NUMA_NO_NODE if none is left, or the next best is refused.

    find_next_best_node() has put the refused node into `used`, and nothing takes it out again.

    mm/migrate.c, v5.17.7
    """
    target = yield from find_next_best_node(machine, node, used)
    if target == NUMA_NO_NODE:
        return NUMA_NO_NODE

    present = nodes_in((yield Load(node_demotion[node])))
    farther = best_distance is not None and machine.distance[node][target] > best_distance
    if farther or len(present) == DEMOTION_TARGET_NODES:
        yield Lost(node, target, best_distance, farther)
        return NUMA_NO_NODE

    yield Store(node_demotion[node], node_list([*present, target]))
    return target


def establish_migrate_targets(machine: Machine, node: int, used: NodeMask, next_pass: NodeMask) -> Routine[None]:
    """Give `node` all its targets, and put them in next_pass.

    mm/migrate.c, the loop inside __set_migration_target_nodes() of v5.17.7
    """
    best_distance = None
    while True:
        target = yield from establish_migrate_target(machine, node, used, best_distance)
        if target == NUMA_NO_NODE:
            break
        if best_distance is None:
            best_distance = machine.distance[node][target]
        next_pass.add(target)
    yield TargetsDone(node)


def set_migration_target_nodes(machine: Machine) -> Routine[None]:
    """Rebuild the whole demotion order, pass by pass.

    mm/migrate.c, __set_migration_target_nodes() of v5.17.7
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
            yield from establish_migrate_targets(machine, node, used_targets, next_pass)

        if not next_pass:
            break
    yield OrderComplete()
