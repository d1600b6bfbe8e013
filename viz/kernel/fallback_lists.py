"""The rejected order: demotion along the fallback lists.

    node_demotion[]    the next entry of each node's own fallback
                       list, after the node itself

No kernel does this. It is the obvious way, and the patch rejects
it. Each list names every node with memory, so every node has a next
node. The number of nodes is finite, so a page that moves from next
node to next node comes back to a node where it was: there is always
a cycle.

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
    """Return the first other node of a node's list, if any.

    The result is NUMA_NO_NODE if the list has no other node.

    Not in Linux: the comment of patch 02/10 says why.
    """
    for entry in machine.zonelists[node]:
        if entry != node:
            return entry
    return NUMA_NO_NODE


def take_next_entries(machine: Machine) -> Routine[None]:
    """Store the next entry of each node's list as its target.

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
    """Follow the targets from `start`, and report a cycle if any.

    The walk ends at a node that has no target, or at one in
    `walked`: a node that this or an earlier walk has visited.

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
    """Store an order along the lists, then find its cycles.

    Not in Linux: the comment of patch 02/10 says why.
    """
    yield ListsBegin()
    yield from take_next_entries(machine)

    walked = NODE_MASK_NONE()
    for start in machine.online:
        if start not in walked:
            yield from walk_from(start, walked)
    yield WalksComplete()
