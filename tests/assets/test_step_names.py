"""Test the page's module that names a step by a condition: Python must find the same step by the name."""

from __future__ import annotations

import pytest

from tests.node import Node
from viz.analysis.run import Run
from viz.topology import builtin
from viz.trace.conditions import parse, steps_where
from viz.trace.model import TALK
from viz.trace.wire import dump

NAMES = """async (wire) => {
    const { openTrace } = await ours("#core/trace");
    const { nameOfStep } = await ours("#player/step-names");
    const trace = openTrace(wire);
    return Array.from({length: trace.length}, (_, step) => nameOfStep(trace, step));
}"""


@pytest.mark.parametrize(
    ("name", "kernel"),
    [("losing-a-node", "v5.15"), ("two-sockets-refused-target", "v5.17.7"), ("losing-a-node", "v6.1")],
)
def test_a_name_leads_to_its_step(modules: Node, name: str, kernel: str) -> None:
    """Most steps have a name, and nearly all of those where a talk stops; all others are numbers."""
    trace = Run.of(builtin(name), kernel).trace()
    names = modules.evaluate(NAMES, dump(trace))
    for step, found in enumerate(names):
        assert found == step if isinstance(found, int) else steps_where(trace, parse(found))[0] == step
    assert sum(isinstance(found, str) for found in names) >= 0.6 * trace.length
    stops = [names[step] for step in trace.stops(TALK)]
    assert sum(isinstance(found, str) for found in stops) >= 0.85 * len(stops)
    assert names[trace.opens] == "the order begins"
    last = next(
        step for step in range(trace.length) if trace.at("operation", step)[0] in ("OrderComplete", "TiersComplete")
    )
    assert names[last] == "the order is complete"
