"""Compare what the command line prints with boots of the kernels 6.12.117 and 7.3.4.

`tests/golden/2026/*.jsonl` holds machines and what their kernels printed: orders, and orders with an HMAT or a cpuset.
`python -m tests.goldens_2026 FILE...` compares further files of the same form. The command line gets a machine with an
HMAT either as QEMU arguments or as the text that iasl prints of the machine's ACPI tables.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.command import printed
from tests.goldens import Row, ids, rows
from tests.pressure_boots import pressure_differences

FOLDER = Path(__file__).parent / "golden" / "2026"
DATA_TYPES = (
    "access-latency", "read-latency", "write-latency", "access-bandwidth", "read-bandwidth", "write-bandwidth",
)  # fmt: skip


def order(text: str, kernel: str, *options: str) -> Any:
    """Return what `order --json` prints for a machine whose zonelists are built at boot, as on real machines."""
    options = ("--kernel", kernel, "--zonelists", "boot", "--remote", "20", *options)
    return json.loads(printed("order", "--json", *options, "-", stdin=text))


def hmat_differences(row: Row) -> Iterator[str]:
    """Yield a line for each difference between the command line and a boot with an HMAT: tiers, targets, lists."""
    text = iasl(row["machine"]) if "hmat_tables" in row["machine"] else qemu(row["machine"])
    yield from _differences(row, row["boot"], order(text, row["kernel"]))


def order_differences(row: Row) -> Iterator[str]:
    """Yield a line for each difference between a boot without an HMAT and the command line."""
    yield from _differences(row, row["boot"], order(json.dumps(document(row)), row["kernel"]))
    yield from _differences(row, row["boot"], order(qemu(row["machine"]), row["kernel"]))


def cpuset_differences(row: Row) -> Iterator[str]:
    """Yield a line if the first target of a node under a cpuset differs from what the boot showed.

    A cgroup without the file cpuset.mems.effective has the cpuset of its parent, which the row states.
    """
    mems, wanted = row["mems_effective"], row["rule"]["first_choice"]
    allowed = row["cpuset_mems"] if mems is None else ",".join(map(str, mems))
    found = order(qemu(row), row["kernel"], "--allowed", allowed)
    yield from _differences(row, row, found)
    first = found["demotes_to"][str(row["source_node"])]
    if first != wanted:
        yield f"{row['name']} on {row['kernel']}: {first}, not {wanted}"


def under_pressure_differences(row: Row) -> Iterator[str]:
    """Yield where the order differs from the boot's, or what a program under pressure does with it."""
    yield from _differences(row, row, order(qemu(row), row["kernel"]))
    yield from pressure_differences(row, qemu(row))


def _differences(row: Row, boot: Row, found: Any) -> Iterator[str]:
    title = f"{row['name']} on {row['kernel']}"
    tiers = {str(tier["id"]): ids(tier["nodes"]) for tier in found["tiers"]}
    if tiers != boot["tiers"]:
        yield f"{title}: tiers {tiers}, not {boot['tiers']}"
    for node, wanted in boot["demotion"].items():
        is_found = [ids(found["preferred"][node]), ids(found["fallback_targets"][node])]
        if is_found != ([wanted["preferred"], wanted["fallback"]] if wanted else [[], []]):
            yield f"{title}: node {node}: {is_found}, not {wanted}"
    for node, wanted in boot["fallback_order"].items():
        if found["fallback"][node] != wanted:
            yield f"{title}: list of node {node}: {found['fallback'][node]}, not {wanted}"


def document(row: Row) -> Row:
    """Return the topology document of a row without an HMAT."""
    boot = row["boot"]
    nodes = [
        {
            "id": node["id"],
            "cpus": node["cpus"],
            "memory": node["mib"] * 2**20,
            "online": node["id"] in boot.get("online", [node["id"]]),
        }
        for node in row["machine"]["nodes"]
    ]
    return {"title": row["name"], "nodes": nodes, "distances": row["machine"]["distances"] or "unknown"}


def qemu(machine: Row) -> str:
    """Return the QEMU arguments that make a machine."""
    nodes = machine["nodes"]
    numbers, present, first = list[list[int]](), list[int](), 0
    for node in nodes:
        count = node["cpus"] + node.get("absent_cpus", 0)
        numbers.append(list(range(first, first + count)))
        present += numbers[-1][: node["cpus"]]
        first += count
    total = sum(node["mib"] for node in nodes)
    on = machine.get("hmat_on", bool(machine.get("hmat")))
    lines = [f"qemu-system-x86_64 -machine pc{',hmat=on' if on else ''} -m {total}M"]
    lines.append(f"-smp cpus=1,maxcpus={first},sockets={first},cores=1,threads=1")
    for node in nodes:
        if node["mib"]:
            lines.append(f"-object memory-backend-ram,id=m{node['id']},size={node['mib']}M")
    for node, cpus in zip(nodes, numbers, strict=True):
        argument = f"-numa node,nodeid={node['id']}" + "".join(f",cpus={cpu}" for cpu in cpus)
        argument += f",memdev=m{node['id']}" if node["mib"] else ""
        given = node.get("initiator")
        lines.append(argument + (f",initiator={given}" if given is not None else ""))
    lines += [
        f"-numa dist,src={a},dst={b},val={d}" for a, r in enumerate(machine["distances"] or ()) for b, d in enumerate(r)
    ]
    lines += [line for entry in machine.get("hmat") or () for line in _hmat_lb(entry)]
    lines += [f"-device qemu64-x86_64-cpu,socket-id={cpu},core-id=0,thread-id=0" for cpu in present if cpu]
    return " \\\n ".join(lines) + "\n"


def _hmat_lb(entry: Row) -> Iterator[str]:
    head = f"-numa hmat-lb,initiator={entry['initiator']},target={entry['target']},hierarchy=memory,data-type=access-"
    if entry["latency_ns"] is not None:
        yield f"{head}latency,latency={entry['latency_ns']}"
    if entry["bandwidth_MBps"] is not None:
        yield f"{head}bandwidth,bandwidth={entry['bandwidth_MBps']}M"


def iasl(machine: Row) -> str:
    """Return the SLIT, SRAT and HMAT of a machine as iasl prints them."""
    lines = ['Signature : "SLIT"', f"Localities : {len(machine['distances']):016X}"]
    lines += [f"Locality {n} : {bytes(row).hex(' ').upper()}" for n, row in enumerate(machine["distances"])]
    lines += ["", 'Signature : "SRAT"']
    for node in machine["nodes"]:
        for cpu in range(node["cpus"]):
            lines += ["Subtable Type : 00 [Processor Local APIC/SAPIC Affinity]", "Length : 10"]
            lines += [f"Proximity Domain Low(8) : {node['id']:02X}", f"Apic ID : {16 * node['id'] + cpu:02X}"]
            lines += ["Flags (decoded below) : 00000001", "Enabled : 1", "Proximity Domain High(24) : 000000"]
        if node["generic_initiator"]:
            lines += ["Subtable Type : 05 [Generic Initiator Affinity]", f"Proximity Domain : {node['id']:08X}"]
            lines += ["Flags (decoded below) : 00000001", "Enabled : 1"]
    for node in machine["nodes"]:
        if node["mib"]:
            lines += ["Subtable Type : 01 [Memory Affinity]", f"Proximity Domain : {node['id']:08X}"]
            lines += ["Base Address : 0000000000000000", f"Address Length : {node['mib'] * 2**20:016X}"]
            lines += ["Flags (decoded below) : 00000001", "Enabled : 1"]
    lines += ["", 'Signature : "HMAT"', f"Revision : {machine['hmat_revision']:02X}"]
    for node in machine["nodes"]:
        if node["mib"]:
            attached = node["attached"]
            lines += ["Structure Type : 0000 [Memory Proximity Domain Attributes]", "Length : 00000028"]
            lines += [f"Flags (decoded below) : {2 + (attached is not None):04X}"]
            lines += [f"Processor Proximity Domain Valid : {int(attached is not None)}"]
            lines += [f"Attached Initiator Proximity Domain : {attached or 0:08X}"]
            lines += [f"Memory Proximity Domain : {node['id']:08X}"]
    for table in machine["hmat_tables"]:
        lines += ["Structure Type : 0001 [System Locality Latency and Bandwidth Information]"]
        lines += [f"Flags (decoded below) : {table.get('hierarchy', 0):02X}"]
        lines += [f"Memory Hierarchy : {table.get('hierarchy', 0)}"]
        lines += [f"Data Type : {DATA_TYPES.index(table['type']):02X}", f"Entry Base Unit : {table['base']:016X}"]
        lines += [f"Initiator Proximity Domain List : {domain:08X}" for domain in table["initiators"]]
        lines += [f"Target Proximity Domain List : {domain:08X}" for domain in table["targets"]]
        lines += [f"Entry : {entry:04X}" for row in table["entries"] for entry in row]
    return "\n".join(lines) + "\n"


def check_of(row: Row) -> Callable[[Row], Iterator[str]]:
    """Return the function that compares a row, depending on the keys of the row."""
    if "cpuset_mems" in row:
        return cpuset_differences
    if "pgdemote" in row:
        return under_pressure_differences
    return hmat_differences if {"hmat", "hmat_tables"} & row["machine"].keys() else order_differences


def main(files: list[str]) -> int:
    """Compare every row of the files, and return the number of rows that differ."""
    total = 0
    for name in files:
        checked = rows(Path(name))
        lines = [list(check_of(row)(row)) for row in checked]
        print(*(line for row in lines for line in row), sep="\n")
        print(f"{name}: {len(checked)} rows, {sum(map(bool, lines))} of them differ")
        total += sum(map(bool, lines))
    return total


if __name__ == "__main__":
    sys.exit(1 if main(sys.argv[1:]) else 0)
