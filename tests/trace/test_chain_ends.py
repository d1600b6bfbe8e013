"""Test that the end of a chain is shown as long as the arrow that leads to it."""

from __future__ import annotations

import pytest

from viz.analysis.run import Run
from viz.kernel.nodemask import NodeMask
from viz.kernel.versions import VERSIONS, Version
from viz.topology import builtin


@pytest.mark.parametrize("name", ["losing-a-node", "optane-four-clusters", "sixteen-cells-one-memory"])
@pytest.mark.parametrize("row", VERSIONS, ids=lambda row: row.name)
def test_an_end_stands_where_an_arrow_leads_and_none_goes_on(name: str, row: Version) -> None:
    trace = Run.of(builtin(name), row.name).trace()
    for step in range(trace.length):
        targets = trace.targets(step)
        led_to = {target for nodes in targets.values() for target in nodes}
        ends = set(NodeMask.parse(trace.at("ends", step)))
        assert {node for node in led_to if not targets[node]} <= ends
        assert not any(targets[node] for node in ends)


def test_an_end_goes_with_its_arrow_and_not_before() -> None:
    trace = Run.of(builtin("losing-a-node")).trace()
    event = trace.chapters[2].first
    gone = next(step for step in range(event, trace.length) if 2 not in NodeMask.parse(trace.at("ends", step)))
    assert trace.at("operation", gone) == ("Store", "node_demotion", 1, -1)
