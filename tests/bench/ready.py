"""A server that is about to be measured."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from tests.bench.cold import ColdPage, explore
from tests.bench.crowd import observed, one_after_another
from tests.bench.processes import memory
from tests.bench.report import Figure
from tests.bench.sides import Side
from tests.serving import Server


@dataclass(frozen=True)
class Ready:
    """A server that has been visited once, and its page."""

    server: Server
    page: ColdPage
    charts: bool
    """Whether visitors fetch the charts, too."""
    lines: int
    """What it had printed until then."""

    @property
    def process(self) -> int:
        """The number of its process."""
        return self.server.process.pid

    @property
    def memory(self) -> float:
        """What it holds now, in MiB."""
        return memory(self.process)


Measure = Callable[[Ready], list[Figure]]


@contextmanager
def ready(side: Side, charts: bool) -> Iterator[Ready]:
    """Serve a side and load its page once, so that nothing is measured that only the first visitor meets."""
    with side.serving() as server:
        page = asyncio.run(explore(f"{server.url}/"))
        observed(server.process.pid, partial(one_after_another, page, 1))
        yield Ready(server, page, charts, server.said().count("\n"))
