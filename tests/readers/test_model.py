"""What readers see: equal to the published enumeration, and to one of our own of every schedule of small cases."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from itertools import permutations, product
from time import perf_counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.goldens import FOLDER
from viz.kernel.versions import PROTOCOLS, Protocol
from viz.readers.model import VERDICTS, Change, View, Walk, chain, verdict
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


@pytest.mark.parametrize(("scenario", "protocol"), [(s, p) for s, told in GOLDEN.items() for p in told])
def test_equal_to_the_enumeration(scenario: str, protocol: str) -> None:
    expected, change = GOLDEN[scenario][protocol], change_of(*CHANGES[scenario])
    name, program_order = NUMERALS[protocol.partition(",")[0]], protocol.endswith("program order")
    lister = Lister(Outcomes(View(change, name, program_order)))
    walks = [walk for start in change.old for walk in lister.walks(start).first]
    counts = schedules(change, name, program_order)
    assert (len(walks), counts.total()) == (expected["walks"], expected["runs"])
    letters = "0123" if scenario.startswith("0") else "ABCD"
    for one in VERDICTS:
        found = [">".join(letters[n] if n >= 0 else "-1" for n in w) for w in walks if verdict(change, w) == one]
        assert (len(found), counts[one]) == (expected[one]["walks"], expected[one]["runs"]), one
        assert sorted(found) == sorted(expected["seen"].get(one, found)), one


def test_the_seed_discussions_question() -> None:
    """A -> B -> C becomes A -> C -> B: a walk can go round behind a barrier, and not within one section."""
    change = change_of("0>1>2", "0>2>1")
    seen = {name: Outcomes(View(change, name)).witnesses(0) for name in PROTOCOLS}
    assert seen["barrier"]["cycle"] == seen["grace-hop"]["cycle"] == (0, 1, 2, 1)
    assert "cycle" not in seen["grace-walk"]


@st.composite
def orders(draw: st.DrawFn) -> dict[int, int]:
    """Any chains over three nodes."""
    return linked(draw(st.permutations(range(3))), draw(st.sets(st.integers(0, 1))))


def linked(nodes: list[int], cuts: set[int]) -> dict[int, int]:
    """The nodes in a row as one chain, broken after the places `cuts`."""
    ends = {place for place in cuts if place + 1 < len(nodes)} | {len(nodes) - 1}
    return {node: -1 if place in ends else nodes[place + 1] for place, node in enumerate(nodes)}


@pytest.mark.parametrize("protocol", PROTOCOLS)
@given(orders(), orders(), st.sampled_from(VISIBLE), st.booleans())
@settings(max_examples=40)
def test_equal_to_every_schedule(
    protocol: Protocol, old: dict[int, int], new: dict[int, int], program_order: bool, written: bool
) -> None:
    change = Change(old, new, written)
    runs = Counter(walk for start in range(3) for walk in brute_force(change, protocol, program_order, start))
    outcomes = Outcomes(View(change, protocol, program_order))
    assert schedules(change, protocol, program_order) == by_verdict(change, runs)
    for start in range(3):
        expected = sorted((walk for walk in runs if walk[0] == start), key=lambda walk: (len(walk), walk))
        lister = Lister(outcomes)
        assert lister.walks(start) == Walks(tuple(expected), len(expected))
        assert lister.count((start, outcomes.view.start)) == len(expected)
        assert lister.walks(start, 2).first == tuple(expected[:2])
        lengths = {name: len(walk) for name, walk in outcomes.witnesses(start).items()}
        assert lengths == shortest(change, expected)


def by_verdict(change: Change, runs: Counter[Walk]) -> Counter[str]:
    total: Counter[str] = Counter()
    for walk, number in runs.items():
        total[verdict(change, walk)] += number
    return total


def shortest(change: Change, walks: list[Walk]) -> dict[str, int]:
    """The length of a shortest walk for every verdict."""
    return {verdict(change, walk): len(walk) for walk in reversed(walks)}


def brute_force(change: Change, protocol: Protocol, program_order: bool, start: int) -> Iterator[Walk]:
    """The walk of every schedule: each order of the stores, and each way to lay the walker's steps between them."""
    groups = change.stores(protocol)
    arrangements = [[tuple(group)] if program_order else list(permutations(group)) for group in groups]
    grace = protocol.startswith("grace") and len(groups) > 1
    for chosen in product(*arrangements):
        history: list[Any] = [*chosen[0], *(["starts", "ends"] if grace else []), *(s for g in chosen[1:] for s in g)]
        yield from interleavings(history, dict(change.old), (start,), protocol == "grace-walk", None)


def interleavings(
    left: list[Any], entries: dict[int, int], walk: Walk, whole: bool, early: bool | None
) -> Iterator[Walk]:
    """`early`: whether the section was entered before the grace period started; None: not entered, or there is none."""
    finished = walk[-1] == -1 or walk[-1] in walk[:-1]
    if left and not (left[0] == "ends" and early and not finished):
        step, rest = left[0], left[1:]
        after = entries | ({} if isinstance(step, str) else {step[0]: step[1]})
        yield from interleavings(rest, after, walk, whole, early)
    if whole and early is None:
        yield from interleavings(left, entries, walk, whole, "starts" in left)
    elif not finished:
        yield from interleavings(left, entries, (*walk, entries[walk[-1]]), whole, early)
    elif not left:
        yield walk


def ladder(size: int) -> Change:
    """Two orders with as many ways between them as Fibonacci counts: one goes up by one, the other by two."""
    old, new = ({n: n + by if n + by < size else -1 for n in range(size)} for by in (1, 2))
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


def test_counting_gives_up_rather_than_going_on_for_ever() -> None:
    outcomes = Outcomes(View(ladder(64), "in-place"))
    assert Lister(outcomes, most_counted=10, most_followed=1000).walks(0).number is None


def test_walks_that_are_followed_are_as_many_as_those_that_are_summed() -> None:
    outcomes = Outcomes(View(ladder(24), "in-place"))
    summed, followed = (Lister(outcomes, most_counted=most) for most in (100_000, 10))
    for start in range(24):
        assert followed.walks(start, 5).number == summed.walks(start, 5).number is not None
    assert not summed._graph
    assert followed._graph


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("program_order", VISIBLE)
def test_64_nodes_are_searched_in_little_time(protocol: Protocol, program_order: bool) -> None:
    """Orders that have nothing in common, and orders that give most ways: verdicts and witnesses of every start."""
    one, other = ([node * step % 67 - 1 for node in range(1, 67) if node * step % 67 <= 64] for step in (5, 29))
    for change in (Change(linked(one, {20, 41}), linked(other, {9, 30})), ladder(64)):
        before = perf_counter()
        outcomes = Outcomes(View(change, protocol, program_order))
        for start in change.old:
            for name, walk in outcomes.witnesses(start).items():
                assert verdict(change, walk) == name
                assert outcomes.view.follow(walk)
        assert perf_counter() - before < 20  # a second or two on an idle machine; listing schedules would never end


def test_what_an_event_that_stores_nothing_shows() -> None:
    change = Change({0: 1, 1: -1}, {0: 1, 1: -1}, written=False)
    for protocol, program_order in product(PROTOCOLS, VISIBLE):
        outcomes = Outcomes(View(change, protocol, program_order))
        assert grades(outcomes.witnesses(0)) == {**dict.fromkeys(VERDICTS, "never"), "same": "always"}


def test_a_chain_may_be_a_circle() -> None:
    """No build makes one, but whoever types one gets an answer."""
    assert chain({0: 1, 1: 0}, 0) == (0, 1, 0)
    assert Outcomes(View(Change({0: 1, 1: 0}, {0: -1, 1: 0}), "barrier")).witnesses(0)["cycle"] == (0, 1, 0)
