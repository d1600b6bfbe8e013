"""Workers: a few processes that take heavy work off the threads that serve everybody.

Python runs one thread at a time, so a run of a second in a thread is a second that is taken from all visitors. A
process has its own time, can be ended when it takes too long, and gives its memory back.

    request --turn?--> waits for a place --> an idle process, or a new one --> answer
              | no            | too long            | too slow, or the client has left: ended
              +--> Refused <--+---------------------+
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.connection import Connection
from threading import Lock
from typing import Any

from viz.work.limits import Limits
from viz.work.peak import peak
from viz.work.turns import LOOK, Left, Refused, Turns

if sys.platform != "win32":  # there, a run is bounded in time only
    import resource

GRACE = 5
"""Seconds after which a process that nobody waits for any more ends itself."""
NICENESS = 4
GC_THRESHOLD = 100_000, 50, 50
"""When the garbage collector looks: a run is millions of tuples that live to its end, and to look at them time and
again takes a fifth of the work."""

FAILED = "The server could not finish this run. Try again, or run it on the command line."

Work = Callable[[Any], dict[str, Any]]


class TookTooLong(Refused):
    """The work was ended after the seconds that it may take."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"This run takes more than {seconds:g} seconds. The command line has no such limit.")


def _never() -> bool:
    return False


class Workers:
    """Does work in processes that are started when they are needed, and ended with this one."""

    def __init__(self, work: Work, limits: Limits = Limits()) -> None:  # noqa: B008  # it is frozen
        self.limits = limits
        self._work = work
        self.turns = Turns(limits.running, limits.waiting)
        self._started: set[_Worker] = set()
        self._idle: list[_Worker] = []  # the one used last is last
        self._starting = Lock()
        self._closed = False

    def do(self, job: Any, address: str = "", has_left: Callable[[], bool] = _never) -> dict[str, Any]:
        """Return what the work makes of the job.

        Refused if there is no room, if it takes too long, or if the client at `address` has left meanwhile.
        """
        with self.turns.turn(address, self.limits.patience, has_left):
            return self._done(job, has_left)

    def close(self) -> None:
        """No process is left, and none comes; whoever waits for one is refused."""
        with self._starting:
            self._closed = True
        for worker in tuple(self._started):
            worker.process.kill()  # a thread may still read its pipe, and closes that itself
            worker.process.join()

    def end_idle(self) -> None:
        """End the processes that have had nothing to do for a while, and give their memory back."""
        with self._starting:
            idle = [worker for worker in self._idle if worker.used < time.monotonic() - self.limits.idle_seconds]
            self._idle = [worker for worker in self._idle if worker not in idle]
        for worker in idle:
            self._end(worker)

    def _done(self, job: Any, has_left: Callable[[], bool]) -> dict[str, Any]:
        worker = self._ready()
        last = True
        try:
            answer, last = worker.answer(job, self.limits.seconds, has_left)
        except (EOFError, OSError):
            raise Refused(FAILED) from None
        finally:
            if last:
                self._end(worker)
            else:
                worker.used = time.monotonic()
                self._idle.append(worker)
        return answer

    def _ready(self) -> _Worker:
        """A process that waits for work; one that died meanwhile is passed over."""
        with self._starting:  # processes are started one at a time: what multiprocessing keeps of them has no lock
            if self._closed:
                raise Refused(FAILED)
            while self._idle:
                worker = self._idle.pop()
                if worker.process.is_alive():
                    return worker
                self._end(worker)
            worker = _Worker(self._work, self.limits)
            self._started.add(worker)
            return worker

    def _end(self, worker: _Worker) -> None:
        worker.end()
        self._started.discard(worker)


class _Worker:
    """One process and the pipe to it."""

    def __init__(self, work: Work, limits: Limits) -> None:
        context: Any = get_context(_start_method())
        self.used = time.monotonic()
        """When it last had something to do."""
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_attend, args=(theirs, work, limits), daemon=True)
        self.process.start()
        theirs.close()
        if self.process.pid and hasattr(os, "setpriority"):  # before it imports anything: small requests come first
            with suppress(OSError):  # it has ended already
                os.setpriority(os.PRIO_PROCESS, self.process.pid, os.getpriority(os.PRIO_PROCESS, 0) + NICENESS)

    def answer(self, job: Any, seconds: float, has_left: Callable[[], bool]) -> tuple[dict[str, Any], bool]:
        """Return the answer, and whether it was the last that this process gives."""
        self.pipe.send(job)
        deadline = time.monotonic() + seconds
        while not self.pipe.poll(max(0.0, min(LOOK, deadline - time.monotonic()))):
            if has_left():
                raise Left
            if time.monotonic() >= deadline:
                raise TookTooLong(seconds)
        answer: tuple[dict[str, Any], bool] = self.pipe.recv()
        return answer

    def end(self) -> None:
        """The process is gone, whatever it did."""
        self.pipe.close()
        self.process.kill()
        self.process.join()


def _start_method() -> str:
    """Return how a process is started: afresh, since a fork would take over the locks of our threads.

    A server that was started with more rights than it has now may not be able to run its own interpreter again. A
    fork is then the only way, and better than none.
    """
    able = os.access(sys.executable, os.X_OK)
    return "spawn" if able or "fork" not in get_all_start_methods() else "fork"


def _attend(pipe: Connection, work: Work, limits: Limits) -> None:
    """In the process: answer until the other end is closed, if only because the server has died."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the server, which then ends us
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if sys.platform != "win32":
        with suppress(ValueError, OSError):  # the system allows less as it is
            resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    gc.set_threshold(*GC_THRESHOLD)
    with suppress(EOFError, OSError):
        while True:
            job = pipe.recv()
            _alarm(int(limits.seconds) + GRACE)
            pipe.send((work(job), peak() > limits.kept))
            _alarm(0)


def _alarm(seconds: int) -> None:
    """The process ends in so many seconds, 0 for never: the server that would end it may have died."""
    if sys.platform != "win32":
        signal.alarm(seconds)
