"""Make inputs of any size for which the readers once took more than linear time, or would without their limits."""

from __future__ import annotations

import json
import tarfile
import zlib
from base64 import urlsafe_b64encode
from collections.abc import Callable
from struct import pack
from typing import Any

from viz.stories.toml_lines import line_of
from viz.topology import load
from viz.topology.formats.kernel_log import printed_lists
from viz.topology.link import VERSION, unpack

from .pace import Make, Read, up_to
from .printers import Facts, devicetree, likwid, qemu, sysfs, sysfs_lines, table, tar

FACTS = Facts("two", "", ((0, "0-1", 2**30), (1, "2-3", 2**31)), [[10, 21], [31, 10]])


def repeated(before: str, piece: str, after: str = "\n") -> Make:
    """Return a function that makes a text of `before`, many copies of `piece`, and `after`."""
    return lambda size: before + piece * (size // len(piece)) + after


def numbered(before: str, line: Callable[[int], str], after: str = "", limit: int = 1024) -> Make:
    """Return a function that makes a text of `before`, at most `limit` lines and `after`.

    The function `line` makes each line from its number.
    """
    return lambda size: before + up_to(size, line, limit) + after


def likwid_wrapped(size: int) -> str:
    return likwid(FACTS).replace("10 21", "10 21" + "\n1" * (size // 2))


def numactl_with_prose(size: int) -> str:
    """Return numactl's output with a complete matrix, followed by many lines that look like rows of the matrix."""
    statements = up_to(size // 2, lambda node: f"node {node} cpus: 1\nnode {node} size: 1 MB\n", 900)
    return f"{statements}node distances:\nnode 0\n  0: 10\n" + "1: x\n" * (size // 10)


def hwloc(inside: str) -> Make:
    node = '<object type="NUMANode" os_index="0"/><object type="Core"><object type="PU"/></object>'
    return repeated(f'<topology><object type="Machine">{node}', inside, "</object></topology>")


def cells(size: int) -> str:
    """Return libvirt XML with many nodes, of which only the first one has a distance."""
    first = "<cell memory='1'><distances><sibling id='1' value='20'/></distances></cell>"
    more = up_to(size, lambda _: "<cell memory='1'/>", 1023)
    return f"<numa>{first}{more}</numa>"


def blocks(size: int) -> str:
    """Return a device tree with many memory nodes.

    Each of them needs the #address-cells of their parent, whose value is very long.
    """
    inner = 'm { device_type = "memory"; numa-node-id = <0>; reg = <0 0 0 1>; };\n' * (size // 140)
    return f"/ {{ #address-cells = <{'2 ' * (size // 4)}>;\n{inner} }};"


def toml(depth: int) -> Make:
    """Return a function that makes a TOML table with many keys inside `depth` other tables."""
    return numbered(f'title = "x"\n[{"a." * depth}a]\n', lambda key: f"k{key} = 1\n", limit=9999)


def domains(size: int) -> bytes:
    """Return an ACPI SRAT with many CPUs in many proximity domains."""
    entries = (pack("<BBHIIII4x", 2, 24, 0, cpu % 999, cpu, 1, 0) for cpu in range(size // 24))
    return table("SRAT", bytes(12) + b"".join(entries))


def pax(size: int) -> bytes:
    """Return a tar archive with a pax header that has very many keys."""
    info = tarfile.TarInfo("pax")
    info.type, body = tarfile.XHDTYPE, b"5 a=\n" * (size // 5)
    info.size = len(body)
    return info.tobuf(tarfile.USTAR_FORMAT) + body + bytes(-len(body) % 512) + tar(sysfs(FACTS))


def link(head: dict[str, Any]) -> str:
    stream = zlib.compressobj(9, zlib.DEFLATED, -15)
    plain = json.dumps(head).encode() + b"\n"
    data = stream.compress(plain) + stream.flush() + zlib.crc32(plain).to_bytes(4)
    return VERSION + urlsafe_b64encode(data).decode().rstrip("=")


def long_cpu_lists(size: int) -> str:
    """Return a link to a machine with many nodes; the first has very many CPUs, and each other node has one CPU."""
    cpus = ["1," * (size // 2), *["1"] * (size // 128)]
    return link({"title": "x", "nodes": {"id": [1] * len(cpus), "cpus": cpus, "memory": [1] * len(cpus)}})


ONCE_SLOW: dict[str, tuple[Read, Make]] = {
    "QEMU, blanks at the end": (load, repeated(qemu(FACTS).rstrip(), "\t")),
    "QEMU, wide blanks at the end": (load, repeated(qemu(FACTS).rstrip(), "\u00a0")),
    "QEMU, long values of variables": (load, repeated(f"A={'1,' * 99}1\nqemu -numa node,cpus=", "$A")),
    "QEMU, many nodes": (load, repeated("qemu ", "-numa node ")),
    "lscpu, blanks after a label": (load, repeated("NUMA node0 CPU(s):", " ", "x\n")),
    "lscpu, blanks before a label": (load, repeated("", " ", "NUMA x\n")),
    "lscpu, a CPU list over many lines": (load, repeated("NUMA node0 CPU(s): 0\n", "1\n")),
    "lscpu, ranges with a large stride": (load, repeated("NUMA node0 CPU(s): ", "0-65535:32768,", "1\n")),
    "lscpu, many high CPUs": (load, repeated("NUMA node0 CPU(s): ", "65535,", "1\n")),
    "lscpu, many nodes with a high CPU": (load, numbered("", lambda node: f"NUMA node{node} CPU(s): 0,65535\n")),
    "a log, blanks after a tier": (printed_lists, repeated("memory_tier4", " ", "x\n")),
    "likwid, a row over many lines": (load, likwid_wrapped),
    "xl.cfg, many words": (load, repeated("vnuma = [", "'a='")),
    "numactl, rows that are prose": (load, numactl_with_prose),
    "sysfs, equals signs": (load, repeated(sysfs_lines(FACTS), "=")),
    "sysfs, marks before a path": (load, repeated("", ">", f"\n{sysfs_lines(FACTS)}")),
    "sysfs, a long meminfo": (load, numbered("", lambda row: f"/sys/node/node0/meminfo:MemTotal {row}\n", limit=9999)),
    "hwloc, many matrices": (load, hwloc('<distances nbobjs="1" relative_depth="2"/>')),
    "hwloc, many matrices and elements": (load, hwloc('<distances nbobjs="1" relative_depth="2"/><a/><a/><a/>')),
    "hwloc, many nodes near the same CPUs": (
        load,
        numbered("<topology>", lambda node: f'<object type="NUMANode" os_index="{node}" cpuset="1"/>', "</topology>"),
    ),
    "libvirt, text in pieces": (load, repeated("<domain><cell memory='1'/>", "xxx<b/>", "</domain>")),
    "libvirt, many cells and one distance": (load, cells),
    "device tree, blocks in one with a long property": (load, blocks),
    "device tree, empty blocks": (load, repeated(devicetree(FACTS), "{}")),
    "device tree, blocks that add to another": (
        load,
        numbered(f"{devicetree(FACTS)} l: x {{}};", lambda block: f"&l {{ k{block} = <1>; }};\n", limit=9999),
    ),
    "iasl, many tables": (load, repeated("", 'Signature : "SRAT"\nSubtable Type : 05\nFlags : 0\n')),
    "a SLIT's bytes, many tables": (load, lambda size: table("SRAT", bytes(12)) * (size // 48)),
    "a SLIT's bytes, many domains": (load, domains),
    "a tarball, keys of a pax header": (load, pax),
    "TOML, a table deep in others": (load, toml(4000)),
    "TOML, a table in some others": (load, toml(15)),
    "TOML, a key of many parts": (load, repeated('title = "x"\n', "a.", "a = 1\n")),
    "TOML, keys of some parts": (load, numbered('title = "x"\n', lambda key: f"{'a.' * 15}a{key} = 1\n", limit=9999)),
    "TOML, quotation marks after dots": (load, repeated(f'title = "x"\na = "{". " * 20}', '\\"', '"\n')),
    "TOML, the line of a key": (lambda text: line_of(text, "title"), repeated('a = "', '\\"', "\n")),
    "a link, CPU lists": (unpack, long_cpu_lists),
}  # fmt: skip
