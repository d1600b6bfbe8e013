"""Choose the note that is shown with a run, and the step at which a case opens."""

from __future__ import annotations

from viz.analysis.run import Run
from viz.kernel.releases import UnknownVersion
from viz.kernel.versions import Version
from viz.topology import Topology
from viz.trace.model import Trace


def note(topology: Topology, version: Version) -> str:
    """Return the topology's note on what to look at when that version runs, or "" if it has none for the version."""
    return next((topology.notes[key] for key in version.note_keys if key in topology.notes), topology.note or "")


def opening(run: Run, trace: Trace) -> int | None:
    """Return the step that shows what the topology's case is about.

    Return None if the topology has no case, or if the run has another kernel or other zonelists than the topology
    names.
    """
    case = run.topology.case
    return step_where(trace, case.opens) if case and _is_default_run(run) else None


def _is_default_run(run: Run) -> bool:
    """Return whether a run has the kernel and the zonelists that its topology names."""
    try:
        default = Run.of(run.topology)
    except UnknownVersion:
        return False
    return (run.version, run.zonelists) == (default.version, default.zonelists)


def step_where(trace: Trace, wanted: dict[str, str | int]) -> int | None:
    """Return the first step at which every signal named in `wanted` has the value given there, or None.

    For "operation" the value is the name of the operation and any number of its fields, from the first on: "Scan 0 1"
    is the scan in which node 0 found node 1.
    """
    if not wanted.keys() <= trace.signals.keys():
        return None
    signals = [(name, str(value), str(value).split()) for name, value in wanted.items()]
    return next((step for step in range(trace.length) if all(_shows(trace, step, *s) for s in signals)), None)


def _shows(trace: Trace, step: int, name: str, text: str, words: list[str]) -> bool:
    value = trace.at(name, step)
    if name == "operation" and isinstance(value, tuple):
        return [str(field) for field in value[: len(words)]] == words
    return str(value) == text
