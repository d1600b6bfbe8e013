"""Test what is left of the old order while a new one is built: ghosts, the time without demotion, stale entries."""

from __future__ import annotations

import pytest

from viz.analysis.run import Run
from viz.topology import builtin, builtin_names
from viz.trace.model import Trace
from viz.trace.rebuild import ghosts, last_order, off, stale


def run_of(name: str, kernel: str) -> Trace:
    return Run.of(builtin(name), kernel).trace()


def test_ghosts_stay_until_the_new_order_stands() -> None:
    trace = run_of("losing-a-node", "posted")
    assert [ghosts(trace, step) for step in (0, 19, 50, 53)] == [{}] * 4  # no order has been replaced yet
    assert ghosts(trace, 54) == {0: [1]}  # its entry was the first to be taken away
    assert ghosts(trace, 61) == {0: [1], 1: [2], 3: [4], 4: [5]}
    assert ghosts(trace, 87) == ghosts(trace, 61)  # 0 -> 2 is stored beside the ghost of 0 -> 1
    assert ghosts(trace, 93) == {0: [1], 1: [2], 4: [5]}  # 3 -> 4 is stored again
    assert ghosts(trace, 110) == {}


@pytest.mark.parametrize("name", builtin_names())
@pytest.mark.parametrize("kernel", ["posted", "v5.15", "v6.1"])
def test_ghosts_and_stored_targets_never_overlap(name: str, kernel: str) -> None:
    trace = run_of(name, kernel)
    for step in range(trace.length):
        targets = trace.targets(step)
        gone = ghosts(trace, step)
        assert not any(set(old) & set(targets[node]) for node, old in gone.items())
        if trace.at("demotion", step) == "works":
            assert gone == {}
            assert last_order(trace, step) is None
            assert off(trace, step) is None


def test_how_long_demotion_is_off() -> None:
    trace = run_of("losing-a-node", "posted")
    assert off(trace, 10) is None  # before the first order nothing was taken away
    assert off(trace, 53) is None
    counts = [off(trace, step) for step in range(54, 86)]
    assert [count and count.so_far for count in counts] == list(range(1, 33))
    assert {count and count.in_all for count in counts} == {32}
    assert off(trace, 86) is None  # half built


def test_an_entry_that_nobody_reads() -> None:
    trace = run_of("losing-a-node", "v6.1")
    assert stale(trace, 75) == {}
    assert stale(trace, 76) == stale(trace, 89) == stale(trace, 115) == {1: [2]}
    assert stale(trace, trace.length - 1) == {}
    assert stale(run_of("losing-a-node", "v5.15"), 89) == {}
