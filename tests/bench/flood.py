"""Measure how many requests a server answers, and how long a small run takes while the server computes large ones."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import count, cycle

from tests.app.endpoint import ask
from tests.bench.crowd import observe
from tests.bench.engine import machine
from tests.bench.ready import Ready
from tests.bench.report import Figure, print_line
from tests.bench.visitor import Tally, Visitor, get

CONNECTIONS, SECONDS = 64, 5
LARGE_AT_ONCE = 4


def flood(ready: Ready) -> list[Figure]:
    """Measure pages and runs over connections that send the next request as soon as the previous one is answered."""
    page = ready.page
    pages, runs = page.requests, [page.run(name) for name in page.machines]
    figures: list[Figure] = []
    errors = 0
    for what, requests, count_as_one in (
        ("documents", [get(page.host, page.base)], 1),
        ("first loads, scripts and all", pages, len(pages)),
        ("runs of the built-in machines", runs, 1),
    ):
        result = observe(ready.process, partial(in_turn, page.url, cycle(requests)))
        figures += [
            Figure(f"{what}: a second", result.replies / count_as_one / result.seconds, "/s", largest=True),
            Figure(f"{what}: a request, p95", result.percentile("flood", 95), "ms"),
        ]
        errors += result.errors
    return [
        *figures,
        Figure(f"errors with {CONNECTIONS} connections", errors, limit=0, largest=True),
        Figure("the server's memory after that", ready.memory, "MiB", 200, largest=True),
    ]


async def in_turn(url: str, requests: Iterator[bytes], tally: Tally) -> None:
    """Send the requests in turn over CONNECTIONS connections for SECONDS seconds; add times and errors to the tally."""
    end = time.perf_counter() + SECONDS

    async def client() -> None:
        async with Visitor(url, tally, connections=1) as visitor:
            while time.perf_counter() < end:
                await visitor.fetch("flood", next(requests))

    await asyncio.gather(*(client() for _ in range(CONNECTIONS)))


def by_wrk(ready: Ready) -> list[Figure]:
    """Measure requests for the document with the program wrk if it is installed; Visitor needs more processor time."""
    if not shutil.which("wrk"):
        print_line("wrk was not run: it is not installed")
        return []
    command = ["wrk", "-t2", f"-c{CONNECTIONS}", f"-d{SECONDS}s", ready.page.url]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rate = re.search(r"Requests/sec: *([\d.]+)", output)
    errors = sum(map(int, re.findall(r"(?:connect|read|write|timeout|responses:) (\d+)", output)))
    return [
        Figure("wrk, documents: a second", float(rate[1]) if rate else 0, "/s", largest=True),
        Figure("wrk, documents: errors", errors, limit=0, largest=True),
    ]


def beside_large_ones(ready: Ready) -> list[Figure]:
    """Measure how long a small run takes, first alone and then while the server computes the largest runs."""
    url, small = ready.page.url, {"topology": ready.page.machines[0]}
    alone = [seconds(url, small) for _ in range(30)]
    text = json.dumps(machine(1024).document(), separators=(",", ":"))
    command = ["-c", f"import sys; from tests.app.endpoint import ask; ask({url!r}, {{'text': sys.stdin.read()}})"]
    large = [
        subprocess.Popen([sys.executable, *command], stdin=subprocess.PIPE, text=True) for _ in range(LARGE_AT_ONCE)
    ]
    for process in large:
        assert process.stdin is not None
        process.stdin.write(text)
        process.stdin.close()
    beside = [seconds(url, small) for _ in count_while(large)]
    median, slow = statistics.median(beside), statistics.quantiles(beside, n=20)[-1]
    what = f"a small run beside {LARGE_AT_ONCE} of 1,024 nodes"
    return [
        Figure(f"{what}, against one alone, p50", median / statistics.median(alone), limit=3),
        Figure(f"{what}, p50", 1000 * median, "ms"),
        Figure(f"{what}, p95", 1000 * slow, "ms"),
        Figure(f"{what}, at most", 1000 * max(beside), "ms"),
        Figure("the server's memory after that, with its processes", ready.memory, "MiB", 700, largest=True),
        Figure(
            "lines that the server printed meanwhile",
            ready.server.output().count("\n") - ready.lines,
            limit=0,
            largest=True,
        ),
    ]


def count_while(processes: Sequence[subprocess.Popen[str]]) -> Iterator[int]:
    """Yield 0, 1, 2 and so on until all processes have ended."""
    for number in count():
        if all(process.poll() is not None for process in processes):
            return
        yield number


def seconds(url: str, small: object) -> float:
    """Request a small run, pause for a moment as a visitor does, and return the seconds until the answer came."""
    began = time.perf_counter()
    status, _ = ask(url, small)
    assert status == 200
    wait = time.perf_counter() - began
    time.sleep(0.02)
    return wait
