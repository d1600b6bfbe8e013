"""Test where the stride of a talk stops, against what happens at the steps of each event."""

from __future__ import annotations

import pytest

from viz.analysis.run import Run
from viz.kernel.memory import nodes_in
from viz.kernel.versions import VERSIONS
from viz.topology import builtin, builtin_names
from viz.trace.conditions.words import TURNS_END
from viz.trace.model import TALK, Trace
from viz.trace.talk_stride import MAX_CHOICES


def operations(trace: Trace, steps: list[int]) -> list[str]:
    """Return the names of the operations at these steps."""
    return [trace.at("operation", step)[0] for step in steps]


def chapters(trace: Trace) -> list[tuple[str, list[int]]]:
    """Return for each chapter its name and the steps at which a talk stops."""
    found = trace.stops(TALK)
    firsts = [chapter.first for chapter in trace.chapters]
    bounds = zip(trace.chapters, firsts, [*firsts[1:], trace.length], strict=True)
    return [(chapter.name, [step for step in found if first <= step < end]) for chapter, first, end in bounds]


def test_an_offline_event_has_its_nine_stops() -> None:
    trace = Run.of(builtin("losing-a-node"), "v5.15").trace()
    (_, steps) = chapters(trace)[2]
    assert operations(trace, steps) == [
        "EventBegins",
        "Store",  # the last old target is gone
        "Barrier",
        "PagesLeave",
        "ZonelistsBegin",
        *["SourceDone"] * 3,
        "EventEnds",
    ]
    assert not any(trace.targets(steps[1]).values())
    assert any(trace.targets(steps[1] - 1).values())


@pytest.mark.parametrize("kernel", [row.name for row in VERSIONS])
@pytest.mark.parametrize("name", ["losing-a-node", "rebuild-storm", "offline-that-fails", "sixteen-cells-one-memory"])
def test_about_eight_stops_an_event(name: str, kernel: str) -> None:
    trace = Run.of(builtin(name), kernel).trace()
    for chapter, steps in chapters(trace):
        if chapter == "zonelists":
            assert len(steps) == 1
        assert 1 <= len(steps) <= 6 + MAX_CHOICES, (chapter, operations(trace, steps))


@pytest.mark.parametrize("name", builtin_names())
def test_every_chapter_stops_at_both_ends_and_choices_are_those_with_a_target(name: str) -> None:
    trace = Run.of(builtin(name)).trace()
    stops = set(trace.stops(TALK))
    ends = [chapter.first - 1 for chapter in trace.chapters[2:]]
    assert {chapter.first for chapter in trace.chapters} | set(ends) | {trace.length - 1} <= stops
    for step in stops:
        operation, *fields = trace.at("operation", step)
        if operation in TURNS_END:
            assert nodes_in(trace.at(f"{trace.arrays[0]}[{fields[0]}]", step))
