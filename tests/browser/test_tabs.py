"""Test tabs: two tabs of one visitor, a tab while the computer sleeps, and a hidden tab that is discarded."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import visitor
from tests.browser.editing import cell, document, effect, open_editor
from tests.browser.steps import choose, open_page
from tests.browser.test_draft import type_distance
from tests.browser.test_storage import KEYS
from tests.serving import Server


def kept(page: Page) -> dict[str, str]:
    """Return the texts in localStorage by their names, without the common prefix of the names."""
    found: dict[str, str] = page.evaluate("({...localStorage})")
    return {name.removeprefix("tierscope."): text for name, text in found.items()}


@pytest.mark.slow
def test_the_choices_of_two_tabs_are_one_visitors(page: Page) -> None:
    """Two tabs change the settings in turn. A third tab opens with the settings that were chosen last."""
    other = page.context.new_page()
    for tab in (page, other):
        open_editor(tab)
    for tab, act in ((page, "uncheck"), (other, "uncheck"), (other, "check"), (page, "check"), (page, "uncheck")):
        for name in ("both", "follow"):
            getattr(tab, act)(f"[name={name}]")
        tab.click("#open-keys")
        getattr(tab, act)("#single-keys")
        tab.click("#close-keys")
    for tab in (page, other):
        choose(tab, "dram-alone-then-pmem")
    page.click("#story summary")
    other.click("#tool-code")
    found = kept(page)
    assert found == {"keys": "off", "edit-both": "off", "edit-follow": "off", "story": "folded", "tour": "seen"}
    assert {*found, "machines"} == {key for key, place in KEYS.items() if place == "localStorage"}
    third = page.context.new_page()
    open_page(third)
    choose(third, "dram-alone-then-pmem")
    expect(third.locator("#single-keys")).not_to_be_checked()
    expect(third.locator("#story .look")).to_be_hidden()
    expect(third.locator("#welcome")).to_be_hidden()


@pytest.mark.slow
def test_a_tab_opened_from_another_has_a_draft_of_its_own(page: Page) -> None:
    """The browser copies sessionStorage to the new tab. From then on the drafts of the two tabs are independent."""
    open_editor(page)
    type_distance(page, 1, 2, 90)
    expect(effect(page)).to_contain_text("to 90")
    page.reload()
    page.wait_for_selector("main[data-step]")
    with page.expect_popup() as opened:
        page.evaluate("void window.open(location.href)")
    other = opened.value
    other.wait_for_selector("main[data-step]")
    for tab, distance in ((page, 91), (other, 92)):
        tab.click("#tool-edit")
        type_distance(tab, 1, 2, distance)
        expect(effect(tab)).to_contain_text(f"to {distance}")
    for tab, distance in ((page, 91), (other, 92)):
        tab.reload()
        tab.wait_for_selector("main[data-step]")
        assert document(tab)["distances"][1][2] == distance
        tab.click("#tool-edit")
        tab.click("[data-act='undo']")
        expect(cell(tab, 1, 2)).to_have_text("90")


@contextmanager
def asleep(browser: Browser) -> Iterator[None]:
    """Stop all pages of the browser until the block ends, as on a computer that sleeps.

    The DevTools protocol has a command that freezes a tab, but in a headless browser the command has no effect.
    """
    processes = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    renderers = [int(process["id"]) for process in processes if process["type"] == "renderer"]
    for renderer in renderers:
        os.kill(renderer, signal.SIGSTOP)
    try:
        yield
    finally:
        for renderer in renderers:
            os.kill(renderer, signal.SIGCONT)


PLAYED = """() => {
    window.played = [];
    const main = document.querySelector("main");
    const shown = () => played.push([Number(main.dataset.step), performance.now()]);
    new MutationObserver(shown).observe(main, {attributeFilter: ["data-step"]});
}"""


@pytest.mark.slow
def test_a_tab_that_sleeps_plays_on_from_where_it_was(browser: Browser, server: Server) -> None:
    """After the sleep the tab does not catch up: it leaves out no step, and shows no step sooner than usual."""
    context = visitor(browser, server)
    page = context.new_page()
    open_page(page)
    page.select_option("#size", "0")
    page.select_option("#speed", "4")
    page.evaluate(PLAYED)
    page.locator("#stage").click(position={"x": 2, "y": 2})
    page.keyboard.press(" ")
    page.wait_for_function("() => played.length > 2")
    with asleep(browser):
        time.sleep(3)
    page.wait_for_function("(before) => played.length > before + 4", arg=page.evaluate("played.length"))
    steps, times = zip(*page.evaluate("played"), strict=True)
    assert list(steps) == list(range(steps[0], steps[0] + len(steps)))
    pauses = [later - sooner for sooner, later in pairwise(times)]
    assert max(pauses) > 2500  # the longest pause is the sleep, in milliseconds
    assert min(pauses) > 100  # a stride takes 225 ms
    context.close()


@pytest.mark.slow
def test_a_hidden_tab_has_kept_its_edits_before_it_is_discarded(page: Page) -> None:
    """A tab stores its edits when it is hidden, because the browser sends no event before it discards a tab."""
    open_editor(page)
    type_distance(page, 1, 2, 90)
    expect(effect(page)).to_contain_text("to 90")
    page.evaluate("sessionStorage.clear()")
    page.evaluate("Object.defineProperty(document, 'hidden', {get: () => true})")
    page.evaluate("void document.dispatchEvent(new Event('visibilitychange'))")
    history = json.loads(page.evaluate("sessionStorage['tierscope.draft']"))["history"]
    assert [entry["description"] for entry in history["past"]] == ["raising d(1,2) and d(2,1) to 90"]
