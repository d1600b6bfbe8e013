"""What is written is read back as the same machine, except for what the writer says it lost."""

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
    """Machines with CPU lists that share nothing, whole MiB of memory, any distances."""
    few = st.lists(st.integers(0, 300), min_size=1, max_size=7, unique=True).map(sorted)
    ids = draw(few) if gaps else list(range(draw(st.integers(1, 20))))
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


def machine(topology: Topology) -> object:
    return [(node.id, node.cpus, node.memory) for node in topology.nodes], topology.distances


@given(topologies())
def test_toml_and_json_keep_all(topology: Topology) -> None:
    for form in ("toml", "json"):
        assert read(write(topology, form).text) == topology


@pytest.mark.parametrize("name", builtin_names())
def test_documents_keep_all_of_the_built_in_topologies(name: str) -> None:
    for form in ("toml", "json"):
        assert read(write(builtin(name), form).text) == builtin(name)


@given(topologies())
def test_numactl_keeps_ids_cpus_sizes_and_distances(topology: Topology) -> None:
    assert machine(read(write(topology, "numactl").text)) == machine(topology)


@given(topologies(gaps=False))
def test_libvirt_keeps_all_where_ids_have_no_gaps(topology: Topology) -> None:
    done = write(topology, "libvirt")
    assert done.losses == ()
    assert machine(read(done.text)) == machine(topology)


@given(topologies())
def test_a_slit_keeps_the_distances(topology: Topology) -> None:
    assert read(write(topology, "slit").text).distances == topology.distances


def diagonal_of_ten(topology: Topology) -> Topology:
    """QEMU takes nothing else."""
    rows = [[10 if a == b else cell for b, cell in enumerate(row)] for a, row in enumerate(topology.distances)]
    return Topology.from_document(topology.document() | {"distances": rows})


@given(topologies(gaps=False))
def test_qemu_keeps_sizes_and_distances_and_which_cpus_there_are(topology: Topology) -> None:
    topology = diagonal_of_ten(topology)
    done = write(topology, "qemu")
    again = read(done.text)
    assert again.distances == topology.distances
    assert [node.memory for node in again.nodes] == [node.memory for node in topology.nodes]
    wanted = [node.cpu_count for node in topology.nodes]
    if any(wanted) and not wanted[0]:
        assert "node 0 boots with it although" in done.text
        wanted[0] = 1
    assert [node.cpu_count for node in again.nodes] == wanted
    if "maxcpus" not in done.text and "counted through" not in done.text:
        assert [node.cpus for node in again.nodes] == [node.cpus for node in topology.nodes]


@given(st.data(), topologies())
def test_all_that_a_person_adds_comes_back_or_is_named(data: st.DataObject, topology: Topology) -> None:
    document = topology.document()
    added: dict[str, st.SearchStrategy[object]] = {
        "socket": st.sampled_from(["A", "B"]), "tier": st.integers(0, 3), "label": st.just("DRAM"),
        "adistance": st.sampled_from([576, 2880]), "online": st.just(False), "blocks": st.just(0),
    }  # fmt: skip
    keys = data.draw(st.sets(st.sampled_from([*added, "events", "kernel", "n_cpu"])))
    node = data.draw(st.sampled_from(document["nodes"]))
    node |= {key: data.draw(added[key]) for key in keys if key in added}
    whole: dict[str, object] = {
        "events": [{"event": "cpu_online", "node": node["id"]}], "kernel": "v6.1", "n_cpu": [node["id"]],
    }  # fmt: skip
    full = Topology.from_document(document | {key: whole[key] for key in keys if key in whole})
    for form in ("toml", "json"):
        assert read(write(full, form).text) == full
    for form in ("numactl", "slit", "libvirt", "qemu"):
        told = " ".join(write(full, form).losses)
        kept = {"adistance"} if form == "qemu" and "hmat=on" in write(full, "qemu").text else set()
        assert all(("is offline" if key == "online" else key) in told for key in keys - kept), told


@pytest.mark.parametrize(
    ("cpus", "said"),
    [
        ([2, 2, 0], ["-smp cpus=4,sockets=4", "nodeid=1,cpus=2-3,memdev=ram1", "-numa node,nodeid=2,memdev=ram2"]),
        (
            [1, 0, 2],
            ["-smp cpus=1,maxcpus=9", "nodeid=1,cpus=1,", "nodeid=2,cpus=2-8,", "socket-id=2,", "socket-id=3,"],
        ),
    ],
)
def test_ids_are_kept_by_cpus_that_are_absent(cpus: list[int], said: list[str]) -> None:
    nodes = [{"id": node, "cpus": count, "memory": "128 MiB"} for node, count in enumerate(cpus)]
    square = [[10, 20, 30], [20, 10, 20], [30, 20, 10]]
    text = write(Topology.from_document({"title": "t", "nodes": nodes, "distances": square}), "qemu").text
    assert "-m 384M" in text
    assert all(part in text for part in said), text
    assert "socket-id=1," not in text


def test_an_empty_node_is_kept_by_an_absent_cpu() -> None:
    nodes = [{"id": n, "cpus": int(not n), "memory": MIB * (n != 1)} for n in range(3)]
    square = [[10 if a == b else 20 for b in range(3)] for a in range(3)]
    text = write(Topology.from_document({"title": "t", "nodes": nodes, "distances": square}), "qemu").text
    assert "-smp cpus=1,maxcpus=9" in text
    assert "-numa node,nodeid=1,cpus=1 \\\n" in text
    assert "-device" not in text
    assert [node.cpu_count for node in read(text).nodes] == [1, 0, 0]


def test_tiers_become_latencies_and_come_back() -> None:
    nodes = [{"id": 0, "cpus": 1, "memory": MIB}, {"id": 1, "cpus": 0, "memory": MIB, "adistance": 2880}]
    topology = Topology.from_document({"title": "t", "nodes": nodes, "distances": [[10, 20], [20, 10]]})
    text = write(topology, "qemu").text
    assert "-machine pc,hmat=on" in text
    assert "initiator=0,target=1,hierarchy=memory,data-type=access-latency,latency=2880" in text
    assert [node.adistance for node in read(text).nodes] == [576, 2880]


@pytest.mark.parametrize(
    ("figures", "said"),
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
def test_what_linux_makes_of_the_hmat_is_foreseen(figures: list[dict[str, int]], said: str) -> None:
    nodes = [{"id": n, "cpus": int(not n), "memory": MIB} | more for n, more in enumerate(figures)]
    square = [[10 if a == b else 20 for b in range(len(nodes))] for a in range(len(nodes))]
    losses = " ".join(write(Topology.from_document({"title": "t", "nodes": nodes, "distances": square}), "qemu").losses)
    assert said in losses
    assert said or "inux" not in losses, losses


def test_what_is_lost_is_named() -> None:
    nodes = [
        {"id": 3, "cpus": 2, "memory": 1000, "label": "DRAM"},
        {"id": 8, "cpus": 0, "memory": MIB, "online": False},
    ]
    topology = Topology.from_document({"title": "t", "note": "n", "nodes": nodes, "distances": [[10, 20], [20, 10]]})
    for form, told in {
        "numactl": ["had a count and no numbers", "rounded down", "note, label", "node 8 is offline"],
        "slit": ["node 3 is 0, node 8 is 1", "distances only"],
        "libvirt": ["node 3 is 0", "node 8 is offline"],
        "qemu": ["node 3 is 0", "rounded up"],
    }.items():
        losses = " ".join(write(topology, form).losses)
        assert all(part in losses for part in told), losses


def test_unknown_distances_are_written_only_where_a_format_has_a_word_for_it() -> None:
    topology = read("NUMA node0 CPU(s): 0\nNUMA node1 CPU(s): 1\n")
    for form in WRITERS:
        if form in ("toml", "json", "numactl"):
            assert read(write(topology, form).text).distances == "unknown"
        else:
            with pytest.raises(TopologyError, match="--remote 20"):
                write(topology, form)


def test_every_guess_can_be_taken_the_other_way() -> None:
    loaded = load("NUMA node0 CPU(s): 0\nNUMA node1 CPU(s): 1\n")
    (guess,) = loaded.guesses
    assert (guess.key, guess.nodes) == ("memory", (0, 1))
    assert [node.memory for node in loaded.turned([guess]).topology.nodes] == [0, 0]
    filled = loaded.filled(21)
    assert filled.topology.distances == (bytes([10, 21]), bytes([21, 10]))
    assert filled.guesses[-1].key == "distances"
    assert isinstance(filled.topology.nodes[0], Node)
