"""The desk: who does what a page asks, the thread that heard it or, where others would have to wait, a process.

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

from viz.app.asking import ASKS, COSTS, REFUSALS
from viz.app.session import OPENED, Opened, Session, at_first
from viz.work.limits import LIGHT_TEXT, LIGHT_WORK, MAX_ANSWER
from viz.work.workers import Busy, Refused, Workers

Answer = dict[str, Any]

BROKEN = "The server failed at this; the fault is its own. Another machine or kernel may do."
TOO_MUCH_MEMORY = "This takes more memory than the server gives to one run. The command line has no such limit."
PACKED = ("H4sI", "Qlpo", "/Td6")
"""How gzip, bzip2 and xz begin in base64."""


@dataclass(frozen=True)
class Job:
    """One thing to do: a key of KINDS, what is asked, and the server's own file where that is what it is about."""

    kind: str
    request: object
    opened: Opened | None


def _play(session: Session, request: object) -> Answer:
    return session.answer(request)


def _chart(session: Session, request: object) -> Answer:
    figure = session.chart(request)
    return {"error": figure} if isinstance(figure, str) else {"figure": figure.to_plotly_json()}


def _asked(name: str) -> Callable[[Session, object], Answer]:
    return lambda session, request: ASKS[name](session, request if isinstance(request, dict) else {})


KINDS: Mapping[str, Callable[[Session, object], Answer]] = {
    "play": _play,
    "chart": _chart,
    **{name: _asked(name) for name in ASKS},
}
"""Everything that a page asks, with the function that answers it: an object with "error", one line, where it cannot."""


def done(job: Job) -> Answer:
    """The answer; whatever happens, it raises nothing."""
    try:
        return KINDS[job.kind](Session(job.opened), job.request)
    except REFUSALS as error:
        return {"error": str(error)}
    except MemoryError:
        return {"error": TOO_MUCH_MEMORY}
    except Exception as error:
        tell_of(error)
        return {"error": BROKEN}


def done_as_text(job: Job) -> Answer:
    """The answer as {"json": text}, or {"packed": text} for the player, which unpacks it; an error as it is."""
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


class Desk:
    """Takes what pages ask; holds no state of any visitor."""

    def __init__(self, session: Session, workers: Workers = WORKERS) -> None:
        self.session = session
        self.workers = workers

    def answer(self, kind: str, request: object) -> Answer:
        """What is asked for, or {"error": one line}; whatever the request is, it raises nothing.

        A refusal that is only for now has "busy", too.
        """
        own = any(one.get("topology") == OPENED for one in _runs_of(request))
        job = Job(kind, request, self.session.opened if own else None)
        try:
            return self.workers.do(job) if self._heavy(job) else done(job)
        except Busy as error:
            return {"error": str(error), "busy": True}
        except Refused as error:
            return {"error": str(error)}
        except Exception as error:
            tell_of(error)
            return {"error": BROKEN}

    def _heavy(self, job: Job) -> bool:
        """Whether others would notice that it is done here; a machine that is refused is refused quickly."""
        runs = _runs_of(job.request)
        texts = [value for run in runs for value in run.values() if isinstance(value, str)]
        if sum(map(len, texts)) > LIGHT_TEXT or any(text.startswith(PACKED) for text in texts):
            return True
        try:
            work = sum(self._work(job.kind, run) for run in runs)
        except REFUSALS:
            return False
        return work * COSTS.get(job.kind, 1) > LIGHT_WORK

    def _work(self, kind: str, request: Answer) -> int:
        """The nodes of a run, each counted once for the first order and once more for every event."""
        machine = self.session.topology(request)
        first = at_first(machine) if kind == "play" else None
        return len(machine.nodes) * (1 + (len(machine.events) if first is None else first))


def _runs_of(request: object) -> list[Answer]:
    """The runs that a request names: its own, and the "other" where it has one."""
    if not isinstance(request, dict):
        return []
    other = request.get("other")
    return [request, other] if isinstance(other, dict) else [request]


def tell_of(error: BaseException) -> None:
    """Whoever runs the server reads what kind of error it was and where, and nothing of what a visitor sent."""
    last = error.__traceback__
    while last and last.tb_next:
        last = last.tb_next
    where = f" in {Path(last.tb_frame.f_code.co_filename).name} line {last.tb_lineno}" if last else ""
    logging.getLogger("tierscope").error("a request failed: %s%s", type(error).__name__, where)
