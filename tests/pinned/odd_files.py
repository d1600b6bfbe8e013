"""Odd contents of the files that the doctor reads."""

from __future__ import annotations

from tests.doctor.machines import zone

_NODE0, _NODE1 = (f"sys/devices/system/node/node{node}" for node in (0, 1))
ODD: dict[str, tuple[str | None, ...]] = {
    "sys/devices/system/node/online": (None, "", "x", "0", "0-2"),
    "sys/devices/system/node/has_cpu": (None, "", "x", "0-1", "1"),
    "sys/devices/system/node/has_memory": (None, "", "x", "0", "1"),
    "sys/devices/system/node/has_generic_initiator": ("1",),
    f"{_NODE0}/distance": (None, "10", "10 x", "10 20 30", "10 1000", "10 255", "10 9"),
    f"{_NODE1}/cpulist": (None, "4-7"),
    f"{_NODE1}/meminfo": (None, "", "Node 1 MemTotal: 0 kB\n", "Node 1 MemTotal: 5 kB\nNode 1 MemFree: 4 kB\n"),
    f"{_NODE0}/meminfo": (
        None,
        "Node 0 MemTotal: 1000 kB\n",
        "Node 0 MemTotal: 1000 kB\nNode 0 FilePages: 10 kB\nNode 0 SReclaimable: 50 kB\n",
        "Node 0 MemTotal: 1000 kB\nNode 0 FilePages: 11 kB\nNode 0 SReclaimable: 50 kB\n",
        "Node 0 MemTotal: 1000 kB\nNode 0 FilePages: 10 kB\nNode 0 SReclaimable: 51 kB\n",
        "Node 0 MemTotal: 1000 kB\nNode 0 FilePages: 30 kB\nNode 0 Shmem: 9 kB\nNode 0 Mapped: 11 kB\n",
        "Node 0 MemTotal: 1000 kB\nNode 0 FilePages: 30 kB\nNode 0 Shmem: 40 kB\nNode 0 KReclaimable: 60 kB\n",
        "Node 0 MemTotal: 1000 kB\nNode 0 Active(file): 9 kB\nNode 0 Inactive(file): 9 kB\nNode 0 Mapped: 8 kB\n",
        "Node 0 MemTotal: 1000 kB\nNode 0 Active(file): 9 kB\nNode 0 FilePages: 30 kB\n",
        "Node 0 MemTotal: 1000 kB\nNode 0 Active(file): 1 kB\nNode 0 Inactive(file): 1 kB\nNode 0 Mapped: 80 kB\n",
    ),
    "sys/kernel/mm/numa/demotion_enabled": (
        None, "", "1", "y", "YES", "on", "0", "n", "no", "off", "False", "2", " true ",
    ),
    "sys/kernel/mm/lru_gen/enabled": (None, "x", "0", "0x0006", "y", "100000001"),
    "proc/sys/vm/swappiness": (None, "x", "0", "-1", "200", "1"),
    "proc/sys/vm/zone_reclaim_mode": (None, "x", "1", "7"),
    "proc/sys/vm/min_unmapped_ratio": (None, "x", "0", "100", "30", "31"),
    "proc/sys/vm/min_slab_ratio": (None, "100"),
    "proc/meminfo": (None, "SwapTotal: 5 kB\n"),
    "proc/zoneinfo": (
        None, "", "Node 0, zone x\n",
        zone(0, "Normal", free=1500) + zone(1, "Normal", free=9000),
        zone(0, "Normal", free=1501) + zone(1, "Normal", free=9000),
        zone(0, "Normal", free=1000, protection="0, 0, 500") + zone(1, "Normal", free=10),
        zone(0, "DMA", free=5) + zone(0, "Normal", free=90_000) + zone(1, "Normal", free=1500),
        zone(0, "Normal", free=5, gave_up=1) + zone(1, "Normal", free=1, gave_up=1),
        zone(0, "Normal", free=5, managed=0) + zone(1, "Normal", free=1, managed=0),
    ),
    "proc/vmstat": (
        None, "", "pgdemote_kswapd 0\n", "pgdemote_kswapd 0\npgscan_kswapd 5\n", "pgdemote_direct 3\nnr_free_pages 1\n",
        "pgdemote_kswapd x\n",
    ),
    "proc/version": (
        "", "Linux version 6.12.0-55.el10 (x)", "Linux version 6.12 (x)", "Linux version 6.12.10-amd64 (x)",
        "Linux version 8.0.1 (x)", "Linux version 7.3.5 (x)", "Linux version 5.14.0 (x)", "Linux version 5.18.1 (x)",
        "Linux version 5.19.0 (x)", "Linux version 6.1.0 (x)", "Linux version 6.7.0 (x)", "Linux version 6.10.9 (x)",
        "Linux version 6.11.0 (x)", "Linux version 6.16.0 (x)", "Linux version 6.17.0 (x)", "Linux version x (x)",
    ),
    "sys/devices/virtual/memory_tiering/memory_tier4/nodelist": (None, "", "x", "0-1", "5"),
    "sys/devices/virtual/memory_tiering/memory_tier22/nodelist": (None, "", "0-1"),
    "sys/devices/virtual/memory_tiering/memory_tier4294967295/nodelist": ("1",),
    f"{_NODE0}/vmstat": (None, "pgdemote_kswapd 0\npgscan_kswapd 9\n", "pgscan_kswapd 9\n"),
    f"{_NODE0}/numastat": ("numa_foreign 0\n", "numa_foreign 5\n"),
    f"{_NODE1}/access1/initiators/read_latency": (None, "x", "0", "-5", "101", "4294967295", "4294967296"),
    f"{_NODE1}/access0/initiators/read_latency": ("240",),
    "sys/bus/dax/devices/dax0.0/state": ("offline", "unplugged", "online"),
    "sys/devices/system/memory/memory5/state": ("offline", "going-offline", "online"),
    f"{_NODE1}/memory7/state": ("offline",),
    "sys/kernel/mm/numa/other": ("x",),
    "proc/sys/kernel/numa_balancing": ("0", "1", "2", "3"),
}  # fmt: skip
"""Odd contents of files, None for a file that is missing."""
