"""Test a server that is replaced by one with a newer edition while the page is open: it says so, and still works."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Watch
from tests.browser.editing import cell, document, effect, open_editor
from tests.browser.renewing import GONE, LOST, RENEWED, serving_again
from tests.browser.steps import agree, at, open_whole, shown
from tests.browser.test_accessibility import violations
from tests.browser.test_ahead import link
from tests.browser.test_draft import on_runs, type_distance
from tests.relay import Relay
from tests.serving import LIGHT, ROOT, Server, serving
from viz.analysis.run import Run
from viz.resources import edition
from viz.topology import builtin, builtin_names
from viz.trace.model import Trace

pytestmark = pytest.mark.slow

ABSENT = "status 404|status of 404|dynamically imported module|Refused to apply style"
"""A pattern of the browser's messages when the server no longer has the module that a page requests."""


@pytest.fixture(scope="session")
def newer_program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Yield the folder of a copy of the program in which one line differs, so that its page is another edition."""
    place = tmp_path_factory.mktemp("newer")
    for folder in ("viz", "assets", "topologies"):
        shutil.copytree(ROOT / folder, place / folder, ignore=shutil.ignore_patterns("__pycache__"))
    with (place / "assets/player/zoom.mjs").open("a", encoding="utf-8") as module:
        module.write("// This line makes it another edition.\n")
    yield place
    shutil.rmtree(place)


@pytest.fixture(scope="session")
def newer(newer_program: Path) -> Iterator[Server]:
    """Yield a server of the other edition. All tests share the server, so none may stop it."""
    with serving(program=LIGHT, cwd=newer_program) as it:
        yield it


def answer_of(data: dict[str, object]) -> dict[str, object]:
    """Return the answer of Dash's callback for a run, with the edition of another server."""
    return {"response": {"play": {"data": {**data, "edition": "another"}}}, "multi": True}


def renew(watch: Watch, relay: Relay, newer: Server) -> None:
    """Let the relay pass requests on to the other edition in place of the edition that the page was loaded from."""
    watch.allow(f"{LOST}|{ABSENT}")
    relay.to(newer.url)


@pytest.fixture
def old(page: Page, usual_relay: Relay) -> Relay:
    """Open the page with all its modules, and return the relay that it was loaded from."""
    open_whole(page, usual_relay.url)
    return usual_relay


@pytest.fixture
def bare(page: Page, relay: Relay) -> Relay:
    """Open the page in a browser that has cached no module of a tool; return the relay that it was loaded from."""
    open_whole(page, relay.url)
    return relay


def test_a_tool_that_is_opened_later(
    page: Page, watch: Watch, own_server: Server, newer_program: Path, trace: Trace
) -> None:
    """The server process is stopped, and a server of another edition is started at its address."""
    watch.origins.add(own_server.url)
    open_whole(page, own_server.url)
    before = page.locator("#play-pause").bounding_box()
    watch.allow(f"{LOST}|{ABSENT}")
    own_server.stop()
    with serving_again(own_server, newer_program):
        page.keyboard.press("ArrowRight")
        step = at(page)
        page.click("#tool-readers")
        notice = page.get_by_role("status").filter(has_text="The server has been renewed")
        expect(notice).to_contain_text(RENEWED)
        expect(page.locator("#tool")).to_contain_text("The server has been renewed")
        expect(page.locator("body")).not_to_contain_text("does not answer")
        page.click("#tool-log")
        page.click("#open-shape")
        page.select_option("#kernel", "v6.1")  # the answer also reveals the new edition
        expect(page.locator("main")).to_have_attribute("data-kernel", "v6.1")
        page.select_option("#kernel", "posted")
        expect(page.locator("main")).to_have_attribute("data-kernel", "posted")
        expect(page.locator("#notice > *")).to_have_count(1)
        assert page.locator("#play-pause").bounding_box() == before
        page.keyboard.press("Home")  # another kernel keeps the moment
        page.keyboard.press("ArrowRight")
        agree(page, trace, step)
        page.click("#play-pause")
        expect(page.locator("main")).to_have_attribute("data-mode", "playing")
        page.goto("about:blank")


OVERLAPS = """() => {
    const parts = "#notice > *, #notice button, #narration, .transport > *, #stage, #tools";
    const all = [...document.querySelectorAll(parts)].filter((one) => one.checkVisibility());
    const box = (one) => one.getBoundingClientRect();
    const within = (one, other) => one.contains(other) || other.contains(one);
    const before = (a, b) => a.right <= b.left + 1 || a.bottom <= b.top + 1;
    const apart = (a, b) => before(a, b) || before(b, a);
    const pairs = all.flatMap((one, place) => all.slice(place + 1).map((other) => [one, other]));
    return pairs.filter(([one, other]) => !within(one, other) && !apart(box(one), box(other)))
        .map((pair) => pair.map((one) => one.outerHTML.slice(0, 60)));
}"""


def test_the_notice_covers_nothing_and_is_for_everybody(page: Page, watch: Watch, old: Relay, newer: Server) -> None:
    renew(watch, old, newer)
    page.keyboard.press("ArrowRight")
    page.select_option("#kernel", "v5.15")
    notice = page.locator("#notice > *")
    for width, height in ((1440, 900), (1280, 720), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        expect(notice).to_be_in_viewport(ratio=1)
        assert violations(page, "#notice") == []
        overlaps = page.evaluate(OVERLAPS)
        assert [pair for pair in overlaps if width > 1000 or "stage" not in str(pair)] == [], width
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_reloading_keeps_the_machine_the_kernel_and_the_step(
    page: Page, watch: Watch, relay: Relay, newer: Server
) -> None:
    """The visitor reloads by keyboard. The machine is an edited one, and undo still works after the reload."""
    open_editor(page, relay.url)
    page.select_option("#kernel", "v5.15")
    expect(page.locator("main")).to_have_attribute("data-kernel", "v5.15")
    type_distance(page, 1, 2, 90)
    expect(effect(page)).to_contain_text("to 90")
    page.keyboard.press("Escape")
    page.locator("#play-pause").focus()
    page.keyboard.press("Home")
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    before = shown(page)
    renew(watch, relay, newer)
    page.click("#tool-log")
    reload = page.get_by_role("button", name="Reload")
    expect(reload).to_be_visible()
    page.locator("#play-pause").focus()
    for _ in range(12):
        page.keyboard.press("Shift+Tab")
        if reload.evaluate("one => one === document.activeElement"):
            break
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.wait_for_selector("main[data-step]")
    assert shown(page) == before
    expect(page.locator("#notice")).to_be_empty()
    src = page.locator("script[type=module]").first.get_attribute("src") or ""
    assert src
    assert edition() not in src
    page.click("#tool-edit")
    page.get_by_role("button", name="Undo raising").click()
    expect(cell(page, 1, 2)).to_have_text("17")


def test_an_edit_that_the_old_server_never_heard(page: Page, watch: Watch, relay: Relay, newer: Server) -> None:
    open_editor(page, relay.url)
    watch.allow(f"{LOST}|{ABSENT}")
    relay.cut()
    type_distance(page, 1, 2, 90)
    expect(page.locator(".unanswered")).to_contain_text("The server does not answer")
    on_runs(page, lambda route: route.abort())  # the edit cannot reach the server before the page reloads
    relay.to(newer.url)
    relay.back()
    page.click("#tool-log")
    page.get_by_role("button", name="Reload").click(no_wait_after=True)
    page.unroute_all()
    page.wait_for_function("() => !document.querySelector('#notice').children.length")
    page.wait_for_selector("main[data-step]")
    assert document(page)["distances"][1][2] == 90


def test_the_same_edition_is_no_news_and_closing_the_notice_of_another_is_enough(
    page: Page, watch: Watch, bare: Relay, newer: Server
) -> None:
    watch.allow(LOST)
    bare.cut()
    page.select_option("#kernel", "v6.1")
    expect(page.locator("#status")).to_have_text(GONE)
    bare.back()
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.locator("main")).to_have_attribute("data-kernel", "v6.1")
    page.click("#tool-compare")
    expect(page.locator("#twins figure").first).to_be_visible()
    expect(page.locator("#notice")).to_be_empty()
    renew(watch, bare, newer)
    page.click("#tool-readers")
    page.get_by_role("button", name="Close", exact=True).click()
    page.select_option("#kernel", "v5.15")
    expect(page.locator("main")).to_have_attribute("data-kernel", "v5.15")
    page.click("#tool-log")
    expect(page.locator("#tool")).to_contain_text(RENEWED)
    expect(page.locator("#notice")).to_be_empty()


def test_what_a_tool_asks_is_not_mixed_with_the_run_on_show(
    page: Page, watch: Watch, old: Relay, newer: Server
) -> None:
    """A tool shows no answer of a server with another edition, whose steps may differ. The dialog still works."""
    page.click("#tool-stranding")
    expect(page.locator("#packed")).to_contain_text("Without walls: 16 jobs")
    page.click("#open-shape")
    expect(page.locator("#shape-told")).not_to_be_empty()
    page.keyboard.press("Escape")
    renew(watch, old, newer)
    page.get_by_label("cores", exact=True).fill("9")
    page.keyboard.press("Enter")
    expect(page.locator("#packed")).to_have_text(RENEWED)
    expect(page.locator("#notice")).to_contain_text(RENEWED)
    page.click("#open-shape")
    page.fill("[data-at=line]", "3 sockets: cpu+dram")
    expect(page.locator("#shape-told")).to_contain_text("3 nodes")
    page.keyboard.press("Enter")
    expect(page.locator("#title")).to_contain_text("3 sockets")


def test_the_rest_of_a_run_is_not_taken_from_another_edition(
    page: Page, watch: Watch, usual_relay: Relay, newer: Server
) -> None:
    waiting: list[Route] = []
    page.route("**/ask/whole", lambda route: waiting.append(route))
    open_whole(page, usual_relay.url + link())
    expect(page.locator("#where")).to_contain_text("more to come")
    renew(watch, usual_relay, newer)
    waiting[0].continue_()
    page.unroute("**/ask/whole")
    expect(page.locator("#status")).to_have_text(f"The rest of this run has not come. {RENEWED}")
    expect(page.locator("#notice")).to_contain_text(RENEWED)
    page.keyboard.press("End")
    expect(page.locator("main")).to_have_attribute("data-mode", "ended")


ANOTHER = {"Tierscope-Edition": "another"}
PLAIN = ANOTHER | {"Content-Type": "text/plain"}
UNREADABLE: dict[str, dict[str, Any]] = {
    "v6.1": {"headers": ANOTHER, "json": answer_of({"trace": {}, "title": "of another form"})},
    "v5.15": {"headers": ANOTHER, "json": answer_of({"play": []})},
    "v5.18": {"headers": PLAIN, "status": 404, "body": "There is nothing here."},
}
"""For kernels that a visitor chooses one after the other, what another edition of the server answers."""


def test_an_answer_that_cannot_be_read(page: Page, watch: Watch) -> None:
    """What is shown stays, and no error of the server names an address. What was asked for comes with the reload."""
    watch.allow("status 4|status of 4|Callback")
    open_whole(page)
    before = "posted"
    for kernel, answer in UNREADABLE.items():
        cannot_be_read(page, before, kernel, answer)
        before = kernel
    on_runs(page, lambda route: route.fulfill(status=404, headers=ANOTHER))
    page.click("#open-paste")
    page.fill("#text", "3 sockets: cpu+dram")
    page.click("#load")
    expect(page.locator("#error")).to_have_text(RENEWED)
    page.click("#close-paste")
    page.unroute_all()
    page.get_by_role("button", name="Reload").click()
    expect(page.locator("#title")).to_contain_text("3 sockets")


def cannot_be_read(page: Page, before: str, kernel: str, answer: dict[str, Any]) -> None:
    """Choose a kernel, whose run cannot be read, and reload the page."""
    page.keyboard.press("ArrowRight")
    old = shown(page)
    on_runs(page, lambda route: route.fulfill(**answer))
    page.select_option("#kernel", kernel)
    expect(page.locator("#status")).to_have_text(RENEWED)
    expect(page.locator("#notice")).to_contain_text(RENEWED)
    assert shown(page) == old
    expect(page.locator("#kernel")).to_have_value(before)
    page.keyboard.press("Home")
    agree(page, Run.of(builtin(builtin_names()[0]), before).trace(), 0)
    page.unroute_all()
    page.get_by_role("button", name="Reload").click()
    expect(page.locator("main")).to_have_attribute("data-kernel", kernel)
    page.evaluate("ours('#later').then(() => {})")
