from __future__ import annotations

import time

import pytest

from viz.topology.distances import checked_distances, matrix_warnings
from viz.topology.errors import TopologyError


@pytest.mark.parametrize(
    "cell", [0, 5, 9, -1, 256, 300, 10.5, 20.0, float("nan"), float("inf"), True, None, "20", [20]]
)
def test_the_error_for_a_wrong_cell_names_its_position_and_nodes(cell: object) -> None:
    with pytest.raises(TopologyError) as caught:
        checked_distances([[10, 20], [cell, 10]], [3, 8])
    assert str(caught.value).startswith("distances[1][0]: from node 8 to node 3: ")
    assert "from 10 to 255" in str(caught.value)


@pytest.mark.parametrize(
    ("matrix", "problem"),
    [
        ([], "distances: needs 2 rows, one a node in the order of nodes, and has 0"),
        ([[10, 20]], "and has 1"),
        ([[10, 20]] * 3, "and has 3"),
        ([[10, 20], [20]], "distances[1]: the row of node 8 needs 2 numbers, one a node, and has 1"),
        ([[10, 20, 30], [20, 10]], "distances[0]: the row of node 3"),
        ([[10, 20], "20"], "distances[1]: the row of node 8 must be a list"),
        ([[10, 20], {}], "not a table"),
        ("none", "'none'"),
        (None, "null"),
        (20, "20"),
    ],
)
def test_a_matrix_of_the_wrong_size_is_refused(matrix: object, problem: str) -> None:
    with pytest.raises(TopologyError) as caught:
        checked_distances(matrix, [3, 8])
    assert problem in str(caught.value)


def test_the_smallest_and_the_largest_distance_are_accepted() -> None:
    assert checked_distances([[10, 255], [10, 11]], [0, 1]) == (b"\n\xff", b"\n\v")
    assert checked_distances("unknown", [0, 1]) == "unknown"


def test_a_million_cells_are_checked_quickly() -> None:
    ids = range(1024)
    start = time.perf_counter()
    assert checked_distances([[20] * 1024] * 1024, ids) == (bytes([20] * 1024),) * 1024
    with pytest.raises(TopologyError):
        checked_distances([[300] * 1024] * 1024, ids)
    assert time.perf_counter() - start < 20  # this takes a fraction of a second on an idle machine


@pytest.mark.parametrize(
    ("rows", "warnings"),
    [
        ([[10, 20], [20, 10]], []),
        ([[10, 10], [10, 10]], ["from node 3 to node 8 is 10, as if they were one node (and 1 more like it)"]),
        ([[10, 32], [255, 10]], ["From node 3 to node 8 it is 32, back it is 255;"]),
        ([[10, 20], [20, 11]], ["Node 8 is at distance 11 from itself"]),
        ([[12, 10], [20, 11]], ["is 10", "it is 10, back it is 20", "Node 3 is at distance 12 from itself"]),
    ],
)
def test_there_is_one_warning_for_each_kind_of_oddity(rows: list[list[int]], warnings: list[str]) -> None:
    found = list(matrix_warnings(tuple(map(bytes, rows)), [3, 8]))
    assert len(found) == len(warnings)
    assert all(part in sentence for part, sentence in zip(warnings, found, strict=True))
