"""Visitors who come to a server as a crowd does: new ones all the time, whether it keeps up or not."""

from __future__ import annotations

import asyncio
import math
import random
import resource
import statistics
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from tests.bench.cold import STAMPS, ColdPage, Sizes, draw, load, play
from tests.bench.processes import machine_time, processor_time, watch_memory
from tests.bench.report import Figure, tell
from tests.bench.visitor import Tally, Visitor

MACHINES = 3
"""How many machines a visitor looks at after the first."""
LATE = "late"
"""How long after its time a visitor comes, because the load generator has no time itself: that is noted, too."""
LATEST = 1.0
"""Seconds: if one of 20 comes later than that, the load generator was what was measured."""
KINDS = ("index", "assets", "Dash's own", "runs", "charts", "cold page")
"""What is waited for; a cold page takes until its first run has come."""
PATIENT = 1.0
"""Seconds: a server takes a crowd if 19 of 20 replies of every kind come within them, and nothing goes wrong.

Runs alone would not tell: a server that has too much to do lets new connections wait, which ask for the document.
"""
LAST = 60.0
"""Seconds that visitors may stay after the last has come."""
MAX_BOUTS = 9
MAX_RATE = 128.0
"""New viewers a second that are tried at most."""
NEAR = 1.2
"""The search for the largest rate ends when what is too much is that many times what is not."""


@dataclass(frozen=True)
class Crowd:
    """How visitors come: so many a second for so long."""

    rate: float
    seconds: float
    pause: tuple[float, float] = (1, 3)
    """The least and the most seconds that a visitor steps through a machine, which costs the server nothing."""
    charts: bool = False

    @property
    def count(self) -> int:
        """All of them."""
        return max(1, round(self.rate * self.seconds))


@dataclass(frozen=True)
class Bout:
    """What came of one crowd."""

    count_event: Tally
    seconds: float
    client: float
    """Processor seconds that the crowd itself took."""
    server: float
    """Processor seconds of the server and its processes."""
    others: float
    """Processor seconds of everything else on the machine, which makes all that is waited for longer."""
    memory: list[float]
    """What the server held, in MiB, every half second."""

    def part(self, kind: str, percent: int) -> float:
        """Return the milliseconds within which that part of the replies came; 0 where none did."""
        waits = self.count_event.waits.get(kind, [])
        return 1000 * (statistics.quantiles(waits, n=100)[percent - 1] if len(waits) > 1 else sum(waits))

    @property
    def replies(self) -> int:
        """How many requests were answered well."""
        return sum(len(waits) for kind, waits in self.count_event.waits.items() if kind not in ("cold page", LATE))

    @property
    def errors(self) -> int:
        """How much went wrong."""
        return self.count_event.errors.total()


def observed(process: int, work: Callable[[Tally], Coroutine[Any, Any, None]]) -> Bout:
    """Return what came of some work on a server, whose process is given."""
    count_event, memory = Tally(), list[float]()

    async def watched() -> None:
        watch = asyncio.create_task(watch_memory(process, memory))
        try:
            await work(count_event)
        finally:
            watch.cancel()

    with many_files():
        before = _clocks(process)
        asyncio.run(watched())
        after = _clocks(process)
    server, client, whole, seconds = (late - early for early, late in zip(before, after, strict=True))
    for line, times in count_event.errors.most_common(5):
        tell(f"          {times} times {line}")
    return Bout(count_event, seconds, client, server, max(0, whole - server - client), memory)


def _clocks(process: int) -> tuple[float, float, float, float]:
    return processor_time(process), time.process_time(), machine_time(), time.perf_counter()


@contextmanager
def many_files() -> Iterator[None]:
    """Let this process open as many connections as the system lets it; a server started before does not gain by it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def visit(page: ColdPage, crowd: Crowd, sizes: Sizes, count_event: Tally, number: int) -> None:
    """Load a page, step, pick a machine, step, and so on; a visitor without a page leaves."""
    dice = random.Random(number)
    async with Visitor(page.url, count_event) as visitor:
        began = time.perf_counter()
        if not await load(visitor, page, sizes):
            return
        count_event.waits["cold page"].append(time.perf_counter() - began)
        if crowd.charts:
            await draw(visitor, page, sizes)
        for machine in dice.choices(page.machines, k=MACHINES):
            await asyncio.sleep(dice.uniform(*crowd.pause))
            await play(visitor, page, machine, next(STAMPS))


def come(process: int, page: ColdPage, crowd: Crowd) -> Bout:
    """Let a crowd come and go."""
    sizes = Sizes()

    async def all_of_it(count_event: Tally) -> None:
        began = time.perf_counter()
        visitors = []
        for number in range(crowd.count):
            wait = began + number / crowd.rate - time.perf_counter()
            if (
                wait > 0
            ):  # else more are due: to let others go first would make the crowd come as slowly as it is served
                await asyncio.sleep(wait)
            count_event.waits[LATE].append(max(0, -wait))
            visitors.append(asyncio.create_task(visit(page, crowd, sizes, count_event, number)))
        _, late = await asyncio.wait(visitors, timeout=LAST)
        count_event.errors.update({"a visitor had to be sent away": len(late)} if late else {})
        for one in late:
            one.cancel()
        await asyncio.gather(*set(visitors) - late)

    return observed(process, all_of_it)


def clients(process: int, page: ColdPage, count: int, seconds: float, charts: bool = False) -> Bout:
    """So many clients at once, each with one connection: a cold page, then at once as somebody new another one."""
    sizes = Sizes()

    async def all_of_it(count_event: Tally) -> None:
        end = time.perf_counter() + seconds

        async def client() -> None:
            while time.perf_counter() < end:
                async with Visitor(page.url, count_event, connections=1) as visitor:
                    began = time.perf_counter()
                    if await load(visitor, page, sizes):
                        count_event.waits["cold page"].append(time.perf_counter() - began)
                        if charts:
                            await draw(visitor, page, sizes)

        await asyncio.gather(*(client() for _ in range(count)))

    return observed(process, all_of_it)


async def one_connection(page: ColdPage, count_event: Tally) -> None:
    """Load the page over one connection, a request at a time."""
    async with Visitor(page.url, count_event, connections=1) as visitor:
        await load(visitor, page, Sizes())


async def one_after_another(page: ColdPage, number: int, count_event: Tally, charts: bool = False) -> None:
    """Let visitors come alone, for the page or for the charts."""
    sizes = Sizes()
    for _ in range(number):
        async with Visitor(page.url, count_event) as visitor:
            began = time.perf_counter()
            if await (draw(visitor, page, sizes) if charts else load(visitor, page, sizes)):
                count_event.waits["cold page"].append(time.perf_counter() - began)


def waits(what: str, bout: Bout) -> list[Figure]:
    """Return how long each kind of reply took, what went wrong, and who took the machine besides the server."""
    kinds = [kind for kind in KINDS if bout.count_event.waits.get(kind)]
    return [
        *(Figure(f"{what}: {kind}, p{part}", bout.part(kind, part), "ms") for kind in kinds for part in (50, 95)),
        Figure(f"{what}: errors", bout.errors, most=0, largest=True),
        Figure(
            f"{what}: processor of the load generator, of one core", 100 * bout.client / bout.seconds, "%", largest=True
        ),
        Figure(
            f"{what}: processor of everything else, of one core", 100 * bout.others / bout.seconds, "%", largest=True
        ),
    ]


def crowd_figures(what: str, crowd: Crowd, bout: Bout) -> list[Figure]:
    """Return the figures of a crowd."""
    memory, quarter = bout.memory, max(1, len(bout.memory) // 4)
    early, late = (statistics.mean(part or memory) for part in (memory[quarter : 2 * quarter], memory[-quarter:]))
    return [
        Figure(f"{what}: new viewers a second", crowd.rate, "/s", largest=True),
        Figure(f"{what}: requests a second", bout.replies / bout.seconds, "/s", largest=True),
        *waits(what, bout),
        Figure(
            f"{what}: late by the load generator's fault, p95", bout.part(LATE, 95), "ms", 1000 * LATEST, largest=True
        ),
        Figure(f"{what}: processor of the server for each viewer", 1000 * bout.server / crowd.count, "ms"),
        Figure(f"{what}: processor of the server, of one core", 100 * bout.server / bout.seconds, "%"),
        Figure(f"{what}: memory at the start", memory[0], "MiB", largest=True),
        Figure(f"{what}: memory at its most", max(memory), "MiB", largest=True),
        Figure(f"{what}: memory at the end", memory[-1], "MiB", largest=True),
        Figure(f"{what}: memory, last quarter against second", late / early if early else 0, "x", largest=True),
    ]


def takes(process: int, page: ColdPage, seconds: float, charts: bool = False) -> float:
    """Return how many new viewers a second the server takes, found with short crowds."""

    def well(rate: float) -> bool:
        bout = come(process, page, Crowd(rate, seconds, charts=charts))
        slow, kind = max((bout.part(kind, 95), kind) for kind in KINDS if kind != "cold page")
        slowest = f"a run p95 {bout.part('runs', 95):.0f} ms, the slowest kind {slow:.0f} ms ({kind})"
        others = f"{100 * bout.others / bout.seconds:.0f} % of a core for others"
        tell(f"          {rate:6.2f} viewers a second for {seconds:g} s: {slowest}, {bout.errors} errors, {others}")
        if bout.part(LATE, 95) > 1000 * LATEST:
            tell("          the load generator was too slow for that: the server may take more")
            return False
        return slow <= 1000 * PATIENT and not bout.errors

    return largest(well)


def largest(well: Callable[[float], bool], first: float = 4.0) -> float:
    """Return the largest rate found that goes well, by doubling and halving; 0 if none does."""
    low, high, rate = 0.0, math.inf, first
    for _ in range(MAX_BOUTS):
        low, high = (rate, high) if well(rate) else (low, rate)
        if low == MAX_RATE or (low and high / low <= NEAR):
            break
        rate = rate * 2 if high == math.inf else rate / 2 if not low else math.sqrt(low * high)
    return low
