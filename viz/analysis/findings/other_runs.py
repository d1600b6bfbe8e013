"""Detect results that differ with other zonelists or under other kernels, and results that depend on a guess."""

from __future__ import annotations

from collections.abc import Sequence

from viz.analysis.findings.facts import Facts
from viz.analysis.findings.finding import Finding
from viz.analysis.findings.words import targets_text
from viz.analysis.run import built_targets
from viz.kernel.releases import FIXED_IN_STABLE, RELEASED
from viz.kernel.versions import LOSES_REFUSED, V5_17
from viz.wording import BUILT

FIRST_RELEASES = {LOSES_REFUSED.name: V5_17.name, V5_17.name: f"{V5_17.name}.{FIXED_IN_STABLE}"}
"""The first release that a row stands for, where its name does not say it. The row v5.17.7 is named after its last."""


def boot_differs(facts: Facts) -> Finding | None:
    """Return the finding on nodes that would have other targets if zonelists were built at the other time."""
    run = facts.run
    other = "boot" if run.zonelists == "runtime" else "runtime"
    machine = run.topology.machine(run.version.rules)
    targets = built_targets(machine, run.version, other, run.topology.node_load)
    nodes = [node for node in targets if set(targets[node]) != set(facts.targets[node])]
    if not nodes:
        return None
    says = f"With zonelists {BUILT[other]}, {targets_text(targets, nodes)}; {BUILT[run.zonelists]}, "
    return Finding(
        "boot-differs", tuple(nodes), f"{says}{targets_text(facts.targets, nodes)}.", facts.look_at(nodes[0])
    )


def versions_disagree(facts: Facts) -> Finding | None:
    """Return the finding that released kernels give different targets; each of its groups has kernels that agree."""
    by_version = facts.released
    groups: dict[tuple[frozenset[int], ...], list[str]] = {}
    for name, targets in by_version.items():
        groups.setdefault(tuple(frozenset(targets[node]) for node in sorted(targets)), []).append(name)
    if len(groups) < 2:
        return None
    nodes = [
        node for node in sorted(facts.targets) if len({frozenset(targets[node]) for targets in by_version.values()}) > 1
    ]
    parts = {names[0]: f"{ranges(names)}: {targets_text(by_version[names[0]], nodes)}" for names in groups.values()}
    shown = next((names[0] for names in groups.values() if facts.run.version.name in names), None)
    unlike = "; ".join(part for first, part in parts.items() if first != shown)
    if shown is None:
        says = f"Kernels disagree about the targets ({unlike})."
    else:
        says = f"Kernels disagree. Unlike {facts.run.asked}, which is shown: {unlike}. Like it: {parts[shown]}."
    groups_of_names = tuple(tuple(names) for names in groups.values())
    return Finding("versions-disagree", tuple(nodes), says, facts.look_at(nodes[0]), groups_of_names)


def ranges(names: Sequence[str]) -> str:
    """Return names of released rows as releases, and join neighbouring rows: "posted to v5.16", "v6.1 and newer"."""
    order = [row.name for row in RELEASED]
    runs: list[list[str]] = []
    for name in names:
        if runs and order.index(name) == order.index(runs[-1][-1]) + 1:
            runs[-1].append(name)
        else:
            runs.append([name])
    return ", ".join(_range(run, order[-1]) for run in runs)


def _range(names: Sequence[str], newest: str) -> str:
    first, last = FIRST_RELEASES.get(names[0], names[0]), names[-1]
    if last == newest:
        return f"{first} and newer"
    return first if first.startswith(last) else f"{first} to {last}"


def guess(facts: Facts) -> Finding | None:
    """Return the finding that the result depends on guesses about something that a listing does not say."""
    guesses = [one for one in facts.guesses if not one.is_chosen]
    if not guesses:
        return None
    first, *others = guesses
    more = f" {len(others)} more guess{'es' if len(others) > 1 else ''} beside it." if others else ""
    nodes = sorted({node for one in guesses for node in one.nodes})
    steps = [facts.tier_stores[node] for node in first.nodes if node in facts.tier_stores]
    says = f"The result rests on a guess. {first.sentence}{more}"
    return Finding("guess", tuple(nodes), says, min(steps, default=facts.begins))
