"""Test machines that people have published, printed here in the format in which each was published."""

from __future__ import annotations

from typing import Any

import pytest

from viz.kernel.nodemask import node_list
from viz.topology import ParseResult, TopologyError, load

from .printers import PRINTERS, Facts, all_facts, dump, iasl, slit, srat

FACTS = all_facts()
WHOLE = [
    name
    for name in FACTS
    if name not in ("docker-0nodes-nodist", "gb200-34n-elided", "dell-r820-5loc", "amd-8n-bharata-before-after")
]
GIB = 2**30
NO_SLIT = [[10, 20], [20, 10]]
"""The distances that a guest has if QEMU's arguments give none, because QEMU then makes no SLIT."""


def expected(facts: Facts) -> list[tuple[int, object, int]]:
    """Return the id, the CPUs and the bytes of each node that must be read; an unknown size becomes 1 GiB."""
    return [(node, cpus or "", GIB if memory is None else memory) for node, cpus, memory in facts.nodes]


def actual(loaded: ParseResult) -> list[tuple[int, Any, int]]:
    return [(node.id, node.cpus, node.memory) for node in loaded.topology.nodes]


def matrix(loaded: ParseResult) -> list[list[int]] | None:
    rows = loaded.topology.distances
    return None if isinstance(rows, str) else [list(row) for row in rows]


def normal(facts: Facts) -> Facts:
    """Return the same machine with its CPU lists in the shortest form."""
    nodes = tuple((n, None if cpus is None else node_list(facts.cpus(n)), memory) for n, cpus, memory in facts.nodes)
    return Facts(facts.name, facts.format, nodes, facts.rows, facts.more)


@pytest.mark.parametrize("name", WHOLE)
def test_a_published_machine_is_read_completely(name: str) -> None:
    facts = normal(FACTS[name])
    order = {"llnl-knl-snc4-flat": [0, 4, 1, 5, 2, 6, 3, 7], "hwloc-memorysidecaches": [0, 2, 1, 3]}.get(name)
    printer: Any = PRINTERS[facts.format]
    loaded = load(printer(facts, order=order) if order else printer(facts), f"{name}.txt")
    assert actual(loaded) == expected(facts)
    assert matrix(loaded) == facts.rows
    assert loaded.topology.source
    assert loaded.topology.source.endswith(f" in {name}.txt")


def test_a_listing_with_rows_left_out_is_refused() -> None:
    text = PRINTERS["numactl"](FACTS["gb200-34n-elided"])
    assert isinstance(text, str)
    rows = "node distances:\nnode " + " ".join(map(str, range(34))) + "\n  0: " + "10 " * 34 + "\n...\n"
    with pytest.raises(TopologyError, match='no row of distances for nodes 1-33; "\\.\\.\\." on line'):
        load(text.partition("No distance")[0] + rows)


def test_a_listing_without_nodes_is_refused() -> None:
    with pytest.raises(TopologyError, match="numactl saw no node at all"):
        load("available: 0 nodes ()\nNo distance information available.\n")


def test_domains_are_numbered_by_the_srat_if_there_is_one() -> None:
    facts = FACTS["dell-r820-5loc"]
    for slit_only in (iasl(facts), slit(facts), dump(slit(facts))):
        loaded = load(slit_only)
        assert loaded.topology.ids == (0, 1, 2, 3, 4)
        assert matrix(loaded) == facts.rows
        assert "proximity domains are taken for nodes" in (loaded.topology.note or "")
    for with_srat in (iasl(facts, with_srat=True), slit(facts) + srat(facts), dump(srat(facts), slit(facts))):
        loaded = load(with_srat)
        assert actual(loaded) == [(node - 1, cpus, memory) for node, cpus, memory in facts.nodes[1:]]
        assert matrix(loaded) == [list(row[1:]) for row in (facts.rows or ())[1:]]
        assert any("names nothing in proximity domain 0" in oddity for oddity in loaded.oddities)


@pytest.mark.parametrize(
    ("text", "ids", "memory", "rows"),
    [
        ("node 0 cpus: 0\nnode 0 size: n MB\nnode distances:\nnode 0\n0: 10\n", (0,), [GIB], [[10]]),
        (
            ">> -numa node,nodeid=3D0,cpus=3D0,mem=3D8 -numa node,nodeid=3D1,mem=3D8 \\\n"
            ">> -numa dist,src=3D0,dst=3D1,val=3D12=\n\nRegards\n",
            (0, 1),
            [8 * 2**20] * 2,
            [[10, 12], [12, 10]],
        ),
        (
            "> +\tmemory@1 {\n> +\t\treg = <0x0 0x0 0x0 0x1000>;\n> +\t\tnuma-node-id = <1>;\n> +\t};\n"
            "> +\tdistance-map {\n> +\t\tdistance-matrix = <0 0 10>\n> +\t\t\t<0 1 20>,\n> +\t\t\t<1 1 10>;\n> +\t};\n",
            (0, 1),
            [0, 4096],
            [[10, 20], [20, 10]],
        ),
        (
            "qemu -m 2G -smp 2,cores=2 -numa node -numa node -numa cpu,node-id=1,socket-id=0\n",
            (0, 1),
            [GIB] * 2,
            NO_SLIT,
        ),
        (
            "MEM=64M\nqemu -object memory-backend-ram,id=a,size=$MEM -object memory-backend-ram,id=b,size=${B} "
            "-numa node,memdev=a -numa node,memdev=b",
            (0, 1),
            [64 * 2**20, GIB],
            NO_SLIT,
        ),
        (
            "<numa><cell cpus='0' memory='1' unit='GiB'/><cell memory='1' unit='GB'/></numa>",
            (0, 1),
            [GIB, 10**9],
            NO_SLIT,
        ),
        (
            "> xl info -n:\n> node:    memsize    memfree    distances\n>  0:  -> 1 <-   5    10,21  <- is off\n"
            ">  1:  1   1   21,10\n>\n> So far\n\nWhy?\n",
            (0, 1),
            [2**20] * 2,
            [[10, 21], [21, 10]],
        ),
        (
            "node:    memsize    memfree    distances\n 0:  1  1  10,4294967295\n 1:  1  1  20,10\n",
            (0, 1),
            [2**20] * 2,
            [[10, 255], [20, 10]],
        ),
        (
            'vnuma = [ ["pnode=0","size=8","vcpus=0","vdistances=10,20"], ["pnode=1","size=8","vdistances=20,10"] ]',
            (0, 1),
            [8 * 2**20] * 2,
            [[10, 20], [20, 10]],
        ),
        ("NUMA node0 CPU(s): 0-3,\n   8-9\nNUMA node1 CPU(s): 4\n", (0, 1), [GIB] * 2, None),
        (
            "Domain:\t0\nProcessors:\t( 0 1\n2 3 )\nDistances:\t10\n21\nTotal memory:\t1 MB\n"
            "Domain:\t1\nProcessors:\t( 4 )\nDistances:\t21 10\nTotal memory:\t1 MB\n",
            (0, 1),
            [2**20] * 2,
            [[10, 21], [21, 10]],
        ),
        (
            "/sys/devices/system/node/node0/distance:10\n21\n/sys/devices/system/node/node1/distance:21 10\n",
            (0, 1),
            [GIB] * 2,
            [[10, 21], [21, 10]],
        ),
        ("# node 0 cpus: 0\n# node 0 size: 1 MB\n# node distances:\n# node   0\n#   0:  10\n", (0,), [2**20], [[10]]),
        ('{"lscpu": [{"field": "NUMA node0 CPU(s):", "data": "0-3"}]}', (0,), [GIB], None),
        (
            "Domain 0:\nProcessors:  0 2\nRelative distance to nodes:  10\nMemory: 5.5 MB free of total 8 MB\n",
            (0,),
            [2**23],
            [[10]],
        ),
    ],
    ids=range(15),
)
def test_variants_of_the_formats_are_read(text: str, ids: tuple[int, ...], memory: list[int], rows: object) -> None:
    loaded = load(text)
    assert loaded.topology.ids == ids
    assert [node.memory for node in loaded.topology.nodes] == memory
    assert matrix(loaded) == rows


def test_the_cpus_in_the_json_of_lscpu_are_read() -> None:
    field = '{{"field": "NUMA node{} CPU(s):", "data": "{}"}}'
    fields = ",\n".join(field.format(node, cpus) for node, cpus in enumerate(("0-3,8", "4-7", "-")))
    assert [node.cpus for node in load(f'{{"lscpu": [\n{fields}\n]}}').topology.nodes] == ["0-3,8", "4-7", ""]
