"""The statements on readers, checked on all small changes: who says "holds" is never wrong, who says "fails" can be."""

from __future__ import annotations

from itertools import permutations, product

import pytest

from tests.kernel.test_readers import linked
from viz.kernel.outcomes import Outcomes
from viz.kernel.readers import PROTOCOLS, Change, Knowledge, Order, Protocol, View, Walk, edges
from viz.kernel.walks import Lister
from viz.trace.promises import PROMISES, kept

ORDERS = [linked(list(nodes), cuts) for nodes in permutations(range(3)) for cuts in (set[int](), {0}, {1})]
CHANGES = [Change(old, new) for old, new in product(ORDERS, ORDERS) if old != new]


def snapshots(change: Change, protocol: Protocol) -> list[Order]:
    """All that the whole array can hold at one moment."""
    found: list[Order] = []
    before = dict(change.old)
    for group in change.stores(protocol):
        for visible in product([False, True], repeat=len(group)):
            found.append(before | {node: value for (node, value), seen in zip(group, visible, strict=True) if seen})
        before |= dict(group)
    return found


def mixes(change: Change, order: Order) -> bool:
    """Whether an order has an edge that only the old one has, and one that only the new one has."""
    return {"old", "new"} <= {kind for pair in order.items() for kind in edges(change, pair)}


def goes_round(order: Order) -> bool:
    """Whether following it from some node never ends."""
    return any(len(walk_of(order, start)) > len(order) for start in order)


def walk_of(order: Order, start: int) -> list[int]:
    walk = [start]
    while walk[-1] != -1 and len(walk) <= len(order) + 1:
        walk.append(order[walk[-1]])
    return walk[:-1] if walk[-1] == -1 else walk


def most_visits(change: Change, protocol: Protocol) -> int:
    """How often a walker who does not mind cycles can come by one node, up to three times."""
    view, most = View(change, protocol), 0
    waiting: list[tuple[Walk, Knowledge]] = [((start,), view.start) for start in change.old]
    while waiting:
        walk, known = waiting.pop()
        most = max(most, max(map(walk.count, walk)))
        if most == 3:
            return most
        waiting += [((*walk, value), then) for value, then in view.hop(walk[-1], known).items() if value != -1]
    return most


def holds(protocol: Protocol, where: frozenset[Protocol] | None) -> bool:
    return where is not None and protocol in where


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_what_is_kept_is_kept_always_and_what_is_not_fails_somewhere(protocol: Protocol) -> None:
    together, once, _ = PROMISES
    mixed_snapshots = [change for change in CHANGES if any(mixes(change, s) for s in snapshots(change, protocol))]
    round_snapshots = [change for change in CHANGES if any(map(goes_round, snapshots(change, protocol)))]
    assert holds(protocol, together.snapshot) == (not mixed_snapshots)
    assert holds(protocol, once.snapshot) == (not round_snapshots)
    mixed_walks = [
        walk
        for change in CHANGES
        for start in change.old
        for walk in Lister(Outcomes(View(change, protocol))).walks(start).first
        if {"old", "new"} <= set(edges(change, walk))
    ]
    assert holds(protocol, together.walk) == (not mixed_walks)
    assert holds(protocol, once.walk) == all(most_visits(change, protocol) <= 2 for change in CHANGES)


def test_the_table_of_a_protocol() -> None:
    assert [tuple(row.values())[1:] for row in kept("barrier")] == [
        (True, True, False),
        (True, True, True),
        (True, None, None),
    ]
