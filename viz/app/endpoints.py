"""Answer the questions of the tools and dialogs. Each question has a path of its own.

The page sends the question as a JSON object to the path, and gets the answer as a JSON object. These questions are not
Dash callbacks, because a tool must know at once when the server cannot be reached, which Dash does not report.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from viz.analysis.compare import NoSuchEvent
from viz.analysis.kernel_log import Comparison
from viz.analysis.run import NoReaders, Run
from viz.analysis.stranding import Amount
from viz.app import (
    comparisons,
    doctor_questions,
    event_questions,
    export_questions,
    new_machine,
    picture_questions,
    pressure_questions,
    qr_code,
    reader_questions,
    rule_questions,
    run_questions,
    talks,
)
from viz.app.qr_code import NoQrCode
from viz.app.service import Request, Service
from viz.figures import stranding_chart
from viz.kernel.releases import UnknownVersion
from viz.page.modules import MissingModule
from viz.readers.orders import WrongChain
from viz.readers.several import TooManyWalks
from viz.topology import Topology, TopologyError
from viz.topology.formats.kernel_log import printed_lists
from viz.topology.quantities import MAX_CPUS_IN_ALL, memory_bytes
from viz.topology.writers import ENDINGS, WRITERS, write
from viz.trace.conditions import ConditionError, parse


def _stranding(topology: Topology, question: Request) -> dict[str, Any]:
    """Return how many jobs of one shape fit into the whole machine, and how many if each must fit into one node.

    The question has the cores of a job as "cpus" and its memory as "memory". Raise TopologyError if they are wrong.
    """
    cores, memory = question.get("cpus"), question.get("memory")
    if type(cores) is not int or not 0 <= cores <= MAX_CPUS_IN_ALL:
        raise TopologyError("is to be a whole number, not negative", "cpus")
    try:
        job = Amount(cores, memory_bytes(memory))
    except ValueError as error:
        raise TopologyError(str(error), "memory") from None
    if not any(job):
        raise TopologyError("a job needs cores or memory")
    return stranding_chart.packings(topology, job, stranding_chart.unit_of(str(memory)))


def _write(topology: Topology, question: Request) -> dict[str, Any]:
    """Return the machine in the format "form" of the question, what that format cannot hold, and the ending of a file.

    Raise TopologyError if there is no such format.
    """
    form = question.get("form")
    if form not in WRITERS:
        raise TopologyError(f"is one of {', '.join(WRITERS)}", "form")
    written = write(topology, form)
    return {"text": written.text, "losses": list(written.losses), "ending": ENDINGS[form]}


def _log(topology: Topology, question: Request) -> dict[str, Any]:
    """Return the result of comparing a kernel's printed lists with a run: a finding for each list, and one for all."""
    log = question.get("log")
    printed = printed_lists(log if isinstance(log, str) else "", "the log")
    run = Run.of(topology, question.get("kernel"), question.get("zonelists"))
    return {"findings": [asdict(finding) for finding in Comparison(run, printed).findings()]}


def _condition(_service: Service, question: Request) -> dict[str, Any]:
    """Return the tree of the condition in the question; raise ConditionError if the text is no condition."""
    text = question.get("condition")
    return {"tree": parse(text if isinstance(text, str) else "")}


Answerer = Callable[[Service, Request], dict[str, Any]]


def _of_machine(answer: Callable[[Topology, Request], dict[str, Any]]) -> Answerer:
    """Return an Answerer that reads the machine of the question and passes it to `answer`."""
    return lambda service, question: answer(service.topology(question), question)


ASKS: Mapping[str, Answerer] = {
    "whole": lambda service, question: service.answer(question, whole=True),
    "stranding": _of_machine(_stranding),
    "readers": _of_machine(reader_questions.readers),
    "walk": _of_machine(reader_questions.walk),
    "claims": _of_machine(reader_questions.claims_of_code),
    "events": _of_machine(event_questions.events),
    "rebuilds": _of_machine(event_questions.counted),
    "picture": _of_machine(picture_questions.picture),
    "animation": _of_machine(picture_questions.animation),
    "pressure": _of_machine(pressure_questions.pressure),
    "pressure-why": _of_machine(pressure_questions.pressure_why),
    "write": _of_machine(_write),
    "export": export_questions.export,
    "log": _of_machine(_log),
    "against": comparisons.against,
    "versions": _of_machine(comparisons.versions),
    "machines": _of_machine(comparisons.machines),
    "findings": run_questions.findings,
    "halls": _of_machine(run_questions.halls),
    "shape": new_machine.shape,
    "doctor": doctor_questions.doctor,
    "condition": _condition,
    "rules": _of_machine(rule_questions.rules),
    "patch": _of_machine(rule_questions.patch),
    "qr": qr_code.qr,
    "talk": lambda _service, question: talks.talk(question),
}
"""The name of every question, with the function that answers it."""

REFUSALS = (
    ConditionError,
    MissingModule,
    NoQrCode,
    NoReaders,
    NoSuchEvent,
    TooManyWalks,
    TopologyError,
    UnknownVersion,
    WrongChain,
)
"""The exceptions whose message says in one line why there is no answer."""
