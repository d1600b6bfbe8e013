"""Test the sentences of steps: on some machines they are the expected ones, and on any machine they are true."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.machines import machine_of, machines
from tests.trace.samples import SEED, recorded
from viz.kernel.machine import Machine
from viz.kernel.nodemask import NUMA_NO_NODE
from viz.kernel.versions import VERSIONS, Version
from viz.trace.choice_reasons import nearer_but_used, reason
from viz.trace.model import Trace
from viz.trace.scoretable import Row


def sentences(trace: Trace, operation: str) -> list[str]:
    return [trace.at("sentence", s) for s in range(trace.length) if trace.at("operation", s)[0] == operation]


def test_the_machine_of_the_patch_comment_is_described() -> None:
    trace = recorded(machine_of(SEED, cpus="0,3"))
    assert sentences(trace, "Scan") == [
        "Node 1 is nearest to node 0 at distance 15; node 2 follows at 20.",
        "Node 4 is nearest to node 3 at distance 15; node 5 follows at 20.",
        "Node 2 is nearest to node 1 at distance 17; node 5 follows at 32. "
        "Node 0 would be nearer at 15, but it is in used_targets.",
        "Node 5 is the only node with memory that is not in used_targets, at distance 17. "
        "Node 3 would be nearer at 15, but it is in used_targets.",
        "Node 2 finds nobody: every node with memory is in used_targets.",
        "Node 5 finds nobody: every node with memory is in used_targets.",
    ]
    assert sentences(trace, "OrderComplete") == [
        "next_pass is empty: pass 3 gave nobody a target, so nobody is left to choose. The order: 0 → 1 → 2, 3 → 4 → 5."
    ]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (
            [(1, 20, 0, 0, 3, "chosen")],
            "node 1 is the only node with memory that is not in used_targets, at distance 20",
        ),
        (
            [(1, 20, 0, 0, 0, "chosen"), (2, 21, 0, 0, 0, "beaten")],
            "node 1 is nearest to node 9 at distance 20; node 2 follows at 21",
        ),
        (
            [(2, 20, 0, 0, 1, "chosen"), (3, 20, 0, 0, 2, "beaten")],
            "nodes 2 and 3 are both at 20 from node 9; 2 wins because its node_load is 1, not 2",
        ),
        (
            [(2, 20, 0, 0, 1, "chosen"), (3, 20, 0, 0, 1, "beaten")],
            "nodes 2 and 3 are both at 20 from node 9; node_load is 1 for both, so 2 wins with the lower id",
        ),
        (
            [(3, 20, 0, 0, 1, "chosen"), (2, 20, 1, 0, 1, "beaten")],
            "nodes 3 and 2 are both at 20 from node 9, but 2 pays 1 for an id below 9",
        ),
        (
            [(3, 20, 1, 0, 1, "chosen"), (2, 20, 1, 1, 1, "beaten")],
            "nodes 3 and 2 are both at 20 from node 9, "
            "but 2 pays 1 for an id below 9 and 1 for its CPUs, while 3 pays only 1 for an id below 9",
        ),
        (
            [(3, 21, 0, 0, 1, "chosen"), (2, 20, 1, 1, 1, "beaten")],
            "node 3 wins at 21 although node 2 is nearer at 20: 2 pays 1 for an id below 9 and 1 for its CPUs",
        ),
        (
            [(3, 21, 0, 0, 1, "chosen"), (2, 20, 0, 1, 2, "beaten")],
            "node 2 at 20 pays 1 for its CPUs and so equals node 3 at 21; 3 wins because its node_load is 1, not 2",
        ),
        (  # the third row is nearer than the winner, so the reason is about this row
            [(3, 21, 0, 0, 0, "chosen"), (4, 22, 0, 0, 0, "beaten"), (2, 20, 1, 1, 1, "beaten")],
            "node 3 wins at 21 although node 2 is nearer at 20: 2 pays 1 for an id below 9 and 1 for its CPUs",
        ),
        (  # the third row is no nearer than the winner, so the reason is about the second
            [(3, 20, 0, 0, 1, "chosen"), (4, 21, 0, 0, 1, "beaten"), (2, 20, 1, 1, 1, "beaten")],
            "node 3 is nearest to node 9 at distance 20; node 4 follows at 21",
        ),
    ],
)
def test_each_reason_for_a_choice(rows: list[tuple[object, ...]], expected: str) -> None:
    assert reason(9, rows) == expected


def test_a_nearer_but_used_node_is_named() -> None:
    table = [(5, 17, 0, 0, 0, "chosen"), (3, 15, 0, 0, 0, "used"), (1, 11, 0, 0, 0, "no memory")]
    assert nearer_but_used(9, table) == " Node 3 would be nearer at 15, but it is in used_targets."
    table += [(4, 12, 0, 0, 0, "used")]
    assert nearer_but_used(9, table) == " Node 4 would be nearer at 12, but it is in used_targets, as is 1 other."
    table += [(6, 13, 0, 0, 0, "used")]
    assert nearer_but_used(9, table) == " Node 4 would be nearer at 12, but it is in used_targets, as are 2 others."


@given(machines())
def test_reasons_are_true(machine: Machine) -> None:
    """The sentence of a scan agrees with the score table about distances, penalties and loads."""
    trace = recorded(machine)
    for step in range(trace.length):
        match trace.at("operation", step):
            case ("Scan", _, best) if best != NUMA_NO_NODE:
                rows = {row[0]: Row(*row) for row in trace.at("scores", step)[0]}
                candidates = [row for row in rows.values() if row.verdict in ("chosen", "beaten")]
                check_sentence(trace.at("sentence", step), rows[best], rows, candidates)


def check_sentence(sentence: str, best: Row, rows: dict[int, Row], candidates: list[Row]) -> None:
    if match := re.match(r"Node (\d+) is nearest to node \d+ at distance (\d+); node (\d+) follows at (\d+)", sentence):
        nearest, distance, second, after = map(int, match.groups())
        assert (nearest, distance) == (best.node, min(row.distance for row in candidates))
        assert rows[second].distance == after > distance
    elif match := re.match(r"Node (\d+) wins at (\d+) although node (\d+) is nearer at (\d+)", sentence):
        winner, distance, nearer, less = map(int, match.groups())
        assert (winner, distance) == (best.node, best.distance)
        assert rows[nearer].distance == less < distance
        assert rows[nearer].key > best.key
    elif match := re.match(r"Nodes (\d+) and (\d+) are both at (\d+)", sentence):
        winner, other, distance = map(int, match.groups())
        assert winner == best.node
        assert rows[other].distance == best.distance == distance
        assert (rows[other].key, rows[other].load, other) > (best.key, best.load, winner)
    elif match := re.match(r"Node (\d+) at (\d+) pays .* and so equals node (\d+) at (\d+)", sentence):
        assert rows[int(match[1])].key == rows[int(match[3])].key
    else:
        assert "is the only node with memory" in sentence
        assert len(candidates) == 1
    if match := re.search(r"Node (\d+) would be nearer at (\d+), but it is in used_targets", sentence):
        assert rows[int(match[1])].verdict == "used"
        assert rows[int(match[1])].distance == int(match[2]) < best.distance


@given(machines(), st.sampled_from(VERSIONS))
def test_every_step_has_one_sentence(machine: Machine, row: Version) -> None:
    for zonelists in ("runtime", "boot"):
        trace = recorded(machine, row.name, zonelists)
        for step in range(trace.length):
            sentence = trace.at("sentence", step)
            assert sentence[-1] in ".!?"
            assert "\n" not in sentence
            assert "  " not in sentence
            assert len(sentence) < 400
