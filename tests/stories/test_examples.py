"""Test that the story that a finding names is about a machine of the same shape."""

from __future__ import annotations

import pytest

from viz.analysis.findings import DETECTORS, findings
from viz.analysis.findings.examples import STORIES
from viz.analysis.run import Run
from viz.stories import builtin_stories, builtin_story
from viz.topology import builtin, load

EXAMPLES = [(name, tiers, story) for name, stories in STORIES.items() for tiers, story in stories.items()]


def test_every_detector_has_an_example() -> None:
    assert STORIES.keys() == DETECTORS.keys()
    assert {story for _, _, story in EXAMPLES} <= builtin_stories().keys()


@pytest.mark.parametrize(("name", "tiers", "story"), EXAMPLES)
def test_an_order_of_the_story_has_the_finding(name: str, tiers: bool, story: str) -> None:
    stops = builtin_story(story).stops
    if name == "guess":  # only a machine that is read from a listing has guesses
        assert any("guesses" in stop.stop.text for stop in stops)
        return
    runs = [stop.run for stop in stops if stop.run.version.reads_tiers == tiers]
    assert any(name in [found.id for found in findings(run)] for run in runs)


def test_where_no_story_is_named_there_is_none() -> None:
    """No stop of any story has a finding for whose kind of kernel the table names no story."""
    stops = [stop for name in builtin_stories() for stop in builtin_story(name).stops]
    runs = {(stop.run.topology.title, stop.run.version.name): stop.run for stop in stops}
    for run in runs.values():
        tiers = run.version.reads_tiers
        assert [found.id for found in findings(run) if tiers not in STORIES[found.id]] == []


def test_a_finding_names_it() -> None:
    found = {one.id: one.as_dict().get("story") for one in findings(Run.of(builtin("two-sockets-one-expander")))}
    assert found["no-target"] == "three-sockets-one-slow"
    machine = load("2 sockets: cpu+dram; shared dram").topology
    found = {one.id: one.as_dict().get("story") for one in findings(Run.of(machine, "v6.1"))}
    assert found["no-target"] == "all-in-one-tier"
