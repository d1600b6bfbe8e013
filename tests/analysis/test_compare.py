"""Test the comparison of runs: the differences between the orders, and the reason for each difference."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples
from tests.machines import machines, topology_of
from viz.analysis import compare
from viz.analysis.run import Run
from viz.kernel.machine import Machine
from viz.kernel.nodemask import listed
from viz.kernel.versions import VERSIONS
from viz.topology import builtin, builtin_names


def sides(name: str, *kernels: str) -> list[compare.Side]:
    return compare.sides([Run.of(builtin(name), kernel) for kernel in kernels])


def test_a_tie_that_goes_the_other_way_is_explained_by_the_loads() -> None:
    a, b = sides("one-socket-two-equal", "v5.15", "v5.16")
    first, *others = compare.differences(a, b)
    assert (first.node, first.targets) == (0, ([1], [2]))
    assert first.cause == (
        "v5.16 adds to node_load[] where v5.15 overwrites it: in v5.15 node 1 has 2 and node 2 has 2, "
        "in v5.16 node 1 has 4 and node 2 has 2, so the tie goes the other way."
    )
    assert [difference.node for difference in others] == [1, 2]


@pytest.mark.parametrize(
    ("name", "kernels", "sentence"),
    [
        ("two-sockets-one-expander", ("posted", "v6.1"), "which in posted is in used_targets already"),
        ("two-sockets-slow-and-slowest", ("v5.16", "v5.17"), "they differ in whom else they take"),
    ],
)
def test_other_causes(name: str, kernels: tuple[str, str], sentence: str) -> None:
    text = "\n".join(compare.sentences(*sides(name, *kernels)))
    assert sentence in text


def test_equal_runs_have_no_difference() -> None:
    a, b = sides("two-sockets-three-classes", "posted", "v5.15")
    assert compare.differences(a, b) == []
    assert compare.sentences(a, b) == ["posted and v5.15 give the same targets."]


def test_sides_with_different_machines_are_named_by_title() -> None:
    runs = [Run.of(builtin(name), "v5.15") for name in builtin_names()[:2]]
    a, b = compare.sides(runs)
    assert (a.name, b.name) == tuple(run.topology.title for run in runs)
    assert "no such node" in compare.table([a, b])


def test_the_table_has_a_column_for_each_version() -> None:
    compared = sides("two-sockets-slow-and-slowest", *(row.name for row in VERSIONS))
    head, *lines = compare.table(compared).splitlines()
    assert head.split() == ["node", *(row.name for row in VERSIONS)]
    assert len(lines) == 5
    document = compare.document(compared)
    assert len(document["differences"]) == len(VERSIONS) - 1
    assert document["targets"][0] == {"0": [2], "1": [3], "2": [4], "3": [], "4": []}


@pytest.mark.slow
@pytest.mark.parametrize("name", builtin_names())
def test_every_difference_has_a_sentence(name: str) -> None:
    first, *others = sides(name, *(row.name for row in VERSIONS))
    for other in others:
        for difference in compare.differences(first, other):
            assert all(sentence.endswith(".") for sentence in difference.told)
            assert not difference.cause or difference.cause.endswith(".")


def test_the_orders_before_and_after_an_event_are_compared() -> None:
    run = Run.of(builtin("losing-a-node"), "v5.15")
    old, new = compare.with_distinct_names(*compare.sides([compare.after_events(run, 0), compare.after_events(run, 1)]))
    assert (old.name, new.name) == ("the old order", "the new order")
    assert {difference.node: difference.targets for difference in compare.differences(old, new)} == {
        0: ([1], [2]),
        1: ([2], []),
        2: ([], [5]),
        4: ([5], []),
    }
    assert compare.differences(old, compare.sides([compare.after_events(run, 2)])[0]) == []
    assert "The new order takes node 5, which in the old order is in used_targets already." in "\n".join(
        compare.sentences(old, new)
    )
    with pytest.raises(compare.NoSuchEvent, match="event 3: the topology lists 2"):
        compare.after_events(run, 3)


@examples(0.6)
@given(machines(6), st.sampled_from([row.name for row in VERSIONS]), st.sampled_from([row.name for row in VERSIONS]))
def test_the_numbers_in_a_reason_are_those_of_the_traces(machine: Machine, first: str, second: str) -> None:
    """Each value of node_load or used_targets in the reason for a difference is the value in the trace of that run."""
    topology = topology_of(machine)
    a, b = compare.sides([Run.of(topology, first), Run.of(topology, second)])
    for difference in compare.differences(a, b):
        node, cause = difference.node, difference.cause
        assert difference.targets == (a.targets()[node], b.targets()[node])
        for name, *figures in re.findall(r"in (\S+) node (\d+) has (\d+) and node (\d+) has (\d+)", cause):
            trace = (a if name == a.name else b).trace
            for loaded, load in zip(figures[::2], figures[1::2], strict=True):
                assert trace.at(f"node_load[{loaded}]", trace.length - 1) == int(load)
        if taken := re.match(r"(\S+) takes node (\d+), which in (\S+) is in used_targets already", cause):
            loser = a if taken[3] == a.name else b
            assert int(taken[2]) in listed(loser.trace.at("used_targets", loser.scan(node)))
            owners = [source for source, targets in loser.targets().items() if int(taken[2]) in targets]
            assert (" took it." in cause) == bool(owners)
            assert all(re.search(rf"\b{owner}\b", cause) for owner in owners[:7])
