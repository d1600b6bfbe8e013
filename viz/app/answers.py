"""Answer questions of the page. If a question has no answer, the result is one line that says why.

This module and all that it imports run in the server, in its worker processes, and in a visitor's browser
(viz/site). So none of them imports Flask, Dash, plotly or the pool of processes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from viz.app import pressure_questions
from viz.app.costs import FILL
from viz.app.endpoints import ASKS, REFUSALS
from viz.app.service import Service
from viz.kernel.rules import own_files

Answer = dict[str, Any]

BROKEN = "The server failed at this; the fault is its own. Another machine or kernel may do."
TOO_MUCH_MEMORY = "This takes more memory than the server gives to one run. The command line has no such limit."


@dataclass(frozen=True)
class Job:
    """A question to answer: a key of KINDS, the request, and the service with the machines that it has already read."""

    kind: str
    request: object
    service: Service


def _play(service: Service, request: object) -> Answer:
    return service.answer(request)


def _chart(service: Service, request: object) -> Answer:
    if isinstance(request, dict) and request.get("chart") == FILL:
        return pressure_questions.fill(service, request)
    figure = service.chart(request)
    return {"error": figure} if isinstance(figure, str) else {"figure": figure}


def _asked(name: str) -> Callable[[Service, object], Answer]:
    return lambda service, request: ASKS[name](service, request if isinstance(request, dict) else {})


KINDS: Mapping[str, Callable[[Service, object], Answer]] = {
    "play": _play,
    "chart": _chart,
    **{name: _asked(name) for name in ASKS},
}
"""Every kind of question with the function that answers it; an answer may be {"error": one line}."""


def answer_job(job: Job) -> Answer:
    """Return the answer, or {"error": one line} after any exception."""
    try:
        own_files.register_all(job.service.files)
        return KINDS[job.kind](job.service, job.request)
    except REFUSALS as error:
        return {"error": str(error)}
    except MemoryError:
        return {"error": TOO_MUCH_MEMORY}
    except Exception as error:
        log_error(error)
        return {"error": BROKEN}


def log_error(error: BaseException) -> None:
    """Log the kind of the error and its place in the code, and nothing that a visitor sent."""
    last = error.__traceback__
    while last and last.tb_next:
        last = last.tb_next
    where = f" in {Path(last.tb_frame.f_code.co_filename).name} line {last.tb_lineno}" if last else ""
    logging.getLogger("tierscope").error("a request failed: %s%s", type(error).__name__, where)
