"""Memory tiers: every node demotes to the nearest nodes of the next slower tier. mm/memory-tiers.c from v6.1

    memtier[]            the tier of each node with memory: its abstract distance in chunks of 128
    preferred[]          the nearest nodes of the next slower tier: one of them, at random, is tried first
    lower_tier_mask[]    all nodes of slower tiers: taken where the preferred ones are full

    tier 4     0 and 3      0 prefers 1, 3 prefers 4, both may fall back to 1, 2, 4 and 5
    tier 22    1 and 4      1 prefers 2, 4 prefers 5, both may fall back to 2 and 5
    tier 45    2 and 5      slowest: nothing is demoted

There are no passes: every source searches for itself, targets are shared, and CPUs play no part. No cycle can
form because the tiers are in order. In the kernel lower_tier_mask is a field of the tier; here each of its
nodes has a copy.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

from viz.kernel.machine import Machine
from viz.kernel.memory import Array, Barrier, Load, Routine, Store, nodes_in
from viz.kernel.nodemask import NUMA_NO_NODE, NodeMask
from viz.kernel.page_alloc import nearest_first
from viz.kernel.target_looks import (
    NotPreferred,
    PreferredDone,
    SearchBegins,
    TierChanges,
    TiersBegin,
    TierScan,
    TiersComplete,
    TopTier,
)

MEMTIER_CHUNK_BITS = 7

memtier = Array("memtier")
preferred = Array("preferred", empty="")
lower_tier_mask = Array("lower_tier_mask", empty="")


class MemoryTier(NamedTuple):
    """A tier and the nodes with memory that are in it; the lower its id, the faster."""

    id: int
    nodes: NodeMask


def memory_tiers(machine: Machine) -> list[MemoryTier]:
    """The tiers that have nodes, fastest first."""
    tiers: dict[int, NodeMask] = {}
    for node in machine.memory:
        tiers.setdefault(machine.adistance[node] >> MEMTIER_CHUNK_BITS, NodeMask()).add(node)
    return [MemoryTier(*tier) for tier in sorted(tiers.items())]


def set_node_memory_tier(machine: Machine, node: int) -> Routine[None]:
    """Put the node into the tier that its abstract distance falls into.

    mm/memory-tiers.c, v6.1
    """
    yield Store(memtier[node], machine.adistance[node] >> MEMTIER_CHUNK_BITS)


def clear_node_memory_tier(machine: Machine, node: int) -> Routine[None]:
    """Take the node, whose memory is gone, out of its tier, and with that its fallback; what it preferred stays.

    mm/memory-tiers.c, v6.1
    """
    yield Store(memtier[node], NUMA_NO_NODE)
    yield Store(lower_tier_mask[node], "")
    yield Barrier(machine.rules.barrier)


def node_is_toptier(machine: Machine, node: int) -> bool:
    """Whether the node counts as fast memory, which is promoted to; a node in no tier does, too.

    mm/memory-tiers.c, v6.1
    """
    return node not in machine.memory or machine.adistance[node] >> MEMTIER_CHUNK_BITS <= machine.top_tier


def disable_all_demotion_targets(machine: Machine) -> Routine[None]:
    """Take every target away, and wait until no reader can still hold one.

    Only nodes with memory are looked at: a node that just lost its last keeps what it had.

    mm/memory-tiers.c, v6.1
    """
    for node in machine.memory:
        yield Store(preferred[node], "")
        yield Store(lower_tier_mask[node], "")
    yield Barrier(machine.rules.barrier)


def establish_preferred(machine: Machine, node: int, next_tier: NodeMask) -> Routine[None]:
    """Let `node` prefer the nearest nodes of the next slower tier.

    `next_tier` is empty for a node of the slowest. The kernel calls find_next_best_node() until an answer is not
    as far as the first. Nothing that it looks at changes meanwhile, so one ranking gives the same answers. Best is
    not always nearest: an id below its own and CPUs cost a candidate one unit each, and behind one that is farther,
    another as near as the first goes unseen.

    mm/memory-tiers.c, the loop inside establish_demotion_targets() of v6.1
    """
    yield SearchBegins(node, next_tier)
    ranking = nearest_first(machine, node, next_tier)
    targets = [target for _, _, target in ranking]
    if targets:
        yield TierScan(node, targets[0], ranking)

    nearest, distance = NodeMask(), machine.distance[node]
    for target in targets:
        if distance[target] != distance[targets[0]]:
            yield NotPreferred(node, target, distance[target], distance[targets[0]])
            break
        nearest.add(target)
        yield Store(preferred[node], str(nearest))
    yield PreferredDone(node)


def establish_demotion_targets(machine: Machine) -> Routine[None]:
    """Rebuild what every node prefers, what is top tier, and what each tier may fall back to.

    mm/memory-tiers.c, v6.1
    """
    yield from disable_all_demotion_targets(machine)

    tiers = memory_tiers(machine)
    next_tier = {node: slower.nodes for tier, slower in pairwise(tiers) for node in tier.nodes}
    for node in machine.memory:
        yield from establish_preferred(machine, node, next_tier.get(node, NodeMask()))

    for tier in tiers:
        if tier.nodes & machine.n_cpu:
            machine.top_tier = tier.id
    toptier = NodeMask(node for node in machine.possible if node_is_toptier(machine, node))
    yield TopTier(machine.top_tier, str(toptier))

    lower_tier = machine.memory.copy()
    for tier in tiers:
        lower_tier -= tier.nodes
        lower = str(lower_tier)
        for node in tier.nodes:
            yield Store(lower_tier_mask[node], lower)


def memory_tier_init(machine: Machine) -> Routine[None]:
    """Put every node with memory into its tier, then find all targets, as at boot.

    mm/memory-tiers.c, v6.1; since v6.11 a node without CPUs waits for late_initcall, with the same result
    """
    yield TiersBegin()
    for node in machine.memory:
        yield from set_node_memory_tier(machine, node)
    yield from establish_demotion_targets(machine)
    yield TiersComplete()


def memtier_hotplug_callback(machine: Machine, node: int) -> Routine[None]:
    """Put a node that has gained memory into its tier, or take one that has lost it out; then find all targets.

    mm/memory-tiers.c, v6.1
    """
    joins = node in machine.memory
    yield TierChanges(node, joins)
    if joins:
        yield from set_node_memory_tier(machine, node)
    else:
        yield from clear_node_memory_tier(machine, node)
    yield from establish_demotion_targets(machine)
    yield TiersComplete()


def next_demotion_node(node: int, random_below: Callable[[int], int]) -> Routine[int]:
    """Return where a cold page of `node` goes first: one of the preferred, drawn anew at every call; or NUMA_NO_NODE.

    mm/memory-tiers.c, v6.1
    """
    nodes = nodes_in((yield Load(preferred[node])))
    return nodes[random_below(len(nodes))] if nodes else NUMA_NO_NODE
