"""Demotion along the allocator's own lists: the straightforward way, which the patch rejects. No kernel does this.

    node_demotion[]     the next entry of each node's fallback list, after the node itself

Every list names every node with memory, so every node has exactly one successor, and who follows successors
through finitely many nodes has to come back: there is always a cycle.

    0 -> 1, since 1 is nearest to 0;  1 -> 0, since 0 is nearest to 1: a cold page would go to and fro
"""

from __future__ import annotations

from viz.kernel.machine import Machine
from viz.kernel.memory import Barrier, Routine, Store
from viz.kernel.migrate import node_demotion
from viz.kernel.nodemask import NUMA_NO_NODE, NodeMask
from viz.kernel.target_looks import CycleFound, EntryTaken, Hop, ListsBegin, NextEntry, WalkBegins, WalksComplete


def next_entry(machine: Machine, node: int) -> int:
    """Who stands next after `node` in its own fallback list; NUMA_NO_NODE if nobody else has memory."""
    return next((entry for entry in machine.zonelists[node] if entry != node), NUMA_NO_NODE)


def take_next_entries(machine: Machine) -> Routine[None]:
    """Let every node demote to the next entry of its fallback list."""
    for node in machine.online:
        yield Store(node_demotion[node], NUMA_NO_NODE)
    yield Barrier(machine.rules.barrier)

    for node in machine.online:
        target = next_entry(machine, node)
        yield NextEntry(node, target)
        yield Store(node_demotion[node], target)
        yield EntryTaken(node)


def walk_from(start: int, walked: NodeMask) -> Routine[None]:
    """Follow a page from `start` until its way ends, or joins one that was walked; find the cycle if it made one."""
    yield WalkBegins(start)
    path, node = [], start
    while node != NUMA_NO_NODE and node not in walked:
        path.append(node)
        walked.add(node)
        node = yield Hop(node_demotion[node])
    if node in path:
        yield CycleFound(tuple(path[path.index(node) :]))


def set_fallback_targets(machine: Machine) -> Routine[None]:
    """Rebuild the order from the fallback lists, then follow it from every node and show its cycles."""
    yield ListsBegin()
    yield from take_next_entries(machine)

    walked = NodeMask()
    for start in machine.online:
        if start not in walked:
            yield from walk_from(start, walked)
    yield WalksComplete()
