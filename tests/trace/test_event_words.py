"""Test the words for events, and count_event(), which computes the state of an event's node after the event."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.machines import machines
from viz.kernel.hotplug import EVENTS, count_event, obstacle
from viz.kernel.machine import Machine
from viz.kernel.memory import Memory, drive
from viz.kernel.releases import version
from viz.topology import Topology
from viz.trace.chapters import events
from viz.trace.event_words import chips, event_effects, online_states

event_pairs = st.lists(st.tuples(st.sampled_from(list(EVENTS)), st.integers(0, 7)), max_size=20)


@given(machines(), event_pairs, st.sampled_from(["posted", "v5.15", "v6.1"]))
def test_counting_predicts_what_is_online_after_an_event(
    machine: Machine, requested: list[tuple[str, int]], kernel: str
) -> None:
    ids, memory = list(machine.possible), Memory()
    for event, index in requested:
        node = ids[index % len(ids)]
        counted = [online_states(machine, n) for n in ids]
        if not obstacle(machine, event, node):
            count_event(machine, event, node)
            counted = [online_states(machine, n) for n in ids]
            undo_count(machine, event, node)
        for chapter in events(machine, version(kernel), [(event, node)]):
            drive(chapter.routine, memory)
        assert [online_states(machine, n) for n in ids] == counted


def undo_count(machine: Machine, event: str, node: int) -> None:
    """Undo what count_event() did to the counts of a node."""
    match event:
        case "mem_add":
            machine.online.discard(node)
        case "node_remove":
            machine.online.add(node)
        case "mem_online" | "mem_offline":
            machine.blocks[node] += 1 if event == "mem_offline" else -1
        case "cpu_offline":
            machine.cpu_count[node] += 1
        case "cpu_online":
            machine.cpu_count[node] -= 1


def two_nodes(count: int = 1, cpus: int = 2) -> Machine:
    """Return a machine with node 7, online with `count` memory blocks and `cpus` CPUs, and node 8, offline."""
    nodes = [
        {"id": 7, "cpus": cpus, "memory": 2**30, "blocks": count},
        {"id": 8, "cpus": 0, "memory": 2**30, "blocks": 0, "online": False},
    ]
    document = {"title": "Two nodes", "nodes": nodes, "distances": [[10, 20], [20, 10]]}
    return Topology.from_document(document).machine(version("posted").rules)


@pytest.mark.parametrize(
    ("count", "requested", "words"),
    [
        (1, "mem_offline 7", ["node 7 loses its memory"]),
        (3, "mem_offline 7", ["node 7 loses a block"]),
        (3, "mem_offline 7*2", ["node 7 loses 2 blocks"]),
        (3, "mem_offline 7*3", ["node 7 loses its memory, 3 blocks"]),
        (0, "mem_online 7", ["node 7 gets its memory"]),
        (0, "mem_online 7*20", ["node 7 gets its memory, 20 blocks"]),
        (1, "mem_online 7 mem_online_fail 7", ["node 7 gets one more block", "node 7 fails to get a block"]),
        (0, "mem_online_fail 7*2", ["node 7 fails to get its memory"]),
        (1, "mem_offline_fail 7 mem_offline 7", ["node 7 fails to lose its memory", "node 7 loses its memory"]),
        (2, "mem_offline_fail 7", ["node 7 fails to lose a block"]),
        (1, "cpu_offline 7 cpu_online 7", ["node 7 loses a CPU", "node 7 gets a CPU"]),
        (1, "cpu_offline 7*2 cpu_online 7", ["node 7 loses all its 2 CPUs", "node 7 gets its first CPU"]),
        (1, "mem_online 7*3", ["node 7 gets 3 more blocks"]),
        (
            0,
            "cpu_offline 7 cpu_offline 8 cpu_offline 7",
            ["node 7 loses a CPU", "node 8: cpu_offline has no effect", "node 7 loses its last CPU"],
        ),
        (1, "cpu_offline 7*2 cpu_online 7*2", ["node 7 loses all its 2 CPUs", "node 7 gets 2 CPUs"]),
        (1, "cpu_offline 7*3", ["node 7 loses all its 2 CPUs", "node 7: cpu_offline has no effect"]),
        (1, "mem_add 8 mem_online 8", ["node 8 is added, empty", "node 8 gets its memory"]),
        (1, "cpu_online 8", ["node 8 is online and gets its first CPU"]),
        (1, "mem_online 8 node_remove 8", ["node 8: mem_online has no effect", "node 8: node_remove has no effect"]),
        (0, "cpu_offline 7*2 node_remove 7", ["node 7 loses all its 2 CPUs", "node 7 is removed"]),
    ],
)
def test_the_words_of_chips(count: int, requested: str, words: list[str]) -> None:
    """In `requested`, "mem_offline 7*2" means the event twice. One chip stands for all equal successive events."""
    parts = requested.split()
    event_pairs = []
    for event, node in zip(parts[::2], parts[1::2], strict=True):
        node, _, times = node.partition("*")
        event_pairs += [(event, int(node))] * int(times or 1)
    made = chips(list(event_effects(two_nodes(count), event_pairs)))
    assert [chip.words for chip in made] == words
    assert sum(chip.times for chip in made) == len(event_pairs)
    assert [bool(chip.why) for chip in made] == ["no effect" in expected for expected in words]
