"""Tier sets: every node may demote to all nodes of the next slower class. No kernel does this.

    target_set[]    all nodes of the next slower class, best first
    preferred[]     the best of them

    class 1    0 and 3      0 may demote to 1 or 4, and prefers 1
    class 2    1 and 4      1 may demote to 2 or 5, and prefers 2
    class 3    2 and 5      slowest: nothing is demoted

Proposed in the discussion of the patch. A class is a memory tier. Where a move leaves the socket it costs more,
so there is a stricter policy, too: only to slow memory of one's own socket.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from viz.kernel.machine import Machine
from viz.kernel.memory import Array, Barrier, Routine, Store
from viz.kernel.memory_tiers import memory_tiers
from viz.kernel.nodemask import NUMA_NO_NODE, NodeMask, node_list
from viz.kernel.page_alloc import nearest_first
from viz.kernel.target_looks import ClassesBegin, ClassesComplete, ClassScan, Costs, PreferredDone, SearchBegins

target_set = Array("target_set", empty="")
preferred = Array("preferred")


def home_node(machine: Machine, node: int) -> int:
    """The node with CPUs that is nearest to this one, which stands for its socket; itself where it has CPUs."""
    if node in machine.n_cpu or not machine.n_cpu:
        return node
    return min(machine.n_cpu, key=lambda cpu_node: (machine.distance[node][cpu_node], cpu_node))


def disable_all_targets(machine: Machine) -> Routine[None]:
    """Take every target away, and make sure that readers see that before any new target."""
    for node in machine.memory:
        yield Store(target_set[node], "")
        yield Store(preferred[node], NUMA_NO_NODE)
    yield Barrier(machine.rules.barrier)


def establish_targets(machine: Machine, node: int, next_class: NodeMask, homes: Mapping[int, int]) -> Routine[None]:
    """Let `node` demote to every node of `next_class`, and prefer the best; `homes` says what leaves the socket."""
    yield SearchBegins(node, next_class)
    ranking = nearest_first(machine, node, next_class)
    targets = [target for _, _, target in ranking]
    if targets:
        yield ClassScan(node, targets[0], ranking)
        yield Costs(node, tuple((n, machine.distance[node][n], homes[n] != homes[node]) for n in targets))
        yield Store(target_set[node], node_list(targets))
        yield Store(preferred[node], targets[0])
    yield PreferredDone(node)


def set_tier_targets(machine: Machine, only_local: bool = False) -> Routine[None]:
    """Rebuild all targets; with `only_local` none outside the node's own socket.

    Wei Xu, reply to patch 02/10, April 2021
    """
    yield ClassesBegin()
    yield from disable_all_targets(machine)

    homes = {node: home_node(machine, node) for node in machine.memory}
    classes = [tier.nodes for tier in memory_tiers(machine)]
    below = {node: slower for this_class, slower in pairwise(classes) for node in this_class}
    for node in machine.memory:
        next_class = below.get(node, NodeMask())
        if only_local:
            next_class = NodeMask(n for n in next_class if homes[n] == homes[node])
        yield from establish_targets(machine, node, next_class, homes)
    yield ClassesComplete()


def set_local_tier_targets(machine: Machine) -> Routine[None]:
    """Rebuild all targets under the stricter policy: only to the slow memory of one's own socket.

    the same discussion
    """
    yield from set_tier_targets(machine, only_local=True)
