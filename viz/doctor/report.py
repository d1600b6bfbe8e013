"""Make the report on a machine: the findings of all checks, and a verdict in one sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from viz.doctor import checks_cgroup, checks_counters, checks_figures, checks_gate, checks_order, checks_reclaim
from viz.doctor.facts import Facts
from viz.doctor.findings import Check, Finding, Machine
from viz.doctor.targets import Order, order_of
from viz.topology.partial_topology import nodes_text

CHECKS: Mapping[str, tuple[str, Check]] = {
    "no-feature": ("1", checks_order.no_feature),
    "switch-off": ("2", checks_order.switch_off),
    "one-tier": ("3", checks_order.one_tier),
    "no-performance": ("3a", checks_figures.no_performance),
    "too-similar": ("3b", checks_figures.too_similar),
    "dram-mismatch": ("3c", checks_figures.dram_mismatch),
    "chain-end": ("3d", checks_order.chain_end),
    "memory-offline": ("4", checks_order.memory_offline),
    "spills-first": ("5", checks_reclaim.spills_first),
    "kswapd-gave-up": ("6", checks_reclaim.kswapd_gave_up),
    "zone-balanced": ("7", checks_reclaim.zone_balanced),
    "cpuset-excludes": ("8", checks_cgroup.cpuset_excludes),
    "memcg-limit-old": ("9", checks_cgroup.memcg_limit_old),
    "never-demoting-request": ("10", checks_counters.never_demoting_request),
    "targets-full": ("11", checks_reclaim.targets_full),
    "unfit-pages": ("12", checks_counters.unfit_pages),
    "swappiness": ("13", checks_cgroup.swappiness),
    "reclaim-gate": ("14", checks_gate.reclaim_gate),
    "zone-reclaim": ("15", checks_gate.zone_reclaim),
    "counter-missing": ("16", checks_counters.counter_missing),
    "counter-split": ("16", checks_counters.counter_split),
    "mglru-counter": ("16", checks_counters.mglru_counter),
    "no-migration-support": ("17", checks_counters.no_migration_support),
}
"""For the id of each check: the number of the cause that it looks for, and the check."""
_BROKEN = {
    "spills-first": "allocations spill to slower nodes before anything is demoted",
    "kswapd-gave-up": "kswapd of the fast nodes has given up",
    "zone-balanced": "kswapd takes the full node for balanced",
    "cpuset-excludes": "the cgroup may use no node that its pages could go to",
    "targets-full": "all targets are full",
}
"""The words of the verdict for each cause that stops a machine even if its switch is on and it has targets."""
UNKNOWN_KERNEL = (
    "No file names the kernel, and none is assumed: what hangs on it is not known. "
    "Give what uname -r prints with --kernel."
)
_MAX_MOVES = 6


@dataclass(frozen=True)
class Report:
    """The doctor's report on a machine; `demotes` is None if it is not known whether the machine demotes."""

    verdict: str
    demotes: bool | None
    kernel: str | None
    findings: tuple[Finding, ...]
    notes: tuple[str, ...] = ()
    """Sentences on the kernel, and on files that were not read."""

    def as_dict(self) -> dict[str, Any]:
        """Return the report JSON-ready."""
        return {
            "verdict": self.verdict,
            "demotes": self.demotes,
            "kernel": self.kernel,
            "findings": [finding.as_dict() for finding in self.findings],
        }


def examine(facts: Facts) -> Report:
    """Return the report on a machine."""
    machine = Machine(facts, order_of(facts))
    findings = tuple(replace(check(machine), id=name, cause=number) for name, (number, check) in CHECKS.items())
    verdict, demotes = _verdict(machine, {finding.id: finding for finding in findings})
    release = facts.release
    about = release.note if release else UNKNOWN_KERNEL
    notes = (*([about] if about else []), *facts.tree.notes)
    return Report(verdict, demotes, release.text if release else None, findings, notes)


def _verdict(machine: Machine, found: Mapping[str, Finding]) -> tuple[str, bool | None]:
    facts, order = machine.facts, machine.order
    if facts.tree.is_empty or (order is None and not facts.tree.files):
        return "Nothing can be said of this machine: nothing of its /sys and /proc is here to read.", None
    stops = [name for name, finding in found.items() if finding.state == "cause" and finding.stops]
    moves, is_off = moves_text(order), "switch-off" in stops
    for name in ("no-feature", "one-tier", "chain-end"):
        if name in stops:
            off = "; and the switch is off" if is_off else ""
            return f"This machine does not demote: {_first(found[name])}{off}.", False
    if is_off:
        then = f"once it is on, {moves_text(order, 'would demote')}" if moves else "where it would demote to is unknown"
        return f"This machine does not demote: the switch is off; {then}.", False
    broken = [_BROKEN[name] for name in stops if name in _BROKEN]
    if broken:
        whose = (
            "The pages of this cgroup are not demoted" if "cpuset-excludes" in stops else "This machine demotes nothing"
        )
        goes = f", though {moves_text(order, 'would demote')}" if moves else ""
        return f"{whose}{goes}: {broken[0]}.", False
    if facts.switch is None or not moves:
        return _not_known(facts, order, moves), None
    is_counted = facts.demoted or (facts.demoted == 0 and not facts.miscounts)
    count = f"; {facts.demoted or 'no'} pages were demoted so far" if is_counted else ""
    return f"This machine demotes: {moves}{count}.", True


def _first(finding: Finding) -> str:
    """Return a finding's first sentence in a form that can follow a colon: without its period and capital letter."""
    sentence = finding.says.partition(". ")[0].rstrip(".")
    return sentence if sentence.startswith("Linux") else sentence[:1].lower() + sentence[1:]


def _not_known(facts: Facts, order: Order | None, moves: str) -> str:
    missing = []
    if facts.switch is None:
        missing.append("whether demotion is switched on")
    if order is None:
        missing.append("where nodes would demote to")
    more = f"; if it is, {moves}" if moves else ""
    return f"It is not known whether this machine demotes: nothing shows {' and '.join(missing) or 'enough'}{more}."


def moves_text(order: Order | None, verb: str = "") -> str:
    """Return in words where nodes demote to, such as "node 0 demotes to node 2 (else 3)"; "" if no node demotes."""
    by_targets: dict[str, list[int]] = {}
    for node, targets in sorted((order or {}).items()):
        if targets.lower:
            by_targets.setdefault(targets.words(), []).append(node)
    parts = []
    for index, (words, nodes) in enumerate(list(by_targets.items())[:_MAX_MOVES]):
        many = len(nodes) > 1
        does = "" if index else f" {verb}" if verb else " demote" if many else " demotes"
        parts.append(f"{nodes_text(nodes)}{does} to {'nodes' if ' or ' in words else 'node'} {words}")
    return ", ".join(parts) + (", and so on" if len(by_targets) > _MAX_MOVES else "")
