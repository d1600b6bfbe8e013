"""What people and programs do to a listing, format by format: each text is made up, and the machine is the same."""

from __future__ import annotations

import pytest

from viz.topology import TopologyError, load

from .printers import tar

MIB = 2**20
TWO = [(0, "0-1", 1024), (1, "2-3", 2048)]
ROWS = [[10, 21], [31, 10]]
MATRIX = "node distances:\nnode   0   1\n  0:  10  21\n  1:  31  10\n"
STANZAS = "node 0 cpus: 0 1\nnode 0 size: 1024 MB\nnode 1 cpus: 2 3\nnode 1 size: 2048 MB\n"
CELLS = (
    "<cell id='0' cpus='0-1' memory='1' unit='GiB'><distances><sibling id='1' value='21'/></distances></cell>\n"
    "<cell id='1' cpus='2-3' memory='2' unit='GiB'><distances><sibling id='0' value='31'/></distances></cell>\n"
)
LIKWID = (
    "Domain:\t\t0\nProcessors:\t( 0 1 )\nDistances:\t10 21\nTotal memory:\t1024 MB\n"
    "Domain:\t\t1\nProcessors:\t( 2 3 )\nDistances:\t31 10\nTotal memory:\t2048 MB\n"
)
SYSFS = {
    "node0/distance": "10 21\n",
    "node1/distance": "31 10\n",
    "node0/cpulist": "0-1\n",
    "node1/cpulist": "2-3\n",
    "node0/meminfo": "\nNode 0 MemTotal:        1048576 kB\nNode 0 MemFree:         1 kB\n",
    "node1/meminfo": "\nNode 1 MemTotal:        2097152 kB\nNode 1 MemFree:         1 kB\n",
}
LINES = "".join(f"/sys/devices/system/node/{path}:{text.strip().splitlines()[0]}\n" for path, text in SYSFS.items())
XEN = (
    "cpu:    core    socket     node\n  0: 0 0 0\n  1: 1 0 0\n  2: 0 1 1\n  3: 1 1 1\n"
    "numa_info              :\nnode:    memsize    memfree    distances\n"
    "   0:      1024          5      10,21\n   1:      2048          5      31,10\n"
)
NODES = (
    "-object memory-backend-ram,id=a,size=1G -object memory-backend-ram,id=b,size=2G "
    "-numa node,nodeid=0,cpus=0-1,memdev=a -numa node,nodeid=1,cpus=2-3,memdev=b"
)
DISTS = "-numa dist,src=0,dst=1,val=21 -numa dist,src=1,dst=0,val=31"
MAP = "distance-map { distance-matrix = <0 0 10>, <0 1 21>, <1 0 31>, <1 1 10>; };"


def quoted(text: str, mark: str = "> ") -> str:
    return "".join(f"{mark}{line}\n" for line in text.splitlines())


def in_a_mail(text: str) -> str:
    return f"Hello,\n\nOn Monday <me@host.example> wrote:\n{quoted(text)}\nWhat do you think?\n"


TEXTS = {
    "cpu lists with ranges and a count": STANZAS.replace(": 0 1", ": 0-1 (2)").replace(": 2 3", ": 2, 3 (2)") + MATRIX,
    "remarks in brackets": STANZAS.replace("0 1\n", "0 1  (two of them)\n") + MATRIX.replace("21\n", "21  (far)\n"),
    "remarks after an arrow": STANZAS.replace("1024 MB", "1024 MB \u2190 this")
    + MATRIX.replace("21\n", "21 \u2190 far\n"),
    "binary units": STANZAS.replace("1024 MB", "1 GiB").replace("2048 MB", "2048MiB") + MATRIX,
    "rows without colons in a comment": quoted(
        STANZAS + MATRIX.replace(":  ", "   ").replace("node dist", "node dist"), " * "
    ).replace("distances   ", "distances:"),
    "no line above the columns": STANZAS + MATRIX.partition("\n")[2],
    "the end of a page": f"<pre>available: 2 nodes (0-1)<br>\n{STANZAS}{MATRIX}</pre>",
    "likwid in a comment": quoted(LIKWID, "# "),
    "likwid in a mail": in_a_mail(LIKWID),
    "likwid as %g prints it": LIKWID.replace("2048 MB", "2.048e+03 MB").replace("2.048e+03", "2048"),
    "sysfs in a mail": in_a_mail(LINES),
    "sysfs as tail prints it": "\n".join(f"==> /sys/devices/system/node/{p} <==\n{t}" for p, t in SYSFS.items()),
    "sysfs by echo and cat": "".join(f"/sys/devices/system/node/{p}:\n{t}" for p, t in SYSFS.items()),
    "sysfs from within": LINES.replace("/sys/devices/system/node/", ""),
    "xen in a mail": in_a_mail(XEN),
    "xen wrapped": XEN.replace("10,21", "10,\n 21"),
    "qemu with options commented out": f"qemu {NODES} {DISTS}\n#-numa dist,src=0,dst=1,val=99\n# -numa node\n",
    "qemu at a root prompt": f"# qemu-system-x86_64 {NODES} {DISTS}\n",
    "qemu all in a comment": f"#  {NODES}\n#  {DISTS}\n",
    "qemu in a quoted value over lines": f'args: "-smp 4\n   {NODES}\n   {DISTS}"\n',
    "qemu put together": f'a="-smp 4 {NODES}"\n# it\'s one direction after the other\na+=" {DISTS}"\n',
    "cells in a mail": in_a_mail(f"<numa>\n{CELLS}</numa>"),
    "cells with dots around": f"...\n<vcpu>4</vcpu>\n<cpu>\n...\n<numa>{CELLS}</numa></cpu>\n<devices/>\n...\n",
    "cells alone": CELLS,
    "cells with a CPU taken out": f"<numa>{CELLS}</numa>".replace("'2-3'", "'2-5,^4,^5'"),
    "cells with a wide comma": f"<numa>{CELLS}</numa>".replace("'2-3'", "'2\uff0c3'"),
}


@pytest.mark.parametrize("habit", TEXTS)
def test_it_is_the_same_machine(habit: str) -> None:
    topology = load(TEXTS[habit]).topology
    assert [(node.id, node.cpus, node.memory // MIB) for node in topology.nodes] == TWO
    assert [list(row) for row in topology.distances] == ROWS


def test_grep_names_no_file_where_there_is_only_one() -> None:
    top = "/sys/devices/system/node"
    text = f"{top}/online:0\n{top}/node0/cpulist:0-1\n{top}/node0/distance:10\nNode 0 MemTotal:     1024 kB\n"
    topology = load(text).topology
    assert [(node.id, node.cpus, node.memory) for node in topology.nodes] == [(0, "0-1", MIB)]


@pytest.mark.parametrize(
    ("online", "said"), [("0-1", "columns for node 0, which have"), ("", "columns for 1 more nodes, which have")]
)
def test_columns_without_a_directory_are_left_out_and_named(online: str, said: str) -> None:
    tree = {path: text for path, text in SYSFS.items() if path.startswith("node1")}
    loaded = load(tar(tree | ({"online": f"{online}\n"} if online else {})))
    assert (loaded.topology.ids, loaded.topology.distances) == ((1,), (bytes([10]),))
    assert any(said in oddity for oddity in loaded.oddities)


def test_node_stanzas_may_be_left_out_where_all_rows_are_there() -> None:
    loaded = load(STANZAS.partition("node 1")[0] + "[...]\n" + MATRIX)
    assert [(node.cpus, node.memory) for node in loaded.topology.nodes] == [("0-1", 2**30), ("", 2**30)]
    assert [guess.key for guess in loaded.guesses] == ["cpus", "memory"]
    assert loaded.guesses[0].sentence.startswith("The listing does not say whether there are CPUs in node 1;")


@pytest.mark.parametrize("label", [
    "NUMA node{} CPU(s):", "NUMA-Knoten{} CPU(s):", "CPU(s) de n\u00f3{} NUMA:",
    "N\u0153ud NUMA {} de processeur(s)\u00a0:",
    "  NUMA \u8282\u70b9{} CPU\uff1a", "NUMA \u30ce\u30fc\u30c9 {} CPU:", "> NUMA node{} CPU(s):",
])  # fmt: skip
def test_lscpu_speaks_many_languages(label: str) -> None:
    lines = [f"{label.format(node):30}{cpus}" for node, cpus in ((0, "0-6:2"), (2, "1,3"), (3, ""))]
    topology = load("\n".join(["CPU(s): 8", "NUMA node(s): 3", *lines, "L3: 30 MiB"])).topology
    assert [(node.id, node.cpus) for node in topology.nodes] == [(0, "0,2,4,6"), (2, "1,3"), (3, "")]
    assert topology.distances == "unknown"


def test_a_terabyte_is_printed_with_an_exponent_by_likwid() -> None:
    assert load(LIKWID.replace("2048 MB", "1.03178e+06 MB")).topology.nodes[1].memory == 1031780 * MIB


DTS = f"/ {{ #address-cells = <1>; #size-cells = <1>; cpus {{ c0: cpu@0 {{}}; c1: cpu@1 {{}}; }}; mem: memory@40000000 {{ reg = <0 64>; }}; {MAP} }};\n"  # noqa: E501


@pytest.mark.parametrize("more", [
    "&c0 { numa-node-id = <0>; }; &c1 { numa-node-id = <1>; }; &mem { numa-node-id = <1>; };",
    "&{/cpus/cpu@0} { numa-node-id = <0>; }; &{/cpus/cpu@1} { numa-node-id = <1>; };"
    "&{/memory@40000000} { numa-node-id = <1>; };",
])  # fmt: skip
def test_a_device_tree_may_say_the_node_of_a_cpu_later(more: str) -> None:
    topology = load(DTS + more).topology
    assert [(node.cpus, node.memory) for node in topology.nodes] == [("0", 0), ("1", 64)]
    assert [list(row) for row in topology.distances] == ROWS


def test_a_distance_map_may_stand_in_the_comment_of_a_driver() -> None:
    text = quoted(MAP.replace(", ", "\n"), " * ")
    assert [list(row) for row in load(f"/*\n{text} */\nint x;\n").topology.distances] == ROWS


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (STANZAS + STANZAS[: STANZAS.index("node 1")] + MATRIX, "line 5: node 0 has another cpus on line 1"),
        (f"<capabilities>{CELLS}</capabilities>\n" * 2, "line 4: a second document starts here"),
        (f"<numa>{CELLS}</numa>\n<numa>{CELLS}</numa>", "a second machine starts here"),
        (f"<numa>{CELLS}</numa>".replace("'2-3'", "'2-3,^x'"), "'x' is no CPU number"),
        (LIKWID.replace("2048 MB", "2e3 MB"), "line 8: the memory of domain 1"),
    ],
)
def test_what_cannot_be_one_machine_is_refused(text: str, said: str) -> None:
    with pytest.raises(TopologyError, match=said.replace("^", "\\^")):
        load(text)
