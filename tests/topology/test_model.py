from __future__ import annotations

from typing import Any

import pytest

from viz.kernel.machine import Rules
from viz.topology import Topology, TopologyError, read
from viz.topology.errors import printable

from .conftest import Change

RULES = Rules(charge="set", lists_for="online", memoryless_lists_itself=True)


def node(number: int, **keys: Any) -> dict[str, Any]:
    return {"id": number, "cpus": 0, "memory": "1 GiB"} | keys


def topology(*nodes: dict[str, Any], **keys: Any) -> Topology:
    rows = [[10 if a == b else 20 + a + 10 * b for b in range(len(nodes))] for a in range(len(nodes))]
    return Topology.from_document({"title": "t", "nodes": list(nodes), "distances": rows} | keys)


def test_keys_that_are_left_out_have_defaults(changed: Change) -> None:
    plain = read(changed())
    first, second = plain.nodes
    assert (first.cpu_count, first.memory, first.online, first.blocks, first.adistance) == (4, 64 * 2**30, True, 1, 576)
    assert (second.cpus, second.cpu_count, second.socket, second.tier, second.label) == ("", 0, None, None, None)
    assert (plain.zonelists, plain.kernel, plain.n_cpu, plain.node_load, plain.events) == (
        "runtime",
        None,
        None,
        None,
        (),
    )
    assert plain.ids == (0, 2)
    assert plain.warnings() == []


def test_every_key_is_read() -> None:
    full = topology(
        node(0, cpus="0-3,8", socket=1, tier=2, label="<b>HBM</b>", online=False, blocks=0, adistance=300),
        node(7, read_latency=1, write_latency=2.5, read_bandwidth=3, write_bandwidth=4, memory=0),
        source="made",
        note="of\nlines",
        kernel="v6.6",
        zonelists="boot",
        n_cpu="0,7",
        node_load={"7": 3},
        events=[{"event": "mem_offline", "node": 7}],
    )
    assert (full.nodes[0].cpus, full.nodes[0].cpu_count, full.nodes[0].socket) == ("0-3,8", 5, "1")
    assert (full.nodes[1].blocks, full.note, full.n_cpu, full.node_load) == (0, "of lines", (0, 7), {7: 3})
    assert full.events[0].event == "mem_offline"
    assert Topology.from_document(full.document()) == full


def test_the_machine_has_the_masks_that_follow_from_the_nodes() -> None:
    nodes = [node(5), node(0, cpus=2, memory=0), node(3, cpus=1, online=False), node(1, blocks=0), node(9, memory=0)]
    machine = topology(*nodes).machine(RULES)
    assert [str(mask) for mask in (machine.possible, machine.online, machine.memory)] == ["0-1,3,5,9", "0-1,5,9", "5"]
    assert [str(mask) for mask in (machine.cpus, machine.n_cpu)] == ["0", "0"]
    assert str(topology(*nodes, n_cpu=[5, 9]).machine(RULES).n_cpu) == "5,9"
    assert set(machine.node_load.values()) == {0}


def test_distances_of_the_machine_are_by_node_id() -> None:
    machine = topology(node(5), node(0)).machine(RULES)
    assert (machine.distance[5][0], machine.distance[0][5], machine.distance[5][5]) == (30, 21, 10)
    assert machine.distance[0][1:5] == b"\xff" * 4
    assert topology(node(0), node(1)).machine(RULES).distance[0] == bytes([10, 30])


def test_unknown_distances_are_an_error_only_for_the_machine() -> None:
    unknown = topology(node(0), distances="unknown")
    assert unknown.warnings() == []
    with pytest.raises(TopologyError, match="distances: are unknown"):
        unknown.machine(RULES)


def test_node_0_without_cpus_is_like_any_other_node() -> None:
    """On NUMA kernels N_CPU starts empty, so node 0 is in it only if it has a CPU or if the document says so."""
    nodes = [node(0), node(2, cpus=1)]
    plain = topology(*nodes, distances=[[10, 20], [20, 10]])
    assert plain.warnings() == []
    assert str(plain.machine(RULES).n_cpu) == "2"
    explicit = topology(*nodes, n_cpu="0,2", distances=[[10, 20], [20, 10]])
    assert explicit.warnings() == []
    assert str(explicit.machine(RULES).n_cpu) == "0,2"


@pytest.mark.parametrize(
    ("keys", "problem"),
    [
        ({"title": None}, "title: is missing"),
        ({"title": 3}, "title: must be text, not 3"),
        ({"title": "x" * 201}, "at most 200 characters"),
        ({"title": "\x1b[31mred"}, "title: must be plain text, without the control character '\\x1b'"),
        ({"distances": None}, "distances: is missing; give a matrix"),
        ({"distances": [[10]]}, "distances: needs 2 rows"),
        ({"distances": [[10, 20], [300, 10]]}, "distances[1][0]: from node 2 to node 0: 300 is no distance"),
        ({"distances": [[10, 20], [True, 10]]}, "true is no distance"),
        ({"distances": [[10, 5], [5, 10]]}, "5 is reserved"),
        ({"nodes": None}, "nodes: is missing"),
        ({"nodes": []}, "nodes: lists no node"),
        ({"nodes": {}}, "nodes: must be a list of tables, not a table"),
        ({"nodes": [0, 1]}, "nodes[0]: must be a table with the keys id, cpus"),
        ({"nodes": [{}] * 1025}, "nodes: lists 1025 nodes; at most 1024"),
        ({"nodes": [node(0), node(0)]}, "nodes[1].id: node 0 is listed before, as nodes[0]"),
        ({"nodes": [node(0), {"id": 1, "cpus": 0}]}, "nodes[1].memory: is missing"),
        ({"nodes": [node(0), {"id": 1, "memory": 0}]}, "nodes[1].cpus: is missing"),
        ({"nodes": [node(0, memry=1)]}, "nodes[0]: unknown key 'memry', perhaps memory is meant"),
        ({"nodes": [node(True)]}, "nodes[0].id: must be a whole number from 0 to 1023, not true"),
        ({"nodes": [node(1024)]}, "not 1024"),
        ({"nodes": [node(-1)]}, "not -1"),
        ({"nodes": [{"id": "0", "cpus": 0, "memory": 0}]}, "not '0'"),
        ({"nodes": [{"id": 0.0, "cpus": 0, "memory": 0}]}, "not 0.0"),
        ({"nodes": [node(0, cpus=True)]}, "nodes[0].cpus: must be a count"),
        ({"nodes": [node(0, cpus="0-999999999")]}, "nodes[0].cpus: '0-999999999' is no CPU"),
        ({"nodes": [node(0, memory="much")]}, "nodes[0].memory: must be bytes"),
        ({"nodes": [node(0, memory=0, blocks=1)]}, "nodes[0]: blocks is 1, but the node has no memory"),
        ({"nodes": [node(0, online=1)]}, "nodes[0].online: must be true or false, not 1"),
        ({"nodes": [node(0, socket=1.5)]}, "nodes[0].socket: must be text"),
        ({"nodes": [node(0, tier=-1)]}, "nodes[0].tier: must be a whole number"),
        ({"nodes": [node(0, label="x" * 41)]}, "at most 40 characters"),
        ({"nodes": [node(0, read_latency=-1)]}, "nodes[0].read_latency: must be a number above 0"),
        ({"zonelists": "later"}, "zonelists: must be one of runtime, boot, not 'later'"),
        ({"kernel": 5.15}, "kernel: must be text, not 5.15"),
        ({"n_cpu": [1]}, "n_cpu: names node 1, which is not listed; the nodes are 0,2"),
        ({"n_cpu": "0-1"}, "n_cpu: names node 1"),
        ({"n_cpu": 0}, "n_cpu: must be a list of node ids"),
        ({"node_load": {"1": 0}}, "node_load: names node 1"),
        ({"node_load": {"02": 0}}, "node_load: '02' is no node id"),
        ({"node_load": {"2": -1}}, "node_load.2: must be a whole number"),
        ({"node_load": [1, 2]}, "node_load: must be a table"),
        ({"events": [{"event": "reboot", "node": 0}]}, "events[0].event: must be one of mem_add,"),
        ({"events": [{"event": "mem_add", "node": 1}]}, "events: names node 1"),
        ({"events": [{"event": "mem_add", "node": 0}] * 501}, "events: lists 501 events; at most 500"),
        ({"<script>\x1b[0m": 1}, "unknown key '<script>\\x1b[0m'; the keys are title,"),
    ],
)
def test_a_wrong_document_is_refused_in_one_line(changed: Change, keys: dict[str, Any], problem: str) -> None:
    with pytest.raises(TopologyError) as caught:
        read(changed(**keys), "m.json")
    message = str(caught.value)
    assert message.startswith("m.json: ")
    assert problem in message
    assert printable(message, 1000) == message
