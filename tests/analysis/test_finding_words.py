"""Test what a finding says, the names that it gives to kernels, and the step that it leads to."""

from __future__ import annotations

import re

import pytest
from hypothesis import given

from tests.analysis.machines import KERNELS, ZONELISTS, found_in, made, targets_of, topologies
from tests.examples import examples
from viz.analysis.findings import findings
from viz.analysis.findings.other_runs import ranges
from viz.analysis.run import Run
from viz.topology import Topology, builtin
from viz.trace.model import Trace


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
