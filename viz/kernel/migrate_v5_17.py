"""Several targets a node, equally near. mm/migrate.c of v5.17

    node_demotion[]    the targets of each node in the order of
                       choice, at most 15; empty if it has none

The passes are those of v5.15. But a source now calls the chooser
repeatedly, and takes each answer that is as near as its first. An
answer that is farther, or the sixteenth, is refused. It leaves
used_targets, so that another source may take it. Up to 5.17.7 it
stayed there by mistake, and no source could take it. A node that is
taken stays in used_targets, so no two sources share a target.
"""

from __future__ import annotations

from collections.abc import Callable

from viz.kernel.checkpoints import (
    OrderBegins,
    OrderComplete,
    PassBegins,
    SourceBegins,
)
from viz.kernel.locks import get_online_mems, put_online_mems
from viz.kernel.machine import N_CPU, Machine
from viz.kernel.memory import (
    READ_ONCE,
    Array,
    Load,
    Routine,
    Store,
    nodes_in,
    rcu_read_lock,
    rcu_read_unlock,
    synchronize_rcu,
)
from viz.kernel.nodemask import (
    NODE_MASK_NONE,
    NUMA_NO_NODE,
    NodeMask,
    node_list,
)
from viz.kernel.page_alloc import find_next_best_node
from viz.kernel.target_checkpoints import Lost, Refused, TargetsDone

DEMOTION_TARGET_NODES = 15

node_demotion = Array("node_demotion", empty="")


def next_demotion_node(
    node: int, random_below: Callable[[int], int]
) -> Routine[int]:
    """Return where a cold page of `node` goes, or NUMA_NO_NODE.

    It is one of the targets, drawn anew at every call.

    mm/migrate.c, next_demotion_node() of v5.17
    """
    yield rcu_read_lock()
    targets = nodes_in((yield READ_ONCE(node_demotion[node])))
    target = NUMA_NO_NODE
    if targets:
        target = targets[random_below(len(targets))]
    yield rcu_read_unlock()
    return target


def disable_all_migrate_targets(machine: Machine) -> Routine[None]:
    """Take every target away, and wait for readers that use one.

    mm/migrate.c, disable_all_migrate_targets() of v5.17
    """
    for node in machine.online:
        yield Store(node_demotion[node], "")
    yield synchronize_rcu()


def establish_migrate_target(
    machine: Machine,
    node: int,
    used: NodeMask,
    best_distance: int | None,
) -> Routine[int]:
    """Store one more target of `node`; return it or NUMA_NO_NODE.

    `best_distance` is the distance of its first target. A node that
    is refused leaves `used` again; up to 5.17.7 it stayed there.

    mm/migrate.c, establish_migrate_target() of v5.17
    """
    migration_target = yield from find_next_best_node(
        machine, node, used
    )
    if migration_target == NUMA_NO_NODE:
        return NUMA_NO_NODE

    targets = nodes_in((yield Load(node_demotion[node])))
    val = machine.distance[node][migration_target]
    farther = best_distance is not None and val > best_distance
    if farther or len(targets) >= DEMOTION_TARGET_NODES:
        if not machine.rules.refused_is_free:
            yield Lost(
                node, migration_target, best_distance, farther
            )
            return NUMA_NO_NODE
        used.discard(migration_target)
        yield Refused(
            node, migration_target, best_distance, farther
        )
        return NUMA_NO_NODE

    targets.append(migration_target)
    yield Store(node_demotion[node], node_list(targets))
    return migration_target


def __set_migration_target_nodes(machine: Machine) -> Routine[None]:
    """Store a new demotion order, pass by pass.

    mm/migrate.c, __set_migration_target_nodes() of v5.17
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
            best_distance = None
            yield SourceBegins(node)
            while True:
                target_node = yield from establish_migrate_target(
                    machine, node, used_targets, best_distance
                )
                if target_node == NUMA_NO_NODE:
                    break
                if best_distance is None:
                    best_distance = machine.distance[node][
                        target_node
                    ]
                next_pass.add(target_node)
            yield TargetsDone(node)
        if not next_pass:
            break
    yield OrderComplete()


def set_migration_target_nodes(machine: Machine) -> Routine[None]:
    """Store a new demotion order while no memory comes or goes.

    mm/migrate.c, set_migration_target_nodes() of v5.17
    """
    get_online_mems(machine)
    yield from __set_migration_target_nodes(machine)
    put_online_mems(machine)
