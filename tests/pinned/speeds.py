"""What is read of how fast memory is: from ACPI tables, QEMU, libvirt, hwloc, files of /sys and /proc/zoneinfo."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from struct import pack

from tests import goldens_2026
from tests.doctor.machines import write, zone
from tests.goldens import Row, rows
from tests.pinned.formats import damages, every, facts_of, outcomes, read
from tests.topology.formats.once_slow import FACTS
from tests.topology.formats.printers import dump, hwloc2, libvirt_domain, numactl, slit, srat, sysfs, table, tar
from viz.topology import TopologyError, load, load_beside, load_folder
from viz.topology.watermarks import read_zoneinfo

NODES = "sys/devices/system/node"
SPEEDS = {
    **{f"{NODES}/{path}": text for path, text in sysfs(FACTS).items()},
    f"{NODES}/node0/access1/initiators/read_latency": "90\n",
    f"{NODES}/node0/access1/initiators/write_latency": "95\n",
    f"{NODES}/node0/access1/initiators/read_bandwidth": "20000\n",
    f"{NODES}/node1/access1/initiators/read_latency": "250\n",
    f"{NODES}/node1/access1/initiators/read_bandwidth": "9000\n",
    f"{NODES}/node1/access0/initiators/read_latency": "240\n",
    "sys/devices/virtual/memory_tiering/memory_tier4/nodelist": "0\n",
    "sys/devices/virtual/memory_tiering/memory_tier22/nodelist": "1\n",
    "sys/bus/dax/devices/dax0.0/target_node": "1\n",
}
"""The files of a machine with a fast and a slow node."""
FIRMWARE = {
    "a latency of 0": {f"{NODES}/node1/access1/initiators/read_latency": "0\n"},
    "access0 alone": {path: "" for path in SPEEDS if "access1" in path},
    "no tiers": {path: "" for path in SPEEDS if "memory_tier" in path},
    "neither tiers nor speeds": {path: "" for path in SPEEDS if "memory_tier" in path or "access" in path},
    "a tier of an absent node": {"sys/devices/virtual/memory_tiering/memory_tier30/nodelist": "5\n"},
    "a node in two tiers": {"sys/devices/virtual/memory_tiering/memory_tier30/nodelist": "1\n"},
    "a tier without a node": {"sys/devices/virtual/memory_tiering/memory_tier22/nodelist": "\n"},
    "a damaged tier": {"sys/devices/virtual/memory_tiering/memory_tier22/nodelist": "x\n"},
    "a negative tier": {"sys/devices/virtual/memory_tiering/memory_tier4294967295/nodelist": "1\n"},
    "a device of an absent node": {"sys/bus/dax/devices/dax0.0/target_node": "9\n"},
    "a device that is no memory": {"sys/bus/dax/devices/dax0.0/driver": "device_dax\n"},
    "a damaged distance": {f"{NODES}/node1/distance": "10 x\n"},
    "a short distance": {f"{NODES}/node1/distance": "10\n"},
    "no nodes": {path: "" for path in SPEEDS if path.startswith(NODES)},
    "CPUs by mask": {f"{NODES}/node{node}/cpulist": "" for node in (0, 1)},
    "no CPUs said": {f"{NODES}/node{node}/{name}": "" for node in (0, 1) for name in ("cpulist", "cpumap")},
    "CPUs by has_cpu": {f"{NODES}/node{node}/{name}": "" for node in (0, 1) for name in ("cpulist", "cpumap")}
    | {f"{NODES}/has_cpu": "0\n"},
    "another has_cpu": {f"{NODES}/has_cpu": "1\n", f"{NODES}/has_memory": "0\n"},
    "meminfo of another node": {f"{NODES}/node1/meminfo": "Node 0 MemTotal: 5 kB\n"},
    "no meminfo": {f"{NODES}/node1/meminfo": ""},
}
"""Changes to the files; a file with no text is missing."""
ZONES = zone(0, "Normal", free=500) + zone(0, "Movable", free=70, marks=(1, 2, 3)) + zone(1, "Normal", free=90_000)
LIBVIRT = libvirt_domain(FACTS).replace(
    "    </numa>",
    """<interconnects>
<latency initiator='0' target='0' type='access' value='90'/>
<latency initiator='0' target='1' type='access' value='250'/>
<latency initiator='0' target='1' cache='1' type='access' value='5'/>
<bandwidth initiator='0' target='0' type='access' value='20480000' unit='KiB'/>
<bandwidth initiator='0' target='1' type='read' value='1' unit='GiB'/>
<bandwidth initiator='1' target='1' type='write' value='2' unit='GiB'/>
</interconnects>    </numa>""",
)
VALUE = '<memattr_value target_obj_type="NUMANode" target_obj_gp_index="{}" value="{}" initiator_cpuset="0x3"/>\n'
HWLOC = (
    hwloc2(FACTS)
    .replace('os_index="1" gp_index="8"', 'os_index="1" gp_index="8" subtype="NVM"')
    .replace(
        "</topology>",
        f'<memattr name="Latency" flags="6">\n{VALUE.format(7, 90)}{VALUE.format(8, 250)}</memattr>\n'
        f'<memattr name="ReadBandwidth" flags="5">\n{VALUE.format(7, 20000)}{VALUE.format(8, 9000)}</memattr>\n'
        '<info name="DAXDevice" value="dax0.0"/>\n<info name="MemoryTier" value="1"/>\n</topology>',
    )
)
TIERS = """$ cat /sys/devices/virtual/memory_tiering/memory_tier4/nodelist
0
$ ls /sys/bus/dax/devices
dax0.0
==> /sys/devices/virtual/memory_tiering/memory_tier22/nodelist <==
1
/sys/devices/system/node/node1/access1/initiators/read_latency:250
/sys/devices/system/node/node1/access1/initiators/read_bandwidth:9000
[    1.0] Demotion targets for Node 0: preferred: 1, fallback: 1
[    1.0] Demotion targets for Node 1: null
"""


def files() -> dict[str, Callable[[], str]]:
    """Return a file for each source of latencies and bandwidths, one for tiers beside a listing, one for watermarks."""
    tables = rows(goldens_2026.FOLDER / "hmat_tables_boots.jsonl")
    boots = rows(goldens_2026.FOLDER / "hmat_boots.jsonl")
    return {
        "iasl.txt": partial(_whole_and_damaged, goldens_2026.iasl(tables[3]["machine"])),
        "iasl-machines.txt": partial(_machines, tables[::4], goldens_2026.iasl),
        "qemu.txt": partial(_whole_and_damaged, goldens_2026.qemu(boots[0]["machine"])),
        "qemu-machines.txt": partial(_machines, boots[::8], goldens_2026.qemu),
        "libvirt.txt": partial(_whole_and_damaged, LIBVIRT),
        "hwloc.txt": partial(_whole_and_damaged, HWLOC),
        "acpidump.txt": _tables,
        "folders.txt": _folders,
        "tiers-beside.txt": _beside,
        "zoneinfo.txt": _zones,
    }


def _whole_and_damaged(text: str) -> str:
    facts = read(text)
    return "\n".join([*facts, "", *outcomes(facts, every(damages(text))), ""])


def _machines(found: list[Row], text_of: Callable[[Row], str]) -> str:
    lines = list[str]()
    for row in found:
        lines += [f"{row['name']}:", *(f"    {fact}" for fact in read(text_of(row["machine"])))]
    return "\n".join([*lines, ""])


def hmat(revision: int = 2) -> bytes:
    """Return an HMAT that attaches node 1 to node 0, with a table of latencies and one of bandwidths."""
    body = bytes(4)
    for node in (0, 1):
        body += pack("<HHIHHII", 0, 0, 40, 1, 0, 0, node) + bytes(20)
    for kind, entries in ((0, (90, 250)), (3, (200, 90))):
        body += pack("<HHIBBHIIIQ", 1, 0, 48, 0, kind, 0, 1, 2, 0, 100) + pack("<III", 0, 0, 1) + pack("<HH", *entries)
    whole = bytearray(table("HMAT", body))
    whole[8] = revision
    whole[9] = (whole[9] + 1 - revision) % 256
    return bytes(whole)


def _tables() -> str:
    good = slit(FACTS) + srat(FACTS) + hmat()
    facts = read(dump(slit(FACTS), srat(FACTS), hmat()))
    changed = [(f"revision {number}", slit(FACTS) + srat(FACTS) + hmat(number)) for number in (1, 3)]
    begins = len(slit(FACTS) + srat(FACTS))
    for start in range(begins + 36, len(good), 3):
        damaged = bytearray(good)
        damaged[start] ^= 1
        damaged[begins + 9] = (damaged[begins + 9] - damaged[start] + good[start]) % 256
        changed.append((f"byte {start - begins} of the HMAT", bytes(damaged)))
    twice = [("two SLITs", slit(FACTS) + good), ("no SRAT", slit(FACTS) + hmat()), ("no SLIT", srat(FACTS) + hmat())]
    return "\n".join([*facts, "", *read(good), "", *outcomes(facts, changed + twice), ""])


def _folders() -> str:
    """Return what is read from the files in a folder with each change, and with some as an archive and as lines."""
    whole = list(_read_folder(SPEEDS))
    lines = [*whole, ""]
    for name, changes in {"nothing": {}, **FIRMWARE}.items():
        changed = {path: text for path, text in (SPEEDS | changes).items() if text}
        lines.append(f"{name}: {' | '.join(line for line in _read_folder(changed) if line not in whole)}")
        grep = "".join(f"/{path}:{line}\n" for path, text in changed.items() for line in text.splitlines())
        for found in (read(tar(changed, "box")), read(grep)) if "CPU" in name else ():
            lines.append(f"{name}: {' | '.join(line for line in found if line not in whole)}")
    return "\n".join([*lines, ""])


def _read_folder(files: dict[str, str]) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        try:
            yield from facts_of(load_folder(write(Path(folder) / "copy", files)))
        except TopologyError as error:
            yield f"{error.key}: {error.problem}"


def _beside() -> str:
    result = load(numactl(FACTS))
    whole = list(facts_of(load_beside(result, TIERS)))
    lines = [*whole, ""]
    for name, text in [*every(damages(TIERS)), ("zones", ZONES), ("zones and tiers", ZONES + TIERS), ("words", "a b")]:
        try:
            found = list(facts_of(load_beside(result, text)))
            lines.append(f"{name}: {' | '.join(line for line in found if line not in whole) or 'the same'}")
        except TopologyError as error:
            lines.append(f"{name}: {error}")
    return "\n".join([*lines, ""])


def _zones() -> str:
    lines = list[str]()
    for name, text in [("whole", ZONES), *every(damages(ZONES))]:
        try:
            lines.append(f"{name}: {read_zoneinfo(text)}")
        except TopologyError as error:
            lines.append(f"{name}: {error}")
    return "\n".join([*lines, ""])
