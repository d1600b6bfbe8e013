"""Memory that comes and goes, from v6.17 on. mm/memory-tiers.c

Linux announces a node's first and last memory by an action of its
own. The tier and all targets are ready before MEM_ONLINE or
MEM_OFFLINE is announced; up to v6.16 they were built in answer to
it.
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
    """Put a node that has gained memory into its tier.

    One that has lost it leaves its tier. Then all search anew.

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
    """Do nothing for a block: only what nodes gain or lose counts.

    Not in Linux: there the tiers do not listen to blocks.
    """
    yield NoCallback(NODES_COUNT)
