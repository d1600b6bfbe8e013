"""Check a server with a single client: answers that it must not give, and the processor time that a visitor costs."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from tests.attacks import payloads
from tests.attacks.usage import seconds_to_stop, started
from tests.bench.processes import processor_time
from tests.bench.report import print_figure, print_line
from tests.bench.sides import Side
from tests.serving import Server

TIMES = 10
BUNDLE_MS = 20
"""The limit of the server's processor time for plotly's script, in milliseconds; slow machines stay below it, too."""
PAGE_MS = 60
"""The limit of the server's processor time for all requests of a first visit together, in milliseconds."""
HEADERS = ("cache-control", "cross-origin-opener-policy", "cross-origin-resource-policy", "x-content-type-options")
BASE = "/a/b/"


def raw(server: Server, request: bytes, seconds: float = 5.0) -> tuple[int, dict[str, str], bytes]:
    """Send a request, read until the server closes the connection, and return status, headers and body.

    The status is 0 if no answer came.
    """
    target = urlsplit(server.url)
    reply = b""
    try:
        with socket.create_connection((target.hostname or "", target.port or 0), timeout=seconds) as line:
            line.sendall(request)
            while data := line.recv(2**18):
                reply += data
    except OSError:
        pass
    head, _, body = reply.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    status = re.match(r"HTTP/1\.[01] (\d+)", lines[0])
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
    return int(status[1]) if status else 0, headers, body


def answers(side: Side) -> None:
    """Print for each kind of wrong answer how many of them the server gave."""
    with started(side) as server:
        good, headers, _ = raw(server, payloads.get("/"))
        print_line(f"\nanswers of {side.name}")
        print_figure("GET / without an answer", 0, good != 200)
        foreign = raw(server, payloads.get("/").replace(b"Host: 127.0.0.1", b"Host: attacker.example"))
        print_figure("GET / for a foreign Host answered with the page, on a loopback address", 0, foreign[0] == 200)
        deep = [raw(server, payloads.post(path, b"[" * 100_000)) for path in ("/ask/whole", "/_dash-update-component")]
        print_figure("deep bodies answered as a fault of the server", 0, sum(status >= 500 for status, _, _ in deep))
        missing = [name for name in HEADERS if name not in headers]
        print_figure(f"headers missing on /: {', '.join(missing) or 'none'}", 0, len(missing))
        print_figure("headers that name the server's software", 0, headers.get("server", "") != "")
        for target in (b"http://[::1", b"*", b"/%ff%00", b"/\x01", b"//x/y"):
            raw(server, payloads.get("/").replace(b"GET / ", b"GET " + target + b" "), 1)
        print_figure("lines printed for all of that", 0, server.output().count("\n") - 1)
        raw(server, payloads.asking("readers", payloads.chains(1024, protocol="in-place", programOrder=True)), 1)
        print_figure("until it stops while it works on a hard question", 5, seconds_to_stop(server), "s")
    with started(side, options=("--base-path", BASE)) as server:
        replies = [
            raw(server, payloads.get(path).replace(b"127.0.0.1", b"evil.example")) for path in ("/a/b", "/a/b//x")
        ]
        print_figure(
            "redirects to the Host that the visitor sent", 0, sum("evil" in str(reply[1]) for reply in replies)
        )


def costs(side: Side) -> None:
    """Print the processor time for plotly's script, and for all files that the page loads at first."""
    with started(side) as server:
        document = raw(server, payloads.get("/").replace(b"Accept-Encoding", b"X-Encoding"))[2].decode(errors="replace")
        named = re.findall(r'(?:src|href)="(/[^"?]+[^"]*)"', document)
        first_load = [payloads.get(path) for path in ("/", *named, "/_dash-layout", "/_dash-dependencies")]
        print_line(f"\nprocessor time of {side.name}")
        bundle = _milliseconds(server, lambda: raw(server, payloads.get(payloads.BUNDLE)))
        print_figure("processor for a GET of plotly.min.js", BUNDLE_MS, bundle, "ms")
        page = _milliseconds(server, lambda: [raw(server, request) for request in first_load])
        print_figure(f"processor for the {len(first_load)} requests of a first load", PAGE_MS, page, "ms")


def _milliseconds(server: Server, work: Callable[[], object]) -> float:
    """Return the server's processor milliseconds for a call of `work`: the mean of TIMES calls after a first one."""
    work()
    time.sleep(0.2)
    before = processor_time(server.process.pid)
    for _ in range(TIMES):
        work()
    return 1000 * (processor_time(server.process.pid) - before) / TIMES


CHECKS = {"answers": answers, "costs": costs}
