"""A real Chromium, and a `page` that fails its test at the first thing a visitor would call broken."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Generator, Iterator
from contextlib import suppress
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    expect,
    sync_playwright,
)
from playwright.sync_api import Error as PlaywrightError

from tests.serving import Server

FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--font-render-hinting=none",  # text is as wide here as elsewhere
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # a foreign request fails here, and leaves nothing
]
PATIENCE = 10_000
"""Milliseconds that an action or an expectation may wait: far more than one takes, for busy machines."""


class Watch:
    """Everything that went wrong in a browser context, except what its test has allowed."""

    def __init__(self, context: BrowserContext, origin: str) -> None:
        self.context = context
        self.origins = {origin}
        """Where requests may go."""
        self.complaints: list[str] = []
        self._allowed: list[re.Pattern[str]] = []
        context.on("console", self._console)
        context.on("weberror", lambda error: self._complain(f"page error: {error.error}"))
        context.on("request", self._request)
        context.on("requestfailed", self._failed)
        context.on("response", self._response)
        context.on("page", lambda page: page.on("crash", lambda _: self._complain(f"{page.url} crashed")))

    def allow(self, pattern: str) -> None:
        """From now on a complaint that matches is no failure: `watch.allow("ERR_CONNECTION_REFUSED")`."""
        self._allowed.append(re.compile(pattern))

    def settle(self) -> list[str]:
        """The complaints, with those that are still on their way from a page."""
        for page in self.context.pages:
            with suppress(PlaywrightError):  # it is closed or crashed
                page.evaluate("0")
        return self.complaints

    def _complain(self, text: str) -> None:
        if not any(pattern.search(text) for pattern in self._allowed):
            self.complaints.append(text)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning", "assert"):
            self._complain(f"console {message.type}: {message.text} ({message.location.get('url')})")

    def _request(self, request: Request) -> None:
        url = urlsplit(request.url)
        if url.scheme not in ("data", "blob") and f"{url.scheme}://{url.netloc}" not in self.origins:
            self._complain(f"foreign request: {request.url}")

    def _failed(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # the test left the page while something was still on its way
            self._complain(f"failed: {request.url}: {request.failure}")

    def _response(self, response: Response) -> None:
        if response.status >= 400:
            self._complain(f"status {response.status}: {response.url}")


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """A test with a watch fails for the watch's complaints, or has them added to its own failure."""
    watch = pyfuncitem.funcargs.get("watch")
    try:
        result = yield
    except Exception as error:
        if isinstance(watch, Watch):
            for complaint in watch.settle():
                error.add_note(complaint)
        raise
    if isinstance(watch, Watch) and watch.settle():
        pytest.fail("the page complained:\n" + "\n".join(watch.complaints), pytrace=False)
    return result


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, started once."""
    program = shutil.which(os.environ.get("CHROMIUM", ""))
    if program is None:
        pytest.fail("CHROMIUM names no Chromium; ./dev test finds or installs one", pytrace=False)
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=FLAGS, chromium_sandbox=False)
        yield chromium
        chromium.close()


@pytest.fixture
def context(browser: Browser, server: Server) -> Iterator[BrowserContext]:
    """A visitor of their own: no cookies, no storage, nothing cached; `page.goto("/")` is the server's page."""
    context = browser.new_context(base_url=server.url, viewport={"width": 1440, "height": 900})
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


@pytest.fixture
def watch(context: BrowserContext, server: Server) -> Watch:
    """What may complain; a test names it only to allow something, or another server's origin."""
    return Watch(context, server.url)


@pytest.fixture
def page(context: BrowserContext, watch: Watch) -> Page:
    """An empty page under watch."""
    return context.new_page()
