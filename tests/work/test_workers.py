"""Test the workers: their number, time and memory are limited, and none remains at the end."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from viz.work.fair_queue import BUSY, ClientGone, Refused
from viz.work.limits import Limits
from viz.work.workers import FAILED, Workers


def work(job: Any) -> dict[str, Any]:
    """Do what the job says: wait, end the process, or use memory. Return the id of the process."""
    action, argument = job
    if action == "wait":
        threading.Event().wait(argument)
    if action == "die":
        os._exit(argument)
    if action == "hold":
        try:
            return {"bytes": len(bytearray(argument)), "process": os.getpid()}
        except MemoryError:
            return {"error": "no memory", "process": os.getpid()}
    return {"process": os.getpid()}


@contextmanager
def workers(**limits: Any) -> Iterator[Workers]:
    """Yield workers with these limits, by default one process and one waiting job; check that all processes end."""
    pool = Workers(work, Limits(**{"running": 1, "waiting": 1, **limits}))
    try:
        yield pool
    finally:
        processes = [worker.process for worker in pool._started]
        pool.close()
        assert not any(process.is_alive() for process in processes)


def test_a_process_is_used_again_and_replaced_when_it_dies() -> None:
    with workers() as pool:
        assert not pool._started
        first = pool.do(("", 0))["process"]
        assert first != os.getpid()
        assert pool.do(("", 0))["process"] == first
        with pytest.raises(Refused, match=FAILED):
            pool.do(("die", 3))
        second = pool.do(("", 0))["process"]
        assert second != first
        os.kill(second, 9)
        os.waitid(os.P_PID, second, os.WEXITED | os.WNOWAIT)
        assert pool.do(("", 0))["process"] not in (first, second)
        assert len(pool._started) == 1


def test_a_run_that_takes_too_long_is_ended() -> None:
    with workers() as pool:
        pool.do(("", 0))
        pool.limits = replace(pool.limits, seconds=0.1)
        with pytest.raises(Refused, match=r"more than 0\.1 seconds"):
            pool.do(("wait", 60))
        assert not pool._started


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not hold a process to its memory")
def test_memory_is_bounded_and_given_back() -> None:
    with workers(memory=2**29, reusable_memory=2**27) as pool:
        assert pool.do(("hold", 2**30))["error"]
        grown = pool.do(("hold", 2**28))
        assert grown["bytes"]
        assert pool.do(("", 0))["process"] != grown["process"]


def test_a_full_queue_refuses_at_once() -> None:
    with workers(patience=0.5) as pool, ThreadPoolExecutor() as threads:
        pool.do(("", 0))
        running = threads.submit(pool.do, ("wait", 2))
        until(lambda: not pool._idle)
        waiting = threads.submit(pool.do, ("", 0))
        until(lambda: pool.queue.waiting_now == 1)
        with pytest.raises(Refused, match=BUSY):
            pool.do(("", 0))
        with pytest.raises(Refused, match=BUSY):  # the second job has waited too long for the first one
            waiting.result()
        assert running.result()["process"] == pool.do(("", 0))["process"]


def test_closing_refuses_running_and_later_jobs() -> None:
    with workers() as pool, ThreadPoolExecutor() as threads:
        pool.do(("", 0))
        running = threads.submit(pool.do, ("wait", 60))
        until(lambda: not pool._idle)
        pool.close()
        with pytest.raises(Refused, match=FAILED):
            running.result()
        assert not pool._started
        with pytest.raises(Refused, match=FAILED):  # no process is started afterwards
            pool.do(("", 0))
        assert not pool._started


def test_work_stops_when_its_client_has_left() -> None:
    with workers() as pool:
        pool.do(("", 0))
        left = threading.Event()
        with ThreadPoolExecutor() as threads:
            running = threads.submit(pool.do, ("wait", 60), "a", left.is_set)
            until(lambda: not pool._idle)
            waiting = threads.submit(pool.do, ("", 0), "b", left.is_set)
            until(lambda: pool.queue.waiting_now == 1)
            left.set()
            for future in (running, waiting):
                with pytest.raises(ClientGone):
                    future.result()
        assert not pool._started
        assert pool.queue.held_now == pool.queue.waiting_now == 0


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
def test_a_server_that_cannot_run_its_interpreter_again_forks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    interpreter = tmp_path / "python"
    interpreter.touch(mode=0o600)
    monkeypatch.setattr(sys, "executable", str(interpreter))
    monkeypatch.setattr(os, "access", lambda path, mode: path != str(interpreter))
    with workers() as pool:
        assert pool.do(("", 0))["process"] != os.getpid()


def test_an_idle_process_is_ended_after_a_while() -> None:
    with workers(idle_seconds=60) as pool:
        first = pool.do(("", 0))["process"]
        pool.end_idle()
        assert pool.do(("", 0))["process"] == first
        pool.limits = replace(pool.limits, idle_seconds=-1)
        pool.end_idle()
        assert not pool._started
        assert not pool._idle
        assert pool.do(("", 0))["process"] != first


def until(condition: Any) -> None:
    """Wait until the condition is true. Raise AssertionError after 30 seconds."""
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.005)
