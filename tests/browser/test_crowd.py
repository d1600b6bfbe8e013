"""Test that the visitors of the load generator fetch the same files as Chromium."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import Page

from tests.bench.cold import DASH, explore
from tests.bench.crowd import LATE, MACHINES, Crowd, load_with_crowd
from tests.browser.steps import open_page
from tests.serving import Server

VIEWERS = 3


@pytest.mark.slow
def test_three_viewers_fetch_what_chromium_fetches(stranger: Page, server: Server) -> None:
    requested: list[str] = []
    stranger.on("request", lambda request: requested.append(request.url.removeprefix(server.url)))
    with stranger.expect_response("**/_dash-dependencies"):  # this request comes after the page plays
        open_page(stranger)
    stranger.wait_for_load_state("networkidle")
    with ThreadPoolExecutor(1) as thread:  # playwright's event loop occupies this thread
        page = thread.submit(asyncio.run, explore(f"{server.url}/")).result()
        result = thread.submit(load_with_crowd, server.process.pid, page, Crowd(VIEWERS, 1, pause=(0, 0.1))).result()
    files = [path for path in requested if path != "/ask/findings"]  # a question
    assert sorted([*page.names, *(f"/{path}" for path in DASH)]) == sorted(files)
    assert not result.tally.errors
    assert {kind: len(waits) for kind, waits in result.tally.waits.items()} == {
        LATE: VIEWERS,
        "index": VIEWERS,
        "assets": VIEWERS * (len(page.names) - 1),
        "Dash's own": VIEWERS * len(DASH),
        "runs": VIEWERS * MACHINES,
        "findings": VIEWERS * (1 + MACHINES),
        "cold page": VIEWERS,
    }
