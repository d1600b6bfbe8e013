"""Start a server and wait until it can be measured."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from tests.bench.cold import ColdPage, explore
from tests.bench.crowd import observe, one_after_another
from tests.bench.processes import memory, processor_time
from tests.bench.report import Figure
from tests.bench.sides import Side
from tests.serving import START_LIMIT, Server


@dataclass(frozen=True)
class Ready:
    """A server that is idle and has served one visit, with its page."""

    server: Server
    page: ColdPage
    charts: bool
    """Whether visitors also fetch the charts."""
    lines: int
    """The number of lines that the server had printed when it was ready."""
    start: float
    """The processor seconds that the server needed from its start until it was idle."""

    @property
    def process(self) -> int:
        """Return the id of the server's process."""
        return self.server.process.pid

    @property
    def memory(self) -> float:
        """Return the resident memory that the server's processes use now, in MiB."""
        return memory(self.process)


IDLE = 0.03
"""The processor seconds per second below which a server counts as idle."""

Measure = Callable[[Ready], list[Figure]]


@contextmanager
def serve_ready(side: Side, charts: bool) -> Iterator[Ready]:
    """Serve one side, wait until it is idle, and load its page once, so that later measurements exclude that cost."""
    with side.serving() as server:
        start = wait_until_idle(server.process.pid)
        page = explore_or_exit(f"{server.url}/")
        observe(server.process.pid, partial(one_after_another, page, 1))
        yield Ready(server, page, charts, server.output().count("\n"), start)


def wait_until_idle(process: int) -> float:
    """Wait until the server has finished starting, and return the processor seconds that its start took.

    The server must be idle for three seconds, because its worker processes may start after it has printed its address.
    """
    end = time.monotonic() + START_LIMIT
    idle_seconds, before = 0, processor_time(process)
    while idle_seconds < 3 and time.monotonic() < end:
        time.sleep(1)
        now = processor_time(process)
        idle_seconds = idle_seconds + 1 if now - before < IDLE else 0
        before = now
    return before


def explore_or_exit(url: str) -> ColdPage:
    """Return a server's page, or end the program with one line about the error."""
    try:
        return asyncio.run(explore(url))
    except ValueError as error:
        sys.exit(f"bench: {error}")
