"""The server under load: 64 connections for pages and for runs, and a small run beside the largest ones."""

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
from itertools import count, cycle
from pathlib import Path
from urllib.parse import urlsplit

from tests.app.asking import ask, body
from tests.bench.engine import machine
from tests.bench.report import say, tell
from tests.serving import Server, serving
from viz.topology import builtin_names

CONNECTIONS, SECONDS = 64, 5
LARGE_AT_ONCE = 4
HEADERS = "Host: x\r\nAccept-Encoding: gzip, br\r\nContent-Type: application/json\r\n"
SMALL = {"topology": builtin_names()[0]}

Request = bytes
"""All of it, as it goes over the line."""


def main() -> None:
    """Print every figure."""
    with serving() as server:
        url = f"{server.url}/"
        document = asyncio.run(one(url, get("/")))
        named = re.findall(r'(?:src|href)="(/[^"?]+[^"]*)"', document.decode())
        first_load = [get("/"), *map(get, named), get("/_dash-layout"), get("/_dash-dependencies"), post(SMALL)]
        runs = [post({"topology": name, "kernel": row}) for name in builtin_names() for row in ("posted", "v6.12")]
        errors = sum(
            load(url, what, requests, each)
            for what, requests, each in (
                ("documents", [get("/")], 1),
                ("first loads, scripts and all", first_load, len(first_load)),
                ("runs of the built-in machines", runs, 1),
            )
        )
        say(f"errors with {CONNECTIONS} connections", 0, errors)
        say("the server's memory after that", 200, memory(server), "MiB")
        by_wrk(url)
        beside_large_ones(url)
        say("the server's memory after that, with its processes", 700, memory(server), "MiB")
        say("lines that the server printed, beyond its address", 0, server.said().count("\n") - 1)


def get(path: str) -> Request:
    """A request for a file."""
    return f"GET {path} HTTP/1.1\r\n{HEADERS}\r\n".encode()


def post(asked: object) -> Request:
    """A request for a run."""
    data = json.dumps(body(asked)).encode()
    head = f"POST /_dash-update-component HTTP/1.1\r\n{HEADERS}Content-Length: {len(data)}\r\n\r\n"
    return head.encode() + data


def load(url: str, what: str, requests: Sequence[Request], each: int) -> int:
    """Send the requests in turn over all connections until the time is up; how many went wrong."""
    began = time.perf_counter()
    waits, errors = asyncio.run(crowd(url, cycle(requests)))
    rate = len(waits) / each / (time.perf_counter() - began)
    slow = statistics.quantiles(waits, n=20)[-1] if len(waits) > 1 else 0
    tell(f"{rate:9.1f} a second: {what}; 19 of 20 requests answered within {1000 * slow:.0f} ms")
    return errors


async def crowd(url: str, requests: Iterator[Request]) -> tuple[list[float], int]:
    """The seconds that each good reply took, and the number of others."""
    end = time.perf_counter() + SECONDS
    waits: list[float] = []
    errors = 0

    async def visitor() -> None:
        nonlocal errors
        try:
            reader, writer = await connected(url)
            while time.perf_counter() < end:
                began = time.perf_counter()
                writer.write(next(requests))
                status, _ = await reply(reader)
                waits.append(time.perf_counter() - began)
                errors += status != 200
            writer.close()
            await writer.wait_closed()
        except (OSError, EOFError, ValueError):
            errors += 1

    await asyncio.gather(*(visitor() for _ in range(CONNECTIONS)))
    return waits, errors


async def connected(url: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A line to the server."""
    where = urlsplit(url)
    return await asyncio.open_connection(where.hostname, where.port, limit=2**24)


async def reply(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """The status and the body of the next reply."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    length = re.search(r"(?i)^content-length: *(\d+)", head, re.MULTILINE)
    return int(head.split(" ", 2)[1]), await reader.readexactly(int(length[1]) if length else 0)


async def one(url: str, request: Request) -> bytes:
    """The body of one reply, as it is."""
    reader, writer = await connected(url)
    writer.write(request.replace(b"Accept-Encoding: gzip, br\r\n", b""))
    _, data = await reply(reader)
    writer.close()
    return data


def by_wrk(url: str) -> None:
    """The documents again, by a program that takes less of the machine for itself, where it is installed."""
    if not shutil.which("wrk"):
        return tell("wrk was not run: it is not installed")
    command = ["wrk", "-t2", f"-c{CONNECTIONS}", f"-d{SECONDS}s", url]
    for line in subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines():
        if re.search("Requests/sec|errors|Non-2xx", line):
            tell(f"wrk, documents: {line.strip()}")


def beside_large_ones(url: str) -> None:
    """A small run, alone and while the largest are made."""
    alone = [seconds(url) for _ in range(30)]
    text = json.dumps(machine(1024).document(), separators=(",", ":"))
    command = ["-c", f"import sys; from tests.app.asking import ask; ask({url!r}, {{'text': sys.stdin.read()}})"]
    large = [
        subprocess.Popen([sys.executable, *command], stdin=subprocess.PIPE, text=True) for _ in range(LARGE_AT_ONCE)
    ]
    for process in large:
        assert process.stdin is not None
        process.stdin.write(text)
        process.stdin.close()
    beside = [seconds(url) for _ in count_while(large)]
    middle, slow = statistics.median(beside), statistics.quantiles(beside, n=20)[-1]
    what = f"a small run beside {LARGE_AT_ONCE} of 1,024 nodes"
    say(f"{what}, against one alone, p50", 3, middle / statistics.median(alone))
    tell(f"{1000 * middle:9.1f} ms p50, {1000 * slow:.1f} ms p95, {1000 * max(beside):.1f} ms at most: {what}")


def count_while(processes: Sequence[subprocess.Popen[str]]) -> Iterator[int]:
    """Counts until all processes have ended."""
    for number in count():
        if all(process.poll() is not None for process in processes):
            return
        yield number


def seconds(url: str) -> float:
    """How long a visitor waits for a small run, then a moment to look at it."""
    began = time.perf_counter()
    status, _ = ask(url, SMALL)
    assert status == 200
    taken = time.perf_counter() - began
    time.sleep(0.02)
    return taken


def memory(server: Server) -> float:
    """What the server and its processes hold now, in MiB; 0 where no /proc says so."""
    process = Path(f"/proc/{server.process.pid}")
    children = [int(child) for task in process.glob("task/*/children") for child in task.read_text().split()]
    status = [Path(f"/proc/{one}/status") for one in (server.process.pid, *children)]
    return sum(int(re.findall(r"VmRSS:\s+(\d+)", text.read_text())[0]) for text in status if text.exists()) / 1024
