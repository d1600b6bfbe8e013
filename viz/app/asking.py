"""What the tools beside the stage ask, each question a path of its own: a document goes in, a document comes out.

They are not Dash callbacks, because the panel that asks has to hear, at once and itself, that no server is there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from viz.app import comparing, readers, scenario, shaping
from viz.app.session import Request, Session
from viz.compare import NoSuchEvent
from viz.kernel.versions import VERSIONS, UnknownVersion
from viz.kernel_log import Comparison
from viz.run import NoReaders, Run
from viz.stranding import Amount, Packing, stranding
from viz.topology import Topology, TopologyError
from viz.topology.formats.ranking import said_in
from viz.topology.writers import WRITERS, write
from viz.trace.seen import WrongChain

GIB = 2**30
LARGEST_JOB = 2**40
"""Cores, or bytes in a GiB: what no machine has."""


def _stranding(topology: Topology, question: Request) -> dict[str, Any]:
    """Jobs of so many cores and so many GiB, packed without walls and with one around each node."""
    job = Amount(_whole(question, "cpus"), _whole(question, "gib") * GIB)
    if not any(job):
        raise TopologyError("a job needs cores or memory")
    nodes = [Amount(node.cpu_count, node.memory if node.has_memory else 0) for node in topology.nodes if node.online]
    open_bins, walled = stranding(nodes, job)
    return {"open": _told(open_bins), "walled": _told(walled)}


def _told(packing: Packing) -> dict[str, int]:
    return {"jobs": packing.jobs, "cores": packing.stranded.cores, "memory": packing.stranded.memory}


def _whole(question: Request, key: str) -> int:
    value = question.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= LARGEST_JOB:
        raise TopologyError("is to be a whole number, not negative", key)
    return value


def _write(topology: Topology, question: Request) -> dict[str, Any]:
    """The machine in another format, and what that does not hold."""
    form = question.get("form")
    if form not in WRITERS:
        raise TopologyError(f"is one of {', '.join(WRITERS)}", "form")
    written = write(topology, form)
    return {"text": written.text, "losses": list(written.losses)}


def _log(topology: Topology, question: Request) -> dict[str, Any]:
    """What a kernel printed against what it would print here: a finding for each list, the whole of it last."""
    log = question.get("log")
    said = said_in(log if isinstance(log, str) else "", "the log")
    run = Run.of(topology, question.get("kernel"), question.get("zonelists"))
    return {"findings": [asdict(finding) for finding in Comparison(run, said).findings()]}


Answerer = Callable[[Session, Request], dict[str, Any]]


def _of_machine(answer: Callable[[Topology, Request], dict[str, Any]]) -> Answerer:
    """The same, of the one machine that the question names."""
    return lambda session, question: answer(session.topology(question), question)


ASKS: Mapping[str, Answerer] = {
    "stranding": _of_machine(_stranding),
    "readers": _of_machine(readers.readers),
    "walk": _of_machine(readers.walk),
    "events": _of_machine(scenario.events),
    "rebuilds": _of_machine(scenario.counted),
    "write": _of_machine(_write),
    "log": _of_machine(_log),
    "against": comparing.against,
    "versions": _of_machine(comparing.versions),
    "machines": _of_machine(comparing.machines),
    "shape": shaping.shape,
}
"""Every question with the function that answers it."""

COSTS: Mapping[str, int] = {
    "events": 0,
    "log": 2 * len(VERSIONS),
    "versions": len(VERSIONS),
    "against": 2,
}
"""How many runs of the machine a question is worth, where it is not one; viz.app.desk asks.

Those of "rebuilds" are five, but none is recorded."""

REFUSALS = (NoReaders, NoSuchEvent, TopologyError, UnknownVersion, WrongChain)
"""What says, in one line, that there is no answer."""
