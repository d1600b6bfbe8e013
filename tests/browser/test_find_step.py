"""Test the field that finds the step where something happens, and that playing stops there."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import agree, choose, open_page
from tests.browser.test_accessibility import violations
from viz.analysis.run import Run
from viz.topology import builtin
from viz.trace.conditions import parse, steps_where
from viz.trace.model import Trace


def find(page: Page, condition: str) -> None:
    """Type a condition into the field, and press Enter."""
    page.fill("#condition", condition)
    page.locator("#condition").press("Enter")


@pytest.mark.slow
def test_a_condition_is_found_walked_and_stopped_at(page: Page, trace: Trace) -> None:
    open_page(page)
    page.keyboard.press("/")
    expect(page.locator("#condition")).to_be_focused()
    steps = steps_where(trace, parse("a source begins"))
    find(page, "a source begins")
    expect(page.locator("#found")).to_have_text(f"1 of {len(steps)}.")
    agree(page, trace, steps[0])
    expect(page.locator("#ticks span")).to_have_count(len(steps))
    page.locator("#condition").press("Enter")
    agree(page, trace, steps[1])
    page.click("#earlier-found")
    agree(page, trace, steps[0])
    page.click("#earlier-found")
    agree(page, trace, steps[-1])
    assert violations(page, "#find-step") == []

    page.click("#first")
    page.select_option("#size", "3")
    page.select_option("#speed", "8")
    page.click("#play-pause")
    expect(page.locator("#status")).to_have_text("Stopped where a source begins.")
    agree(page, trace, steps[0])

    page.locator("#condition").press("Escape")
    expect(page.locator("#find-step")).to_be_hidden()
    expect(page.locator("#ticks span")).to_have_count(0)

    page.keyboard.press("/")
    find(page, "pass two begins")
    expect(page.locator("#found")).to_contain_text("At character 6: expected")
    expect(page.locator("#condition")).to_have_attribute("aria-invalid", "true")
    assert violations(page, "#find-step") == []


@pytest.mark.slow
def test_the_condition_stays_for_another_machine_and_other_words_find_stories(page: Page) -> None:
    open_page(page)
    page.click("#open-find")
    find(page, "node 1 has no target")
    expect(page.locator("#found")).to_have_text("At no step of this run.")
    choose(page, "two-sockets-refused-target")
    trace = Run.of(builtin("two-sockets-refused-target")).trace()
    steps = steps_where(trace, parse("node 1 has no target"))
    expect(page.locator("#found")).to_have_text(f"{len(steps)} such step.")
    page.click("#later-found")
    agree(page, trace, steps[0])
    page.select_option("#kernel", "v6.1")
    find(page, "used_targets has 3")
    expect(page.locator("#found")).to_contain_text("This run has no used_targets: kernel v6.1 has")

    for words in ("goto", "READ_ONCE", "share a target", "incoherent"):
        find(page, words)
        expect(page.locator("#found-stories button").first).to_be_visible()
        texts = page.locator("#found-stories").inner_text()
        assert "with these words" in texts
    page.locator("#found-stories button").first.click()
    expect(page.locator("#stop-title")).to_be_visible()
    expect(page.locator("#story-stop")).to_contain_text("incoherent")
    expect(page.locator("#find-step")).to_be_hidden()
