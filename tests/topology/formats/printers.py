"""Print a machine in each format as the real programs do."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import tarfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from struct import pack
from typing import Any

from viz.kernel.nodemask import node_list
from viz.topology.quantities import cpu_numbers

Rows = Sequence[Sequence[int]]


@dataclass(frozen=True)
class Facts:
    """The facts about a machine that tests print in some format."""

    name: str
    format: str
    nodes: tuple[tuple[int, str | int | None, int | None], ...]
    """The id, the CPU list or CPU count, and the bytes of memory of each node; None means unknown."""
    rows: Rows | None
    """The rows of distances; None means unknown."""
    more: dict[str, Any] = field(default_factory=dict)
    """The remaining keys and values of the machine's line in machines.jsonl."""

    @property
    def ids(self) -> list[int]:
        return [node for node, _, _ in self.nodes]

    def cpus(self, node: int) -> list[int]:
        listed = next(cpus for number, cpus, _ in self.nodes if number == node)
        return sorted(cpu_numbers(str(listed or "")))


def all_facts() -> dict[str, Facts]:
    """Return all machines of machines.jsonl, by their names."""
    by_name = {}
    for line in (Path(__file__).parent / "machines.jsonl").read_text().splitlines():
        machine = json.loads(line)
        nodes = tuple((node, cpus, memory) for node, cpus, memory in machine.pop("nodes", []))
        facts = Facts(machine.pop("name"), machine.pop("format"), nodes, machine.pop("distances", None), machine)
        by_name[facts.name] = facts
    return by_name


def numactl(facts: Facts) -> str:
    lines = [f"available: {len(facts.ids)} nodes ({node_list(facts.ids)})"]
    for node, cpus, memory in facts.nodes:
        lines += [f"node {node} cpus:" + "".join(f" {cpu}" for cpu in facts.cpus(node))] * (cpus is not None)
        lines += [f"node {node} size: {memory // 2**20} MB", f"node {node} free: 9 MB"] if memory is not None else []
    if facts.rows is None:
        return "\n".join([*lines, "No distance information available.", ""])
    lines += ["node distances:", "node  " + "".join(f"{node:3} " for node in facts.ids)]
    pairs = zip(facts.ids, facts.rows, strict=True)
    return "\n".join(lines + [f"{node:3}: " + "".join(f"{cell:3} " for cell in row) for node, row in pairs]) + "\n"


def sysfs(facts: Facts) -> dict[str, str]:
    """Return the contents of the files below /sys/devices/system/node, by their paths."""
    tree = {"online": f"{node_list(facts.ids)}\n", "possible": f"{node_list(facts.ids)}\n", "has_cpu": ""}
    for index, (node, cpus, memory) in enumerate(facts.nodes):
        if facts.rows is not None:
            tree[f"node{node}/distance"] = " ".join(map(str, facts.rows[index])) + "\n"
        if cpus is not None:
            tree[f"node{node}/cpulist"] = f"{cpus}\n"
            tree[f"node{node}/cpumap"] = f"{mask(facts.cpus(node), '')}\n"
        tree[f"node{node}/meminfo"] = (
            f"Node {node} MemTotal: {(memory or 0) // 1024:>14} kB\nNode {node} MemFree: 5 kB\n"
        )
    return tree


def sysfs_lines(facts: Facts) -> str:
    files = {path: text for path, text in sysfs(facts).items() if text.strip()}
    top = "/sys/devices/system/node"
    return "".join(f"{top}/{path}:{line}\n" for path, text in files.items() for line in text.splitlines())


def tar(files: dict[str, str], top: str = "box/sys/devices/system/node", **links: str) -> bytes:
    """Return a tar archive of the files. Like real archives, it also has unneeded members and links between members."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for path, text in {"../../../version": "x", **files}.items():
            info = tarfile.TarInfo(f"{top}/{path}" if not path.startswith("..") else "box/proc/version")
            info.size = len(text)
            archive.addfile(info, io.BytesIO(text.encode()))
        for name, target in {"node0/cpu0": "../../cpu/cpu0", **links}.items():
            info = tarfile.TarInfo(f"{top}/{name}")
            info.type, info.linkname = tarfile.SYMTYPE, target
            archive.addfile(info)
    return buffer.getvalue()


def sysfs_tar(facts: Facts) -> bytes:
    packers: list[Callable[[bytes], bytes]] = [gzip.compress, bz2.compress, lzma.compress]
    return packers[len(facts.ids) % 3](tar(sysfs(facts)))


def mask(cpus: Sequence[int], prefix: str = "0x") -> str:
    bits = sum(1 << cpu for cpu in cpus)
    parts: list[str] = []
    while bits or not parts:
        parts.append(f"{prefix}{bits & 0xFFFFFFFF:08x}")
        bits >>= 32
    return ",".join(reversed(parts))


def hwloc1(facts: Facts, order: Sequence[int] = ()) -> str:
    memory = {node: size for node, _, size in facts.nodes}
    order = order or facts.ids
    index_of = {node: index for index, node in enumerate(facts.ids)}
    nodes = [
        f'    <object type="NUMANode" os_index="{node}" cpuset="{mask(facts.cpus(node))}"'
        f' local_memory="{memory[node]}">\n'
        f'      <page_type size="65536" count="5"/>\n    </object>\n'
        for node in order
    ]
    rows = facts.rows
    values = (
        ""
        if rows is None
        else "".join(f'<latency value="{rows[index_of[a]][index_of[b]] / 10:.6f}"/>' for a in order for b in order)
    )
    matrix = f'    <distances nbobjs="{len(order)}" relative_depth="1" latency_base="10.000000">{values}</distances>\n'
    top = '<topology>\n  <object type="Machine" os_index="0" cpuset="0x1">\n'
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE topology SYSTEM "hwloc.dtd">\n{top}'
    return head + (matrix if values else "") + "".join(nodes) + "  </object>\n</topology>\n"


def hwloc2(facts: Facts, version: str = "2.0", order: Sequence[int] = ()) -> str:
    memory = {node: size for node, _, size in facts.nodes}
    nodes = "".join(
        f'    <object type="Package" os_index="{node}"><object type="NUMANode" os_index="{node}" gp_index="{node + 7}"'
        f' cpuset="{mask(facts.cpus(node))}" local_memory="{memory[node]}"/></object>\n'
        for node in (order or facts.ids)
    )
    cells = [str(cell) for row in facts.rows or () for cell in row]
    values = "".join(
        f'<u64values length="9">{" ".join(cells[start : start + 10])} </u64values>'
        for start in range(0, len(cells), 10)
    )
    indexes = f'<indexes length="9">{" ".join(map(str, facts.ids))} </indexes>'
    attributes = f'type="NUMANode" nbobjs="{len(facts.ids)}" kind="5" name="NUMALatency" indexing="os"'
    other = '<distances2 type="OSDev" nbobjs="2" kind="9" name="NVLinkBandwidth" indexing="gp"></distances2>'
    matrix = f"  {other}<distances2 {attributes}>{indexes}{values}</distances2>\n" if cells else ""
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE topology SYSTEM "hwloc2.dtd">\n'
    return f'{head}<topology version="{version}">\n  <object type="Machine">\n{nodes}  </object>\n{matrix}</topology>\n'


def libvirt_domain(facts: Facts) -> str:
    cells = ""
    for index, (node, cpus, memory) in enumerate(facts.nodes):
        siblings = (
            "".join(
                f'<sibling id="{other}" value="{facts.rows[index][column]}"/>'
                for column, other in enumerate(facts.ids)
                if other > node
            )
            if facts.rows is not None
            else ""
        )
        listed = f' cpus="{cpus}"' if cpus else ""
        inner = f"<distances>{siblings}</distances>" if siblings else ""
        cells += f'      <cell id="{node}"{listed} memory="{(memory or 0) // 1024}" unit="KiB">{inner}</cell>\n'
    return f"<!-- mine -->\n<domain type='kvm'><name>x</name><cpu><numa>\n{cells}    </numa></cpu></domain>\n"


def libvirt_caps(facts: Facts) -> str:
    cells = ""
    for index, (node, _, memory) in enumerate(facts.nodes):
        cpus = "".join(f'<cpu id="{cpu}" socket_id="0"/>' for cpu in facts.cpus(node))
        siblings = "".join(
            f'<sibling id="{other}" value="{cell}"/>'
            for other, cell in zip(facts.ids, facts.rows[index] if facts.rows else (), strict=False)
        )
        inside = f"<memory unit='KiB'>{(memory or 0) // 1024}</memory><distances>{siblings}</distances>"
        cells += f'<cell id="{node}">{inside}<cpus num="{len(facts.cpus(node))}">{cpus}</cpus></cell>\n'
    host = f"<cpu><topology sockets='1'/></cpu><topology><cells num='{len(facts.ids)}'>\n{cells}</cells></topology>"
    return f"<!-- printed -->\n<capabilities><host>{host}</host></capabilities>\n"


def likwid(facts: Facts) -> str:
    star, rule = "*" * 80, "-" * 80
    text = f"CPU name:\tx\n{star}\nNUMA Topology\n{star}\nNUMA domains:\t\t{len(facts.ids)}\n{rule}\n"
    for index, (node, _, memory) in enumerate(facts.nodes):
        cpus = " ".join(map(str, facts.cpus(node)))
        row = " ".join(map(str, facts.rows[index])) if facts.rows else ""
        size = f"{round((memory or 0) / 2**20, 1):g}" if (memory or 0) < 2**39 else f"{(memory or 0) / 2**20:.1f}"
        text += f"Domain:\t\t\t{node}\nProcessors:\t\t( {cpus} )\nDistances:\t\t{row}\nFree memory:\t\t5 MB\n"
        text += f"Total memory:\t\t{size} MB\n{rule}\n"
    return text


def lscpu(facts: Facts) -> str:
    label = "NUMA \u8282\u70b9{}  CPU\uff1a" if len(facts.ids) % 2 else "NUMA node{} CPU(s):"
    text = f"Architecture: x86_64\nCPU(s): 64\nNUMA node(s): {len(facts.ids)}\n"
    return text + "".join(f"{label.format(node):24}{cpus or ''}\n" for node, cpus, _ in facts.nodes)


def qemu(facts: Facts) -> str:
    words = ["qemu-system-ppc64 -machine pseries -m 4G -smp 4"]
    for node, cpus, memory in facts.nodes:
        parts = "".join(f",cpus={part}" for part in str(cpus).split(",") if part)
        if memory is not None:
            words.append(f"-object memory-backend-ram,id=ram{node},size={memory}")
        words.append(f"-numa node,nodeid={node}{parts}" + (f",memdev=ram{node}" if memory is not None else ""))
    ids = facts.ids
    symmetric = (
        all(facts.rows[a][b] == facts.rows[b][a] for a in range(len(ids)) for b in range(a)) if facts.rows else 0
    )
    for index, row in enumerate(facts.rows or ()):
        for column, cell in enumerate(row):
            if index < column or not symmetric:
                words.append(f"-numa dist,src={ids[index]},dst={ids[column]},val={cell}")
    return " \\\n  ".join(words) + "\n"


def iasl(facts: Facts, *, with_srat: bool = False) -> str:
    rows = facts.rows or ()
    text = '[000h 0000   4]                    Signature : "SLIT"    [System Locality]\n'
    text += "[004h 0004   4]                 Table Length : 00000001\n"
    text += f"[024h 0036   8]                   Localities : {len(rows):016X}\n"
    for index, row in enumerate(rows):
        cells = [f"{cell:02X}" for cell in row]
        lines = [" ".join(cells[start : start + 16]) for start in range(0, len(cells), 16)]
        text += (
            f"[02Ch 0044   {len(row)}]                 Locality {index:3} : "
            + " \\\n[03Ch 0060]      : ".join(lines)
            + "\n"
        )
    text += "\nRaw Table Data: Length 60 (0x3C)\n\n    0000: 53 4C 49 54 3C 00 00 00 01 2B  // SLIT<....+\n"
    return text + (_iasl_srat(facts) if with_srat else "")


def _iasl_srat(facts: Facts) -> str:
    text = '[000h 0000   4]                    Signature : "SRAT"    [System Resource]\n'
    apic = 0
    for domain, cpus, _ in facts.nodes:
        for _ in range(cpus if isinstance(cpus, int) else len(facts.cpus(domain))):
            text += "[030h 0048   1] Subtable Type : 00 [Processor Local APIC/SAPIC Affinity]\n Length : 10\n"
            text += (
                f" Proximity Domain Low(8) : {domain:02X}\n Apic ID : {apic:02X}\n Flags (decoded below) : 00000001\n"
            )
            text += " Enabled : 1\n Local Sapic EID : 00\n Proximity Domain High(24) : 000000\n"
            apic += 1
    for domain, _, memory in facts.nodes:
        for part in [memory] if memory else []:
            text += f"[0h 00 1] Subtable Type : 01 [Memory Affinity]\n Length : 28\n Proximity Domain : {domain:08X}\n"
            text += f" Address Length : {part:016X}\n Flags (decoded below) : 00000001\n Enabled : 1\n"
    return text


def table(name: str, body: bytes) -> bytes:
    """Return an ACPI table with its header and a correct checksum."""
    head = name.encode() + pack("<I", 36 + len(body)) + b"\1\0MADEUPTESTTEST" + bytes(36 - 24)
    whole = bytearray(head + body)
    whole[9] = -sum(whole) % 256
    return bytes(whole)


def slit(facts: Facts) -> bytes:
    rows = facts.rows or ()
    return table("SLIT", pack("<Q", len(rows)) + b"".join(bytes(row) for row in rows))


def srat(facts: Facts) -> bytes:
    body, apic = bytes(12), 0
    for domain, cpus, _ in facts.nodes:
        for _ in range(cpus if isinstance(cpus, int) else len(facts.cpus(domain))):
            body += pack("<BBHIIIII", 2, 24, 0, domain, apic, 1, 0, 0)
            apic += 1
    for domain, _, memory in facts.nodes:
        if memory:
            body += pack("<BBIHQQIIQ", 1, 40, domain, 0, 0, memory, 0, 1, 0)
    return table("SRAT", body)


def dump(*tables: bytes) -> str:
    """Return the output of acpidump for the tables."""
    text = ""
    for data in tables:
        text += f"{data[:4].decode()} @ 0x000000007FFE0000\n"
        for offset in range(0, len(data), 16):
            piece = data[offset : offset + 16]
            characters = "".join(chr(byte) if 32 < byte < 127 else "." for byte in piece)
            text += f"    {offset:04X}: {' '.join(f'{byte:02X}' for byte in piece):48} {characters}\n"
        text += "\n"
    return text


def xen(facts: Facts) -> str:
    owner = {cpu: node for node in facts.ids for cpu in facts.cpus(node)}
    text = "host : x\ncpu_topology           :\ncpu:    core    socket     node\n"
    text += "".join(f"{cpu:3}:    {cpu:4}        0     {owner[cpu]:4}\n" for cpu in sorted(owner))
    text += "device topology        :\nNo device topology data available\n"
    text += "numa_info              :\nnode:    memsize    memfree    distances\n"
    for index, (node, _, memory) in enumerate(facts.nodes):
        row = ",".join(map(str, facts.rows[index])) if facts.rows else ""
        text += f"{node:4}:    {(memory or 0) // 2**20:6}      5      {row}\n"
    return text + "xen_major : 4\n"


def devicetree(facts: Facts) -> str:
    """Return device tree source. The machine's CPUs must be numbered in the order of their nodes."""
    text = "/dts-v1/;\n/ {\n #address-cells = <2>; #size-cells = <2>; /* cells */\n cpus { #address-cells = <1>;\n"
    for node in facts.ids:
        for cpu in facts.cpus(node):
            text += f'  cpu@{cpu:x} {{ device_type = "cpu"; reg = <{cpu}>; numa-node-id = <{node}>; }};\n'
    text += " };\n"
    for node, _, memory in facts.nodes:
        high, low = divmod(memory or 0, 2**32)
        reg = f"reg = <0x0 0x0 {high:#x} {low:#x}>"
        text += f' memory@{node}0 {{ device_type = "memory"; {reg}; numa-node-id = <{node}>; }};\n'
    if facts.rows:
        pairs = [(a, b, facts.rows[i][j]) for i, a in enumerate(facts.ids) for j, b in enumerate(facts.ids) if i <= j]
        triples = ",\n  ".join(f"<{a} {b} {cell}>" for a, b, cell in pairs)
        text += f' distance-map {{ compatible = "numa-distance-map-v1"; // all\n  distance-matrix = {triples};\n }};\n'
    return text + "};\n"


PRINTERS: dict[str, Callable[..., str | bytes]] = {
    "numactl": numactl,
    "sysfs-tar": sysfs_tar,
    "sysfs-lines": sysfs_lines,
    "hwloc-xml-v1": hwloc1,
    "hwloc-xml-v2": hwloc2,
    "hwloc-xml-v3": lambda facts, order=(): hwloc2(facts, "3.0", order),
    "libvirt-domain-xml": libvirt_domain,
    "libvirt-caps-xml": libvirt_caps,
    "likwid-topology": likwid,
    "lscpu": lscpu,
    "qemu": qemu,
    "slit-dsl": iasl,
    "slit-bytes": slit,
    "acpidump": lambda facts: dump(slit(facts), srat(facts)),
    "xen": xen,
    "dts": devicetree,
}
"""The printer of each format, by the format's name in machines.jsonl; not every format is in that file."""
