"""Test the built-in topologies, and that viz.kernel computes the orders that their notes name."""

from __future__ import annotations

from itertools import groupby

import pytest

from viz.analysis.run import Run
from viz.kernel.memory import Memory, drive
from viz.kernel.migrate import node_demotion
from viz.kernel.releases import version
from viz.topology import Topology, TopologyError, builtin, builtin_names
from viz.trace.chapters import first_build
from viz.trace.events import rebuilds


def test_the_machine_of_the_patch_comes_first() -> None:
    assert builtin_names()[0] == "two-sockets-three-classes"
    assert len(builtin_names()) == len(set(builtin_names())) >= 23


@pytest.mark.parametrize("name", builtin_names())
def test_each_has_a_source_a_note_and_known_distances(name: str) -> None:
    topology = builtin(name)
    assert topology.source
    assert topology.source.split(":")[0].split(",")[0] in ("real", "vm", "emulated", "made", "example")
    assert topology.note
    assert topology.note.endswith(".")
    assert topology.name
    assert topology.case or topology.notes.keys() >= {"tiers"}
    assert topology.distances != "unknown"
    assert all("asym" in name or "emulated" in name for warning in topology.warnings())
    assert [node.id for node in topology.nodes] == sorted(topology.ids)


def test_groups_are_listed_together() -> None:
    groups = [builtin(name).group for name in builtin_names()]
    assert all(groups)
    assert len([group for group, _ in groupby(groups)]) == len(set(groups))
    assert len({builtin(name).name for name in builtin_names()}) == len(groups)


def test_the_numbers_of_the_machine_of_the_patch() -> None:
    topology = builtin("two-sockets-three-classes")
    assert list(topology.distances[0]) == [10, 15, 20, 21, 25, 30]
    assert [node.id for node in topology.nodes if node.cpu_count] == [0, 3]
    assert [node.socket for node in topology.nodes] == ["A", "A", "A", "B", "B", "B"]
    assert [node.tier for node in topology.nodes] == [0, 1, 2, 0, 1, 2]


@pytest.mark.parametrize("name", ["", "nothing", "../pyproject", "two-sockets\x1b[31m", "x" * 10_000])
def test_an_unknown_name_is_refused(name: str) -> None:
    with pytest.raises(TopologyError, match="is no built-in topology") as caught:
        builtin(name)
    assert str(caught.value).isprintable()


def test_a_similar_name_is_suggested() -> None:
    with pytest.raises(TopologyError, match="perhaps optane-two-sockets is meant"):
        builtin("optane-two-socket")


def chains(topology: Topology, kernel: str, zonelists: str) -> str:
    """Build the first order of a topology, and return it as chain_text() writes it."""
    row = version(kernel)
    machine, memory = topology.machine(row.rules), Memory()
    for chapter in first_build(machine, row, zonelists):
        drive(chapter.routine, memory)
    return chain_text({node: int(memory[node_demotion[node]]) for node in topology.ids})


def chain_text(order: dict[int, int]) -> str:
    """Return a demotion order as text, such as "0>1>2 3>4".

    A chain begins at each node that has a target and is no target itself.
    """
    texts = []
    for node in sorted(node for node, target in order.items() if target >= 0 and node not in order.values()):
        chain = [node]
        while order[chain[-1]] >= 0:
            chain.append(order[chain[-1]])
        texts.append(">".join(map(str, chain)))
    return " ".join(texts)


@pytest.mark.parametrize(
    ("name", "kernel", "zonelists", "order"),
    [
        ("two-sockets-three-classes", "posted", "runtime", "0>1>2 3>4>5"),
        ("one-socket-two-equal", "posted", "runtime", "0>1>2"),
        ("one-socket-two-equal", "v5.16", "runtime", "0>2>1"),
        ("two-sockets-one-expander", "posted", "runtime", "0>2"),
        ("two-sockets-three-expanders", "posted", "runtime", "0>2>3 1>4"),
        ("two-sockets-fast-memory-apart", "posted", "runtime", "0>2 1>3"),
        ("two-sockets-slow-and-slowest", "posted", "runtime", "0>2>4 1>3"),
        ("four-sockets-two-pmem", "posted", "runtime", "0>4 1>5"),
        ("memoryless-cpu-node", "posted", "runtime", "0>2"),
        ("boot-or-runtime", "v5.15", "boot", "2>1>0"),
        ("boot-or-runtime", "v5.15", "runtime", "2>0>1"),
        ("boot-or-runtime", "v5.16", "boot", "2>1>0"),
        ("boot-or-runtime", "v5.16", "runtime", "2>1>0"),
        ("optane-two-sockets", "posted", "runtime", "0>2 1>3"),
        ("optane-one-online", "posted", "runtime", "0>3"),
        ("optane-four-clusters", "posted", "runtime", "0>4 1>6 2>5 3>7"),
        ("power9-gpu-memory", "posted", "runtime", "0>253>255 8>252>254"),
        ("cxl-on-one-socket", "posted", "runtime", "0>2"),
        ("cxl-asymmetric", "posted", "runtime", "0>4"),
        ("one-socket-two-pmem", "posted", "runtime", "0>1>2"),
        ("one-socket-two-pmem", "v5.16", "runtime", "0>2>1"),
        ("fast-memory-below-dram", "posted", "runtime", "0>2 1>3"),
        ("gpu-with-empty-nodes", "posted", "runtime", "0>1"),
        ("sixteen-cells-one-memory", "posted", "runtime", "0>16"),
        ("nothing-to-demote", "posted", "runtime", ""),
        ("hotplugged-chain", "posted", "runtime", "0>1>2>3"),
        ("emulated-six-nodes", "posted", "runtime", "0>4>2 1>5>3"),
        ("emulated-six-nodes", "v5.16", "runtime", "0>2>4 1>3>5"),
        ("cpus-apart-from-memory", "posted", "runtime", "0>5>7 1>8 2>6>10 3>9"),
    ],
)
def test_the_notes_are_true(name: str, kernel: str, zonelists: str, order: str) -> None:
    assert chains(builtin(name), kernel, zonelists) == order


@pytest.mark.parametrize(
    ("name", "kernel", "orders"),
    [
        ("losing-a-node", "posted", ["0>1>2 3>4>5", "", "0>2>5 3>4", "0>1>2 3>4>5"]),
        ("offline-that-fails", "posted", ["0>1>2 3>4>5", "", "0>1>2 3>4>5"]),
        ("offline-that-fails", "v5.15", ["0>1>2 3>4>5", "", "0>1>2 3>4>5"]),
        ("binding-pmem", "v5.15", ["", "0>3", "0>2 1>3"]),
        ("last-cpu-off", "v5.15", ["0>1>2 3>4>5", "0>1>2>3>4>5"]),
        ("last-cpu-off", "posted", ["0>1>2 3>4>5"]),
        ("stale-loads", "v5.15", ["0>1>2", "0>2>1"]),
        ("ghost-of-a-node", "v5.15", ["0>3>1>2", "", "0>3>2"]),
        ("rebuild-storm", "posted", ["", "0>1"]),
    ],
)
def test_the_notes_on_events_are_true(name: str, kernel: str, orders: list[str]) -> None:
    """Compare the successive orders during the events; "" stands for a time without an order."""
    result = Run.of(builtin(name), kernel).order()
    entries = [result, *(entry for event in result["events"] for entry in event["log"])]
    demotions = [entry["node_demotion"] for entry in entries if "node_demotion" in entry]
    texts = [chain_text({int(node): target for node, target in demotion.items()}) for demotion in demotions]
    changes = [text for index, text in enumerate(texts) if index == 0 or texts[index - 1] != text]
    assert changes == orders


def test_the_notes_are_true_of_what_would_happen_otherwise() -> None:
    """v5.15 rebuilds once in rebuild-storm; the order of ghost-of-a-node differs if node 1 never had memory."""
    for kernel, caused in (("posted", 20), ("v5.15", 1)):
        result = Run.of(builtin("rebuild-storm"), kernel).order()
        counted = rebuilds(result, [event["log"] for event in result["events"]])
        assert counted == (caused, 1)
    whole = builtin("ghost-of-a-node").document()
    nodes = [{**node, "memory": 0} if node["id"] == 1 else node for node in whole["nodes"]]
    assert chains(Topology.from_document({**whole, "nodes": nodes, "events": []}), "v5.15", "runtime") == "0>2>3"
