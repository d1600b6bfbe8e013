"""Test the passes: known orders of some machines, and rules that hold at every step for any machine."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import networkx as nx
import pytest
from hypothesis import given

from tests.machines import Log, machine_of, machines, run_order
from viz.kernel import migrate, migrate_rfc2022, migrate_v5_15, migrate_v5_17
from viz.kernel.locks import Deadlock, held, mem_hotplug_begin
from viz.kernel.machine import Machine
from viz.kernel.memory import READ_ONCE, Barrier, Memory, Store, drive, nodes_in, rcu_read_lock, rcu_read_unlock
from viz.kernel.migrate import (
    establish_migrate_target,
    next_demotion_node,
    node_demotion,
    set_migration_target_nodes,
)
from viz.kernel.nodemask import NUMA_NO_NODE, NodeMask

SEED = """
    10 15 20 21 25 30
    15 10 17 25 28 32
    20 17 10 30 32 35
    21 25 30 10 15 20
    25 28 32 15 10 17
    30 32 35 20 17 10
"""


def test_the_machine_of_the_patch_comment() -> None:
    """The machine has two sockets with fast, medium and slow memory; the order is 0 -> 1 -> 2 and 3 -> 4 -> 5."""
    machine = machine_of(SEED, cpus="0,3")
    memory = Memory()
    drive(set_migration_target_nodes(machine), memory)
    assert [memory[node_demotion[node]] for node in range(6)] == [1, 2, -1, 4, 5, -1]


@pytest.mark.parametrize(
    ("distances", "cpus", "memory", "expected"),
    [
        ("10", "0", "0", [-1]),
        ("10", "", "0", [-1]),
        ("10 20 20 10", "0", "0-1", [1, -1]),
        ("10 20 20 10", "0-1", "0-1", [-1, -1]),  # a node with CPUs is never a target
        ("10 20 20 10", "0", "0", [-1, -1]),  # a node without memory is never a target
        ("10 20 20 10", "", "0-1", [-1, -1]),  # there is no source
        ("10 20 30 20 10 20 30 20 10", "0-1", "1-2", [2, -1, -1]),  # node 0 has no memory, but node 2 is its target
        ("10 40 20 40 10 80 20 80 10", "0,2", "0-2", [1, -1, -1]),  # the node with the lowest id chooses first
    ],
)
def test_the_order_of_small_machines(distances: str, cpus: str, memory: str, expected: list[int]) -> None:
    machine = machine_of(distances, cpus=cpus, memory=memory)
    shared = run_order(machine)
    assert [shared[node_demotion[node]] for node in machine.possible] == expected


def test_functions_stand_in_the_order_of_the_patch() -> None:
    own = [name for name, value in vars(migrate).items() if getattr(value, "__module__", "") == migrate.__name__]
    assert own == [
        "next_demotion_node",
        "disable_all_migrate_targets",
        "establish_migrate_target",
        "__set_migration_target_nodes",
        "set_migration_target_nodes",
    ]


def test_the_disable_covers_online_nodes() -> None:
    """In patch 02/10 the caller of the disable issues a barrier; in 03/10 the disable waits for a grace period."""
    machine = machine_of(SEED, cpus="0,3", online="0-3")
    for module, barriers in ((migrate, []), (migrate_v5_15, [Barrier("synchronize_rcu()")])):
        log = Log()
        drive(module.disable_all_migrate_targets(machine), Memory(), log.watch)
        stores = [Store(node_demotion[node], NUMA_NO_NODE) for node in range(4)]
        assert log.operations == [*stores, *barriers]
    log = Log()
    run_order(machine, log)
    assert log.names()[:6] == ["OrderBegins", *["Store"] * 4, "Barrier"]
    assert log.operations[5] == Barrier("smp_wmb()")


@given(machines())
def test_v5_15_differs_in_the_barrier_alone(machine: Machine) -> None:
    logs = Log(), Log()
    for module, log in zip((migrate, migrate_v5_15), logs, strict=True):
        drive(module.set_migration_target_nodes(machine), Memory(), log.watch)
    posted, merged = (log.operations for log in logs)
    different = [(a, b) for a, b in zip(posted, merged, strict=True) if a != b]
    assert different == [(Barrier("smp_wmb()"), Barrier("synchronize_rcu()"))]


@pytest.mark.parametrize("module", [migrate, migrate_v5_15, migrate_v5_17, migrate_rfc2022], ids=lambda m: m.__name__)
def test_a_build_holds_the_lock_of_memory_hotplug(module: ModuleType) -> None:
    """A caller that already holds the lock must call the inner function; otherwise it would wait for itself."""
    machine, locks = machine_of(SEED, cpus="0,3"), set[str]()
    routine = module.set_migration_target_nodes(machine)
    drive(routine, Memory(), lambda *_: locks.add(held(machine)))
    assert locks == {"mem_hotplug_lock for reading"}
    assert machine.locks == []
    mem_hotplug_begin(machine)
    with pytest.raises(Deadlock, match="wanted while mem_hotplug_lock is held"):
        drive(module.set_migration_target_nodes(machine), Memory())


def test_a_reader_reads_once() -> None:
    """In patch 02/10 the reader reads outside an RCU section, in v5.15 inside one."""
    memory = Memory({node_demotion[0]: 5})
    for module, expected in (
        (migrate, [READ_ONCE(node_demotion[0])]),
        (migrate_v5_15, [rcu_read_lock(), READ_ONCE(node_demotion[0]), rcu_read_unlock()]),
    ):
        log = Log()
        assert drive(module.next_demotion_node(0), memory, log.watch) == 5
        assert log.operations == expected


def test_a_node_with_a_target_keeps_it() -> None:
    machine, memory = machine_of(SEED, cpus="0,3"), Memory({node_demotion[0]: 5})
    assert drive(establish_migrate_target(machine, 0, NodeMask([0])), memory) == NUMA_NO_NODE
    assert drive(next_demotion_node(0), memory) == 5


@given(machines())
def test_what_holds_at_every_step(machine: Machine) -> None:
    """used_targets only grows, no node is chosen twice, no chain forms a cycle, and no node with CPUs is a target."""
    used, memory = NodeMask(), Memory()

    def watch(operation: Any, routine: Any) -> None:
        nonlocal used
        now = routine.gi_frame.f_locals.get("used_targets", NodeMask())
        assert not used - now
        used = now.copy()
        targets = [target for value in memory.values() for target in nodes_in(value)]
        assert len(targets) == len(set(targets))
        assert not machine.n_cpu & NodeMask(targets)
        assert nx.is_directed_acyclic_graph(graph_of(machine, memory))

    drive(set_migration_target_nodes(machine), memory, watch)


@given(machines())
def test_one_chain_a_cpu_node_reaches_all_memory(machine: Machine) -> None:
    graph = graph_of(machine, run_order(machine))
    if not machine.n_cpu:
        assert not graph.edges
        return
    reached = {node: nx.descendants(graph, node) | {node} for node in machine.n_cpu}
    assert sum(map(len, reached.values())) == len(set().union(*reached.values()))  # no node is in two chains
    assert set().union(*reached.values()) >= set(machine.memory - machine.n_cpu)
    assert all(graph.out_degree(node) <= 1 for node in graph)


@given(machines())
def test_the_passes_are_the_topological_generations(machine: Machine) -> None:
    log = Log()
    graph = graph_of(machine, run_order(machine, log))
    reached = set(machine.n_cpu).union(*(nx.descendants(graph, node) for node in machine.n_cpu))
    generations = [sorted(layer) for layer in nx.topological_generations(graph.subgraph(reached))]
    assert log.passes == (generations or [[]])  # without nodes that have CPUs there is one empty pass


def graph_of(machine: Machine, memory: Memory) -> Any:
    """Return the demotion order as a graph of all possible nodes."""
    graph = nx.DiGraph()
    graph.add_nodes_from(machine.possible)
    graph.add_edges_from((cell.node, target) for cell, target in memory.items() if target != NUMA_NO_NODE)
    return graph
