"""Test `trace --find`: the steps that it prints, and its exit status if there is no step or the condition is wrong."""

from __future__ import annotations

import json

import pytest

from tests.command import printed, refusal, tierscope

SEED = "topologies/two-sockets-three-classes.toml"


def test_the_steps_that_a_condition_names() -> None:
    text = printed("trace", SEED, "--find", "where a pass begins")
    assert [line.split()[0] for line in text.splitlines()[3:]] == ["15", "28", "41"]
    assert text.startswith("Two sockets, three classes of memory\nkernel posted")
    everything = printed("trace", SEED, "--json", "--find", "node_demotion[1] changes")
    assert json.loads(everything) == {
        "find": "node_demotion[1] changes",
        "tree": ["changes", "node_demotion", 1],
        "steps": [33],
    }


def test_steps_before_the_order_are_found_and_cgroups_are_followed() -> None:
    assert "     0  " in printed("trace", SEED, "--find", "the zonelists begin")
    found = printed(
        "trace", SEED, "--kernel", "v7.0", "--allowed", "0,2", "--find", "the cgroup begins then demotes_to[0] has 2"
    )
    assert len(found.splitlines()) == 4


def test_no_such_step_is_exit_status_1() -> None:
    done = tierscope("trace", SEED, "--find", "pass 9 begins")
    assert (done.returncode, done.stderr) == (1, b"tierscope: no step of this run where pass 9 begins\n")
    assert json.loads(tierscope("trace", SEED, "--json", "--find", "pass 9 begins").stdout)["steps"] == []


@pytest.mark.parametrize(
    ("condition", "says"),
    [
        ("pass two begins", "at character 6: expected"),
        ("node_demotion[9] changes", "this run has no node 9"),
        ("preferred[0] has 1", "this run has no preferred: kernel posted has this_pass"),
        ("event 1 begins", "this run has no event 1: it has 0"),
        ("", "at its end: expected"),
    ],
)
def test_a_wrong_condition_is_one_line(condition: str, says: str) -> None:
    assert says in refusal("trace", SEED, "--find", condition)
