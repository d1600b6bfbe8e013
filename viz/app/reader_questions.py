"""Answer the questions of the readers panel: which walks readers can make during a change, and how one happens."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from viz.analysis.run import Run
from viz.app.service import Request
from viz.figures.orders import orders_stage
from viz.figures.panels import shown_at
from viz.kernel.nodemask import NUMA_NO_NODE, node_list
from viz.kernel.releases import named_kernel, version
from viz.kernel.rules.program import file_of
from viz.kernel.versions import POSTED, PROTOCOLS, UNKNOWN, Protocol, Version
from viz.readers.model import Change, Entry, Order, View, Walk, verdict
from viz.readers.outcomes import Outcomes, grades
from viz.readers.patch_claims import claims, reader_claims
from viz.readers.report import change_of, schedule_counts
from viz.readers.report_text import EXCLUSIVE, FOR_PAGES, MEANINGS
from viz.readers.report_text import PROTOCOLS as PROTOCOL_WORDS
from viz.readers.several import TooManyWalks, outcomes_of
from viz.readers.timetable import timetable
from viz.readers.walks import MAX_WALKS, Lister
from viz.topology import Topology, TopologyError
from viz.trace.source_listing import Function, listing_of

MAX_GRADED = 128
"""The largest number of nodes for which every start is examined. For a larger machine only one start is examined."""
MAX_TRIED = 16
"""The largest number of nodes for which all protocols are tried, to say which of them keep readers from cycles."""
MAX_COUNTED = 10_000
"""The largest number of partial sums that are stored to count walks, so that a page waits for about a second. For more
than MANY nodes it is a tenth of that."""
MAX_FOLLOWED = 100_000
"""The largest number of loads that are followed one by one to count walks, if MAX_COUNTED sums are not enough."""
MANY = 256
"""The number of nodes above which only MAX_LISTED_OF_MANY walks are listed."""
MAX_LISTED_OF_MANY = 100
"""The largest number of walks that are listed for more than MANY nodes."""
MAX_DRAWN = 96
"""The largest number of nodes in two orders written as chains by the visitor; larger orders are not drawn."""
PLAIN = "a compiler can reorder plain reads, so no schedule is drawn; `tierscope readers` prints what can be seen"
"""The refusal to draw a schedule of plain reads."""
BAD = ("cycle", "mixed")
"""The verdicts on walks that no reader should make, with the worst verdict first."""


def readers(topology: Topology, question: Request) -> dict[str, Any]:
    """Return the outcomes of a change for one start: all walks, and for each verdict a shortest walk with a schedule.

    The change is an event of the machine, or leads from the chain "old" to the chain "new". If the question has no
    "start", a node with the worst verdicts is taken.
    """
    change, usual = _change(topology, question)
    if change.plain:
        raise TopologyError(PLAIN)
    view = _view(change, usual, question)
    outcomes = outcomes_of(view)
    starts = {start: outcomes.witnesses(start) for start in _starts(change, question)}
    start = _start(starts, question)
    return {
        "protocol": view.protocol,
        "usual": usual,
        "programOrder": view.program_order,
        "old": _order(change.old),
        "new": _order(change.new),
        "starts": [{"start": node, "verdicts": grades(witnesses)} for node, witnesses in starts.items()],
        "start": start,
        "witnesses": {name: _played(view, walk) for name, walk in starts[start].items()},
        **_walks(outcomes, start),
        "safe": _safe_protocols(change, view.program_order),
        "several": change.several,
        "array": _array(topology, question),
        "meanings": MEANINGS,
        "forPages": FOR_PAGES,
        "exclusive": EXCLUSIVE,
        "protocols": PROTOCOL_WORDS,
        "promises": reader_claims(view.protocol) if change.rebuilds == 1 else [],
        "schedules": schedule_counts(change, view.protocol, view.program_order),
        **({"stage": orders_stage(change)} if _chains(question) and len(change.old) <= MAX_DRAWN else {}),
    }


def _safe_protocols(change: Change, program_order: bool) -> list[Protocol] | None:
    """Return the protocols under which no walk of a change is a cycle; None if the change is too large to try all."""
    if len(change.old) > MAX_TRIED:
        return None
    views = {protocol: outcomes_of(View(change, protocol, program_order)) for protocol in PROTOCOLS}
    with suppress(TooManyWalks):
        return [
            protocol
            for protocol, outcomes in views.items()
            if not any("cycle" in outcomes.witnesses(start) for start in change.old)
        ]
    return None


def claims_of_code(topology: Topology, question: Request) -> dict[str, Any]:
    """Return every claim that the patch's comments make in the code of the question's kernel, each with its place.

    A place is a function, and the line at which a run stops when the statement of the claim runs.
    """
    run = Run.of(topology, question.get("kernel"), question.get("zonelists"))
    played = bool(topology.events) and run.version.triggers != UNKNOWN
    return {
        "claims": [
            {"text": claim.text, "verdict": claim.verdict, "because": claim.because}
            | {"file": function.file, "name": function.name}
            | {"line": int(shown_at(function, statement) or statement.first)}
            for function in listing_of(run.version, played, topology.allowed is not None)
            if "this_pass" in run.version.masks and _runs(run.version, function)
            for statement, claimed in claims(function)
            for claim in claimed
        ]
    }


def _runs(row: Version, function: Function) -> bool:
    """Return whether a function of a listing is the one that a row's routine runs; a listing has those of all rows."""
    found = getattr(sys.modules[row.build_order.__module__], function.name, None)
    return found is not None and function.file == file_of(sys.modules[found.__module__])


def walk(topology: Topology, question: Request) -> dict[str, Any]:
    """Return the walk of the question with a schedule that makes it; raise TopologyError if no reader can make it."""
    change, usual = _change(topology, question)
    view, path = _view(change, usual, question), question.get("walk")
    nodes = {NUMA_NO_NODE, *change.old}
    if not isinstance(path, list) or not all(type(node) is int and node in nodes for node in path):
        raise TopologyError("is to be a list of node ids", "walk")
    try:
        if path[1:] and (path[-1] == NUMA_NO_NODE or path[-1] in path[:-1]):
            return _played(view, tuple(path))
    except (KeyError, ValueError):
        pass
    raise TopologyError("no reader can see that", "walk")


def _change(topology: Topology, question: Request) -> tuple[Change, Protocol]:
    """Return the change of the question, and the protocol of its kernel."""
    chains = _chains(question)
    if chains:
        row = version(named_kernel(_kernel(question), topology.kernel or POSTED.name))
        return change_of(*chains, row), row.protocol
    event = question.get("event", 0)
    if type(event) is not int:
        raise TopologyError("is to be a whole number", "event")
    run = Run.of(topology, question.get("kernel"), question.get("zonelists"))
    return run.change(event), run.protocol


def _array(topology: Topology, question: Request) -> str:
    """Return the name of the array that readers read under the kernel of the question."""
    return version(named_kernel(_kernel(question), topology.kernel or POSTED.name)).arrays[0].name


def _kernel(question: Request) -> str | None:
    kernel = question.get("kernel")
    return kernel if isinstance(kernel, str) else None


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


def _starts(change: Change, question: Request) -> list[int]:
    """Return the start nodes to examine: all nodes, or only one if there are more than MAX_GRADED.

    The one node is the "start" of the question, or the lowest node if the question has no start. Raise TopologyError
    if the "start" is no node of the order.
    """
    asked = question.get("start")
    if asked is not None and (type(asked) is not int or asked not in change.old):
        raise TopologyError("is no node of this order", "start")
    if len(change.old) <= MAX_GRADED:
        return sorted(change.old)
    return [min(change.old) if asked is None else asked]


def _start(starts: Mapping[int, Mapping[str, Walk]], question: Request) -> int:
    """Return the "start" of the question or, if it has none, a start with the worst verdicts.

    If several starts have these, return one with the most verdicts.
    """
    asked = question.get("start")
    if isinstance(asked, int):
        return asked
    return min(starts, key=lambda start: (*(bad not in starts[start] for bad in BAD), -len(starts[start]), start))


def _played(view: View, path: Walk) -> dict[str, Any]:
    moments = [[kind, node, _cell(value), stretch] for kind, node, value, stretch in timetable(view, path)]
    return {"seen": list(path), "verdict": verdict(view.change, path), "moments": moments}


def _walks(outcomes: Outcomes, start: int) -> dict[str, Any]:
    change = outcomes.view.change
    max_listed = MAX_WALKS if len(change.old) <= MANY else MAX_LISTED_OF_MANY
    max_counted = MAX_COUNTED // (1 if max_listed == MAX_WALKS else 10)
    listed, number = Lister(outcomes, max_counted, MAX_FOLLOWED).walks(start, max_listed)
    walks = [{"seen": list(path), "verdict": verdict(change, path)} for path in listed]
    return {"walks": walks, "number": None if number is None else str(number)}


def _order(order: Order) -> dict[str, int | str]:
    return {str(node): _cell(entry) for node, entry in order.items()}


def _cell(entry: Entry) -> int | str:
    """Return an entry as the page has it: an id or, where a node may have several targets, a node list."""
    return entry if isinstance(entry, int) else node_list(entry)
