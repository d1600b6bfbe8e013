"""The demotion order with several targets: all that are equally near. mm/migrate.c from v5.17 to v6.0

    node_demotion[]     the targets of each node in order of choice, at most 15; empty where nothing is demoted

The passes are those of v5.15. But a source now asks again and again, and each answer has to be as near as its
first. One that is farther, or one too many, is refused and put back, so that another source may take it; up to
5.17.7 it was not put back, and was lost to everybody.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

from viz.kernel.looks import OrderBegins, OrderComplete, PassBegins, SourceBegins
from viz.kernel.machine import Machine
from viz.kernel.memory import Array, Barrier, Load, Routine, Store, nodes_in
from viz.kernel.nodemask import NUMA_NO_NODE, NodeMask, node_list
from viz.kernel.page_alloc import find_next_best_node
from viz.kernel.target_looks import Lost, Refused, TargetsDone

DEMOTION_TARGET_NODES = 15

node_demotion = Array("node_demotion", empty="")


def disable_all_migrate_targets(machine: Machine) -> Routine[None]:
    """Take every target away, and wait until no reader can still hold one.

    mm/migrate.c, v5.17
    """
    for node in machine.online:
        yield Store(node_demotion[node], "")
    yield Barrier(machine.rules.barrier)


def establish_migrate_target(machine: Machine, node: int, used: NodeMask, best_distance: int | None) -> Routine[int]:
    """Give `node` one more target and return it; NUMA_NO_NODE if none is left, or the next best is refused.

    `best_distance` is how far the first target is, None before there is one. A refused node leaves `used` again, or
    nobody could take it any more: up to 5.17.7, nobody could.

    mm/migrate.c, v5.17
    """
    target = yield from find_next_best_node(machine, node, used)
    if target == NUMA_NO_NODE:
        return NUMA_NO_NODE

    present = nodes_in((yield Load(node_demotion[node])))
    farther = best_distance is not None and machine.distance[node][target] > best_distance
    if farther or len(present) == DEMOTION_TARGET_NODES:
        if not machine.rules.refused_is_free:
            yield Lost(node, target, best_distance, farther)
            return NUMA_NO_NODE
        used.discard(target)
        yield Refused(node, target, best_distance, farther)
        return NUMA_NO_NODE

    yield Store(node_demotion[node], node_list([*present, target]))
    return target


def establish_migrate_targets(machine: Machine, node: int, used: NodeMask, next_pass: NodeMask) -> Routine[None]:
    """Give `node` all its targets, and put them in next_pass.

    mm/migrate.c, the loop inside __set_migration_target_nodes() of v5.17
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

    Whoever was chosen stays in used_targets: however many targets a source may have, no two sources share one.

    mm/migrate.c, __set_migration_target_nodes() of v5.17
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


def next_demotion_node(node: int, random_below: Callable[[int], int]) -> Routine[int]:
    """Return where a cold page of `node` goes now: one of its targets, drawn anew at every call; or NUMA_NO_NODE.

    mm/migrate.c, v5.17
    """
    targets = nodes_in((yield Load(node_demotion[node])))
    return targets[random_below(len(targets))] if targets else NUMA_NO_NODE
