"""Test the questions whom a node will choose: by pointer and by keys, in a link, at a stop of a story, off at first."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import at, open_page
from tests.browser.test_accessibility import violations
from viz.stories import builtin_story

ASKS, ENDS = 30, 34
"""The steps of the first machine at which node 1 is about to choose, and at which it has chosen node 2."""


def test_it_is_off_until_it_is_wanted_and_in_the_link(page: Page) -> None:
    open_page(page)
    for _ in range(12):
        page.keyboard.press("ArrowRight")
    expect(page.locator("#predict")).to_have_count(0)
    expect(page).not_to_have_url(re.compile("predict"))
    page.get_by_role("button", name="Predict").click()
    expect(page.get_by_role("button", name="Predict")).to_have_attribute("aria-pressed", "true")
    expect(page).to_have_url(re.compile("&predict=on"))
    page.locator("body").press("g")
    expect(page).not_to_have_url(re.compile("predict"))


def test_a_right_answer_by_pointer_and_the_question_comes_once(page: Page) -> None:
    open_page(page, "/#predict=on&step=28")
    page.keyboard.press("ArrowRight")
    question = page.locator("#predict-question")
    expect(question).to_have_text("Who will node 1 choose?")
    assert at(page) == ASKS
    assert violations(page, "#predict", "#stage") == []
    page.locator("#stage [data-node='2'] .card").click()
    assert at(page) == ENDS
    expect(page.locator("#predict-result")).to_have_text("Right: node 1 chooses node 2.")
    expect(page.locator("#why")).to_be_hidden()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#predict")).to_be_hidden()
    page.keyboard.press("[")
    page.keyboard.press("ArrowRight")
    assert at(page) > ASKS
    page.keyboard.press("Home")
    page.keyboard.press("End")
    expect(page.locator("#predict")).to_be_hidden()


@pytest.mark.slow
def test_a_wrong_answer_by_keys_opens_the_reason(page: Page) -> None:
    open_page(page, "/#predict=on&step=28")
    page.keyboard.press("ArrowRight")
    choices = page.get_by_role("listbox", name="Who will node 1 choose?")
    expect(choices).to_be_focused()
    names = ["Node 0", "Node 2", "Node 3", "Node 4", "Node 5", "Nobody"]
    expect(choices.get_by_role("option")).to_have_text(names)
    for key, name in (("ArrowDown", "Node 2"), ("ArrowDown", "Node 3"), ("ArrowUp", "Node 2"), ("ArrowUp", "Node 0")):
        page.keyboard.press(key)
        expect(choices.get_by_role("option", selected=True)).to_have_text(name)
        expect(page.locator(f"#stage .predicted[data-node='{name[-1]}']")).to_have_count(1)
    page.keyboard.press("4")  # digits keep their meaning: the stride
    expect(page.locator("#size")).to_have_value("3")
    assert at(page) == ASKS
    page.keyboard.press("Enter")
    assert at(page) == ENDS
    expect(page.locator("#predict-result")).to_contain_text("No: node 1 chooses node 2.")
    expect(page.locator("#question")).to_have_text("Why 1 → 2?")
    expect(page.locator("#stage .predicted")).to_have_count(0)
    assert violations(page, "#predict", "#why") == []


@pytest.mark.slow
def test_it_can_be_skipped_at_any_time(page: Page) -> None:
    open_page(page, f"/#predict=on&step={ASKS}")  # a link that leads to a question
    for act in ("Escape", "ArrowRight"):
        expect(page.locator("#predict-choices")).to_be_focused()
        page.keyboard.press(act)
        expect(page.locator("#predict")).to_be_hidden()
        assert at(page) > ASKS
        page.keyboard.press("Home")
        page.locator("#scrubber").fill(str(ASKS))
    page.get_by_role("button", name="Skip").click()
    assert at(page) == ENDS
    page.keyboard.press("Home")
    page.locator("#scrubber").fill(str(ASKS))
    expect(page.locator("#predict-choices")).to_be_focused()
    page.keyboard.press("[")  # away from the question
    expect(page.locator("#predict")).to_be_hidden()
    expect(page.locator("#scrubber")).to_be_focused()
    page.locator("#scrubber").fill(str(ASKS))
    page.get_by_role("button", name="No more questions").click()
    expect(page.locator("#predict")).to_be_hidden()
    expect(page).not_to_have_url(re.compile("predict"))


@pytest.mark.slow
def test_playing_stops_at_the_question_and_goes_on_after_it(page: Page) -> None:
    open_page(page, "/#predict=on&step=28")
    page.select_option("#speed", "8")
    page.locator("#play-pause").focus()
    page.keyboard.press("Space")
    expect(page.locator("#predict-choices")).to_be_focused()
    expect(page.locator("main")).to_have_attribute("data-mode", "paused")
    assert at(page) == ASKS
    page.get_by_role("button", name="No more questions").click()
    expect(page.locator("#play-pause")).to_be_focused()
    expect(page.locator("main")).to_have_attribute("data-mode", "ended")


@pytest.mark.slow
def test_a_story_may_ask(page: Page) -> None:
    story = builtin_story("near-slow-node")
    at_stop, stop = next((at, stop) for at, stop in enumerate(story.stops) if stop.stop.predict)
    open_page(page, f"/#story=near-slow-node.{at_stop + 1}")
    expect(page.locator("#predict-question")).to_have_text("Who will node 2 choose?")
    assert at(page) == stop.step - 1
    page.get_by_role("option", name="Nobody").click()
    expect(page.locator("#predict-result")).to_have_text("Right: node 2 finds nobody.")
    expect(page).not_to_have_url(re.compile("predict"))
    page.keyboard.press("PageDown")
    expect(page.locator("#stop-title")).to_have_text(story.stops[at_stop + 1].stop.title)
    expect(page.locator("#predict")).to_be_hidden()
