"""A real Chromium, and a `page` that fails its test at the first thing a visitor would call broken."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    BrowserType,
    ConsoleMessage,
    Page,
    Request,
    Response,
    expect,
    sync_playwright,
)
from playwright.sync_api import Error as PlaywrightError

from tests.browser.steps import open_page
from tests.relay import Relay, relaying
from tests.serving import Server
from viz.analysis.run import Run
from viz.topology import builtin, builtin_names
from viz.trace.model import Trace

FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--font-render-hinting=none",  # text is as wide here as elsewhere
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # a foreign request fails here, and leaves nothing
]
PATIENCE = 60_000
"""Milliseconds that an action or an expectation may wait: plotly alone takes seconds to come, on a busy machine ten."""


class Watch:
    """Everything that went wrong in a browser context, except what its test has allowed."""

    def __init__(self, context: BrowserContext, origin: str) -> None:
        self.context = context
        self.origins = {origin}
        """Where requests may go."""
        self.complaints: list[str] = []
        self._allowed: list[re.Pattern[str]] = []
        self._hears: dict[str, Callable[[Any], None]] = {
            "console": self._console,
            "weberror": lambda error: self._complain(f"page error: {error.error}"),
            "request": self._request,
            "requestfailed": self._failed,
            "response": self._response,
            "page": lambda page: page.on("crash", self._crash),
        }
        for event, hear in self._hears.items():
            context.on(event, hear)  # type: ignore[call-overload]  # the names are told apart by literals
        self._open = list(context.pages)
        for page in self._open:
            page.on("crash", self._crash)

    def leave(self) -> None:
        """Hear no more."""
        for event, hear in self._hears.items():
            self.context.remove_listener(event, hear)
        for page in self._open:
            page.remove_listener("crash", self._crash)

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

    def _crash(self, page: Page) -> None:
        self._complain(f"{page.url} crashed")

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
def chromium() -> Iterator[tuple[BrowserType, dict[str, Any]]]:
    """What starts Chromium, and how."""
    program = shutil.which(os.environ.get("CHROMIUM", ""))
    if program is None:
        pytest.fail("CHROMIUM names no Chromium; ./dev test finds or installs one", pytrace=False)
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        yield playwright.chromium, {"executable_path": program, "args": FLAGS, "chromium_sandbox": False}


@pytest.fixture(scope="session")
def browser(chromium: tuple[BrowserType, dict[str, Any]]) -> Iterator[Browser]:
    """Chromium, started once, for visitors who have never been here."""
    browser_type, options = chromium
    browser = browser_type.launch(**options)
    yield browser
    browser.close()


WINDOW: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}, "reduced_motion": "reduce"}
"""What moves is drawn sixty times a second, and most tests look at none of it."""
HABITS = """
Object.defineProperty(NetworkInformation.prototype, "saveData", {get: () => true});
window.ours = (name) => import(name);
"""
"""Only who looks at the charts waits for plotly; ours("#core/trace") is that module of the page."""


def visitor(browser: Browser, server: Server | Relay, **options: Any) -> BrowserContext:
    """No cookies, no storage, nothing cached; `page.goto("/")` is the server's page."""
    context = browser.new_context(base_url=server.url, **WINDOW | options)
    context.set_default_timeout(PATIENCE)
    context.add_init_script(HABITS)
    return context


@pytest.fixture(scope="session")
def regular(
    chromium: tuple[BrowserType, dict[str, Any]], server: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[BrowserContext]:
    """A visitor whose browser has compiled the page's scripts before, which is more than half of what a load costs."""
    browser_type, options = chromium
    profile = tmp_path_factory.mktemp("profile")
    context = browser_type.launch_persistent_context(profile, base_url=server.url, **WINDOW, **options)
    context.set_default_timeout(PATIENCE)
    context.add_init_script(HABITS)
    yield context
    context.close()


def forget(regular: BrowserContext, origin: str) -> None:
    """Let the regular visitor keep nothing of an origin but its scripts, and what a tab keeps for itself."""
    session = regular.new_cdp_session(regular.pages[0])
    session.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "local_storage,indexeddb"})
    session.detach()


@pytest.fixture
def context(regular: BrowserContext, server: Server) -> Iterator[BrowserContext]:
    """The regular visitor with everything forgotten but the scripts; `page.goto("/")` is the server's page."""
    regular.clear_cookies()
    regular.clear_permissions()
    forget(regular, server.url)
    yield regular
    for page in regular.pages[2:]:
        page.close()


@pytest.fixture
def stranger(browser: Browser, server: Server) -> Iterator[Page]:
    """The empty page of somebody who has never been here, under watch."""
    context = visitor(browser, server)
    watch = Watch(context, server.url)
    yield context.new_page()
    complaints = watch.settle()
    context.close()
    assert complaints == []


class Standing:
    """A page that stays open from test to test, for those that only take it from run to run."""

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
def trace() -> Trace:
    """The run that the page opens with."""
    return Run.of(builtin(builtin_names()[0])).trace()


@pytest.fixture
def watch(context: BrowserContext, server: Server) -> Iterator[Watch]:
    """What may complain; a test names it only to allow something, or another server's origin."""
    watch = Watch(context, server.url)
    yield watch
    watch.leave()


@pytest.fixture
def page(context: BrowserContext, server: Server, watch: Watch) -> Iterator[Page]:
    """The visitor's one tab, empty and under watch: to open one for every test takes as long as the page itself.

    What a test adds to a page for good, such as an init script, it adds to a `context.new_page()`.
    """
    tab = context.pages[1] if len(context.pages) > 1 else context.new_page()
    yield tab
    try:
        tab.unroute_all(behavior="ignoreErrors")
        tab.goto(f"{server.url}/no-such-page")  # of the same origin, and writes nothing on leaving
        tab.evaluate("sessionStorage.clear()")
        tab.goto("about:blank")
        tab.set_viewport_size(WINDOW["viewport"])
        tab.emulate_media(color_scheme="light", reduced_motion=WINDOW["reduced_motion"])
    except PlaywrightError:
        tab.close()


@pytest.fixture
def relay(page: Page, watch: Watch, server: Server) -> Iterator[Relay]:
    """A way to the server that the test may cut; the visitor has nothing from this address, no script either."""
    with relaying(server.url) as it:
        watch.origins.add(it.url)
        yield it
        page.goto("about:blank")  # it may ask for something every now and then


@pytest.fixture(scope="session")
def usual_address(server: Server) -> Iterator[Relay]:
    """A way to the server that `usual_relay` lends to one test after another."""
    with relaying(server.url) as it:
        yield it


@pytest.fixture
def usual_relay(page: Page, watch: Watch, server: Server, usual_address: Relay) -> Iterator[Relay]:
    """A relay at an address from which the regular visitor has all scripts already, for tests that need them all."""
    forget(page.context, usual_address.url)
    watch.origins.add(usual_address.url)
    yield usual_address
    usual_address.to(server.url)
    usual_address.back()
    page.unroute_all(behavior="ignoreErrors")
    page.goto(f"{usual_address.url}/no-such-page")
    page.evaluate("sessionStorage.clear()")
