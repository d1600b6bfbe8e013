"""Find out where each node demotes to from what the machine shows: its tiers, its log or, before 6.1, its distances."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from viz.analysis.run import Run
from viz.doctor.facts import Facts
from viz.kernel.memory import nodes_in
from viz.kernel.versions import Version
from viz.topology import Topology, TopologyError
from viz.topology.printed_files import signed_tier
from viz.topology.tier_guess import middle_of
from viz.trace.sentences.words import choice

_MEMORY = 2**30
"""The size that each node has in the computation, in bytes; the order does not depend on it."""


@dataclass(frozen=True)
class Targets:
    """Where a node's pages go: to one of `preferred` first and, from 6.1 on, to any of `lower` if that fails.

    If the tiers are known but not the distances, `preferred` is empty.
    """

    preferred: tuple[int, ...]
    lower: tuple[int, ...]

    def words(self) -> str:
        """Return the targets: "1", "1 or 2", "2 (else 3)"."""
        others = [node for node in self.lower if node not in self.preferred]
        first = choice(self.preferred or self.lower)
        return f"{first} (else {', '.join(map(str, others))})" if self.preferred and others else first


Order = Mapping[int, Targets]
"""The targets of each node with memory; they are empty if the node does not demote."""


def order_of(facts: Facts) -> Order | None:
    """Return the order of the machine; None if its files do not say enough."""
    if facts.memory is not None and len(facts.memory) == 1:
        return {facts.memory[0]: Targets((), ())}
    if facts.since(6, 1) is False:
        return _by_passes(facts)
    if facts.tiers is not None:
        return _by_tiers(facts, facts.tiers)
    printed = facts.log.targets
    if printed:
        return {node: Targets(tuple(preferred), tuple(lower)) for node, (preferred, lower) in printed.items()}
    return None


def _by_tiers(facts: Facts, tiers: Mapping[int, list[int]]) -> Order:
    """Return the order of a kernel with tiers.

    The preferred targets are nodes of the next slower tier. If that has several, distances decide which.
    """
    preferred = _preferred(facts, tiers)
    order: dict[int, Targets] = {}
    lower: list[int] = []
    below: list[int] = []
    for nodes in reversed(list(tiers.values())):
        for node in nodes:
            order[node] = Targets(preferred.get(node) or tuple(below if len(below) == 1 else ()), tuple(sorted(lower)))
        lower += nodes
        below = nodes
    return order


def _preferred(facts: Facts, tiers: Mapping[int, list[int]]) -> Mapping[int, tuple[int, ...]]:
    adistances = {node: max(0, middle_of(signed_tier(tier))) for tier, nodes in tiers.items() for node in nodes}
    row = facts.release.row() if facts.release else None
    result = _computed(facts, row, adistances)
    return {int(node): tuple(nodes_in(nodes)) for node, nodes in (result or {}).get("preferred", {}).items()}


def _by_passes(facts: Facts) -> Order | None:
    """Return the order of a kernel before 6.1, which follows from CPUs and distances alone."""
    row = facts.release.row() if facts.release else None
    result = _computed(facts, row, {}) if row else None
    if result is None or facts.memory is None:
        return None
    found: dict[int, Targets] = {}
    for node in facts.memory:
        cell = result["node_demotion"].get(str(node), -1)
        targets = tuple(cell) if isinstance(cell, list) else (cell,) if cell >= 0 else ()
        found[node] = Targets(targets, targets)
    return found


def _computed(facts: Facts, row: Version | None, adistances: Mapping[int, int]) -> dict[str, Any] | None:
    """Return the order that viz.kernel computes for the machine; None if its files do not say enough."""
    if facts.memory is None or facts.cpus is None or facts.distances is None:
        return None
    nodes = [
        {"id": node, "cpus": int(node in facts.cpus), "memory": _MEMORY * (node in facts.memory)}
        | ({"adistance": adistances[node]} if node in adistances else {})
        for node in facts.nodes
    ]
    rows = [[facts.distances[a][b] for b in facts.nodes] for a in facts.nodes]
    try:
        topology = Topology.from_document({"title": "A machine", "nodes": nodes, "distances": rows})
    except TopologyError:
        return None
    return Run.of(topology, row.name if row else "v6.12", "boot").order()
