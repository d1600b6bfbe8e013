"""Test how the page's module #core/trace finds the step of a run that corresponds to a step of another run."""

from __future__ import annotations

import pytest

from tests.node import Node
from viz.analysis.run import Run
from viz.topology import builtin
from viz.trace.wire import dump

PLACES = """async ([one, other]) => {
    const { openTrace, placeOf, stepAt } = await ours("#core/trace");
    const [from, to] = [openTrace(one), openTrace(other)];
    return Array.from({length: from.length}, (_, step) => stepAt(to, placeOf(from, step)) ?? null);
}"""


def test_every_step_of_a_run_is_its_own_place(modules: Node) -> None:
    wire = dump(Run.of(builtin("losing-a-node")).trace())
    assert modules.evaluate(PLACES, [wire, wire]) == list(range(wire["length"]))


@pytest.mark.parametrize(("kernel", "others"), [("posted", "v5.16"), ("v5.15", "v5.18"), ("v6.0", "v5.15")])
def test_a_place_is_found_by_chapter_pass_and_source(modules: Node, kernel: str, others: str) -> None:
    trace, other = (Run.of(builtin("two-sockets-three-classes"), name).trace() for name in (kernel, others))
    steps = modules.evaluate(PLACES, [dump(trace), dump(other)])
    assert steps[-1] == other.length - 1
    for step, other_step in enumerate(steps[:-1]):
        for signal in ("chapter", "pass", "source"):
            assert trace.at(signal, step) == other.at(signal, other_step)


CELLS = """async (wire) => {
    const { openTrace } = await ours("#core/trace");
    const trace = openTrace(wire);
    const steps = Array.from({length: trace.length}, (_, step) => step);
    return trace.arrays.map((array) => steps.map((step) => [
        [...trace.cells(array, step)], trace.changed(array, Math.max(0, step - 5), step)]));
}"""


@pytest.mark.parametrize("kernel", ["v5.15", "v6.1"])
def test_the_cells_of_an_array_are_read_together(modules: Node, kernel: str) -> None:
    trace = Run.of(builtin("losing-a-node"), kernel).trace()
    for array, seen in zip(trace.arrays, modules.evaluate(CELLS, dump(trace)), strict=True):
        for step, (cells, changed) in enumerate(seen):
            expected = trace.cells(array, step)
            assert [tuple(cell) for cell in cells] == list(expected.items()), (array, step)
            before = trace.cells(array, max(0, step - 5))
            assert changed == [node for node in trace.nodes if before[node] != expected[node]], (array, step)
