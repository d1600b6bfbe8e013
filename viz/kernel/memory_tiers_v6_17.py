"""The callbacks of memory hotplug from v6.17 on. mm/memory-tiers.c

Linux has actions of their own for a node's first and last memory.
The tier and all targets are ready before MEM_ONLINE or MEM_OFFLINE
is announced; up to v6.16 they were built as a reaction to these.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from viz.kernel.hotplug_checkpoints import (
    NODES_COUNT,
    NOTHING_TO_DO,
    Holding,
    NoCallback,
)
from viz.kernel.locks import held, mutex_lock, mutex_unlock
from viz.kernel.machine import Machine
from viz.kernel.memory import Routine
from viz.kernel.memory_tiers import (
    MEMORY_TIER_LOCK,
    clear_node_memory_tier,
    establish_demotion_targets,
    set_node_memory_tier,
)
from viz.kernel.target_checkpoints import TierChanges, TiersComplete

if TYPE_CHECKING:
    from viz.kernel.versions import Version


def memtier_hotplug_callback(
    machine: Machine, version: Version, action: str, node: int
) -> Routine[None]:
    """Update the tiers after a node has gained or lost memory.

    A node that has gained memory joins the tier of its abstract
    distance, and one that has lost its memory leaves its tier. Then
    the targets of all nodes are found anew.

    mm/memory-tiers.c, memtier_hotplug_callback() of v6.17
    """
    joins = action == "NODE_ADDED_FIRST_MEMORY"
    if not joins and action != "NODE_REMOVED_LAST_MEMORY":
        yield NoCallback(NOTHING_TO_DO)
        return
    mutex_lock(machine, MEMORY_TIER_LOCK)
    yield Holding(held(machine))
    yield TierChanges(node, joins)
    if joins:
        yield from set_node_memory_tier(machine, node)
    else:
        yield from clear_node_memory_tier(machine, node)
    yield from establish_demotion_targets(machine)
    yield TiersComplete()
    mutex_unlock(machine, MEMORY_TIER_LOCK)
    yield Holding(held(machine))


def no_callback(
    machine: Machine,
    version: Version,
    action: str,
    node: int,
    changes_state: bool,
) -> Routine[None]:
    """Do nothing: only the first and last memory of a node count.

    Not in Linux: there the tiers have no callback for blocks.
    """
    yield NoCallback(NODES_COUNT)
