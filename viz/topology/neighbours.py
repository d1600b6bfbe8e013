"""Name what people paste and no machine can be read from, and the command that they should run instead."""

from __future__ import annotations

import re
from dataclasses import dataclass

NUMACTL = "numactl -H"
SYSFS = "grep -s . /sys/devices/system/node/node*/{distance,cpulist,meminfo}"


@dataclass(frozen=True)
class Neighbour:
    """A text that looks like this is of that program; it lacks something, and another command has it."""

    what: str
    looks: re.Pattern[str]
    lacks: str = "it has no distances"
    instead: str = NUMACTL


def _n(what: str, looks: str, lacks: str = "it has no distances", instead: str = NUMACTL) -> Neighbour:
    return Neighbour(what, re.compile(looks, re.MULTILINE), lacks, instead)


NEIGHBOURS = (
    _n(
        "`nvidia-smi topo -m`",
        r"^[ \t]*+(?:GPU|NIC)[0-9]{1,3}[ \t]++[^\n]{0,400}?\b(?:X|SYS|NODE|PHB|PXB|PIX|NV[0-9]{1,2})\b",
    ),
    _n("`nvidia-smi topo`", r"\bCPU Affinity\b[^\n]{0,40}\bNUMA Affinity\b"),
    _n("`nvidia-smi`", r"\bNVIDIA-SMI [0-9]"),
    _n("`rocm-smi`", r"\bROCm System Management|^GPU\[[0-9]{1,3}\][ \t]*+:[^\n]{0,80}Numa"),
    _n(
        "`numastat`",
        r"^[ \t]*+(?:numa_hit|interleave_hit|local_node|other_node)\b|^Per-node (?:process|system|numastat)\b",
        "it has counters, and no distances",
    ),
    _n("`numactl --show`", r"^(?:nodebind|membind|cpubind|preferred node):|^policy: [a-z]+"),
    _n(
        "`daxctl list`",
        r"\"chardev\":\s{0,9}\"dax",
        "it tells which nodes dax/kmem adds, and no nodes, sizes or distances",
    ),
    _n("`cxl list`", r"\"(?:memdev|decoder|root_decoders|daxregion|cxl_region)\"\s{0,9}:", "it has no distances"),
    _n(
        "`ndctl list`",
        r"\"(?:blockdev|namespace|pmem_namespace|dev)\":\s{0,9}\"(?:pmem|namespace|btt|region)[0-9.]",
        "it has no distances",
    ),
    _n("`ipmctl`", r"\bDimmID\b[^\n]{0,80}\bCapacity\b|\bPersistentMemoryType\b", "it has no distances"),
    _n(
        "the text of `lstopo`",
        r"^[ \t]*+(?:Machine|Package|Group0|NUMANode|HostBridge|PU|Core|Socket)(?:\([A-Za-z-]{1,20}\))? "
        r"(?:L#[0-9]|\((?:P#|total=|[0-9]))",
        "it has no distances",
        "lstopo machine.xml, and give that file, or numactl -H",
    ),
    _n(
        "a kernel's log of the SRAT",
        r"\bSRAT: (?:Node [0-9]{1,4} PXM|PXM [0-9]{1,9})|\bACPI: SRAT\b",
        "it has no distances",
    ),
    _n("a kernel's log", r"^\[ {0,6}[0-9]{1,6}\.[0-9]{6}\] ", "it names no distances of nodes"),
    _n(
        "`lsmem` without nodes",
        r"^RANGE[ \t]++SIZE[ \t]++STATE",
        "it says nothing of nodes",
        "lsmem -o RANGE,SIZE,STATE,NODE, or numactl -H",
    ),
    _n("`/proc/meminfo` or `free`", r"^MemTotal:[ \t]++[0-9]++ kB|^Mem:[ \t]++[0-9]", "it says nothing of nodes"),
    _n("`/proc/zoneinfo` or `/proc/buddyinfo`", r"^Node [0-9]{1,4}, zone[ \t]"),
    _n(
        "`vmstat` counters",
        r"^(?:pgdemote_\w{1,30}|nr_free_pages|pgmigrate_success) [0-9]",
        "it has counters, and no distances",
    ),
    _n("`dmidecode`", r"^# dmidecode [0-9]|^Handle 0x[0-9A-F]{4}, DMI type"),
    _n("`lspci`", r"^(?:[0-9a-f]{4}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-7] [A-Z]"),
    _n("`lshw`", r"^[ \t]{0,20}\*-(?:memory|core|cpu|firmware)\b"),
    _n("`cpuid` or `/proc/cpuinfo`", r"^processor[ \t]*+:[ \t]*+[0-9]{1,5}[ \t]*+$", "it says nothing of nodes"),
    _n(
        "`virsh nodeinfo` or `freecell`",
        r"^NUMA cell\(s\):|^Core\(s\) per socket: {4}|^ {0,4}[0-9]{1,4}:[ \t]++[0-9]++ KiB[ \t]*+$",
        "it has no distances",
        "virsh capabilities, or numactl -H",
    ),
    _n("`virsh numatune`", r"^numa_(?:mode|nodeset)[ \t]*+:", "it has no nodes", "virsh dumpxml of the guest"),
    _n(
        "`kubectl describe node`",
        r"^(?:Allocatable|Capacity):[ \t]*+$",
        "it has no nodes of memory",
        "kubectl get noderesourcetopologies -o yaml",
    ),
    _n(
        "`kubectl describe`",
        r"^Kind:[ \t]++NodeResourceTopology",
        "it has no lists that can be told apart",
        "kubectl get noderesourcetopologies -o yaml",
    ),
    _n(
        "`kubectl get`",
        r"^NAME[ \t]++(?:STATUS|READY|AGE|DESIRED|VERSION)\b",
        "it has no nodes of memory",
        "kubectl get noderesourcetopologies -o yaml",
    ),
    _n(
        "`coreinfo` of Windows",
        r"\bApproximate Cross-NUMA Node Access Cost|^Logical Processor to NUMA Node Map",
        "its costs are no distances of the SLIT",
        "it under Linux: numactl -H",
    ),
    _n(
        "`sysctl` of FreeBSD or macOS",
        r"^(?:vm\.(?:ndomains|phys_segs|phys_locality)|hw\.(?:memsize|ncpu|physmem))\b[:=]",
        instead="acpidump -t SLIT, or acpidump",
    ),
    _n("`esxcli` of ESXi", r"^[ \t]*+NUMA Node Count:", instead="it in a Linux on that machine: numactl -H"),
    _n(
        "`systemctl` or `systemd-cgtop`",
        r"^Control Group[ \t]++Tasks|^[ \t]*+Loaded: loaded",
        "it says nothing of nodes",
    ),
    _n(
        "`perf` or `mlc` output",
        r"\bIntel\(R\) Memory Latency Checker|^# Running .{0,40}numa",
        "its figures are no distances of the SLIT",
    ),
    _n("a cgroup's file", r"^(?:0::/|cpuset\.mems|N[0-9]{1,4}=[0-9])", "it has no distances"),
    _n(
        "QEMU arguments that name no nodes",
        r"\bqemu-system-[a-z0-9_]{1,20}\b|\bqemu-kvm\b|(?<![\w-])-device[ \t]++cxl-|(?<![\w-])-M[ \t]++q35,cxl=on",
        "without -numa the guest has one node",
        "the guest and give its numactl -H, or add -numa node,nodeid=0,cpus=...,memdev=...",
    ),
    _n(
        "a Proxmox configuration without NUMA",
        r"^(?:ostype|scsihw|vmgenid|agent): ?[a-z0-9]",
        "it has no numa0: line and no numa: 1",
    ),
)
"""What each looks like, what it lacks, and what to run instead; the first that fits is named."""

BEGINNING = 2**12
"""How many characters of a text are looked at: what prints such a text says early what it is."""


def neighbour(text: str) -> str:
    """Return a sentence on what the text is and what to run instead; "" if its beginning shows no such thing."""
    beginning = text[:BEGINNING]
    found = next((one for one in NEIGHBOURS if one.looks.search(beginning)), None)
    return f"this is {found.what}; {found.lacks}; run {found.instead}" if found else ""
