"""Test the charts below the stage: when they are drawn, what is shown before, and how they follow the step."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import PATIENCE, Watch
from tests.browser.steps import charted, open_page, open_whole
from tests.relay import Relay
from viz.trace.model import Trace

ANSWERS = "**/_dash-update-component*"
NONE = {"multi": True, "response": {"chart-answer": {"data": {"error": "No."}}}}

UNUSED = """
let isUsed = false;
addEventListener("keydown", () => { isUsed = true; }, true);
Object.defineProperty(UserActivation.prototype, "hasBeenActive", {get: () => isUsed});
Object.defineProperty(NetworkInformation.prototype, "saveData", {get: () => false});
"""
"""A script for a page that nobody has used: playwright's own scripts, too, run as if the visitor had pressed a key."""


def take_held(held: list[Route], page: Page) -> Route:
    """Wait until `held` contains a request; remove the last one and return it."""
    end = time.monotonic() + PATIENCE / 1000
    while not held:
        assert time.monotonic() < end
        page.wait_for_timeout(10)
    return held.pop()


@pytest.mark.slow
def test_charts_come_when_they_are_seen_and_say_what_they_wait_for(page: Page, watch: Watch, trace: Trace) -> None:
    """Until a chart or an error comes, the page says that it waits; what is no longer wanted fails in silence."""
    watch.allow("ERR_FAILED|did not respond|Failed to load resource")
    open_page(page)
    assert page.locator(".js-plotly-plot").count() == 0
    held: list[Route] = []
    page.route(ANSWERS, lambda route: held.append(route))
    wait = page.locator("#chart-wait")
    page.locator("#charts").scroll_into_view_if_needed()
    expect(wait).to_be_visible()
    take_held(held, page).continue_()
    expect(wait).to_be_hidden()
    expect(page.locator("#chart .heatmaplayer")).to_be_visible()
    page.click("#tab-distances")
    expect(wait).to_be_visible()
    take_held(held, page).continue_()
    expect(wait).to_be_hidden()
    page.click("#tab-timeline")
    expect(wait).to_be_visible()
    page.click("#tab-distances")  # this is the chart that is shown already
    for route in held:
        route.continue_()
    page.unroute(ANSWERS)
    charted(page)
    page.route(ANSWERS, lambda route: route.fulfill(json=NONE))
    page.click("#tab-timeline")
    expect(page.locator("#chart-place")).to_have_text("No.")
    expect(wait).to_be_hidden()

    page.unroute(ANSWERS)
    page.click("#tab-distances")
    page.click("#tab-timeline")
    charted(page)
    held.clear()
    page.route(ANSWERS, lambda route: held.append(route))
    page.click("#tab-distances")
    take_held(held, page).abort()
    expect(page.locator("#chart")).to_contain_text("Choose the chart again")
    page.click("#tab-timeline")
    old = take_held(held, page)
    page.click("#tab-distances")
    new = take_held(held, page)
    old.abort()
    expect(page.locator("#chart-wait")).to_be_visible()
    new.continue_()
    charted(page)
    page.unroute(ANSWERS)

    page.click("#tab-timeline")
    expect(page.locator("#tab-timeline")).to_have_attribute("aria-selected", "true")
    charted(page)
    cursor = page.locator("#overlay .cursor")
    position = "cursor => cursor.getBoundingClientRect().x"
    before = cursor.evaluate(position)
    page.locator("body").press("End")
    page.wait_for_function(
        "before => document.querySelector('#overlay .cursor')?.getBoundingClientRect().x > before", arg=before
    )
    box = page.locator("#chart .nsewdrag").last.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_function("last => Number(document.querySelector('main').dataset.step) < last", arg=trace.length - 1)
    page.click("#tab-distances")
    expect(page.locator("#overlay .used-column").first).to_be_attached()
    page.locator("body").press("d")
    charted(page)


def test_without_what_draws_a_chart_it_says_so(page: Page, watch: Watch) -> None:
    watch.allow("ERR_FAILED|Failed to load resource|page error|console error")
    page.route("**/*plotly*", lambda route: route.abort())
    open_page(page)
    page.locator("#charts").scroll_into_view_if_needed()
    expect(page.locator("#chart-place")).to_have_text("What draws the charts did not come. Load the page again.")
    expect(page.locator("#chart-wait")).to_be_hidden()


@pytest.mark.slow
def test_the_chart_is_there_before_it_is_looked_at(page: Page, watch: Watch, usual_relay: Relay) -> None:
    page = page.context.new_page()
    page.add_init_script(UNUSED)
    open_whole(page, usual_relay.url)
    page.wait_for_timeout(2500)
    expect(page.locator("script[src*=plotly]")).to_have_count(0)  # nobody has done anything yet
    page.keyboard.press("ArrowRight")
    for _ in range(6):  # somebody who steps has not paused yet; these clicks come from no pointer
        page.wait_for_timeout(500)
        page.locator("#forward").dispatch_event("click")
    expect(page.locator("script[src*=plotly]")).to_have_count(0)
    expect(page.locator("#chart .heatmaplayer")).to_have_count(1)
    expect(page.locator("#chart .dash-graph")).to_have_css("content-visibility", "hidden")
    usual_relay.cut()
    page.locator("#charts").scroll_into_view_if_needed()
    expect(page.locator("#chart .heatmaplayer")).to_be_in_viewport()
    expect(page.locator("#chart .dash-graph")).to_have_css("content-visibility", "visible")
    expect(page.locator("#overlay .cursor")).to_be_visible()
