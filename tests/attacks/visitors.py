"""Visit a server, and measure how long the page and a small run take and how often they fail."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from urllib.parse import urlsplit

from tests.app.endpoint import body
from viz.topology import builtin_names

PATIENCE = 10.0
"""The number of seconds after which a visitor gives up a request."""
PAGE_PAUSE, RUN_PAUSE = 0.03, 0.1
KERNELS = ("posted", "v6.12", "v5.18", "v5.15")


@dataclass(frozen=True)
class Waits:
    """The waiting times of visits in seconds, with PATIENCE for each failed visit, and the number of failed visits."""

    seconds: Sequence[float]
    failed: int

    def p95(self) -> float:
        """Return the number of seconds within which 19 of 20 visits were answered."""
        return sorted(self.seconds)[max(0, -(-19 * len(self.seconds) // 20) - 1)]


def page(url: str, number: int) -> bool:
    """Fetch the page over a new connection, and return whether it came."""
    return _status(url, "GET", "/", None) == 200


def run(url: str, number: int) -> bool:
    """Request a small run, and return whether it came. `number` selects its machine and its kernel."""
    names = builtin_names()
    request = {"topology": names[number % len(names)], "kernel": KERNELS[number // len(names) % len(KERNELS)]}
    data = json.dumps(body({**request, "asked": number}))
    return _status(url, "POST", "/_dash-update-component", data) == 200


def _status(url: str, method: str, path: str, data: str | None) -> int:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=PATIENCE)
    try:
        connection.request(method, path, data, {"Content-Type": "application/json", "Accept-Encoding": "gzip"})
        reply = connection.getresponse()
        reply.read()
        return reply.status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def visit(url: str, what: Callable[[str, int], bool], seconds: float, pause: float) -> Waits:
    """Call `what` for `seconds` seconds, with a pause of `pause` seconds after each call; return the waiting times."""
    end, waits, failed = time.monotonic() + seconds, list[float](), 0
    for number in count():
        began = time.monotonic()
        if waits and began >= end:
            break
        came = what(url, number)
        failed += not came
        waits.append(time.monotonic() - began if came else PATIENCE)
        time.sleep(pause)
    return Waits(waits, failed)


def visit_both(url: str, seconds: float) -> tuple[Waits, Waits]:
    """Visit the page and, in another thread, small runs repeatedly; return the waiting times for pages and for runs."""
    with ThreadPoolExecutor(2) as threads:
        pages = threads.submit(visit, url, page, seconds, PAGE_PAUSE)
        runs = threads.submit(visit, url, run, seconds, RUN_PAUSE)
        return pages.result(), runs.result()
