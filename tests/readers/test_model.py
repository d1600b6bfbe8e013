"""Test what readers can see, by a published list of cases and by every schedule of small changes."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from itertools import permutations, product
from time import perf_counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples
from tests.goldens import FOLDER
from viz.kernel.versions import PROTOCOLS, Protocol
from viz.readers.model import VERDICTS, Change, Order, Store, View, Walk, chain, members, verdict
from viz.readers.outcomes import Outcomes, grades
from viz.readers.report import change_of
from viz.readers.schedules import schedules
from viz.readers.walks import Lister, Walks

GOLDEN: dict[str, Any] = json.loads((FOLDER / "readers.json").read_text())
CHANGES = {
    "A->B->C becomes A->C->B": ("0>1>2", "0>2>1"),
    "0->1 becomes 1->0 (commit message of patch 03/10)": ("0>1", "1>0"),
    "A->B->C becomes A->C, B->D (mixed chain without a cycle)": ("0>1>2", "0>2,1>3"),
    "A->B->C->D becomes A->D->C->B": ("0>1>2>3", "0>3>2>1"),
}
NUMERALS: dict[str, Protocol] = {"i": "in-place", "ii": "barrier", "iii": "grace-walk", "iv": "grace-hop"}
VISIBLE = [False, True]


@pytest.mark.parametrize(("scenario", "protocol"), [(s, p) for s, expected in GOLDEN.items() for p in expected])
def test_walks_and_schedules_equal_the_published_enumeration(scenario: str, protocol: str) -> None:
    expected, change = GOLDEN[scenario][protocol], change_of(*CHANGES[scenario])
    name, program_order = NUMERALS[protocol.partition(",")[0]], protocol.endswith("program order")
    lister = Lister(Outcomes(View(change, name, program_order)))
    walks = [walk for start in change.old for walk in lister.walks(start).first]
    counts = schedules(change, name, program_order)
    assert (len(walks), counts.total()) == (expected["walks"], expected["runs"])
    letters = "0123" if scenario.startswith("0") else "ABCD"
    for name_of_verdict in VERDICTS:
        with_verdict = [walk for walk in walks if verdict(change, walk) == name_of_verdict]
        texts = [">".join(letters[n] if n >= 0 else "-1" for n in walk) for walk in with_verdict]
        numbers = expected[name_of_verdict]
        assert (len(texts), counts[name_of_verdict]) == (numbers["walks"], numbers["runs"]), name_of_verdict
        assert sorted(texts) == sorted(expected["seen"].get(name_of_verdict, texts)), name_of_verdict


def test_the_question_of_the_patch_discussion() -> None:
    """A -> B -> C becomes A -> C -> B. A walk can make a cycle despite the barrier, but not inside one RCU section."""
    change = change_of("0>1>2", "0>2>1")
    witnesses = {name: Outcomes(View(change, name)).witnesses(0) for name in PROTOCOLS}
    assert witnesses["barrier"]["cycle"] == witnesses["grace-hop"]["cycle"] == (0, 1, 2, 1)
    assert "cycle" not in witnesses["grace-walk"]


@st.composite
def orders(draw: st.DrawFn) -> dict[int, int]:
    """Draw the demotion order of three nodes in one or more chains: the target of each node, or -1 for none."""
    return linked(draw(st.permutations(range(3))), draw(st.sets(st.integers(0, 1))))


def targets_in(order: Order) -> dict[int, int]:
    """Return an order in which each node has one target at most as a dict of ids."""
    return {node: members(entry)[0] for node, entry in order.items()}


def linked(nodes: list[int], cuts: set[int]) -> dict[int, int]:
    """Return the target of each node, or -1 for none, in a chain of `nodes` that is cut after the indexes `cuts`."""
    ends = {index for index in cuts if index + 1 < len(nodes)} | {len(nodes) - 1}
    return {node: -1 if index in ends else nodes[index + 1] for index, node in enumerate(nodes)}


@pytest.mark.parametrize("protocol", PROTOCOLS)
@given(orders(), orders(), st.sampled_from(VISIBLE), st.booleans())
@examples(0.4)
def test_walks_counts_and_witnesses_equal_those_of_every_schedule(
    protocol: Protocol, old: dict[int, int], new: dict[int, int], program_order: bool, written: bool
) -> None:
    change = Change(old, new, written)
    by_walk = Counter(walk for start in range(3) for walk in brute_force(change, protocol, program_order, start))
    outcomes = Outcomes(View(change, protocol, program_order))
    assert schedules(change, protocol, program_order) == by_verdict(change, by_walk)
    for start in range(3):
        expected = sorted((walk for walk in by_walk if walk[0] == start), key=lambda walk: (len(walk), walk))
        lister = Lister(outcomes)
        assert lister.walks(start) == Walks(tuple(expected), len(expected))
        assert lister.count((start, outcomes.view.initial_knowledge)) == len(expected)
        assert lister.walks(start, 2).first == tuple(expected[:2])
        lengths = {name: len(walk) for name, walk in outcomes.witnesses(start).items()}
        assert lengths == shortest(change, expected)


def by_verdict(change: Change, by_walk: Counter[Walk]) -> Counter[str]:
    total: Counter[str] = Counter()
    for walk, number in by_walk.items():
        total[verdict(change, walk)] += number
    return total


def shortest(change: Change, walks: list[Walk]) -> dict[str, int]:
    """Return for every verdict the length of a shortest walk. The list `walks` must be sorted by length."""
    return {verdict(change, walk): len(walk) for walk in reversed(walks)}


def brute_force(change: Change, protocol: Protocol, program_order: bool, start: int) -> Iterator[Walk]:
    """Yield the walk of every schedule: every order of the stores, with the reader's steps at any place."""
    groups = change.stores(protocol)
    arrangements = [[tuple(group)] if program_order else list(in_any_order(group)) for group in groups]
    grace = protocol.startswith("grace") and len(groups) > 1
    for chosen in product(*arrangements):
        history: list[Any] = [*chosen[0], *(["starts", "ends"] if grace else []), *(s for g in chosen[1:] for s in g)]
        yield from interleavings(history, targets_in(change.old), (start,), protocol == "grace-walk", None)


def in_any_order(group: list[Store]) -> Iterator[tuple[Store, ...]]:
    """Yield every order of the stores in which no store overtakes an earlier one to the same entry."""
    for order in permutations(group):
        by_node = [sorted(group.index(store) for store in order if store[0] == node) for node, _ in group]
        kept = [[group.index(store) for store in order if store[0] == node] for node, _ in group]
        if by_node == kept:
            yield order


def interleavings(
    pending: list[Any], entries: dict[int, int], walk: Walk, whole_walk: bool, early: bool | None
) -> Iterator[Walk]:
    """Yield the walk of every schedule that continues from this state.

    `early` says whether the reader entered its RCU section before the grace period started. It is None if the reader
    has not entered a section yet, or if no section contains the whole walk.
    """
    finished = walk[-1] == -1 or walk[-1] in walk[:-1]
    if pending and not (pending[0] == "ends" and early and not finished):
        step, rest = pending[0], pending[1:]
        after = entries | ({} if isinstance(step, str) else {step[0]: step[1]})
        yield from interleavings(rest, after, walk, whole_walk, early)
    if whole_walk and early is None:
        yield from interleavings(pending, entries, walk, whole_walk, "starts" in pending)
    elif not finished:
        yield from interleavings(pending, entries, (*walk, entries[walk[-1]]), whole_walk, early)
    elif not pending:
        yield walk


def ladder(size: int) -> Change:
    """Return the change from n -> n + 1 to n -> n + 2 for all nodes. It has a Fibonacci number of walks."""
    old, new = ({n: n + step if n + step < size else -1 for n in range(size)} for step in (1, 2))
    return Change(old, new)


def test_more_walks_than_are_listed_are_counted() -> None:
    change = ladder(64)
    lister = Lister(Outcomes(View(change, "in-place")))
    first, number = lister.walks(0)
    fibonacci = [0, 1]
    while len(fibonacci) < 66:
        fibonacci.append(fibonacci[-1] + fibonacci[-2])
    assert number == fibonacci[65]
    assert (len(first), len(first[0]), len(set(first))) == (1000, 33, 1000)
    assert list(first) == sorted(first, key=lambda walk: (len(walk), walk))


def test_counting_gives_up_at_its_limits() -> None:
    outcomes = Outcomes(View(ladder(64), "in-place"))
    assert Lister(outcomes, max_counted=10, max_followed=1000).walks(0).number is None


def test_following_walks_gives_the_same_count_as_summing() -> None:
    outcomes = Outcomes(View(ladder(24), "in-place"))
    summed, followed = (Lister(outcomes, max_counted=limit) for limit in (100_000, 10))
    for start in range(24):
        assert followed.walks(start, 5).number == summed.walks(start, 5).number is not None
    assert not summed._graph
    assert followed._graph


@pytest.mark.slow
@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("program_order", VISIBLE)
def test_64_nodes_are_searched_in_little_time(protocol: Protocol, program_order: bool) -> None:
    """Test orders that have nothing in common and orders that allow very many walks, from every start."""
    first, second = ([node * step % 67 - 1 for node in range(1, 67) if node * step % 67 <= 64] for step in (5, 29))
    for change in (Change(linked(first, {20, 41}), linked(second, {9, 30})), ladder(64)):
        before = perf_counter()
        outcomes = Outcomes(View(change, protocol, program_order))
        for start in change.old:
            for name, walk in outcomes.witnesses(start).items():
                assert verdict(change, walk) == name
                assert outcomes.view.follow(walk)
        assert perf_counter() - before < 20  # it takes two seconds on an idle machine


def test_if_nothing_is_stored_every_walk_is_the_same() -> None:
    change = Change({0: 1, 1: -1}, {0: 1, 1: -1}, written=False)
    for protocol, program_order in product(PROTOCOLS, VISIBLE):
        outcomes = Outcomes(View(change, protocol, program_order))
        assert grades(outcomes.witnesses(0)) == {**dict.fromkeys(VERDICTS, "never"), "same": "always"}


def test_an_order_may_have_a_cycle() -> None:
    """No kernel builds an order with a cycle, but a user can type one."""
    assert chain({0: 1, 1: 0}, 0) == (0, 1, 0)
    assert Outcomes(View(Change({0: 1, 1: 0}, {0: -1, 1: 0}), "barrier")).witnesses(0)["cycle"] == (0, 1, 0)
