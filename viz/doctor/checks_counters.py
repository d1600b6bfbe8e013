"""Check cause 16: some counters do not count all demoted pages. Report causes 10, 12 and 17, which no file shows."""

from __future__ import annotations

from viz.doctor.findings import Finding, Machine, cause, no_kernel, ok, unknown
from viz.doctor.paths import LRU_GEN, NODES, VMSTAT
from viz.doctor.tree import Evidence


def counter_missing(machine: Machine) -> Finding:
    """Return whether nodes have no counters of their own, so that only /proc/vmstat counts demoted pages."""
    facts = machine.facts
    counters = {node: facts.node_vmstat(node) for node in facts.nodes}
    read = [node for node, found in counters.items() if found]
    having = [node for node in read if "pgdemote_kswapd" in counters[node]]
    if having:
        value = f"pgdemote_kswapd {counters[having[0]]['pgdemote_kswapd']}"
        return ok("Each node counts the pages demoted from it.", [Evidence(f"/{NODES}/node{having[0]}/vmstat", value)])
    if facts.since(6, 8) is None and not read:
        return no_kernel(facts, "Nodes have counters of their own from 6.8 on")
    if not read and facts.since(6, 8):
        return ok(f"{facts.kernel} counts demoted pages by node.") if facts.since(6, 12) else _look(machine)
    if facts.since(5, 15) is False and "pgdemote_kswapd" not in facts.vmstat:
        says = f"{facts.kernel} counts no demoted pages at all; 5.15 is the first that does."
        return cause(says, [Evidence(f"/{VMSTAT}", "has no pgdemote_kswapd")], "Run Linux 5.15 or newer.")
    says = "Nodes do not count what is demoted from them"
    says += (
        f": {facts.kernel} counts in /{VMSTAT} only, and nodes have these counters from 6.8 on."
        if not (facts.since(6, 8))
        else "."
    )
    shown = [Evidence(f"/{NODES}/node{node}/vmstat", "has no pgdemote_kswapd") for node in read[:1]]
    if "pgdemote_kswapd" in facts.vmstat:
        shown.append(Evidence(f"/{VMSTAT}", f"pgdemote_kswapd {facts.vmstat['pgdemote_kswapd']}"))
    return cause(says, shown, f"Read pgdemote_kswapd and pgdemote_direct in /{VMSTAT}.")


def _look(machine: Machine) -> Finding:
    node = (machine.facts.nodes or [0])[0]
    return unknown("Nothing shows whether nodes count demoted pages.", f"grep pgdemote /{NODES}/node{node}/vmstat")


def counter_split(machine: Machine) -> Finding:
    """Return whether pgdemote_direct misses pages because, from 6.15 on, pgdemote_proactive counts them."""
    facts = machine.facts
    proactive, direct = facts.vmstat.get("pgdemote_proactive"), facts.vmstat.get("pgdemote_direct")
    if proactive is None:
        if facts.since(6, 15) is None:
            return no_kernel(facts, "From 6.15 on, pgdemote_proactive counts what memory.reclaim demotes")
        if not facts.since(6, 15):
            return ok(f"{facts.kernel} counts what memory.reclaim demotes as pgdemote_direct; that changed in 6.15.")
        return unknown("Nothing shows pgdemote_proactive.", f"grep pgdemote /{VMSTAT}")
    shown = [Evidence(f"/{VMSTAT}", f"pgdemote_direct {direct}, pgdemote_proactive {proactive}")]
    if proactive:
        says = (
            f"{proactive} pages were demoted by memory.reclaim or nodeN/reclaim. From 6.15 on pgdemote_proactive "
            f"counts them, and pgdemote_direct, which is {direct or 0}, does not."
        )
        return cause(says, shown, "Add pgdemote_proactive to what you read.")
    return ok("No demoted page is hidden in pgdemote_proactive, which is 0.", shown)


def mglru_counter(machine: Machine) -> Finding:
    """Return whether the kernel has the bug by which MGLRU counts no demoted page: 6.12.0 to 6.12.10."""
    facts = machine.facts
    if facts.release is None:
        return no_kernel(facts, "In 6.12.0 to 6.12.10 MGLRU counts no demoted page")
    if not facts.release.has_mglru_bug:
        return ok(f"{facts.kernel} counts what MGLRU demotes; 6.12.0 to 6.12.10 did not.")
    if facts.demoted:
        return ok("The counters are not 0.", [Evidence(f"/{VMSTAT}", f"pages demoted in all: {facts.demoted}")])
    shown = [facts.tree.evidence(LRU_GEN)] if facts.tree.exists(LRU_GEN) else []
    if facts.uses_mglru is False:
        return ok("MGLRU is off, and the two-list LRU counts rightly.", shown)
    if facts.uses_mglru is None:
        return unknown(
            "In 6.12.0 to 6.12.10 MGLRU counts no demoted page; nothing shows whether it is on.", f"cat /{LRU_GEN}"
        )
    if facts.release.stable is None:
        says = f"6.12.0 to 6.12.10 count nothing that MGLRU demotes, and {facts.kernel} may be any 6.12."
        return unknown(
            says, "Look for the fix 'pgdemote vmstat is not getting updated when MGLRU is enabled' in its changes"
        )
    says = f"{facts.kernel} counts nothing that MGLRU demotes, so pgdemote_* stays 0 whatever happens."
    do = f"Run 6.12.11 or newer; or as root: echo 0 > /{LRU_GEN}. MemUsed of the slow nodes shows what arrives there."
    return cause(says, shown, do)


def never_demoting_request(_: Machine) -> Finding:
    """Return the finding, always unknown, whether programs request reclaim in a way that never demotes."""
    return unknown(
        "Some requests reclaim and never demote: madvise(MADV_PAGEOUT), process_madvise, and DAMON's pageout.",
        "strace -f -e trace=madvise,process_madvise -p PID; grep -s . /sys/kernel/mm/damon/admin/kdamonds/*/contexts/*/"
        "schemes/*/action",
    )


def unfit_pages(_: Machine) -> Finding:
    """Return the finding, always unknown, whether the pages are of a kind that reclaim leaves alone."""
    return unknown(
        "Pages that are in use, locked, pinned, under writeback, of hugetlb or of the kernel, or protected by "
        "memory.min or memory.low are not demoted.",
        "grep -E 'Active|Unevictable|Mlocked|Writeback|HugePages' /sys/devices/system/node/node*/meminfo; grep -s . "
        "/sys/fs/cgroup/PATH/memory.min /sys/fs/cgroup/PATH/memory.low; cat /sys/kernel/mm/lru_gen/min_ttl_ms",
    )


def no_migration_support(_: Machine) -> Finding:
    """Return the finding, always unknown, whether a filesystem or a driver cannot migrate its pages."""
    return unknown(
        "Pages of a filesystem or driver without support for migration stay, and so do pages that are busy just then.",
        "grep pgmigrate_fail /proc/vmstat twice; trace-cmd record -e migrate:mm_migrate_pages, and look at nr_failed "
        "where reason=demotion",
    )
