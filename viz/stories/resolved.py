"""Find the run and the step of every stop of a story."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from viz.analysis.run import NoReaders, Run
from viz.kernel.releases import UnknownVersion, version
from viz.readers.model import Change
from viz.readers.orders import WrongChain
from viz.readers.report import change_of, witnesses
from viz.stories.scene import Scene, scene_of
from viz.stories.story import PLACES, Stop, StopOfRun, Story, Try, Walk
from viz.topology import Topology, TopologyError, builtin, load
from viz.topology.link import pack
from viz.trace.conditions import NotInRun, parse, steps_where
from viz.trace.model import Trace

S = TypeVar("S", bound=StopOfRun)


@dataclass(frozen=True)
class ResolvedStop(Generic[S]):
    """A stop with its run and its step.

    `request` holds what the page sends to the server to get the run: a topology's name, a text or a link, with options.
    `targets` has the targets of each node at the step. `scene` is what the tool Pressure shows, if it is open.
    """

    stop: S
    run: Run
    request: dict[str, str]
    step: int
    targets: Mapping[int, Sequence[int]]
    scene: Scene | None = None
    last: int | None = None
    """The last of the steps that a stop of a talk shows; None if it shows one step only."""


@dataclass(frozen=True)
class ResolvedStory:
    """A story with the runs and steps of all stops, and the request and step of the machine to try, if there is one."""

    story: Story
    stops: tuple[ResolvedStop[Stop], ...]
    now: tuple[dict[str, str], int] | None


def resolved(story: Story, name: str) -> ResolvedStory:
    """Return the story with the run and the step of each stop.

    Raise TopologyError if a stop names a machine or a kernel that does not exist, or if its condition is never true.
    """
    try:
        return ResolvedStory(story, tuple(_stops(story)), _now(story.now_try))
    except TopologyError as error:
        raise error.within(name) from None


def _stops(story: Story) -> Iterator[ResolvedStop[Stop]]:
    before: ResolvedStop[Stop] | None = None
    traces = Traces()
    for index, stop in enumerate(story.stops):
        try:
            before = resolved_stop(stop, before, machine_of(stop, before), traces)
        except TopologyError as error:
            raise at_stop(error, index) from None
        yield before


def at_stop(error: TopologyError, index: int) -> TopologyError:
    """Return the error of a stop's key with the number of the stop before the key."""
    return TopologyError(error.problem, f"stops[{index}]{error.key}")


Machine = tuple[Topology, dict[str, str]]
"""A machine, and what the page sends to the server to get it."""


def resolved_stop(stop: S, before: ResolvedStop[S] | None, machine: Machine, traces: Traces) -> ResolvedStop[S]:
    """Return a stop with the run of its machine and its step; raise TopologyError, which names the stop's wrong key."""
    run, request = _run(stop, before, machine)
    trace = traces.of(run)
    step, last = _step(stop, run, trace, before), _last(stop, trace)
    if last is not None and last <= step:
        raise TopologyError(f"is step {last}, which does not come after step {step}", ".until")
    scene = scene_of(stop, run, before.scene if before else None) if stop.view == "pressure" else None
    return ResolvedStop(stop, run, request, step, trace.targets(step), scene, last)


class Traces:
    """The trace of the last run. Most stops have the run of the stop before, which is recorded once."""

    def __init__(self) -> None:
        self._last: tuple[Run, Trace] | None = None

    def of(self, run: Run) -> Trace:
        """Return the trace of a run."""
        if self._last is None or self._last[0] != run:
            self._last = run, run.trace()
        return self._last[1]


def _run(stop: S, before: ResolvedStop[S] | None, machine: Machine) -> tuple[Run, dict[str, str]]:
    """Return the run of a stop, and what the page sends to the server to get it."""
    topology, request = machine
    kernel: str | None = stop.kernel
    zonelists: str | None = stop.zonelists
    if before and not (stop.topology or stop.machine):
        kernel, zonelists = kernel or before.run.asked, zonelists or before.run.zonelists
    try:
        run = Run.of(topology, kernel, zonelists)
    except UnknownVersion as error:
        raise TopologyError(str(error), ".kernel") from None
    return run, request | {"kernel": run.asked, "zonelists": run.zonelists}


def _step(stop: S, run: Run, trace: Trace, before: ResolvedStop[S] | None) -> int:
    """Return the step of a stop: the first that its condition names, or that of the stop before in the same run."""
    _check_view(stop, run, trace)
    if stop.step is not None:
        step = step_where(trace, stop.step, ".step")
        if stop.predict and not trace.at("operation", step)[0].endswith("Scan"):
            raise TopologyError('names no step at which a node chooses; give one such as "node 1 finds 2"', ".predict")
        return step
    if before and before.run == run:
        return before.step
    if stop.view == "pressure":
        return step_where(trace, "the order is complete", ".step")
    raise TopologyError('is missing; give a condition such as "pass 2 begins"', ".step")


def machine_of(stop: S, before: ResolvedStop[S] | None) -> Machine:
    """Return the machine of a stop, with its events and its allowed nodes."""
    if stop.topology:
        topology, request = _at(".topology", lambda: builtin(stop.topology or "")), {"topology": stop.topology}
    elif stop.machine:
        topology, request = _at(".machine", lambda: load(stop.machine or "").topology), {"text": stop.machine}
    elif before:
        topology, request = before.run.topology, before.request
    else:
        raise TopologyError("is missing; the first stop names a topology or a machine", ".topology")
    if stop.events is not None:
        events = [event.model_dump() for event in stop.events]
        topology = _at(".events", lambda: Topology.from_document(topology.document() | {"events": events}))
        request = {"link": pack(topology)}
    if stop.allowed is not None:
        topology = _at(".allowed", lambda: topology.allowing(stop.allowed))
        request = request | {"allowed": stop.allowed}
    return topology, request


def _at(key: str, make: Any) -> Topology:
    """Return the topology that `make` returns; name the stop's key in the TopologyError if there is one."""
    try:
        topology: Topology = make()
        return topology
    except TopologyError as error:
        raise TopologyError(f"{error.key}: {error.problem}" if error.key else error.problem, key) from None


def _last(stop: StopOfRun, trace: Trace) -> int | None:
    """Return the last step that a stop shows, which only a stop of a talk can name."""
    until = getattr(stop, "until", None)
    return None if until is None else step_where(trace, until, ".until")


def step_where(trace: Trace, condition: str | int, key: str) -> int:
    """Return the first step that a condition names, or the number of a step; raise TopologyError if there is none."""
    if isinstance(condition, int):
        if condition < trace.length:
            return condition
        raise TopologyError(f"is beyond the end: this run has the steps 0 to {trace.length - 1}", key)
    try:
        steps = steps_where(trace, parse(condition))
    except NotInRun as error:
        raise TopologyError(str(error), key) from None
    if not steps:
        raise TopologyError(f"no step of this run where {condition}", key)
    return steps[0]


def _check_view(stop: StopOfRun, run: Run, trace: Trace) -> None:
    """Raise TopologyError if the run lacks what a stop marks or explains, or if no reader can make the stop's walk."""
    if stop.ask is not None and f"why {stop.ask}" not in trace.signals:
        raise TopologyError("is no cell of this run", ".ask")
    if stop.mark is not None and stop.mark not in PLACES and stop.mark not in _marks(trace):
        raise TopologyError(f"is none of {', '.join(PLACES)}, and no node or register of this run", ".mark")
    if stop.against is not None:
        _known_kernel(stop.against, ".against")
    if stop.walk is not None:
        _check_walk(stop.walk, run)


def _known_kernel(name: str, key: str) -> None:
    try:
        version(name)
    except UnknownVersion as error:
        raise TopologyError(str(error), key) from None


def _marks(trace: Trace) -> set[str]:
    names = (*trace.masks, *trace.arrays)
    return {*names, *(f"{name}[{node}]" for name in names for node in trace.nodes), *(f"node {n}" for n in trace.nodes)}


def _check_walk(walk: Walk, run: Run) -> None:
    try:
        possible = witnesses(walked_change(walk, run), walk.protocol)  # type: ignore[arg-type]
    except (WrongChain, NoReaders) as error:
        raise TopologyError(str(error), ".walk") from None
    if walk.verdict not in possible.get(walk.start, {}):
        raise TopologyError(f"no walk from node {walk.start} ends so under {walk.protocol}", ".walk.verdict")


def walked_change(walk: Walk, run: Run) -> Change:
    """Return the change during which a walk happens; raise WrongChain or NoReaders if there is none."""
    if walk.old is not None and walk.new is not None:
        return change_of(walk.old, walk.new)
    return run.change(walk.event or 0)


def _now(now: Try) -> tuple[dict[str, str], int] | None:
    """Return what the page sends to get the machine to try, and the step; None if there is only a text."""
    if now.machine is None:
        return None
    topology = _at("now_try.machine", lambda: load(now.machine or "").topology)
    try:
        run = Run.of(topology, now.kernel)
    except UnknownVersion as error:
        raise TopologyError(str(error), "now_try.kernel") from None
    step = step_where(run.trace(), now.step or "the order is complete", "now_try.step")
    return {"text": now.machine, "kernel": run.asked, "zonelists": run.zonelists}, step
