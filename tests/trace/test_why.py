"""Test the answers to "why": for some machines they are the expected ones, and for any machine every line is true."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.machines import machine_of, machines
from tests.trace.samples import SEED, recorded
from tests.trace.statements import AnswerLine, is_true
from viz.analysis.run import Run
from viz.kernel.machine import Machine
from viz.kernel.nodemask import NUMA_NO_NODE, NodeMask
from viz.kernel.releases import version
from viz.kernel.versions import VERSIONS, Version
from viz.topology import Topology, builtin
from viz.trace.model import Trace
from viz.trace.scoretable import Row
from viz.trace.why.answer import MAX_LINES
from viz.trace.why.ask import beaten, why
from viz.trace.why.roles import CPUS_NEVER

TWO_SOCKETS_ONE_EXPANDER = "10 21 24  21 10 14  24 14 10"


def answer_of(trace: Trace, subject: str, step: int = -1) -> list[str]:
    """Return the question about `subject`, such as "node_demotion[0]", and the text of each line of its answer."""
    question, _, lines = trace.at(f"why {subject}", step if step >= 0 else trace.length - 1)
    return [question, *(text or trace.at("sentence", at) for at, text in lines)]


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        (
            "node_demotion[1]",
            [
                "Why 1 → 2?",
                "node_demotion[1] = 2: from now on cold pages of node 1 move to node 2.",
                "Node 2 is nearest to node 1 at distance 17; node 5 follows at 32. "
                "Node 0 would be nearer at 15, but it is in used_targets.",
                "Node 0, at 15: it has CPUs, so it was a source of pass 1 and can never be a target.",
            ],
        ),
        (
            "node_demotion[5]",
            [
                "Why has node 5 no target?",
                "Node 5 finds nobody: every node with memory is in used_targets.",
                "Node 4, at 17: taken in pass 1 by node 3.",
                "Node 3, at 20: it has CPUs, so it was a source of pass 1 and can never be a target.",
                "Node 0, at 30: it has CPUs, so it was a source of pass 1 and can never be a target.",
                "As for 2 more nodes with memory, no nearer than these: all sources, or taken.",
                CPUS_NEVER,
            ],
        ),
        (
            "used_targets[5]",
            [
                "Why is node 5 in used_targets?",
                "Node 4 took node 5 in pass 2.",
                "Node 5 goes into used_targets at once, so no other source can take it, in this pass or later.",
                "Node 5 is the only node with memory that is not in used_targets, at distance 17. "
                "Node 3 would be nearer at 15, but it is in used_targets.",
            ],
        ),
        (
            "passes",
            [
                "Why did the passes stop?",
                "next_pass is empty: nobody became a target in pass 3.",
                "Node 2 finds nobody: every node with memory is in used_targets.",
                "Node 5 finds nobody: every node with memory is in used_targets.",
                "It had to end: a source can never become a target, so every pass leaves fewer to take.",
            ],
        ),
    ],
)
def test_the_machine_of_the_patch_comment_is_explained(subject: str, expected: list[str]) -> None:
    assert answer_of(recorded(machine_of(SEED, cpus="0,3")), subject) == expected


def test_the_second_of_two_sockets_with_one_expander_has_no_target() -> None:
    assert answer_of(recorded(machine_of(TWO_SOCKETS_ONE_EXPANDER, cpus="0,1")), "node_demotion[1]") == [
        "Why has node 1 no target?",
        "Node 1 finds nobody: every node with memory is in used_targets.",
        "Node 2, at 14: taken in pass 1 by node 0.",
        "Node 0, at 21: it has CPUs, so it was a source of pass 1 and can never be a target.",
        CPUS_NEVER,
    ]


def test_a_node_that_only_n_cpu_holds_is_not_called_one_with_cpus() -> None:
    nodes = [{"id": node, "cpus": 1 - node, "memory": 2**30} for node in (0, 1)]
    document = {"title": "t", "n_cpu": [0, 1], "nodes": nodes, "distances": [[10, 20], [20, 10]]}
    trace = Run.of(Topology.from_document(document), "posted").trace()
    assert CPUS_NEVER not in answer_of(trace, "node_demotion[0]")
    assert CPUS_NEVER in answer_of(trace, "node_demotion[1]")


def test_a_refusal_in_an_earlier_build_is_no_reason() -> None:
    """Node 0 refuses node 4 in the second order, and does not come to look at it in the third."""
    trace = Run.of(builtin("losing-a-node"), "v5.17").trace()
    builds = [step for step in range(trace.length) if trace.at("operation", step)[0] == "OrderBegins"]
    refused = [step for step in range(trace.length) if trace.at("operation", step)[:3] == ("Refused", 0, 4)]
    assert builds[1] < refused[-1] < builds[2]
    assert refused[-1] in [step for step, _ in why(trace, "0-4", builds[2] - 1)[2]]
    assert min(step for step, _ in why(trace, "0-4", trace.length - 1)[2]) >= builds[2]


def test_a_cpu_node_without_memory_takes_the_target_of_another() -> None:
    trace = recorded(machine_of("10 20 30  20 10 20  30 20 10", cpus="0,1", memory="1-2"))
    assert answer_of(trace, "node_demotion[1]")[2] == "Node 2, at 20: taken in pass 1 by node 0."
    assert answer_of(trace, "node_demotion[0]")[0] == "Why 0 → 2?"


def test_a_tie_is_traced_to_the_zonelists() -> None:
    """Three nodes are all 20 apart. From v5.16 on the loads decide, and the answer says where each load comes from."""
    machine = machine_of("10 20 20  20 10 20  20 20 10", cpus="0", rules=version("v5.16").rules)
    assert answer_of(recorded(machine, "v5.16"), "node_demotion[0]") == [
        "Why 0 → 2?",
        "node_demotion[0] = 2: from now on cold pages of node 0 move to node 2.",
        "Nodes 2 and 1 are both at 20 from node 0; 2 wins because its node_load is 2, not 4.",
        "node_load[2] is 2 since the zonelist of node 1 was built.",
        "node_load[1] is 4 since the zonelist of node 2 was built.",
    ]


@pytest.mark.parametrize(
    ("kernel", "line"),
    [
        ("v5.15", "The zonelist of node 2 charged node 1, the first at a new distance: left at 2."),
        ("v5.16", "The zonelist of node 2 charged node 1, the first at a new distance: 2 more."),
        ("v6.0", "The zonelist of node 2 charged node 1, the first at a new distance: 1 more."),
    ],
)
def test_a_load_is_traced_to_its_charges(kernel: str, line: str) -> None:
    machine = machine_of("10 20 20  20 10 20  20 20 10", cpus="0", rules=version(kernel).rules)
    assert answer_of(recorded(machine, kernel), "node_load[1]")[1] == line


@pytest.mark.parametrize(
    ("zonelists", "question", "reason"),
    [
        ("boot", "Why 2 → 1?", "Nodes 1 and 0 are both at 20 from node 2; 1 wins because its node_load is 1, not 2."),
        (
            "runtime",
            "Why 2 → 0?",
            "Nodes 0 and 1 are both at 20 from node 2; node_load is 2 for both, so 0 wins with the lower id.",
        ),
    ],
)
def test_the_moment_of_the_zonelists_decides_a_tie(zonelists: str, question: str, reason: str) -> None:
    """On this machine the target of node 2 depends on when the zonelists were built."""
    trace = recorded(machine_of("10 21 20  21 10 20  20 20 10", cpus="2"), zonelists=zonelists)
    lines = answer_of(trace, "node_demotion[2]")
    assert (lines[0], lines[2]) == (question, reason)


def test_a_node_without_memory_or_cpus_is_never_taken() -> None:
    trace = recorded(machine_of("10 20 20  20 10 20  20 20 10", cpus="0", memory="0-1", online="0-2"))
    never = "Node 2 has no memory, so nobody can take it, and it is not in N_CPU, so it is no source either."
    for register in ("this_pass", "next_pass", "used_targets", "node_demotion"):
        assert never in answer_of(trace, f"{register}[2]")


def test_a_node_that_waits_is_told_when_it_chooses() -> None:
    trace = recorded(machine_of(SEED, cpus="0,3"))
    question, scan, lines = trace.at("why node_demotion[1]", trace.opens + 8)
    assert (question, scan) == ("Why has node 1 no target yet?", -1)
    assert lines[0][1] == "Its turn to choose comes in pass 2."
    assert trace.at("operation", lines[0][0]) == ("SourceBegins", 1)


@pytest.mark.parametrize("row", VERSIONS, ids=lambda row: row.name)
def test_every_register_of_every_version_is_explained(row: Version) -> None:
    trace = recorded(machine_of(SEED, cpus="0,3", rules=row.rules), row.name)
    explained = {name.partition("[")[0] for name in trace.signals if name.startswith("why ")}
    passes = {"why passes"} if "next_pass" in row.masks else set()
    assert explained == {f"why {name}" for name in (*trace.masks, *trace.arrays)} | passes


def test_a_refused_target_is_explained() -> None:
    trace = recorded(machine_of("10 20 20 30  20 10 40 40  20 40 10 40  30 40 40 10", cpus="0"), "v5.17")
    question, _, lines = why(trace, "0-3", trace.length - 1)
    assert question == "Why not 0 → 3?"
    assert trace.at("operation", lines[0][0])[:3] == ("Refused", 0, 3)
    assert why(trace, "0-1", trace.length - 1)[0] == "Why 0 → 2 or 1?"
    refused = next(step for step in range(trace.length) if trace.at("operation", step)[0] == "Refused")
    assert trace.at("why used_targets[3]", refused) == ("Why is node 3 not in used_targets?", -1, ((refused, ""),))


def test_a_lost_target_is_explained() -> None:
    optane = "10 21 17 28  21 10 28 17  17 28 10 28  28 17 28 10"
    trace = recorded(machine_of(optane, cpus="0-1", rules=version("v5.17.7").rules), "v5.17.7")
    assert trace.at("operation", why(trace, "0-3", trace.length - 1)[2][0][0])[:3] == ("Lost", 0, 3)
    assert answer_of(trace, "used_targets[3]")[1] == "Node 0 took node 3 in pass 1."
    lost = "Node 0 found node 3, refused it and did not put it back: it can be no target, so no source."
    assert lost in answer_of(trace, "this_pass[3]")


def test_loads_from_the_topology_are_not_explained_by_a_zonelist() -> None:
    trace = recorded(machine_of(SEED, cpus="0,3"), node_load={2: 9})
    assert answer_of(trace, "node_load[2]")[:2] == ["Why is node_load[2] 9?", "The topology gives this load."]
    tied = recorded(machine_of("10 20 20  20 10 20  20 20 10", cpus="0"), node_load={1: 9})
    assert answer_of(tied, "node_demotion[0]")[3:] == [
        "node_load[2] is 0 from this step on.",
        "node_load[1] is 9 from this step on.",
    ]


EQUAL = "10 20 20  20 10 20  20 20 10"


@pytest.mark.parametrize(
    ("kernel", "subject", "expected"),
    [
        (
            "v5.18",
            "0",
            [
                "Why 0 → 2 or 1?",
                "node_demotion[0] = 2,1: no farther than the first, node 1 is a target, too. "
                "A reader draws one of 2 and 1 at random, each time anew.",
                "Nodes 2 and 1 are both at 20 from node 0; 2 wins because its node_load is 2, not 4.",
                "Node 1 is as near as node 2, at 20, so the choice is between them.",
                "node_load[2] is 2 since the zonelist of node 1 was built.",
                "node_load[1] is 4 since the zonelist of node 2 was built.",
            ],
        ),
        (
            "v5.18",
            "1",
            [
                "Why has node 1 no target?",
                "Node 1 finds nobody: every node with memory is in used_targets.",
                "Node 0, at 20: it has CPUs, so it was a source of pass 1 and can never be a target.",
                "Node 2, at 20: taken in pass 1 by node 0.",
                CPUS_NEVER,
            ],
        ),
        (
            "v6.12",
            "1",
            [
                "Why has node 1 no target?",
                "1 → stop: there is nowhere slower to demote to, so cold pages of node 1 stay.",
                "Node 1 has nobody in a next slower tier to look among.",
                "memtier[1] = 22: node 1 is in tier 22, slower than DRAM.",
            ],
        ),
        (
            "v6.12",
            "1-2",
            [
                "Why not 1 → 2?",
                "memtier[2] = 22: node 2 is in tier 22, slower than DRAM.",
                "1 → stop: there is nowhere slower to demote to, so cold pages of node 1 stay.",
                "Node 1 has nobody in a next slower tier to look among.",
                "memtier[1] = 22: node 1 is in tier 22, slower than DRAM.",
            ],
        ),
    ],
)
def test_several_targets_and_tiers_are_explained(kernel: str, subject: str, expected: list[str]) -> None:
    machine = machine_of(EQUAL, cpus="0", adistance=(576, 2880, 2880))
    trace = recorded(replace(machine, rules=version(kernel).rules), kernel)
    question, _, lines = why(trace, subject, trace.length - 1)
    assert [question, *(text or trace.at("sentence", at) for at, text in lines)] == expected


def test_a_target_with_cpus_is_explained_where_tiers_allow_it() -> None:
    machine = machine_of("10 20 20 10", cpus="0", adistance=(576, 288))
    trace = recorded(replace(machine, rules=version("v6.11").rules), "v6.11")
    assert any(text.startswith("Node 0 has CPUs.") for _, text in why(trace, "1", trace.length - 1)[2])


def test_a_node_that_is_about_to_be_refused_is_not_explained_by_a_later_pass() -> None:
    """Node 0 finds node 2 and refuses it. Node 1 takes node 2 later, so node 2 becomes a source in pass 3."""
    machine = machine_of("10 10 20  10 10 10  10 10 10", cpus="0", rules=version("v5.18").rules)
    trace = recorded(machine, "v5.18")
    refused = next(step for step in range(trace.length) if trace.at("operation", step)[0] == "Refused")
    _, _, lines = trace.at("why used_targets[2]", refused - 1)
    assert all(step < refused for step, _ in lines)


@pytest.mark.slow
@given(
    machines(),
    st.sampled_from(["posted", "v5.16", "v5.17.7", "v5.18", "v6.12"]),
    st.sampled_from(["boot", "runtime"]),
)
def test_every_line_is_true(machine: Machine, kernel: str, zonelists: str) -> None:
    machine = replace(machine, rules=version(kernel).rules)
    trace = recorded(machine, kernel, zonelists)
    for name, signal in trace.signals.items():
        if name.startswith("why "):
            node = int(match[1]) if (match := re.search(r"\[(\d+)\]", name)) else -1
            ends = [*(step - 1 for step in signal.steps[1:]), trace.length - 1]
            for begins, end, (question, scan, lines) in zip(signal.steps, ends, signal.values, strict=True):
                assert question.endswith("?")
                assert scan == -1 or trace.at("operation", scan)[0] in ("Scan", "TierScan")
                assert 1 <= len(lines) <= MAX_LINES
                for step, text in lines:
                    assert 0 <= step < trace.length
                    assert "\n" not in text
                    assert len(text) < 300
                    if text:
                        assert is_true(AnswerLine(trace, machine, node, begins, step), text), (name, begins, text)
                        assert is_true(AnswerLine(trace, machine, node, end, step), text), (name, end, text)


@given(machines(), st.sampled_from(["boot", "runtime"]))
def test_every_question_names_what_its_cell_holds(machine: Machine, zonelists: str) -> None:
    """At every step, the question about a bit of a mask or a cell of an array contains the current value."""
    trace = recorded(machine, zonelists=zonelists)
    for step in range(trace.length):
        for node in trace.nodes:
            for mask in trace.masks:
                member = node in NodeMask.parse(trace.at(mask, step))
                question = trace.at(f"why {mask}[{node}]", step)[0]
                assert question == f"Why is node {node} {'in' if member else 'not in'} {mask}?"
            target = trace.at(f"node_demotion[{node}]", step)
            question = trace.at(f"why node_demotion[{node}]", step)[0]
            none = (f"Why has node {node} no target?", f"Why has node {node} no target yet?")
            assert question in (none if target == NUMA_NO_NODE else (f"Why {node} → {target}?",))
            load = trace.at(f"node_load[{node}]", step)
            assert trace.at(f"why node_load[{node}]", step)[0] == f"Why is node_load[{node}] {load}?"


def test_an_arrow_that_is_not_there_is_explained() -> None:
    trace = recorded(machine_of(SEED, cpus="0,3"))
    last = trace.length - 1
    assert why(trace, "0", last) == why(trace, "0-1", last) == why(trace, "0→1", last) == why(trace, "0 > 1", last)
    answers = {pair: why(trace, pair, last) for pair in ("0-2", "1-0", "0-0", "2-1")}
    assert {pair: (question, lines[0][1]) for pair, (question, _, lines) in answers.items()} == {
        "0-2": ("Why not 0 → 2?", "Node 2 was free at 20, but node 1 at 15 comes first."),
        "1-0": (
            "Why not 1 → 0?",
            "Node 0, at 15: it has CPUs, so it was a source of pass 1 and can never be a target.",
        ),
        "0-0": ("Why not 0 → 0?", "No node is its own target: a source is in used_targets when it chooses."),
        "2-1": ("Why not 2 → 1?", "Node 1, at 17: taken in pass 1 by node 0."),
    }


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ((2, 21, 0, 0, 0), "Node 2 was free at 21, but node 3 at 20 comes first."),
        ((2, 20, 1, 0, 0), "Node 2 was free at 20 and pays 1 for an id below 9, but node 3 at 20 comes first."),
        (
            (2, 20, 0, 0, 4),
            "Node 2 was free at 20, as good as node 3 at 20; but its node_load is 4, and that of node 3 is only 1.",
        ),
        (
            (5, 20, 0, 0, 1),
            "Node 5 was free at 20, as good as node 3 at 20; but its id is higher, and node_load is 1 for both.",
        ),
    ],
)
def test_each_reason_why_a_candidate_was_not_chosen(row: tuple[int, int, int, int, int], expected: str) -> None:
    assert beaten(9, Row(3, 20, 0, 0, 1, "chosen"), Row(*row, "beaten")) == expected


@given(machines(), st.data())
def test_every_arrow_has_an_answer_that_names_it(machine: Machine, data: st.DataObject) -> None:
    trace = recorded(machine)
    node, target = (data.draw(st.sampled_from(trace.nodes)) for _ in "ab")
    for step in range(trace.length):
        question, scan, lines = why(trace, f"{node}-{target}", step)
        exists = trace.at(f"node_demotion[{node}]", step) == target
        assert question == f"Why{'' if exists else ' not'} {node} → {target}?"
        assert scan == -1 or trace.at("operation", scan)[:2] == ("Scan", node)
        assert 1 <= len(lines) <= MAX_LINES
        assert all(0 <= at < trace.length and "\n" not in text for at, text in lines)
        text = lines[0][1]
        if scan >= 0 and node != target and re.match(r"Node \d+(, at|: it| is offline| has no memory)", text):
            assert is_true(AnswerLine(trace, machine, node, step, lines[0][0]), text)
        elif match := re.match(r"Node (\d+) was free at (\d+)", text):
            assert (int(match[1]), int(match[2])) == (target, machine.distance[node][target])
            assert target in NodeMask.parse(trace.at("candidates", scan))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arrow", "line"),
    [
        ("0-299", "Node 299 was free, but it is not among the best, of whom node 150 was chosen."),
        ("1-150", "Node 0 took node 150 in pass 1."),
        ("1-0", "Node 0: it has CPUs, so it is a source of pass 1 and can never be a target."),
    ],
)
def test_a_node_whose_row_was_left_out_is_explained_without_its_distance(arrow: str, line: str) -> None:
    trace = recorded(machine_of("20 " * 300 * 300, cpus="0-149"))
    assert why(trace, arrow, trace.length - 1)[2][0][1] == line


@given(machines())
def test_a_target_rests_on_the_scan_that_chose_it(machine: Machine) -> None:
    trace = recorded(machine)
    for node, target in trace.cells("node_demotion", trace.length - 1).items():
        _, scan, _ = trace.at(f"why node_demotion[{node}]", trace.length - 1)
        if target != NUMA_NO_NODE:
            assert trace.at("operation", scan) == ("Scan", node, target)
