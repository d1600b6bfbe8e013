"""Answer the questions of the comparison panel: a second run beside the one that is shown, and tables of many runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from viz.analysis.compare import Side, after_events, differences, sides, with_distinct_names
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
"""The largest number of nodes for which a table names all targets; for more it counts the nodes that demote."""
HIDDEN_SIGNALS = ("why ", "stack", "watched", "sentence")
"""The prefixes of the signals that are not sent for the second run, because its stage does not show them."""


def against(service: Service, question: Request) -> dict[str, Any]:
    """Return the run that "other" describes, with its stage, and where and why it differs from the question's own run.

    The question and "other" may each have "events", the number of events after which their run ends. Without it, all
    events of the run happen. Raise TopologyError if "other" is no object.
    """
    shown, other = _run(service, question), question.get("other")
    if not isinstance(other, dict):
        raise TopologyError("is to be an object", "other")
    b, a = with_distinct_names(*reversed(sides([shown, _run(service, other)])))
    return {
        "names": [a.name, b.name],
        "title": b.run.topology.title,
        "kernel": b.run.version.name,
        "trace": wire.dump(_shortened(b.trace)),
        "stage": stage(b.run.topology, b.trace, bool(question.get("narrow"))),
        "classes": {"masks": css_classes.MASKS, "ones": css_classes.SINGLES, "lacks": css_classes.ABSENT},
        "differences": [
            {
                "node": difference.node,
                "targets": [choice(targets) if targets else "nowhere" for targets in difference.targets],
                "told": list(difference.told),
                "steps": [a.scan(difference.node), b.scan(difference.node)],
                "cause": difference.cause,
            }
            for difference in differences(a, b)
        ],
        "apart": sorted(set(a.targets()) ^ set(b.targets())),
    }


def versions(topology: Topology, question: Request) -> dict[str, Any]:
    """Return a row for every kernel version with the targets that it chooses for the machine.

    Each row lists the nodes whose targets differ from those that the version in the question chooses.
    """
    asked = Run.of(topology, question.get("kernel"), question.get("zonelists"))
    names = [row.name for row in VERSIONS]
    names += [asked.version.name] if asked.version.name not in names else []
    compared = sides([Run.of(topology, name, asked.zonelists) for name in names])
    reference = next(side for side in compared if side.run.version.name == asked.version.name)
    return {"rows": [_row(side.run.version.name, side, reference) for side in compared]}


def machines(topology: Topology, question: Request) -> dict[str, Any]:
    """Return a row for every built-in machine with the targets that the version in the question chooses.

    The row of a machine that equals `topology` is marked as shown.
    """
    kernel, zonelists = question.get("kernel"), question.get("zonelists")
    return {"rows": [_machine(builtin(name), name, topology, kernel, zonelists) for name in builtin_names()]}


def _machine(machine: Topology, name: str, shown: Topology, kernel: Any, zonelists: Any) -> dict[str, Any]:
    run = Run.of(machine, kernel, zonelists)
    cached = _targets_of_builtin if run.version.patch is None else _targets_of_builtin.__wrapped__
    targets = cached(name, run.version.name, run.zonelists)
    return {"name": name, "title": machine.name or machine.title, "told": targets, "shown": machine == shown}


@lru_cache(maxsize=4_096)
def _targets_of_builtin(name: str, kernel: str, zonelists: str) -> str:
    """Return _targets_text() of a built-in machine.

    The text is cached because the table shows all built-in machines, whichever machine the page shows.
    """
    run = Run.of(builtin(name), kernel, zonelists)
    return _targets_text(Side(run, run.trace(), ""))


def _run(service: Service, spec: Request) -> Run:
    events = spec.get("events")
    if events is not None and type(events) is not int:
        raise TopologyError("is to be a whole number", "events")
    return after_events(Run.of(service.topology(spec), spec.get("kernel"), spec.get("zonelists")), events)


def _shortened(trace: Trace) -> Trace:
    """Return the trace with only those signals that the stage of the second run shows."""
    return replace(trace, signals={n: s for n, s in trace.signals.items() if not n.startswith(HIDDEN_SIGNALS)})


def _row(name: str, side: Side, reference: Side) -> dict[str, Any]:
    usual, targets = reference.targets(), side.targets()
    differing = [node for node in targets if set(targets[node]) != set(usual[node])]
    return {"name": name, "told": _targets_text(side), "differs": differing}


def _targets_text(side: Side) -> str:
    """Return the targets as "0 → 1, 3 → 4 or 5"; for more than MAX_DESCRIBED nodes, how many of them demote."""
    targets: Mapping[int, Sequence[int]] = {node: nodes for node, nodes in side.targets().items() if nodes}
    if len(side.trace.nodes) > MAX_DESCRIBED:
        return f"{len(targets)} of {len(side.trace.nodes)} nodes demote"
    return ", ".join(f"{node} → {choice(list(nodes))}" for node, nodes in targets.items()) or "no target at all"
