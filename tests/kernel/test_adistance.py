"""Test how abstract distances are computed from latency and bandwidth."""

from __future__ import annotations

from typing import Any

import pytest

from viz.kernel.adistance import AccessCoordinate, adistances, mt_perf_to_adistance
from viz.kernel.nodemask import NodeMask
from viz.kernel.releases import version
from viz.topology import Topology


def perf(latency: int, bandwidth: int) -> AccessCoordinate:
    """Return coordinates in which reads and writes each have half of the latency and half of the bandwidth."""
    return AccessCoordinate(latency - latency // 2, latency // 2, bandwidth - bandwidth // 2, bandwidth // 2)


DRAM = perf(200, 20000)


@pytest.mark.parametrize(
    ("memory", "expected"),
    [
        (DRAM, 576),
        (perf(400, 20000), 1152),
        (perf(400, 10000), 2304),
        (perf(100, 20000), 288),
        (perf(333, 100), 191800),  # 576 * 333 / 200 = 959.04 becomes 959 before the bandwidth is used
    ],
)
def test_the_formula_uses_whole_numbers(memory: AccessCoordinate, expected: int) -> None:
    assert mt_perf_to_adistance(memory, DRAM) == expected


@pytest.mark.parametrize(
    ("second", "computed"),
    [(DRAM, True), (perf(220, 18000), True), (perf(221, 20000), False), (None, False)],
)
def test_nodes_of_dram_must_have_similar_figures(second: AccessCoordinate | None, computed: bool) -> None:
    between = mt_perf_to_adistance(second, DRAM) if second else 0
    performance = {0: DRAM, 2: perf(400, 20000)} | ({1: second} if second else {})
    assert adistances(performance, NodeMask([0, 1])) == ({0: 576, 1: between, 2: 1152} if computed else {})


def figures(**more: Any) -> dict[str, Any]:
    return {"memory": 1, "read_latency": 100, "read_bandwidth": 1000, **more}


@pytest.mark.parametrize(
    ("kernel", "stated", "expected"), [("v6.12", {}, 1152), ("v6.1", {}, 576), ("v6.12", {"adistance": 700}, 700)]
)
def test_a_document_has_figures_or_the_distance_itself(kernel: str, stated: dict[str, int], expected: int) -> None:
    """From v6.7 on the abstract distance is computed from latency and bandwidth, unless the document states it."""
    slow = figures(id=1, cpus=0, **stated) | {"read_latency": 200}
    document = {"title": "t", "nodes": [figures(id=0, cpus=1), slow], "distances": [[10, 20], [20, 10]]}
    machine = Topology.from_document(document).machine(version(kernel).rules)
    assert machine.adistance == {0: 576, 1: expected}
