"""Memory tiers: nodes demote to the nearest in the next tier.

    memtier[]            the tier of each node with memory: its
                         abstract distance divided by 128
    preferred[]          the nearest nodes of the next slower tier
                         (one of them, at random, is tried first)
    lower_tier_mask[]    all nodes of slower tiers (tried when the
                         preferred ones are full)

    tier 4     0 and 3   0 prefers 1, 3 prefers 4
    tier 22    1 and 4   1 prefers 2, 4 prefers 5
    tier 45    2 and 5   slowest: nothing is demoted

There are no passes: the search of a source does not depend on the
others, sources can have the same target, and CPUs do not matter. No
cycle can form, since a target is always in a slower tier. In
mm/memory-tiers.c lower_tier_mask is a field of the tier; here each
node of the tier has a copy.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from viz.kernel.hotplug_checkpoints import (
    KEEPS_MEMORY,
    NOTHING_TO_DO,
    Holding,
    NoCallback,
)
from viz.kernel.locks import held, mutex_lock, mutex_unlock
from viz.kernel.machine import N_CPU, Machine
from viz.kernel.memory import (
    READ_ONCE,
    Array,
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
)
from viz.kernel.page_alloc import nearest_first
from viz.kernel.target_checkpoints import (
    NotPreferred,
    PreferredDone,
    SearchBegins,
    TierChanges,
    TiersBegin,
    TierScan,
    TiersComplete,
    TopTier,
)

if TYPE_CHECKING:
    from viz.kernel.versions import Version

MEMTIER_CHUNK_BITS = 7
MEMORY_TIER_LOCK = "memory_tier_lock"

memtier = Array("memtier")
preferred = Array("preferred", empty="")
lower_tier_mask = Array("lower_tier_mask", empty="")


class MemoryTier(NamedTuple):
    """A tier and its nodes; a lower id means faster memory."""

    id: int
    nodes: NodeMask


def memory_tiers(machine: Machine) -> list[MemoryTier]:
    """Return the tiers that have nodes, fastest first.

    mm/memory-tiers.c, establish_demotion_targets() of v6.1
    """
    tiers: dict[int, NodeMask] = {}
    for node in machine.memory:
        tier = machine.adistance[node] >> MEMTIER_CHUNK_BITS
        tiers.setdefault(tier, NodeMask()).add(node)
    return [MemoryTier(*tier) for tier in sorted(tiers.items())]


def printed_id(tier: int) -> int:
    """Return a tier's id as Linux prints it: as an unsigned int.

    An id is below 0 if its abstract distance has overflowed.

    mm/memory-tiers.c, find_create_memory_tier() of v6.1
    """
    return tier % 2**32


def next_demotion_node(
    node: int, random_below: Callable[[int], int]
) -> Routine[int]:
    """Return where a cold page goes first, or NUMA_NO_NODE.

    It is one of the preferred nodes, drawn anew at every call.

    mm/memory-tiers.c, next_demotion_node() of v6.1
    """
    yield rcu_read_lock()
    nodes = nodes_in((yield READ_ONCE(preferred[node])))
    target = NUMA_NO_NODE
    if nodes:
        target = nodes[random_below(len(nodes))]
    yield rcu_read_unlock()
    return target


def node_is_toptier(machine: Machine, node: int) -> bool:
    """Return whether the node counts as fast memory.

    Linux promotes pages to fast memory. A node that is in no tier
    counts as fast, too.

    mm/memory-tiers.c, node_is_toptier() of v6.1
    """
    if node not in machine.memory:
        return True
    tier = machine.adistance[node] >> MEMTIER_CHUNK_BITS
    return tier <= machine.top_tier


def disable_all_demotion_targets(machine: Machine) -> Routine[None]:
    """Take every target away, and wait for readers that use one.

    Nodes without memory do not change: a node that has just lost
    its last block keeps what it preferred.

    mm/memory-tiers.c, disable_all_demotion_targets() of v6.1
    """
    for node in machine.memory:
        yield Store(preferred[node], "")
        yield Store(lower_tier_mask[node], "")
    yield synchronize_rcu()


def establish_preferred(
    machine: Machine, node: int, tier_nodes: NodeMask
) -> Routine[None]:
    """Store the nearest nodes of the next tier as preferred ones.

    Linux calls find_next_best_node() repeatedly. Its input stays
    the same meanwhile, so one ranking gives the same answers.

    mm/memory-tiers.c, establish_demotion_targets() of v6.1
    """
    yield SearchBegins(node, tier_nodes)
    ranking = nearest_first(machine, node, tier_nodes)
    if ranking:
        yield TierScan(node, ranking[0], tier_nodes, ranking)

    best_distance: int | None = None
    nearest = NODE_MASK_NONE()
    for target in ranking:
        distance = machine.distance[node][target]
        if best_distance in (None, distance):
            best_distance = distance
            nearest.add(target)
            yield Store(preferred[node], str(nearest))
        else:
            yield NotPreferred(
                node, target, distance, best_distance
            )
            break
    yield PreferredDone(node)


def establish_demotion_targets(machine: Machine) -> Routine[None]:
    """Rebuild preferred[], lower_tier_mask[] and the fast tiers.

    mm/memory-tiers.c, establish_demotion_targets() of v6.1
    """
    yield from disable_all_demotion_targets(machine)

    tiers = memory_tiers(machine)
    slower = {
        node: below.nodes
        for tier, below in pairwise(tiers)
        for node in tier.nodes
    }
    for node in machine.memory:
        tier_nodes = slower.get(node, NODE_MASK_NONE())
        yield from establish_preferred(machine, node, tier_nodes)

    for tier in tiers:
        if tier.nodes & machine.node_states[N_CPU]:
            machine.top_tier = tier.id
    toptier = NodeMask(
        node
        for node in machine.possible
        if node_is_toptier(machine, node)
    )
    yield TopTier(machine.top_tier, str(toptier))

    lower_tier = machine.memory.copy()
    for tier in tiers:
        lower_tier -= tier.nodes
        for node in tier.nodes:
            yield Store(lower_tier_mask[node], str(lower_tier))


def set_node_memory_tier(
    machine: Machine, node: int
) -> Routine[None]:
    """Put the node into the tier of its abstract distance.

    mm/memory-tiers.c, set_node_memory_tier() of v6.1
    """
    tier = machine.adistance[node] >> MEMTIER_CHUNK_BITS
    yield Store(memtier[node], printed_id(tier))


def clear_node_memory_tier(
    machine: Machine, node: int
) -> Routine[None]:
    """Take a node whose memory is gone out of its tier.

    Its lower_tier_mask[] is emptied; its preferred[] stays.

    mm/memory-tiers.c, clear_node_memory_tier() of v6.1
    """
    yield Store(memtier[node], NUMA_NO_NODE)
    yield Store(lower_tier_mask[node], "")
    yield synchronize_rcu()


def memtier_hotplug_callback(
    machine: Machine,
    version: Version,
    action: str,
    node: int,
    changes_state: bool,
) -> Routine[None]:
    """Update the tiers after a node has gained or lost memory.

    A node that has gained memory joins the tier of its abstract
    distance, and one that has lost its memory leaves its tier. Then
    the targets of all nodes are found anew.

    mm/memory-tiers.c, memtier_hotplug_callback() of v6.1
    """
    if not changes_state:
        yield NoCallback(KEEPS_MEMORY)
        return
    match action:
        case "MEM_OFFLINE":
            mutex_lock(machine, MEMORY_TIER_LOCK)
            yield Holding(held(machine))
            yield TierChanges(node, False)
            yield from clear_node_memory_tier(machine, node)
            yield from establish_demotion_targets(machine)
            yield TiersComplete()
            mutex_unlock(machine, MEMORY_TIER_LOCK)
            yield Holding(held(machine))
        case "MEM_ONLINE":
            mutex_lock(machine, MEMORY_TIER_LOCK)
            yield Holding(held(machine))
            yield TierChanges(node, True)
            yield from set_node_memory_tier(machine, node)
            yield from establish_demotion_targets(machine)
            yield TiersComplete()
            mutex_unlock(machine, MEMORY_TIER_LOCK)
            yield Holding(held(machine))
        case _:
            yield NoCallback(NOTHING_TO_DO)


def memory_tier_init(machine: Machine) -> Routine[None]:
    """Put all nodes with memory into tiers, then find targets.

    From v6.11 nodes without CPUs are added late in the boot, so
    that the firmware's values can be used. The result is the same.

    mm/memory-tiers.c, memory_tier_init() of v6.1
    """
    yield TiersBegin()
    for node in machine.memory:
        yield from set_node_memory_tier(machine, node)
    yield from establish_demotion_targets(machine)
    yield TiersComplete()
