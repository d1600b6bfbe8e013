"""Test that a written topology is read back as the same machine, except for the losses that the writer names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from viz.kernel.nodemask import node_list
from viz.topology import Node, Topology, TopologyError, builtin, builtin_names, load, read
from viz.topology.writers import WRITERS, write

MIB = 2**20


@st.composite
def topologies(draw: st.DrawFn, gaps: bool = True) -> Topology:
    """Draw machines with any distances, whole MiB of memory, and CPU lists without common CPUs."""
    id_lists = st.lists(st.integers(0, 300), min_size=1, max_size=7, unique=True).map(sorted)
    ids = draw(id_lists) if gaps else list(range(draw(st.integers(1, 20))))
    owners = draw(st.lists(st.sampled_from([*ids, None]), max_size=40))
    row = st.lists(st.integers(10, 255), min_size=len(ids), max_size=len(ids))
    nodes = [
        {
            "id": node,
            "cpus": node_list(cpu for cpu, owner in enumerate(owners) if owner == node),
            "memory": draw(st.sampled_from([0, MIB, 3 * MIB, 2**40])),
        }
        for node in ids
    ]
    rows = draw(st.lists(row, min_size=len(ids), max_size=len(ids)))
    return Topology.from_document({"title": "drawn", "nodes": nodes, "distances": rows})


def machine(topology: Topology) -> tuple[object, object]:
    return [(node.id, node.cpus, node.memory) for node in topology.nodes], topology.distances


def distances_in_linux(topology: Topology) -> object:
    """Return the distances that Linux uses if a SLIT contains those of the topology; Linux ignores an invalid SLIT."""
    rows = topology.distances
    assert not isinstance(rows, str)
    size = range(len(rows))
    if all(rows[a][b] == 10 if a == b else rows[a][b] > 10 for a in size for b in size):
        return rows
    return tuple(bytes(10 if a == b else 20 for b in size) for a in size)


@given(topologies())
def test_toml_and_json_keep_everything(topology: Topology) -> None:
    for form in ("toml", "json"):
        assert read(write(topology, form).text) == topology


@pytest.mark.parametrize("name", builtin_names())
def test_documents_keep_everything_of_the_built_in_topologies(name: str) -> None:
    for form in ("toml", "json"):
        assert read(write(builtin(name), form).text) == builtin(name)


@given(topologies())
def test_numactl_keeps_ids_cpus_sizes_and_distances(topology: Topology) -> None:
    assert machine(read(write(topology, "numactl").text)) == machine(topology)


@given(topologies(gaps=False))
def test_libvirt_keeps_everything_if_ids_have_no_gaps(topology: Topology) -> None:
    written = write(topology, "libvirt")
    assert written.losses == ()
    assert machine(read(written.text)) == (machine(topology)[0], distances_in_linux(topology))


@given(topologies())
def test_a_slit_keeps_the_distances(topology: Topology) -> None:
    assert read(write(topology, "slit").text).distances == distances_in_linux(topology)


def diagonal_of_ten(topology: Topology) -> Topology:
    """Return the topology with the distance 10 from each node to itself, because QEMU accepts no other value there."""
    rows = [[10 if a == b else cell for b, cell in enumerate(row)] for a, row in enumerate(topology.distances)]
    return Topology.from_document(topology.document() | {"distances": rows})


@pytest.mark.slow
@given(topologies(gaps=False))
def test_qemu_keeps_sizes_distances_and_the_number_of_cpus(topology: Topology) -> None:
    topology = diagonal_of_ten(topology)
    written = write(topology, "qemu")
    again = read(written.text)
    assert again.distances == distances_in_linux(topology)
    assert [node.memory for node in again.nodes] == [node.memory for node in topology.nodes]
    cpu_counts = [node.cpu_count for node in topology.nodes]
    if any(cpu_counts) and not cpu_counts[0]:
        assert "node 0 boots with it although" in written.text
        cpu_counts[0] = 1
    assert [node.cpu_count for node in again.nodes] == cpu_counts
    if "maxcpus" not in written.text and "counted through" not in written.text:
        assert [node.cpus for node in again.nodes] == [node.cpus for node in topology.nodes]


@given(st.data(), topologies())
def test_each_added_key_is_kept_or_named_as_lost(data: st.DataObject, topology: Topology) -> None:
    document = topology.document()
    node_keys: dict[str, st.SearchStrategy[object]] = {
        "socket": st.sampled_from(["A", "B"]), "tier": st.integers(0, 3), "label": st.just("DRAM"),
        "adistance": st.sampled_from([576, 2880]), "online": st.just(False), "blocks": st.just(0),
    }  # fmt: skip
    keys = data.draw(st.sets(st.sampled_from([*node_keys, "events", "kernel", "n_cpu"])))
    node = data.draw(st.sampled_from(document["nodes"]))
    node |= {key: data.draw(node_keys[key]) for key in keys if key in node_keys}
    topology_keys: dict[str, object] = {
        "events": [{"event": "cpu_online", "node": node["id"]}], "kernel": "v6.1", "n_cpu": [node["id"]],
    }  # fmt: skip
    full = Topology.from_document(document | {key: topology_keys[key] for key in keys if key in topology_keys})
    for form in ("toml", "json"):
        assert read(write(full, form).text) == full
    for form in ("numactl", "slit", "libvirt", "qemu"):
        losses = " ".join(write(full, form).losses)
        kept = {"adistance"} if form == "qemu" and "hmat=on" in write(full, "qemu").text else set()
        assert all(("is offline" if key == "online" else key) in losses for key in keys - kept), losses


@pytest.mark.parametrize(
    ("cpus", "parts"),
    [
        ([2, 2, 0], ["-smp cpus=4,sockets=4", "nodeid=1,cpus=2-3,memdev=ram1", "-numa node,nodeid=2,memdev=ram2"]),
        (
            [1, 0, 2],
            ["-smp cpus=1,maxcpus=9", "nodeid=1,cpus=1,", "nodeid=2,cpus=2-8,", "socket-id=2,", "socket-id=3,"],
        ),
    ],
)
def test_absent_cpus_keep_the_ids_of_nodes(cpus: list[int], parts: list[str]) -> None:
    nodes = [{"id": node, "cpus": count, "memory": "128 MiB"} for node, count in enumerate(cpus)]
    square = [[10, 20, 30], [20, 10, 20], [30, 20, 10]]
    text = write(Topology.from_document({"title": "t", "nodes": nodes, "distances": square}), "qemu").text
    assert "-m 384M" in text
    assert all(part in text for part in parts), text
    assert "socket-id=1," not in text


def test_an_absent_cpu_keeps_an_empty_node() -> None:
    nodes = [{"id": n, "cpus": int(not n), "memory": MIB * (n != 1)} for n in range(3)]
    square = [[10 if a == b else 20 for b in range(3)] for a in range(3)]
    text = write(Topology.from_document({"title": "t", "nodes": nodes, "distances": square}), "qemu").text
    assert "-smp cpus=1,maxcpus=9" in text
    assert "-numa node,nodeid=1,cpus=1 \\\n" in text
    assert "-device" not in text
    assert [node.cpu_count for node in read(text).nodes] == [1, 0, 0]


def test_tiers_are_written_as_latencies_and_read_back() -> None:
    nodes = [{"id": 0, "cpus": 1, "memory": MIB}, {"id": 1, "cpus": 0, "memory": MIB, "adistance": 2880}]
    topology = Topology.from_document({"title": "t", "nodes": nodes, "distances": [[10, 20], [20, 10]]})
    text = write(topology, "qemu").text
    assert "-machine pc,hmat=on" in text
    assert "initiator=0,target=1,hierarchy=memory,data-type=access-latency,latency=2880" in text
    assert [node.adistance for node in read(text).nodes] == [576, 2880]


@pytest.mark.parametrize(
    ("figures", "loss"),
    [
        ([{"adistance": 576}, {"adistance": 2880}], ""),
        ([{"adistance": 576}, {"adistance": 630}], ""),
        (
            [{"adistance": 300}, {"adistance": 576}],
            "node 0 into memory tier 4, not 2. Linux puts node 1 into memory tier 8",
        ),
        ([{"tier": 0}, {"tier": 1}], ""),
        ([{"cpus": 0, "adistance": 2880}, {"cpus": 1}], "Linux puts node 0 into memory tier 4, not 22"),
        ([{"read_latency": 100, "read_bandwidth": 90}, {"read_latency": 300, "read_bandwidth": 20}], "those of reads"),
        ([{"adistance": 576}, {"adistance": 2880}, {"adistance": 2000, "cpus": 1}], "Linux makes no tiers of it"),
    ],
)
def test_a_loss_says_what_linux_makes_of_the_hmat(figures: list[dict[str, int]], loss: str) -> None:
    nodes = [{"id": n, "cpus": int(not n), "memory": MIB} | more for n, more in enumerate(figures)]
    square = [[10 if a == b else 20 for b in range(len(nodes))] for a in range(len(nodes))]
    losses = " ".join(write(Topology.from_document({"title": "t", "nodes": nodes, "distances": square}), "qemu").losses)
    assert loss in losses
    assert loss or "inux" not in losses, losses


def test_losses_are_named() -> None:
    nodes = [
        {"id": 3, "cpus": 2, "memory": 1000, "label": "DRAM"},
        {"id": 8, "cpus": 0, "memory": MIB, "online": False},
    ]
    topology = Topology.from_document({"title": "t", "note": "n", "nodes": nodes, "distances": [[10, 20], [20, 10]]})
    for form, parts in {
        "numactl": ["had a count and no numbers", "rounded down", "note, label", "node 8 is offline"],
        "slit": ["node 3 is 0, node 8 is 1", "distances only"],
        "libvirt": ["node 3 is 0", "node 8 is offline"],
        "qemu": ["node 3 is 0", "rounded up"],
    }.items():
        losses = " ".join(write(topology, form).losses)
        assert all(part in losses for part in parts), losses


def test_unknown_distances_are_written_only_in_formats_that_can_say_so() -> None:
    topology = read("NUMA node0 CPU(s): 0\nNUMA node1 CPU(s): 1\n")
    for form in WRITERS:
        if form in ("toml", "json", "numactl"):
            assert read(write(topology, form).text).distances == "unknown"
        else:
            with pytest.raises(TopologyError, match="--remote 20"):
                write(topology, form)


def test_every_guess_has_another_choice() -> None:
    loaded = load("NUMA node0 CPU(s): 0\nNUMA node1 CPU(s): 1\n")
    (guess,) = loaded.guesses
    assert (guess.key, guess.nodes) == ("memory", (0, 1))
    assert [node.memory for node in loaded.decided([(guess, "")]).topology.nodes] == [0, 0]
    filled = loaded.filled(21)
    assert filled.topology.distances == (bytes([10, 21]), bytes([21, 10]))
    assert filled.guesses[-1].key == "distances"
    assert isinstance(filled.topology.nodes[0], Node)
