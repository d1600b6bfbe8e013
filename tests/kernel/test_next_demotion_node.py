"""Test for each version to which nodes the pages of a cgroup go."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.machines import machines
from viz.analysis.run import Run
from viz.kernel.machine import Machine
from viz.kernel.memory import Memory, drive
from viz.kernel.memory_tiers import lower_tier_mask, memory_tier_init, preferred
from viz.kernel.next_demotion_node import demote_cgroup, next_demotion_node
from viz.kernel.nodemask import NodeMask
from viz.kernel.page_alloc import build_all_zonelists, nearest_first
from viz.kernel.releases import version
from viz.topology import Topology

NODES = [{"id": n, "cpus": int(n == 0), "memory": 1, "adistance": a} for n, a in enumerate((576, 1200, 2880, 2880))]
FOUR: dict[str, Any] = {
    "title": "four",
    "nodes": NODES,
    "distances": [[10, 20, 30, 40], [20, 10, 25, 25], [30, 25, 10, 25], [40, 25, 25, 10]],
}


def cgroup(kernel: str, allowed: str) -> dict[str, Any]:
    return Run.of(Topology.from_document(FOUR).allowing(allowed), kernel).order()


@pytest.mark.parametrize(
    ("kernel", "allowed", "of_0", "of_1", "leaks_of_0"),
    [
        ("6.15", "0,2-3", [1], [2, 3], [1]),
        ("6.16", "0,2-3", [], [2, 3], []),
        ("6.19", "0-1", [1], [], [2, 3]),
        ("6.17", "1,2", [1], [2, 3], [3]),
        ("7.0", "0,2-3", [2], [2, 3], []),
        ("7.3.4", "3", [3], [3], []),
        ("7.3.4", "0", [], [], []),
        ("random-member", "0,2-3", [2, 3], [2, 3], []),
        ("random-member", "0,1,3", [1], [3], []),
        ("6.0", "0,2-3", [1], [2, 3], [1]),
        ("posted", "0,2-3", [1], [2], [1]),
    ],
)
def test_who_may_use_the_order(
    kernel: str, allowed: str, of_0: list[int], of_1: list[int], leaks_of_0: list[int]
) -> None:
    result = cgroup(kernel, allowed)
    assert (result["demotes_to"]["0"], result["demotes_to"]["1"]) == (of_0, of_1)
    assert result["leaks_to"]["0"] == leaks_of_0


def test_the_mask_is_printed_normalised_and_kept_in_a_document() -> None:
    assert cgroup("7.0", " 3,0-1,1 ")["allowed"] == "0-1,3"
    assert "allowed" not in Run.of(Topology.from_document(FOUR), "7.0").order()
    document = json.loads(json.dumps(Topology.from_document(FOUR).allowing("2-3,0").document()))
    assert document["allowed"] == "0,2-3"
    assert Topology.from_document(document).allowed == "0,2-3"


def built(machine: Machine) -> Memory:
    memory = Memory()
    drive(build_all_zonelists(machine), memory)
    drive(memory_tier_init(machine), memory)
    return memory


@given(machines(), st.frozensets(st.integers(0, 12)))
@settings(deadline=None)
def test_only_allowed_nodes_are_drawn_and_the_preferred_come_first(machine: Machine, mems: frozenset[int]) -> None:
    memory = built(machine)
    for node in machine.memory:
        lower = NodeMask.parse(str(memory[lower_tier_mask[node]]))
        allowed = lower & NodeMask(mems)
        if not allowed:
            continue
        drawn = drive(next_demotion_node(machine, node, allowed.copy()), memory)
        first = NodeMask.parse(str(memory[preferred[node]])) & allowed
        assert drawn == (first or NodeMask(nearest_first(machine, node, allowed)[:1]))


@given(machines(), st.sampled_from(["6.1", "6.16", "7.0", "random-member"]))
@settings(deadline=None)
def test_a_cgroup_that_may_use_every_node_demotes_as_anybody(machine: Machine, kernel: str) -> None:
    """If a cgroup may use every node, no page can leave the allowed nodes, whatever the kernel does."""
    memory = built(machine)
    found = {}

    def watch(operation: Any, _: object) -> None:
        if type(operation).__name__ == "MayGo":
            found[operation.node] = operation

    drive(demote_cgroup(machine, version(kernel), machine.possible.copy()), memory, watch)
    assert list(found) == list(machine.memory)
    for node, operation in found.items():
        assert str(operation.targets) == str(memory[preferred[node]])
        assert not operation.outside
