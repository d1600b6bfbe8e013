"""Shared targets: a patch of April 2022 on v5.18, never merged.

Sources of one pass may share a target, as the comment in
mm/migrate.c says they can. For each source, used_targets begins as
a copy of source_nodes: all nodes that have been sources. So a
source can choose what another source has chosen. Targets of one
pass never demote to each other.
"""

from __future__ import annotations

from viz.kernel.checkpoints import (
    OrderBegins,
    OrderComplete,
    PassBegins,
    SourceBegins,
)
from viz.kernel.locks import get_online_mems, put_online_mems
from viz.kernel.machine import N_CPU, Machine
from viz.kernel.memory import Routine
from viz.kernel.migrate_v5_17 import (
    disable_all_migrate_targets,
    establish_migrate_target,
)
from viz.kernel.nodemask import NODE_MASK_NONE, NUMA_NO_NODE
from viz.kernel.target_checkpoints import TargetsDone


def __set_migration_target_nodes(machine: Machine) -> Routine[None]:
    """Store a new demotion order, pass by pass.

    Not in Linux: Jagdish Gediya, patch v2 1/5 of 13 April 2022.
    """
    yield OrderBegins()
    yield from disable_all_migrate_targets(machine)

    source_nodes = NODE_MASK_NONE()
    next_pass = machine.node_states[N_CPU].copy()
    # Linux has the label `again` here, and a goto at the end.
    while True:
        this_pass = next_pass
        next_pass = NODE_MASK_NONE()
        source_nodes |= this_pass
        yield PassBegins()
        for node in this_pass:
            used_targets = source_nodes.copy()
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

    mm/migrate.c, set_migration_target_nodes() of v5.18
    """
    get_online_mems(machine)
    yield from __set_migration_target_nodes(machine)
    put_online_mems(machine)
