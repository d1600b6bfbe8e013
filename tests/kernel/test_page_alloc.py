"""Test the choice of the next best node, the zonelists and node_load[]."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from tests.machines import machine_of, machines
from viz.kernel.machine import Machine
from viz.kernel.memory import Memory, drive
from viz.kernel.nodemask import NUMA_NO_NODE, NodeMask
from viz.kernel.page_alloc import build_all_zonelists, build_zonelists, find_next_best_node, take_node_load
from viz.kernel.releases import version
from viz.kernel.versions import VERSIONS, Version
from viz.trace.chapters import machine_at


def chosen(machine: Machine, node: int, used: NodeMask) -> int:
    return drive(find_next_best_node(machine, node, used), Memory())


@pytest.mark.parametrize(
    ("row", "cpus", "loads", "node", "best"),
    [
        ("10 20 15", "0", {}, 0, 2),  # the nearest node wins
        ("10 20 20", "0", {}, 0, 1),  # the lower id wins
        ("10 20 20", "0", {1: 1}, 0, 2),  # the lower load wins
        ("10 20 21", "0", {1: 2**31 - 1}, 0, 1),  # the nearer node wins, however large its load is
        ("10 20 21", "0-1", {}, 0, 1),  # CPUs cost 1, so both are at 21, and the lower id wins
        ("10 20 20", "0-1", {}, 0, 2),  # CPUs cost 1
        ("10 22 21", "0,2", {2: 1}, 0, 1),  # both are at 22, because CPUs cost 1; then the load decides
        ("20 10 20", "1", {}, 1, 2),  # a lower id costs 1, so node 0 is at 21
        ("20 10 21", "1", {}, 1, 0),  # both are at 21, and the lower id wins
    ],
)
def test_what_decides_between_two_nodes(row: str, cpus: str, loads: dict[int, int], node: int, best: int) -> None:
    other = "20 20 20"
    machine = machine_of(" ".join(row if n == node else other for n in range(3)), cpus=cpus)
    machine.node_load.update(loads)
    used = NodeMask([node])
    assert chosen(machine, node, used) == best
    assert used == NodeMask([node, best])


def test_a_node_is_its_own_best_until_it_is_used() -> None:
    machine = machine_of("10 20 20 10", cpus="0", memory="0")
    assert chosen(machine, 1, NodeMask()) == 1
    newest = replace(machine, rules=version("v6.12").rules)
    assert chosen(newest, 1, NodeMask()) == 0  # from v6.7 on, only a node with memory is first in its own list
    assert chosen(machine, 0, NodeMask([0])) == NUMA_NO_NODE


@given(machines())
def test_one_sort_equals_the_loop_of_the_kernel(machine: Machine) -> None:
    """The kernel calls find_next_best_node() until no node remains; viz.kernel sorts once in build_zonelists()."""
    machine.node_load.update({node: 2**31 - 1 for node, load in machine.node_load.items() if load == 2})
    one_by_one: dict[int, list[int]] = {}
    for node in machine.possible:
        used, one_by_one[node] = NodeMask(), []
        while (best := chosen(machine, node, used)) != NUMA_NO_NODE:
            one_by_one[node].append(best)
        drive(build_zonelists(replace(machine, node_load=dict(machine.node_load)), node), Memory())
    assert machine.zonelists == one_by_one


@given(machines())
def test_lists_and_loads_equal_those_of_a_second_implementation(machine: Machine) -> None:
    """The second implementation is the kernel's loop, which adds to a node's load as soon as the node is chosen."""
    rules, load = machine.rules, dict.fromkeys(machine.possible, 0)
    lists: dict[int, list[int]] = {node: [] for node in machine.possible}
    for owner in machine.online if rules.lists_for == "online" else machine.possible:
        row, left, previous = machine.distance[owner], len(machine.online), owner
        if owner in machine.memory or rules.memoryless_lists_itself:
            lists[owner], left = [owner], left - 1
            assert row[owner] == row[previous]
        while free := set(machine.memory) - {owner, *lists[owner]}:
            keys = {n: (row[n] + (n < owner) + (n in machine.cpus)) * 2**20 + load[n] for n in free}
            best = min(sorted(free), key=keys.__getitem__)
            if row[best] != row[previous]:
                load[best] = {"set": left, "add": load[best] + left, "one": load[best] + 1}[rules.charge]
            lists[owner].append(best)
            previous, left = best, left - 1
    drive(build_all_zonelists(machine), Memory())
    assert (machine.zonelists, machine.node_load) == (lists, load)


def test_at_boot_no_cpu_costs_anything() -> None:
    machine = machine_of("10 20 20  20 10 20  20 20 10", cpus="1")
    drive(build_all_zonelists(machine_at(machine, "boot")), Memory())
    assert machine.zonelists[0] == [0, 1, 2]
    drive(build_all_zonelists(machine_at(machine, "runtime")), Memory())
    assert machine.zonelists[0] == [0, 2, 1]


def test_loads_from_the_topology_replace_those_of_a_build() -> None:
    machine = machine_of("10 20 20  20 10 20  20 20 10", cpus="0")
    drive(build_all_zonelists(machine), Memory())
    drive(take_node_load(machine, {2: 7}), Memory())
    assert machine.node_load == {0: 0, 1: 0, 2: 7}


@pytest.mark.parametrize("row", VERSIONS, ids=lambda row: row.name)
def test_the_seed_machine_has_the_published_loads(row: Version) -> None:
    expected = {"set": [3, 2, 1, 4, 5, 4], "add": [18, 16, 11, 17, 16, 12], "one": [5] * 6}
    machine = machine_of(SEED, cpus="0,3", rules=row.rules)
    drive(build_all_zonelists(machine), Memory())
    assert list(machine.node_load.values()) == expected[row.rules.charge]


SEED = """
    10 15 20 21 25 30
    15 10 17 25 28 32
    20 17 10 30 32 35
    21 25 30 10 15 20
    25 28 32 15 10 17
    30 32 35 20 17 10
"""
