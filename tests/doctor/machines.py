"""Write trees of /sys and /proc for tests: a machine with a fast and a slow node, and changes to that machine."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Mapping
from pathlib import Path

KERNELS = ("5.15.167", "6.1.112", "6.12.117", "6.17.3", "7.3.4")
NODES = "sys/devices/system/node"
TIERS = "sys/devices/virtual/memory_tiering"
CGROUP = "sys/fs/cgroup/app"
Files = dict[str, str | None]
"""The contents of files, by path; None means that the file is missing."""


def release(kernel: str) -> tuple[int, ...]:
    """Return a kernel's release as numbers."""
    return tuple(map(int, kernel.split(".")))


def machine(kernel: str | None, changes: Mapping[str, str | None] | None = None) -> dict[str, str]:
    """Return the files of a machine that has demoted pages from node 0 to node 1, after `changes` to the files."""
    files: Files = {
        f"{NODES}/online": "0-1\n",
        f"{NODES}/possible": "0-1\n",
        f"{NODES}/has_cpu": "0\n",
        f"{NODES}/has_memory": "0-1\n",
        f"{NODES}/node0/distance": "10 20\n",
        f"{NODES}/node1/distance": "20 10\n",
        f"{NODES}/node0/cpulist": "0-3\n",
        f"{NODES}/node1/cpulist": "\n",
        f"{NODES}/node0/meminfo": meminfo(0, used=900_000, cache=300_000),
        f"{NODES}/node1/meminfo": meminfo(1, used=100_000, cache=300_000),
        "sys/kernel/mm/numa/demotion_enabled": "true\n",
        "sys/kernel/mm/lru_gen/enabled": "0x0007\n",
        "proc/sys/vm/swappiness": "60\n",
        "proc/sys/vm/zone_reclaim_mode": "0\n",
        "proc/sys/vm/min_unmapped_ratio": "1\n",
        "proc/sys/vm/min_slab_ratio": "5\n",
        "proc/meminfo": "MemTotal:        2000000 kB\nSwapTotal:             0 kB\n",
        "proc/zoneinfo": zone(0, "Normal", free=50_000) + zone(1, "Normal", free=90_000),
        "proc/vmstat": counters(kernel, kswapd=700),
    }
    files |= of_version(kernel)
    files |= changes or {}
    return {path: content for path, content in files.items() if content is not None}


def of_version(kernel: str | None) -> Files:
    """Return the files that only some kernels have."""
    if kernel is None:
        return tiers({4: "0", 22: "1"})
    files: Files = {
        "proc/version": f"Linux version {kernel} (builder@host) (gcc 14) #1 SMP\n",
        "proc/sys/kernel/osrelease": f"{kernel}\n",
    }
    number = release(kernel)
    if number >= (6, 1):
        files |= tiers({4: "0", 22: "1"})
    if number >= (6, 8):
        files |= {f"{NODES}/node{node}/vmstat": "nr_free_pages 5\npgdemote_kswapd 700\n" for node in (0, 1)}
    return files


def tiers(nodes: Mapping[int, str]) -> Files:
    """Return the files of these tiers; the tiers that machine() has by default are marked as missing."""
    files: Files = dict.fromkeys(f"{TIERS}/memory_tier{tier}/nodelist" for tier in (4, 22))
    return files | {f"{TIERS}/memory_tier{tier}/nodelist": f"{listed}\n" for tier, listed in nodes.items()}


def figures(latency: Mapping[int, int], bandwidth: Mapping[int, int] | None = None) -> Files:
    """Return the files of latency (ns) and bandwidth (MB/s), which are the same for reads and writes."""
    files: Files = {}
    for node, nanoseconds in latency.items():
        folder = f"{NODES}/node{node}/access1/initiators"
        for way in ("read", "write"):
            files[f"{folder}/{way}_latency"] = f"{nanoseconds}\n"
            files[f"{folder}/{way}_bandwidth"] = f"{(bandwidth or {}).get(node, 10_000)}\n"
    return files


def meminfo(node: int, used: int, cache: int, total: int = 1_000_000) -> str:
    """Return a node's meminfo; sizes are in kB, and `cache` is page cache that no program maps."""
    sizes = {
        "MemTotal": total,
        "MemFree": total - used,
        "MemUsed": used,
        "Active(file)": cache // 2,
        "Inactive(file)": cache // 2,
        "FilePages": cache,
        "Mapped": 0,
        "Shmem": 0,
        "SReclaimable": 1000,
    }
    return "".join(f"Node {node} {name}: {size:8} kB\n" for name, size in sizes.items())


def zone(
    node: int,
    name: str,
    free: int,
    marks: tuple[int, int, int] = (1000, 1250, 1500),
    protection: str = "0, 0, 0, 0, 0",
    gave_up: int = 0,
    managed: int = 250_000,
) -> str:
    """Return a zone as /proc/zoneinfo prints it: free pages, and the watermarks min, low and high."""
    low, high = marks[1:]
    return f"""Node {node}, zone {name:>8}
  per-node stats
      nr_inactive_anon 1
  pages free     {free}
        boost    0
        min      {marks[0]}
        low      {low}
        high     {high}
        promo    {2 * high - low}
        spanned  {managed}
        present  {managed}
        managed  {managed}
        protection: ({protection})
      nr_free_pages {free}
  pagesets
    cpu: 0
              count:    1
              high:     7
              batch:    1
  vm stats threshold: 8
  node_unreclaimable:  {gave_up}
  start_pfn:           1
"""


def counters(kernel: str | None, kswapd: int = 0, direct: int = 0, proactive: int = 0) -> str:
    """Return a /proc/vmstat with the counters that the kernel has."""
    number = release(kernel) if kernel else (6, 12)
    lines = ["nr_free_pages 10", f"pgdemote_kswapd {kswapd}", f"pgdemote_direct {direct}", "pgscan_kswapd 0"]
    if number >= (6, 15):
        lines.append(f"pgdemote_proactive {proactive}")
    return "\n".join([*lines, "pgmigrate_fail 3", ""])


def write(folder: Path, files: Mapping[str, str]) -> Path:
    """Write the files into the folder, and return the folder."""
    for path, content in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
    return folder


def packed(folder: Path, mode: str = "w:gz", prefix: str = ".") -> bytes:
    """Return the folder as a tar archive."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:  # type: ignore[call-overload]
        archive.add(folder, arcname=prefix)
    return buffer.getvalue()
