"""The demotion order with shared targets: a patch of April 2022 on v5.18, never merged.

Sources of one pass may share a target, as the comment in mm/migrate.c had promised all along. Each source
begins with a copy of its own of all that were ever sources, so what another source chose is still free.
"""

from __future__ import annotations

from itertools import count

from viz.kernel.looks import OrderBegins, OrderComplete, PassBegins, SourceBegins
from viz.kernel.machine import Machine
from viz.kernel.memory import Routine
from viz.kernel.migrate_v5_17 import disable_all_migrate_targets, establish_migrate_targets
from viz.kernel.nodemask import NodeMask


def set_migration_target_nodes(machine: Machine) -> Routine[None]:
    """Rebuild the whole demotion order, pass by pass; targets of one pass never demote to each other.

    Jagdish Gediya, "mm: demotion: Fix demotion targets sharing among sources", v2 of 13 April 2022
    """
    yield OrderBegins()
    yield from disable_all_migrate_targets(machine)

    next_pass = machine.n_cpu.copy()
    source_nodes = NodeMask()
    for number in count(1):
        this_pass, next_pass = next_pass, NodeMask()
        source_nodes |= this_pass
        yield PassBegins(number)

        for node in this_pass:
            used_targets = source_nodes.copy()
            yield SourceBegins(node)
            yield from establish_migrate_targets(machine, node, used_targets, next_pass)

        if not next_pass:
            break
    yield OrderComplete()
