"""Test conditions with the cases in tests/conditions.json, and the message of each kind of error.

The tests of the page use the same cases.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conditions import TABLE, outcome, renewed, table, text_of, trace_of
from viz.analysis.run import Run
from viz.topology import builtin, builtin_names
from viz.trace.conditions import ConditionError, NotInRun, parse, steps_where
from viz.trace.conditions.parser import MAX_LENGTH

CASES = table()
TRACES = {name: trace_of(run) for name, run in CASES["runs"].items()}


@pytest.mark.parametrize("case", CASES["cases"], ids=lambda case: f"{case['run']}: {case['condition']}")
def test_the_steps_of_the_table(case: dict[str, Any]) -> None:
    assert parse(case["condition"]) == case["tree"]
    assert outcome(TRACES[case["run"]], case["condition"]) == case["steps"]


def test_the_traces_of_the_table_are_those_of_its_runs() -> None:
    assert TABLE.read_text(encoding="utf-8") == text_of(renewed(CASES)), "type: python -m tests.conditions"


@pytest.mark.parametrize(("text", "says"), CASES["errors"])
def test_an_error_says_what_was_expected(text: str, says: str) -> None:
    with pytest.raises(ConditionError) as raised:
        parse(text)
    assert says in str(raised.value)
    assert str(raised.value).isprintable()


def test_states_begin_and_moments_happen() -> None:
    """A state names the steps at which it begins to hold; a moment names all steps at which it happens."""
    trace = TRACES["event"]
    for node in trace.nodes:
        state = steps_where(trace, parse(f"used_targets has {node}"))
        joined = [
            step
            for step in range(trace.length)
            if str(node) in _nodes(trace.at("used_targets", step))
            and not (step and str(node) in _nodes(trace.at("used_targets", step - 1)))
        ]
        assert state == joined
    assert steps_where(trace, parse("a pass begins")) == [
        step for step in range(trace.length) if trace.at("operation", step)[0] == "PassBegins"
    ]


def _nodes(mask: str) -> set[str]:
    parts = [part.split("-") for part in mask.split(",") if part]
    return {str(node) for part in parts for node in range(int(part[0]), int(part[-1]) + 1)}


@pytest.mark.parametrize("name", builtin_names())
def test_no_target_is_said_of_exactly_the_nodes_that_have_none_in_the_end(name: str) -> None:
    trace = Run.of(builtin(name)).trace()
    last = trace.length - 1
    for node, targets in trace.targets(last).items():
        said = steps_where(trace, parse(f"node {node} has no target"))
        began = steps_where(trace, parse(f"node {node} has a target"))
        assert (max(said, default=-1) > max(began, default=-1)) == (not targets), node


def test_every_register_and_array_of_every_kernel_can_be_named() -> None:
    for kernel in ("posted", "v5.18", "v6.1", "v7.0", "rfc2022", "tier-sets", "fallback-lists"):
        trace = Run.of(builtin("two-sockets-three-classes"), kernel).trace()
        for mask in trace.masks:
            assert steps_where(trace, parse(f"{mask} changes")) == list(trace.signals[mask].steps[1:])
        for array in trace.arrays:
            steps = {step for node in trace.nodes for step in trace.signals[f"{array}[{node}]"].steps[1:]}
            assert steps_where(trace, parse(f"{array} changes")) == sorted(steps)


def test_the_longest_condition_is_evaluated() -> None:
    trace = TRACES["plain"]
    text = "pass 2 begins" + " or pass 3 begins" * 21
    assert len(text) <= MAX_LENGTH
    assert steps_where(trace, parse(text)) == [28, 41]
    with pytest.raises(NotInRun, match="no node 7"):
        steps_where(trace, parse("not node 7 has a target"))


WORDS = """node pass source event 0 1 2 0-2,5 [ ] ( ) and or not then has lacks is becomes changes begins ends target no
used_targets node_demotion node_load this_pass above below empty the order complete demotion off"""


@given(st.lists(st.sampled_from(WORDS.split()), max_size=12).map(" ".join) | st.text(max_size=40))
def test_any_text_is_a_condition_or_one_line_says_why_not(text: str) -> None:
    said, tree = "", None
    try:
        tree = parse(text)
    except ConditionError as error:
        said = str(error)
    assert said.isprintable()
    if tree is None:
        assert said
        return
    with suppress(NotInRun):
        steps = steps_where(TRACES["lost"], tree)
        assert steps == sorted(set(steps))
        assert all(0 <= step < TRACES["lost"].length for step in steps)
