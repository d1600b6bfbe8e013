"""Take free pages of nodes, down to the low watermark first, and down to min once their kswapds are awake."""

from __future__ import annotations

from collections.abc import Sequence

from viz.pressure.pages import NodeMemory
from viz.pressure.state import State


def place(state: State, nodes: Sequence[NodeMemory], owner: str, pages: int, kind: str, source: int) -> int:
    """Put pages on the first nodes of the list that have room for them; return how many found a place.

    The first pass takes what is above low. Only if no node of the list has that, all their kswapds are woken, and the
    second pass takes what is above min.
    """
    left = pages
    if state.behaviour.skips_awake and len(nodes) > 1:
        left = fill(state, [node for node in nodes if not node.awake], owner, left, kind, source)
    if left:
        left = fill(state, nodes, owner, left, kind, source)
    if left:
        for node in nodes:
            wake(state, node, kind)
        left = fill(state, nodes, owner, left, kind, source, to_min=True)
    return pages - left


def fill(
    state: State, nodes: Sequence[NodeMemory], owner: str, pages: int, kind: str, source: int, to_min: bool = False
) -> int:
    """Put pages on the nodes, in their order, down to low or to min; return how many found no place."""
    for node in nodes:
        room = node.free - (node.min if to_min else node.low)
        if room > 0:
            taken = min(room, pages)
            node.put(owner, taken, state.tick)
            state.move(kind, source, node.id, owner, taken)
            pages -= taken
            if not pages:
                break
    return pages


def wake(state: State, node: NodeMemory, kind: str) -> None:
    """Wake a node's kswapd, unless it has given up or the node is balanced; `kind` is of the move that asks for it."""
    if not node.awake and not node.hopeless and node.free <= node.goal:
        node.awake = True
        state.note("wakes", node.id, kind)
