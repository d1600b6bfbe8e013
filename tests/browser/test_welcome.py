"""Test what a first visit shows: what the page is for, the arrows to come, one thing to press, and three doors."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Watch
from tests.browser.steps import at, choose, layout_shifts, open_page
from tests.browser.test_accessibility import violations
from viz.analysis.run import Run
from viz.page.player_data import play_alone
from viz.page.standalone import standalone
from viz.resources import assets
from viz.stories import builtin_story
from viz.topology import builtin, builtin_names
from viz.trace.model import Trace

GHOSTS = """() => [...document.querySelectorAll("#stage .arrow")]
    .filter((arrow) => getComputedStyle(arrow.querySelector(".shaft")).visibility === "visible")
    .map((arrow) => `${arrow.dataset.from}>${arrow.dataset.to}`).sort()"""
"""A script that returns the arrows that can be seen, stored or not."""
TERMS = ("NUMA", "tier", "pass", "zonelist", "target", "order", "node", "page", "kernel", "posted", "source")
"""Words that nobody knows before the page has explained them; "page" may stand for this page."""


def test_a_first_visit_says_what_the_page_is_for_and_shows_the_arrows_to_come(page: Page, trace: Trace) -> None:
    open_page(page)
    purpose = page.locator("#purpose")
    expect(purpose).to_be_in_viewport(ratio=1)
    text = purpose.inner_text()
    assert len(re.findall(r"[.?!](?:\s|$)", text)) == 2
    assert "demotion" in text
    assert [word for word in TERMS if re.search(rf"\b{word}s?\b", text.replace("This page", ""))] == []
    expect(page.locator("#welcome .primary")).to_have_count(1)
    assert at(page) == 0
    comes = sorted(f"{node}>{target}" for node, found in trace.targets(trace.length - 1).items() for target in found)
    assert page.evaluate(GHOSTS) == comes != []
    assert violations(page) == []
    page.keyboard.press("ArrowRight")
    expect(page.locator("#welcome")).to_be_hidden()
    assert page.evaluate(GHOSTS) == []
    page.keyboard.press("Home")
    expect(purpose).to_be_visible()
    page.locator("#welcome [aria-label=Close]").click()
    expect(purpose).to_be_hidden()
    assert page.evaluate(GHOSTS) == []
    page.keyboard.press("End")
    page.keyboard.press("Home")
    expect(purpose).to_be_hidden()


@pytest.mark.slow
def test_the_one_thing_to_press_plays_at_reading_speed_from_the_first_pass(page: Page, trace: Trace) -> None:
    open_page(page)
    page.click("#welcome .primary")
    expect(page.locator("main")).to_have_attribute("data-mode", "playing")
    expect(page.locator("#welcome")).to_be_hidden()
    expect(page.locator("#speed")).to_have_value("")
    first = next(step for step in range(trace.length) if trace.at("pass", step))
    page.wait_for_function(f"() => Number(document.querySelector('main').dataset.step) >= {first}", timeout=2000)
    assert trace.at("pass", at(page)) == 1
    page.hover("#ask")  # the question stays while the run plays on, and is answered when it is pressed
    question = page.locator("#ask").inner_text()
    page.select_option("#speed", "8")
    page.wait_for_function("() => document.querySelector('main').dataset.pass === '2'")
    page.click("#ask")
    expect(page.locator("main")).to_have_attribute("data-mode", "paused")
    expect(page.locator("#question")).to_have_text(question)
    page.locator("#scrubber").fill(str(first))
    question = page.locator("#ask").inner_text()
    page.keyboard.press("Space")
    expect(page.locator("main")).not_to_have_attribute("data-step", str(first))
    expect(page.locator("main")).not_to_have_attribute("data-mode", "playing")
    page.click("#ask")  # also where the run has stopped since, at a breakpoint
    expect(page.locator("main")).to_have_attribute("data-step", str(first))
    expect(page.locator("#question")).to_have_text(question)


@pytest.mark.slow
def test_each_door_leads_to_an_answer(page: Page) -> None:
    for door, story in (("Follow the passes", "passes"), ("What did each kernel change?", "four-kernels-four-orders")):
        open_page(page)
        page.get_by_role("button", name=door).click()
        expect(page.locator("#stop-title")).to_have_text(builtin_story(story).stops[0].stop.title)
        expect(page.locator("#welcome")).to_be_hidden()
        page.keyboard.press("Escape")
        page.evaluate("localStorage.clear()")
        page.goto("/robots.txt")
    open_page(page)
    page.get_by_role("button", name="What does my machine do?").click()
    expect(page.locator("#text")).to_be_visible()
    page.fill("#text", "2 sockets: cpu+dram; cross 21; shared cxl at 24; 1-2 at 14")
    page.click("#load")
    expect(page.locator("#machine-findings h2")).to_contain_text("to know about this machine")
    expect(page.locator("#welcome")).to_be_hidden()
    page.click("#open-paste")
    page.get_by_role("button", name="See what a machine of three nodes does").click()
    expect(page.locator("#paste")).to_be_hidden()
    expect(page.locator("#stop-title")).to_have_text(builtin_story("my-machine").stops[0].stop.title)


@pytest.mark.slow
def test_who_is_led_somewhere_is_not_welcomed(page: Page) -> None:
    for address in ("/#step=0", "/#story=tour.1", "/?embed=1"):
        page.goto("/robots.txt")
        page.evaluate("localStorage.clear()")
        open_page(page, address)
        page.wait_for_selector("#messages", state="attached")
        expect(page.locator("#purpose")).to_be_hidden()
        assert page.locator(".arrow.to-come").count() == 0, address


def test_who_comes_back_is_not_welcomed(page: Page) -> None:
    open_page(page)
    expect(page.locator("#purpose")).to_be_visible()
    page.goto("/robots.txt")
    open_page(page)
    page.wait_for_selector("#messages", state="attached")
    expect(page.locator("#purpose")).to_be_hidden()
    assert at(page) == 0


def test_a_file_welcomes_nobody_and_begins_at_its_first_step(page: Page, watch: Watch, tmp_path: Path) -> None:
    file = tmp_path / "play.html"
    file.write_text(standalone(play_alone(Run.of(builtin(builtin_names()[0]))), assets()))
    watch.origins.add("file://")
    open_page(page, file.as_uri())
    expect(page.locator("#purpose")).to_be_hidden()
    assert at(page) == 0


@pytest.mark.slow
def test_nothing_moves_on_its_own_and_all_of_it_fits(page: Page) -> None:
    for width, height in ((1440, 900), (1280, 720), (390, 844)):
        page.goto("/robots.txt")
        page.evaluate("localStorage.clear()")
        page.set_viewport_size({"width": width, "height": height})
        open_page(page)
        all_of_it_fits(page)


def all_of_it_fits(page: Page) -> None:
    """Assert that nothing has moved while the page was loaded, and that the welcome covers nothing of the stage."""
    page.wait_for_selector("#machine-findings > *", state="attached")
    for part in ("#purpose", "#welcome .primary", "#play-pause"):
        expect(page.locator(part)).to_be_in_viewport(ratio=1)
    for name in ("Follow the passes", "What does my machine do?", "What did each kernel change?"):
        expect(page.get_by_role("button", name=name)).to_be_in_viewport(ratio=1)
    assert layout_shifts(page) < 0.01
    covered = page.evaluate(
        "() => { const [one, other] = ['#welcome', '#stage'].map((name) => document.querySelector(name)"
        ".getBoundingClientRect()); return one.left < other.right && one.right > other.left"
        " && one.top < other.bottom && one.bottom > other.top; }"
    )
    assert not covered


def test_who_chooses_a_machine_is_not_welcomed_any_more(page: Page) -> None:
    open_page(page)
    choose(page, "two-sockets-one-expander")
    assert at(page) == 0
    expect(page.locator("#purpose")).to_be_hidden()
    assert page.evaluate(GHOSTS) == []
