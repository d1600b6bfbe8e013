"""List the files that the doctor reads, and find out where on its machine a copied file belongs.

Paths begin below the root, without a slash: "sys/kernel/mm/numa/demotion_enabled".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

NODES = "sys/devices/system/node"
TIERING = "sys/devices/virtual/memory_tiering"
MEMORY = "sys/devices/system/memory"
DAX = "sys/bus/dax/devices"
CGROUPS = "sys/fs/cgroup"
NUMA = "sys/kernel/mm/numa"
SWITCH = f"{NUMA}/demotion_enabled"
LRU_GEN = "sys/kernel/mm/lru_gen/enabled"
BALANCING, AUTO_ONLINE = "proc/sys/kernel/numa_balancing", f"{MEMORY}/auto_online_blocks"
VMSTAT, ZONEINFO, VERSION, OSRELEASE = "proc/vmstat", "proc/zoneinfo", "proc/version", "proc/sys/kernel/osrelease"
LOG = "dmesg"
"""The file of lines from the kernel's log, which the script of collect.py writes."""

WITH_HOST_NAMES = (VERSION,)
"""Files of which the script copies only a harmless part: this one says who built the kernel, and on which host."""
PATTERNS = (
    VERSION,
    OSRELEASE,
    VMSTAT,
    ZONEINFO,
    "proc/meminfo",
    BALANCING,
    "proc/sys/vm/{zone_reclaim_mode,min_unmapped_ratio,min_slab_ratio,swappiness}",
    SWITCH,
    LRU_GEN,
    f"{TIERING}/memory_tier#/nodelist",
    f"{NODES}/{{online,has_cpu,has_memory,has_normal_memory,has_generic_initiator}}",
    f"{NODES}/node#/{{distance,cpulist,meminfo,vmstat,numastat}}",
    f"{NODES}/node#/access{{0,1}}/initiators/{{read,write}}_{{latency,bandwidth}}",
    f"{NODES}/node#/memory#/state",
    f"{MEMORY}/memory#/state",
    AUTO_ONLINE,
    f"{DAX}/dax#.#/{{driver,target_node,state}}",
    LOG,
)
"""The paths of the files that are read: `#` stands for a number, braces for alternatives."""
CGROUP_FILES = (
    "cpuset.mems.effective",
    "cpuset.effective_mems",
    "cpuset.mems",
    "memory.events",
    "memory.max",
    "memory.high",
    "memory.swap.max",
    "memory.swappiness",
    "cgroup.controllers",
)
"""The files read of a cgroup and of all above it; cpuset.effective_mems and memory.swappiness are of version 1."""

_BRACES = re.compile(r"\{([^{}]*)\}")
_MOUNTS = (
    (re.compile(r"(?P<root>(?:[^/]+/)*?)(?P<rest>(?:sys|proc)/.*)", re.DOTALL), ""),
    (
        re.compile(r"(?P<root>(?:[^/]+/)*?)(?P<rest>(?:devices/(?:system|virtual)|kernel/mm|bus/dax)/.*)", re.DOTALL),
        "sys/",
    ),
    (re.compile(r"(?P<root>(?:[^/]+/)*?)(?P<rest>node[0-9]{1,6}/.*)", re.DOTALL), f"{NODES}/"),
    (re.compile(r"(?P<root>(?:[^/]+/)*?)(?P<rest>memory_tier[0-9]{1,10}/.*)", re.DOTALL), f"{TIERING}/"),
    (re.compile(r"(?P<root>(?:[^/]+/)*?)(?P<rest>dmesg)"), ""),
)
_MAX_PATH = 400
"""The largest number of characters of a path; most paths have fewer than 100, but a cgroup may be deep."""


def alternatives(pattern: str) -> Iterator[str]:
    """Yield a pattern without braces for each way to choose one alternative from all braces."""
    braces = _BRACES.search(pattern)
    if braces is None:
        yield pattern
        return
    for word in braces[1].split(","):
        yield from alternatives(f"{pattern[: braces.start()]}{word}{pattern[braces.end() :]}")


def expression(pattern: str) -> str:
    """Return a pattern without braces as a regular expression."""
    return re.escape(pattern).replace(r"\#", "[0-9]{1,10}")


ALL = tuple(each for pattern in PATTERNS for each in alternatives(pattern))
"""All patterns, with each alternative as a pattern of its own."""
_WANTED = re.compile("|".join(map(expression, ALL)))
_CGROUP_FILE = re.compile(rf"{CGROUPS}/(?:[^/]{{1,255}}/){{0,40}}(?:{'|'.join(map(re.escape, CGROUP_FILES))})")


def is_wanted(path: str) -> bool:
    """Return whether the doctor reads a file with this path."""
    return len(path) <= _MAX_PATH and (_WANTED.fullmatch(path) is not None or _CGROUP_FILE.fullmatch(path) is not None)


def place(path: str) -> tuple[str, str] | None:
    """Return the top folder of the copy that holds a file, and the file's path on its machine; None if there is none.

    The copy may be of the root, of /sys or of a folder in it: "a/sys/kernel/mm" gives ("a/", "sys/kernel/mm").
    """
    path = path.removeprefix("./").lstrip("/")
    if len(path) > _MAX_PATH:
        return None
    for form, mount in _MOUNTS:
        found = form.fullmatch(path)
        if found:
            return found["root"], mount + found["rest"]
    return None
