"""Find the tick of a scenario that a stop of a story shows in the tool Pressure."""

from __future__ import annotations

from dataclasses import dataclass

from viz.analysis.run import Run
from viz.pressure.outcome import Outcome
from viz.pressure.scenario import builtin_scenario
from viz.pressure.simulation import Tick
from viz.stories.story import StopOfRun
from viz.topology import TopologyError


@dataclass(frozen=True)
class Scene:
    """A tick of a built-in scenario, and what happens at all ticks of it under the run's kernel."""

    scenario: str
    tick: int
    run: Run
    ticks: tuple[Tick, ...]

    def __str__(self) -> str:
        """Return the scenario and the tick as the page's address has them, such as "bound:211"."""
        return f"{self.scenario}:{self.tick}"


def scene_of(stop: StopOfRun, run: Run, before: Scene | None) -> Scene:
    """Return the scene of a stop; it keeps the scenario of the stop before if it does not name one.

    Raise TopologyError if there is no such scenario, or no such tick of it.
    """
    name = stop.scenario or (before.scenario if before else None)
    if name is None:
        raise TopologyError("is missing; name a scenario, such as bound", ".scenario")
    is_played = before is not None and before.run == run and before.scenario == name
    ticks = before.ticks if before and is_played else _played(run, name)  # most stops show the same scenario
    return Scene(name, _tick(stop.tick, ticks), run, ticks)


def _played(run: Run, name: str) -> tuple[Tick, ...]:
    try:
        return tuple(Outcome.of(run, builtin_scenario(name)).ticks)
    except TopologyError as error:
        raise TopologyError(error.problem, ".scenario") from None


def _tick(moment: int | str | None, ticks: tuple[Tick, ...]) -> int:
    """Return the number of the tick that a stop names: its number, or the first at which these words are said."""
    if moment is None:
        raise TopologyError("is missing; give a number, or words that are said at the tick", ".tick")
    if isinstance(moment, int):
        if ticks and moment > ticks[-1].number:
            raise TopologyError(f"is {moment}, and the last tick of this scenario is {ticks[-1].number}", ".tick")
        return moment
    for tick in ticks:
        if any(moment.lower() in sentence.lower() for sentence in tick.sentences):
            return tick.number
    raise TopologyError(f"no sentence of this scenario has the words '{moment}'", ".tick")
