"""Collect what an exported file with several machines and kernels needs without a server.

It has the same form as that of an exported talk (viz.app.held), without the keys of a talk, and with "machines": the
name and the title of each. The file answers what its tools ask: comparisons of its runs, events, readers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from viz.analysis.run import Run
from viz.app.held_answers import NO_ANSWER, answer, key_of
from viz.app.service import Request, Service
from viz.page.player_data import play_alone
from viz.topology import Topology

MAX_RUNS = 24
"""The largest number of runs in a file; every two of them are compared."""
MAX_COMPARED_EVENTS = 6
"""The largest number of events for which the file compares the orders before and after each of them."""
MAX_STARTS = 8
"""The largest number of nodes for which the file has the walks from each of them."""
OF_THE_RUN = ("trace", "stage", "classes")
"""The parts of a comparison that are those of the other run, which the file holds anyway."""


class TooManyRuns(ValueError):
    """The error for more runs than a file holds; its message is one line."""


class _Machines(Service):
    """A service that knows the machines of a file by their names."""

    def __init__(self, machines: Mapping[str, Topology]) -> None:
        super().__init__()
        self.machines = machines

    def topology(self, request: object) -> Topology:
        """Return the machine that a request names."""
        name = request.get("topology") if isinstance(request, dict) else None
        return self.machines[str(name)]


def held_machines(
    machines: Mapping[str, Topology], kernels: Sequence[str | None], zonelists: str | None = None
) -> dict[str, Any]:
    """Return the runs of all machines, by their names in the file, under all kernels, and the answers of the tools.

    None stands for the kernel of the machine. Raise TooManyRuns if these are too many.
    """
    if len(machines) * len(kernels) > MAX_RUNS:
        raise TooManyRuns(f"a file holds up to {MAX_RUNS} runs; these are {len(machines) * len(kernels)}")
    runs = {}
    for name, topology in machines.items():
        for kernel in kernels:
            run = Run.of(topology, kernel, zonelists)
            runs[key_of(_request(name, run))] = (_request(name, run), run)
    service = _Machines(machines)
    answers: dict[str, Any] = {}
    for request, run in runs.values():
        others = [other for other, _ in runs.values() if other != request]
        for name, question in _questions(request, run, others):
            with suppress(*NO_ANSWER):
                answers[f"{name} {key_of(question)}"] = _answer(service, name, question)
        answers |= _other_starts(service, request, run, answers)
    return {
        "machines": [[name, topology.title] for name, topology in machines.items()],
        "order": list(runs),
        "runs": {key: play_alone(run) | {"request": request} for key, (request, run) in runs.items()},
        "answers": answers,
    }


def _request(name: str, run: Run) -> Request:
    return {"topology": name, "kernel": run.asked, "zonelists": run.zonelists}


def _questions(request: Request, run: Run, others: Sequence[Request]) -> Iterator[tuple[str, Request]]:
    """Yield the questions that the tools ask about a run, as the page asks them."""
    yield "events", request
    yield "rebuilds", request
    yield "versions", request
    for other in others:
        yield "against", request | {"other": other}
    events = len(run.topology.events)
    for event in range(events + 1):
        yield "readers", request | {"event": event, "programOrder": False}
    for event in range(1, events + 1) if events <= MAX_COMPARED_EVENTS else ():
        yield "against", request | {"events": event, "other": request | {"events": event - 1}}


def _other_starts(service: _Machines, request: Request, run: Run, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers about readers that start at the other nodes, with the usual protocol of the run."""
    found: dict[str, Any] = {}
    if len(run.topology.nodes) > MAX_STARTS:
        return found
    for event in range(len(run.topology.events) + 1):
        question = request | {"event": event, "programOrder": False}
        usual = answers.get(f"readers {key_of(question)}") or {"starts": ()}
        for start in usual["starts"]:
            asked = question | {"protocol": usual["protocol"], "start": start["start"]}
            with suppress(*NO_ANSWER):
                found[f"readers {key_of(asked)}"] = _answer(service, "readers", asked)
    return found


def _answer(service: _Machines, name: str, question: Request) -> dict[str, Any]:
    """Return the answer to a question; a comparison with a run of the file names that run as "of"."""
    found = answer(service, name, question)
    if name != "against" or "events" in question:
        return found
    return {key: value for key, value in found.items() if key not in OF_THE_RUN} | {"of": key_of(question["other"])}
