"""The timeline says of every node at every step what it is then."""

from __future__ import annotations

import pytest

from viz.analysis.run import Run
from viz.figures.charts import TIMELINE, chart
from viz.kernel.nodemask import NodeMask
from viz.topology import builtin


@pytest.mark.parametrize("name", ["two-sockets-three-classes", "losing-a-node"])
def test_a_turn_in_a_pass_is_told_from_one_among_the_zonelists(name: str) -> None:
    """The source has one of the two roles, as its step has a fallback list or not; nobody else has either."""
    run = Run.of(builtin(name))
    trace = run.trace()
    (heat,) = [drawn for drawn in chart("timeline", run, "light").data if drawn.type == "heatmap"]
    told = [[TIMELINE[code].word for code in row] for row in heat.z]
    for step in range(trace.length):
        column = dict(zip(trace.nodes, (row[step] for row in told), strict=True))
        turn = "list" if trace.at("zonelist", step)[0] else "turn"
        source = trace.at("source", step)
        assert {node: word for node, word in column.items() if word in ("list", "turn")} == (
            {source: turn} if source != -1 else {}
        )
        for node in set(NodeMask.parse(trace.at("this_pass", step))) - {source}:
            assert column[node] == "this_pass"
