"""Test two built-in stories: each opens at its decisive step and has buttons for other versions and acts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import agree, choose, open_page, shown
from tests.browser.test_accessibility import violations
from viz.analysis.case_notes import opening
from viz.analysis.run import Run
from viz.topology import builtin

pytestmark = pytest.mark.slow


def test_the_node_that_is_lost_and_the_release_that_mends_it(page: Page) -> None:
    run = Run.of(builtin("two-sockets-refused-target"))
    trace = run.trace()
    step = opening(run, trace)
    assert step is not None
    page.set_viewport_size({"width": 1280, "height": 720})
    open_page(page)
    expect(page.locator("#story")).to_be_hidden()
    expect(page.locator(".scene")).to_have_css("flex-direction", "column")
    choose(page, "two-sockets-refused-target")
    agree(page, trace, step)
    expect(page.locator(".scene")).to_have_css("flex-direction", "row")
    story = page.locator("#story")
    expect(story).to_contain_text("Huang Ying, 28 January 2022")
    assert violations(page) == []
    assert page.evaluate("document.querySelector('main').getBoundingClientRect().bottom <= innerHeight")
    assert page.evaluate("document.querySelector('#stage').clientHeight") > 200

    page.keyboard.press("End")
    expect(page.locator(".arrow.stored[data-from='1']")).to_have_count(0)
    story.get_by_role("button", name=f"Step {step}").click()
    agree(page, trace, step)
    story.get_by_role("button", name="v5.18", exact=True).click()
    expect(page.locator("main")).to_have_attribute("data-kernel", "v5.18")
    expect(story.get_by_role("button", name="v5.18", exact=True)).to_be_focused()
    page.keyboard.press("End")
    expect(page.locator(".arrow.stored[data-from='1'][data-to='3']")).to_have_count(1)
    story.get_by_role("button", name="Open it in v5.17.7").click()
    expect(page.locator("main")).to_have_attribute("data-kernel", "v5.17.7")
    agree(page, trace, step)


def test_three_acts_of_dram_taken_for_slow_memory(page: Page) -> None:
    run = Run.of(builtin("dram-alone-then-pmem"))
    trace = run.trace()
    page.set_viewport_size({"width": 390, "height": 844})
    open_page(page, "/#topology=dram-alone-then-pmem")
    step = opening(run, trace)
    assert step is not None
    agree(page, trace, step)
    expect(page.locator("#story")).to_contain_text("Act one: node 0 has node 1 as its target")
    page.select_option("#size", "3")
    acts = []
    for _ in range(3):
        page.locator("#forward").click()
        acts.append((shown(page)["chapter"], shown(page)["arrows"]))
    assert acts == [("mem_add", ["0>1"]), ("mem_online", ["0>1"]), ("mem_online", ["0>1", "1>2"])]

    expect(page.locator(".scene[data-story]")).to_have_count(1)
    page.locator("#story summary").click()
    expect(page.locator("#story .look")).to_be_hidden()
    expect(page.locator(".scene[data-story]")).to_have_count(0)
    page.reload()
    page.wait_for_selector("main[data-step]")
    expect(page.locator("#story .look")).to_be_hidden()
    expect(page.locator(".scene[data-story]")).to_have_count(0)
    page.locator("#story summary").press("Enter")
    expect(page.locator("#story .look")).to_be_visible()
    expect(page.locator(".scene[data-story]")).to_have_count(1)
