"""Compare the walks that readers can make under changed rules with those of all schedules.

The rules are two rebuilds, no barrier, and plain reads."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations, product
from typing import Any

import pytest
from hypothesis import given

from tests.examples import examples
from tests.readers.test_model import in_any_order, linked, orders, targets_in
from viz.analysis.run import Run
from viz.kernel.versions import PROTOCOLS, Protocol
from viz.readers.model import Change, View, Walk, members
from viz.readers.outcomes import Outcomes
from viz.readers.report import change_of, schedule_counts
from viz.readers.schedules import schedules
from viz.readers.timetable import timetable
from viz.readers.walks import Lister
from viz.topology import builtin

SMALL = [linked(list(nodes), cuts) for nodes in permutations(range(2)) for cuts in (set[int](), {0})]
"""All orders of two nodes that are chains."""


def histories(change: Change, protocol: Protocol) -> Iterator[list[Any]]:
    """Yield every order in which the writer's stores become visible, with its grace periods between them."""
    for chosen in product(*(list(in_any_order(group)) for group in change.stores(protocol))):
        history: list[Any] = []
        for index, group in enumerate(chosen):
            history += ["starts", "ends"] * (protocol.startswith("grace") and index % 2 == 1)
            history += group
        yield history


def walks(
    history: list[Any], at: int, entries: dict[int, int], walk: Walk, entered: int | None, whole: bool
) -> Iterator[Walk]:
    """Yield the walk of every schedule; `entered` is the index in the history where the reader's section began."""
    is_over = walk[-1] == -1 or walk[-1] in walk[:-1]
    waits = at < len(history) and history[at] == "ends" and entered is not None and entered < at and not is_over
    if at < len(history) and not waits:
        step = history[at]
        after = entries | ({} if isinstance(step, str) else {step[0]: step[1]})
        yield from walks(history, at + 1, after, walk, entered, whole)
    if whole and entered is None:
        yield from walks(history, at, entries, walk, at, whole)
    elif not is_over:
        yield from walks(history, at, entries, (*walk, entries[walk[-1]]), entered, whole)
    elif at == len(history):
        yield walk


def every_walk(change: Change, protocol: Protocol, start: int) -> list[Walk]:
    whole = protocol == "grace-walk"
    return [
        walk
        for history in histories(change, protocol)
        for walk in walks(history, 0, targets_in(change.old), (start,), None, whole)
    ]


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_two_builds_equal_every_schedule(protocol: Protocol) -> None:
    for old, new in product(SMALL, SMALL):
        change = Change(old, new, rebuilds=2)
        view = View(change, protocol)
        found = [walk for start in old for walk in every_walk(change, protocol, start)]
        for start in old:
            expected = {walk for walk in found if walk[0] == start}
            assert set(Lister(Outcomes(view)).walks(start).first) == expected
            assert all(view.follow(walk) for walk in expected)
        assert sum(schedules(change, protocol).values()) == len(found)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_schedule_of_two_builds_gives_its_walk(protocol: Protocol) -> None:
    change = change_of("0>1>2", "0>2>1")
    twice = Change(change.old, change.new, rebuilds=2)
    for walk in (walk for start in change.old for walk in Outcomes(View(twice, protocol)).witnesses(start).values()):
        entries, seen = dict(twice.old), [walk[0]]
        moments = timetable(View(twice, protocol), walk)
        for moment in moments:
            if moment.kind == "store":
                entries[moment.node] = moment.value
            elif moment.kind == "read":
                seen.append(members(entries[seen[-1]])[0])
        assert tuple(seen) == walk
        kinds = [moment.kind for moment in moments]
        assert kinds.count("again") == (protocol != "in-place")
        assert kinds.count("starts") == kinds.count("ends") == 2 * protocol.startswith("grace")


@given(orders(), orders())
@examples(0.25)
def test_a_plain_read_may_see_an_entry_at_any_moment(old: dict[int, int], new: dict[int, int]) -> None:
    change = Change(old, new, plain=True)
    for start in old:
        found = set(Lister(Outcomes(View(change, "barrier"))).walks(start).first)
        expected = set(any_values(change, (start,)))
        assert found == expected
    assert schedule_counts(change, "barrier") is None
    with pytest.raises(ValueError, match="no order"):
        timetable(View(change, "barrier"), (0, -1))


def any_values(change: Change, walk: Walk) -> Iterator[Walk]:
    """Yield every walk in which each read gives the old, the disabled or the new value, whatever others gave."""
    if walk[-1] == -1 or walk[-1] in walk[:-1]:
        yield walk
        return
    for value in {members(change.old[walk[-1]])[0], -1, members(change.new[walk[-1]])[0]}:
        yield from any_values(change, (*walk, value))


def test_one_section_keeps_plain_reads_on_one_side_of_the_grace_period() -> None:
    change = change_of("0>1>2", "0>2>1")
    plain = Change(change.old, change.new, plain=True)
    for start in change.old:
        assert "cycle" in Outcomes(View(plain, "barrier")).witnesses(1)
        assert "cycle" not in Outcomes(View(plain, "grace-walk")).witnesses(start)


def test_a_run_takes_the_rules_of_its_version() -> None:
    machine = builtin("two-sockets-three-classes")
    change = Run.of(machine, "v5.15 + read=plain + rebuilds=2").change()
    assert (change.plain, change.rebuilds) == (True, 2)
    assert Run.of(machine, "v5.15 + barrier=none").protocol == "no-barrier"
    assert Run.of(machine, "v5.15 + barrier=smp_wmb").protocol == "barrier"
    assert Run.of(machine, "v5.15 + targets=equally-near").change().several
