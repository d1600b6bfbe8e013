"""Check every finding against a definition that is written here and uses only documents, results and traces."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.analysis.machines import KERNELS, ZONELISTS, Targets, found_in, nodes_of, targets_of, topologies
from tests.examples import examples
from viz.analysis.findings.choices import renamed_machine
from viz.analysis.run import Run
from viz.kernel.releases import version
from viz.topology import Topology
from viz.trace.model import Trace

RELEASED = [
    "posted", "v5.15", "v5.16", "v5.17.7", "v5.17", "v5.18", "v6.0",
    "v6.1", "v6.7", "v6.11", "v6.12.43", "v6.16", "v6.17", "v7.0",
]  # fmt: skip
ONE_TARGET = ["posted", "v5.15", "v5.16", "fallback-lists"]
SHARED = ["tier-sets", "local-tier-sets", *RELEASED[7:], "random-member"]
"""The kernels under which several nodes may have the same target."""


class Machine:
    """The nodes of a document and the targets that order() computes for them, as sets."""

    def __init__(self, run: Run) -> None:
        self.run = run
        topology = run.topology
        self.nodes = {node.id: node for node in topology.nodes}
        self.memory = {n.id for n in topology.nodes if n.online and n.memory}
        self.n_cpu = {n.id for n in topology.nodes if n.online and n.cpu_count}
        if topology.n_cpu is not None:
            self.n_cpu = set(topology.n_cpu)
        self.outside = self.memory - self.n_cpu
        self.targets = targets_of(run)

    def distance(self, source: int, target: int) -> int:
        ids = list(self.nodes)
        return int(self.run.topology.distances[ids.index(source)][ids.index(target)])

    def owners(self, target: int) -> set[int]:
        return {source for source, found in self.targets.items() if target in found}


# ---- definitions


def no_target(m: Machine) -> set[int]:
    return {node for node in m.n_cpu & m.memory if not m.targets[node] and m.outside}


def memoryless_takes(m: Machine) -> set[int]:
    lacks = any(not m.targets[node] for node in m.n_cpu & m.memory)
    return {node for node in m.n_cpu - m.memory if m.targets[node] and lacks}


def nearest_taken(m: Machine) -> set[int]:
    found = set()
    row, *changed = m.run.version.name.split(" + ")
    is_shared = row in SHARED or "targets=next-class" in changed
    for source in m.n_cpu if m.outside and not is_shared else ():
        nearest = sorted(m.outside, key=lambda node: (m.distance(source, node), node))[0]
        if nearest not in m.targets[source] and m.owners(nearest):
            found.add(source)
    return found


def unreached(m: Machine) -> set[int]:
    tier = {node: m.run.topology.machine(m.run.version.rules).adistance[node] // 128 for node in m.memory}
    fast = [tier[node] for node in m.n_cpu & m.memory]
    return {node for node in m.outside if not m.owners(node) and (not fast or tier[node] >= min(fast))}


def speed(m: Machine, node: int) -> int | None:
    one = m.nodes[node]
    if node not in m.memory:
        return None
    if "adistance" in one.model_fields_set:
        return one.adistance // 128
    by_label = {"DRAM": 4, "DDR5": 4, "HBM": 2, "PMEM": 22}
    return by_label.get(one.label or "", 4 if one.cpu_count else None)


def arrows(m: Machine, holds: Callable[[int, int], bool]) -> set[int]:
    """Return the sources of the arrows between nodes of known speed for which `holds` is true of the two speeds."""
    found = set()
    for source, targets in m.targets.items():
        for target in targets:
            pair = speed(m, source), speed(m, target)
            if pair[0] is not None and pair[1] is not None and holds(pair[0], pair[1]):
                found.add(source)
    return found


def socket(m: Machine, node: int) -> str | None:
    """Return a name for the socket of a node; None if the node is in no socket."""
    named = m.nodes[node].socket
    if named is None and node not in m.n_cpu:
        node = min(m.n_cpu, key=lambda cpu: (m.distance(node, cpu), cpu))
        named = m.nodes[node].socket
    return f"of {node}" if named is None else None if " " in named else f"named {named}"


def crosses_socket(m: Machine) -> set[int]:
    if not m.n_cpu:
        return set()
    rules = m.run.topology.machine(m.run.version.rules)
    found = set()
    for source, targets in m.targets.items():
        home = socket(m, source)
        if home is None or all(socket(m, target) in (home, None) for target in targets):
            continue
        for node in m.outside - targets - {source}:
            faster = speed(m, node), speed(m, source)
            is_faster = faster[0] is not None and faster[1] is not None and faster[0] < faster[1]
            no_lower = m.run.order().get("tiers") and rules.adistance[node] // 128 <= rules.adistance[source] // 128
            if socket(m, node) == home and not is_faster and not no_lower and not reaches(m, node, source):
                found.add(source)
    return found


def reaches(m: Machine, start: int, end: int) -> bool:
    seen: set[int] = set()
    waiting = [start]
    while waiting:
        new = m.targets[waiting.pop()] - seen
        seen |= new
        waiting += new
    return end in seen


def boot_differs(m: Machine) -> set[int]:
    other = Run.of(m.run.topology, m.run.version.name, {"boot": "runtime", "runtime": "boot"}[m.run.zonelists])
    return {node for node, targets in targets_of(other).items() if targets != m.targets[node]}


DEFINITIONS: dict[str, Callable[[Machine], set[int]]] = {
    "no-target": no_target,
    "memoryless-takes": memoryless_takes,
    "nearest-taken": nearest_taken,
    "unreached": unreached,
    "demotes-faster": lambda m: arrows(m, lambda source, target: target < source),
    "same-class": lambda m: arrows(m, lambda source, target: target == source),
    "crosses-socket": crosses_socket,
    "boot-differs": boot_differs,
}


@examples(0.8)
@given(topologies(), KERNELS, ZONELISTS)
def test_findings_are_what_their_definitions_say(topology: Topology, kernel: str, zonelists: str) -> None:
    run = Run.of(topology, kernel, zonelists)
    machine, found = Machine(run), found_in(run)
    for name, definition in DEFINITIONS.items():
        assert nodes_of(found, name) == sorted(definition(machine)), name


@examples(0.5)
@given(topologies(), st.sampled_from(ONE_TARGET), ZONELISTS)
def test_so_they_are_where_a_node_has_one_target(topology: Topology, kernel: str, zonelists: str) -> None:
    run = Run.of(topology, kernel, zonelists)
    machine, found = Machine(run), found_in(run)
    for name, definition in DEFINITIONS.items():
        assert nodes_of(found, name) == sorted(definition(machine)), name


@examples(0.5)
@given(topologies(), KERNELS, ZONELISTS)
def test_versions_disagree_where_released_rows_give_other_targets(
    topology: Topology, kernel: str, zonelists: str
) -> None:
    by_version = {name: targets_of(Run.of(topology, name, zonelists)) for name in RELEASED}
    groups: list[list[str]] = []
    for name, targets in by_version.items():
        group = next((group for group in groups if by_version[group[0]] == targets), None)
        group.append(name) if group else groups.append([name])
    found = found_in(Run.of(topology, kernel, zonelists))
    if len(groups) == 1:
        assert "versions-disagree" not in found
        return
    assert found["versions-disagree"].as_dict()["groups"] == groups
    differing = [n for n in by_version["posted"] if any(by_version[v][n] != by_version["posted"][n] for v in RELEASED)]
    assert nodes_of(found, "versions-disagree") == sorted(differing)


def ties(run: Run, trace: Trace, targets: Targets) -> Iterator[tuple[int, int, str]]:
    """Yield the step, the source and what decided, for each search in which score tables show a tie."""
    for step in range(trace.length):
        name, *fields = trace.at("operation", step)
        if name not in ("Scan", "TierScan", "ClassScan") or fields[1] not in targets[fields[0]]:
            continue
        rows = [row for row in trace.at("scores", step)[0] if row[-1] in ("chosen", "beaten")]
        _, far, *penalties, load, _ = next(row for row in rows if row[0] == fields[1])
        cost = far + sum(penalties)
        rivals = [
            (d + low + cpus, other_load, node)
            for node, d, low, cpus, other_load, _ in rows
            if node not in targets[fields[0]] and (d <= far or d + low + cpus == cost)
        ]
        if rivals:
            nearest = min(rivals)
            has_loads = not re.search("tie=(last-)?id", run.version.name)
            decided = "a penalty" if nearest[0] > cost else "node_load" if has_loads and nearest[1] > load else "the id"
            yield step, fields[0], decided


@examples(0.8)
@given(topologies(), KERNELS, ZONELISTS)
def test_ties_are_those_of_the_score_tables(topology: Topology, kernel: str, zonelists: str) -> None:
    run = Run.of(topology, kernel, zonelists)
    found = found_in(run)
    expected = list(ties(run, run.trace(), targets_of(run)))
    assert nodes_of(found, "tie") == sorted({node for _, node, _ in expected})
    if expected:
        assert found["tie"].step == expected[0][0]
        assert f": {expected[0][2]} decides." in found["tie"].says
        assert all(f"{decided} d" in found["tie"].says for _, _, decided in expected)


def renamed(topology: Topology, ids: dict[int, int]) -> Topology:
    """Return the same machine with other ids; the nodes are listed in the order of their new ids."""
    document: dict[str, Any] = topology.document()
    order = sorted(range(len(topology.nodes)), key=lambda place: ids[topology.nodes[place].id])
    nodes = [{**document["nodes"][place], "id": ids[topology.nodes[place].id]} for place in order]
    document |= {"nodes": nodes, "distances": [[document["distances"][a][b] for b in order] for a in order]}
    if topology.n_cpu is not None:
        document["n_cpu"] = [ids[node] for node in topology.n_cpu]
    if topology.node_load is not None:
        document["node_load"] = {str(ids[node]): load for node, load in topology.node_load.items()}
    return Topology.from_document(document)


@examples(0.5)
@given(topologies(), KERNELS, ZONELISTS)
def test_renumbering_is_found_where_other_ids_change_targets(topology: Topology, kernel: str, zonelists: str) -> None:
    ids = sorted(topology.ids)
    own = dict(zip(ids, ids, strict=True))
    tried = [own | {low: high, high: low} for low, high in pairwise(ids)]
    expected: list[int] = []
    before = targets_of(Run.of(topology, kernel, zonelists))
    for names in [*tried, dict(zip(ids, reversed(ids), strict=True))]:
        after = targets_of(Run.of(renamed(topology, names), kernel, zonelists))
        expected = [node for node in ids if {names[target] for target in before[node]} != after[names[node]]]
        if expected:
            break
    assert nodes_of(found_in(Run.of(topology, kernel, zonelists)), "renumbering") == expected


@examples(0.6)
@given(topologies(), KERNELS, st.randoms())
def test_a_machine_with_other_ids_is_the_same_machine(topology: Topology, kernel: str, random: Random) -> None:
    ids = sorted(topology.ids)
    names = dict(zip(ids, random.sample(ids, len(ids)), strict=True))
    rules = version(kernel).rules
    assert renamed_machine(topology.machine(rules), names) == renamed(topology, names).machine(rules)
