"""What is told of a run beside its steps: the note that is true of its kernel, and the step that a case opens at."""

from __future__ import annotations

from viz.analysis.run import Run
from viz.kernel.versions import UnknownVersion, Version
from viz.topology import Topology
from viz.trace.model import Trace


def note(topology: Topology, version: Version) -> str:
    """What to look at when that version runs on the machine; never anything that is true of other versions only."""
    return next((topology.notes[way] for way in version.ways if way in topology.notes), topology.note or "")


def opening(run: Run, trace: Trace) -> int | None:
    """The step that shows what the topology's case is about; None if it has no case, or is run in another way."""
    case = run.topology.case
    return step_where(trace, case.opens) if case and _as_told(run) else None


def _as_told(run: Run) -> bool:
    """Whether it is the run that the topology itself asks for."""
    try:
        own = Run.of(run.topology)
    except UnknownVersion:
        return False
    return (run.version, run.zonelists) == (own.version, own.zonelists)


def step_where(trace: Trace, wanted: dict[str, str | int]) -> int | None:
    """The first step at which all these signals have these values, None if there is none.

    "operation" is given as its name and the first of its fields: "Scan 0 1" is the scan in which node 0 found node 1.
    """
    if not wanted.keys() <= trace.signals.keys():
        return None
    asked = [(name, str(value), str(value).split()) for name, value in wanted.items()]
    return next((step for step in range(trace.length) if all(_shows(trace, step, *one) for one in asked)), None)


def _shows(trace: Trace, step: int, name: str, text: str, words: list[str]) -> bool:
    found = trace.at(name, step)
    if name == "operation" and isinstance(found, tuple):
        return [str(field) for field in found[: len(words)]] == words
    return str(found) == text
