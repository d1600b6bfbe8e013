"""Fixtures of the browser tests: a real Chromium, and a `page`; a test fails if anything on its page goes wrong."""

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
    "--font-render-hinting=none",  # so that text is as wide as on other machines
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # no request leaves this machine
]
PATIENCE = 60_000
"""The milliseconds after which an action or expectation fails; plotly loads for ten seconds on a busy machine."""


class Watch:
    """A list of everything that goes wrong in a browser context, except what its test has allowed."""

    def __init__(self, context: BrowserContext, origin: str) -> None:
        self.context = context
        self.origins = {origin}
        """The origins that requests may go to."""
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
            context.on(event, hear)  # type: ignore[call-overload]  # on() has an overload for each name
        self._open = list(context.pages)
        for page in self._open:
            page.on("crash", self._crash)

    def leave(self) -> None:
        """Stop watching the context."""
        for event, hear in self._hears.items():
            self.context.remove_listener(event, hear)
        for page in self._open:
            page.remove_listener("crash", self._crash)

    def allow(self, pattern: str) -> None:
        """From now on, ignore every complaint that matches the pattern: `watch.allow("ERR_CONNECTION_REFUSED")`."""
        self._allowed.append(re.compile(pattern))

    def settle(self) -> list[str]:
        """Wait for events that pages have already sent, and return all complaints."""
        for page in self.context.pages:
            with suppress(PlaywrightError):  # the page is closed or has crashed
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
        if request.failure != "net::ERR_ABORTED":  # the test left the page before the response came
            self._complain(f"failed: {request.url}: {request.failure}")

    def _response(self, response: Response) -> None:
        if response.status >= 400:
            self._complain(f"status {response.status}: {response.url}")


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """Fail a test whose watch has complaints; if the test has failed by itself, add the complaints to its error."""
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
            standing.leave()  # so that the next test gets a new page
        raise
    return result


@pytest.fixture(scope="session")
def chromium() -> Iterator[tuple[BrowserType, dict[str, Any]]]:
    """Yield playwright's browser type for Chromium, and the options to launch it with."""
    program = shutil.which(os.environ.get("CHROMIUM", ""))
    if program is None:
        pytest.fail("CHROMIUM names no Chromium; ./dev test finds or installs one", pytrace=False)
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        yield playwright.chromium, {"executable_path": program, "args": FLAGS, "chromium_sandbox": False}


@pytest.fixture(scope="session")
def browser(chromium: tuple[BrowserType, dict[str, Any]]) -> Iterator[Browser]:
    """Yield a Chromium that all tests share; each new context is a visitor without cookies, storage or cache."""
    browser_type, options = chromium
    browser = browser_type.launch(**options)
    yield browser
    browser.close()


WINDOW: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}, "reduced_motion": "reduce"}
"""Options of a context. Motion is reduced: animations are drawn sixty times a second, and few tests look at them."""
HABITS = """
Object.defineProperty(NetworkInformation.prototype, "saveData", {get: () => true});
window.ours = (name) => import(name);
"""
"""A script that runs before the page's own scripts.

It sets saveData, so that the page loads plotly only when a chart is scrolled into view. It also adds the function
ours(), which imports a module of the page by its name: `ours("#core/trace")`.
"""


def visitor(browser: Browser, server: Server | Relay, **options: Any) -> BrowserContext:
    """Return a browser context without cookies, storage or cache; `page.goto("/")` opens the server's page."""
    context = browser.new_context(base_url=server.url, **WINDOW | options)
    context.set_default_timeout(PATIENCE)
    context.add_init_script(HABITS)
    return context


@pytest.fixture(scope="session")
def regular(
    chromium: tuple[BrowserType, dict[str, Any]], server: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[BrowserContext]:
    """Yield a context that all tests share, so that the browser compiles the page's scripts only once.

    Compiling takes more than half the time of a page load. The visitor of this context is the "regular visitor".
    """
    browser_type, options = chromium
    profile = tmp_path_factory.mktemp("profile")
    context = browser_type.launch_persistent_context(profile, base_url=server.url, **WINDOW, **options)
    context.set_default_timeout(PATIENCE)
    context.add_init_script(HABITS)
    yield context
    context.close()


def forget(regular: BrowserContext, origin: str) -> None:
    """Clear what the regular visitor has stored for an origin, except cached scripts and the sessionStorage of tabs."""
    session = regular.new_cdp_session(regular.pages[0])
    session.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "local_storage,indexeddb"})
    session.detach()


@pytest.fixture
def context(regular: BrowserContext, server: Server) -> Iterator[BrowserContext]:
    """Yield the regular visitor's context with nothing but cached scripts; `page.goto("/")` opens the server's page."""
    regular.clear_cookies()
    regular.clear_permissions()
    forget(regular, server.url)
    yield regular
    for page in regular.pages[2:]:
        page.close()


@pytest.fixture
def stranger(browser: Browser, server: Server) -> Iterator[Page]:
    """Yield an empty page of a visitor without cookies, storage or cache. A test fails if the watch has complaints."""
    context = visitor(browser, server)
    watch = Watch(context, server.url)
    yield context.new_page()
    complaints = watch.settle()
    context.close()
    assert complaints == []


class Standing:
    """A page that stays open from test to test, for tests that only let it show another run."""

    def __init__(self, browser: Browser, server: Server) -> None:
        self.browser, self.server = browser, server
        self.watch: Watch | None = None
        self._page: Page | None = None

    @property
    def page(self) -> Page:
        """Return the page, and open it first if it is not open. It may show the run of an earlier test."""
        if self._page is None:
            context = visitor(self.browser, self.server)
            self.watch = Watch(context, self.server.url)
            self._page = context.new_page()
            open_page(self._page)
        return self._page

    def leave(self) -> None:
        """Close the page; the next test that uses it gets a new page."""
        if self._page:
            self._page.context.close()
        self._page = self.watch = None


@pytest.fixture(scope="session")
def standing(browser: Browser, server: Server) -> Iterator[Standing]:
    """Yield the page that stays open; pytest_pyfunc_call() checks its watch after each test."""
    it = Standing(browser, server)
    yield it
    it.leave()


@pytest.fixture
def trace() -> Trace:
    """Return the trace of the run that the page opens with."""
    return Run.of(builtin(builtin_names()[0])).trace()


@pytest.fixture
def watch(context: BrowserContext, server: Server) -> Iterator[Watch]:
    """Yield the watch of the regular visitor; a test needs it only to allow a complaint or another server's origin."""
    watch = Watch(context, server.url)
    yield watch
    watch.leave()


@pytest.fixture
def page(context: BrowserContext, server: Server, watch: Watch) -> Iterator[Page]:
    """Yield the regular visitor's tab, empty and watched. All tests share it: a new tab takes as long as a page load.

    A test that adds something to a page that cannot be removed, such as an init script, must use `context.new_page()`;
    one that installs a clock must use `stranger`, because a clock stays in all pages of a context.
    """
    tab = context.pages[1] if len(context.pages) > 1 else context.new_page()
    yield tab
    try:
        tab.unroute_all(behavior="ignoreErrors")
        # The tab waits on a page of the same origin that stores nothing when it is left. From about:blank, the next
        # test's page would get a process of its own, and loading it would take twice the processor time.
        tab.goto(f"{server.url}/no-such-page")
        tab.evaluate("sessionStorage.clear()")
        tab.set_viewport_size(WINDOW["viewport"])
        tab.emulate_media(color_scheme="light", reduced_motion=WINDOW["reduced_motion"])
    except PlaywrightError:
        tab.close()


@pytest.fixture
def relay(page: Page, watch: Watch, server: Server) -> Iterator[Relay]:
    """Yield a relay to the server, which the test may cut; the browser has cached nothing from the relay's address."""
    with relaying(server.url) as it:
        watch.origins.add(it.url)
        yield it
        page.goto("about:blank")  # so that the page sends no more requests to the relay


@pytest.fixture(scope="session")
def usual_address(server: Server) -> Iterator[Relay]:
    """Yield the relay to the server that all tests with `usual_relay` share."""
    with relaying(server.url) as it:
        yield it


@pytest.fixture
def usual_relay(page: Page, watch: Watch, server: Server, usual_address: Relay) -> Iterator[Relay]:
    """Yield a relay at an address from which the browser has cached all scripts, for tests that need all of them."""
    forget(page.context, usual_address.url)
    watch.origins.add(usual_address.url)
    yield usual_address
    usual_address.to(server.url)
    usual_address.back()
    page.unroute_all(behavior="ignoreErrors")
    page.goto(f"{usual_address.url}/no-such-page")
    page.evaluate("sessionStorage.clear()")
