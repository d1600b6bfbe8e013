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


@pytest.mark.slow
def test_all_can_be_read_and_the_player_is_always_in_sight(phone: Page) -> None:
    for selector in ("#theme", "#registers", "#code", "#scores", "#charts"):
        phone.locator(selector).scroll_into_view_if_needed()
        for part in PLAYER:
            expect(phone.locator(part)).to_be_in_viewport(ratio=1)
    nothing_is_cut(phone)
    answers_hide_nothing(phone)
    hatching_lies_on_the_matrix(phone)
    for name in (FIRST, "optane-two-sockets", "optane-four-clusters"):
        choose(phone, name)
        assert min(phone.evaluate(PIXELS, "#stage .fact")) > 7.5, name
        assert min(phone.evaluate(PIXELS, "#stage .id")) > 15, name


def nothing_is_cut(phone: Page) -> None:
    """At no step and in no answer a part of the page is cut off."""
    length = Run.of(builtin(FIRST)).trace().length
    assert each(phone, range(length), CUT) == [[]] * length
    phone.click("[data-signal=used_targets] [data-cell='5']")
    assert phone.evaluate(CUT) == []
    phone.click("#close-why")


def answers_hide_nothing(phone: Page) -> None:
    """An answer hides neither what was asked about nor the player."""
    phone.locator("#scrubber").fill("31")
    for selector in ("#stage [data-node='2'] .card", "[data-signal=node_load] [data-cell='5']"):
        phone.click(selector)
        for part in (*PLAYER, "#question", "#answer", "#close-why"):
            expect(phone.locator(part)).to_be_in_viewport(ratio=1)
        lowest = phone.locator(selector).evaluate("it => it.getBoundingClientRect().bottom")
        assert lowest <= phone.locator("#why").evaluate("it => it.getBoundingClientRect().top") + 1
        phone.click("#close-why")


def hatching_lies_on_the_matrix(phone: Page) -> None:
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


ONE_SCREEN = """() => {
    const box = (name) => document.querySelector(name).getBoundingClientRect();
    const isShown = ({ left, right, top, bottom }) =>
        left >= -1 && top >= -1 && right <= innerWidth + 1 && bottom <= innerHeight + 1 && bottom > top && right > left;
    const drawn = [...document.querySelectorAll("#stage [data-node] .card")];
    const cards = drawn.map((card) => card.getBoundingClientRect());
    const deck = box(".deck");
    const isUnder = (card) => card.right > deck.left + 1 && card.left < deck.right - 1 && card.bottom > deck.top + 1;
    const told = ["#narration", "#where", "#demotion", "#back", "#play-pause", "#forward"];
    const sentence = document.querySelector("#narration");
    return {
        cards: cards.filter((card) => !isShown(card) || isUnder(card)).length,
        hidden: told.filter((name) => !document.querySelector(name).checkVisibility() || !isShown(box(name))),
        cut: sentence.scrollHeight > sentence.clientHeight + 1,
        wide: document.documentElement.scrollWidth > innerWidth,
    };
}"""
SMALL = """() => [...document.querySelectorAll("button, select, input, summary, textarea, [role=tab], td[data-cell]")]
    .filter((it) => it.checkVisibility() && !it.closest(".dense, #chart"))
    .filter((it) => !it.matches("[type=checkbox], [type=radio]"))
    .map((it) => [it.id || it.outerHTML.slice(0, 90), it.getBoundingClientRect()])
    .filter(([, { width, height }]) => width < 43.9 || height < 43.9)
    .map(([name, { width, height }]) => `${name} ${width} x ${height}`)"""


@pytest.mark.slow
def test_stage_sentence_and_state_are_on_one_screen(page: Page) -> None:
    """On machines of several forms, with events and without, at the first and other steps, folded and not."""
    for size in ((390, 844), (844, 390)):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        open_page(page)
        fit_one_screen(page, is_upright=size[0] < size[1])


def fit_one_screen(page: Page, *, is_upright: bool) -> None:
    for name in (FIRST, "losing-a-node", "optane-four-clusters", "sixteen-cells-one-memory", "rebuild-storm"):
        choose(page, name)
        length = int(page.locator("main").get_attribute("data-length") or 0)
        steps = [*range(0, length, max(1, length // 12)), length - 1]
        for step, found in zip(steps, each(page, steps, ONE_SCREEN), strict=True):
            assert found == {"cards": 0, "hidden": [], "cut": False, "wide": False}, (name, step)
        assert page.evaluate(SMALL) == []
    before = page.locator(".deck").evaluate("it => it.offsetWidth * it.offsetHeight")
    page.click("#fold")
    expect(page.locator("#scrubber")).to_be_hidden()
    assert page.evaluate(ONE_SCREEN) == {"cards": 0, "hidden": [], "cut": False, "wide": False}
    if is_upright:
        assert page.locator(".deck").evaluate("it => it.offsetWidth * it.offsetHeight") < 0.7 * before
    page.click("#fold")
    expect(page.locator("#scrubber")).to_be_visible()


@pytest.mark.slow
def test_the_first_story_goes_to_what_it_speaks_of(phone: Page) -> None:
    phone.goto("/#story=tour.1")
    for stop in builtin_story("tour").stops:
        expect(phone.locator("#stop-title")).to_have_text(stop.stop.title)
        expect(phone.locator(".story-mark")).to_be_in_viewport(ratio=0.7)
        expect(phone.locator("#story-stop")).to_be_in_viewport(ratio=1)
        phone.click("#next-stop")
    expect(phone.locator("#stop-title")).to_have_text("Now try")
    phone.click("#next-stop")
    expect(phone.locator("#story-stop")).to_be_hidden()


@pytest.mark.slow
def test_a_window_that_becomes_narrow_has_another_stage(page: Page, watch: Watch, usual_relay: Relay) -> None:
    """The page changes its stage without a server. It keeps its step and an open answer, and goes on playing.

    When the window is wide again, the wide stage comes back.
    """
    trace = Run.of(builtin(FIRST)).trace()
    open_whole(page, f"{usual_relay.url}/#step=31")
    usual_relay.cut()
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


def test_a_panel_in_presenter_mode_leaves_stage_and_player_in_sight(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_page(page, "/#step=31")
    page.keyboard.press("p")
    for width, height in ((390, 844), (768, 1024)):
        page.set_viewport_size({"width": width, "height": height})
        for key, panel in {"c": ".code-panel", "r": "#registers", "w": "#scores"}.items():
            page.keyboard.press(key)
            for part in (*PLAYER, "#stage svg", panel):
                expect(page.locator(part)).to_be_in_viewport(ratio=1)
            assert page.evaluate(CUT) == [], (width, panel)
            page.keyboard.press(key)
            expect(page.locator(panel)).to_be_hidden()
