"""Work in processes: how many, how long, in how much memory, and that none is left."""

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

from viz.work.limits import Limits
from viz.work.turns import BUSY, Left, Refused
from viz.work.workers import FAILED, Workers


def work(job: Any) -> dict[str, Any]:
    """What the tests let a process do."""
    what, argument = job
    if what == "wait":
        threading.Event().wait(argument)
    if what == "die":
        os._exit(argument)
    if what == "hold":
        try:
            return {"bytes": len(bytearray(argument)), "process": os.getpid()}
        except MemoryError:
            return {"error": "no memory", "process": os.getpid()}
    return {"process": os.getpid()}


@contextmanager
def workers(**limits: Any) -> Iterator[Workers]:
    """Workers with limits of their own, and no process of theirs afterwards."""
    it = Workers(work, Limits(**{"running": 1, "waiting": 1, **limits}))
    try:
        yield it
    finally:
        processes = [worker.process for worker in it._started]
        it.close()
        assert not any(process.is_alive() for process in processes)


def test_a_process_is_used_again_and_replaced_when_it_dies() -> None:
    with workers() as it:
        assert not it._started
        first = it.do(("", 0))["process"]
        assert first != os.getpid()
        assert it.do(("", 0))["process"] == first
        with pytest.raises(Refused, match=FAILED):
            it.do(("die", 3))
        second = it.do(("", 0))["process"]
        assert second != first
        os.kill(second, 9)
        os.waitid(os.P_PID, second, os.WEXITED | os.WNOWAIT)
        assert it.do(("", 0))["process"] not in (first, second)
        assert len(it._started) == 1


def test_a_run_that_takes_too_long_is_ended() -> None:
    with workers() as it:
        it.do(("", 0))
        it.limits = replace(it.limits, seconds=0.1)
        with pytest.raises(Refused, match=r"more than 0\.1 seconds"):
            it.do(("wait", 60))
        assert not it._started


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not hold a process to its memory")
def test_memory_is_bounded_and_given_back() -> None:
    with workers(memory=2**29, kept=2**27) as it:
        assert it.do(("hold", 2**30))["error"]
        grown = it.do(("hold", 2**28))
        assert grown["bytes"]
        assert it.do(("", 0))["process"] != grown["process"]


def test_beyond_the_queue_it_is_busy_at_once() -> None:
    with workers(patience=0.5) as it, ThreadPoolExecutor() as threads:
        it.do(("", 0))
        running = threads.submit(it.do, ("wait", 2))
        until(lambda: not it._idle)
        waiting = threads.submit(it.do, ("", 0))
        until(lambda: it.turns.waits == 1)
        with pytest.raises(Refused, match=BUSY):
            it.do(("", 0))
        with pytest.raises(Refused, match=BUSY):  # it had patience, but not enough
            waiting.result()
        assert running.result()["process"] == it.do(("", 0))["process"]


def test_closing_refuses_who_waits() -> None:
    with workers() as it, ThreadPoolExecutor() as threads:
        it.do(("", 0))
        running = threads.submit(it.do, ("wait", 60))
        until(lambda: not it._idle)
        it.close()
        with pytest.raises(Refused, match=FAILED):
            running.result()
        assert not it._started
        with pytest.raises(Refused, match=FAILED):  # nobody starts one afterwards
            it.do(("", 0))
        assert not it._started


def test_a_client_that_has_left_is_worked_for_no_more() -> None:
    with workers() as it:
        it.do(("", 0))
        left = threading.Event()
        with ThreadPoolExecutor() as threads:
            running = threads.submit(it.do, ("wait", 60), "a", left.is_set)
            until(lambda: not it._idle)
            waiting = threads.submit(it.do, ("", 0), "b", left.is_set)
            until(lambda: it.turns.waits == 1)
            left.set()
            for one in (running, waiting):
                with pytest.raises(Left):
                    one.result()
        assert not it._started
        assert it.turns.taken == it.turns.waits == 0


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
def test_a_server_that_may_not_run_its_interpreter_again_forks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    closed = tmp_path / "python"
    closed.touch(mode=0o600)
    monkeypatch.setattr(sys, "executable", str(closed))
    monkeypatch.setattr(os, "access", lambda path, mode: path != str(closed))
    with workers() as it:
        assert it.do(("", 0))["process"] != os.getpid()


def test_a_process_that_has_nothing_to_do_is_ended_after_a_while() -> None:
    with workers(idle_seconds=60) as it:
        first = it.do(("", 0))["process"]
        it.end_idle()
        assert it.do(("", 0))["process"] == first
        it.limits = replace(it.limits, idle_seconds=-1)
        it.end_idle()
        assert not it._started
        assert not it._idle
        assert it.do(("", 0))["process"] != first


def until(true: Any) -> None:
    """Return once it is so."""
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end
        time.sleep(0.005)
