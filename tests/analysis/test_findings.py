"""Check every finding against a definition that is written here and uses only documents, results and traces."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples
from tests.machines import machine_of, machines, topology_of
from tests.what_ifs import what_ifs
from viz.analysis.findings import DETECTORS, Finding, findings
from viz.analysis.findings.choices import renamed_machine
from viz.analysis.findings.other_runs import ranges
from viz.analysis.run import Run
from viz.kernel.memory import nodes_in
from viz.kernel.releases import version
from viz.kernel.versions import VERSIONS
from viz.topology import Topology, builtin, builtin_names, load
from viz.trace.model import Trace

RELEASED = [
    "posted", "v5.15", "v5.16", "v5.17.7", "v5.17", "v5.18", "v6.0",
    "v6.1", "v6.7", "v6.11", "v6.12.43", "v6.16", "v6.17", "v7.0",
]  # fmt: skip
ONE_TARGET = ["posted", "v5.15", "v5.16", "fallback-lists"]
SHARED = ["tier-sets", "local-tier-sets", *RELEASED[7:], "random-member"]
"""The kernels under which several nodes may have the same target."""
KERNELS = st.one_of(st.sampled_from([row.name for row in VERSIONS]), what_ifs().map(lambda changed: changed.name))
"""The names of rows, and of rows with changed rules."""
ZONELISTS = st.sampled_from(["boot", "runtime"])
Targets = dict[int, set[int]]


@st.composite
def topologies(draw: st.DrawFn) -> Topology:
    """Draw a machine with labels and sockets, in which some nodes state no abstract distance."""
    document = topology_of(draw(machines(6))).document()
    for node in document["nodes"]:
        node["label"] = draw(st.sampled_from(["", "DRAM", "HBM", "PMEM", "DDR5", "GPU"]))
        if draw(st.booleans()):
            node["socket"] = draw(st.sampled_from(["A", "B", "Shared by all"]))
        if draw(st.booleans()):
            del node["adistance"]
    if draw(st.booleans()):
        document["node_load"] = {str(node["id"]): draw(st.integers(0, 3)) for node in document["nodes"]}
    return Topology.from_document(document)


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


def targets_of(run: Run) -> Targets:
    """Return the targets in the result of order(), where a cell is a number, a list or a node list."""
    order = run.order()
    cells = order["preferred"] if order["node_demotion"] is None else order["node_demotion"]
    return {int(node): set(cell) if isinstance(cell, list) else set(nodes_in(cell)) for node, cell in cells.items()}


def found_in(run: Run) -> dict[str, Finding]:
    found = {finding.id: finding for finding in findings(run)}
    assert list(found) == [name for name in DETECTORS if name in found]
    return found


def nodes_of(found: dict[str, Finding], name: str) -> list[int]:
    return sorted(found[name].nodes) if name in found else []


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


@examples(0.5)
@given(topologies(), KERNELS)
def test_the_step_is_one_of_the_trace_and_shows_what_the_finding_says(topology: Topology, kernel: str) -> None:
    run = Run.of(topology, kernel)
    trace = run.trace()
    for finding in findings(run):
        operation = trace.at("operation", finding.step)
        assert trace.chapters[trace.at("chapter", finding.step)].name == "order"
        had_turns = {trace.at("operation", step)[1] for step in range(trace.length) if is_turn(trace, step)}
        if finding.id == "tie":
            assert operation[0] in ("Scan", "TierScan", "ClassScan")
            assert operation[1] in finding.nodes
        elif finding.nodes[0] in had_turns:
            assert is_turn(trace, finding.step)
            assert operation[1] == finding.nodes[0]
        else:
            assert finding.step == trace.length - 1


def is_turn(trace: Trace, step: int) -> bool:
    return trace.at("operation", step)[0] in ("SourceDone", "TargetsDone", "PreferredDone", "EntryTaken")


@examples(0.5)
@given(topologies(), KERNELS, ZONELISTS)
def test_what_a_finding_says_is_whole_and_says_who_took_what(topology: Topology, kernel: str, zonelists: str) -> None:
    run = Run.of(topology, kernel, zonelists)
    for finding in findings(run):
        assert finding.says[0].isupper()
        assert finding.says.endswith((".", ")."))
        assert "  " not in finding.says
        for sentence in re.findall(r"[^.]*no target[^.]*\.[^.]*\.?", finding.says):
            assert re.search(r" took | (?:has|have) it:|demotes to|obody has a target", sentence), sentence
        if finding.id == "no-target":
            for source, targets in list(targets_of(run).items())[:4]:
                assert not targets or f"ode {source} " in finding.says


@examples(0.6)
@given(topologies(), KERNELS, st.randoms())
def test_a_machine_with_other_ids_is_the_same_machine(topology: Topology, kernel: str, random: Random) -> None:
    ids = sorted(topology.ids)
    names = dict(zip(ids, random.sample(ids, len(ids)), strict=True))
    rules = version(kernel).rules
    assert renamed_machine(topology.machine(rules), names) == renamed(topology, names).machine(rules)


# ---- machines made by hand


def made(distances: str, cpus: str, sockets: str = "") -> Topology:
    """Return a machine with this distance matrix whose nodes all have memory; `sockets` has a letter for each node."""
    topology = topology_of(machine_of(distances, cpus, adistance=[576] * round(len(distances.split()) ** 0.5)))
    document = topology.document()
    for node, name in zip(document["nodes"], sockets, strict=False):
        node["socket"] = name
    return Topology.from_document(document)


@pytest.mark.parametrize(
    ("far", "loads", "expected"),
    [
        (
            "21",
            {0: 0, 2: 0},
            "Node 0 at 20 pays 1 for an id below 1 and so equals node 2 at 21; node_load is 0 for both, so 0 wins with "
            "the lower id: the id decides.",
        ),
        (
            "21",
            {0: 1, 2: 2},
            "Node 0 at 20 pays 1 for an id below 1 and so equals node 2 at 21; 0 wins because its node_load is 1, "
            "not 2: node_load decides.",
        ),
        (
            "20",
            {0: 0, 2: 9},
            "Nodes 2 and 0 are both at 20 from node 1, but 0 pays 1 for an id below 1: a penalty decides.",
        ),
        ("22", {0: 0, 2: 0}, None),
    ],
)
def test_ties_of_a_source_with_two_memory_nodes(far: str, loads: dict[int, int], expected: str | None) -> None:
    topology = made(f"10 20 30  20 10 {far}  30 {far} 10", "1")
    document = topology.document() | {"node_load": {str(node): load for node, load in loads.items()}}
    found = found_in(Run.of(Topology.from_document(document), "v5.15"))
    assert (found["tie"].says if "tie" in found else None) == expected


def test_memory_that_leads_to_a_node_is_none_that_it_could_demote_to() -> None:
    """In the chain 0, 1, 2, 3 node 3 is in another socket. Node 2 has no other choice, since 0 and 1 lead to it."""
    chain = "10 15 20 30  15 10 15 30  20 15 10 30  30 30 30 10"
    run = Run.of(made(chain, "0", "AAAB"), "v5.15")
    assert targets_of(run) == {0: {1}, 1: {2}, 2: {3}, 3: set()}
    assert "crosses-socket" not in found_in(run)
    crossing = Run.of(made("10 21 25 15  21 10 15 25  25 15 10 30  15 25 30 10", "0-1", "ABAB"), "v5.15")
    assert targets_of(crossing) == {0: {3}, 1: {2}, 2: set(), 3: set()}
    assert found_in(crossing)["crosses-socket"].says == (
        "The arrow 0 → 3 leaves the socket, although node 2 is in it: node 1 has that one. So does 1 → 2."
    )


@pytest.mark.parametrize(
    ("name", "kernel", "expected"),
    [
        ("two-sockets-three-classes", "posted", {"versions-disagree": (1, 4)}),
        ("nothing-to-demote", "posted", {}),
        (
            "memoryless-cpu-node",
            "v5.15",
            {
                "no-target": (1,),
                "memoryless-takes": (0,),
                "versions-disagree": (0, 1),
                "nearest-taken": (1,),
                "renumbering": (0, 1),
            },
        ),
        ("memoryless-cpu-node", "v6.1", {"versions-disagree": (0, 1)}),
        (
            "four-sockets-two-pmem",
            "v5.15",
            {
                "no-target": (2, 3),
                "versions-disagree": (1, 2, 3),
                "nearest-taken": (1, 2, 3),
                "renumbering": (0, 1),
            },
        ),
        ("two-sockets-fast-memory-apart", "v5.16", {"demotes-faster": (0, 1), "versions-disagree": (0, 1, 2, 3)}),
        ("fast-memory-below-dram", "v5.16", {"demotes-faster": (0, 1), "versions-disagree": (0, 1)}),
        (
            "boot-or-runtime",
            "v5.15",
            {
                "versions-disagree": (1, 2),
                "nearest-taken": (2,),
                "same-class": (1,),
                "boot-differs": (0, 1, 2),
                "tie": (2,),
                "renumbering": (0, 1, 2),
            },
        ),
        ("two-sockets-dram-between", "v6.1", {"no-target": (0, 1), "unreached": (2,), "versions-disagree": (0,)}),
        (
            "two-sockets-refused-target",
            "v5.17.7",
            {"no-target": (1,), "unreached": (3,), "versions-disagree": (1,), "renumbering": (0, 1)},
        ),
        (
            "cpus-apart-from-memory",
            "v5.15",
            {"versions-disagree": (0, 1, 2, 3, 5, 6), "crosses-socket": (6,), "renumbering": (5, 6)},
        ),
    ],
)
def test_findings_of_built_in_machines(name: str, kernel: str, expected: dict[str, tuple[int, ...]]) -> None:
    found = found_in(Run.of(builtin(name), kernel))
    assert {finding.id: finding.nodes for finding in found.values()} == expected


@pytest.mark.parametrize(
    ("name", "kernel", "finding", "says"),
    [
        (
            "two-sockets-one-expander",
            "posted",
            "no-target",
            "Node 1 has no target, although there is memory without CPUs: node 0 took node 2.",
        ),
        (
            "two-sockets-one-expander",
            "posted",
            "versions-disagree",
            "Kernels disagree. Unlike posted, which is shown: v6.1 and newer: 1 → 2. "
            "Like it: posted to v6.0: 1 → nowhere.",
        ),
        (
            "four-sockets-two-pmem",
            "posted",
            "versions-disagree",
            "Kernels disagree. Unlike posted, which is shown: v5.17 to v5.17.7: 1-3 → nowhere; "
            "v6.1 and newer: 1-2 → 4 or 5, 3 → 5. Like it: posted to v5.16, v5.17.8 to v6.0: 1 → 5, 2-3 → nowhere.",
        ),
        (
            "memoryless-cpu-node",
            "posted",
            "memoryless-takes",
            "Node 0 has no memory to demote, and took node 2 all the same; node 1 has memory, and no target.",
        ),
        (
            "one-socket-two-equal",
            "v5.15",
            "tie",
            "Nodes 1 and 2 are both at 20 from node 0; node_load is 2 for both, so 1 wins with the lower id: "
            "the id decides.",
        ),
        (
            "boot-or-runtime",
            "v5.15",
            "boot-differs",
            "With zonelists built with CPUs up, 0 → 1, 1 → nowhere, 2 → 0; "
            "built at boot, before CPUs are up, 0 → nowhere, 1 → 0, 2 → 1.",
        ),
        (
            "two-sockets-dram-between",
            "v6.1",
            "no-target",
            "Nodes 0 and 1 have no target: no memory is in a slower tier. Nobody has a target.",
        ),
    ],
)
def test_sentences_of_built_in_machines(name: str, kernel: str, finding: str, says: str) -> None:
    assert found_in(Run.of(builtin(name), kernel))[finding].says == says


def test_every_finding_is_one_of_some_built_in_machine() -> None:
    kernels = [None, "v5.17.7", "v6.1"]
    seen = {one.id for name in builtin_names() for kernel in kernels for one in findings(Run.of(builtin(name), kernel))}
    assert seen | {"guess"} == set(DETECTORS)


LISTING = """available: 2 nodes (0-1)
node 0 cpus: 0 1
node 0 size: 1024 MB
node 1 cpus:
node 1 size: 1024 MB
node distances:
node   0   1
  0:  10  20
  1:  20  10
"""


def test_a_guess_is_found_where_the_result_rests_on_it() -> None:
    loaded = load(LISTING)
    run = Run.of(loaded.topology, "v6.12")
    (found,) = [one for one in findings(run, loaded.guesses_under(True)) if one.id == "guess"]
    assert found.nodes == (1,)
    assert found.says.startswith("The result rests on a guess. Node 1 has memory and no CPUs; nothing says what it is.")
    assert run.trace().at("operation", found.step) == ("Store", "memtier", 1, 4)
    assert loaded.guesses_under(False) == []


def test_a_guess_about_several_nodes_leads_to_the_first_that_gets_its_tier() -> None:
    listing = LISTING[: LISTING.index("node distances")].replace("node 1 cpus:", "node 1 cpus: 2 3")
    loaded = load(listing).filled(20)
    run = Run.of(loaded.topology, "v6.12")
    (found,) = [one for one in findings(run, loaded.guesses_under(True)) if one.id == "guess"]
    assert found.nodes == (0, 1)
    assert "The distances are filled in" in found.says
    assert run.trace().at("operation", found.step) == ("Store", "memtier", 0, 4)


def test_detectors_that_nobody_asks_for_are_left_out() -> None:
    run = Run.of(builtin("two-sockets-one-expander"))
    assert [one.id for one in findings(run, without=["versions-disagree", "no-target"])] == [
        "nearest-taken",
        "renumbering",
    ]


def test_findings_are_about_the_first_order() -> None:
    run = Run.of(builtin("losing-a-node"))
    assert run.topology.events
    without = Topology.from_document(run.topology.document() | {"events": []})
    assert findings(run) == findings(Run.of(without))


@pytest.mark.parametrize(
    ("names", "text"),
    [
        (["posted", "v5.15"], "posted to v5.15"),
        (["v5.17.7"], "v5.17 to v5.17.7"),
        (["v5.17"], "v5.17.8"),
        (["v5.17.7", "v5.17", "v5.18"], "v5.17 to v5.18"),
        (["v5.16", "v5.17", "v5.18", "v6.1"], "v5.16, v5.17.8 to v5.18, v6.1"),
        (["v6.12.43"], "v6.12.43"),
        (["v7.0"], "v7.0 and newer"),
    ],
)
def test_rows_are_named_by_the_releases_that_they_stand_for(names: list[str], text: str) -> None:
    assert ranges(names) == text
