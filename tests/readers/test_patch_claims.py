"""The statements on readers, checked on all small changes: who says "holds" is never wrong, who says "fails" can be."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise, permutations, product
from types import ModuleType

import networkx as nx
import pytest
from hypothesis import given

from tests.machines import Log, machines
from tests.readers.test_model import linked
from viz.kernel import migrate, migrate_v5_15, migrate_v5_17
from viz.kernel.checkpoints import TurnEnds
from viz.kernel.machine import Machine
from viz.kernel.memory import Load, Memory, Operation, Value, drive, nodes_in
from viz.kernel.migrate import node_demotion
from viz.kernel.nodemask import NUMA_NO_NODE, NodeMask
from viz.kernel.page_alloc import build_zonelists, find_next_best_node
from viz.kernel.versions import PROTOCOLS, Protocol
from viz.readers.model import Change, Knowledge, Order, View, Walk, edges
from viz.readers.outcomes import Outcomes
from viz.readers.patch_claims import CLAIMS, ONCE, ONE_VALUE, READER_CLAIMS, TOGETHER, claims, reader_claims
from viz.readers.walks import Lister
from viz.trace.source_listing import LISTING

ORDERS = [linked(list(nodes), cuts) for nodes in permutations(range(3)) for cuts in (set[int](), {0}, {1})]
CHANGES = [Change(old, new) for old, new in product(ORDERS, ORDERS) if old != new]


def snapshots(change: Change, protocol: Protocol) -> list[Order]:
    """All that the whole array can hold at one moment."""
    found: list[Order] = []
    before = dict(change.old)
    for group in change.stores(protocol):
        for visible in product([False, True], repeat=len(group)):
            found.append(before | {node: value for (node, value), seen in zip(group, visible, strict=True) if seen})
        before |= dict(group)
    return found


def mixes(change: Change, order: Order) -> bool:
    """Whether an order has an edge that only the old one has, and one that only the new one has."""
    return {"old", "new"} <= {kind for pair in order.items() for kind in edges(change, pair)}


def goes_round(order: Order) -> bool:
    """Whether following it from some node never ends."""
    return any(len(walk_of(order, start)) > len(order) for start in order)


def walk_of(order: Order, start: int) -> list[int]:
    walk = [start]
    while walk[-1] != -1 and len(walk) <= len(order) + 1:
        walk.append(order[walk[-1]])
    return walk[:-1] if walk[-1] == -1 else walk


def most_visits(change: Change, protocol: Protocol) -> int:
    """How often a walker who does not mind cycles can come by one node, up to three times."""
    view, most = View(change, protocol), 0
    waiting: list[tuple[Walk, Knowledge]] = [((start,), view.start) for start in change.old]
    while waiting:
        walk, known = waiting.pop()
        most = max(most, max(map(walk.count, walk)))
        if most == 3:
            return most
        waiting += [((*walk, value), then) for value, then in view.hop(walk[-1], known).items() if value != -1]
    return most


def holds(protocol: Protocol, where: frozenset[Protocol] | None) -> bool:
    return where is not None and protocol in where


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_what_is_kept_is_kept_always_and_what_is_not_fails_somewhere(protocol: Protocol) -> None:
    together, once, _ = READER_CLAIMS
    mixed_snapshots = [change for change in CHANGES if any(mixes(change, s) for s in snapshots(change, protocol))]
    round_snapshots = [change for change in CHANGES if any(map(goes_round, snapshots(change, protocol)))]
    assert holds(protocol, together.snapshot) == (not mixed_snapshots)
    assert holds(protocol, once.snapshot) == (not round_snapshots)
    mixed_walks = [
        walk
        for change in CHANGES
        for start in change.old
        for walk in Lister(Outcomes(View(change, protocol))).walks(start).first
        if {"old", "new"} <= set(edges(change, walk))
    ]
    assert holds(protocol, together.walk) == (not mixed_walks)
    assert holds(protocol, once.walk) == all(most_visits(change, protocol) <= 2 for change in CHANGES)


# Of the order


@pytest.mark.parametrize("module", [migrate, migrate_v5_15, migrate_v5_17], ids=lambda module: module.__name__)
@given(machines())
def test_what_is_claimed_of_the_order_is_so_or_not_as_the_table_says(module: ModuleType, machine: Machine) -> None:
    """On any machine: each line below is a claim of the table."""
    log, memory = Log(), Memory()
    drive(module.set_migration_target_nodes(machine), memory, log.watch)
    targets = {cell.node: nodes_in(value) for cell, value in memory.items()}
    chosen = [target for found in targets.values() for target in found]
    turns = [operation for operation in log.operations if isinstance(operation, TurnEnds)]
    graph = nx.DiGraph((node, target) for node, found in targets.items() for target in found)
    assert nx.is_directed_acyclic_graph(graph)  # no cycle can form
    assert len(chosen) == len(set(chosen))  # not true: several sources can share a target
    assert log.passes[0] == list(machine.n_cpu)  # it begins at the nodes with CPUs
    for this_pass, following in pairwise([*log.passes, []]):
        found = sorted(target for node in this_pass for target in targets.get(node, []))
        assert following == found  # its targets choose in the next; there is another if one was found
    ends = {turn.node for turn in turns if not targets.get(turn.node)}
    reached = {*machine.n_cpu, *chosen}
    assert ends == {
        node for node in reached if not targets.get(node)
    }  # finding nobody is what ends a chain, and only that
    if module is not migrate_v5_17:
        assert set(loads_of(module, machine)) <= {NUMA_NO_NODE}  # none has a target after the disable


def loads_of(module: ModuleType, machine: Machine) -> list[Value]:
    """What every load of a build reads, from an order that stood before."""
    memory = Memory({node_demotion[node]: node for node in machine.online})
    read: list[Value] = []

    def watch(operation: Operation, _: object) -> None:
        if isinstance(operation, Load) and operation.cell.node in machine.online:
            read.append(memory[operation.cell])

    drive(module.set_migration_target_nodes(machine), memory, watch)
    return read


@given(machines())
def test_targets_are_ranked_as_fallback_lists_are(machine: Machine) -> None:
    """The first list of a machine is what the chooser of targets gives, once nobody is used but the source."""
    for node in machine.memory:
        drive(build_zonelists(replace(machine, node_load=dict(machine.node_load)), node), Memory())
        found, used = [], NodeMask([node])
        while (best := drive(find_next_best_node(machine, node, used), Memory())) != NUMA_NO_NODE:
            found.append(best)
        assert [n for n in machine.zonelists[node] if n != node] == found


def test_every_claim_stands_beside_a_statement_of_every_file_that_it_names() -> None:
    """And the barrier's stand where the barrier stands: in the caller in 02/10, in the disable from 03/10 on."""
    placed = [(f.file, f.name, claim.text) for f in LISTING for _, found in claims(f) for claim in found]
    wanted = [
        (file, claim.function, claim.text) for claim in CLAIMS for file in claim.files if has(file, claim.function)
    ]
    assert set(wanted) <= set(placed)
    text = {(file, name) for file, name, text in placed if text == TOGETHER.text}
    assert text == {
        ("migrate.py", "__set_migration_target_nodes"),
        ("migrate_v5_15.py", "disable_all_migrate_targets"),
    }


def has(file: str, name: str) -> bool:
    """Whether that file has the function, and does not take it from another."""
    return any((function.file, function.name) == (file, name) for function in LISTING)


def test_how_a_claim_on_readers_is_judged() -> None:
    found = {claim.text: claim for f in LISTING if f.file == "migrate.py" for _, text in claims(f) for claim in text}
    assert found[TOGETHER.text].verdict == "true in part"
    assert found[TOGETHER.text].because.endswith("but not for a walk, one read a hop.")
    assert found[ONCE.text].verdict == "true"
    assert found[ONE_VALUE.text].because == "So it is for one read."


def test_the_table_of_a_protocol() -> None:
    assert [tuple(row.values())[1:] for row in reader_claims("barrier")] == [
        (True, True, False),
        (True, True, True),
        (True, None, None),
    ]
