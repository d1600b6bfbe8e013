"""Memory tiers: nodes demote to the nearest in the next tier.

    memtier[]            the tier of each node with memory: its
                         abstract distance in chunks of 128
    preferred[]          the nearest nodes of the next slower tier
                         (one of them, at random, is tried first)
    lower_tier_mask[]    all nodes of slower tiers (for where the
                         preferred ones are full)

    tier 4     0 and 3   0 prefers 1, 3 prefers 4
    tier 22    1 and 4   1 prefers 2, 4 prefers 5
    tier 45    2 and 5   slowest: nothing is demoted

There are no passes: every source searches for itself, targets are
shared, and CPUs play no part. No cycle can form, since tiers are
in order. In mm/memory-tiers.c lower_tier_mask is a field of the
tier; here each node of the tier has a copy.
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
    """A tier with its nodes; the lower its id, the faster."""

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
    """Return the id of a tier as Linux shows it, as unsigned int.

    An abstract distance below 0 comes of a number that wrapped.

    mm/memory-tiers.c, find_create_memory_tier() of v6.1
    """
    return tier % 2**32


def next_demotion_node(
    node: int, random_below: Callable[[int], int]
) -> Routine[int]:
    """Return where a cold page goes first, or NUMA_NO_NODE.

    It is one of the preferred, drawn anew at every call.

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

    Such memory is promoted to. A node in no tier counts, too.

    mm/memory-tiers.c, node_is_toptier() of v6.1
    """
    if node not in machine.memory:
        return True
    tier = machine.adistance[node] >> MEMTIER_CHUNK_BITS
    return tier <= machine.top_tier


def disable_all_demotion_targets(machine: Machine) -> Routine[None]:
    """Take every target away, and wait for those who read one.

    Only nodes with memory are looked at. One that has just lost
    its last block keeps what it had.

    mm/memory-tiers.c, disable_all_demotion_targets() of v6.1
    """
    for node in machine.memory:
        yield Store(preferred[node], "")
        yield Store(lower_tier_mask[node], "")
    yield synchronize_rcu()


def establish_preferred(
    machine: Machine, node: int, tier_nodes: NodeMask
) -> Routine[None]:
    """Let `node` prefer the nearest nodes of the next tier.

    Linux asks find_next_best_node() again and again. What that
    looks at does not change, so one ranking has the same answers.

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
    """Rebuild what nodes prefer, what is fast, and each fallback.

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

    With that it loses its fallback; what it preferred stays.

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
    """Put a node that has gained memory into its tier.

    One that has lost it leaves its tier. Then all search anew.

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

    From v6.11 a node without CPUs waits until late in the boot, so
    that figures of firmware can be used. The result is the same.

    mm/memory-tiers.c, memory_tier_init() of v6.1
    """
    yield TiersBegin()
    for node in machine.memory:
        yield from set_node_memory_tier(machine, node)
    yield from establish_demotion_targets(machine)
    yield TiersComplete()
