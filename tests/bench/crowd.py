"""Load a server with a crowd of visitors who arrive at a fixed rate, even if the server cannot keep up."""

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

from tests.bench.cold import STAMPS, ColdPage, Sizes, ask_findings, draw, load, play
from tests.bench.processes import machine_time, processor_time, watch_memory
from tests.bench.report import Figure, print_line
from tests.bench.visitor import Tally, Visitor

MACHINES = 3
"""The number of machines that a visitor looks at after the first one."""
LATE = "late"
"""The key in Tally.waits for how many seconds too late each visitor started, because the load generator was busy."""
LATEST = 1.0
"""If more than one of 20 visitors starts more than LATEST seconds too late, the load generator was too slow."""
KINDS = ("index", "assets", "Dash's own", "runs", "findings", "charts", "cold page")
"""The kinds of reply whose waiting times are reported. "cold page" is a load without a cache, up to its first run."""
PATIENT = 1.0
"""The number of seconds within which 19 of 20 replies of every kind must come if a rate is to count as served.

The times of runs alone do not show an overload: a busy server lets new connections wait, and a visitor's first
request on a new connection is for the document.
"""
LAST = 60.0
"""The largest number of seconds that visitors may stay after the last visitor has arrived."""
MAX_TRIALS = 9
"""The largest number of crowds in a search for the largest rate."""
MAX_RATE = 128.0
"""The largest rate that is tried, in new viewers a second."""
NEAR = 1.2
"""The search for the largest rate ends when a rate that is too high is at most NEAR times a rate that is served."""


@dataclass(frozen=True)
class Crowd:
    """A number of visitors who arrive one by one, `rate` visitors a second, for `seconds` seconds."""

    rate: float
    seconds: float
    pause: tuple[float, float] = (1, 3)
    """The smallest and the largest number of seconds for which a visitor looks at one machine."""
    charts: bool = False

    @property
    def count(self) -> int:
        """Return the number of visitors."""
        return max(1, round(self.rate * self.seconds))


@dataclass(frozen=True)
class LoadResult:
    """What was measured while a server was under load."""

    tally: Tally
    seconds: float
    client: float
    """The processor seconds that the load generator took."""
    server: float
    """The processor seconds of the server and its processes."""
    others: float
    """The processor seconds of everything else on the machine. Such other work makes all waiting times longer."""
    memory: list[float]
    """Samples of the server's memory in MiB, one every half second."""

    def percentile(self, kind: str, percent: int) -> float:
        """Return a percentile of the waiting times for a kind of reply, in milliseconds; 0 if no reply has come."""
        waits = self.tally.waits.get(kind, [])
        return 1000 * (statistics.quantiles(waits, n=100)[percent - 1] if len(waits) > 1 else sum(waits))

    @property
    def replies(self) -> int:
        """Return the number of good replies."""
        return sum(len(waits) for kind, waits in self.tally.waits.items() if kind not in ("cold page", LATE))

    @property
    def errors(self) -> int:
        """Return the number of errors."""
        return self.tally.errors.total()


def observe(process: int, work: Callable[[Tally], Coroutine[Any, Any, None]]) -> LoadResult:
    """Let `work` send requests to the server whose process id is given, and return what was measured meanwhile."""
    tally, memory = Tally(), list[float]()

    async def work_and_watch() -> None:
        watch = asyncio.create_task(watch_memory(process, memory))
        try:
            await work(tally)
        finally:
            watch.cancel()

    with many_files():
        before = _clocks(process)
        asyncio.run(work_and_watch())
        after = _clocks(process)
    server, client, whole, seconds = (late - early for early, late in zip(before, after, strict=True))
    for line, times in tally.errors.most_common(5):
        print_line(f"          {times} times {line}")
    return LoadResult(tally, seconds, client, server, max(0, whole - server - client), memory)


def _clocks(process: int) -> tuple[float, float, float, float]:
    return processor_time(process), time.process_time(), machine_time(), time.perf_counter()


@contextmanager
def many_files() -> Iterator[None]:
    """Raise the limit of open files of this process to its hard limit until the block ends.

    A server that was started earlier keeps its own limit.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def visit(page: ColdPage, crowd: Crowd, sizes: Sizes, tally: Tally, number: int) -> None:
    """Act as one visitor, who loads the page and then looks at several machines. Stop if the page does not load."""
    dice = random.Random(number)
    async with Visitor(page.url, tally) as visitor:
        began = time.perf_counter()
        if not await load(visitor, page, sizes):
            return
        tally.waits["cold page"].append(time.perf_counter() - began)
        await ask_findings(visitor, page, page.machines[0])
        if crowd.charts:
            await draw(visitor, page, sizes)
        for machine in dice.choices(page.machines, k=MACHINES):
            await asyncio.sleep(dice.uniform(*crowd.pause))
            if await play(visitor, page, machine, next(STAMPS)):
                await ask_findings(visitor, page, machine)


def load_with_crowd(process: int, page: ColdPage, crowd: Crowd) -> LoadResult:
    """Load a server with a crowd, and return what was measured meanwhile."""
    sizes = Sizes()

    async def whole_crowd(tally: Tally) -> None:
        began = time.perf_counter()
        visitors = []
        for number in range(crowd.count):
            wait = began + number / crowd.rate - time.perf_counter()
            # A visitor who is late starts without an `await`. Otherwise new visitors would wait until the server has
            # answered earlier ones, and the crowd would arrive only as fast as it is served.
            if wait > 0:
                await asyncio.sleep(wait)
            tally.waits[LATE].append(max(0, -wait))
            visitors.append(asyncio.create_task(visit(page, crowd, sizes, tally, number)))
        _, unfinished = await asyncio.wait(visitors, timeout=LAST)
        tally.errors.update({"a visitor had to be sent away": len(unfinished)} if unfinished else {})
        for visitor in unfinished:
            visitor.cancel()
        await asyncio.gather(*set(visitors) - unfinished)

    return observe(process, whole_crowd)


def clients(process: int, page: ColdPage, count: int, seconds: float, charts: bool = False) -> LoadResult:
    """Load a server with `count` clients for `seconds` seconds.

    Each client loads the page repeatedly, without a cache and each time over a new connection.
    """
    sizes = Sizes()

    async def all_clients(tally: Tally) -> None:
        end = time.perf_counter() + seconds

        async def client() -> None:
            while time.perf_counter() < end:
                async with Visitor(page.url, tally, connections=1) as visitor:
                    began = time.perf_counter()
                    if await load(visitor, page, sizes):
                        tally.waits["cold page"].append(time.perf_counter() - began)
                        if charts:
                            await draw(visitor, page, sizes)

        await asyncio.gather(*(client() for _ in range(count)))

    return observe(process, all_clients)


async def one_connection(page: ColdPage, tally: Tally) -> None:
    """Load the page over a single connection, one request at a time."""
    async with Visitor(page.url, tally, connections=1) as visitor:
        await load(visitor, page, Sizes())


async def one_after_another(page: ColdPage, number: int, tally: Tally, charts: bool = False) -> None:
    """Act as `number` visitors one after another; each loads the page or, with `charts`, only the first chart."""
    sizes = Sizes()
    for _ in range(number):
        async with Visitor(page.url, tally) as visitor:
            began = time.perf_counter()
            if await (draw(visitor, page, sizes) if charts else load(visitor, page, sizes)):
                tally.waits["cold page"].append(time.perf_counter() - began)


def waits(what: str, result: LoadResult) -> list[Figure]:
    """Return the measured values: waiting times for each kind of reply, errors, and the processor time of others."""
    kinds = [kind for kind in KINDS if result.tally.waits.get(kind)]
    return [
        *(
            Figure(f"{what}: {kind}, p{percent}", result.percentile(kind, percent), "ms")
            for kind in kinds
            for percent in (50, 95)
        ),
        Figure(f"{what}: errors", result.errors, limit=0, largest=True),
        Figure(
            f"{what}: processor of the load generator, of one core",
            100 * result.client / result.seconds,
            "%",
            largest=True,
        ),
        Figure(
            f"{what}: processor of everything else, of one core",
            100 * result.others / result.seconds,
            "%",
            largest=True,
        ),
    ]


def crowd_figures(what: str, crowd: Crowd, result: LoadResult) -> list[Figure]:
    """Return all values measured with a crowd: rates, waiting times, errors, processor time and memory."""
    memory, quarter = result.memory, max(1, len(result.memory) // 4)
    quarters = (memory[quarter : 2 * quarter], memory[-quarter:])
    second, last = (statistics.mean(samples or memory) for samples in quarters)
    return [
        Figure(f"{what}: new viewers a second", crowd.rate, "/s", largest=True),
        Figure(f"{what}: requests a second", result.replies / result.seconds, "/s", largest=True),
        *waits(what, result),
        Figure(
            f"{what}: late by the load generator's fault, p95",
            result.percentile(LATE, 95),
            "ms",
            1000 * LATEST,
            largest=True,
        ),
        Figure(f"{what}: processor of the server for each viewer", 1000 * result.server / crowd.count, "ms"),
        Figure(f"{what}: processor of the server, of one core", 100 * result.server / result.seconds, "%"),
        Figure(f"{what}: memory at the start", memory[0], "MiB", largest=True),
        Figure(f"{what}: memory at its most", max(memory), "MiB", largest=True),
        Figure(f"{what}: memory at the end", memory[-1], "MiB", largest=True),
        Figure(f"{what}: memory, last quarter against second", last / second if second else 0, "x", largest=True),
    ]


def rate_taken(process: int, page: ColdPage, seconds: float, charts: bool = False) -> float:
    """Return how many new viewers a second the server can serve, found with several short crowds of other rates."""

    def goes_well(rate: float) -> bool:
        result = load_with_crowd(process, page, Crowd(rate, seconds, charts=charts))
        slow, kind = max((result.percentile(kind, 95), kind) for kind in KINDS if kind != "cold page")
        slowest = f"a run p95 {result.percentile('runs', 95):.0f} ms, the slowest kind {slow:.0f} ms ({kind})"
        others = f"{100 * result.others / result.seconds:.0f} % of a core for others"
        print_line(
            f"          {rate:6.2f} viewers a second for {seconds:g} s: {slowest}, {result.errors} errors, {others}"
        )
        if result.percentile(LATE, 95) > 1000 * LATEST:
            print_line("          the load generator was too slow for that: the server may take more")
            return False
        return slow <= 1000 * PATIENT and not result.errors

    return largest_rate(goes_well)


def largest_rate(goes_well: Callable[[float], bool], first: float = 4.0) -> float:
    """Return the largest rate for which `goes_well` is true, found by doubling and halving; 0 if there is none."""
    low, high, rate = 0.0, math.inf, first
    for _ in range(MAX_TRIALS):
        low, high = (rate, high) if goes_well(rate) else (low, rate)
        if low == MAX_RATE or (low and high / low <= NEAR):
            break
        rate = rate * 2 if high == math.inf else rate / 2 if not low else math.sqrt(low * high)
    return low
