"""Test the page in a window of a phone's size: it is readable, nothing is cut off, and the player is in sight."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Watch
from tests.browser.steps import agree, charted, choose, each, open_page, open_whole
from tests.relay import Relay
from viz.analysis.run import Run
from viz.stories import builtin_story
from viz.topology import builtin, builtin_names

FIRST = builtin_names()[0]
PLAYER = ("#narration", "#play-pause", "#forward", "#where", "#scrubber")
PIXELS = """(selector) => [...document.querySelectorAll(selector)].map((text) =>
    parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a)"""
CUT = """() => ["body", "#registers", "#scores", "#stack", "#watched", "#answer", ".why-head"]
    .map((name) => document.querySelector(name)).filter((e) => e.checkVisibility() && e.scrollWidth > e.clientWidth + 1)
    .map((e) => e.id || e.className || e.localName)"""


@pytest.fixture
def phone(page: Page) -> Page:
    """Return the page, opened in a window of a phone's size."""
    page.set_viewport_size({"width": 390, "height": 844})
    open_page(page)
    return page


@pytest.mark.parametrize("name", [FIRST, "optane-two-sockets", "optane-four-clusters"])
def test_the_stage_can_be_read(phone: Page, name: str) -> None:
    choose(phone, name)
    assert min(phone.evaluate(PIXELS, "#stage .fact")) > 7.5
    assert min(phone.evaluate(PIXELS, "#stage .id")) > 15


def test_the_player_is_always_in_sight(phone: Page) -> None:
    for selector in ("#theme", "#registers", "#code", "#scores", "#charts"):
        phone.locator(selector).scroll_into_view_if_needed()
        for part in PLAYER:
            expect(phone.locator(part)).to_be_in_viewport(ratio=1)


def test_nothing_is_cut(phone: Page) -> None:
    length = Run.of(builtin(FIRST)).trace().length
    assert each(phone, range(length), CUT) == [[]] * length
    phone.click("[data-signal=used_targets] [data-cell='5']")
    assert phone.evaluate(CUT) == []


def test_an_answer_hides_neither_what_was_asked_about_nor_the_player(phone: Page) -> None:
    phone.locator("#scrubber").fill("31")
    for selector in ("#stage [data-node='2'] .card", "[data-signal=node_load] [data-cell='5']"):
        phone.click(selector)
        for part in (*PLAYER, "#question", "#answer", "#close-why"):
            expect(phone.locator(part)).to_be_in_viewport(ratio=1)
        lowest = phone.locator(selector).evaluate("it => it.getBoundingClientRect().bottom")
        assert lowest <= phone.locator("#why").evaluate("it => it.getBoundingClientRect().top") + 1
        phone.click("#close-why")


def test_the_first_story_goes_to_what_it_speaks_of(phone: Page) -> None:
    expect(phone.locator("#start-tour")).to_be_in_viewport(ratio=1)
    phone.click("#start-tour")
    for stop in builtin_story("tour").stops:
        expect(phone.locator("#stop-title")).to_have_text(stop.stop.title)
        expect(phone.locator(".story-mark")).to_be_in_viewport(ratio=0.7)
        expect(phone.locator("#story-stop")).to_be_in_viewport(ratio=1)
        phone.click("#next-stop")
    expect(phone.locator("#stop-title")).to_have_text("Now try")
    phone.click("#next-stop")
    expect(phone.locator("#story-stop")).to_be_hidden()


def test_a_window_that_becomes_narrow_has_another_stage(page: Page, watch: Watch, relay: Relay) -> None:
    """The page changes its stage without a server. It keeps its step and an open answer, and goes on playing.

    When the window is wide again, the wide stage comes back.
    """
    trace = Run.of(builtin(FIRST)).trace()
    open_whole(page, f"{relay.url}/#step=31")
    relay.cut()
    wide = page.locator("#stage svg").get_attribute("viewBox") or ""
    page.click("#stage [data-node='2'] .card")
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.locator("#stage svg")).not_to_have_attribute("viewBox", wide)
    agree(page, trace, 31)
    expect(page.locator("#question")).to_be_in_viewport(ratio=1)
    page.click("#close-why")
    page.select_option("#speed", "0.25")
    page.click("#play-pause")
    page.set_viewport_size({"width": 844, "height": 390})
    expect(page.locator("main")).to_have_attribute("data-mode", "playing")
    page.set_viewport_size({"width": 1280, "height": 720})
    page.keyboard.press("End")
    expect(page.locator("#stage svg")).to_have_attribute("viewBox", wide)
    agree(page, trace, trace.length - 1)
    expect(page).to_have_url(re.compile(f"&step={trace.length - 1}$"))


@pytest.mark.parametrize("size", [(390, 844), (768, 1024)])
def test_a_panel_in_presenter_mode_leaves_stage_and_player_in_sight(page: Page, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    open_page(page, "/#step=31")
    page.keyboard.press("p")
    for key, panel in {"c": ".code-panel", "r": "#registers", "w": "#scores"}.items():
        page.keyboard.press(key)
        for part in (*PLAYER, "#stage svg", panel):
            expect(page.locator(part)).to_be_in_viewport(ratio=1)
        assert page.evaluate(CUT) == []
        page.keyboard.press(key)
        expect(page.locator(panel)).to_be_hidden()


def test_the_hatching_lies_on_the_matrix(phone: Page) -> None:
    """Every hatched column is as high as the matrix."""
    phone.locator("#scrubber").fill("31")
    phone.click("#tab-distances")
    charted(phone)
    expect(phone.locator(".used-column")).to_have_count(4)
    heights = """() => [...document.querySelectorAll("#chart .heatmaplayer image, .used-column")].map((it) => {
      const { top, bottom } = it.getBoundingClientRect();
      return [top, bottom];
    })"""
    phone.wait_for_function(f"({heights})().length === 5 && ({heights})().every(([top, bottom]) => bottom > top)")
    matrix, *columns = phone.evaluate(heights)
    for column in columns:
        assert column == pytest.approx(matrix, abs=3)
