"""Reclaim the oldest pages of a node: demote them along the order, else swap them out, else keep them."""

from __future__ import annotations

from collections.abc import Iterator

from viz.pressure.order import Way
from viz.pressure.pages import NodeMemory
from viz.pressure.state import Cause, Owner, State
from viz.pressure.takers import place

LIST = 32
"""Pages of a demotion list, which all have the same first target: SWAP_CLUSTER_MAX."""


def shrink(
    state: State, node: NodeMemory, goal: int, cause: Cause, task: Owner | None = None, only: str | None = None
) -> int:
    """Reclaim up to `goal` pages of a node, the oldest first, and return how many were.

    `task` is who reclaims directly, whose cpuset limits where it may put pages. `only` is the owner whose pages alone
    are reclaimed: it is what memory.reclaim of its cgroup does.
    """
    passed_over = {name for name in node.batches if name != only} if only is not None else set[str]()
    reclaimed = 0
    while reclaimed < goal:
        name, available = node.oldest(passed_over)
        if not name:
            break
        pages = min(available, goal - reclaimed)
        done = reclaim_pages(state, node, name, pages, cause, task)
        if done < pages:
            passed_over.add(name)
        reclaimed += done
    return reclaimed


def reclaim_pages(state: State, node: NodeMemory, name: str, pages: int, cause: Cause, task: Owner | None) -> int:
    """Demote pages of one owner or swap them out; return how many were reclaimed."""
    owner = state.owners.get(name)
    way = demotion_way(state, node.id, owner, cause)
    done = 0
    if way.targets:
        done = demote(state, node, name, pages, way, cause, task.mems if task else None)
        node.take(name, done)
    if done < pages and not (way.targets and cause == "proactive" and state.behaviour.keeps_proactive):
        done += swap_out(state, node, name, pages - done)
    return done


def demotion_way(state: State, node: int, owner: Owner | None, cause: Cause) -> Way:
    """Return where pages of the owner may be demoted to now; nowhere if demotion is off."""
    if not state.demotion or state.off or (cause == "proactive" and not state.behaviour.cgroup_demotes):
        return Way()
    return state.order.way(node, owner.mems if owner else None)


def demote(state: State, node: NodeMemory, name: str, pages: int, way: Way, cause: Cause, limit: int | None) -> int:
    """Put pages of one owner on slower nodes; return how many found a place. The caller takes them off the node."""
    if len(way.targets) == 1 and way.gate is None:
        return demote_to(state, node, name, pages, way.targets[0], way, cause, limit)
    placed = 0
    for target, share in draws(state, node.id, pages, way):
        placed += demote_to(state, node, name, share, target, way, cause, limit)
    return placed


def draws(state: State, node: int, pages: int, way: Way) -> Iterator[tuple[int, int]]:
    """Yield each target with the number of pages that try it first.

    Linux draws a target at random for every list of pages; here the targets take turns.

    From 6.16 to 6.19 a first draw must be allowed, or the list stays where it is. The list then draws again.
    """
    targets, turn = way.targets, state.draws.get(node, 0)
    is_open = way.gate is None or way.gate.issuperset(targets)
    if is_open and len(targets) == 1:
        yield targets[0], pages
        return
    lists, count = -(-pages // LIST), len(targets)
    round_of_turns = count if is_open else count * count
    shares: dict[int | None, int] = {}
    for passed in range(min(lists, round_of_turns)):  # what comes a round later falls to the same target
        drawn = _drawn(way, turn + passed, is_open)
        shares[drawn] = shares.get(drawn, 0) + LIST * len(range(passed, lists, round_of_turns))
    shares[_drawn(way, turn + lists - 1, is_open)] -= LIST * lists - pages  # the last list may be shorter
    state.draws[node] = turn + lists
    yield from ((target, share) for target, share in shares.items() if target is not None and share)


def _drawn(way: Way, turn: int, is_open: bool) -> int | None:
    """Return the target of a turn; None if the first draw is not allowed."""
    count = len(way.targets)
    if is_open:
        return way.targets[turn % count]
    return way.targets[turn // count % count] if way.targets[turn % count] in (way.gate or ()) else None


def demote_to(
    state: State, node: NodeMemory, name: str, pages: int, target: int, way: Way, cause: Cause, limit: int | None
) -> int:
    """Put pages on the target, and what does not fit, from 6.1 on, on other nodes; return how many found a place."""
    placed = 0
    if _may_take(state, target, limit):
        placed = place(state, [state.nodes[target]], name, pages, cause, node.id)
    if placed == pages or not state.behaviour.falls_back or target not in state.nodes:
        return placed
    others = [other for other in state.list_of(target) if other is not node and _may_take(state, other.id, limit)]
    if state.behaviour.loses_filter and placed % LIST:
        rest = min(pages - placed, LIST - placed % LIST)
        placed += place(state, others, name, rest, cause, node.id)
    lower = [other for other in others if other.id in way.others or other.id in way.targets]
    if placed < pages and lower:
        placed += place(state, lower, name, pages - placed, cause, node.id)
    return placed


def _may_take(state: State, node: int, limit: int | None) -> bool:
    """Return whether the node takes pages now, and the cpuset of the task that reclaims has it."""
    known = state.nodes.get(node)
    return known is not None and not known.isolated and (limit is None or limit >> node & 1 == 1)


def swap_out(state: State, node: NodeMemory, name: str, pages: int) -> int:
    """Write pages to swap as far as it has room; return how many."""
    pages = min(pages, state.swap_free)
    if pages:
        node.take(name, pages)
        state.swap_free -= pages
        state.move("swap", node.id, -1, name, pages)
        owner = state.owners.get(name)
        if owner:
            owner.swapped += pages
    return pages
