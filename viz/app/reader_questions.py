"""What the panel on readers asks: what can be seen of a change, and how a walk comes about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from viz.analysis.run import Run
from viz.app.service import Request
from viz.figures.orders import orders_stage
from viz.kernel.nodemask import NUMA_NO_NODE
from viz.kernel.versions import PROTOCOLS, Protocol
from viz.readers.model import Change, View, Walk, verdict
from viz.readers.outcomes import Outcomes, grades
from viz.readers.patch_claims import reader_claims
from viz.readers.report import change_of, schedule_counts
from viz.readers.report_text import MEANINGS
from viz.readers.timetable import timetable
from viz.readers.walks import MAX_WALKS, Lister
from viz.topology import Topology, TopologyError

MAX_GRADED = 128
"""Nodes; of a larger machine only the one start that is asked for is looked at."""
MAX_COUNTED, MAX_FOLLOWED, MAX_LISTED_OF_MANY, MANY = 10_000, 100_000, 100, 256
"""A page waits a second for a number of walks, not ten; of more nodes than MANY fewer walks are listed."""
MAX_DRAWN = 96
BAD = ("cycle", "mixed")
"""What no reader should see, worst first."""


def readers(topology: Topology, question: Request) -> dict[str, Any]:
    """All outcomes of one change for one start: verdicts, a shortest witness each with a schedule, and the walks.

    The change is an event of the machine, or "old" and "new" as chains. Without a "start" it is a start from which
    as much as possible can go wrong.
    """
    change, usual = _change(topology, question)
    view = _view(change, usual, question)
    outcomes = Outcomes(view)
    starts = {start: outcomes.witnesses(start) for start in _graded(change, question)}
    start = _start(starts, question)
    return {
        "protocol": view.protocol,
        "usual": usual,
        "programOrder": view.program_order,
        "old": _order(change.old),
        "new": _order(change.new),
        "starts": [{"start": node, "verdicts": grades(found)} for node, found in starts.items()],
        "start": start,
        "witnesses": {name: _played(view, walk) for name, walk in starts[start].items()},
        **_walks(outcomes, start),
        "meanings": MEANINGS,
        "promises": reader_claims(view.protocol),
        "schedules": schedule_counts(change, view.protocol, view.program_order),
        **({"stage": orders_stage(change)} if _chains(question) and len(change.old) <= MAX_DRAWN else {}),
    }


def walk(topology: Topology, question: Request) -> dict[str, Any]:
    """One walk with a schedule that makes it."""
    change, usual = _change(topology, question)
    view, seen = _view(change, usual, question), question.get("walk")
    nodes = {NUMA_NO_NODE, *change.old}
    if not isinstance(seen, list) or not all(type(node) is int and node in nodes for node in seen):
        raise TopologyError("is to be a list of node ids", "walk")
    try:
        if seen[1:] and (seen[-1] == NUMA_NO_NODE or seen[-1] in seen[:-1]):
            return _played(view, tuple(seen))
    except (KeyError, ValueError):
        pass
    raise TopologyError("no reader can see that", "walk")


def _change(topology: Topology, question: Request) -> tuple[Change, Protocol]:
    """What changes, and the protocol of the kernel that changes it."""
    chains = _chains(question)
    if chains:
        return change_of(*chains), "barrier"
    event = question.get("event", 0)
    if type(event) is not int:
        raise TopologyError("is to be a whole number", "event")
    run = Run.of(topology, question.get("kernel"), question.get("zonelists"))
    return run.change(event), run.protocol


def _chains(question: Request) -> tuple[str, str] | None:
    old, new = question.get("old"), question.get("new")
    if isinstance(old, str) and isinstance(new, str):
        return old, new
    return None


def _view(change: Change, usual: Protocol, question: Request) -> View:
    protocol = question.get("protocol") or usual
    if protocol not in PROTOCOLS:
        raise TopologyError(f"is one of {', '.join(PROTOCOLS)}", "protocol")
    return View(change, protocol, question.get("programOrder") is True)


def _graded(change: Change, question: Request) -> list[int]:
    asked = question.get("start")
    if asked is not None and (type(asked) is not int or asked not in change.old):
        raise TopologyError("is no node of this order", "start")
    if len(change.old) <= MAX_GRADED:
        return sorted(change.old)
    return [min(change.old) if asked is None else asked]


def _start(starts: Mapping[int, Mapping[str, Walk]], question: Request) -> int:
    """The start that is asked for, else one from where a walk can go round or mix, and of those with most to see."""
    asked = question.get("start")
    if isinstance(asked, int):
        return asked
    return min(starts, key=lambda start: (*(bad not in starts[start] for bad in BAD), -len(starts[start]), start))


def _played(view: View, seen: Walk) -> dict[str, Any]:
    moments = [list(moment) for moment in timetable(view, seen)]
    return {"seen": list(seen), "verdict": verdict(view.change, seen), "moments": moments}


def _walks(outcomes: Outcomes, start: int) -> dict[str, Any]:
    change = outcomes.view.change
    most = MAX_WALKS if len(change.old) <= MANY else MAX_LISTED_OF_MANY
    first, number = Lister(outcomes, MAX_COUNTED // (1 if most == MAX_WALKS else 10), MAX_FOLLOWED).walks(start, most)
    told = [{"seen": list(seen), "verdict": verdict(change, seen)} for seen in first]
    return {"walks": told, "number": None if number is None else str(number)}


def _order(order: Mapping[int, int]) -> dict[str, int]:
    return {str(node): target for node, target in order.items()}
