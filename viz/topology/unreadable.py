"""Recognise texts from which no machine can be read, and name the command that should be run instead."""

from __future__ import annotations

import re
from dataclasses import dataclass

NUMACTL = "numactl -H"


@dataclass(frozen=True)
class UnreadableText:
    """A kind of text: its name, its pattern, what it lacks, and the command that should be run instead."""

    what: str
    pattern: re.Pattern[str]
    lacks: str = "it has no distances"
    instead: str = NUMACTL


def _unreadable(what: str, pattern: str, lacks: str = "it has no distances", instead: str = NUMACTL) -> UnreadableText:
    return UnreadableText(what, re.compile(pattern, re.MULTILINE), lacks, instead)


UNREADABLE_TEXTS = (
    _unreadable(
        "`nvidia-smi topo -m`",
        r"^[ \t]*+(?:GPU|NIC)[0-9]{1,3}[ \t]++[^\n]{0,400}?\b(?:X|SYS|NODE|PHB|PXB|PIX|NV[0-9]{1,2})\b",
    ),
    _unreadable("`nvidia-smi topo`", r"\bCPU Affinity\b[^\n]{0,40}\bNUMA Affinity\b"),
    _unreadable("`nvidia-smi`", r"\bNVIDIA-SMI [0-9]"),
    _unreadable("`rocm-smi`", r"\bROCm System Management|^GPU\[[0-9]{1,3}\][ \t]*+:[^\n]{0,80}Numa"),
    _unreadable(
        "`numastat`",
        r"^[ \t]*+(?:numa_hit|interleave_hit|local_node|other_node)\b|^Per-node (?:process|system|numastat)\b",
        "it has counters, and no distances",
    ),
    _unreadable("`numactl --show`", r"^(?:nodebind|membind|cpubind|preferred node):|^policy: [a-z]+"),
    _unreadable(
        "`daxctl list`",
        r"\"chardev\":\s{0,9}\"dax",
        "it tells which nodes dax/kmem adds, and no nodes, sizes or distances",
    ),
    _unreadable(
        "`cxl list`", r"\"(?:memdev|decoder|root_decoders|daxregion|cxl_region)\"\s{0,9}:", "it has no distances"
    ),
    _unreadable(
        "`ndctl list`",
        r"\"(?:blockdev|namespace|pmem_namespace|dev)\":\s{0,9}\"(?:pmem|namespace|btt|region)[0-9.]",
        "it has no distances",
    ),
    _unreadable("`ipmctl`", r"\bDimmID\b[^\n]{0,80}\bCapacity\b|\bPersistentMemoryType\b", "it has no distances"),
    _unreadable(
        "the text of `lstopo`",
        r"^[ \t]*+(?:Machine|Package|Group0|NUMANode|HostBridge|PU|Core|Socket)(?:\([A-Za-z-]{1,20}\))? "
        r"(?:L#[0-9]|\((?:P#|total=|[0-9]))",
        "it has no distances",
        "lstopo machine.xml, and give that file, or numactl -H",
    ),
    _unreadable(
        "a kernel's log of the SRAT",
        r"\bSRAT: (?:Node [0-9]{1,4} PXM|PXM [0-9]{1,9})|\bACPI: SRAT\b",
        "it has no distances",
    ),
    _unreadable("a kernel's log", r"^\[ {0,6}[0-9]{1,6}\.[0-9]{6}\] ", "it names no distances of nodes"),
    _unreadable(
        "`lsmem` without nodes",
        r"^RANGE[ \t]++SIZE[ \t]++STATE",
        "it says nothing of nodes",
        "lsmem -o RANGE,SIZE,STATE,NODE, or numactl -H",
    ),
    _unreadable(
        "`/proc/meminfo` or `free`", r"^MemTotal:[ \t]++[0-9]++ kB|^Mem:[ \t]++[0-9]", "it says nothing of nodes"
    ),
    _unreadable("`/proc/zoneinfo` or `/proc/buddyinfo`", r"^Node [0-9]{1,4}, zone[ \t]"),
    _unreadable(
        "`vmstat` counters",
        r"^(?:pgdemote_\w{1,30}|nr_free_pages|pgmigrate_success) [0-9]",
        "it has counters, and no distances",
    ),
    _unreadable("`dmidecode`", r"^# dmidecode [0-9]|^Handle 0x[0-9A-F]{4}, DMI type"),
    _unreadable("`lspci`", r"^(?:[0-9a-f]{4}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-7] [A-Z]"),
    _unreadable("`lshw`", r"^[ \t]{0,20}\*-(?:memory|core|cpu|firmware)\b"),
    _unreadable(
        "`cpuid` or `/proc/cpuinfo`", r"^processor[ \t]*+:[ \t]*+[0-9]{1,5}[ \t]*+$", "it says nothing of nodes"
    ),
    _unreadable(
        "`virsh nodeinfo` or `freecell`",
        r"^NUMA cell\(s\):|^Core\(s\) per socket: {4}|^ {0,4}[0-9]{1,4}:[ \t]++[0-9]++ KiB[ \t]*+$",
        "it has no distances",
        "virsh capabilities, or numactl -H",
    ),
    _unreadable("`virsh numatune`", r"^numa_(?:mode|nodeset)[ \t]*+:", "it has no nodes", "virsh dumpxml of the guest"),
    _unreadable(
        "`kubectl describe node`",
        r"^(?:Allocatable|Capacity):[ \t]*+$",
        "it has no nodes of memory",
        "kubectl get noderesourcetopologies -o yaml",
    ),
    _unreadable(
        "`kubectl describe`",
        r"^Kind:[ \t]++NodeResourceTopology",
        "it has no lists that can be told apart",
        "kubectl get noderesourcetopologies -o yaml",
    ),
    _unreadable(
        "`kubectl get`",
        r"^NAME[ \t]++(?:STATUS|READY|AGE|DESIRED|VERSION)\b",
        "it has no nodes of memory",
        "kubectl get noderesourcetopologies -o yaml",
    ),
    _unreadable(
        "`coreinfo` of Windows",
        r"\bApproximate Cross-NUMA Node Access Cost|^Logical Processor to NUMA Node Map",
        "its costs are no distances of the SLIT",
        "it under Linux: numactl -H",
    ),
    _unreadable(
        "`sysctl` of FreeBSD or macOS",
        r"^(?:vm\.(?:ndomains|phys_segs|phys_locality)|hw\.(?:memsize|ncpu|physmem))\b[:=]",
        instead="acpidump -t SLIT, or acpidump",
    ),
    _unreadable("`esxcli` of ESXi", r"^[ \t]*+NUMA Node Count:", instead="it in a Linux on that machine: numactl -H"),
    _unreadable(
        "`systemctl` or `systemd-cgtop`",
        r"^Control Group[ \t]++Tasks|^[ \t]*+Loaded: loaded",
        "it says nothing of nodes",
    ),
    _unreadable(
        "`perf` or `mlc` output",
        r"\bIntel\(R\) Memory Latency Checker|^# Running .{0,40}numa",
        "its figures are no distances of the SLIT",
    ),
    _unreadable("a cgroup's file", r"^(?:0::/|cpuset\.mems|N[0-9]{1,4}=[0-9])", "it has no distances"),
    _unreadable(
        "QEMU arguments that name no nodes",
        r"\bqemu-system-[a-z0-9_]{1,20}\b|\bqemu-kvm\b|(?<![\w-])-device[ \t]++cxl-|(?<![\w-])-M[ \t]++q35,cxl=on",
        "without -numa the guest has one node",
        "the guest and give its numactl -H, or add -numa node,nodeid=0,cpus=...,memdev=...",
    ),
    _unreadable(
        "a Proxmox configuration without NUMA",
        r"^(?:ostype|scsihw|vmgenid|agent): ?[a-z0-9]",
        "it has no numa0: line and no numa: 1",
    ),
    _unreadable(
        "a table of distances alone",
        r"^[ \t]*+10(?:[ \t]++[0-9]{2,3}){1,1023}[ \t]*+$",
        "it does not say whose they are, nor what CPUs and memory the nodes have",
        "numactl -H, or grep -s . /sys/devices/system/node/node*/{distance,cpulist,meminfo}",
    ),
)
"""The kinds of text in the order in which they are tried; the first whose pattern is found is named."""

BEGINNING = 2**12
"""The number of characters that are searched: such texts show early what they are."""


def advice(text: str) -> str:
    """Return a sentence on what the text is and what to run instead; "" if its beginning is none of these kinds."""
    beginning = text[:BEGINNING]
    found = next((one for one in UNREADABLE_TEXTS if one.pattern.search(beginning)), None)
    return f"this is {found.what}; {found.lacks}; run {found.instead}" if found else ""
