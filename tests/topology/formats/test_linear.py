"""Test that every reader of input takes linear time: twice the input takes about twice the time.

Each format has a small text. Pieces are repeated at several positions of the text, and so are its lines. An input that
takes a noticeable time is measured at 8, 16, 32 and 64 KiB. once_slow.py has inputs that once took quadratic time.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from itertools import product

import pytest

from tests.other_readers import READERS
from viz.cli.serve import base_path
from viz.kernel.nodemask import NodeMask
from viz.kernel.releases import version
from viz.readers.report import change_of
from viz.topology import load, nodes_of_line
from viz.topology.formats import BINARY, FORMATS
from viz.topology.formats.kernel_log import printed_lists
from viz.topology.notation import pair
from viz.topology.quantities import checked_cpus, memory_bytes, node_ids, plain_text

from .habits import SYSFS
from .once_slow import FACTS, ONCE_SLOW
from .pace import PIECES, SIZES, Make, Read, blanks, repeats, runs, seconds_to, slow, with_run
from .printers import (
    devicetree,
    dump,
    hwloc1,
    hwloc2,
    iasl,
    libvirt_caps,
    libvirt_domain,
    likwid,
    lscpu,
    numactl,
    qemu,
    slit,
    srat,
    sysfs,
    sysfs_lines,
    tar,
    xen,
)

MAX_SECONDS = 1.0
"""The largest number of processor seconds for 64 KiB of an input that was slow once."""
JSON = '{"title": "x", "nodes": [{"id": 0, "cpus": "0-1", "memory": "1 GiB"}], "distances": [[10]]}\n'
TOML = 'title = "x"\ndistances = [[10]] # all\n[[nodes]]\nid = 0\ncpus = "0-1"\nmemory = "1 GiB"\n'
SCRIPT = (
    "A=1\nexport B='1G' # all\n#-numa node\nqemu-system-x86_64 -m $B -smp cpus=2,maxcpus=4 \\\n"
    '  -object \'{"id":"ram0","size":1073741824}\' -device qemu64-x86_64-cpu,socket-id=2 \\\n'
    '  -numa node,nodeid=0,cpus=0,memdev=ram0 -numa "node,nodeid=${A}" -numa cpu,node-id=1,socket-id=1 \\\n'
)
LOG = (
    "[    0.1] Fallback order for Node 0: 0 1\n[    1.2] Demotion targets for Node 0: preferred: 1, fallback: 1\n"
    "/sys/devices/virtual/memory_tiering/memory_tier4/nodelist:0-1\n"
)
TIERED = (
    numactl(FACTS)
    + "$ cat memory_tier4/nodelist\n0\n==> memory_tier{22,23}/nodelist <==\n1\nmemory_tier5=0 memory_tier6=1\n"
    + "/sys/devices/system/node/node1/access1/initiators/read_latency:250\n/sys/bus/dax/devices/dax0.0/target_node:1\n"
    + '[\n  {\n    "chardev":"dax0.0",\n    "target_node":1,\n    "mode":"system-ram"\n  }\n]\n'
    + "Demotion targets for Node 0: preferred: 1, fallback: 1\n"
)
TEXTS: dict[str, str] = {
    "lscpu": lscpu(FACTS),
    "lscpu --json": '{"lscpu": [\n{"field": "NUMA node0 CPU(s):", "data": "0-3"},\n{"field": "x:", "data": null}\n]}\n',
    "JSON": JSON,
    "TOML": TOML,
    "TOML of others": '[project]\nname = "x"\na.b = [1, 2.5]\n',
    "numactl": numactl(FACTS),
    "hwloc 1": hwloc1(FACTS),
    "hwloc 2": hwloc2(FACTS),
    "a domain": libvirt_domain(FACTS),
    "capabilities": libvirt_caps(FACTS),
    "grep": sysfs_lines(FACTS),
    "tail": "\n".join(f"==> /sys/devices/system/node/{path} <==\n{text}" for path, text in SYSFS.items()),
    "QEMU": qemu(FACTS),
    "a script for QEMU": SCRIPT,
    "acpidump": dump(slit(FACTS), srat(FACTS)),
    "iasl": iasl(FACTS, with_srat=True),
    "likwid": likwid(FACTS),
    "xl info": xen(FACTS),
    "xl.cfg": 'vnuma = [ ["pnode=0", "size=2048", "vcpus=0-3", "vdistances=10,20"],\n["pnode=1", "size=1"] ]\n',
    "device tree": devicetree(FACTS),
    "a kernel's log": LOG,
    "a line": "2 sockets: cpu+dram 64G, 2 x pmem 1T at 17; ring 21 30\n",
    "lsmem": (
        "RANGE                                  SIZE  STATE REMOVABLE BLOCK NODE\n"
        "0x0000000000000000-0x000000007fffffff    2G online       yes  0-15    0\n\nMemory block size: 128M\n"
    ),
    "lsmem --json": '{"memory": [{"range": "0x0-0x7f", "size": "2G", "state": "online", "node": 0},\n{"node": 1}]}\n',
    "Kubernetes": (
        "kind: NodeResourceTopology\nmetadata:\n  name: a\ntopologyPolicies: [x]\nzones:\n- costs:\n  - name: node-0\n"
        "    value: 10\n  name: node-0\n  resources:\n  - capacity: 50Gi\n    name: memory\n  type: Node\n"
    ),
    "Proxmox": "cores: 4\nnuma: 1\nnuma0: cpus=0-1;3,hostnodes=0,memory=1024,policy=bind\nsockets: 1\n",
    "fake nodes": "BOOT_IMAGE=/vmlinuz ro numa=fake=2 numa_emulation.read_latency=100,1000\n",
    "a mail": "Hello,\n> available: 1 nodes (0)\n> node 0 cpus: 0 1 =3D 2\n> node 0 size: 5 MB\nWhat do you think?\n",
}
"""A text of each format, by the name of the program or file that it comes from."""
BYTES: dict[str, bytes] = {
    "a tarball": tar(sysfs(FACTS)),
    "a packed tarball": gzip.compress(tar(sysfs(FACTS)), mtime=0),
    "a SLIT": slit(FACTS),
    "three tables": slit(FACTS) + srat(FACTS),
}
WORDS: dict[str, tuple[Read, str]] = {
    "tiers beside a listing": (load, TIERED),
    "a listing in strings": (load, "text = " + " +\n".join(f'"{line}\\n"' for line in TIERED.splitlines())),
    "a listing in a page": (load, f"<table><td>{TIERED.replace(chr(10), '<br>')}</td></table>"),
    "a listing with prefixes": (load, "".join(f"node-1  | {line}\n" for line in TIERED.splitlines())),
    "a listing with numbers": (
        load,
        "".join(f"{number}: {line}\n" for number, line in enumerate(TIERED.splitlines(), 1)),
    ),
    "a listing in JSON": (load, '{"host": "a", "stdout": "node 0 cpus: 0 1\\nnode 0 size: 5 MB\\n", "rc": 0}'),
    "two listings": (load, f"# a\n{TIERED}\n# b\n{TIERED}"),
    "nothing that is understood": (
        load,
        "GPU0  X  SYS  0-3\nMachine (5GB total) L#0\n[    0.1] ACPI: SRAT: Node 0 PXM 0\n",
    ),
    "a log to compare": (printed_lists, LOG),
    "chains": (lambda text: change_of(text, "0>1"), "0>1>2,3>4"),
    "a kernel": (version, "v6.1.192-amd64"),
    "a path": (base_path, "/a/b-c/"),
    "a line to weigh": (nodes_of_line, "2 sockets: cpu+dram 64G, 2 x pmem 1T at 17"),
    "a CPU list": (checked_cpus, "0-3,8,10-62:2"),
    "a size": (memory_bytes, "1.5 GiB"),
    "a node list": (node_ids, "0,2-3"),
    "a mask": (NodeMask.parse, "0,2-3"),
    "a distance": (pair, "0-1 at 20"),
    "a title": (plain_text(200), "two nodes of\tmemory"),
    **READERS,
}
"""The other inputs that people or programs give: for each, the function that reads it, and a text."""


def test_every_format_is_measured() -> None:
    formats_of_texts = [next((form for form in FORMATS if form.matches(text)), None) for text in TEXTS.values()]
    assert [form.name for form in FORMATS if form not in formats_of_texts] == []
    assert [form.name for form in BINARY if not any(map(form.matches, BYTES.values()))] == []


@pytest.mark.slow
@pytest.mark.parametrize("name", TEXTS)
def test_blanks_anywhere_take_linear_time(name: str) -> None:
    assert slow(load, blanks(TEXTS[name]), SIZES[0]) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", TEXTS)
def test_any_piece_repeated_anywhere_takes_linear_time(name: str) -> None:
    assert slow(load, runs(TEXTS[name]), SIZES[0]) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", TEXTS)
def test_many_lines_of_a_kind_take_linear_time(name: str) -> None:
    assert slow(load, repeats(TEXTS[name]), SIZES[2]) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", WORDS)
def test_long_words_take_linear_time(name: str) -> None:
    read, text = WORDS[name]
    assert slow(read, [*blanks(text), *runs(text)], SIZES[0]) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", BYTES)
def test_long_runs_of_bytes_take_linear_time(name: str) -> None:
    assert slow(load, runs_of_bytes(BYTES[name]), SIZES[0]) == []


def runs_of_bytes(data: bytes) -> Iterator[tuple[str, Make]]:
    def with_bytes(position: int, piece: bytes) -> Make:
        return lambda size: data[:position] + piece * (size // len(piece)) + data[position:]

    for position, piece in product(range(0, len(data) + 1, max(len(data) // 5, 1)), ["\0", *PIECES[::3]]):
        yield f"{piece!r} at {position}", with_bytes(position, piece.encode())


@pytest.mark.slow
@pytest.mark.parametrize("name", ONCE_SLOW)
def test_inputs_that_were_slow_once_take_linear_time(name: str) -> None:
    read, make = ONCE_SLOW[name]
    assert slow(read, [(name, make)], SIZES[0], fast=0) == []
    largest = make(SIZES[-1])
    assert min(seconds_to(read, largest) for _ in range(3)) < MAX_SECONDS


@pytest.mark.slow
def test_quadratic_time_is_found() -> None:
    """Two older ways of reading are quadratic: an expression for continued lines, and a way to join lines."""
    continued = re.compile(r"[ \t]*\\\r?\n[ \t]*")
    tabs = [("tabs", with_run("-m 4G", 5, "\t"))]
    assert slow(lambda text: continued.sub(" ", text[: len(text) // 16]), tabs, SIZES[0], fast=0)

    def joined(text: str) -> tuple[int, str]:
        result = 0, ""
        for line in text.split("\n"):
            result = result[0], f"{result[1]} {line}"
        return result

    assert slow(joined, [("lines", with_run("", 0, "1\n"))], SIZES[0], fast=0)


@pytest.mark.slow
def test_linear_time_is_not_reported() -> None:
    assert slow(lambda text: [ord(char) + 1 for char in text for _ in range(9)], runs("a: 1\n"), SIZES[0]) == []
