"""Test the chart of how full nodes are: plotly accepts it, and it shows the pages of the run."""

from __future__ import annotations

import json
from pathlib import Path

import plotly.graph_objects as go
import pytest

from tests.bench.engine import machine
from tests.pressure.machines import three_tiers
from viz.analysis.run import Run
from viz.app.answers import Job, answer_job
from viz.app.service import Service
from viz.figures.fill_chart import MAX_COLUMNS, MAX_ROWS, fill_chart, level
from viz.pressure.outcome import Outcome
from viz.pressure.scenario import builtin_scenario, scenario_names
from viz.topology import Topology
from viz.topology.watermarks import Watermarks


def played(topology: Topology, name: str = "bound") -> Outcome:
    """Return a built-in scenario, played on a machine."""
    return Outcome.of(Run.of(topology, "v7.0"), builtin_scenario(name))


@pytest.mark.parametrize("name", scenario_names())
def test_plotly_draws_it(name: str) -> None:
    figure = fill_chart(played(three_tiers(), name), dark=False)
    assert go.Figure(figure).to_plotly_json()["layout"]["height"] == figure["layout"]["height"]
    assert all(len(trace["x"]) == len(trace["y"]) <= MAX_COLUMNS + 2 for trace in figure["data"])
    assert all(0 <= value <= 1 for trace in figure["data"] for value in trace["y"])


def test_the_last_column_has_the_pages_of_the_end() -> None:
    outcome = played(three_tiers())
    figure = fill_chart(outcome, dark=True)
    last = outcome.last()
    for place, node in enumerate(last.free, 1):
        layers = [t for t in figure["data"] if t["yaxis"] == f"y{place}" and "customdata" in t]
        shown = {layer["name"]: layer["customdata"][-1] for layer in layers}
        held = {name: pages.get(node, 0) for name, pages in last.pages.items() if pages.get(node)}
        assert {name: pages for name, pages in shown.items() if pages} == held
        assert all(layer["x"][-1] == outcome.ticks[-1].number for layer in layers)
        lines = {t["name"]: t["y"][0] for t in figure["data"] if t["yaxis"] == f"y{place}" and "customdata" not in t}
        assert lines["high watermark"] < lines["low watermark"] < lines["min watermark"] < 1
    assert fill_chart(outcome, dark=False)["layout"]["paper_bgcolor"] != figure["layout"]["paper_bgcolor"]


def test_a_large_machine_has_rows_for_the_nodes_that_matter() -> None:
    figure = fill_chart(played(machine(64)), dark=False)
    axes = [key for key in figure["layout"] if key.startswith("yaxis")]
    assert len(axes) == MAX_ROWS
    assert f"{MAX_ROWS} of 64 nodes" in figure["layout"]["xaxis"]["title"]["text"]


def test_a_vessel_is_as_high_as_the_page_has_it() -> None:
    for case in json.loads((Path(__file__).parents[1] / "levels.json").read_text()):
        marks = Watermarks(min=0, low=0, high=case["high"], promo=case["high"], managed=case["managed"], free=0)
        assert level(marks, case["free"]) == pytest.approx(case["level"])


def test_the_page_asks_for_it_by_the_name_of_a_scenario_or_its_text() -> None:
    question = {"topology": "two-sockets-slow-and-slowest", "kernel": "v7.0", "chart": "fill", "theme": "dark"}
    figure = answer_job(Job("chart", question | {"scenario": "bound"}, Service()))["figure"]
    assert len([key for key in figure["layout"] if key.startswith("yaxis")]) == 5
    assert "is no built-in scenario" in answer_job(Job("chart", question | {"scenario": "x"}, Service()))["error"]
    assert "owners" in answer_job(Job("chart", question | {"toml": 'title = "x"'}, Service()))["error"]


def test_a_picture_of_a_tick_after_the_last_is_refused() -> None:
    question = {"topology": "two-sockets-slow-and-slowest", "chart": "fill", "scenario": "bound", "theme": "light"}
    assert "no tick 4000" in answer_job(Job("picture", question | {"tick": 4000}, Service()))["error"]
    assert answer_job(Job("picture", question, Service()))["svg"].startswith("<svg")
