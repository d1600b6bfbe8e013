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

from tests.browser.steps import open_page
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
    standing = pyfuncitem.funcargs.get("standing")
    watch = standing.watch if isinstance(standing, Standing) else pyfuncitem.funcargs.get("watch")
    try:
        result = yield
        if isinstance(watch, Watch) and watch.settle():
            pytest.fail("the page complained:\n" + "\n".join(watch.complaints), pytrace=False)
    except BaseException as error:
        if isinstance(watch, Watch):
            for complaint in watch.settle():
                error.add_note(complaint)
        if isinstance(standing, Standing):
            standing.leave()  # the next test shall not suffer for it
        raise
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


def visitor(browser: Browser, server: Server) -> BrowserContext:
    """No cookies, no storage, nothing cached; `page.goto("/")` is the server's page."""
    context = browser.new_context(base_url=server.url, viewport={"width": 1440, "height": 900})
    context.set_default_timeout(PATIENCE)
    return context


@pytest.fixture
def context(browser: Browser, server: Server) -> Iterator[BrowserContext]:
    """A visitor of their own."""
    context = visitor(browser, server)
    yield context
    context.close()


class Standing:
    """A page that stays open from test to test, for those that only take it from run to run; to load one takes 2 s."""

    def __init__(self, browser: Browser, server: Server) -> None:
        self.browser, self.server = browser, server
        self.watch: Watch | None = None
        self._page: Page | None = None

    @property
    def page(self) -> Page:
        """The page, with some run on it."""
        if self._page is None:
            context = visitor(self.browser, self.server)
            self.watch = Watch(context, self.server.url)
            self._page = context.new_page()
            open_page(self._page)
        return self._page

    def leave(self) -> None:
        """Close it: who wants one next has it anew."""
        if self._page:
            self._page.context.close()
        self._page = self.watch = None


@pytest.fixture(scope="session")
def standing(browser: Browser, server: Server) -> Iterator[Standing]:
    """The page that stays open, under watch."""
    it = Standing(browser, server)
    yield it
    it.leave()


@pytest.fixture
def watch(context: BrowserContext, server: Server) -> Watch:
    """What may complain; a test names it only to allow something, or another server's origin."""
    return Watch(context, server.url)


@pytest.fixture
def page(context: BrowserContext, watch: Watch) -> Page:
    """An empty page under watch."""
    return context.new_page()
