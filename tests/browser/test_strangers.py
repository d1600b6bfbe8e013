"""Test the page below a base path, in several tabs, in a frame, and when the server refuses or does not answer."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.conftest import Watch
from tests.browser.steps import agree, charted, choose, open_page, open_whole, shown
from tests.relay import Relay
from tests.serving import LIGHT, Server, serving
from viz.analysis.run import Run
from viz.app.http_policy import TOO_LARGE
from viz.page.player_data import play_alone
from viz.page.standalone import standalone
from viz.resources import assets
from viz.topology import Topology, builtin, builtin_names

ANSWERS = "**/_dash-update-component*"
GONE = "The server does not answer. This page plays on."
REFUSED = "ERR_CONNECTION_REFUSED|did not respond|Failed to load resource|status 4"


def machine(size: int) -> str:
    """Return as JSON the document of a machine with `size` nodes that are equally far from each other."""
    document = {
        "title": f"{size} nodes",
        "nodes": [{"id": n, "cpus": n % 2, "memory": 2**30} for n in range(size)],
        "distances": [[10 if a == b else 20 for b in range(size)] for a in range(size)],
    }
    return json.dumps(document)


@pytest.mark.slow
def test_below_a_path_of_its_own(page: Page, watch: Watch) -> None:
    """The page, a large machine, charts, a panel, a link and the embedded player all work below a base path."""
    with serving("--base-path", "/some/where", program=LIGHT) as server:
        watch.origins.add(server.url)
        home = f"{server.url}/some/where/"
        open_page(page, home[:-1])
        assert page.url.startswith(f"{home}#")
        page.click("#open-paste")
        page.fill("#text", machine(70))
        page.click("#load")
        expect(page.locator("#title")).to_have_text("70 nodes")
        agree(page, Run.of(Topology.from_document(json.loads(machine(70)))).trace(), 0)
        charted(page)
        page.click("#tab-distances")
        charted(page)
        page.click("[data-tool=stranding]")
        expect(page.locator("#packed")).to_contain_text("Without walls")
        page.click("#open-share")
        link = page.locator("#link").input_value()
        assert link.startswith(f"{home}#machine=")
        page.goto("about:blank")
        open_page(page, link.replace("#", "?embed=1#"))
        expect(page.locator("#title")).to_have_text("70 nodes")


@pytest.mark.slow
def test_two_tabs_never_mix(page: Page, watch: Watch) -> None:
    """Two tabs of one visitor each keep their own machine, even after a reload."""
    other = page.context.new_page()
    tabs = {page: builtin_names()[0], other: builtin_names()[1]}
    for tab in tabs:
        open_page(tab)
    for tab, name in tabs.items():
        choose(tab, name)
    for tab in tabs:
        tab.keyboard.press("End")
    page.select_option("#kernel", "v6.1")
    expect(page.locator("main")).to_have_attribute("data-kernel", "v6.1")
    for tab, name in tabs.items():
        kernel = shown(tab)["kernel"]
        assert kernel == ("v6.1" if tab is page else "posted")
        tab.reload()
        tab.wait_for_selector("main[data-step]")
        expect(tab.locator("#title")).to_have_text(builtin(name).title)
        assert shown(tab)["kernel"] == kernel


def held(page: Page, waiting: list[Route]) -> Route:
    """Wait until a request is held, and return it: it comes a moment after the page says that it is loading."""
    while not waiting:
        page.wait_for_timeout(10)
    return waiting.pop()


def test_what_the_server_refuses_is_said_where_it_was_asked(page: Page, watch: Watch) -> None:
    open_page(page)
    before = shown(page)
    watch.allow("status [45]|Failed to load resource|Callback")
    page.click("#open-paste")
    answer: dict[str, Any] = {}
    page.route(ANSWERS, lambda route: route.fulfill(**answer))
    for reply, line in (
        ({"status": 413, "body": TOO_LARGE, "content_type": "text/plain"}, TOO_LARGE),
        ({"body": "<h1>nginx</h1>", "content_type": "text/html"}, "This is more than the server takes."),
        ({"status": 403}, "The server refuses this, with status 403."),
        ({"status": 502}, GONE),
    ):
        answer.update(reply)
        page.click("#load")
        expect(page.locator("#error")).to_have_text(line)
    page.click("#close-paste")
    page.select_option("#kernel", "v6.1")
    expect(page.locator("#status")).to_have_text(GONE)
    assert shown(page) == before
    page.unroute(ANSWERS)

    waiting: list[Route] = []
    page.route(ANSWERS, lambda route: waiting.append(route))  # playwright takes no function of C
    page.select_option("#kernel", "v6.1")
    page.click("#open-paste")
    page.fill("#text", "what is being written when an answer comes")
    page.wait_for_function("() => document.querySelector('#status').textContent === 'loading'")
    held(page, waiting).continue_()
    expect(page.locator("main")).to_have_attribute("data-kernel", "v6.1")
    expect(page.locator("#paste")).to_be_visible()
    page.click("#load")
    expect(page.locator("#status")).to_have_text("loading")
    held(page, waiting).continue_()
    expect(page.locator("#error")).not_to_be_empty()


@pytest.mark.slow
def test_without_a_server_each_control_says_so(page: Page, watch: Watch, usual_relay: Relay) -> None:
    open_whole(page, usual_relay.url)
    before = shown(page)
    watch.allow(REFUSED)
    usual_relay.cut()
    for control, value in (("#topology", builtin_names()[1]), ("#kernel", "v6.1"), ("#zonelists", "boot")):
        page.select_option(control, value)
        expect(page.locator("#status")).to_have_text(GONE)
        assert page.locator(control).input_value() == value, "nothing snaps back"
    page.click("#open-paste")
    page.fill("#text", machine(2))
    page.click("#load")
    expect(page.locator("#error")).to_have_text(GONE)
    page.click("#close-paste")
    page.locator("#charts").scroll_into_view_if_needed()
    expect(page.locator("#chart")).to_contain_text(GONE)
    page.click("#tab-distances")
    expect(page.locator("#chart")).to_contain_text("Choose the chart again")
    assert shown(page)["registers"] == before["registers"]


@pytest.fixture
def elsewhere() -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the URL of another site, and a dictionary to which a test adds the site's pages by their paths."""
    pages: dict[str, str] = {}

    class Site(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(pages.get(self.path, "").encode())

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site) as site:
        threading.Thread(target=site.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{site.server_port}", pages
        site.shutdown()


@pytest.mark.slow
def test_in_a_frame_of_another_site(browser: Browser, server: Server, elsewhere: tuple[str, dict[str, str]]) -> None:
    """In a frame that forbids the page its origin, the page says what it needs; in others it plays, as exports do."""
    site, pages = elsewhere
    frame = '<iframe name="{}" sandbox="allow-scripts {}" src="{}" width="1200" height="800"></iframe>'
    embedded = f"{server.url}/?embed=1#topology={builtin_names()[1]}"
    pages["/play.html"] = standalone(play_alone(Run.of(builtin(builtin_names()[2]))), assets())
    frames = (("whole", "allow-same-origin", embedded), ("bare", "", embedded), ("file", "", f"{site}/play.html"))
    pages["/"] = "".join(frame.format(*values) for values in frames)
    page = browser.new_page()  # no Watch observes this page, because the bare frame logs many errors
    page.goto(site)
    for name, title in (("whole", builtin_names()[1]), ("file", builtin_names()[2])):
        expect(page.frame_locator(f"[name={name}]").locator("#title")).to_have_text(builtin(title).title)
    # Browsers suspend a frame of another site while it is out of sight.
    page.locator("[name=bare]").scroll_into_view_if_needed()
    expect(page.frame_locator("[name=bare]").locator("#late")).to_be_visible()
    page.close()
