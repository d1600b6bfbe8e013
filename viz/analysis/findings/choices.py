"""Detect choices between equals: ties, and results that depend on the order of the node ids."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from viz.analysis.findings.facts import Facts
from viz.analysis.findings.finding import Finding
from viz.analysis.findings.words import targets_text
from viz.analysis.run import Targets, built_targets
from viz.kernel.checkpoints import Scan
from viz.kernel.machine import Machine
from viz.kernel.nodemask import NodeMask
from viz.kernel.page_alloc import nearest_first
from viz.kernel.rules.meaning import rule
from viz.trace.choice_reasons import reason
from viz.trace.scoretable import Row, score_table
from viz.trace.sentences.words import capital, node_names

MAX_SWAPS = 16
"""The largest number of nodes of a machine whose ids are swapped in pairs; those of larger ones are only reversed."""

DECIDED_BY = {"load": "node_load", "id": "the id", "penalty": "a penalty"}
"""What decides a tie, in words."""


@dataclass(frozen=True)
class Tie:
    """A search that distance alone did not decide: its step and node, the chosen candidate, the rival, what decided."""

    step: int
    node: int
    chosen: Row
    rival: Row
    decided_by: str


def tie(facts: Facts) -> Finding | None:
    """Return the finding on choices that the distance alone did not decide."""
    found = [one for step, scan in facts.scans if (one := tie_in(facts, step, scan))]
    if not found:
        return None
    first, *others = found
    why = reason(first.node, [first.chosen, first.rival], rule(facts.run.version, "tie"))
    says = f"{capital(why)}: {DECIDED_BY[first.decided_by]} decides."
    for way, words in DECIDED_BY.items():
        if nodes := sorted({one.node for one in others if one.decided_by == way}):
            says += f" For {node_names(nodes)}, {words} does."
    return Finding("tie", tuple(sorted({one.node for one in found})), says, first.step)


def tie_in(facts: Facts, step: int, scan: Scan) -> Tie | None:
    """Return the tie in a search that found a target; None if there is no tie.

    There is a tie if another candidate that is no target is at most as far as the chosen one, or costs the same.
    """
    targets = facts.targets[scan.node]
    if scan.best not in targets:
        return None
    rows, _ = score_table(facts.machine, scan, facts.run.version.own(nearest_first))
    chosen, *others = [row for row in rows if row.verdict in ("chosen", "beaten")]
    equals = [row for row in others if row.distance <= chosen.distance or row.key == chosen.key]
    rival = next((row for row in equals if row.node not in targets), None)
    if rival is None:
        return None
    has_loads = rule(facts.run.version, "tie") == "load"
    way = "penalty" if chosen.key < rival.key else "load" if has_loads and chosen.load < rival.load else "id"
    return Tie(step, scan.node, chosen, rival, way)


def renumbering(facts: Facts) -> Finding | None:
    """Return the finding that other ids for the same nodes would give other targets.

    First two neighbouring ids are swapped, on machines of up to MAX_SWAPS nodes; then all ids are reversed.
    """
    for renamed, words in _renamings(list(facts.machine.possible)):
        targets = targets_if_renamed(facts, renamed)
        nodes = [node for node in targets if set(targets[node]) != set(facts.targets[node])]
        if nodes:
            then, now = targets_text(targets, nodes), targets_text(facts.targets, nodes)
            says = (
                f"The order of the ids decides. {words}, the same nodes would have {then}; as it is, they have {now}."
            )
            return Finding("renumbering", tuple(nodes), says, facts.look_at(nodes[0]))
    return None


def _renamings(ids: list[int]) -> Iterator[tuple[dict[int, int], str]]:
    """Yield a new id for each old id, and words for that renaming, such as "If nodes 1 and 2 swapped ids"."""
    if len(ids) <= MAX_SWAPS:
        for low, high in pairwise(ids):
            yield {node: node for node in ids} | {low: high, high: low}, f"If nodes {low} and {high} swapped ids"
    yield dict(zip(ids, reversed(ids), strict=True)), "If all ids ran in reverse"


def targets_if_renamed(facts: Facts, renamed: Mapping[int, int]) -> Targets:
    """Return the targets that nodes would have with the new ids. Nodes and targets are named by their present ids."""
    run = facts.run
    given = run.topology.node_load
    loads = None if given is None else {renamed[node]: load for node, load in given.items()}
    machine = renamed_machine(run.topology.machine(run.version.rules), renamed)
    back = {new: old for old, new in renamed.items()}
    found = built_targets(machine, run.version, run.zonelists, loads)
    return {node: [back[target] for target in found[renamed[node]]] for node in sorted(renamed)}


def renamed_machine(machine: Machine, renamed: Mapping[int, int]) -> Machine:
    """Return the machine with other ids for the same nodes; `renamed` has the new id of every possible node."""

    def mask(nodes: NodeMask) -> NodeMask:
        return NodeMask(renamed[node] for node in nodes)

    def by_new_id(values: Mapping[int, int]) -> dict[int, int]:
        return {renamed[node]: value for node, value in values.items()}

    distance = {}
    for node, new in renamed.items():
        row = bytearray(machine.distance[node])
        for other, place in renamed.items():
            row[place] = machine.distance[node][other]
        distance[new] = bytes(row)
    return replace(
        machine,
        online=mask(machine.online),
        memory=mask(machine.memory),
        n_cpu=mask(machine.n_cpu),
        cpus=mask(machine.cpus),
        distance=distance,
        blocks=by_new_id(machine.blocks),
        cpu_count=by_new_id(machine.cpu_count),
        adistance=by_new_id(machine.adistance),
        mems=None,
        node_load={},
        zonelists={},
    )
