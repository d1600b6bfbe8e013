"""Demotion along the allocator's own lists. No kernel does this.

    node_demotion[]    the next entry of each node's own fallback
                       list, after the node itself

It is the straightforward way, and the patch rejects it. Each list
names every node with memory, so every node has exactly one
successor. Whoever follows successors through finitely many nodes
has to come back: there is always a cycle.

    0 -> 1, since 1 is nearest to 0
    1 -> 0, since 0 is nearest to 1: pages would go to and fro
"""

from __future__ import annotations

from viz.kernel.machine import Machine
from viz.kernel.memory import Routine, Store, synchronize_rcu
from viz.kernel.migrate import node_demotion
from viz.kernel.nodemask import (
    NODE_MASK_NONE,
    NUMA_NO_NODE,
    NodeMask,
)
from viz.kernel.target_checkpoints import (
    CycleFound,
    EntryTaken,
    Hop,
    ListsBegin,
    NextEntry,
    WalkBegins,
    WalksComplete,
)


def next_entry(machine: Machine, node: int) -> int:
    """Return who is next in the node's list, or NUMA_NO_NODE.

    Not in Linux: the comment of patch 02/10 says why.
    """
    for entry in machine.zonelists[node]:
        if entry != node:
            return entry
    return NUMA_NO_NODE


def take_next_entries(machine: Machine) -> Routine[None]:
    """Let every node demote to the next entry of its list.

    Not in Linux: the comment of patch 02/10 says why.
    """
    for node in machine.online:
        yield Store(node_demotion[node], NUMA_NO_NODE)
    yield synchronize_rcu()

    for node in machine.online:
        target = next_entry(machine, node)
        yield NextEntry(node, target)
        yield Store(node_demotion[node], target)
        yield EntryTaken(node)


def walk_from(start: int, walked: NodeMask) -> Routine[None]:
    """Follow a page from `start`, and find out if it goes round.

    It stops where its way ends, or joins one that was walked.

    Not in Linux: it shows what would happen.
    """
    yield WalkBegins(start)
    path, node = [], start
    while node != NUMA_NO_NODE and node not in walked:
        path.append(node)
        walked.add(node)
        node = yield Hop(node_demotion[node])
    if node in path:
        yield CycleFound(tuple(path[path.index(node) :]))


def set_fallback_targets(machine: Machine) -> Routine[None]:
    """Store an order along the lists, and show its cycles.

    Not in Linux: the comment of patch 02/10 says why.
    """
    yield ListsBegin()
    yield from take_next_entries(machine)

    walked = NODE_MASK_NONE()
    for start in machine.online:
        if start not in walked:
            yield from walk_from(start, walked)
    yield WalksComplete()
