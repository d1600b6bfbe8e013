"""Check causes 14 and 15: requests to reclaim a node move nothing if it has little unmapped page cache and slab.

That condition in the kernel is called the gate here.
"""

from __future__ import annotations

from viz.doctor.facts import Facts
from viz.doctor.findings import MAX_SHOWN, Finding, Machine, cause, no_kernel, ok, unknown
from viz.doctor.paths import NODES
from viz.doctor.tree import Evidence
from viz.topology.partial_topology import nodes_text

_UNMAPPED, _SLAB = "proc/sys/vm/min_unmapped_ratio", "proc/sys/vm/min_slab_ratio"
_MODE = "proc/sys/vm/zone_reclaim_mode"
_USUAL = {_UNMAPPED: 1, _SLAB: 5}
"""The default percentages, by the path of the file that holds them."""
_LAST_KNOWN = (7, 3), 4
"""The newest release whose code is known to have the gate: 7.3.4."""
_SHOW = "grep -E 'FilePages|Shmem:|file|Mapped|SReclaimable' /sys/devices/system/node/node*/meminfo"


def reclaim_gate(machine: Machine) -> Finding:
    """Return whether writing to nodeN/reclaim would move nothing."""
    facts = machine.facts
    if facts.release is None or facts.since(6, 17) is None:
        return no_kernel(facts, "Kernels from 6.17 on have a file nodeN/reclaim")
    if not facts.since(6, 17):
        return ok(f"{facts.kernel} has no file nodeN/reclaim; 6.17 is the first.")
    if (facts.release.number, facts.release.stable or 0) > _LAST_KNOWN:
        return unknown(f"Whether {facts.kernel} still looks at page cache alone is not known.", _try(machine))
    closed, is_known = _closed(machine)
    if closed:
        says = (
            f"Writing to the file reclaim of {nodes_text(closed)} returns EAGAIN and moves nothing: unmapped page "
            "cache and slab are below min_unmapped_ratio and min_slab_ratio. tmpfs and anonymous memory do not count."
        )
        do = f"As root: echo 0 > /{_UNMAPPED}; or use memory.reclaim of a cgroup. It matters only to who writes there."
        return cause(says, _evidence(facts, closed), do)
    if not is_known:
        return unknown("Nothing shows how much page cache the fast nodes have.", _SHOW)
    return ok(
        "The fast nodes have enough page cache or slab for nodeN/reclaim to act.", _evidence(facts, machine.sources)
    )


def _try(machine: Machine) -> str:
    node = machine.fast[0] if machine.fast else 0
    return f"echo 1M > /{NODES}/node{node}/reclaim"


def zone_reclaim(machine: Machine) -> Finding:
    """Return whether zone_reclaim_mode is set and yet moves nothing."""
    facts = machine.facts
    mode = facts.tree.number(_MODE)
    if mode is None:
        return unknown("Nothing shows zone_reclaim_mode.", f"cat /{_MODE}")
    shown = [facts.tree.evidence(_MODE)]
    if mode == 0:
        return ok("zone_reclaim_mode is 0, as usual, so nobody waits for it to demote.", shown)
    closed, is_known = _closed(machine)
    if facts.demoted and is_known and not closed:
        return ok("zone_reclaim_mode is set, the nodes have page cache enough for it, and pages were demoted.", shown)
    says = (
        "zone_reclaim_mode is set, but it reclaims only the node of the CPU that allocates, or one without CPUs, "
        "within distance 30"
    )
    if closed:
        says += f"; and {nodes_text(closed)} has too little unmapped page cache and slab for it to act"
        shown += _evidence(facts, closed)
    do = "Do not count on it" + (
        ": use numa_balancing 2, or memory.reclaim of a cgroup." if facts.since(5, 19) else "."
    )
    return cause(f"{says}.", shown, do)


def _closed(machine: Machine) -> tuple[list[int], bool]:
    """Return the sources whose gate is closed, and whether the gate of every source is known."""
    facts = machine.facts
    gates = {node: _is_closed(facts, node) for node in machine.sources}
    closed = [node for node, gate in gates.items() if gate]
    return closed, bool(gates) and None not in gates.values()


def _is_closed(facts: Facts, node: int) -> bool | None:
    """Return whether the node has too little unmapped page cache and slab; None if these sizes are not known."""
    sizes = facts.meminfo(node)
    unmapped = _unmapped(sizes)
    if unmapped is None or not sizes.get("MemTotal"):
        return None
    slab = sizes.get("SReclaimable", sizes.get("KReclaimable", 0))
    return unmapped * 100 <= sizes["MemTotal"] * _ratio(facts, _UNMAPPED) and (
        slab * 100 <= sizes["MemTotal"] * _ratio(facts, _SLAB)
    )


def _unmapped(sizes: dict[str, int]) -> int | None:
    """Return the size of the page cache that is neither mapped nor of tmpfs, in kB; None if it is not known."""
    lists = sizes.get("Active(file)"), sizes.get("Inactive(file)")
    if lists[0] is not None and lists[1] is not None:
        return max(0, lists[0] + lists[1] - sizes.get("Mapped", 0))
    if "FilePages" in sizes:
        return max(0, sizes["FilePages"] - sizes.get("Shmem", 0) - sizes.get("Mapped", 0))
    return None


def _ratio(facts: Facts, path: str) -> int:
    value = facts.tree.number(path)
    return _USUAL[path] if value is None else value


def _evidence(facts: Facts, nodes: list[int]) -> list[Evidence]:
    shown = []
    for node in nodes[: MAX_SHOWN // 2]:
        sizes = facts.meminfo(node)
        value = f"unmapped page cache {_unmapped(sizes)} kB, SReclaimable {sizes.get('SReclaimable', '?')} kB"
        shown.append(Evidence(f"/{NODES}/node{node}/meminfo", f"{value}, MemTotal {sizes.get('MemTotal')} kB"))
    return shown + [facts.tree.evidence(path) for path in (_UNMAPPED, _SLAB) if facts.tree.exists(path)]
