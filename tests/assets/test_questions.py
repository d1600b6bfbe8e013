"""Test which choices the page asks about: the module #player/questions, on traces of Python."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from tests.examples import examples
from tests.machines import machines, topology_of
from tests.node import Node
from viz.analysis.run import Run
from viz.kernel.machine import Machine
from viz.kernel.nodemask import NodeMask
from viz.kernel.versions import VERSIONS
from viz.topology import builtin
from viz.trace.model import Trace
from viz.trace.wire import dump

QUESTIONS = """async (wire) => {
    const { openTrace } = await ours("#core/trace");
    const { choicesFor, chosenOf, questionsOf } = await ours("#player/questions");
    const trace = openTrace(wire);
    return questionsOf(trace).map((one) =>
        ({...one, choices: choicesFor(trace, one.node, one.asks), chosen: chosenOf(trace, one)}));
}"""


def questions(modules: Node, trace: Trace) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = modules.evaluate(QUESTIONS, dump(trace))
    return found


def deciding(trace: Trace) -> int:
    """Return how many steps there are at which a node chooses."""
    return sum(trace.at("operation", step)[0].endswith("Scan") for step in range(trace.length))


def check(trace: Trace, found: list[dict[str, Any]]) -> None:
    """Assert that each question stands right before a choice, and that its answer is what the node has in the end."""
    assert len(found) <= max(1, deciding(trace) / 5)
    assert [one["asks"] for one in found] == sorted({one["asks"] for one in found})
    for one in found:
        kind, node, best = trace.at("operation", one["asks"] + 1)[:3]
        assert kind.endswith("Scan")
        assert node == one["node"] == trace.at("source", one["asks"])
        assert trace.at("chosen", one["asks"]) == -1
        assert set(one["choices"]) == set(NodeMask.parse(trace.at("N_MEMORY", one["asks"]))) - {node}
        assert set(one["chosen"]) == set(trace.targets(one["ends"])[node])
        assert bool(one["chosen"]) == (best != -1)
        assert one["asks"] < one["ends"]
        assert trace.at("source", one["ends"]) == node


@pytest.mark.parametrize("kernel", [row.name for row in VERSIONS])
@pytest.mark.parametrize("name", ["two-sockets-three-classes", "losing-a-node"])
def test_every_kernel_that_compares_has_questions(modules: Node, name: str, kernel: str) -> None:
    trace = Run.of(builtin(name), kernel).trace()
    found = questions(modules, trace)
    check(trace, found)
    assert bool(found) == bool(deciding(trace))


@examples(0.4)
@given(machines())
def test_on_any_machine(modules: Node, machine: Machine) -> None:
    trace = Run.of(topology_of(machine)).trace()
    check(trace, questions(modules, trace))


def test_the_one_that_says_most_is_asked(modules: Node) -> None:
    """On the machine of the patch: node 1, to which node 0 is nearer than the node that it gets."""
    found = questions(modules, Run.of(builtin("two-sockets-three-classes")).trace())
    assert [(one["node"], one["asks"], one["chosen"]) for one in found] == [(1, 30, [2])]
