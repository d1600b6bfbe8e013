"""Define the cases of the doctor's tests: changes to a machine that demotes, and the state that a check then has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.doctor.machines import (
    CGROUP,
    KERNELS,
    NODES,
    Files,
    counters,
    figures,
    meminfo,
    tiers,
    zone,
)

SWITCH = "sys/kernel/mm/numa/demotion_enabled"
DAX = "sys/bus/dax/devices/dax0.0"
MISMATCH = "[    1.0] memory-tiers: the performance of DRAM node 1 mismatches that of the reference\nDRAM node 0.\n"
NULL = "".join(f"[    1.0] Demotion targets for Node {node}: null\n" for node in (0, 1))
ONE_TIER = tiers({4: "0-1"})
FULL = zone(0, "Normal", free=1300)
SPILLED: Files = {
    "proc/zoneinfo": FULL + zone(1, "Normal", free=90_000),
    f"{NODES}/node1/meminfo": meminfo(1, used=400_000, cache=300_000),
}
TWO_SOCKETS: Files = {
    f"{NODES}/online": "0-2",
    f"{NODES}/has_cpu": "0-1",
    f"{NODES}/has_memory": "0-2",
    f"{NODES}/node0/distance": "10 20 30",
    f"{NODES}/node1/distance": "20 10 30",
    f"{NODES}/node1/cpulist": "4-7",
    f"{NODES}/node2/distance": "30 30 10",
    f"{NODES}/node2/cpulist": "",
}
UNSIZED: Files = {f"{NODES}/{name}": None for name in ("has_memory", "node0/meminfo", "node1/meminfo")}
UNSIZED |= tiers({})
"""Changes after which no file says which nodes have memory."""
NO_CACHE: Files = {f"{NODES}/node0/meminfo": meminfo(0, used=900_000, cache=400)}


@dataclass(frozen=True)
class Case:
    """A machine and the states of one check on it, by kernel; the case is not tested on other kernels."""

    id: str
    title: str
    states: dict[str, str]
    changes: Files = field(default_factory=dict)
    by_kernel: dict[str, Files] = field(default_factory=dict)
    dmesg: str | None = None
    cgroup: str | None = None

    def files(self, kernel: str) -> Files:
        """Return the changes to the machine's files under a kernel."""
        return self.changes | self.by_kernel.get(kernel, {})


def states(*of: str) -> dict[str, str]:
    """Return the states by kernel, from one state for all kernels or one state for each kernel."""
    return dict(zip(KERNELS, of if len(of) > 1 else of * len(KERNELS), strict=True))


def counting(**of: int) -> dict[str, Files]:
    """Return by kernel a /proc/vmstat with these counters."""
    return {kernel: {"proc/vmstat": counters(kernel, **of)} for kernel in KERNELS}


def all_cases() -> Iterator[Case]:
    """Yield the cases of all checks."""
    yield from _order()
    yield from _figures()
    yield from _spills()
    yield from _reclaim()
    yield from _cgroups()
    yield from _requests()
    yield from _counters()


def _order() -> Iterator[Case]:
    yield Case("no-feature", "the folder is there", states("ok"))
    yield Case("no-feature", "no folder", states("cause"), {SWITCH: None})
    yield Case("switch-off", "on", states("ok"))
    yield Case("switch-off", "off", states("cause"), {SWITCH: "false\n"})
    yield Case("switch-off", "rubbish", states("unknown"), {SWITCH: "\0\1perhaps"})
    yield Case("one-tier", "two", states("ok"))
    yield Case("one-tier", "one", states("ok", *["cause"] * 4), by_kernel=dict.fromkeys(KERNELS[1:], ONE_TIER))
    yield Case("one-tier", "no files", states("ok", *["unknown"] * 4), tiers({}))
    yield Case("one-tier", "null in the log", states("ok", *["cause"] * 4), tiers({}), dmesg=NULL)
    hbm = dict.fromkeys(KERNELS[1:], tiers({3: "1", 4: "0"}))
    yield Case("one-tier", "CPUs in the slowest", states("ok"), by_kernel=hbm)
    yield Case("one-tier", "one node", states("ok", *["cause"] * 4), {f"{NODES}/has_memory": "0"})
    yield Case("chain-end", "a target for each", states("ok"))
    yield Case("chain-end", "the other socket took it", states("cause", *["ok"] * 4), TWO_SOCKETS)
    yield Case("chain-end", "no distances", states("unknown", *["ok"] * 4), {f"{NODES}/node0/distance": None})
    yield Case("memory-offline", "all online", states("ok"))
    yield Case(
        "memory-offline", "a DAX device", states("cause"), {f"{DAX}/driver": "device_dax", f"{DAX}/target_node": "2"}
    )
    yield Case("memory-offline", "kmem", states("ok"), {f"{DAX}/driver": "kmem", f"{DAX}/target_node": "1"})
    yield Case(
        "memory-offline", "unplugged", {"7.3.4": "cause"}, {f"{DAX}/driver": "kmem", f"{DAX}/state": "unplugged"}
    )
    yield Case("memory-offline", "a block", states("cause"), {f"{NODES}/node1/memory32/state": "offline"})
    blocks: Files = {f"{NODES}/node1/memory32/state": "online", "sys/devices/system/memory/memory40/state": "offline"}
    yield Case("memory-offline", "a block of no node", states("cause"), blocks)
    yield Case("memory-offline", "an empty node", states("cause"), {f"{NODES}/has_memory": "0"})
    initiator: Files = {f"{NODES}/has_memory": "0", f"{NODES}/has_generic_initiator": "1", "proc/vmstat": None}
    yield Case("memory-offline", "an initiator", states("ok"), initiator)
    yield Case("memory-offline", "nothing said", states("unknown"), UNSIZED)


def _figures() -> Iterator[Case]:
    newer = dict.fromkeys(KERNELS[1:], ONE_TIER)
    yield Case("no-performance", "no figures", states("ok", *["cause"] * 4), by_kernel=newer)
    yield Case("no-performance", "tiers by dax/kmem", states("ok"))
    slow = {kernel: ONE_TIER | figures({0: 100, 1: 300}) for kernel in KERNELS[1:]}
    yield Case("no-performance", "figures", states("ok", "cause", "ok", "ok", "ok"), by_kernel=slow)
    half = {kernel: ONE_TIER | figures({0: 100}) for kernel in KERNELS[1:]}
    yield Case("no-performance", "of one node", states("ok", *["cause"] * 4), by_kernel=half)
    yield Case("no-performance", "nothing said", states("ok", *["unknown"] * 4), UNSIZED)
    near = {kernel: ONE_TIER | figures({0: 100, 1: 110}) for kernel in KERNELS[1:]}
    yield Case("too-similar", "1.1 times as slow", states("ok", "ok", *["cause"] * 3), by_kernel=near)
    edge = {kernel: ONE_TIER | figures({0: 900, 1: 1000}) for kernel in KERNELS[1:]}
    yield Case("too-similar", "abstract distance 640", states("ok"), by_kernel=edge)
    yield Case("too-similar", "no figures", states("ok", "ok", *["unknown"] * 3), by_kernel=newer)
    sockets = TWO_SOCKETS | ONE_TIER
    yield Case("dram-mismatch", "in the log", states("ok", "ok", *["cause"] * 3), dmesg=MISMATCH)
    yield Case("dram-mismatch", "a log without it", states("ok"), dmesg=NULL)
    yield Case("dram-mismatch", "nothing said", states("ok", "ok", *["unknown"] * 3))
    yield Case("dram-mismatch", "one node", states("ok"), {f"{NODES}/has_memory": "0"})
    apart = dict.fromkeys(KERNELS[1:], sockets | figures({0: 100, 1: 120, 2: 300}))
    yield Case("dram-mismatch", "by the figures", states("ok", "ok", *["cause"] * 3), by_kernel=apart)
    close = dict.fromkeys(KERNELS[1:], sockets | figures({0: 100, 1: 109, 2: 300}))
    yield Case("dram-mismatch", "within 10 %", states("ok"), by_kernel=close)


def _spills() -> Iterator[Case]:
    yield Case("spills-first", "free memory", states("ok"))
    none = {kernel: SPILLED | counting()[kernel] for kernel in KERNELS}
    yield Case("spills-first", "full, and nothing demoted", states("cause"), by_kernel=none)
    yield Case("spills-first", "full, and demoted", states("ok"), SPILLED)
    scans = none["7.3.4"] | {f"{NODES}/node0/vmstat": "pgdemote_kswapd 0\npgscan_kswapd 9\n"}
    yield Case("spills-first", "kswapd has run", {"7.3.4": "ok"}, scans)
    unused: Files = {f"{NODES}/node1/meminfo": meminfo(1, used=10_000, cache=0)}
    early = {kernel: none[kernel] | unused for kernel in KERNELS}
    yield Case("spills-first", "little has spilled yet", states("unknown"), by_kernel=early)
    foreign: Files = {f"{NODES}/node0/numastat": "numa_hit 9\nnuma_foreign 5\n"}
    counted = {kernel: early[kernel] | foreign for kernel in KERNELS}
    yield Case("spills-first", "allocations went elsewhere", states("cause"), by_kernel=counted)
    by_free: Files = {f"{NODES}/node1/meminfo": "Node 1 MemTotal: 1000000 kB\nNode 1 MemFree: 600000 kB\n"}
    subtracted = {kernel: none[kernel] | by_free for kernel in KERNELS}
    yield Case("spills-first", "no MemUsed", states("cause"), by_kernel=subtracted)
    nowhere = {kernel: none[kernel] | ONE_TIER for kernel in KERNELS[1:]}
    yield Case("spills-first", "no slower node", states("cause", *["ok"] * 4), by_kernel=none | nowhere)
    reclaimed = none["6.12.117"] | {"proc/vmstat": "pgdemote_kswapd 0\npgdemote_direct 0\npgscan_kswapd 900\n"}
    yield Case("spills-first", "reclaimed, not counted", {"6.12.117": "cause", "6.12.5": "unknown"}, reclaimed)
    yield Case("spills-first", "no zoneinfo", states("unknown"), {"proc/zoneinfo": None})
    no_counters: Files = SPILLED | {"proc/vmstat": None, f"{NODES}/node0/vmstat": None, f"{NODES}/node1/vmstat": None}
    yield Case("spills-first", "no counters", states("unknown"), no_counters)


def _reclaim() -> Iterator[Case]:
    yield Case("kswapd-gave-up", "no", states("ok"))
    gone = zone(0, "Normal", free=900, gave_up=1) + zone(1, "Normal", free=90_000)
    yield Case("kswapd-gave-up", "node 0", states("cause"), {"proc/zoneinfo": gone})
    slow = zone(0, "Normal", free=900) + zone(1, "Normal", free=90_000, gave_up=1)
    yield Case("kswapd-gave-up", "the slowest node", states("ok"), {"proc/zoneinfo": slow})
    yield Case(
        "kswapd-gave-up", "rubbish", states("unknown"), {"proc/zoneinfo": "Node 0, zone\n node_unreclaimable: x"}
    )
    yield Case("kswapd-gave-up", "another node alone", states("unknown"), {"proc/zoneinfo": zone(1, "Normal", free=9)})
    yield Case("zone-balanced", "one zone", states("ok"), SPILLED)
    idle = zone(0, "DMA32", free=9000, managed=9000) + FULL + zone(1, "Normal", free=90_000)
    yield Case("zone-balanced", "DMA32 is idle", states("cause"), {"proc/zoneinfo": idle})
    kept = zone(0, "DMA", free=3800, managed=3800, protection="0, 3000, 9000, 9000, 9000") + FULL
    alone = UNSIZED | {f"{NODES}/{name}": None for name in ("online", "has_cpu", "node0/cpulist", "node1/cpulist")}
    yield Case("zone-balanced", "nothing but zones", states("cause"), alone | {"proc/zoneinfo": idle})
    yield Case("zone-balanced", "DMA is protected", states("ok"), {"proc/zoneinfo": kept})
    yield Case("zone-balanced", "nothing said", states("unknown"), {"proc/zoneinfo": None})
    yield Case("targets-full", "room", states("ok"))
    full = zone(0, "Normal", free=1300) + zone(1, "Normal", free=1000)
    yield Case("targets-full", "at min", states("cause"), {"proc/zoneinfo": full})
    low = zone(0, "Normal", free=1300) + zone(1, "Normal", free=1100)
    yield Case("targets-full", "below low", states("ok"), {"proc/zoneinfo": low})
    lower: Files = {f"{NODES}/{name}": "0-2" for name in ("online", "has_memory")}
    lower |= {f"{NODES}/node{node}/distance": row for node, row in enumerate(("10 20 30", "20 10 30", "30 30 10"))}
    lower |= {f"{NODES}/node2/cpulist": ""} | tiers({4: "0", 22: "1-2"})
    yield Case(
        "targets-full", "one is at min, the other unknown", {"7.3.4": "unknown"}, lower | {"proc/zoneinfo": full}
    )
    yield Case("targets-full", "one has room, the other unknown", {"7.3.4": "ok"}, lower | {"proc/zoneinfo": low})
    yield Case("targets-full", "nothing said", states("unknown"), {"proc/zoneinfo": FULL})


def _cgroups() -> Iterator[Case]:
    mems = f"{CGROUP}/cpuset.mems.effective"
    yield Case("cpuset-excludes", "none named", states("ok", "ok", "ok", "unknown", "unknown"))
    yield Case(
        "cpuset-excludes", "fast alone", states("ok", "ok", "ok", "cause", "cause"), {mems: "0\n"}, cgroup="/app"
    )
    yield Case("cpuset-excludes", "both", states("ok"), {mems: "0-1\n"}, cgroup="/sys/fs/cgroup/app")
    yield Case("cpuset-excludes", "slow alone", states("ok"), {mems: "1\n"}, cgroup="app")
    parent: Files = {"sys/fs/cgroup/cpuset.mems.effective": "0", f"{CGROUP}/inner/memory.max": "max"}
    yield Case(
        "cpuset-excludes", "of the parent", states("ok", "ok", "ok", "cause", "cause"), parent, cgroup="app/inner"
    )
    old: Files = {"sys/fs/cgroup/cpuset/app/cpuset.effective_mems": "0"}
    yield Case("cpuset-excludes", "version 1", states("ok"), old, cgroup="app")
    plain: Files = {"sys/fs/cgroup/cpuset/app/cpuset.mems": "0"}
    yield Case("cpuset-excludes", "version 1, as it was set", states("ok"), plain, cgroup="app")
    named: Files = {"sys/fs/cgroup/cpuset/cpuset.mems.effective": "0"}
    yield Case(
        "cpuset-excludes", "version 2, named cpuset", {"6.12.117": "ok", "7.3.4": "cause"}, named, cgroup="cpuset"
    )
    whole: Files = {f"{CGROUP}/cpuset.mems": "0"}
    yield Case("cpuset-excludes", "version 2, as it was set", {"6.12.117": "ok", "7.3.4": "cause"}, whole, cgroup="app")
    rest: Files = {"sys/fs/cgroup/cpuset.mems.effective": "0-1"}
    yield Case("cpuset-excludes", "another cgroup", states("ok", "ok", "ok", "unknown", "unknown"), rest, cgroup="none")
    yield Case("cpuset-excludes", "no such cgroup", states("ok", "ok", "ok", "unknown", "unknown"), cgroup="none")
    third: Files = {f"{NODES}/{name}": "0-2" for name in ("online", "has_memory")}
    third |= {f"{NODES}/node{node}/distance": row for node, row in enumerate(("10 20 30", "20 10 30", "30 30 10"))}
    third |= {mems: "0,2", f"{NODES}/node2/cpulist": ""} | tiers({4: "0", 22: "1", 30: "2"})
    yield Case("cpuset-excludes", "a tier left out", {"6.17.3": "cause", "7.3.4": "ok"}, third, cgroup="app")
    unordered = third | {f"{NODES}/node{node}/distance": None for node in range(3)}
    yield Case("cpuset-excludes", "no distances", {"6.17.3": "cause", "7.3.4": "ok"}, unordered, cgroup="app")
    either = unordered | tiers({4: "0", 22: "1-2"})
    yield Case("cpuset-excludes", "one of two", {"6.17.3": "unknown", "7.3.4": "ok"}, either, cgroup="app")
    events = f"{CGROUP}/memory.events"
    reached: Files = {events: "low 0\nhigh 12\nmax 3\noom 0\n"}
    yield Case("memcg-limit-old", "reached", states("cause", *["ok"] * 4), reached, cgroup="app")
    yield Case("memcg-limit-old", "not reached", states("ok"), {events: "low 0\nhigh 0\nmax 0\n"}, cgroup="app")
    yield Case("memcg-limit-old", "none named", states("unknown", *["ok"] * 4))
    yield Case("swappiness", "60", states("ok"))
    yield Case("swappiness", "0", states("cause"), {"proc/sys/vm/swappiness": "0\n"})
    capped: Files = {f"{CGROUP}/memory.swap.max": "0", "proc/meminfo": None}
    yield Case("swappiness", "a cgroup without swap", states("ok"), capped, cgroup="app")
    yield Case("swappiness", "missing", states("unknown"), {"proc/sys/vm/swappiness": None})


def _requests() -> Iterator[Case]:
    yield Case("reclaim-gate", "page cache", states("ok"))
    yield Case("reclaim-gate", "none", states("ok", "ok", "ok", "cause", "cause"), NO_CACHE)
    nothing: Files = {f"{NODES}/node0/meminfo": None}
    yield Case("reclaim-gate", "nothing said", states("ok", "ok", "ok", "unknown", "unknown"), nothing)
    mode = "proc/sys/vm/zone_reclaim_mode"
    yield Case("zone-reclaim", "0", states("ok"))
    yield Case("zone-reclaim", "set, and no page cache", states("cause"), NO_CACHE | {mode: "1"})
    yield Case("zone-reclaim", "set, and demoting", states("ok"), {mode: "1"})
    yield Case("zone-reclaim", "missing", states("unknown"), {mode: None})


def _counters() -> Iterator[Case]:
    yield Case("counter-missing", "by version", states("cause", "cause", "ok", "ok", "ok"))
    lacks: Files = {f"{NODES}/node{node}/vmstat": "nr_free_pages 5\n" for node in (0, 1)}
    yield Case("counter-missing", "not in the files", states("cause"), lacks)
    hidden = counting(proactive=512)
    yield Case("counter-split", "proactive alone", states("ok", "ok", "ok", "cause", "cause"), by_kernel=hidden)
    both = counting(proactive=512, direct=9)
    yield Case("counter-split", "both", states("ok", "ok", "ok", "cause", "cause"), by_kernel=both)
    yield Case("counter-split", "none", states("ok"))
    yield Case("counter-split", "missing", states("ok", "ok", "ok", "unknown", "unknown"), {"proc/vmstat": None})
    zero: Files = {"proc/vmstat": counters("6.12.5"), f"{NODES}/node0/vmstat": None, f"{NODES}/node1/vmstat": None}
    yield Case("mglru-counter", "fixed", states("ok"), by_kernel=counting())
    yield Case("mglru-counter", "the bug", {"6.12.0": "cause", "6.12.10": "cause", "6.12.11": "ok"}, zero)
    yield Case("mglru-counter", "MGLRU is off", {"6.12.5": "ok"}, zero | {"sys/kernel/mm/lru_gen/enabled": "0x0000"})
    yield Case("mglru-counter", "nothing said", {"6.12.5": "unknown"}, zero | {"sys/kernel/mm/lru_gen/enabled": None})
    yield Case("mglru-counter", "counts", {"6.12.5": "ok"})
