"""Answer light questions of a page in the thread of the request, and heavy ones in a worker process.

A worker process returns JSON text, which the server passes on unchanged: parsing a large answer and writing it again
would delay all other requests.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from viz.app.answers import BROKEN, TOO_MUCH_MEMORY, Answer, Job, answer_job, log_error
from viz.app.costs import HEAVY, TooDeep, cost, runs_of, too_long_to_read
from viz.app.endpoints import ASKS, REFUSALS
from viz.app.service import OPENED, Service
from viz.work.fair_queue import Busy, FairQueue, Refused
from viz.work.limits import LIGHT_AT_ONCE, LIGHT_PATIENCE, LIGHT_WAITING, LIGHT_WORK, MAX_ANSWER
from viz.work.workers import Workers


@dataclass(frozen=True)
class Client:
    """A client: the address under which its requests are counted, and whether it has closed its connection."""

    address: str = ""
    has_left: Callable[[], bool] = lambda: False
    waiting: Callable[[], AbstractContextManager[None]] = nullcontext
    """A context in which the thread only waits, so that the server may let another thread run."""


NOBODY = Client()
"""A client without an address, such as that of a test."""


def answer_job_as_text(job: Job) -> Answer:
    """Return the answer as {"json": text}, or as {"packed": text} for the player; an error stays an object."""
    answer = answer_job(job)
    if "error" in answer:
        return answer
    try:
        text = json.dumps(answer, separators=(",", ":"))
        if len(text) > MAX_ANSWER:
            return {"error": f"The answer is too long for a page: {len(text) // 2**20} MiB. The command line gives it."}
        if job.kind in ASKS:
            return {"json": text}
        return {"packed": base64.b64encode(gzip.compress(text.encode(), 6, mtime=0)).decode()}
    except MemoryError:
        return {"error": TOO_MUCH_MEMORY}


WORKERS = Workers(answer_job_as_text)
"""The worker processes of this server; the first heavy run starts the first of them."""


class Dispatcher:
    """Answers the questions of pages; it holds no state of any visitor."""

    def __init__(self, service: Service, workers: Workers = WORKERS) -> None:
        self.service = service
        self.workers = workers
        self.light_queue = FairQueue(LIGHT_AT_ONCE, LIGHT_WAITING)

    def answer(self, kind: str, request: object, client: Client = NOBODY) -> Answer:
        """Return the answer, or {"error": one line}; a refusal because the server is busy also has "busy": True.

        Raise TooDeep, but nothing else, whatever the request is.
        """
        needs_opened = any(run.get("topology") == OPENED for run in runs_of(request))
        job = Job(kind, request, Service(self.service.opened if needs_opened else None, self.service.kernel))
        try:
            return self._answer_light(job, client) or self._answer_heavy(job, client)
        except Busy as error:
            return {"error": str(error), "busy": True}
        except Refused as error:
            return {"error": str(error)}
        except TooDeep:
            raise
        except Exception as error:
            log_error(error)
            return {"error": BROKEN}

    def answer_if_light(self, kind: str, request: object) -> Answer | None:
        """Return the answer to a question that the server asks itself; None if the question is heavy."""
        return self._answer_light(Job(kind, request, Service(self.service.opened, self.service.kernel)), NOBODY)

    def _answer_light(self, job: Job, client: Client) -> Answer | None:
        """Return the answer to a light question; None if the question is heavy."""
        if too_long_to_read(job.request):
            return None
        with self.light_queue.place(client.address, LIGHT_PATIENCE, client.has_left):
            return answer_job(job) if self._cost(job) <= LIGHT_WORK else None

    def _answer_heavy(self, job: Job, client: Client) -> Answer:
        """Return the answer of a worker process."""
        with client.waiting():
            return self.workers.do(job, client.address, client.has_left)

    def _cost(self, job: Job) -> float:
        """Return the cost of a job; 0 if it will be refused."""
        if not isinstance(job.request, dict):
            return 0
        try:
            return cost(job.kind, job.request, job.service)
        except REFUSALS:
            return 0
        except MemoryError:
            return HEAVY
