"""Say which steps of a run an animation shows, and for how long."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from viz.figures.choreography import beats, played_stops, reading_time
from viz.trace.model import Trace

LAST = 3000
"""The milliseconds that the last picture stays longer, before the animation begins again."""
MAX_FRAMES = 1000
"""The largest number of pictures of an animation."""
MAX_CARDS = 40_000
"""The largest number of cards on all pictures of an animation together."""


class TooLong(ValueError):
    """The error for a range of steps that is too long for an animation; its message is one line."""


class Frame(NamedTuple):
    """A picture: the step that it shows, the stop whose sentence is read meanwhile, and its times in milliseconds."""

    step: int
    stop: int
    begins: float
    ends: float

    @property
    def lasts(self) -> float:
        """Return for how long the picture is seen."""
        return self.ends - self.begins


def frames(trace: Trace, first: int, last: int, size: int = 1, speed: float = 1) -> list[Frame]:
    """Return the pictures from one step to another, with the stops of a stride; raise TooLong if they are too many."""
    stops = [first, *(stop for stop in played_stops(trace, size) if first < stop < last), *([last] * (last > first))]
    found: list[Frame] = []
    for step, stop, lasts in _pictures(trace, stops):
        begins = found[-1].ends if found else 0
        found.append(Frame(step, stop, begins, begins + lasts / speed))
        if len(found) > MAX_FRAMES or len(found) * len(trace.nodes) > MAX_CARDS:
            raise TooLong(_too_long(trace))
    return [*found[:-1], found[-1]._replace(ends=found[-1].ends + LAST)]


def _pictures(trace: Trace, stops: Sequence[int]) -> Iterator[tuple[int, int, float]]:
    """Yield each picture's step, its stop and its length: those of the motion to a stop, then the stop itself."""
    for before, stop in zip((None, *stops), stops, strict=False):
        read = reading_time(trace.at("sentence", stop))
        moving = beats(trace, before, stop) if before is not None else []
        for beat in moving[:-1]:
            yield beat.step, stop, beat.lasts
        yield stop, stop, max(read - sum(beat.lasts for beat in moving[:-1]), read / 2)


def _too_long(trace: Trace) -> str:
    most = min(MAX_FRAMES, MAX_CARDS // len(trace.nodes))
    return f"an animation of this machine has up to {most} pictures; take fewer steps or a larger stride"
