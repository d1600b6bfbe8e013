"""Test that the page plays a run, and shows what is left of an old order, by the same rules as Python."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.node import Node
from viz.analysis.run import Run
from viz.app.constants import choreography_module
from viz.figures.choreography import beats, played_stops, reading_time
from viz.resources import assets
from viz.topology import builtin
from viz.trace.model import Trace
from viz.trace.rebuild import ghosts, last_order, off, stale
from viz.trace.wire import dump

LEFT = """async (wire) => {
    const { openTrace } = await ours("#core/trace");
    const { ghostsAt, lastOrder, offAt, staleAt } = await ours("#core/rebuild");
    const trace = openTrace(wire);
    return Array.from({length: trace.length}, (_, step) =>
        [lastOrder(trace, step) ?? null, [...ghostsAt(trace, step)], offAt(trace, step) ?? null,
         [...staleAt(trace, step)]]);
}"""
BEATS = """async ([wire, stops]) => {
    const { openTrace } = await ours("#core/trace");
    const { beatsBetween, readingTime } = await ours("#player/choreography");
    const trace = openTrace(wire);
    const asRow = ({ step, move, begins, lasts }) => [step, move, begins, lasts];
    return stops.slice(1).map((stop, index) =>
        [beatsBetween(trace, stops[index], stop).map(asRow), readingTime(trace.at("sentence", stop))]);
}"""
RUNS = [
    ("losing-a-node", "posted"),
    ("losing-a-node", "v6.1"),
    ("two-sockets-three-expanders", "v5.18"),
    ("last-cpu-off", "v5.17"),
    ("rebuild-storm", "v5.15"),
]


def run_of(name: str, kernel: str) -> Trace:
    return Run.of(builtin(name), kernel).trace()


def test_the_page_has_the_tables_of_python() -> None:
    written = (assets() / "player/choreography-table.mjs").read_text(encoding="utf-8")
    command = "python -m viz.app.constants choreography > assets/player/choreography-table.mjs"
    assert written == choreography_module(), f"type: {command}"


@pytest.mark.parametrize(("name", "kernel"), RUNS)
def test_what_is_left_of_the_old_order(name: str, kernel: str, modules: Node) -> None:
    trace = run_of(name, kernel)
    found = modules.evaluate(LEFT, dump(trace))
    for step, (stood, gone, how_long, unread) in enumerate(found):
        assert stood == last_order(trace, step)
        assert dict(gone) == ghosts(trace, step)
        assert (how_long and tuple(how_long)) == off(trace, step)
        assert dict(unread) == stale(trace, step)


@pytest.mark.parametrize(("name", "kernel"), RUNS)
@pytest.mark.parametrize("size", [0, 1, 2, 3])
def test_beats(name: str, kernel: str, size: int, modules: Node) -> None:
    trace = run_of(name, kernel)
    stops = list(played_stops(trace, size))
    expected = [
        [[list(beat) for beat in beats(trace, before, stop)], reading_time(trace.at("sentence", stop))]
        for before, stop in pairwise(stops)
    ]
    assert modules.evaluate(BEATS, [dump(trace), stops]) == expected
