"""Detect oddities in which nodes have a target and which have none."""

from __future__ import annotations

from viz.analysis.findings.facts import Facts
from viz.analysis.findings.finding import Finding
from viz.analysis.findings.words import have, likewise, subject, takers_text
from viz.kernel.memory_tiers import MEMTIER_CHUNK_BITS
from viz.trace.sentences.words import capital, node_names

MAX_DESCRIBED = 2
"""The largest number of nodes that a sentence describes in full; further nodes are only named."""


def nodes_without_target(facts: Facts) -> list[int]:
    """Return the nodes of N_CPU that have memory and no target while there is memory outside N_CPU."""
    if not facts.outside:
        return []
    return [node for node in facts.n_cpu & facts.machine.memory if not facts.targets[node]]


def no_target(facts: Facts) -> Finding | None:
    """Return the finding on nodes of N_CPU that have no target although there is memory outside N_CPU."""
    nodes = nodes_without_target(facts)
    if not nodes:
        return None
    none = f"{subject(nodes)} {have(nodes)} no target"
    if facts.is_exclusive:
        says = f"{none}, although there is memory without CPUs: {takers_text(facts)}."
    else:
        why = "no memory is in a slower tier" if facts.has_tiers else "no slower memory may be a target"
        says = f"{none}: {why}. {capital(takers_text(facts))}."
    return Finding("no-target", tuple(nodes), says, facts.look_at(nodes[0]))


def memoryless_takes(facts: Facts) -> Finding | None:
    """Return the finding on CPU nodes without memory that have a target while a CPU node with memory has none."""
    with_memory = facts.n_cpu & facts.machine.memory
    lacking = [node for node in with_memory if not facts.targets[node]]
    nodes = [node for node in facts.n_cpu - with_memory if facts.targets[node]]
    if not nodes or not lacking:
        return None
    taken = sorted({target for node in nodes for target in facts.targets[node]})
    says = (
        f"{subject(nodes)} {have(nodes)} no memory to demote, and took {node_names(taken)} all the same; "
        f"{node_names(lacking)} {have(lacking)} memory, and no target."
    )
    return Finding("memoryless-takes", tuple(nodes), says, facts.look_at(nodes[0]))


def nearest_outside(facts: Facts, node: int) -> int | None:
    """Return the nearest node that has memory and is not in N_CPU; None if there is none.

    Of several nodes at the same distance, this is the one with the lowest id.
    """
    distance = facts.machine.distance[node]
    return min(facts.outside, key=lambda other: (distance[other], other), default=None)


def nearest_taken(facts: Facts) -> Finding | None:
    """Return the finding on sources whose nearest memory outside N_CPU is another's target and not theirs.

    The sources are the nodes of N_CPU. Where tiers or classes decide, nodes share targets, so no node takes a target
    from another, and there is no finding.
    """
    if not facts.is_exclusive:
        return None
    owners: dict[int, list[int]] = {}
    for source, targets in facts.targets.items():
        for target in targets:
            owners.setdefault(target, []).append(source)
    nearest = {node: nearest_outside(facts, node) for node in facts.n_cpu}
    taken = {
        node: (near, owners[near])
        for node, near in nearest.items()
        if near is not None and near in owners and node not in owners[near]
    }
    if not taken:
        return None
    texts = [_nearest_text(facts, node, *taken[node]) for node in list(taken)[:MAX_DESCRIBED]]
    says = f"{' '.join(texts)}{likewise(list(taken)[MAX_DESCRIBED:])}"
    return Finding("nearest-taken", tuple(taken), says, facts.look_at(next(iter(taken))))


def _nearest_text(facts: Facts, node: int, near: int, owners: list[int]) -> str:
    distance, targets = facts.machine.distance[node], facts.targets[node]
    goes_to = f"demotes to {node_names(targets)}, at {distance[targets[0]]}" if targets else "has no target"
    return (
        f"The nearest memory to node {node} is node {near}, at {distance[near]}, and {node_names(owners)} "
        f"{have(owners)} it: node {node} {goes_to}."
    )


def unreached(facts: Facts) -> Finding | None:
    """Return the finding on memory outside N_CPU that is nobody's target.

    Memory in a faster tier than all nodes with CPUs is left out, because no node should demote to it.
    """
    tier = {node: facts.machine.adistance[node] >> MEMTIER_CHUNK_BITS for node in facts.machine.memory}
    reached = {target for targets in facts.targets.values() for target in targets}
    fastest_with_cpus = min((tier[node] for node in facts.n_cpu & facts.machine.memory), default=None)
    nodes = [
        node
        for node in facts.outside
        if node not in reached and (fastest_with_cpus is None or tier[node] >= fastest_with_cpus)
    ]
    if not nodes:
        return None
    says = f"Nothing is demoted to {node_names(nodes)}: {_why_unreached(facts, nodes, tier)}."
    return Finding("unreached", tuple(nodes), says, facts.look_at(nodes[0]))


def _why_unreached(facts: Facts, nodes: list[int], tier: dict[int, int]) -> str:
    if not facts.has_tiers:
        return "nobody has chosen that" if facts.n_cpu else "N_CPU is empty, so nobody chooses"
    fastest = min(tier.values())
    reasons = []
    if any(tier[node] == fastest for node in nodes):
        reasons.append(f"no memory is in a faster tier than tier {fastest}")
    if any(tier[node] != fastest for node in nodes):
        reasons.append("other memory of its tier is preferred, and pages follow only where that is full")
    return ", or ".join(reasons)
