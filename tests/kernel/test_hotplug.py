"""The events: in which order things happen, which versions react, and what cannot happen."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.goldens import FOLDER, Row, hotplug_document, rows
from tests.machines import Log, machine_of
from viz.kernel.build import events, first_build
from viz.kernel.event_looks import Holding, NoCallback, NothingHappens, Notified
from viz.kernel.hotplug import EVENTS, happen
from viz.kernel.looks import OrderBegins
from viz.kernel.machine import Machine
from viz.kernel.memory import Memory, drive
from viz.kernel.migrate import node_demotion, set_migration_target_nodes
from viz.kernel.versions import VERSIONS, version
from viz.topology import Topology
from viz.trace.events import Rebuilds, log_of, rebuilds

LINE = "10 20 30  20 10 20  30 20 10"


def machine(blocks: int = 1, cpus: int = 1, online: str = "0-2") -> Machine:
    """Three nodes in a line; node 0 has a CPU and one block, node 1 what is asked for, node 2 one block."""
    made = machine_of(LINE, cpus="0-1" if cpus else "0", memory="0-2" if blocks else "0,2", online=online)
    made.blocks[1], made.cpu_count[1] = blocks, cpus
    return made


def phases(made: Machine, kernel: str, event: str) -> list[str]:
    """What the event does to node 1, in order: a rebuild, a disable and a build of zonelists in one word each."""
    log, memory = Log(), Memory()
    drive(set_migration_target_nodes(made), memory)
    drive(happen(made, version(kernel), event, 1), memory, log.watch)
    told: list[str] = []
    for operation in log.operations[1:-1]:
        name = operation.action if isinstance(operation, Notified) else WORDS.get(type(operation).__name__)
        if name:
            told.append(name)
    return told


WORDS = {
    "OrderBegins": "order",
    "Disabled": "disable",
    "PagesLeave": "pages",
    "BlocksChanged": "blocks",
    "CpusChanged": "cpus",
    "StateChanged": "state",
    "ZonelistsBegin": "lists",
    "OwnZonelistBegins": "list",
    "NoCallback": "-",
}


@pytest.mark.parametrize(
    ("kernel", "blocks", "event", "expected"),
    [
        ("v5.15", 1, "mem_offline", "MEM_GOING_OFFLINE disable pages blocks lists state MEM_OFFLINE order"),
        ("v6.12", 1, "mem_offline", "MEM_GOING_OFFLINE - pages blocks state lists MEM_OFFLINE"),
        ("posted", 2, "mem_offline", "MEM_GOING_OFFLINE disable pages blocks MEM_OFFLINE order"),
        ("v5.15", 2, "mem_offline", "MEM_GOING_OFFLINE - pages blocks MEM_OFFLINE -"),
        ("v5.15", 0, "mem_online", "MEM_GOING_ONLINE - blocks state lists MEM_ONLINE order"),
        ("v5.15", 1, "mem_online", "MEM_GOING_ONLINE - blocks MEM_ONLINE -"),
        ("posted", 1, "mem_online", "MEM_GOING_ONLINE - blocks MEM_ONLINE order"),
        ("posted", 1, "mem_online_fail", "MEM_GOING_ONLINE - MEM_CANCEL_ONLINE -"),
        ("v5.15", 1, "mem_offline_fail", "MEM_GOING_OFFLINE disable pages MEM_CANCEL_OFFLINE order"),
        ("v6.1", 1, "mem_offline_fail", "MEM_GOING_OFFLINE - pages MEM_CANCEL_OFFLINE -"),
    ],
)
def test_memory_events_in_order(kernel: str, blocks: int, event: str, expected: str) -> None:
    assert phases(machine(blocks, cpus=0), kernel, event) == expected.split()


@pytest.mark.parametrize(
    ("kernel", "cpus", "event", "expected"),
    [
        ("posted", 1, "cpu_offline", "order cpus state"),  # too early
        ("v5.15", 1, "cpu_offline", "cpus state order"),
        ("v5.15", 2, "cpu_offline", "cpus order"),
        ("v5.15", 0, "cpu_online", "cpus state order"),
        ("v5.18", 1, "cpu_online", "cpus -"),
        ("v6.1", 0, "cpu_online", "cpus state -"),
    ],
)
def test_cpu_events_in_order(kernel: str, cpus: int, event: str, expected: str) -> None:
    assert phases(machine(cpus=cpus), kernel, event) == expected.split()


def test_the_socket_that_lost_its_cpus() -> None:
    """The example of commit a6a0251c6fce: 0 -> 1 is expected, and the posted series gives none."""
    for kernel, target in (("posted", -1), ("v5.15", 1)):
        made, memory = machine_of("10 20  20 10", cpus="0-1"), Memory()
        drive(happen(made, version(kernel), "cpu_offline", 1), memory)
        assert (memory[node_demotion[0]], str(made.n_cpu)) == (target, "0")


@pytest.mark.parametrize(
    ("event", "made"),
    [
        ("mem_add", machine()),
        ("mem_online", machine(blocks=0, cpus=0, online="0,2")),
        ("mem_online_fail", machine(blocks=0, cpus=0, online="0,2")),
        ("mem_offline", machine(blocks=0)),
        ("mem_offline_fail", machine(blocks=0)),
        ("cpu_offline", machine(cpus=0)),
        ("node_remove", machine(cpus=0)),
        ("node_remove", machine(blocks=0)),
        ("node_remove", machine(blocks=0, cpus=0, online="0,2")),
    ],
)
def test_what_cannot_happen_changes_nothing(event: str, made: Machine) -> None:
    before, log = repr(made), Log()
    drive(happen(made, version("posted"), event, 1), Memory(), log.watch)
    assert repr(made) == before
    assert any(isinstance(operation, NothingHappens) for operation in log.operations)


@pytest.mark.parametrize("event", EVENTS)
def test_every_event_holds_a_lock_and_lets_it_go(event: str) -> None:
    made = machine(
        blocks=event != "node_remove", cpus=event == "cpu_offline", online="0,2" if "add" in event else "0-2"
    )
    log = Log()
    drive(happen(made, version("posted"), event, 1), Memory(), log.watch)
    locks = [operation.locks for operation in log.operations if isinstance(operation, Holding)]
    assert locks[0] == ("cpu_hotplug_lock" if "cpu" in event else "mem_hotplug_lock")
    assert log.operations[-1].signals()["lock"] == ""


def test_a_lock_of_its_own() -> None:
    log = Log()
    row = replace(version("v6.1"), build_order=set_migration_target_nodes)
    drive(happen(machine(), row, "mem_offline", 1), Memory(), log.watch)
    kinds = [op.locks if isinstance(op, Holding) else type(op).__name__ for op in log.operations]
    assert kinds[kinds.index("OrderBegins") - 1] == "mem_hotplug_lock, memory_tier_lock"
    assert not any(isinstance(op, NoCallback) and "posted" in op.why for op in log.operations)


@pytest.mark.parametrize("row", VERSIONS, ids=lambda row: row.name)
def test_versions_whose_order_is_not_built_play_no_events(row: Any) -> None:
    assert bool(events(machine(), row, [("mem_add", 1)])) == (row.build_order is not None)


@pytest.mark.parametrize("kernel", ["v5.18", "v6.1", "v6.12"])
@pytest.mark.parametrize("row", rows(FOLDER / "hotplug.jsonl"), ids=lambda row: row["name"])
def test_later_triggers_rebuild_when_the_kernels_did(row: Row, kernel: str) -> None:
    """With another order in its place: what is rebuilt when, every node_load and every node state are the same."""
    stand_in = replace(version(kernel), build_order=set_migration_target_nodes)
    topology = Topology.from_document(json.loads(json.dumps(hotplug_document(row))))
    made, memory = topology.machine(stand_in.rules), Memory()
    for chapter in first_build(made, stand_in, row["zonelists"]):
        drive(chapter.routine, memory)
    found = [log_of(chapter, made, memory, node_demotion) for chapter in events(made, stand_in, topology.happenings)]
    expected = [event["log"] for event in row["expect"][kernel][2:]]
    assert [[kept(entry) for entry in log] for log in found] == [[kept(entry) for entry in log] for log in expected]


def kept(entry: Row) -> Row:
    """An entry without the order itself; loads as a list."""
    known: Row = {key: entry[key] for key in ("do", "of", "n_memory", "n_cpu", "online") if key in entry}
    loads = entry.get("node_load", [])
    return {**known, "node_load": list(loads.values() if isinstance(loads, dict) else loads)}


def test_what_rebuilds_cost() -> None:
    """Ten blocks that come online one by one: posted rebuilds for each, v5.15 for the first."""
    counted = {}
    for kernel in ("posted", "v5.15"):
        made, memory = machine(blocks=0, cpus=0), Memory()
        drive(set_migration_target_nodes(made), memory)
        first = {str(node): memory[node_demotion[node]] for node in made.possible}
        chapters = events(made, version(kernel), [("mem_online", 1)] * 10)
        counted[kernel] = rebuilds(first, [log_of(chapter, made, memory, node_demotion) for chapter in chapters])
    assert counted == {"posted": Rebuilds(10, 1), "v5.15": Rebuilds(1, 1)}


def test_one_rebuild_an_event_at_most() -> None:
    for row in rows(FOLDER / "hotplug.jsonl"):
        made = Topology.from_document(json.loads(json.dumps(hotplug_document(row)))).machine(version("posted").rules)
        for event, node in row["events"]:
            log = Log()
            drive(happen(made, version("posted"), event, node), Memory(), log.watch)
            assert sum(isinstance(operation, OrderBegins) for operation in log.operations) <= 1
