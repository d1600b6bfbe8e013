"""Tier sets: all nodes of the next class. No kernel does this.

    target_set[]    all nodes of the next slower class, best first
    preferred[]     the best of them

    class 1    0 and 3    0 may demote to 1 or 4, and prefers 1
    class 2    1 and 4    1 may demote to 2 or 5, and prefers 2
    class 3    2 and 5    slowest: nothing is demoted

This was proposed in the discussion of the patch. A class is a
memory tier. A move to another socket costs more, so there is a
stricter policy: targets only in the socket of the source.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from viz.kernel.machine import Machine
from viz.kernel.memory import Array, Routine, Store, synchronize_rcu
from viz.kernel.memory_tiers import memory_tiers
from viz.kernel.nodemask import (
    NODE_MASK_NONE,
    NUMA_NO_NODE,
    NodeMask,
    node_list,
)
from viz.kernel.page_alloc import nearest_first
from viz.kernel.target_checkpoints import (
    ClassesBegin,
    ClassesComplete,
    ClassScan,
    Costs,
    PreferredDone,
    SearchBegins,
)

target_set = Array("target_set", empty="")
preferred = Array("preferred")


def home_node(machine: Machine, node: int) -> int:
    """Return the nearest node with CPUs, which names the socket.

    The result is `node` itself if no node has CPUs.

    Not in Linux: this tells sockets apart.
    """
    if node in machine.n_cpu or not machine.n_cpu:
        return node
    distance = machine.distance[node]
    return min(machine.n_cpu, key=lambda n: (distance[n], n))


def disable_all_targets(machine: Machine) -> Routine[None]:
    """Take every target away, and wait for readers that use one.

    Not in Linux: after Wei Xu, reply to patch 02/10, April 2021.
    """
    for node in machine.memory:
        yield Store(target_set[node], "")
        yield Store(preferred[node], NUMA_NO_NODE)
    yield synchronize_rcu()


def establish_targets(
    machine: Machine,
    node: int,
    next_class: NodeMask,
    homes: Mapping[int, int],
) -> Routine[None]:
    """Store all of `next_class` as targets, and the best of them.

    A move leaves the socket if source and target have different
    `homes`.

    Not in Linux: after Wei Xu, reply to patch 02/10, April 2021.
    """
    yield SearchBegins(node, next_class)
    targets = nearest_first(machine, node, next_class)
    if targets:
        yield ClassScan(node, targets[0], next_class, targets)
        costs = tuple(
            (n, machine.distance[node][n], homes[n] != homes[node])
            for n in targets
        )
        yield Costs(node, costs)
        yield Store(target_set[node], node_list(targets))
        yield Store(preferred[node], targets[0])
    yield PreferredDone(node)


def set_tier_targets(
    machine: Machine, only_local: bool = False
) -> Routine[None]:
    """Store all targets; if `only_local`, none in other sockets.

    Not in Linux: after Wei Xu, reply to patch 02/10, April 2021.
    """
    yield ClassesBegin()
    yield from disable_all_targets(machine)

    homes = {n: home_node(machine, n) for n in machine.memory}
    classes = [tier.nodes for tier in memory_tiers(machine)]
    below = {
        node: slower
        for this_class, slower in pairwise(classes)
        for node in this_class
    }
    for node in machine.memory:
        next_class = below.get(node, NODE_MASK_NONE())
        if only_local:
            next_class = NodeMask(
                n for n in next_class if homes[n] == homes[node]
            )
        yield from establish_targets(
            machine, node, next_class, homes
        )
    yield ClassesComplete()


def set_local_tier_targets(machine: Machine) -> Routine[None]:
    """Store all targets, none of them in other sockets.

    Not in Linux: from the same discussion.
    """
    yield from set_tier_targets(machine, only_local=True)
