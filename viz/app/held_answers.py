"""Answer the questions of tools for an exported file, which holds the answers by the text of their questions."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from viz.analysis.run import NoReaders
from viz.app import comparisons, event_questions, reader_questions, run_questions
from viz.app.service import Request, Service
from viz.readers.orders import WrongChain
from viz.readers.several import TooManyWalks
from viz.topology import Topology, TopologyError

NO_ANSWER = (NoReaders, TooManyWalks, TopologyError, WrongChain)
"""The errors that say why a question of a tool has no answer; a file lacks it then, as the page of a server does."""
OF_RUNS: Mapping[str, Callable[[Service, Request], dict[str, Any]]] = {
    "against": comparisons.against,
    "findings": run_questions.findings,
}
OF_MACHINES: Mapping[str, Callable[[Topology, Request], dict[str, Any]]] = {
    "events": event_questions.events,
    "halls": run_questions.halls,
    "readers": reader_questions.readers,
    "rebuilds": event_questions.counted,
    "versions": comparisons.versions,
}
"""The questions that a file can hold, with the functions that answer them as viz.app.endpoints does."""


def key_of(question: Request) -> str:
    """Return the text under which the answer to a question is held."""
    pairs = [[name, key_of(value) if isinstance(value, dict) else value] for name, value in sorted(question.items())]
    return json.dumps(pairs, separators=(",", ":"), ensure_ascii=False)


def answer(service: Service, name: str, question: Request) -> dict[str, Any]:
    """Return the answer to a question, as a server gives it; raise an error of NO_ANSWER if it has none."""
    if name in OF_RUNS:
        return OF_RUNS[name](service, question)
    return OF_MACHINES[name](service.topology(question), question)
