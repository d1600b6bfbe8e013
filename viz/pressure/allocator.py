"""Find free pages as get_page_from_freelist() and the slow path do: two passes over a list, then direct reclaim."""

from __future__ import annotations

from collections.abc import Sequence

from viz.pressure.pages import GIVES_UP, NodeMemory
from viz.pressure.reclaim import shrink
from viz.pressure.state import BEFORE, KERNEL, Owner, State
from viz.pressure.takers import fill, place

MAX_TRIES = 64
"""Rounds of direct reclaim in one tick; what is still wanted then waits for the next tick."""
SWAP_CLUSTER_MAX = 32
PER_CPU_SHARE = 32
"""What part of a node its per-CPU lists hold at the most. Linux allows an eighth; boots had a 16th to a 32nd there."""


def allocate(state: State, owner: Owner, pages: int) -> None:
    """Give the owner so many pages, reclaim where it must, and kill it if nothing helps."""
    nodes = owner.nodes
    left = pages - place(state, nodes, owner.name, pages, "alloc", owner.cpu)
    tries = 0
    while left and tries < MAX_TRIES:
        tries += 1
        if not direct_reclaim(state, owner, nodes, left) and not drain_all_pages(state):
            break
        left = fill(state, nodes, owner.name, left, "alloc", owner.cpu, to_min=True)
    owner.left -= pages - left
    if left == pages:
        stall(state, owner)
    else:
        owner.stalls = 0


def direct_reclaim(state: State, owner: Owner, nodes: Sequence[NodeMemory], need: int) -> int:
    """Let the owner itself reclaim on the nodes where it may allocate; return how many pages were reclaimed."""
    if not nodes:
        return 0
    share = -(-need // (SWAP_CLUSTER_MAX * len(nodes))) * SWAP_CLUSTER_MAX
    reclaimed = 0
    for node in nodes:
        found = shrink(state, node, share, "direct", owner)
        if found:
            node.failures = 0
        reclaimed += found
    return reclaimed


def drain_all_pages(state: State) -> bool:
    """Take back the free pages that CPUs keep in lists of their own, once; return whether there were any.

    /proc/zoneinfo does not count them as free, so they are a part of what is in use at the start.
    """
    was_drained, state.drained = state.drained, True
    drained = 0
    for node in state.nodes.values() if not was_drained else ():
        owner, used = (KERNEL, node.pinned) if node.pinned else (BEFORE, node.held.get(BEFORE, 0))
        pages = min(used, node.marks.managed // PER_CPU_SHARE)
        if not pages:
            continue
        if owner == KERNEL:
            node.pinned -= pages
            node.free += pages
        else:
            node.take(BEFORE, pages)
        state.move("drain", node.id, -1, owner, pages)
        drained += pages
    if drained:
        state.note("drained", pages=drained)
    return drained > 0


def stall(state: State, owner: Owner) -> None:
    """Count a tick without a page, and kill the owner after too many."""
    owner.stalls += 1
    if owner.stalls == 1:
        state.note("stalls", owner=owner.name)
    if owner.stalls >= GIVES_UP:
        state.note("oom", owner=owner.name)
        leave(state, owner)
        owner.killed = True


def leave(state: State, owner: Owner) -> None:
    """Free all pages of an owner that ends."""
    for node in state.nodes.values():
        pages = node.held.get(owner.name, 0)
        if pages:
            node.take(owner.name, pages)
            state.move("exit", node.id, -1, owner.name, pages)
            if state.behaviour.toggle_wakes:
                node.failures = 0
    state.swap_free += owner.swapped
    owner.swapped = owner.left = 0
