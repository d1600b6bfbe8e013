"""Test the machines that shapes describe: ids, sockets, tiers, CPUs, sizes and distances."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given

from tests.topology.shapes import shapes
from viz.analysis.run import Run
from viz.kernel.versions import POSTED
from viz.topology import Topology, TopologyError, builtin
from viz.topology.notation import made
from viz.topology.shaped import topology
from viz.topology.shapes import Shape, placed_nodes, reach

GIB = 2**30
SEED = "two-sockets-three-classes"
SEED_LINE = (
    "2 sockets: 16 cpus+hbm 64G, dram 256G at 15, pmem 1T at 20; cross 21; "
    "1-2 at 17; 4-5 at 17; 0-4 at 25; 1-3 at 25; 0-5 at 30; 2-3 at 30; 1-4 at 28; 1-5 at 32; 2-4 at 32; 2-5 at 35"
)


def nodes(machine: Topology) -> list[str]:
    """Return each node as text: socket, tier, label, CPUs and GiB."""
    return [f"{n.socket} {n.tier} {n.label} {n.cpus} {n.memory // GIB}" for n in machine.nodes]


@pytest.mark.parametrize(
    ("line", "expected", "rows"),
    [
        ("1 socket: cpu+dram", ["A 0 DRAM 0-15 64"], [[10]]),
        (
            "2 sockets: cpu+dram 64G, pmem 256G; cross 21",
            ["A 0 DRAM 0-15 64", "A 1 PMEM 0 256", "B 0 DRAM 16-31 64", "B 1 PMEM 0 256"],
            [[10, 17, 21, 28], [17, 10, 28, 28], [21, 28, 10, 17], [28, 28, 17, 10]],
        ),
        (
            "2 sockets: 24 cpus+dram 32G, 2 x cxl 1T at 20; cpus first; cross 30",
            ["A 0 DRAM 0-23 32", "B 0 DRAM 24-47 32", *["A 1 CXL 0 1024"] * 2, *["B 1 CXL 0 1024"] * 2],
            [
                [10, 30, 20, 20, 40, 40],
                [30, 10, 40, 40, 20, 20],
                [20, 40, 10, 20, 40, 40],
                [20, 40, 20, 10, 40, 40],
                [40, 20, 40, 40, 10, 20],
                [40, 20, 40, 40, 20, 10],
            ],
        ),
        (
            "1 socket: cpu+dram 8G, cxl 16G per socket; snc 2 at 11; shared gpu 24G at 50",
            ["A 1 DRAM 0-15 8", "A 1 DRAM 16-31 8", "A 2 CXL 0 16", "Shared by all 0 GPU 0 24"],
            [[10, 11, 14, 50], [11, 10, 14, 50], [14, 14, 10, 50], [50, 50, 50, 10]],
        ),
        (
            "4 sockets: 1 cpu; ring 16 22; 0>3 at 99",
            ["A 0 CPUs 0 0", "B 0 CPUs 1 0", "C 0 CPUs 2 0", "D 0 CPUs 3 0"],
            [[10, 16, 22, 99], [16, 10, 16, 22], [22, 16, 10, 16], [16, 22, 16, 10]],
        ),
        (
            "2 sockets: cpu+dram, pmem; cross 24; shared cxl",
            ["A 0 DRAM 0-15 64", "A 2 PMEM 0 256", "B 0 DRAM 16-31 64", "B 2 PMEM 0 256", "Shared by all 1 CXL 0 256"],
            [[10, 17, 24, 31, 28], [17, 10, 31, 31, 28], [24, 31, 10, 17, 28], [31, 31, 17, 10, 28], [28] * 4 + [10]],
        ),
        ("1 socket: cpu+dram, cpu+dram", ["A 0 DRAM 0-15 64", "A 0 DRAM 16-31 64"], [[10, 12], [12, 10]]),
        ("1 socket: 8 cpus, hbm 0G", ["A 0 CPUs 0-7 0", "A 1 HBM 0 0"], [[10, 13], [13, 10]]),
    ],
)
def test_a_line_gives_exactly_this_machine(line: str, expected: list[str], rows: list[list[int]]) -> None:
    machine = made(line)
    assert nodes(machine) == expected
    assert machine.ids == tuple(range(len(expected)))
    assert [list(row) for row in machine.distances if isinstance(row, bytes)] == rows


@pytest.mark.parametrize(
    ("line", "assumed"),
    [
        ("2 sockets: 8 cpus+dram 64G, cxl 1T at 15; cross 20", ""),
        (
            "2 sockets: cpu+dram, cxl 1T",
            " Not in the line, so assumed: these distances, 64 GiB a node of DRAM, 16 CPUs a node with CPUs.",
        ),
        (
            "1 socket: 8 cpus+dram 1G, cxl at 15; shared pmem",
            " Not in the line, so assumed: some of these distances, 256 GiB a node of CXL, 256 GiB a node of PMEM.",
        ),
        ("2 sockets: 8 cpus; snc 2 at 13; cross 20", ""),
    ],
)
def test_the_note_names_what_the_line_leaves_out(line: str, assumed: str) -> None:
    note = made(line).note
    assert note is not None
    assert note.partition(".")[2] == assumed


def test_the_machine_of_the_patch_has_a_line() -> None:
    machine, seed = made(SEED_LINE), builtin(SEED)
    assert (machine.nodes, machine.distances) == (seed.nodes, seed.distances)


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("2 sockets: cpu+dram, pmem; cpus first", "optane-two-sockets"),
        ("1 socket: cpu+dram, 2 x pmem at 20", "one-socket-two-equal"),
        ("1 socket: cpu+dram, 2 x pmem at 20", "one-socket-two-pmem"),
        ("2 sockets: cpu+dram; cross 20", "two-nodes-of-5-gb"),
    ],
)
def test_a_few_numbers_give_the_distances_of_real_machines(line: str, name: str) -> None:
    assert made(line).distances == builtin(name).distances


@pytest.mark.parametrize(
    ("line", "targets"),
    [
        (SEED_LINE, {0: 1, 1: 2, 2: -1, 3: 4, 4: 5, 5: -1}),
        ("2 sockets: cpu+hbm, dram at 15, pmem at 20", {0: 1, 1: 2, 2: -1, 3: 4, 4: 5, 5: -1}),
        ("2 sockets: cpu+hbm, dram, pmem", {0: 1, 1: 2, 2: -1, 3: 4, 4: 5, 5: -1}),
        ("2 sockets: cpu+hbm, dram, pmem; cpus first", {0: 2, 2: 3, 3: -1, 1: 4, 4: 5, 5: -1}),
        ("2 sockets: cpu+dram; shared cxl", {0: 2, 1: -1, 2: -1}),
    ],
)
def test_the_machine_of_a_line_has_these_targets(line: str, targets: dict[int, int]) -> None:
    assert Run.of(made(line), "posted").order()["node_demotion"] == {str(n): t for n, t in targets.items()}


@pytest.mark.parametrize(
    ("line", "kernel", "tiers"),
    [
        ("2 sockets: cpu+hbm, dram, pmem", "v6.1", ["0,3", "1,4", "2,5"]),
        ("2 sockets: cpu+dram, hbm, pmem", "v6.1", ["0-1,3-4", "2,5"]),
        ("2 sockets: cpu+dram, hbm, pmem", "v6.12", ["1,4", "0,3", "2,5"]),
        ("1 socket: cpu+dram, hbm, gpu", "v6.12", ["2", "1", "0"]),
        ("1 socket: cpu+hbm, cpu+dram, cxl", "v6.12", ["0-1", "2"]),
        ("1 socket: cpu, hbm, dram", "v6.12", ["1", "2"]),
        ("1 socket: cpu+dram, dram", "v6.1", ["0-1"]),
        ("1 socket: cpu", "v6.1", []),
    ],
)
def test_the_machine_of_a_line_has_these_memory_tiers(line: str, kernel: str, tiers: list[str]) -> None:
    assert [tier["nodes"] for tier in Run.of(made(line), kernel).order()["tiers"]] == tiers


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("1024 sockets: cpu+dram, pmem", "makes 2048 nodes; at least 1 and at most 1024 are possible"),
        ("1024 sockets: 1024 x dram; snc 1024", "makes 1073741824 nodes; at least 1 and at most 1024 are possible"),
        ("2 sockets: 40000 cpus", "makes 80000 CPUs; at most 65536 are possible"),
        (
            "2 sockets: cpu+dram, pmem at 200; cross 100",
            "node 0 and node 3 would be 290 apart; a distance is at most 254",
        ),
        ("2 sockets: cpu; 0-2 at 20", "0-2 at 20: there is no node 2; the nodes are 0 to 1"),
        ("2 sockets: cpu; 1-1 at 20", "1-1 at 20: the distance of node 1 to itself is 10; name two nodes"),
    ],
)
def test_an_impossible_machine_is_refused(line: str, problem: str) -> None:
    with pytest.raises(TopologyError) as caught:
        made(line)
    assert str(caught.value) == problem


@given(shapes())
def test_distances_follow_from_sockets_and_reach(shape: Shape) -> None:
    machine, placed = topology(shape, ""), placed_nodes(shape)
    rows = [list(row) for row in machine.distances if isinstance(row, bytes)]
    explicit = {(p.source, p.target) for p in shape.pairs} | {(p.target, p.source) for p in shape.pairs if p.both}
    assert len(placed) == shape.size == len(rows)
    assert all(rows[node][node] == 10 for node in range(len(rows)))
    for a, b in combinations(range(len(rows)), 2):
        if not {(a, b), (b, a)} & explicit:
            assert rows[a][b] == rows[b][a] >= max(11, reach(shape, placed[a]), reach(shape, placed[b]))
            if placed[a].socket is None:
                assert rows[a][b] == max(reach(shape, placed[a]), reach(shape, placed[b]))


@given(shapes())
def test_every_shape_gives_a_machine(shape: Shape) -> None:
    machine = topology(shape, "")
    cpus = [node.id for node in machine.nodes if node.cpu_count]
    assert list(machine.machine(POSTED.rules).n_cpu) == cpus
    assert not shape.cpus_first or cpus == list(range(len(cpus)))
