"""The index page."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from viz.app import create_app


def test_requests_that_come_first_and_at_once_get_the_same_page() -> None:
    """Dash collects its style sheets during the first request; another one meanwhile must not get a page without."""
    server = create_app().server
    start = Barrier(6)

    def index() -> bytes:
        start.wait()
        return bytes(server.test_client().get("/").data)

    with ThreadPoolExecutor(6) as threads:
        pages = [page.result() for page in [threads.submit(index) for _ in range(6)]]
    assert [page.count(b'rel="stylesheet"') for page in pages] == [4] * 6
