"""Test that listings are read in the forms that people and programs give them, format by format."""

from __future__ import annotations

import pytest

from viz.topology import TopologyError, load

from .habits import CELLS, LIKWID, MAP, MATRIX, MIB, ROWS, STANZAS, SYSFS, TEXTS, TWO, quoted
from .printers import Facts, iasl, tar


@pytest.mark.parametrize("habit", TEXTS)
def test_the_machine_is_the_same_with_each_habit(habit: str) -> None:
    topology = load(TEXTS[habit]).topology
    assert [(node.id, node.cpus, node.memory // MIB) for node in topology.nodes] == TWO
    assert [list(row) for row in topology.distances] == ROWS


def test_grep_prints_no_path_for_a_single_file() -> None:
    top = "/sys/devices/system/node"
    text = f"{top}/online:0\n{top}/node0/cpulist:0-1\n{top}/node0/distance:10\nNode 0 MemTotal:     1024 kB\n"
    topology = load(text).topology
    assert [(node.id, node.cpus, node.memory) for node in topology.nodes] == [(0, "0-1", MIB)]


@pytest.mark.parametrize(
    ("online", "oddity"), [("0-1", "columns for node 0, which have"), ("", "columns for 1 more nodes, which have")]
)
def test_columns_without_a_directory_are_an_oddity(online: str, oddity: str) -> None:
    tree = {path: text for path, text in SYSFS.items() if path.startswith("node1")}
    loaded = load(tar(tree | ({"online": f"{online}\n"} if online else {})))
    assert (loaded.topology.ids, loaded.topology.distances) == ((1,), (bytes([10]),))
    assert any(oddity in sentence for sentence in loaded.oddities)


def test_older_versions_of_iasl_print_flags_without_decoding_them() -> None:
    facts = Facts("two", "", ((0, "0-1", 2**30), (1, "2-3", 2**31)), [[10, 21], [21, 10]])
    text = iasl(facts, with_srat=True).replace("Flags (decoded below)", "Flags").replace(" Enabled : 1\n", "")
    assert [(node.cpus, node.memory) for node in load(text).topology.nodes] == [(2, 2**30), (2, 2**31)]


def test_lines_of_a_node_may_be_left_out_if_all_rows_are_there() -> None:
    loaded = load(STANZAS.partition("node 1")[0] + "[...]\n" + MATRIX)
    assert [(node.cpus, node.memory) for node in loaded.topology.nodes] == [("0-1", 2**30), ("", 2**30)]
    assert [guess.key for guess in loaded.guesses] == ["cpus", "memory", "tier"]
    assert loaded.guesses[0].sentence.startswith("The listing does not say whether there are CPUs in node 1;")


@pytest.mark.parametrize("label", [
    "NUMA node{} CPU(s):", "NUMA-Knoten{} CPU(s):", "CPU(s) de n\u00f3{} NUMA:",
    "N\u0153ud NUMA {} de processeur(s)\u00a0:",
    "  NUMA \u8282\u70b9{} CPU\uff1a", "NUMA \u30ce\u30fc\u30c9 {} CPU:", "> NUMA node{} CPU(s):",
])  # fmt: skip
def test_lscpu_is_read_in_many_languages(label: str) -> None:
    lines = [f"{label.format(node):30}{cpus}" for node, cpus in ((0, "0-6:2"), (2, "1,3"), (3, ""))]
    topology = load("\n".join(["CPU(s): 8", "NUMA node(s): 3", *lines, "L3: 30 MiB"])).topology
    assert [(node.id, node.cpus) for node in topology.nodes] == [(0, "0,2,4,6"), (2, "1,3"), (3, "")]
    assert topology.distances == "unknown"


def test_likwid_prints_a_terabyte_with_an_exponent() -> None:
    assert load(LIKWID.replace("2048 MB", "1.03178e+06 MB")).topology.nodes[1].memory == 1031780 * MIB


DTS = f"/ {{ #address-cells = <1>; #size-cells = <1>; cpus {{ c0: cpu@0 {{}}; c1: cpu@1 {{}}; }}; mem: memory@40000000 {{ reg = <0 64>; }}; {MAP} }};\n"  # noqa: E501


@pytest.mark.parametrize("more", [
    "&c0 { numa-node-id = <0>; }; &c1 { numa-node-id = <1>; }; &mem { numa-node-id = <1>; };",
    "&{/cpus/cpu@0} { numa-node-id = <0>; }; &{/cpus/cpu@1} { numa-node-id = <1>; };"
    "&{/memory@40000000} { numa-node-id = <1>; };",
])  # fmt: skip
def test_a_device_tree_may_give_the_node_of_a_cpu_later(more: str) -> None:
    topology = load(DTS + more).topology
    assert [(node.cpus, node.memory) for node in topology.nodes] == [("0", 0), ("1", 64)]
    assert [list(row) for row in topology.distances] == ROWS


def test_a_distance_map_may_stand_in_the_comment_of_a_driver() -> None:
    text = quoted(MAP.replace(", ", "\n"), " * ")
    assert [list(row) for row in load(f"/*\n{text} */\nint x;\n").topology.distances] == ROWS


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (STANZAS + STANZAS[: STANZAS.index("node 1")] + MATRIX, "line 5: node 0 has another cpus on line 1"),
        (f"<capabilities>{CELLS}</capabilities>\n" * 2, "line 4: a second document starts here"),
        (f"<numa>{CELLS}</numa>\n<numa>{CELLS}</numa>", "a second machine starts here"),
        (f"<numa>{CELLS}</numa>".replace("'2-3'", "'2-3,^x'"), "'x' is no CPU number"),
        (LIKWID.replace("2048 MB", "2e3 MB"), "line 8: the memory of domain 1"),
    ],
)
def test_a_text_that_cannot_be_one_machine_is_refused(text: str, problem: str) -> None:
    with pytest.raises(TopologyError, match=problem.replace("^", "\\^")):
        load(text)
