"""Test memory tiers: which nodes are preferred, to which other nodes pages may go, and which memory counts as fast."""

from __future__ import annotations

import networkx as nx
from hypothesis import given

from tests.machines import machine_of, machines
from viz.kernel.machine import Machine
from viz.kernel.memory import Memory, drive, nodes_in
from viz.kernel.memory_tiers import (
    establish_demotion_targets,
    lower_tier_mask,
    memory_tiers,
    next_demotion_node,
    node_is_toptier,
    preferred,
)
from viz.kernel.nodemask import NUMA_NO_NODE, NodeMask
from viz.kernel.page_alloc import find_next_best_node
from viz.kernel.releases import version
from viz.trace.chapters import first_build, first_memory

RFC = "10 20 30  20 10 30  30 30 10"
NEAR = "10 20 21 20  20 10 20 21  21 20 10 21  20 21 21 10"


def built(machine: Machine) -> Memory:
    row = version("v6.1")
    memory = first_memory(machine, row)
    for chapter in first_build(machine, row):
        drive(chapter.routine, memory)
    return memory


def test_the_tier_of_a_node_decides_whether_pages_go_there() -> None:
    """All cases have the same distances; node 2 is a target only if its memory is slower than that of nodes 0 and 1."""
    for adistance, expected in ((2880, [[2], [2], []]), (576, [[], [], []])):
        machine = machine_of(RFC, cpus="0-1", adistance=[576, 576, adistance])
        memory = built(machine)
        assert [nodes_in(memory[preferred[node]]) for node in range(3)] == expected


def test_memory_faster_than_dram_is_demoted_to_dram() -> None:
    machine = machine_of("10 21 30  21 10 40  30 40 10", cpus="0", adistance=[576, 300, 2880])
    memory = built(machine)
    assert [memory[preferred[node]] for node in range(3)] == ["2", "0", ""]
    assert [memory[lower_tier_mask[node]] for node in range(3)] == ["2", "0,2", ""]
    assert [node_is_toptier(machine, node) for node in range(3)] == [True, True, False]


def test_an_equally_near_node_is_missed_behind_one_that_is_farther() -> None:
    machine = machine_of(NEAR, cpus="2", rules=version("v6.1").rules, adistance=[2880, 2880, 576, 2880])
    assert built(machine)[preferred[2]] == "3"
    assert machine.distance[2][0] == machine.distance[2][3] == 21


def test_without_cpus_the_top_tier_stays_what_it_was() -> None:
    machine = machine_of("10", cpus="")
    built(machine)
    assert not node_is_toptier(machine, 0)
    machine.n_cpu.add(0)
    drive(establish_demotion_targets(machine), Memory())
    machine.n_cpu.discard(0)
    drive(establish_demotion_targets(machine), Memory())
    assert node_is_toptier(machine, 0)


def test_a_reader_draws_one_of_the_preferred() -> None:
    memory = Memory({preferred[0]: "1-2"})
    assert [drive(next_demotion_node(0, lambda below, i=i: i), memory) for i in range(2)] == [1, 2]  # type: ignore[misc]
    assert drive(next_demotion_node(1, lambda below: 0), memory) == NUMA_NO_NODE


@given(machines())
def test_one_ranking_equals_the_loop_of_the_kernel(machine: Machine) -> None:
    """The kernel calls find_next_best_node() until a result is farther away than the first; viz.kernel sorts once."""
    memory = built(machine)
    tiers = memory_tiers(machine)
    for index, tier in enumerate(tiers):
        slower = tiers[index + 1].nodes if tier is not tiers[-1] else NodeMask()
        for node in tier.nodes:
            found: list[int] = []
            used = machine.memory - slower
            while (best := drive(find_next_best_node(machine, node, used), Memory())) != NUMA_NO_NODE:
                if found and machine.distance[node][best] != machine.distance[node][found[0]]:
                    break
                found.append(best)
            assert nodes_in(memory[preferred[node]]) == sorted(found)


@given(machines())
def test_no_cycle_and_preferred_is_part_of_the_fallback(machine: Machine) -> None:
    memory = built(machine)
    graph = nx.DiGraph((node, n) for node in machine.possible for n in nodes_in(memory[lower_tier_mask[node]]))
    assert nx.is_directed_acyclic_graph(graph)
    for node in machine.possible:
        assert set(nodes_in(memory[preferred[node]])) <= set(nodes_in(memory[lower_tier_mask[node]]))
