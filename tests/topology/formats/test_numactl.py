from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from viz.topology import Topology, TopologyError, read
from viz.topology.formats.numactl import like_numactl

from .conftest import numactl

OPTANE = """\
available: 3 nodes (0-1,3)
node 0 cpus: 0 1 2 3 4 5 6 7 8 9 20 21 22 23 24 25 26 27 28 29
node 0 size: 385615 MB
node 0 free: 3000 MB
node 1 cpus: 10 11 12 13 14 15 16 17 18 19 30 31 32 33 34 35 36 37 38 39
node 1 size: 385554 MB
node 1 free: 3000 MB
node 3 cpus:
node 3 size: 768000 MB
node 3 free: 767000 MB
node distances:
node   0   1   3
  0:  10  21  28
  1:  21  10  17
  3:  28  17  10
"""
POWER = """\
node 0 cpus: 0 1 2 3
node 0 size: 0 MB
node 2 cpus:
node 2 size: 7168 MB
node distances:
node   0   2
0:  10  40
2:  40  10
"""


def unchanged(text: str) -> str:
    return text


def facts(topology: Topology) -> object:
    nodes = [(node.id, node.cpus, node.memory, node.has_memory) for node in topology.nodes]
    return nodes, topology.distances


def test_an_unchanged_listing_is_read() -> None:
    topology = read(OPTANE)
    assert (topology.title, topology.source, topology.note) == ("numactl -H: 3 nodes", "pasted numactl -H output", None)
    assert topology.ids == (0, 1, 3)
    assert topology.nodes[0].cpus == "0-9,20-29"
    assert [node.cpu_count for node in topology.nodes] == [20, 20, 0]
    assert topology.nodes[2].memory == 768000 * 2**20
    assert topology.distances == (bytes([10, 21, 28]), bytes([21, 10, 17]), bytes([28, 17, 10]))
    assert read(OPTANE, "host.txt").source == "numactl -H output in host.txt"


def test_a_node_of_0_mb_has_no_memory() -> None:
    first, second = read(POWER).nodes
    assert (first.has_memory, first.cpu_count, second.has_memory, second.cpu_count) == (False, 4, True, 0)


@pytest.mark.parametrize(
    "change",
    [
        unchanged,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\r"),
        lambda text: "\ufeff" + text,
        lambda text: text.replace(" ", "\t"),
        lambda text: "".join(f"> > {line}\n" for line in text.splitlines()),
        lambda text: "".join(f">>{line}  \n" for line in text.splitlines()),
        lambda text: "".join(f"+ * {line}\n" for line in text.splitlines()),
        lambda text: "".join(f"{line}=20\n" for line in text.splitlines()),
        lambda text: text.replace(" 8 9 20 21", " 8 9=\n 20 2=\n1"),
        lambda text: text.replace(" 8 9 20 21", " 8\n9 20\n> 21"),
        lambda text: text.replace("10  21  28", "10\n  21\n  28").replace("node   0   1   3", "node   0\n   1   3"),
        lambda text: text.replace(" 0 1 2 3 4 5 6 7 8 9 20", " 0-9 (10) 20").replace("38 39", "38-39 (2)"),
        lambda text: text.replace("10  21  28", "  10 21       28"),
        lambda text: "root@box:~# numactl -H\n" + text + "root@box:~# exit\nlogout\n",
        lambda text: "Socket(s): 2\nNUMA node0 CPU(s): 0-99\n\nHi all,\n1: what I see\n" + text + "\n1: why?\nThanks\n",
        lambda text: text.replace("385554 MB", "385554 MB <--- kswapd works"),
        lambda text: text.replace("node 1 size", "\nHere node 1 is odd.\n\nnode 1 size"),
        lambda text: text[:-1] + "</screen>\n```\n",
        lambda text: text + "...\n                 node0     node1\nnuma_hit          12        34\n",
        lambda text: text.replace("available: 3 nodes (0-1,3)\n", ""),
        lambda text: text.replace("node 1 cpus", "node 0 size: 385615 MB\nnode 1 cpus"),
        lambda text: "".join(line for line in text.splitlines(True) if "free" not in line),
        lambda text: text.replace("  0:  10  21  28\n", "") + "  0:  10  21  28\n",
        lambda text: text.replace("node 1 cpus", "Node 1 cpus").replace("node 3 size", "Node 3 size"),
        lambda text: text + "\nand the targets are\n0: 1\n1: 3\n3: X\n",
    ],
    ids=range(26),
)
def test_a_listing_that_was_passed_on_is_still_read(change: Callable[[str], str]) -> None:
    assert facts(read(change(OPTANE))) == facts(read(OPTANE))


def test_the_oldest_versions_print_a_range_for_one_node() -> None:
    alone = "available: 1 nodes (0-0)\nnode 0 size: 3 MB\nnode 0 free: 1 MB\n"
    assert [(node.id, node.memory) for node in read(alone).nodes] == [(0, 3 * 2**20)]


def test_columns_and_rows_may_come_in_any_order() -> None:
    mixed = POWER.replace("node   0   2\n0:  10  40\n2:  40  10\n", "node   2   0\n2:  10  41\n0:  40  10\n")
    assert read(mixed).distances == (bytes([10, 40]), bytes([41, 10]))


@pytest.mark.parametrize("end", ["", "No distance information available.\n"])
def test_distances_are_unknown_if_the_listing_has_none(end: str) -> None:
    assert read(POWER.partition("node distances")[0] + end).distances == "unknown"


@pytest.mark.parametrize(
    ("old", "new", "note"),
    [
        ("0 MB", "<not available>", "The size of node 0 was not available"),
        ("node 0 size: 0 MB\n", "", "no size for node 0; 1 GiB each is assumed."),
    ],
)
def test_an_assumption_is_in_the_note(old: str, new: str, note: str) -> None:
    assert note in (read(POWER.replace(old, new, 1)).note or "")


def test_distances_alone_are_enough_and_cpus_may_come_from_lscpu() -> None:
    distances_only = POWER[POWER.index("node distances") :]
    assert "add them" in (read(distances_only).note or "")
    assert [
        node.cpu_count for node in read("NUMA node0 CPU(s): 0-6:2\nNUMA node2 CPU(s):\n" + distances_only).nodes
    ] == [4, 0]


@pytest.mark.parametrize("mark", ["", "> "])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_matrix_without_its_heading_is_known_by_its_head(mark: str, end: str) -> None:
    lines = ["node   0   1", "  0:  10  21", "  1:  21  10"]
    found = read("".join(f"{mark}{line}{end}" for line in lines))
    assert [list(row) for row in found.distances] == [[10, 21], [21, 10]]
    assert not like_numactl("node 0 1\n")
    assert not like_numactl("node 0 1\n0 of these\n")


def test_shared_cpus_and_odd_distances_are_accepted() -> None:
    shared = POWER.replace("node 2 cpus:", "node 2 cpus: 0 1").replace("0:  10  40", "0:  10  10")
    assert len(read(shared).warnings()) == 2


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("  1:  21  10  17\n", "", "no row of distances for node 1; is the text cut off?"),
        ("  1:  21  10  17\n", "  ...\n", 'no row of distances for node 1; "..." on line 14 stands for'),
        ("  1:  21  10  17\n", "  1:  21  10\n", "line 14: the row of node 1 has 2 distances for 3 columns"),
        ("  1:  21  10  17\n", "  1:  21  10  17 9\n", "line 14: the row of node 1 has 4 distances"),
        ("  1:  21  10  17\n", "  1:  21  10  256\n", "line 14: from node 1 to node 3: 256 is no distance"),
        ("  1:  21  10  17\n", "  1:  21  10  9\n", "9 is reserved"),
        ("  1:  21  10  17\n", "  1:  21  10  1\u0667\n", "line 14: from node 1 to node 3: '1\u0667' is no distance"),
        ("  1:  21  10  17\n", "  1:  21  10  nan\n", "'nan' is no distance"),
        ("  1:  21  10  17\n", "  1:  21  10  \x1b[31m\n", "'\\x1b[31m' is no distance"),
        ("  1:  21  10  17\n", "  1:  21  10  " + "9" * 5000 + "\n", "is no distance"),
        ("  1:  21  10  17\n", "  2:  21  10  17\n", "line 14: a row for node 2, which has no column"),
        ("  1:  21  10  17\n", "  0:  21  10  17\n", "line 14: node 0 has a row already, on line 13"),
        ("node   0   1   3\n", "node   0   1   1\n", "line 12: node 1 has two columns"),
        ("node   0   1   3\n", "node   0   1   \uff13\n", "line 12: '\uff13' is no node id"),
        ("node   0   1   3\n", "node   0   1   1024\n", "'1024' is no node id"),
        ("node 3 cpus:\n", "node 3 cpus: 1 x\n", "line 8: the CPUs of node 3: 'x' is no CPU"),
        ("node 3 cpus:\n", "node 3 cpus: 0-999999999\n", "line 8: the CPUs of node 3"),
        ("node 3 cpus:\n", "node 3 cpus: \u0663\n", "line 8: the CPUs of node 3"),
        ("node 3 cpus:\n", "node \uff13 cpus:\n", "line 8: '\uff13' is no node id"),
        ("node 3 cpus:\n", "node 99999999999 cpus:\n", "is no node id"),
        ("node 3 cpus:\n", "", 'no "cpus:" line for node 3'),
        ("node 3 cpus:\n", "node 1 cpus: 1\nnode 3 cpus:\n", "line 8: node 1 has another cpus on line 5"),
        ("768000 MB", "lots", "line 9: the size of node 3 must be a number of MB"),
        ("768000 MB", "9" * 5000 + " MB", "line 9: the size of node 3"),
        ("(0-1,3)", "(0-3)", "line 1: says 3 nodes (0-3), but the lines are about nodes 0-1,3"),
        ("3 nodes (0-1,3)", "8 nodes (0-7)", "line 1: says 8 nodes"),
        ("3 nodes (0-1,3)", "0 nodes ()", "line 1: numactl saw no node"),
        ("node 0 cpus", "available: 1 nodes (0)\nnode 0 cpus", "line 2: a second machine starts here"),
        (
            "node 1 cpus: 10",
            "node 1 cpus: 10 node 1 size: 1 MB",
            "line 5: several lines of numactl -H stand in one line",
        ),
        ("\n", " ", "line 1: several lines of numactl -H stand in one line"),
        (OPTANE[OPTANE.index("node   0") :], "", "line 11: the distances are cut off"),
        (OPTANE, OPTANE + OPTANE, "line 16: a second machine starts here"),
        (OPTANE, OPTANE.replace("available", "AVAILABLE") + POWER, "line 16: node 0 has another cpus on line 2"),
        (OPTANE, OPTANE + "node distances:\nnode 0\n0: 10\n", "line 16: a second machine"),
        (OPTANE, "No NUMA available on this system\n", "line 1: numactl found no NUMA here"),
        (OPTANE, "he said available: 2 nodes, and node distances: none", "no line starts as those of numactl -H"),
        ("  3:  28", "  4:  28", "a row for node 4, which has no column"),
        (OPTANE[: OPTANE.index("node 1 cpus")], "", 'no "cpus:" or "size:" line for node 0'),
    ],
)
def test_an_error_names_the_line_and_the_problem(old: str, new: str, problem: str) -> None:
    with pytest.raises(TopologyError) as caught:
        read(OPTANE.replace(old, new), "host.txt")
    message = str(caught.value)
    assert message.startswith("host.txt: ")
    assert problem in message
    assert message.isprintable()


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        "node 0 cpus: " + "1 " * 500_000,
        "node 0 cpus: 1\n" + "1\n" * 500_000,
        "node 0 cpus: 1\n" + "0=\n" * 250_000,
        "available: 2 nodes\n" + "\n" * 1_000_000,
        "available: 2 nodes\n" + "> " * 500_000,
        "available: 2 nodes\n" + "node " * 200_000,
        "available: 2 nodes\n" + "node \n" * 100_000,
        "available: 2 nodes\n" + "...\n" * 100_000,
        "node distances:\nnode 0 1\n0: " + "10 " * 325_000,
        "node distances:\nnode " + " ".join(map(str, range(1024))) + "\n0: 10\n" * 125_000,
        "node 0 size:" + " " * 1_000_000 + "lots",
    ],
    ids=range(11),
)
def test_a_megabyte_of_nonsense_takes_little_time(text: str) -> None:
    start = time.process_time()
    with pytest.raises(TopologyError):
        read(text)
    assert time.process_time() - start < 20  # these are processor seconds; usually read() needs less than one


@given(st.data(), st.lists(st.integers(0, 300), min_size=1, max_size=12, unique=True), st.booleans())
def test_what_numactl_prints_is_read_back(data: st.DataObject, ids: list[int], wide: bool) -> None:
    ids.sort()
    cpus = st.lists(st.integers(0, 400), max_size=40, unique=True).map(sorted)
    nodes = [(node, data.draw(cpus), data.draw(st.integers(0, 10**6))) for node in ids]
    row = st.lists(st.integers(10, 255), min_size=len(ids), max_size=len(ids))
    rows = data.draw(st.lists(row, min_size=len(ids), max_size=len(ids)))
    topology = read(numactl(nodes, rows, wide=wide))
    assert topology.distances == tuple(map(bytes, rows))
    assert [(n.id, n.cpu_count, n.memory // 2**20) for n in topology.nodes] == [(i, len(c), mb) for i, c, mb in nodes]
