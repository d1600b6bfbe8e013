"""Test several targets for each node: refused nodes, the limit, the random choice, and the patches of April 2022."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from tests.machines import Log, machine_of, machines
from viz.kernel import migrate_rfc2022
from viz.kernel.machine import Machine
from viz.kernel.memory import Memory, drive, nodes_in
from viz.kernel.migrate_v5_17 import (
    DEMOTION_TARGET_NODES,
    next_demotion_node,
    node_demotion,
    set_migration_target_nodes,
)
from viz.kernel.nodemask import NUMA_NO_NODE
from viz.kernel.releases import version
from viz.kernel.target_checkpoints import Lost, Refused

OPTANE = "10 21 17 28  21 10 28 17  17 28 10 28  28 17 28 10"


def order(machine: Machine, shared: bool = False, log: Log | None = None) -> list[list[int]]:
    build = migrate_rfc2022.set_migration_target_nodes if shared else set_migration_target_nodes
    memory = Memory()
    drive(build(machine), memory, log.watch if log else None)
    return [nodes_in(memory[node_demotion[node]]) for node in machine.possible]


def test_another_source_can_take_a_refused_node() -> None:
    """Node 0 finds node 3 as a second target and refuses it because it is farther away; then node 1 takes node 3."""
    log = Log()
    assert order(machine_of(OPTANE, cpus="0-1"), log=log) == [[2], [3], [], []]
    refused = [operation for operation in log.operations if isinstance(operation, Refused)]
    assert refused == [Refused(0, 3, 17, True)]


def test_until_v5_17_7_a_refused_node_is_lost() -> None:
    """On the machine OPTANE, as reported in January 2022, node 3 is no target, and node 1 has no target."""
    log = Log()
    assert order(machine_of(OPTANE, cpus="0-1", rules=version("5.17.7").rules), log=log) == [[2], [], [], []]
    assert [operation for operation in log.operations if isinstance(operation, Refused)] == [Lost(0, 3, 17, True)]


@pytest.mark.parametrize(
    ("distances", "cpus", "alone", "shared"),
    [
        ("10 20 20  20 10 20  20 20 10", "0", [[1, 2], [], []], [[1, 2], [], []]),
        ("10 20 40  20 10 40  40 40 10", "0-1", [[2], [], []], [[2], [2], []]),
        ("10 40 20  40 10 80  20 80 10", "0,2", [[1], [], []], [[1], [], [1]]),
    ],
)
def test_the_order_of_small_machines(
    distances: str, cpus: str, alone: list[list[int]], shared: list[list[int]]
) -> None:
    assert order(machine_of(distances, cpus)) == alone
    assert order(machine_of(distances, cpus), shared=True) == shared


def test_the_sixteenth_target_is_refused_with_a_warning() -> None:
    size = DEMOTION_TARGET_NODES + 3
    log = Log()
    targets = order(machine_of("20 " * size * size, cpus="0"), log=log)
    assert targets[0] == list(range(1, DEMOTION_TARGET_NODES + 1))
    assert targets[1] == [size - 2, size - 1]
    assert [operation.farther for operation in log.operations if isinstance(operation, Refused)] == [False]


def test_a_reader_draws_one_of_the_targets() -> None:
    memory = Memory({node_demotion[0]: "2,5,1", node_demotion[1]: ""})
    drawn = [drive(next_demotion_node(0, lambda below, i=i: i % below), memory) for i in range(4)]  # type: ignore[misc]
    assert drawn == [2, 5, 1, 2]
    assert drive(next_demotion_node(1, lambda below: 0), memory) == NUMA_NO_NODE


@given(machines())
def test_no_target_is_shared_and_every_node_without_cpus_is_a_target(machine: Machine) -> None:
    """These rules hold from v5.17.8 on; until v5.17.7 a refused node could be lost."""
    machine = replace(machine, rules=version("v5.17").rules)
    targets = [target for found in order(machine) for target in found]
    assert len(targets) == len(set(targets))
    if machine.n_cpu:
        assert set(targets) == set(machine.memory - machine.n_cpu)


@given(machines())
def test_targets_of_one_pass_never_demote_to_each_other(machine: Machine) -> None:
    log = Log()
    found = dict(zip(machine.possible, order(machine, shared=True, log=log), strict=True))
    for number, this_pass in enumerate(log.passes):
        earlier = {node for past in log.passes[: number + 1] for node in past}
        assert not any(earlier & set(found.get(source, ())) for source in this_pass)
