"""Test readers of kernels under which a node may have several targets: each read draws one of them.

The oracle follows every interleaving of the writer's stores and the reader's draws, one by one.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations, product

import pytest

from viz.analysis.run import Run
from viz.kernel.nodemask import NUMA_NO_NODE
from viz.kernel.releases import version
from viz.kernel.versions import Protocol
from viz.readers.model import Change, Entry, Store, View, Walk, members, verdict
from viz.readers.report import change_of, schedule_counts, witnesses
from viz.readers.several import MAX_SEVERAL, TooManyWalks, outcomes_of
from viz.readers.timetable import timetable
from viz.readers.walks import Lister
from viz.topology import builtin, load

SEVERAL = version("v5.17")
CHANGES = [
    ("0 -> 1 or 2", "1 -> 0 or 2"),
    ("0 -> 1 or 2", "0 -> 2, 2 -> 1"),
    ("", "0 -> 1 or 2"),
    ("0 -> 1, 1 -> 2", "0 -> 2, 2 -> 1"),
]


def visible_orders(groups: list[list[Store]]) -> Iterator[list[Store]]:
    """Yield every order in which the stores may become visible: within a group any, but one by one for each entry."""
    for parts in product(*(list(permutations(group)) for group in groups)):
        if all(in_turn(list(part), group) for part, group in zip(parts, groups, strict=True)):
            yield [store for part in parts for store in part]


def in_turn(order: list[Store], group: list[Store]) -> bool:
    nodes = {node for node, _ in group}
    return all([s for s in order if s[0] == n] == [s for s in group if s[0] == n] for n in nodes)


def walks_during(change: Change, stores: list[Store], start: int) -> set[Walk]:
    """Return every walk from a node while the stores become visible in this order, whenever the reader reads."""
    found: set[Walk] = set()

    def go(walk: Walk, visible: int) -> None:
        if walk[-1] == NUMA_NO_NODE or walk[-1] in walk[:-1]:
            found.add(walk)
            return
        for count in range(visible, len(stores) + 1):
            entries: dict[int, Entry] = dict(change.old) | dict(stores[:count])
            for value in members(entries[walk[-1]]):
                go((*walk, value), count)

    go((start,), 0)
    return found


@pytest.mark.parametrize("protocol", ["in-place", "no-barrier", "barrier", "grace-hop"])
@pytest.mark.parametrize(("old", "new"), CHANGES)
def test_walks_are_those_of_every_interleaving(old: str, new: str, protocol: Protocol) -> None:
    change = change_of(old, new, SEVERAL)
    assert change.several
    view = View(change, protocol)
    orders = list(visible_orders(change.stores(protocol)))
    for start in change.old:
        expected = set().union(*(walks_during(change, order, start) for order in orders))
        assert set(Lister(outcomes_of(view)).walks(start).first) == expected
        shortest = outcomes_of(view).witnesses(start)
        assert set(shortest) == {verdict(change, walk) for walk in expected}
        for walk in shortest.values():
            assert [m.value for m in timetable(view, walk) if m.kind == "read"] == list(walk[1:])


def test_a_draw_is_one_more_choice() -> None:
    change = change_of("0 -> 1 or 2", "0 -> 1 or 2", SEVERAL)
    assert set(Lister(outcomes_of(View(change, "grace-hop"))).walks(0).first) >= {(0, 1, -1), (0, 2, -1)}
    counts = schedule_counts(change_of("0 -> 1 or 2", "", SEVERAL), "in-place")
    assert counts
    assert sum(counts.values()) > sum((schedule_counts(change_of("0 -> 1, 2", "", SEVERAL), "in-place") or {}).values())


@pytest.mark.parametrize("kernel", ["v5.17", "v6.0", "v6.1", "v7.0", "tier-sets"])
def test_runs_of_kernels_with_several_targets_have_readers(kernel: str) -> None:
    run = Run.of(builtin("one-socket-two-equal"), kernel)
    found = witnesses(run.change(), run.protocol)
    assert {"old", "new"} <= set(found[0])
    assert run.protocol == "grace-hop"


def test_a_node_without_memory_is_spared_by_kernels_with_tiers() -> None:
    run = Run.of(builtin("losing-a-node"), "v6.1")
    change = run.change(1)
    assert change.old != change.new
    assert 1 in change.spared


def test_the_bound_is_said() -> None:
    slow = "; ".join(["1 socket: cpu+dram, 12 pmem"])
    machine = load(slow).topology
    change = Run.of(machine, "v6.1").change()
    assert witnesses(change, "grace-hop")
    nodes = range(8)
    everyone = ", ".join(f"{n} -> {' or '.join(str(m) for m in nodes if m != n)}" for n in nodes)
    with pytest.raises(TooManyWalks, match=f"{MAX_SEVERAL:,} walks"):
        witnesses(change_of(everyone, "", SEVERAL), "in-place")
