"""Runs side by side: the differences, and the reason of each."""

from __future__ import annotations

import pytest

from viz import compare
from viz.kernel.versions import VERSIONS
from viz.run import Run
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
    assert [found.node for found in others] == [1, 2]


@pytest.mark.parametrize(
    ("name", "kernels", "told"),
    [
        ("two-sockets-one-expander", ("posted", "v6.1"), "which in posted is in used_targets already"),
        ("two-sockets-slow-and-slowest", ("v5.16", "v5.17"), "they differ in whom else they take"),
    ],
)
def test_other_causes(name: str, kernels: tuple[str, str], told: str) -> None:
    lines = "\n".join(compare.sentences(*sides(name, *kernels)))
    assert told in lines


def test_equal_runs_have_no_difference() -> None:
    a, b = sides("two-sockets-three-classes", "posted", "v5.15")
    assert compare.differences(a, b) == []
    assert compare.sentences(a, b) == ["posted and v5.15 give the same targets."]


def test_two_machines_are_called_by_their_titles() -> None:
    runs = [Run.of(builtin(name), "v5.15") for name in builtin_names()[:2]]
    a, b = compare.sides(runs)
    assert (a.name, b.name) == tuple(run.topology.title for run in runs)
    assert "no such node" in compare.table([a, b])


def test_the_matrix_has_a_column_a_version() -> None:
    found = sides("two-sockets-slow-and-slowest", *(row.name for row in VERSIONS))
    head, *lines = compare.table(found).splitlines()
    assert head.split() == ["node", *(row.name for row in VERSIONS)]
    assert len(lines) == 5
    document = compare.document(found)
    assert len(document["differences"]) == len(VERSIONS) - 1
    assert document["targets"][0] == {"0": [2], "1": [3], "2": [4], "3": [], "4": []}


@pytest.mark.parametrize("name", builtin_names())
def test_every_difference_has_a_sentence(name: str) -> None:
    first, *others = sides(name, *(row.name for row in VERSIONS))
    for other in others:
        for found in compare.differences(first, other):
            assert all(told.endswith(".") for told in found.told)
            assert not found.cause or found.cause.endswith(".")
