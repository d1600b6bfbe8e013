"""Test a server that stops and comes back: the page says so, still plays, and repeats the unanswered requests."""

from __future__ import annotations

import http.client
import http.server
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, Request, Route, expect

from tests.browser.conftest import Watch, visitor
from tests.browser.editing import cell, document, effect, open_editor
from tests.browser.renewing import GONE, LOST
from tests.browser.steps import at, charted, open_page, open_whole
from tests.browser.test_accessibility import violations
from tests.browser.test_ahead import agrees, link, trace
from tests.browser.test_draft import on_runs, type_distance
from tests.relay import Relay, relaying
from tests.serving import Server
from viz.topology import builtin, builtin_names

ROBOTS = "robots.txt"


def back(page: Page, relay: Relay) -> None:
    """Let the relay answer again, and send the page the event "online", so that it contacts the server at once."""
    relay.back()
    page.evaluate("window.dispatchEvent(new Event('online'))")


@pytest.fixture
def lost(page: Page, watch: Watch, usual_relay: Relay) -> Relay:
    """Return a relay that was cut after the page was loaded from it."""
    open_whole(page, usual_relay.url)
    watch.allow(LOST)
    usual_relay.cut()
    return usual_relay


@pytest.mark.slow
def test_what_was_asked_for_comes_when_the_server_does(page: Page, lost: Relay) -> None:
    """The page itself finds out that the server is back. tests/browser/test_renewed.py ends a real server."""
    page.select_option("#kernel", "v6.1")
    expect(page.locator("#status")).to_have_text(GONE)
    page.select_option("#zonelists", "boot")
    page.click("#tool-stranding")
    expect(page.locator("#tool")).to_contain_text("The server does not answer")
    page.locator("#charts").scroll_into_view_if_needed()
    expect(page.locator("#chart")).to_contain_text(GONE)
    lost.back()
    expect(page.locator("#zonelists")).to_have_value("boot")
    expect(page.locator("#status")).to_have_text("")
    expect(page.locator("#packed")).to_contain_text("Without walls: 16 jobs")
    expect(page.locator("#chart")).not_to_contain_text(GONE)
    charted(page)
    expect(page.locator("#notice")).to_be_empty()


@pytest.mark.slow
def test_a_server_that_ends_before_all_of_the_page_is_here(page: Page, watch: Watch, usual_relay: Relay) -> None:
    """The run still plays. When the server is back, requests are answered, and missing parts of the page are loaded."""
    watch.allow(f"{LOST}|Minified|undefined")
    for what in ("dash_renderer", "_dash-layout", "later.mjs"):
        end_before(page, usual_relay, what)


def end_before(page: Page, relay: Relay, what: str) -> None:
    """Cut the relay before a part of the page has come, and let it answer again."""
    held: list[Route] = []
    page.route(
        f"**/{what}*", lambda route: held.append(route)
    )  # with a route, the browser takes nothing from its cache
    open_page(page, relay.url)
    page.keyboard.press("ArrowRight")
    while not held:
        page.wait_for_timeout(10)
    relay.cut()
    held.pop().abort()
    page.unroute_all()
    page.select_option("#kernel", "v6.1")
    expect(page.locator("#status")).to_have_text(GONE)
    page.click("#zoom-in")
    page.locator("#charts").scroll_into_view_if_needed()
    back(page, relay)
    expect(page.locator("main")).to_have_attribute("data-kernel", "v6.1")
    page.click("#open-share")
    expect(page.locator("#link")).not_to_have_value("")
    page.click("#close-share")
    charted(page)


def test_whoever_has_gone_on_is_asked_first(page: Page, lost: Relay) -> None:
    """If the visitor has stepped or played on, the page asks before it replaces that run by the requested run."""
    go_on(page, lost, "v6.1", "ArrowRight")
    notice = page.locator("#notice")
    assert violations(page, "#notice") == []
    notice.get_by_role("button", name="Close").press("Enter")
    expect(page.locator("#play-pause")).to_be_focused()
    expect(notice).to_be_empty()
    lost.cut()
    go_on(page, lost, "v5.15", " ")
    expect(page.locator("main")).to_have_attribute("data-mode", "playing")
    notice.get_by_role("button", name="Ask again").press("Enter")
    expect(page.locator("main")).to_have_attribute("data-kernel", "v5.15")
    expect(notice).to_be_empty()


def go_on(page: Page, lost: Relay, kernel: str, key: str) -> None:
    """Ask for another kernel, press a key meanwhile, and let the server answer again."""
    page.select_option("#kernel", kernel)
    expect(page.locator("#status")).to_have_text(GONE)
    page.select_option("#speed", "0.25")
    page.keyboard.press("Escape")
    page.locator("#stage").click(position={"x": 2, "y": 2})
    page.keyboard.press(key)
    back(page, lost)
    expect(page.locator("#notice")).to_contain_text("The server answers again. What you asked for last has not come.")
    expect(page.locator("main")).to_have_attribute("data-kernel", "posted")


@pytest.mark.slow
def test_edits_and_questions_are_sent_by_themselves(page: Page, watch: Watch, usual_relay: Relay) -> None:
    open_editor(page, usual_relay.url)
    watch.allow(LOST)
    usual_relay.cut()
    type_distance(page, 1, 2, 90)
    type_distance(page, 0, 1, 44)
    expect(page.locator(".unanswered")).to_contain_text("kept here")
    page.click("#open-share")
    page.select_option("#form", "toml")
    page.click("#copy-machine")
    expect(page.locator("#share-note")).to_have_text(GONE)
    back(page, usual_relay)
    expect(effect(page)).to_contain_text("Raising d(1,2) and d(2,1) to 90, raising d(0,1) and d(1,0) to 44")
    expect(page.locator(".unanswered")).to_be_empty()
    expect(page.locator("#share-note")).to_have_text("")
    assert document(page)["distances"][0][1] == 44
    page.click("#close-share")
    go_on_in_the_new_dialog(page, usual_relay)


def go_on_in_the_new_dialog(page: Page, relay: Relay) -> None:
    """What the dialog for a new machine could not ask is asked once the server answers again."""
    page.click("#open-shape")
    expect(page.locator("#shape-told")).not_to_be_empty()
    relay.cut()
    page.fill("[data-at=line]", "3 sockets: cpu+dram")
    expect(page.locator("#shape-wrong")).to_have_text(GONE)
    back(page, relay)
    expect(page.locator("#shape-told")).to_contain_text("3 nodes")
    expect(page.locator("[data-at=line]")).to_have_value("3 sockets: cpu+dram")
    expect(page.locator("#shape-wrong")).to_have_text("")


@pytest.mark.slow
def test_an_edit_that_nobody_heard_can_be_returned_to(page: Page, watch: Watch, usual_relay: Relay) -> None:
    """After an edit without a server, the visitor selects another machine and gets it. Undo returns to the edit."""
    open_editor(page, usual_relay.url)
    watch.allow(LOST)
    usual_relay.cut()
    type_distance(page, 1, 2, 90)
    expect(page.locator(".unanswered")).to_contain_text("kept here")
    page.select_option("#topology", builtin_names()[1])
    expect(page.locator("#status")).to_have_text(GONE)
    back(page, usual_relay)
    expect(page.locator("#title")).to_have_text(builtin(builtin_names()[1]).title)
    page.locator("[data-act='undo']").click()
    expect(cell(page, 1, 2)).to_have_text("90")
    expect(page.locator("#title")).to_have_text(builtin(builtin_names()[0]).title)
    page.locator("[data-act='undo']").click()
    expect(cell(page, 1, 2)).to_have_text("17")
    expect(effect(page)).to_contain_text("Undoing")


@pytest.mark.slow
def test_the_first_run_comes_by_itself_or_the_default_is_opened(page: Page, watch: Watch) -> None:
    watch.allow(LOST)
    for how in ("wait", "press"):
        on_runs(page, lambda route: route.abort())
        page.goto("/robots.txt")
        page.goto(f"/#topology={builtin_names()[1]}")  # the document contains only the run of the first machine
        expect(page.locator("#broken-text")).to_have_text(GONE)
        page.unroute_all()
        if how == "press":
            page.click("#open-default")
        page.wait_for_selector("main[data-step]")
        expect(page.locator("#broken")).to_be_hidden()


@contextmanager
def timed(browser: Browser, server: Server | Relay) -> Iterator[Page]:
    """Yield the page in a new context, with a clock that a test can stop."""
    context = visitor(browser, server)
    watch = Watch(context, server.url)
    page = context.new_page()
    page.clock.install()
    open_whole(page)
    watch.allow(LOST)
    yield page
    complaints = watch.settle()
    context.close()
    assert complaints == []


def stop_clock(page: Page) -> None:
    page.clock.pause_at(page.evaluate("(Date.now() + 100) / 1000"))


def run_clock(page: Page, seconds: int) -> None:
    """Advance the page's clock second by second, and give the page time to react after each second."""
    for _ in range(seconds):
        page.clock.run_for(1_000)
        page.wait_for_timeout(20)


@pytest.mark.slow
def test_the_server_is_looked_for_seldom_and_only_for_somebody(browser: Browser, server: Server) -> None:
    """With a clock that the test stops, so that no timer of the page runs unless the test lets it."""
    with relaying(server.url) as relay, timed(browser, relay) as page:
        _offline_and_online(page)
        open_whole(page)
        _one_that_never_gets_through(page)
        open_whole(page)
        relay.cut()
        _intervals(page)


def _offline_and_online(page: Page) -> None:
    """Check that the event "online" makes the page contact the server. The clock is stopped, so no timer does."""
    found = server_checks(page)
    page.context.set_offline(True)
    page.select_option("#kernel", "v6.1")
    expect(page.locator("#status")).to_have_text(GONE)
    stop_clock(page)
    before = len(found)
    with page.expect_response(re.compile(ROBOTS)):
        page.context.set_offline(False)
    assert len(found) == before + 1
    page.clock.resume()
    expect(page.locator("main")).to_have_attribute("data-kernel", "v6.1")
    expect(page.locator("#status")).to_have_text("")


def server_checks(page: Page) -> list[Request]:
    """Return a list to which all later requests for robots.txt are added; with them the page looks for the server."""
    found: list[Request] = []
    page.on("request", lambda request: found.append(request) if request.url.endswith(ROBOTS) else None)
    return found


def _intervals(page: Page) -> None:
    """Check that the page asks for a server that is gone less and less often, and not while it is hidden."""
    found = server_checks(page)
    stop_clock(page)
    run_clock(page, 60)
    assert found == []  # the visitor waits for nothing, so the page sends no request
    page.select_option("#kernel", "v6.1")
    times = []
    for second in range(110):
        before = len(found)
        run_clock(page, 1)
        times += [second] * (len(found) - before)
    expect(page.locator("#status")).to_have_text(GONE)
    assert times[0] in (4, 5)
    assert [time - times[0] for time in times] == [0, 10, 30, 60, 90]
    page.evaluate("Object.defineProperty(document, 'hidden', {configurable: true, get: () => true})")
    run_clock(page, 100)
    assert len(found) == len(times)
    page.evaluate("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))")
    run_clock(page, 1)
    assert len(found) == len(times) + 1


def _one_that_never_gets_through(page: Page) -> None:
    """Check that a request that always fails, while the server answers others, is sent only four times."""
    sent: list[Route] = []

    def end(route: Route) -> None:
        sent.append(route)
        route.abort()

    on_runs(page, end)
    page.select_option("#kernel", "v6.1")
    expect(page.locator("#status")).to_have_text(GONE)
    stop_clock(page)
    run_clock(page, 100)
    assert len(sent) == 4
    page.unroute_all()
    page.clock.resume()
    page.select_option("#kernel", "v6.1")
    expect(page.locator("main")).to_have_attribute("data-kernel", "v6.1")


@pytest.mark.slow
def test_a_server_that_ends_amid_a_long_run(page: Page, watch: Watch, usual_relay: Relay) -> None:
    """The events that have come can be played. The rest is fetched when the server is back, and is played, too."""
    waiting: list[Route] = []
    page.route("**/ask/whole", lambda route: waiting.append(route))
    open_whole(page, usual_relay.url + link())
    expect(page.locator("#where")).to_contain_text("more to come")
    watch.allow(LOST)
    usual_relay.cut()
    waiting[0].continue_()
    page.unroute("**/ask/whole")
    expect(page.locator("#status")).to_contain_text("The rest of this run has not come. The server does not answer")
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    page.select_option("#speed", "8")
    page.keyboard.press(" ")
    expect(page.locator("main")).to_have_attribute("data-mode", "ended")
    last = at(page)
    back(page, usual_relay)
    expect(page.locator("main")).to_have_attribute("data-length", str(trace().length))
    expect(page.locator("main")).to_have_attribute("data-mode", "playing")
    assert at(page) >= last
    page.keyboard.press(" ")
    agrees(page, at(page))
    expect(page.locator("#notice")).to_be_empty()


@contextmanager
def cutting(server: Server, cuts: list[str]) -> Iterator[str]:
    """Yield the URL of a proxy that interrupts some of its answers.

    For each text in `cuts`, the proxy interrupts its answer to the first request with this text, and removes the text
    from `cuts`.
    """

    class Between(http.server.BaseHTTPRequestHandler):
        def _pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            server_side = http.client.HTTPConnection(server.url.removeprefix("http://"))
            server_side.request(self.command, self.path, body, {"Content-Type": self.headers.get("Content-Type", "")})
            reply = server_side.getresponse()
            content = reply.read()
            found = [text for text in cuts if text in body.decode()]
            self.send_response(reply.status)
            for name in ("Content-Type", "Tierscope-Edition"):
                self.send_header(name, reply.headers.get(name, ""))
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content[: len(content) // 2] if found else content)
            for text in found:
                cuts.remove(text)
            server_side.close()

        def __getattr__(self, name: str) -> object:
            if name.startswith("do_"):
                return self._pass_on
            raise AttributeError(name)

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Between) as between:
        threading.Thread(target=between.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{between.server_port}"
        between.shutdown()


TELLS = """() => {
    const status = document.querySelector("#status");
    window.told = [];
    const note = () => told.push(status.textContent);
    new MutationObserver(note).observe(status, {childList: true, characterData: true, subtree: true});
}"""
"""A script that notes every text of the status line; each reply to another question ends the outage, and clears it."""


@pytest.mark.slow
def test_an_answer_that_breaks_off_is_none(page: Page, watch: Watch, server: Server) -> None:
    cuts = ['"kernel":"v6.1"']
    with cutting(server, cuts) as url:
        watch.origins.add(url)
        open_whole(page, url)
        watch.allow(LOST)
        page.evaluate(TELLS)
        page.select_option("#kernel", "v6.1")
        expect(page.locator("main")).to_have_attribute("data-kernel", "v6.1")
        assert GONE in page.evaluate("told")
        assert cuts == []
        page.goto("about:blank")
