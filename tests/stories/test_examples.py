"""Test that the story that a finding names is about a machine of the same shape."""

from __future__ import annotations

from typing import Any

import pytest

from viz.analysis.findings import DETECTORS, findings
from viz.analysis.findings.examples import EXAMPLES, Example, here_of
from viz.analysis.findings.facts import facts_of
from viz.analysis.run import Run
from viz.stories import builtin_story
from viz.topology import load

PASTED = """node 0 cpus: 0 1 2 3
node 0 size: 16000 MB
node 1 cpus: 4 5 6 7
node 1 size: 16000 MB
node 2 cpus:
node 2 size: 64000 MB
node distances:
node   0   1   2
  0:  10  21  {}
  1:  21  10  {}
  2:  28  17  10
"""


def test_every_detector_has_an_example() -> None:
    assert EXAMPLES.keys() == DETECTORS.keys()


@pytest.mark.parametrize(("name", "example"), [(name, one) for name, some in EXAMPLES.items() for one in some])
def test_the_first_machine_of_the_story_has_the_finding_in_that_way(name: str, example: Example) -> None:
    stops = builtin_story(example.story).stops
    if name == "guess":  # only a machine that is read from a listing has guesses
        assert any("guesses" in stop.stop.text for stop in stops)
        return
    runs = [stop.run for stop in stops if stop.run.topology == stops[0].run.topology]
    facts = [facts_of(run) for run in runs if run.version.name == example.kernel]
    assert example in [here_of(found, one, example.story) for one in facts if (found := DETECTORS[name](one))]


def examples(distances: tuple[int, int], kernel: str) -> dict[str, Any]:
    run = Run.of(load(PASTED.format(*distances)).topology, kernel)
    return {one.id: (one.story, one.story_kernel) for one in findings(run)}


def test_a_finding_names_the_story_whose_machine_is_most_alike() -> None:
    other_socket = examples((28, 17), "v5.15")
    expander = "expander-on-the-other-socket"
    assert [other_socket[name] for name in ("no-target", "nearest-taken", "renumbering")] == [(expander, None)] * 3
    assert examples((28, 17), "v5.18")["no-target"] == (expander, "v5.15")
    assert examples((17, 28), "v5.18")["nearest-taken"] == ("near-slow-node", None)
    assert examples((28, 28), "v5.18")["no-target"] == ("simple-topology", None)
    assert examples((28, 17), "v6.1")["no-target"] == ("all-in-one-tier", None)
    found = findings(Run.of(load(PASTED.format(28, 17)).topology, "v5.15"))
    assert found[0].as_dict()["story_title"] == "Why does the other socket get my expansion card?"


def test_no_story_is_named_if_none_is_alike() -> None:
    run = Run.of(load("40 sockets: cpu+dram; shared cxl").topology, "v5.15")
    assert {one.id: one.story for one in findings(run)}["no-target"] is None
