"""The dispatcher: who does what a page asks, the thread that heard it or, where others would have to wait, a process.

A process answers with text that the server only passes on: to take a large answer apart and put it together again
would hold up everybody, too.
"""

from __future__ import annotations

import base64
import gzip
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from viz.app.costs import HEAVY, TooDeep, cost, runs_of, too_long_to_read
from viz.app.endpoints import ASKS, REFUSALS
from viz.app.service import OPENED, Service
from viz.work.limits import LIGHT_AT_ONCE, LIGHT_PATIENCE, LIGHT_WAITING, LIGHT_WORK, MAX_ANSWER
from viz.work.turns import Busy, Refused, Turns
from viz.work.workers import Workers

Answer = dict[str, Any]

BROKEN = "The server failed at this; the fault is its own. Another machine or kernel may do."
TOO_MUCH_MEMORY = "This takes more memory than the server gives to one run. The command line has no such limit."


@dataclass(frozen=True)
class Job:
    """One thing to do: a key of KINDS, what is asked, and the session with what has been read of it already."""

    kind: str
    request: object
    session: Service


@dataclass(frozen=True)
class Client:
    """Who asks: the address that shares are counted by, and whether its connection is gone."""

    address: str = ""
    has_left: Callable[[], bool] = lambda: False


NOBODY = Client()
"""A client that is not told from others, such as that of a test."""


def _play(session: Service, request: object) -> Answer:
    return session.answer(request)


def _chart(session: Service, request: object) -> Answer:
    figure = session.chart(request)
    return {"error": figure} if isinstance(figure, str) else {"figure": figure.to_plotly_json()}


def _asked(name: str) -> Callable[[Service, object], Answer]:
    return lambda session, request: ASKS[name](session, request if isinstance(request, dict) else {})


KINDS: Mapping[str, Callable[[Service, object], Answer]] = {
    "play": _play,
    "chart": _chart,
    **{name: _asked(name) for name in ASKS},
}
"""Everything that a page asks, with the function that answers it: an object with "error", one line, where it cannot."""


def done(job: Job) -> Answer:
    """Return the answer; whatever happens, this raises nothing."""
    try:
        return KINDS[job.kind](job.session, job.request)
    except REFUSALS as error:
        return {"error": str(error)}
    except MemoryError:
        return {"error": TOO_MUCH_MEMORY}
    except Exception as error:
        log_error(error)
        return {"error": BROKEN}


def done_as_text(job: Job) -> Answer:
    """Return the answer as {"json": text}, or {"packed": text} for the player, which unpacks it; an error as it is."""
    answer = done(job)
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


WORKERS = Workers(done_as_text)
"""For all pages that this process serves; they have no process of their own until the first heavy run."""


class Dispatcher:
    """Takes what pages ask; holds no state of any visitor."""

    def __init__(self, session: Service, workers: Workers = WORKERS) -> None:
        self.session = session
        self.workers = workers
        self.light = Turns(LIGHT_AT_ONCE, LIGHT_WAITING)

    def answer(self, kind: str, request: object, client: Client = NOBODY) -> Answer:
        """Return what is asked for, or {"error": one line}; whatever the request is, this raises nothing but TooDeep.

        A refusal that is only for now has "busy", too.
        """
        own = any(one.get("topology") == OPENED for one in runs_of(request))
        job = Job(kind, request, Service(self.session.opened if own else None))
        try:
            return self._done_here(job, client) or self.workers.do(job, client.address, client.has_left)
        except Busy as error:
            return {"error": str(error), "busy": True}
        except Refused as error:
            return {"error": str(error)}
        except TooDeep:
            raise
        except Exception as error:
            log_error(error)
            return {"error": BROKEN}

    def _done_here(self, job: Job, client: Client) -> Answer | None:
        """Return the answer, None where others would notice that it is made here."""
        if too_long_to_read(job.request):
            return None
        with self.light.turn(client.address, LIGHT_PATIENCE, client.has_left):
            return done(job) if self._cost(job) <= LIGHT_WORK else None

    def _cost(self, job: Job) -> float:
        """Return the cost of a job; to refuse something costs little."""
        if not isinstance(job.request, dict):
            return 0
        try:
            return cost(job.kind, job.request, job.session)
        except REFUSALS:
            return 0
        except MemoryError:
            return HEAVY


def log_error(error: BaseException) -> None:
    """Log what kind of error it was and where, and nothing of what a visitor sent."""
    last = error.__traceback__
    while last and last.tb_next:
        last = last.tb_next
    where = f" in {Path(last.tb_frame.f_code.co_filename).name} line {last.tb_lineno}" if last else ""
    logging.getLogger("tierscope").error("a request failed: %s%s", type(error).__name__, where)
