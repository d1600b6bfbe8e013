"""Test events: what they do in which order, which versions react to them, and which events cannot happen."""

from __future__ import annotations

import json

import pytest

from tests.goldens import FOLDER, hotplug_document, rows
from tests.machines import Log, machine_of
from viz.kernel.checkpoints import OrderBegins
from viz.kernel.hotplug import EVENTS, apply_event
from viz.kernel.hotplug_checkpoints import Holding, NoCallback, NothingHappens, Notified
from viz.kernel.machine import Machine
from viz.kernel.memory import Barrier, Memory, drive
from viz.kernel.migrate import node_demotion, set_migration_target_nodes
from viz.kernel.nodemask import NUMA_NO_NODE
from viz.kernel.releases import version
from viz.kernel.versions import UNKNOWN, VERSIONS, Version
from viz.topology import Topology
from viz.trace.chapters import events, first_build, first_memory
from viz.trace.events import Rebuilds, rebuilds, run_and_log

LINE = "10 20 30  20 10 20  30 20 10"


def machine(blocks: int = 1, cpus: int = 1, online: str = "0-2") -> Machine:
    """Return a machine of three nodes in a line: 0 has a CPU and memory, 2 has memory.

    The arguments say how many memory blocks and CPUs node 1 has, and which nodes are online.
    """
    made = machine_of(LINE, cpus="0-1" if cpus else "0", memory="0-2" if blocks else "0,2", online=online)
    made.blocks[1], made.cpu_count[1] = blocks, cpus
    return made


def phases(made: Machine, kernel: str, event: str) -> list[str]:
    """Return what an event does to node 1, in order, as words of WORDS and actions of notifications."""
    log, memory = Log(), Memory()
    drive(set_migration_target_nodes(made), memory)
    drive(apply_event(made, version(kernel), event, 1), memory, log.watch)
    words: list[str] = []
    for operation in log.operations[1:-1]:
        name = operation.action if isinstance(operation, Notified) else WORDS.get(type(operation).__name__)
        if name:
            words.append(name)
    return words


WORDS = {
    "OrderBegins": "order",
    "TierChanges": "tiers",
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
        ("v6.12", 1, "mem_offline", "MEM_GOING_OFFLINE - pages blocks state lists MEM_OFFLINE tiers"),
        ("posted", 2, "mem_offline", "MEM_GOING_OFFLINE disable pages blocks MEM_OFFLINE order"),
        ("v5.15", 2, "mem_offline", "MEM_GOING_OFFLINE - pages blocks MEM_OFFLINE -"),
        ("v5.15", 0, "mem_online", "MEM_GOING_ONLINE - blocks state lists MEM_ONLINE order"),
        ("v5.15", 1, "mem_online", "MEM_GOING_ONLINE - blocks MEM_ONLINE -"),
        ("posted", 1, "mem_online", "MEM_GOING_ONLINE - blocks MEM_ONLINE order"),
        ("posted", 1, "mem_online_fail", "MEM_GOING_ONLINE - MEM_CANCEL_ONLINE -"),
        ("v5.15", 1, "mem_offline_fail", "MEM_GOING_OFFLINE disable pages MEM_CANCEL_OFFLINE order"),
        ("v6.1", 1, "mem_offline_fail", "MEM_GOING_OFFLINE - pages MEM_CANCEL_OFFLINE -"),
        ("v6.16", 0, "mem_online", "MEM_GOING_ONLINE - blocks state lists MEM_ONLINE tiers"),
        (
            "v6.17",
            0,
            "mem_online",
            "NODE_ADDING_FIRST_MEMORY - MEM_GOING_ONLINE - blocks state lists NODE_ADDED_FIRST_MEMORY tiers "
            "MEM_ONLINE -",
        ),
        (
            "v7.0",
            1,
            "mem_offline",
            "NODE_REMOVING_LAST_MEMORY - MEM_GOING_OFFLINE - pages blocks state lists NODE_REMOVED_LAST_MEMORY tiers "
            "MEM_OFFLINE -",
        ),
        ("v7.0", 2, "mem_offline", "MEM_GOING_OFFLINE - pages blocks MEM_OFFLINE -"),
        ("v7.0", 1, "mem_online", "MEM_GOING_ONLINE - blocks MEM_ONLINE -"),
    ],
)
def test_memory_events_in_order(kernel: str, blocks: int, event: str, expected: str) -> None:
    assert phases(machine(blocks, cpus=0), kernel, event) == expected.split()


@pytest.mark.parametrize(
    ("kernel", "cpus", "event", "expected"),
    [
        ("posted", 1, "cpu_offline", "order cpus state"),  # this version rebuilds before N_CPU has changed
        ("v5.15", 1, "cpu_offline", "cpus state order"),
        ("v5.15", 2, "cpu_offline", "cpus order"),
        ("v5.15", 0, "cpu_online", "cpus state order"),
        ("v5.18", 1, "cpu_online", "cpus -"),
        ("v6.1", 0, "cpu_online", "cpus state -"),
    ],
)
def test_cpu_events_in_order(kernel: str, cpus: int, event: str, expected: str) -> None:
    assert phases(machine(cpus=cpus), kernel, event) == expected.split()


def test_the_posted_disable_before_memory_leaves_is_that_of_03_10() -> None:
    """Patch 02/10 has no hotplug callbacks, so the version "posted" has those of patch 03/10.

    Their disable waits for a grace period; the rebuild of patch 02/10 has a barrier.
    """
    log = Log()
    drive(apply_event(machine(cpus=0), version("posted"), "mem_offline", 1), Memory(), log.watch)
    barriers = [operation.name for operation in log.operations if isinstance(operation, Barrier)]
    assert barriers == ["synchronize_rcu()", "smp_wmb()"]
    assert log.names()[log.names().index("Barrier") + 1] == "Disabled"


@pytest.mark.parametrize("kernel", ["posted", "v5.15", "v5.18", "rfc2022", "v6.12", "v7.0"])
@pytest.mark.parametrize("event", EVENTS)
def test_no_event_waits_for_a_lock_that_it_holds(event: str, kernel: str) -> None:
    """No callback takes a lock that the event holds, and at the end all locks are free."""
    made = machine(online="0,2" if "add" in event else "0-2")
    drive(apply_event(made, version(kernel), event, 1), first_memory(made, version(kernel)))
    assert made.locks == []


def test_v5_15_rebuilds_after_n_cpu_has_changed() -> None:
    """In the example of commit a6a0251c6fce the order 0 -> 1 is right, but the posted series finds no target."""
    for kernel, target in (("posted", -1), ("v5.15", 1)):
        made, memory = machine_of("10 20  20 10", cpus="0-1"), Memory()
        drive(apply_event(made, version(kernel), "cpu_offline", 1), memory)
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
def test_an_event_that_cannot_happen_changes_nothing(event: str, made: Machine) -> None:
    before, log = repr(made), Log()
    drive(apply_event(made, version("posted"), event, 1), Memory(), log.watch)
    assert repr(made) == before
    assert any(isinstance(operation, NothingHappens) for operation in log.operations)


@pytest.mark.parametrize("event", EVENTS)
def test_every_event_takes_a_lock_and_releases_it(event: str) -> None:
    made = machine(
        blocks=event != "node_remove", cpus=event == "cpu_offline", online="0,2" if "add" in event else "0-2"
    )
    log = Log()
    drive(apply_event(made, version("posted"), event, 1), Memory(), log.watch)
    locks = [operation.locks for operation in log.operations if isinstance(operation, Holding)]
    assert locks[0] == ("cpu_hotplug_lock" if "cpu" in event else "mem_hotplug_lock")
    assert log.operations[-1].signals()["lock"] == ""


def test_memory_tiers_have_a_lock_of_their_own() -> None:
    log = Log()
    drive(apply_event(machine(), version("v6.1"), "mem_offline", 1), Memory(), log.watch)
    kinds = [op.locks if isinstance(op, Holding) else type(op).__name__ for op in log.operations]
    assert kinds[kinds.index("TierChanges") - 1] == "mem_hotplug_lock, memory_tier_lock"
    assert not any(isinstance(op, NoCallback) and "posted" in op.why for op in log.operations)


@pytest.mark.parametrize("row", VERSIONS, ids=lambda row: row.name)
def test_versions_that_no_kernel_runs_play_no_events(row: Version) -> None:
    assert bool(events(machine(), row, [("mem_add", 1)])) == (row.triggers != UNKNOWN)


def test_a_node_that_loses_its_memory_leaves_its_tier_but_what_it_preferred_stays() -> None:
    made, row = machine(cpus=0), version("v6.1")
    made.adistance.update({1: 2880, 2: 5760})
    memory = first_memory(made, row)
    for chapter in [*first_build(made, row), *events(made, row, [("mem_offline", 1)])]:
        drive(chapter.routine, memory)
    assert [memory[array[1]] for array in row.arrays] == ["2", "", NUMA_NO_NODE]
    assert [memory[array[0]] for array in row.arrays] == ["2", "2", 4]


def test_how_many_rebuilds_there_are_and_how_many_change_the_order() -> None:
    """Ten memory blocks come online one by one. The posted patch rebuilds for each block, v5.15 only for the first."""
    counted = {}
    for kernel in ("posted", "v5.15"):
        made, memory = machine(blocks=0, cpus=0), Memory()
        drive(set_migration_target_nodes(made), memory)
        row = version(kernel)
        first = row.result(made, memory)
        chapters = events(made, row, [("mem_online", 1)] * 10)
        counted[kernel] = rebuilds(first, [run_and_log(chapter, made, memory, row) for chapter in chapters])
    assert counted == {"posted": Rebuilds(10, 1), "v5.15": Rebuilds(1, 1)}


def test_an_event_has_one_rebuild_at_most() -> None:
    for row in rows(FOLDER / "hotplug.jsonl"):
        made = Topology.from_document(json.loads(json.dumps(hotplug_document(row)))).machine(version("posted").rules)
        for event, node in row["events"]:
            log = Log()
            drive(apply_event(made, version("posted"), event, node), Memory(), log.watch)
            assert sum(isinstance(operation, OrderBegins) for operation in log.operations) <= 1
