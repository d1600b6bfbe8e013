"""#core/trace: the same place in another run."""

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
    one, other = (Run.of(builtin("two-sockets-three-classes"), name).trace() for name in (kernel, others))
    found = modules.evaluate(PLACES, [dump(one), dump(other)])
    assert found[-1] == other.length - 1
    for step, there in enumerate(found[:-1]):
        for signal in ("chapter", "pass", "source"):
            assert one.at(signal, step) == other.at(signal, there)
