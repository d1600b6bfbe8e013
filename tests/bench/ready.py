"""A server that is about to be measured."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from tests.bench.cold import ColdPage, explore
from tests.bench.crowd import observed, one_after_another
from tests.bench.processes import memory, processor_time
from tests.bench.report import Figure
from tests.bench.sides import Side
from tests.serving import START_LIMIT, Server


@dataclass(frozen=True)
class Ready:
    """A server that has been visited once, and its page."""

    server: Server
    page: ColdPage
    charts: bool
    """Whether visitors fetch the charts, too."""
    lines: int
    """What it had printed until then."""
    start: float
    """Processor seconds that it took from its start until it had nothing more to do."""

    @property
    def process(self) -> int:
        """The number of its process."""
        return self.server.process.pid

    @property
    def memory(self) -> float:
        """What it holds now, in MiB."""
        return memory(self.process)


AT_REST = 0.03
"""Processor seconds: a server that takes less in a second has nothing to do."""

Measure = Callable[[Ready], list[Figure]]


@contextmanager
def ready(side: Side, charts: bool) -> Iterator[Ready]:
    """Serve a side and load its page once, so that nothing is measured that only the first visitor meets."""
    with side.serving() as server:
        start = at_rest(server.process.pid)
        page = explored(f"{server.url}/")
        observed(server.process.pid, partial(one_after_another, page, 1))
        yield Ready(server, page, charts, server.said().count("\n"), start)


def at_rest(process: int) -> float:
    """Wait until the server has made what it makes ahead, and return the processor seconds that it took.

    Several processes may begin later than the one that has printed the address.
    """
    end = time.monotonic() + START_LIMIT
    idle, before = 0, processor_time(process)
    while idle < 3 and time.monotonic() < end:
        time.sleep(1)
        now = processor_time(process)
        idle = idle + 1 if now - before < AT_REST else 0
        before = now
    return before


def explored(url: str) -> ColdPage:
    """Return a server's page, or end the program with one line."""
    try:
        return asyncio.run(explore(url))
    except ValueError as error:
        sys.exit(f"bench: {error}")
