"""What goes on beside the owners: kswapd, memory.reclaim, promotion, and memory that leaves or comes."""

from __future__ import annotations

from dataclasses import dataclass

from viz.pressure.order import DemotionOrder
from viz.pressure.pages import GIVES_UP, NodeMemory
from viz.pressure.reclaim import LIST, shrink
from viz.pressure.state import Owner, State
from viz.pressure.takers import place, wake

LEAVING_TICKS = 32
PASS_SHARE = 16
"""memory.reclaim looks at this part of the cgroup's pages on every node in a pass, and one pass is made a tick."""


def kswapd(state: State, node: NodeMemory, pages: int) -> None:
    """Let a node's kswapd, which is awake, reclaim for as long as a tick, or until enough is free."""
    want = node.goal + 1 - node.free
    if want > 0:
        done = shrink(state, node, min(pages, -(-want // LIST) * LIST), "kswapd")
        node.failures = 0 if done else node.failures + 1
    if node.free > node.goal:
        node.awake = False
        state.note("sleeps", node.id)
    elif node.hopeless:
        node.awake = False
        state.note("gives up", node.id)


@dataclass
class Request:
    """A write to memory.reclaim of an owner's cgroup."""

    owner: str
    wanted: int
    left: int
    tries: int = 0
    refused: bool = False

    @property
    def done(self) -> bool:
        """Return whether the write has returned, with or without success."""
        return self.refused or not self.left


def reclaim_proactively(state: State, request: Request) -> None:
    """Make a pass over all nodes, also over one that has just received pages; every hop counts."""
    done = 0
    for node in sorted(state.nodes):
        held = state.nodes[node].held.get(request.owner, 0)
        goal = min(-(-held // PASS_SHARE), request.left - done)
        if held and goal:
            done += shrink(state, state.nodes[node], goal, "proactive", only=request.owner)
    request.left -= done
    request.tries = 0 if done else request.tries + 1
    if not request.left:
        state.note("reclaimed", owner=request.owner, pages=request.wanted)
    elif request.tries >= GIVES_UP:
        request.refused = True
        state.note("EAGAIN", owner=request.owner, pages=request.wanted, other=request.wanted - request.left)


def promote(state: State, owner: Owner) -> None:
    """Bring hot pages of an owner to the node of its CPU, if that has more than high free; else wake its kswapd."""
    home = state.nodes.get(owner.cpu)
    if home is None or home.isolated or not state.order.fast.get(home.id):
        return
    left = owner.hot
    for node in sorted(state.nodes):
        held = state.nodes[node].held.get(owner.name, 0)
        if state.order.fast.get(node) or not held or not left:
            continue
        pages = min(held, left)
        room = home.free - home.marks.high
        if room < pages:
            wake(state, home, "promote")
        moved = max(0, min(pages, room))
        if moved:
            state.nodes[node].take(owner.name, moved)
            home.put(owner.name, moved, state.tick)
            state.move("promote", node, home.id, owner.name, moved)
        left -= pages


@dataclass
class Leaving:
    """A node whose memory is being offlined."""

    node: int
    speed: int
    tries: int = 0
    done: bool = False


def speed_of_leaving(state: State, node: int) -> int:
    """Return how many pages move in a tick while a node leaves, so that it takes LEAVING_TICKS if all goes well."""
    return -(-sum(state.nodes[node].held.values()) // LEAVING_TICKS) or 1


def begin_leaving(state: State, node: int) -> None:
    """Isolate the node; up to 6.0 no node has a target until its memory has left."""
    state.nodes[node].isolated = True
    state.nodes[node].awake = False
    state.off = state.behaviour.off_while_leaving
    state.assign_nodes()
    state.note("leaving", node)


def migrate_away(state: State, leaving: Leaving) -> bool:
    """Move pages of the leaving node to others; return whether none is left, so that it has left."""
    node = state.nodes[leaving.node]
    left = leaving.speed
    while left:
        owner, pages = node.oldest(())
        if not owner:
            break
        moved = place(state, state.list_of(leaving.node), owner, min(pages, left), "migrate", node.id)
        if not moved:
            break
        node.take(owner, moved)
        left -= moved
    leaving.tries = leaving.tries + 1 if left == leaving.speed else 0
    if leaving.tries >= GIVES_UP:
        leaving.done, node.isolated, state.off = True, False, False
        state.assign_nodes()
        state.note("stays", node.id)
    return not node.held and not node.pinned


def finish_leaving(state: State, leaving: Leaving, order: DemotionOrder) -> None:
    """Take the order that was built once the node had left."""
    leaving.done, state.off, state.order = True, False, order
    state.assign_nodes()
    state.note("left", leaving.node)
