"""Test that each node has the right role at each step of the timeline, and that plotly knows all that figures have."""

from __future__ import annotations

import json
from itertools import pairwise

import plotly.graph_objects as go
import pytest

from viz.analysis.run import Run
from viz.figures.chart_pictures import _stretches
from viz.figures.charts import CHARTS, TooLarge, chart
from viz.figures.timeline_roles import TIMELINE, role_codes, roles_at
from viz.kernel.nodemask import NodeMask
from viz.topology import builtin
from viz.trace.model import Trace


@pytest.mark.parametrize("name", ["two-sockets-three-classes", "losing-a-node"])
def test_only_the_source_has_the_role_of_a_turn_or_of_a_list(name: str) -> None:
    """The source's role is "list" while its fallback list is built, and "turn" during a pass."""
    run = Run.of(builtin(name))
    trace = run.trace()
    (heat,) = [part for part in go.Figure(chart("timeline", run, "light")).data if part.type == "heatmap"]
    words = [[TIMELINE[code].word for code in row] for row in heat.z]
    for step in range(trace.length):
        column = dict(zip(trace.nodes, (row[step] for row in words), strict=True))
        role = "list" if trace.at("zonelist", step)[0] else "turn"
        source = trace.at("source", step)
        assert {node: word for node, word in column.items() if word in ("list", "turn")} == (
            {source: role} if source != -1 else {}
        )
        for node in set(NodeMask.parse(trace.at("this_pass", step))) - {source}:
            assert column[node] == "this_pass"


def test_a_saved_timeline_has_the_roles_of_the_page_and_stops_at_too_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    trace = Run.of(builtin("losing-a-node")).trace()
    for codes, row in zip(role_codes(trace), _stretches(trace), strict=True):
        drawn = [0] * trace.length
        for first, end, role in row:
            drawn[first:end] = [TIMELINE.index(role)] * (end - first)
        assert drawn == codes
        assert all(before.end < after.first or before.role != after.role for before, after in pairwise(row))
    looked_at = []

    def noted(trace: Trace, step: int) -> dict[int, int]:
        looked_at.append(step)
        return roles_at(trace, step)

    monkeypatch.setattr("viz.figures.chart_pictures.roles_at", noted)
    monkeypatch.setattr("viz.figures.chart_pictures.MAX_STRETCHES", 5)
    with pytest.raises(TooLarge, match="up to 5 stretches"):
        _stretches(trace)
    assert len(looked_at) < trace.length / 2


def test_events_have_names_and_the_stretches_without_demotion_a_band() -> None:
    run = Run.of(builtin("losing-a-node"))
    trace = run.trace()
    figure = go.Figure(chart("timeline", run, "light"))
    named = {note.x + 0.5: note.text for note in figure.layout.annotations if "mem_" in note.text}
    assert named == {span.first: f"\u25be {span.title}" for span in trace.chapters[2:]}
    (band,) = [part for part in figure.data if part.name == "demotion off"]
    off = {round(first + 0.5 + i) for first, x in zip(band.base, band.x, strict=True) for i in range(round(x))}
    assert off == {step for step in range(trace.length) if trace.at("demotion", step) == "off"}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("name", CHARTS)
def test_plotly_knows_all_that_a_figure_has(name: str, theme: str, narrow: bool) -> None:
    """go.Figure() refuses properties and values that plotly does not know, and changes nothing else."""
    figure = chart(name, Run.of(builtin("losing-a-node")), theme, narrow)
    assert json.loads(go.Figure(figure).to_json()) == json.loads(json.dumps(figure))


def test_the_axes_of_the_distances_and_their_colours_have_names() -> None:
    figure = go.Figure(chart("distances", Run.of(builtin("two-sockets-three-classes")), "light"))
    titles = figure.layout.xaxis.title.text, figure.layout.yaxis.title.text, figure.data[0].colorbar.title.text
    assert titles == ("to node", "from node", "distance")
