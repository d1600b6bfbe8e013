"""Test the claims about readers on all small changes, and the claims about the order on generated machines.

A claim that is true must hold in every case. A claim that is not true must fail in at least one case.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, pairwise, permutations, product
from types import ModuleType

import networkx as nx
import pytest
from hypothesis import given

from tests.machines import Log, machines
from tests.readers.test_model import linked, targets_in
from viz.kernel import migrate, migrate_v5_15, migrate_v5_17
from viz.kernel.checkpoints import TurnEnds
from viz.kernel.machine import Machine
from viz.kernel.memory import Load, Memory, Operation, Value, drive, nodes_in
from viz.kernel.migrate import node_demotion
from viz.kernel.nodemask import NUMA_NO_NODE, NodeMask
from viz.kernel.page_alloc import build_zonelists, find_next_best_node
from viz.kernel.versions import PROTOCOLS, Protocol
from viz.readers.model import Change, Knowledge, Order, Store, View, Walk, edges
from viz.readers.outcomes import Outcomes
from viz.readers.patch_claims import CLAIMS, ONCE, ONE_VALUE, READER_CLAIMS, TOGETHER, claims, reader_claims
from viz.readers.walks import Lister
from viz.trace.source_listing import whole_listing

ORDERS = [linked(list(nodes), cuts) for nodes in permutations(range(3)) for cuts in (set[int](), {0}, {1})]
CHANGES = [Change(old, new) for old, new in product(ORDERS, ORDERS) if old != new]


def snapshots(change: Change, protocol: Protocol) -> list[Order]:
    """Return a list of every content that the array node_demotion can have during the change."""
    orders: list[Order] = []
    before = dict(change.old)
    for group in change.stores(protocol):
        for visible in product([False, True], repeat=len(group)):
            seen = dict(zip(group, visible, strict=True))
            if any(seen[late] and not seen[early] for early, late in pairwise_of_entry(group)):
                continue
            stored = {node: value for (node, value), is_visible in zip(group, visible, strict=True) if is_visible}
            orders.append(before | stored)
        before |= dict(group)
    return orders


def pairwise_of_entry(group: list[Store]) -> list[tuple[Store, Store]]:
    """Return the pairs of stores to the same entry; the earlier store of a pair comes first."""
    return [(early, late) for early, late in combinations(group, 2) if early[0] == late[0]]


def mixes(change: Change, order: Order) -> bool:
    """Return whether an order has both an edge that only the old order has and an edge that only the new order has."""
    return {"old", "new"} <= {kind for pair in targets_in(order).items() for kind in edges(change, pair)}


def has_cycle(order: Order) -> bool:
    return any(len(walk_of(order, start)) > len(order) for start in order)


def walk_of(order: Order, start: int) -> list[int]:
    walk = [start]
    while walk[-1] != -1 and len(walk) <= len(order) + 1:
        walk.append(targets_in(order)[walk[-1]])
    return walk[:-1] if walk[-1] == -1 else walk


def most_visits(change: Change, protocol: Protocol) -> int:
    """Return how often a reader that does not stop at cycles can visit the same node; 3 means three times or more."""
    view, visits = View(change, protocol), 0
    waiting: list[tuple[Walk, Knowledge]] = [((start,), view.initial_knowledge) for start in change.old]
    while waiting:
        walk, knowledge = waiting.pop()
        visits = max(visits, max(map(walk.count, walk)))
        if visits == 3:
            return visits
        loads = view.loads(walk[-1], knowledge).items()
        waiting += [((*walk, value), following) for value, following in loads if value != -1]
    return visits


def is_true(protocol: Protocol, protocols: frozenset[Protocol] | None) -> bool:
    return protocols is not None and protocol in protocols


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_true_claim_always_holds_and_any_other_fails_somewhere(protocol: Protocol) -> None:
    together, once, _ = READER_CLAIMS
    mixed_snapshots = [change for change in CHANGES if any(mixes(change, s) for s in snapshots(change, protocol))]
    cyclic_snapshots = [change for change in CHANGES if any(map(has_cycle, snapshots(change, protocol)))]
    assert is_true(protocol, together.snapshot) == (not mixed_snapshots)
    assert is_true(protocol, once.snapshot) == (not cyclic_snapshots)
    mixed_walks = [
        walk
        for change in CHANGES
        for start in change.old
        for walk in Lister(Outcomes(View(change, protocol))).walks(start).first
        if {"old", "new"} <= set(edges(change, walk))
    ]
    assert is_true(protocol, together.walk) == (not mixed_walks)
    assert is_true(protocol, once.walk) == all(most_visits(change, protocol) <= 2 for change in CHANGES)


# The rest of this module tests claims about the demotion order.


@pytest.mark.parametrize("module", [migrate, migrate_v5_15, migrate_v5_17], ids=lambda module: module.__name__)
@given(machines())
def test_claims_about_the_order_have_the_right_verdict(module: ModuleType, machine: Machine) -> None:
    """Each assertion is a claim that a comment of the patch makes, or shows that such a claim is not true."""
    log, memory = Log(), Memory()
    drive(module.set_migration_target_nodes(machine), memory, log.watch)
    targets = {cell.node: nodes_in(value) for cell, value in memory.items()}
    chosen = [target for of_node in targets.values() for target in of_node]
    turn_ends = [operation for operation in log.operations if isinstance(operation, TurnEnds)]
    graph = nx.DiGraph((node, target) for node, of_node in targets.items() for target in of_node)
    assert nx.is_directed_acyclic_graph(graph)  # no cycle can form
    assert len(chosen) == len(set(chosen))  # the claim that several sources can share a target is not true
    assert log.passes[0] == list(machine.n_cpu)  # the first pass has the nodes with CPUs
    for this_pass, following in pairwise([*log.passes, []]):
        chosen_in_pass = sorted(target for node in this_pass for target in targets.get(node, []))
        assert following == chosen_in_pass  # the targets of a pass are the sources of the next one
    ends = {turn_end.node for turn_end in turn_ends if not targets.get(turn_end.node)}
    reached = {*machine.n_cpu, *chosen}
    assert ends == {node for node in reached if not targets.get(node)}  # a chain ends at a source without a target
    if module is not migrate_v5_17:
        assert set(loads_of(module, machine)) <= {NUMA_NO_NODE}  # no node has a target after the disable


def loads_of(module: ModuleType, machine: Machine) -> list[Value]:
    """Return the values that a build reads from node_demotion if each node is its own target before the build."""
    memory = Memory({node_demotion[node]: node for node in machine.online})
    values: list[Value] = []

    def watch(operation: Operation, _: object) -> None:
        if isinstance(operation, Load) and operation.cell.node in machine.online:
            values.append(memory[operation.cell])

    drive(module.set_migration_target_nodes(machine), memory, watch)
    return values


@given(machines())
def test_targets_are_ranked_as_fallback_lists_are(machine: Machine) -> None:
    """A node's fallback list is the order in which find_next_best_node() chooses if at first only that node is used."""
    for node in machine.memory:
        drive(build_zonelists(replace(machine, node_load=dict(machine.node_load)), node), Memory())
        ranking, used = [], NodeMask([node])
        while (best := drive(find_next_best_node(machine, node, used), Memory())) != NUMA_NO_NODE:
            ranking.append(best)
        assert [n for n in machine.zonelists[node] if n != node] == ranking


def test_every_claim_stands_beside_a_statement_in_each_of_its_files() -> None:
    """Claims about the barrier are shown at the caller of the disable for patch 02/10, at the disable from 03/10 on."""
    placed = [(f.file, f.name, claim.text) for f in whole_listing() for _, beside in claims(f) for claim in beside]
    expected = [
        (file, claim.function, claim.text) for claim in CLAIMS for file in claim.files if has(file, claim.function)
    ]
    assert set(expected) <= set(placed)
    functions = {(file, name) for file, name, text in placed if text == TOGETHER.text}
    assert functions == {
        ("migrate.py", "__set_migration_target_nodes"),
        ("migrate_v5_15.py", "disable_all_migrate_targets"),
    }


def has(file: str, name: str) -> bool:
    """Return whether the file itself defines the function."""
    return any((function.file, function.name) == (file, name) for function in whole_listing())


def test_the_verdict_on_a_claim_about_readers() -> None:
    in_file = [function for function in whole_listing() if function.file == "migrate.py"]
    by_text = {claim.text: claim for function in in_file for _, beside in claims(function) for claim in beside}
    assert by_text[TOGETHER.text].verdict == "holds in part"
    assert by_text[TOGETHER.text].because.endswith("but not for a walk, with one read a hop.")
    assert by_text[ONCE.text].verdict == "holds"
    assert by_text[ONE_VALUE.text].because == "It holds for one read."


def test_the_claims_about_readers_under_the_barrier_protocol() -> None:
    assert [tuple(row.values())[1:] for row in reader_claims("barrier")] == [
        (True, True, False),
        (True, True, True),
        (True, None, None),
    ]
