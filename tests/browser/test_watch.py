"""Test that the Watch of the browser tests reports faults of every kind."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page

from tests.browser.conftest import PATIENCE, Watch
from tests.browser.steps import open_whole
from tests.relay import Relay

FAULTS = {
    "console error": ("console.error('oh')", "console error: oh"),
    "console warning": ("console.warn('oh')", "console warning: oh"),
    "page error": ("setTimeout(() => { throw new Error('oh') })", "page error: oh"),
    "rejection": ("Promise.reject(new Error('oh')); 0", "page error: oh"),
    "foreign request": (
        "new Image().src = 'http://tierscope.invalid/'; 0",
        "foreign request: http://tierscope.invalid/",
    ),
    "failed request": ("fetch('http://127.0.0.1:9/').catch(() => 0)", "failed: http://127.0.0.1:9/"),
}


def test_each_fault_is_a_complaint(page: Page, watch: Watch) -> None:
    page.goto("about:blank")  # a page of the server has a policy, which would block some requests
    for what, (script, complaint) in FAULTS.items():
        watch.complaints.clear()
        page.evaluate(script)
        end = time.monotonic() + PATIENCE / 1000
        while not any(text.startswith(complaint) for text in watch.settle()):
            assert time.monotonic() < end, (what, watch.complaints)
    watch.allow("")  # the faults may cause more complaints later
    watch.complaints.clear()


def test_a_status_is_a_complaint_unless_allowed(page: Page, watch: Watch) -> None:
    page.route("**/*", lambda route: route.fulfill(status=500, body="no"))
    page.goto("/")
    assert any(text.startswith("status 500") for text in watch.settle()), watch.complaints
    watch.complaints.clear()
    watch.allow("status 500|Failed to load resource")
    page.reload()
    assert watch.settle() == []


@pytest.mark.slow
def test_a_stopped_server_fails_requests(page: Page, watch: Watch, usual_relay: Relay) -> None:
    open_whole(page, usual_relay.url)  # this waits until all files of the page have come
    usual_relay.cut()
    assert watch.settle() == []
    page.evaluate("fetch('/').catch(() => 0)")
    assert any("ERR_CONNECTION_REFUSED" in text for text in watch.settle()), watch.complaints
    watch.complaints.clear()


def test_a_crash_is_a_complaint(page: Page, watch: Watch) -> None:
    with pytest.raises(PlaywrightError):
        page.goto("chrome://crash")
    assert any("crashed" in text for text in watch.settle()), watch.complaints
    watch.complaints.clear()
