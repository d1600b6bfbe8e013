"""Test the gallery of stories and an open story: its stops by keys, played by itself, and in the address."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Watch
from tests.browser.steps import agree, open_page
from tests.browser.test_accessibility import violations
from tests.relay import Relay
from viz.stories import GROUPS, ResolvedStop, Stop, builtin_stories, builtin_story
from viz.stories.story import PLACES

APART = """() => {
    const [line, box] = ["#code .now", "#story-stop"].map((one) => document.querySelector(one).getBoundingClientRect());
    return line.top >= box.bottom || line.bottom <= box.top || line.left >= box.right || line.right <= box.left;
}"""

COVERS = """() => {
    const box = document.querySelector("#story-stop").getBoundingClientRect();
    return [...document.querySelectorAll(".panel:not(#story-stop)")].filter((one) => {
        const { left, right, top, bottom, width } = one.getBoundingClientRect();
        return width && left < box.right && right > box.left && top < box.bottom && bottom > box.top;
    }).map((one) => one.id || one.className);
}"""
"""Return the panels that the box of a story covers."""


def open_story(page: Page, name: str) -> None:
    """Open a story from the gallery."""
    page.click("#open-stories")
    page.click(f"[data-story={name}]")
    expect(page.locator("#story-stop")).to_be_visible()


def is_at(page: Page, stop: ResolvedStop[Stop]) -> None:
    """Assert that the page shows a stop: its text, its run, its step, its tool and its mark."""
    expect(page.locator("#stop-title")).to_have_text(stop.stop.title)
    expect(page.locator("#stop-text")).to_contain_text(stop.stop.text)
    expect(page.locator("main")).to_have_attribute("data-kernel", stop.run.version.name)
    expect(page.locator("main")).to_have_attribute("data-step", str(stop.step))
    expect(page.locator("#title")).to_have_text(stop.run.topology.title)
    expect(page.locator(f"#tool-{stop.stop.view}")).to_have_attribute("aria-selected", "true")
    if stop.stop.mark:
        expect(page.locator(".story-mark")).to_have_count(1)
    expect(page.locator("#story-stop")).to_be_in_viewport(ratio=1)


FOUND = {
    "incoherent": "incoherent",
    "goto": "goto-or-loop",
    "READ_ONCE": "read-once",
    "share a target": "share-a-target",
    "wei xu stranding": "stranding",
}
"""Words that a visitor looks for, and a story that they find."""


@pytest.mark.slow
def test_the_gallery_has_every_story_in_its_group_and_finds_them_by_words(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    open_page(page)
    page.wait_for_selector("#messages", state="attached")
    assert [url for url in asked if "stories.json" in url] == []
    page.click("#open-stories")
    expect(page.locator("[data-story]")).to_have_count(len(builtin_stories()))
    assert page.locator("#story-groups h3").all_text_contents() == list(GROUPS)
    ids = page.locator("[data-story]").evaluate_all("all => all.map(one => one.dataset.story)")
    assert ids == list(builtin_stories())
    expect(page.locator("[data-story=tour] svg rect.card")).to_have_count(6)
    expect(page.locator("[data-story=tour]")).to_contain_text("What am I looking at, and what is it for?")
    assert violations(page, "#stories") == []
    for words, name in FOUND.items():
        find_story(page, words, name)
    page.fill("#find-story", "xyzzy")
    expect(page.locator("#stories-found")).to_have_text(f"0 of {len(builtin_stories())} stories have these words.")
    expect(page.locator("#story-groups section:visible")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.locator("#stories")).to_be_hidden()


def find_story(page: Page, words: str, name: str) -> None:
    """Find a story in the open gallery; it opens at its stop with the words. Return to the gallery."""
    page.fill("#find-story", words)
    card = page.locator(f"[data-story={name}]")
    expect(card).to_be_visible()
    texts = [f"{s.stop.title} {s.stop.text} {s.stop.look or ''}".lower() for s in builtin_story(name).stops]
    first = next((n for n, text in enumerate(texts) if all(word in text for word in words.lower().split())), 0)
    card.click()
    is_at(page, builtin_story(name).stops[first])
    found = page.locator("#stop-found")
    expect(found).to_contain_text(f"Opened at stop {first + 1}, which has your words.")
    expect(found).to_be_visible(visible=first > 0)
    if first:
        page.click("#from-first-stop")
        is_at(page, builtin_story(name).stops[0])
        expect(found).to_be_hidden()
        expect(page.locator("#next-stop")).to_be_focused()
    page.click("#open-stories")
    expect(page.locator("#find-story")).to_have_value("")
    expect(page.locator("#stories [data-story]:visible")).to_have_count(len(builtin_stories()))


WALKED = ("three-sockets-one-slow", "stale-cpu-state", "cgroup-on-some-nodes")
"""Stories whose stops differ in their machines, kernels, events, allowed nodes and steps."""


@pytest.mark.slow
def test_page_down_walks_the_stops_of_a_story(page: Page) -> None:
    """Every stop has its own run and step; its text is read to who cannot see it; walks and comparisons are opened."""
    open_page(page)
    for name in WALKED:
        open_story(page, name)
        story = builtin_story(name)
        for stop in story.stops:
            is_at(page, stop)
            expect(page.locator("#story-stop [aria-live=polite]")).to_contain_text(stop.stop.text)
            agree(page, stop.run.trace(), stop.step)
            page.keyboard.press("PageDown")
        expect(page.locator("#stop-title")).to_have_text("Now try")
        expect(page.locator("#stop-text")).to_contain_text(story.story.now_try.text)
        page.keyboard.press("PageUp")
        is_at(page, story.stops[-1])
        page.keyboard.press("PageDown")
        page.keyboard.press("PageDown")
        expect(page.locator("#story-stop")).to_be_hidden()
        expect(page.locator(".story-mark")).to_have_count(0)
    walk_readers(page)
    page.keyboard.press("Escape")
    walk_comparison(page)


def walk_readers(page: Page) -> None:
    """Walk a story of readers: each walk is opened at its stop."""
    open_story(page, "incoherent")
    for stop in builtin_story("incoherent").stops:
        is_at(page, stop)
        if stop.stop.walk:
            expect(page.locator("#tool [name=protocol]")).to_have_value(stop.stop.walk.protocol)
            expect(page.locator("#tool [name=old]")).to_have_value("0>1>2")
            expect(page.locator("#tool .witness")).to_contain_text(f": {stop.stop.walk.verdict}")
            expect(page.locator("#next-stop")).to_be_focused()
            expect(page.locator(":root")).to_have_attribute("data-story-stop", "band")
            assert page.evaluate(COVERS) == []
        page.keyboard.press("PageDown")


def walk_comparison(page: Page) -> None:
    """Walk into a comparison, which is opened at its stop, and out of it."""
    open_story(page, "four-kernels-four-orders")
    page.keyboard.press("PageDown")
    is_at(page, builtin_story("four-kernels-four-orders").stops[1])
    expect(page.locator("#twins")).to_contain_text("v5.15")
    expect(page.locator(":root")).to_have_attribute("data-story-stop", "band")
    for width, height in ((1280, 720), (1024, 768), (1440, 900)):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate(COVERS) == [], width
        assert page.evaluate("document.querySelector('#stage').clientHeight") > 100
        expect(page.locator("#open-keys")).to_be_in_viewport(ratio=1)
    page.keyboard.press("PageDown")
    is_at(page, builtin_story("four-kernels-four-orders").stops[2])
    expect(page.locator("#twins")).to_be_hidden()


@pytest.mark.slow
def test_every_kind_of_mark_is_found_on_the_page(page: Page) -> None:
    stops = [stop for name in builtin_stories() for stop in builtin_story(name).stops if stop.stop.mark]
    marks = {stop.stop.mark for stop in stops}
    assert {"stage", "registers", "code", "scores", "player", "tool"} <= marks & set(PLACES)
    open_page(page)
    open_story(page, "tour")
    is_at(page, builtin_story("tour").stops[0])
    page.wait_for_function(APART)  # the box does not cover the line that runs
    for stop in builtin_story("tour").stops:
        is_at(page, stop)
        assert violations(page, "#story-stop") == [], stop.stop.title
        page.keyboard.press("PageDown")
    page.keyboard.press("Escape")
    open_story(page, "refused-node-is-lost")
    page.keyboard.press("PageDown")
    expect(page.locator("[data-signal=used_targets] [data-cell='3'].story-mark")).to_be_visible()
    page.keyboard.press("PageDown")
    expect(page.locator("#stage [data-node='1'].story-mark")).to_be_visible()


@pytest.mark.slow
def test_the_address_holds_the_stop_and_escape_leaves(page: Page) -> None:
    open_page(page, "/#story=no-such-story.3")
    expect(page.locator("#status")).to_have_text("There is no such story.")
    open_story(page, "three-sockets-one-slow")
    page.keyboard.press("PageDown")
    stop = builtin_story("three-sockets-one-slow").stops[1]
    is_at(page, stop)
    expect(page).to_have_url(re.compile(r"&story=three-sockets-one-slow\.2&step=20$"))
    page.reload()
    page.wait_for_selector("main[data-step]")
    is_at(page, stop)
    page.keyboard.press("ArrowRight")  # stepping through the run does not change the stop
    expect(page.locator("#stop-title")).to_have_text(stop.stop.title)
    page.keyboard.press("PageDown")
    is_at(page, builtin_story("three-sockets-one-slow").stops[2])
    page.go_back()
    expect(page.locator("#stop-title")).to_have_text(stop.stop.title)
    page.keyboard.press("Escape")
    expect(page.locator("#story-stop")).to_be_hidden()
    expect(page).not_to_have_url(re.compile("story="))
    page.reload()
    page.wait_for_selector("main[data-step]")
    page.wait_for_selector("#messages", state="attached")
    expect(page.locator("#story-stop")).to_have_count(0)
    open_what_to_try(page)


def open_what_to_try(page: Page) -> None:
    """Follow a link that names only a stop; after the last one, what the story says to try is one press away."""
    page.goto("/#story=three-sockets-one-slow.4")
    is_at(page, builtin_story("three-sockets-one-slow").stops[3])
    page.keyboard.press("PageDown")
    expect(page.locator("#stop-title")).to_have_text("Now try")
    page.get_by_role("button", name="Open this machine").click()
    now = builtin_story("three-sockets-one-slow").now
    assert now is not None
    expect(page.locator("main")).to_have_attribute("data-step", str(now[1]))
    expect(page.locator("main")).to_have_attribute("data-kernel", "v5.18")
    page.click("#next-stop")
    expect(page.locator("#story-stop")).to_be_hidden()


@pytest.mark.slow
def test_a_story_plays_by_itself_at_reading_speed(stranger: Page) -> None:
    page = stranger  # in a context of its own: a clock that is installed stays in all pages of a context
    page.clock.install()
    open_page(page)
    open_story(page, "fifteen-without")
    stops = builtin_story("fifteen-without").stops
    is_at(page, stops[0])
    page.click("#play-story")
    expect(page.locator("#play-story")).to_have_text("Pause")
    page.clock.run_for(4_000)
    is_at(page, stops[0])
    page.clock.run_for(60_000)
    expect(page.locator("#stop-title")).not_to_have_text(stops[0].stop.title)
    page.clock.run_for(60_000)
    expect(page.locator("#stop-title")).to_have_text("Now try")
    expect(page.locator("#play-story")).to_be_hidden()


@pytest.mark.slow
def test_without_the_server_a_stop_says_so_and_the_next_one_comes(page: Page, watch: Watch, usual_relay: Relay) -> None:
    watch.allow("ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|Callback failed")
    open_page(page, usual_relay.url)
    page.wait_for_selector("#messages", state="attached")
    page.click("#open-stories")
    expect(page.locator("[data-story=tour]")).to_be_visible()
    page.keyboard.press("Escape")
    usual_relay.cut()
    open_story(page, "three-sockets-one-slow")
    expect(page.locator("#stop-refusal")).to_contain_text("The server does not answer")
    usual_relay.back()
    page.keyboard.press("PageDown")
    is_at(page, builtin_story("three-sockets-one-slow").stops[1])
