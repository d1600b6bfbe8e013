"""What the doctor makes of paths, of names of kernels, of a kernel's log, of cgroups and of sizes in meminfo."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tests.doctor.machines import NODES, zone
from tests.pinned.formats import grouped
from viz.doctor.cgroup import cgroup_path, events_of, file_of, is_there, mems_of
from viz.doctor.checks_gate import _is_closed, _unmapped
from viz.doctor.copies import has_files, read_lines
from viz.doctor.facts import Facts
from viz.doctor.kernel_words import KernelWords
from viz.doctor.paths import CGROUPS, is_wanted, place
from viz.doctor.release import Release
from viz.doctor.tree import Tree
from viz.topology.zoneinfo import gave_up, zones_of

PATHS = (
    "sys/kernel/mm/numa/demotion_enabled", "/sys/kernel/mm/numa/demotion_enabled", "./sys/x", "a/b/sys/kernel/mm/x",
    "proc/vmstat",
    "copy/proc/vmstat", "xproc/vmstat", "kernel/mm/x", "a/kernel/mm/x", "devices/system/node/online",
    "devices/virtual/x",
    "devices/other/x", "bus/dax/devices/dax0.0/state", "bus/pci/x", "node0/distance", "a/node123456/x", "node1234567/x",
    "node/x", "memory_tier4/nodelist", "a/memory_tier4/nodelist", "memory_tier12345678901/nodelist", "dmesg", "a/dmesg",
    "dmesg/a", "xdmesg", "", "/", "sys", "sys/", "x" * 397 + "/sys", "a/" * 195 + "sys/x", "a/" * 199 + "sys/x",
    "sys/devices/system/node/node1/access1/initiators/read_latency",
    "sys/devices/system/node/node1/access2/initiators/read_latency",
    "sys/devices/system/node/node12345678901/distance", "sys/devices/system/memory/memory5/state",
    "sys/bus/dax/devices/dax0.0/target_node", "sys/bus/dax/devices/dax0/target_node", "sys/fs/cgroup/memory.events",
    "sys/fs/cgroup/a/b/cpuset.mems.effective", "sys/fs/cgroup/a/cpuset.cpus",
    "sys/fs/cgroup/cpuset/a/cpuset.effective_mems",
    f"sys/fs/cgroup/{'a/' * 40}memory.max", f"sys/fs/cgroup/{'a/' * 41}memory.max",
    f"sys/fs/cgroup/{'a' * 255}/memory.high",
    f"sys/fs/cgroup/{'a' * 256}/memory.high", "proc/sys/vm/swappiness", "proc/sys/vm/other",
    "sys/fs/cgroup/a/memory.swap.max",
    "sys/fs/cgroup/a/memory.swappiness", "sys/fs/cgroup/a/cgroup.controllers",
)  # fmt: skip
CGROUP_NAMES = (
    "a", "/a/", "/sys/fs/cgroup/a", "sys/fs/cgroup/a/b", "copy/sys/fs/cgroup/a", "../sys/fs/cgroup/a",
    "/../sys/fs/cgroup/a",
    "/sys/fs/cgroup", "/sys/fs/cgroup/", "copy/sys/fs/cgroup", "sys/fs/cgroup", "", "/", "a//b", "a/./b", "a/../b",
    "..", "a\0",
    "a" * 4096, "a" * 4097, "a/sys/fs/cgroup/b/sys/fs/cgroup/c",
)  # fmt: skip
RELEASES = (
    "6.12.117+deb13-amd64", "6.12", "6.12.0", "6.12.0-55.el10", "6.12-rc3", "6.12.10", "6.12.11", "6.11.5", "v6.1",
    " 6.1 ",
    "5.14.0-427.el9", "5.15.0", "5.14.21", "7.3", "7.3.9", "7.4", "8.0.1", "x", "", "6", "6.x", "LINUX 6.1",
    "6.1.0.5", "99.99",
)  # fmt: skip
VERSIONS = (
    ("Linux version 6.1.5-amd64 (a@b)", None), ("x", "6.2.3"), (None, "6.2.3"), (None, None), ("Linux version x",
    "6.2.3"),
    ("Linux version 6.1.5", "6.2.3"), ("a" * 4090 + "Linux version 6.1", None),
)  # fmt: skip
TARGETS = "[    1.0] Demotion targets for Node {}: {}\n"
BOOT = "[    0.0] Linux version 6.1.5 (a@b)\n"
MISMATCH = "[    1.0] memory-tiers: the performance of DRAM node 1 mismatches that of the reference\nDRAM node 0.\n"
LOGS = {
    "none": None,
    "empty": "",
    "targets": TARGETS.format(0, "preferred: 1, fallback: 1-2") + TARGETS.format(1, "null"),
    "commas at the ends": TARGETS.format(0, "preferred: 1,, fallback: 1-2,"),
    "preferred alone": TARGETS.format(0, "preferred: 1"),
    "twice": TARGETS.format(0, "preferred: 1") + TARGETS.format(0, "preferred: 2"),
    "a bad list": TARGETS.format(0, "preferred: 1-, fallback: 2") + TARGETS.format(1, "preferred: 2"),
    "two boots": TARGETS.format(0, "preferred: 1") + BOOT + TARGETS.format(1, "preferred: 2"),
    "a boot before all": BOOT + TARGETS.format(0, "preferred: 1"),
    "a boot far in its line": "x" * 81 + BOOT + TARGETS.format(0, "preferred: 1"),
    "a mismatch": MISMATCH,
    "a mismatch before the boot": MISMATCH + BOOT,
    "a mismatch of a long number": MISMATCH.replace("node 1", "node 123456"),
    "zonelists": "[    0.1] Built 2 zonelists, mobility grouping on.\n",
    "fallbacks": "[    0.1] Fallback order for Node 0: 0 1\n",
    "another line": "[    9.0] usb 1-1: new device\n",
}  # fmt: skip
V1, V2 = f"{CGROUPS}/cpuset/a", f"{CGROUPS}/a"
TREES: dict[str, dict[str, str]] = {
    "nothing": {},
    "effective": {f"{V2}/cpuset.mems.effective": "0-1\n", f"{V2}/cpuset.mems": "5\n"},
    "empty": {f"{V2}/cpuset.mems.effective": "\n", f"{CGROUPS}/cpuset.mems.effective": "0-3\n"},
    "bad": {f"{V2}/cpuset.mems.effective": "x\n", f"{V2}/cpuset.mems": "5\n"},
    "above": {f"{V2}/memory.max": "5\n", f"{CGROUPS}/cpuset.mems.effective": "0-3\n"},
    "above alone": {f"{CGROUPS}/cpuset.mems.effective": "0-3\n"},
    "version 1": {f"{V1}/cpuset.effective_mems": "1\n", f"{V1}/cpuset.mems": "2\n"},
    "version 1 without effective nodes": {f"{V1}/cpuset.mems": "2\n"},
    "version 2 without effective nodes": {f"{V2}/cpuset.mems": "2\n"},
    "unified": {f"{CGROUPS}/unified/a/cpuset.mems.effective": "4\n"},
    "memory of version 1": {f"{CGROUPS}/memory/a/memory.swappiness": "4\n"},
    "events": {f"{V2}/memory.events": "low 0\nhigh 5\nmax 7\noom x\nother\nmany 1 2\n\u0663 \u0663\n"},
}  # fmt: skip
MEMINFO = (
    "", "MemTotal: 1000 kB", "MemTotal: 1000 kB\nFilePages: 10 kB", "MemTotal: 1000 kB\nFilePages: 11 kB",
    "MemTotal: 1000 kB\nFilePages: 10 kB\nSReclaimable: 50 kB",
    "MemTotal: 1000 kB\nFilePages: 10 kB\nSReclaimable: 51 kB",
    "MemTotal: 1000 kB\nFilePages: 10 kB\nKReclaimable: 51 kB",
    "MemTotal: 1000 kB\nFilePages: 30 kB\nShmem: 9 kB\nMapped: 11 kB",
    "MemTotal: 1000 kB\nFilePages: 30 kB\nShmem: 9 kB\nMapped: 10 kB", "MemTotal: 0 kB\nFilePages: 30 kB",
    "MemTotal: 1000 kB\nActive(file): 9 kB\nInactive(file): 9 kB\nMapped: 8 kB",
    "MemTotal: 1000 kB\nActive(file): 9 kB\nInactive(file): 9 kB\nMapped: 7 kB",
    "MemTotal: 1000 kB\nActive(file): 9 kB\nFilePages: 10 kB",
    "MemTotal: 1000 kB\nInactive(file): 9 kB",
    "MemTotal: 1000 kB\nActive(file): 1 kB\nInactive(file): 1 kB\nMapped: 9 kB",
    "MemTotal: 1000 kB\nFilePages: 5 kB\nShmem: 9 kB", "FilePages: 5 kB", "MemTotal:1000 kB\nFilePages: 9 kB",
    "Node 0 MemTotal: 1000 kB\nNode 0 FilePages: 9 kB", "Node 123456 MemTotal: 1000 kB\nFilePages: 9 kB",
)  # fmt: skip
COPIES = (
    "/proc/vmstat:a 1\n/proc/vmstat:b 2\n", "==> /proc/vmstat <==\na 1\nb 2\n", "/proc/vmstat:\na 1\n\nb 2\n",
    "> /proc/vmstat:a 1\n",
    "$ cat /sys/devices/system/node/node0/distance\n10 20\n", "Linux version 6.1.5 (a@b)\n", "x\nLinux box 6.1.5\n",
    "/proc/other:5\nx\n", "[    1.0] Demotion targets for Node 0: null\n", "[ 1.0] acpi/hmat: x\n", "/etc/passwd:x\n",
    "==> /etc/passwd <==\nroot\n==> /proc/vmstat <==\na 1\n", "/proc/vmstat:a 1\n[ 1.0] Built 2 zonelists\nb 2\n",
    "memory_tier4/nodelist:0\nnode0/distance:10\n", "/proc/vmstat : a 1\n", "=== /proc/vmstat <==\na 1\n", "",
)  # fmt: skip
ZONES = (
    zone(0, "Normal", free=5), zone(0, "Device", free=5), zone(0, "Normal", free=5, managed=0),
    "Node 0, zone Normal\n pages free 5\n",
    "Node 0, zone Normal\n pages free 5\n high 7\n", "Node 0, zone Normal\n pages free 5\n high 7\n present 0\n",
    "Node 0, zone Normal\n free 5\n free 6\n high 7\n", "free 5\nNode 1, zone DMA\n high x\n",
    "Node 123456, zone DMA\n pages free 5\n",
    zone(0, "DMA", free=5, gave_up=1) + zone(0, "Normal", free=5, gave_up=0) + zone(1, "Normal", free=5),
    "Node 0, zone Normal\n protection: (0, 7, 1234567890123456789, 3)\n node_unreclaimable: 2\n",
)  # fmt: skip


def words() -> str:
    """Return what becomes of each text, grouped by the result."""
    return "\n".join([*(line for title, named in _all() for line in (f"{title}:", *grouped(named))), ""])


def _all() -> Iterator[tuple[str, Iterable[tuple[str, str]]]]:
    yield "place", ((_short(path), f"{place(path)}"[-200:]) for path in PATHS)
    yield "read", ((_short(path), f"{is_wanted(path)}") for path in PATHS)
    yield "cgroup", ((_short(name), f"{cgroup_path(name)}"[:80]) for name in CGROUP_NAMES)
    yield "release", ((repr(name), _release(Release.parse(name))) for name in RELEASES)
    yield "release of files", ((_short(f"{pair}"), _release(Release.of_files(*pair))) for pair in VERSIONS)
    yield "log", ((name, _log(KernelWords(text))) for name, text in LOGS.items())
    yield "files of a cgroup", ((name, _cgroup(tree)) for name, tree in TREES.items())
    yield "meminfo", ((repr(text), _gate(text)) for text in MEMINFO)
    yield "copies", ((repr(text), _copy(text)) for text in COPIES)
    yield "zones", ((repr(text[:60]), _zones(text)) for text in ZONES)


def _short(text: str) -> str:
    return text if len(text) < 80 else f"{text[:40]!r} ... {text[-30:]!r}, {len(text)} characters"


def _release(found: Release | None) -> str:
    if found is None:
        return "none"
    row = found.row()
    return f"{found.number} {found.stable} {row and row.name} {found.note} {found.has_mglru_bug}"


def _log(log: KernelWords) -> str:
    return f"{log.is_known} {log.reaches_boot} {log.mismatch!r} {log.targets}"


def _facts(files: dict[str, str]) -> Facts:
    tree = Tree()
    for path, content in files.items():
        tree.add(path, content)
    return Facts(tree, None, "a")


def _cgroup(files: dict[str, str]) -> str:
    facts = _facts(files)
    names = ("memory.events", "memory.swappiness", "cpuset.mems.effective")
    return f"{is_there(facts)} {mems_of(facts)} {events_of(facts)} {[file_of(facts, name) for name in names]}"


def _gate(text: str) -> str:
    facts = _facts({f"{NODES}/node0/meminfo": text})
    return f"{_unmapped(facts.meminfo(0))} {_is_closed(facts, 0)}"


def _copy(text: str) -> str:
    return f"{has_files(text.encode())} {read_lines(text).files}"


def _zones(text: str) -> str:
    zones = zones_of(text)
    return f"{[(z.words(), z.is_populated, z.reserve, z.managed) for z in zones]} {gave_up(zones)}"
