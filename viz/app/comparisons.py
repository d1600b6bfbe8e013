"""What the panel on comparisons asks: a run beside the one on show, and tables of many runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from viz.analysis.compare import Side, differences, ended, sides, told_apart
from viz.analysis.run import Run
from viz.app.service import Request, Service
from viz.figures import css_classes
from viz.figures.stage import stage
from viz.figures.text import choice
from viz.kernel.versions import VERSIONS
from viz.topology import Topology, TopologyError, builtin, builtin_names
from viz.trace import wire
from viz.trace.model import Trace

MAX_DESCRIBED = 16
"""Nodes; of a larger machine a table only says how many demote."""
LEFT_OUT = ("why ", "stack", "watched", "sentence")
"""How the signals begin that a second stage does not show."""


def against(session: Service, question: Request) -> dict[str, Any]:
    """The run that the question calls "other", with its stage, and where the two differ and why.

    Either run may say after how many "events" it ends; without that, after all.
    """
    here, other = _run(session, question), question.get("other")
    if not isinstance(other, dict):
        raise TopologyError("is to be an object", "other")
    b, a = told_apart(*reversed(sides([here, _run(session, other)])))
    return {
        "names": [a.name, b.name],
        "title": b.run.topology.title,
        "kernel": b.run.version.name,
        "trace": wire.dump(_shortened(b.trace)),
        "stage": stage(b.run.topology, b.trace, bool(question.get("narrow"))),
        "classes": {"masks": css_classes.MASKS, "ones": css_classes.ONES, "lacks": css_classes.LACKS},
        "differences": [
            {
                "node": found.node,
                "targets": [choice(targets) if targets else "nowhere" for targets in found.targets],
                "told": list(found.told),
                "steps": [a.scan(found.node), b.scan(found.node)],
                "cause": found.cause,
            }
            for found in differences(a, b)
        ],
        "apart": sorted(set(a.targets()) ^ set(b.targets())),
    }


def versions(topology: Topology, question: Request) -> dict[str, Any]:
    """A row for every version, with what it makes of the machine; differences are from the version in the question."""
    here = Run.of(topology, question.get("kernel"), question.get("zonelists"))
    compared = sides([Run.of(topology, row.name, here.zonelists) for row in VERSIONS])
    first = next(side for side in compared if side.run.version is here.version)
    return {"rows": [_row(side.run.version.name, side, first) for side in compared]}


def machines(topology: Topology, question: Request) -> dict[str, Any]:
    """A row for every built-in machine, with what the version in the question makes of it; `topology` may be one."""
    kernel, zonelists = question.get("kernel"), question.get("zonelists")
    return {"rows": [_machine(builtin(name), name, topology, kernel, zonelists) for name in builtin_names()]}


def _machine(machine: Topology, name: str, shown: Topology, kernel: Any, zonelists: Any) -> dict[str, Any]:
    run = Run.of(machine, kernel, zonelists)
    told = _told_of_builtin(name, run.version.name, run.zonelists)
    return {"name": name, "title": machine.name or machine.title, "told": told, "shown": machine == shown}


@lru_cache(maxsize=4_096)
def _told_of_builtin(name: str, row: str, zonelists: str) -> str:
    """Return what a built-in machine comes to; it is asked for with every pasted one, and never changes."""
    run = Run.of(builtin(name), row, zonelists)
    return _told(Side(run, run.trace(), ""))


def _run(session: Service, spec: Request) -> Run:
    events = spec.get("events")
    if events is not None and type(events) is not int:
        raise TopologyError("is to be a whole number", "events")
    return ended(Run.of(session.topology(spec), spec.get("kernel"), spec.get("zonelists")), events)


def _shortened(trace: Trace) -> Trace:
    """Only what a second stage shows."""
    return replace(trace, signals={n: s for n, s in trace.signals.items() if not n.startswith(LEFT_OUT)})


def _row(name: str, side: Side, first: Side) -> dict[str, Any]:
    one, other = first.targets(), side.targets()
    return {"name": name, "told": _told(side), "differs": [n for n in other if set(other[n]) != set(one[n])]}


def _told(side: Side) -> str:
    """ "0 → 1, 3 → 4 or 5", or how many nodes demote."""
    targets: Mapping[int, Sequence[int]] = {node: found for node, found in side.targets().items() if found}
    if len(side.trace.nodes) > MAX_DESCRIBED:
        return f"{len(targets)} of {len(side.trace.nodes)} nodes demote"
    return ", ".join(f"{node} → {choice(list(found))}" for node, found in targets.items()) or "no target at all"
