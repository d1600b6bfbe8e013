"""Check causes 5, 6, 7 and 11: whether the fast nodes reclaim at all, and whether their targets have room."""

from __future__ import annotations

from collections.abc import Iterable

from viz.doctor.facts import Facts
from viz.doctor.findings import MAX_SHOWN, Finding, Machine, cause, no_kernel, ok, unknown
from viz.doctor.paths import BALANCING, SWITCH, VMSTAT, ZONEINFO
from viz.doctor.tree import Evidence
from viz.topology.partial_topology import nodes_text
from viz.topology.zoneinfo import Zone

SHOW_ZONES = "grep -E '^Node|pages free|min|low|high|promo|protection|unreclaimable' /proc/zoneinfo"
SHOW_COUNTERS = "grep -E 'pgdemote|pgscan_kswapd' /proc/vmstat"
_FEW = 50
"""Up to one page in _FEW may be used by the kernel itself on a slow node. If more are, programs have spilled to it."""


def spills_first(machine: Machine) -> Finding:
    """Return whether allocations go to other nodes before kswapd of the full node is woken."""
    facts = machine.facts
    if facts.memory is not None and len(facts.memory) == 1:
        return ok("Only one node has memory, so nothing can spill.")
    if machine.order is not None and not any(targets.lower for targets in machine.order.values()):
        return ok("No node has a target, so there is no slower memory to spill to.")
    watched = [node for node in machine.fast if node in facts.zones]
    if not watched:
        return unknown("Nothing shows how much of the fast nodes is free.", SHOW_ZONES)
    full = [node for node in watched if _is_full(facts.zones[node])]
    shown = _zone_evidence(zone for node in full or watched for zone in facts.zones[node])
    if not full:
        return ok(f"{_nodes(watched)} has more free memory than its high watermark, so nothing spills.", shown)
    counters = [Evidence(f"/{VMSTAT}", f"pages demoted in all: {facts.demoted}")]
    if facts.demoted:
        return ok("Pages were demoted, so the fast nodes do reclaim.", counters)
    if facts.demoted is None:
        return unknown(f"{_nodes(full)} is full, and nothing shows whether pages were demoted.", SHOW_COUNTERS, shown)
    quiet = [node for node in full if not _scans(machine, node)]
    if not quiet:
        return ok("kswapd of the fast nodes has looked for pages to reclaim.", counters)
    if facts.vmstat.get("pgscan_kswapd") and (facts.switch is False or facts.miscounts):
        why = "with the switch off" if facts.switch is False else "since this kernel does not count what MGLRU demotes,"
        return unknown(f"Pages were reclaimed, but {why} nobody can tell from where.", SHOW_COUNTERS)
    if not _has_spilled(machine, full):
        return unknown(f"{_nodes(full)} is full, but little of the slower memory is in use yet.", SHOW_COUNTERS, shown)
    says = (
        f"{_nodes(full)} is full up to its watermarks, and nothing was demoted: allocations that may use other nodes "
        "take free pages there first. kswapd is woken only when every node that they may use is below low."
    )
    more = [facts.tree.evidence(BALANCING)] if facts.tree.exists(BALANCING) else []
    return cause(says, [*shown, *counters, *more], _against_spilling(facts), stops=True)


def _against_spilling(facts: Facts) -> str:
    do = "Bind the programs to the fast node (numactl --membind)."
    if facts.since(5, 18) and not (facts.tree.number(BALANCING) or 0) & 2:
        do += f" Or write 2 to /{BALANCING}: promotion into a full node then wakes its kswapd."
    if facts.since(6, 17):
        do += " Writing a size to nodeN/reclaim demotes at once."
    elif facts.since(5, 19):
        do += " Writing a size to memory.reclaim of a cgroup demotes at once."
    return do


def _nodes(nodes: Iterable[int]) -> str:
    return nodes_text(nodes).capitalize()


def _is_full(zones: Iterable[Zone]) -> bool:
    return all((zone.free or 0) <= (zone.high or 0) + zone.reserve for zone in zones)


def _scans(machine: Machine, node: int) -> bool:
    """Return whether kswapd of a node has looked at pages; only kernels from 7.1 on count that for each node."""
    return machine.facts.node_vmstat(node).get("pgscan_kswapd", 0) > 0


def _has_spilled(machine: Machine, full: Iterable[int]) -> bool:
    """Return whether programs use other nodes than the full ones; True, too, if no other node's sizes are known."""
    facts, full = machine.facts, set(full)
    if any(facts.numastat(node).get("numa_foreign") for node in full):
        return True
    others = [facts.meminfo(node) for node in facts.memory or () if node not in full]
    known = [(used, of["MemTotal"]) for of in others if of.get("MemTotal") and (used := _used(of)) is not None]
    return not known or any(used * _FEW > total for used, total in known)


def _used(sizes: dict[str, int]) -> int | None:
    """Return how much of a node is in use, in kB; None if its meminfo does not say so."""
    free = sizes.get("MemFree")
    return sizes.get("MemUsed", None if free is None else sizes["MemTotal"] - free)


def _zone_evidence(zones: Iterable[Zone]) -> list[Evidence]:
    return [Evidence(f"/{ZONEINFO}", zone.words()) for zone in zones][:MAX_SHOWN]


def kswapd_gave_up(machine: Machine) -> Finding:
    """Return whether kswapd of a node that should demote has given up after 16 rounds that reclaimed nothing."""
    facts = machine.facts
    known = {node: gone for node, gone in facts.gave_up.items() if node in machine.sources or not machine.sources}
    if not known:
        return unknown("Nothing shows whether kswapd has given up.", "grep -E '^Node|unreclaimable' /proc/zoneinfo")
    shown = [Evidence(f"/{ZONEINFO}", f"Node {node}: node_unreclaimable: {int(gone)}") for node, gone in known.items()]
    gone = [node for node, gone in known.items() if gone]
    if not gone:
        return ok(f"kswapd of {nodes_text(known)} has not given up.", shown[:MAX_SHOWN])
    says = f"kswapd of {nodes_text(gone)} has given up: 16 rounds in a row reclaimed nothing, and now it sleeps."
    if facts.since(6, 18):
        do = f"As root: write false, then true to /{SWITCH}; from 6.18 on that wakes kswapd again."
    elif facts.release is None:
        do = f"Free some memory of that node. From 6.18 on, writing false, then true to /{SWITCH} helps, too."
    else:
        do = (
            "Free some memory of that node; once anything is reclaimed there, kswapd starts again. Switching demotion "
            "off and on helps from 6.18 on only."
        )
    shown = [evidence for evidence in shown if evidence.value.endswith("1")]
    return cause(says, shown[:MAX_SHOWN], do, stops=set(machine.sources) <= set(gone))


def zone_balanced(machine: Machine) -> Finding:
    """Return whether kswapd considers a full node balanced, because one of its zones has enough free pages."""
    facts = machine.facts
    watched = {node: facts.zones[node] for node in machine.sources if node in facts.zones}
    if not watched:
        return unknown("Nothing shows the zones of the nodes that would demote.", SHOW_ZONES)
    for node, zones in watched.items():
        largest = max(zones, key=lambda zone: zone.managed or zone.present or zone.high or 0)
        idle = [zone for zone in zones if zone is not largest and _is_balanced(zone)]
        if idle and (largest.free or 0) < (largest.high or 0):
            says = (
                f"Node {node} counts as balanced: its zone {idle[0].name} has more free pages than its high watermark, "
                f"and one such zone is enough, though zone {largest.name} is below its own."
            )
            do = "Bind programs to the node, so that the idle zone fills up, too."
            do += " Or write a size to memory.reclaim of a cgroup." if facts.since(5, 19) else ""
            return cause(says, _zone_evidence([largest, *idle]), do, stops=not facts.demoted)
    shown = _zone_evidence(zone for zones in watched.values() for zone in zones)
    return ok("No idle zone makes a full node count as balanced.", shown)


def _is_balanced(zone: Zone) -> bool:
    return (zone.free or 0) > (zone.high or 0) + zone.reserve


def targets_full(machine: Machine) -> Finding:
    """Return whether all targets of a source are at their min watermark, so that demotion can get no page there."""
    facts, order = machine.facts, machine.order
    if facts.release is None and order is None:
        return no_kernel(facts, "Which nodes are targets hangs on the kernel")
    if order is None:
        return unknown("Nothing shows which nodes are targets.", SHOW_ZONES)
    stuck: list[int] = []
    open_: list[int] = []
    for node in machine.sources:
        lower = order[node].lower if node in order else ()
        known = [target for target in lower if target in facts.zones]
        if any(not _takes_nothing(facts.zones[target]) for target in known):
            open_.append(node)
        elif known and len(known) == len(lower):
            stuck.append(node)
    targets = sorted({target for node in stuck or open_ for target in order[node].lower if target in facts.zones})
    shown = _zone_evidence(zone for target in targets for zone in facts.zones[target])
    if stuck:
        tried = "the next slower tier, then all slower nodes" if facts.since(6, 1) else "no other node than its target"
        says = (
            f"{nodes_text(targets).capitalize()}, all that {nodes_text(stuck)} may demote to, is at its min watermark. "
            f"{facts.kernel} tries {tried}; a page that fits nowhere is swapped out or dropped on its own node instead."
        )
        if fail := facts.vmstat.get("pgmigrate_fail"):
            shown.append(Evidence(f"/{VMSTAT}", f"pgmigrate_fail {fail}"))
        do = "Free memory of the targets, add slower memory, or give them swap, so that their own kswapd makes room."
        return cause(says, shown, do, stops=not open_)
    if open_:
        return ok(f"{nodes_text(targets).capitalize()} can take pages: free memory is above min.", shown)
    if any(targets.lower for targets in order.values()):
        return unknown("Nothing shows how much of the targets is free.", SHOW_ZONES)
    return ok("There is no target that could be full.")


def _takes_nothing(zones: Iterable[Zone]) -> bool:
    return all((zone.free or 0) <= (zone.min or 0) + zone.reserve for zone in zones)
