"""Test the versions that no kernel contains: demotion along the fallback lists, and tier sets."""

from __future__ import annotations

import networkx as nx
import pytest
from hypothesis import given

from tests.kernel.test_migrate import SEED
from tests.machines import machine_of, machines
from viz.kernel.machine import Machine
from viz.kernel.memory import Memory, Operation, drive, nodes_in
from viz.kernel.releases import version
from viz.kernel.results import cycles
from viz.kernel.target_checkpoints import CycleFound
from viz.trace.chapters import first_build, first_memory

CLASSES = [576, 2880, 5760] * 2


def built(machine: Machine, kernel: str) -> tuple[Memory, list[Operation]]:
    row, done = version(kernel), list[Operation]()
    memory = first_memory(machine, row)
    for chapter in first_build(machine, row):
        drive(chapter.routine, memory, lambda operation, _: done.append(operation))
    return memory, done


def test_the_fallback_lists_of_the_seed_machine_make_two_cycles() -> None:
    memory, done = built(machine_of(SEED, cpus="0,3"), "fallback-lists")
    assert list(memory.values()) == [1, 0, 1, 4, 3, 4]
    assert [operation.nodes for operation in done if isinstance(operation, CycleFound)] == [(0, 1), (3, 4)]


@given(machines())
def test_demotion_along_fallback_lists_always_makes_a_cycle(machine: Machine) -> None:
    """There is a cycle if two or more nodes have memory; networkx finds the same cycles as viz.kernel."""
    memory, done = built(machine, "fallback-lists")
    successor = {cell.node: (nodes_in(value) or [-1])[0] for cell, value in memory.items()}
    graph = nx.DiGraph((node, target) for node, target in successor.items() if target != -1)
    expected = sorted(sorted(cycle) for cycle in nx.simple_cycles(graph))
    assert sorted(sorted(operation.nodes) for operation in done if isinstance(operation, CycleFound)) == expected
    assert sorted(sorted(cycle) for cycle in cycles(successor)) == expected
    assert bool(expected) == (len(machine.memory) > 1)


@pytest.mark.parametrize(
    ("kernel", "expected"),
    [
        ("tier-sets", {0: [1, 4], 1: [2, 5], 2: [], 3: [4, 1], 4: [5, 2], 5: []}),
        ("local-tier-sets", {0: [1], 1: [2], 2: [], 3: [4], 4: [5], 5: []}),
    ],
)
def test_the_tier_sets_of_the_discussion(kernel: str, expected: dict[int, list[int]]) -> None:
    row = version(kernel)
    machine = machine_of(SEED, cpus="0,3", rules=row.rules, adistance=CLASSES)
    memory, _ = built(machine, kernel)
    result = row.result(machine, memory)
    assert result["node_demotion"] == {str(node): targets for node, targets in expected.items()}
    assert result["preferred"] == {str(node): (targets or [-1])[0] for node, targets in expected.items()}
    assert result["costs"]["0"][0] == {"target": 1, "distance": 15, "local": True}
    assert all(move["local"] == (move["target"] > 2) for move in result["costs"]["3"])


@given(machines())
def test_targets_are_always_in_a_slower_class(machine: Machine) -> None:
    for kernel in ("tier-sets", "local-tier-sets"):
        row = version(kernel)
        memory, _ = built(machine, kernel)
        for node, targets in row.result(machine, memory)["node_demotion"].items():
            assert all(machine.adistance[target] // 128 > machine.adistance[int(node)] // 128 for target in targets)
