"""A pool of worker processes that do heavy work, so that it does not hold up the threads that serve everybody.

Python runs one thread at a time: a run of one second in a thread would delay every visitor by a second. A process uses
a processor of its own, can be ended when it takes too long, and gives its memory back.

    request --> waits for a place --> an idle process, or a new one --> answer
         |             |                      |
         no room       waits too long         takes too long, or the client leaves: the process is ended
         |             |                      |
         +-------------+----------------------+--> Refused
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

from viz.work.fair_queue import POLL_SECONDS, ClientGone, FairQueue, Refused
from viz.work.limits import Limits
from viz.work.peak_memory import peak

if sys.platform != "win32":  # on Windows only the time of a run is limited
    import resource

GRACE = 5
"""How many seconds after its time limit a worker process ends itself, in case the server has died."""
NICENESS = 4
GC_THRESHOLD = 100_000, 50, 50
"""The thresholds of a worker process for gc.set_threshold(). A run makes millions of tuples that all live to its end;
with Python's own thresholds the collector would examine them again and again, which takes a fifth of the time."""

FAILED = "The server could not finish this run. Try again, or run it on the command line."

Work = Callable[[Any], dict[str, Any]]


class TookTooLong(Refused):
    """The error that the work was ended because it took longer than its limit."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"This run takes more than {seconds:g} seconds. The command line has no such limit.")


def _never() -> bool:
    return False


class Workers:
    """A pool of processes that are started when they are needed and end with the server."""

    def __init__(self, work: Work, limits: Limits = Limits()) -> None:  # noqa: B008  # Limits is frozen
        self.limits = limits
        self._work = work
        self.queue = FairQueue(limits.running, limits.waiting)
        self._started: set[_Worker] = set()
        self._idle: list[_Worker] = []  # the process that was used last is at the end
        self._starting = Lock()
        self._closed = False

    def do(self, job: Any, address: str = "", has_left: Callable[[], bool] = _never) -> dict[str, Any]:
        """Call `work` with the job in a worker process, and return what it returns.

        Raise Refused if there is no room to wait, if no process is free in time, if the work takes too long, or if the
        client at `address` leaves meanwhile.
        """
        with self.queue.place(address, self.limits.patience, has_left):
            return self._do_in_process(job, has_left)

    def close(self) -> None:
        """End all processes and start no more; requests that wait for a process are refused."""
        with self._starting:
            self._closed = True
        for worker in tuple(self._started):
            worker.process.kill()  # its pipe stays open: a thread that is still reading it closes it
            worker.process.join()

    def end_idle(self) -> None:
        """End the processes that have had no work for `limits.idle_seconds`, which frees their memory."""
        with self._starting:
            idle = [worker for worker in self._idle if worker.last_used < time.monotonic() - self.limits.idle_seconds]
            self._idle = [worker for worker in self._idle if worker not in idle]
        for worker in idle:
            self._end(worker)

    def _do_in_process(self, job: Any, has_left: Callable[[], bool]) -> dict[str, Any]:
        worker = self._idle_or_new()
        last = True
        try:
            answer, last = worker.answer(job, self.limits.seconds, has_left)
        except (EOFError, OSError):
            raise Refused(FAILED) from None
        finally:
            if last:
                self._end(worker)
            else:
                worker.last_used = time.monotonic()
                self._idle.append(worker)
        return answer

    def _idle_or_new(self) -> _Worker:
        """Return an idle worker that is alive, or a new one; raise Refused if the pool is closed."""
        with self._starting:  # processes start one at a time: multiprocessing's list of processes has no lock
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
    """A worker process and the pipe to it."""

    def __init__(self, work: Work, limits: Limits) -> None:
        context: Any = get_context(_start_method())
        self.last_used = time.monotonic()
        self.pipe, process_end = context.Pipe()
        self.process = context.Process(target=_answer_jobs, args=(process_end, work, limits), daemon=True)
        self.process.start()
        process_end.close()
        # The priority is lowered before the process imports anything, so that light work comes first.
        if self.process.pid and hasattr(os, "setpriority"):
            with suppress(OSError):  # raised if the process has ended already
                os.setpriority(os.PRIO_PROCESS, self.process.pid, os.getpriority(os.PRIO_PROCESS, 0) + NICENESS)

    def answer(self, job: Any, seconds: float, has_left: Callable[[], bool]) -> tuple[dict[str, Any], bool]:
        """Send the job to the process; return its answer, and whether the process must not be used again.

        Raise TookTooLong after `seconds`, and ClientGone if the client leaves.
        """
        self.pipe.send(job)
        deadline = time.monotonic() + seconds
        while not self.pipe.poll(max(0.0, min(POLL_SECONDS, deadline - time.monotonic()))):
            if has_left():
                raise ClientGone
            if time.monotonic() >= deadline:
                raise TookTooLong(seconds)
        answer: tuple[dict[str, Any], bool] = self.pipe.recv()
        return answer

    def end(self) -> None:
        """End the process, whatever it is doing."""
        self.pipe.close()
        self.process.kill()
        self.process.join()


def _start_method() -> str:
    """Return the start method for multiprocessing: "spawn", or "fork" if this process may not run its own interpreter.

    A forked process would inherit locks that threads of the server hold, and nobody would release them in it. But a
    server that has given up rights since it was started may not be allowed to run the interpreter again.
    """
    able = os.access(sys.executable, os.X_OK)
    return "spawn" if able or "fork" not in get_all_start_methods() else "fork"


def _answer_jobs(pipe: Connection, work: Work, limits: Limits) -> None:
    """Answer jobs in the worker process until the server closes its end of the pipe or dies."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches the server, too, which then ends this process
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if sys.platform != "win32":
        with suppress(ValueError, OSError):  # raised if the system already allows less
            resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    gc.set_threshold(*GC_THRESHOLD)
    with suppress(EOFError, OSError):
        while True:
            job = pipe.recv()
            _end_after(int(limits.seconds) + GRACE)
            pipe.send((work(job), peak() > limits.reusable_memory))
            _end_after(0)


def _end_after(seconds: int) -> None:
    """Let the system end this process after `seconds` seconds; 0 cancels this."""
    if sys.platform != "win32":
        signal.alarm(seconds)
