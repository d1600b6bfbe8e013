"""Test what moves while a run plays, in which order and for how long, and that each picture shows some step."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.bench.engine import machine
from viz.analysis.run import Run
from viz.figures.choreography import MOVES, OPERATIONS, Beat, beats, move_at, played_stops, reading_time
from viz.kernel.memory import Checkpoint, Operation
from viz.topology import builtin
from viz.trace.model import Trace


@pytest.fixture(scope="module")
def trace() -> Trace:
    return Run.of(builtin("losing-a-node"), "posted").trace()


def moves(played: list[Beat]) -> list[str]:
    return list(dict.fromkeys(beat.move for beat in played))


def stop_at(trace: Trace, first: int, kind: str) -> int:
    """Return the first stop by source from a step on at which an operation of this kind has just been performed."""
    return next(step for step in trace.stops(1) if step >= first and trace.at("operation", step)[0] == kind)


def test_a_choice_shows_its_cause_first(trace: Trace) -> None:
    """The source has its turn, its candidates are weighed, the arrow grows, and only then the card changes."""
    event = trace.chapters[2].first
    done = stop_at(trace, event, "SourceDone")
    before = max(stop for stop in trace.stops(1) if stop < done)
    played = beats(trace, before, done)
    assert [beat.move for beat in played] == ["turn", "weigh", "arrow", "card"]
    turn, weigh, arrow, card = (beat.step for beat in played)
    assert not trace.at("candidates", turn)
    assert trace.at("candidates", weigh)
    assert trace.targets(weigh)[0] == []
    assert trace.targets(arrow)[0] == [2]
    assert not trace.at("next_pass", arrow)
    assert trace.at("next_pass", card) == "2"


def test_a_whole_event_in_its_order(trace: Trace) -> None:
    """One goes from cause to result: the entries, the gap, the pages, the lists, the choices, the new order."""
    chapter, following = trace.chapters[2].first, trace.chapters[3].first
    played = beats(trace, chapter - 1, following - 1)
    assert moves(played)[:7] == ["announce", "disable", "barrier", "off", "pages", "node", "zonelist"]
    assert moves(played)[-6:] == ["turn", "weigh", "arrow", "card", "stands", ""]
    disabled = [beat for beat in played if beat.move == "disable"]
    assert [trace.at("operation", beat.step)[2] for beat in disabled] == [0, 1, 3, 4]  # 2 and 5 have no target
    assert {beat.lasts for beat in disabled} == {120}
    assert sum(beat.lasts for beat in played if beat.move == "zonelist") <= 900


def test_beats_follow_each_other_without_a_gap_and_end_at_the_stop(trace: Trace) -> None:
    for size in range(4):
        for before, stop in pairwise(played_stops(trace, size)):
            played = beats(trace, before, stop)
            assert played[-1].step == stop
            assert [beat.step for beat in played] == sorted({beat.step for beat in played})
            assert played[0].begins == 0
            for beat, after in pairwise(played):
                assert beat.begins + beat.lasts == after.begins


def test_zonelists_are_one_stop_while_playing(trace: Trace) -> None:
    lists = [step for step in range(trace.length) if trace.at("operation", step)[0] == "ZonelistBuilt"]
    begins = [step for step in range(trace.length) if trace.at("operation", step)[0] == "ZonelistsBegin"]
    later = {step for step in lists if step > begins[1]}  # those of the two rebuilds
    stops = set(played_stops(trace, 1))
    assert len(lists) == 18
    assert set(lists) <= set(played_stops(trace, 0))
    assert stops & {begins[0], *lists} == {begins[0], lists[11], lists[17]}
    assert stops | later == set(trace.stops(1))


def test_nothing_takes_long_on_a_large_machine_and_nothing_is_left_out() -> None:
    trace = Run.of(machine(64), "posted").trace()
    everything = beats(trace, 0, trace.length - 1)
    stores = [step for step in range(1, trace.length) if move_at(trace, step) in ("arrow", "disable")]
    assert set(stores) <= {beat.step for beat in everything}
    for beat in everything:
        assert not beat.move or beat.lasts <= MOVES[beat.move].most


def test_every_motion_is_one_of_the_table_and_every_operation_exists() -> None:
    assert set(OPERATIONS.values()) | {"arrow", "disable"} == set(MOVES)
    kinds, left = set(), [Operation, Checkpoint]
    while left:
        kind = left.pop()
        kinds.add(kind.__name__)
        left += kind.__subclasses__()
    assert set(OPERATIONS) <= kinds


def test_reading_time_grows_with_the_sentence() -> None:
    times = [reading_time("x" * length) for length in (0, 40, 80, 150)]
    assert times == sorted(times)
    assert times[0] >= 1000
    assert 6000 <= times[-1] <= 8000  # a sentence of 150 letters needs 6 to 8 seconds
