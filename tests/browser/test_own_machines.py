"""Test that own machines stay in the list, have names and can be removed, and what a choice says that it changes."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Watch
from tests.browser.editing import document, open_editor
from tests.browser.steps import choose, open_page
from tests.browser.test_accessibility import violations
from tests.browser.test_draft import type_distance
from viz.topology import builtin, builtin_names

FIRST = builtin_names()[0]
LINE = "2 sockets: cpu+dram; cross 21; shared cxl at 24; 1-2 at 14"
OPTIONS = "() => [...document.querySelectorAll('#my-machines option')].map((one) => one.text)"
WITH_KERNEL, WITH_ZONELISTS = "three-sockets-one-slow", "boot-or-runtime"
"""A topology that names a kernel of its own, and one that names zonelists."""


def paste(page: Page, text: str) -> None:
    page.click("#open-paste")
    page.fill("#text", text)
    page.click("#load")
    expect(page.locator("#paste")).to_be_hidden()


def own_title(page: Page) -> str:
    return page.locator("#title").inner_text()


@pytest.mark.slow
def test_a_pasted_machine_stays_in_the_list_and_can_be_named_and_removed(page: Page) -> None:
    open_page(page)
    page.wait_for_selector("#messages", state="attached")
    assert page.evaluate(OPTIONS) == []
    paste(page, LINE)
    expect(page.locator("#topology")).to_have_value("")
    title = own_title(page)
    paste(page, LINE)  # the same machine is listed once
    choose(page, FIRST)
    assert page.evaluate(OPTIONS) == [title]
    page.click("#open-own")
    page.get_by_label(f"Name of {title}").fill("The <b>server</b> in the cellar")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Open The <b>server</b> in the cellar")).to_be_focused()
    assert violations(page, "#own-machines") == []
    page.click("#close-own")
    assert page.evaluate(OPTIONS) == ["The <b>server</b> in the cellar"]
    page.goto("about:blank")
    open_page(page)
    expect(page.locator("#my-machines option")).to_have_count(1)
    page.select_option("#topology", label="The <b>server</b> in the cellar")
    expect(page.locator("#title")).to_have_text(title)
    assert page.locator("#topology option:checked").text_content() == "own: The <b>server</b> in the cellar"
    page.click("#open-own")
    page.get_by_role("button", name="Remove The").click()
    expect(page.locator("#own-machines")).to_have_text("There is none.")
    expect(page.locator("#close-own")).to_be_focused()
    page.click("#close-own")
    expect(page.locator("#open-own")).to_be_hidden()
    page.select_option("#kernel", "v6.1")
    expect(page.locator("main")).to_have_attribute("data-kernel", "v6.1")
    choose(page, FIRST)
    assert page.evaluate(OPTIONS) == []
    assert "tierscope.machines" not in page.evaluate("Object.keys(localStorage)")
    remove_in_another_tab(page)


def remove_in_another_tab(page: Page) -> None:
    """A machine that another tab removes is gone here, too."""
    paste(page, LINE)
    title = own_title(page)
    expect(page.locator("#open-own")).to_be_visible()
    page.click("#open-own")
    page.evaluate("localStorage.removeItem('tierscope.machines'); window.dispatchEvent(new StorageEvent('storage'))")
    expect(page.locator("#own-machines")).to_have_text("There is none.")
    page.click("#close-own")
    page.select_option("#kernel", "v5.15")
    expect(page.locator("main")).to_have_attribute("data-kernel", "v5.15")
    expect(page.locator("#title")).to_have_text(title)
    assert "tierscope.machines" not in page.evaluate("Object.keys(localStorage)")


def test_all_edits_of_a_machine_are_one_entry(page: Page) -> None:
    open_editor(page)
    for distance in (90, 91):
        type_distance(page, 1, 2, distance)
        expect(page.locator(".edit .effect")).to_contain_text(f"to {distance}")
    choose(page, FIRST)
    assert page.evaluate(OPTIONS) == [f"{builtin(FIRST).title}, edited"]
    page.select_option("#topology", label=f"{builtin(FIRST).title}, edited")
    expect(page.locator("#topology option:checked")).to_have_text(f"own: {builtin(FIRST).title}, edited")
    assert document(page)["distances"][1][2] == 91


@pytest.mark.slow
def test_a_linked_machine_and_those_of_stories_are_not_listed(page: Page) -> None:
    open_page(page)
    paste(page, LINE)
    address = page.url
    page.evaluate("localStorage.clear()")
    page.goto("about:blank")
    open_page(page, address)
    page.goto("about:blank")
    open_page(page, "/#story=my-machine.1")
    expect(page.locator("#stop-title")).to_be_visible()
    expect(page.locator("#title")).not_to_have_text(builtin(FIRST).title)
    assert "tierscope.machines" not in page.evaluate("Object.keys(localStorage)")


@pytest.mark.slow
def test_a_choice_says_what_else_it_changes_and_that_can_be_undone(page: Page) -> None:
    open_page(page)
    page.wait_for_selector("#messages", state="attached")
    own = builtin(WITH_KERNEL)
    assert own.kernel is not None
    assert page.evaluate(KEPT_FOR_THE_AWAITED_RUN)
    choose(page, WITH_KERNEL)
    notice = page.locator("#notice .also-changed")
    expect(notice).to_contain_text(f"the kernel from posted to {own.kernel}")
    page.get_by_role("button", name="Undo that").click()
    expect(page.locator("main")).to_have_attribute("data-kernel", "posted")
    expect(page.locator("#title")).to_have_text(own.title)
    expect(page.locator("#zonelists")).to_have_value("runtime")
    expect(notice).to_have_count(0)
    choose(page, FIRST)
    expect(notice).to_have_count(0)
    choose(page, WITH_ZONELISTS)
    expect(notice).to_contain_text("the zonelists from")
    page.get_by_role("button", name="Undo that").click()
    expect(page.locator("#zonelists")).to_have_value("runtime")
    expect(page.locator("#title")).to_have_text(builtin(WITH_ZONELISTS).title)
    paste_under_the_chosen_kernel(page)


KEPT_FOR_THE_AWAITED_RUN = """async () => {
    await ours("#later");
    const { setOpening, setRequest, state } = await ours("#core/state");
    setOpening({ before: { kernel: "v6.1", zonelists: "boot" } });
    setRequest({ sent: state.request });
    (await ours("#player/also-changed")).tellWhatElseChanged();
    const isKept = state.before !== undefined;
    setRequest({ sent: null });
    setOpening({ before: undefined });
    return isKept;
}"""
"""Returns whether the options of the run on the page are kept while another run is awaited."""


def paste_under_the_chosen_kernel(page: Page) -> None:
    """Pasting keeps the kernel that the visitor has chosen, and says so."""
    page.select_option("#kernel", "v6.1")
    expect(page.locator("main")).to_have_attribute("data-kernel", "v6.1")
    paste(page, LINE)
    expect(page.locator("main")).to_have_attribute("data-kernel", "v6.1")
    paste(page, json.dumps(builtin(WITH_KERNEL).document()))
    expect(page.locator("#title")).to_have_text(builtin(WITH_KERNEL).title)
    expect(page.locator("main")).to_have_attribute("data-kernel", "v6.1")
    page.locator("#notice .also-changed button").first.click()
    expect(page.locator("main")).to_have_attribute("data-kernel", str(builtin(WITH_KERNEL).kernel))
    page.select_option("#kernel", "v6.1")
    expect(page.locator("main")).to_have_attribute("data-kernel", "v6.1")
    paste(page, LINE)
    expect(page.locator("#notice .also-changed")).to_contain_text("is shown under kernel v6.1")
    page.get_by_role("button", name="Use posted").click()
    expect(page.locator("main")).to_have_attribute("data-kernel", "posted")
    expect(page.locator("#notice .also-changed")).to_have_count(0)
    page.click("#open-stories")
    page.click("[data-story=four-kernels-four-orders]")
    page.keyboard.press("PageDown")
    expect(page.locator("main")).not_to_have_attribute("data-kernel", "posted")
    page.keyboard.press("Escape")
    paste(page, LINE)  # the kernel of a story is none that the visitor has chosen
    expect(page.locator("main")).to_have_attribute("data-kernel", "posted")
    title = own_title(page)
    page.click("#open-stories")
    page.click("[data-story=four-kernels-four-orders]")
    expect(page.locator("main")).not_to_have_attribute("data-kernel", "posted")
    page.select_option("#zonelists", "runtime")
    expect(page).to_have_url(re.compile("zonelists=runtime"))
    paste(page, LINE)  # the zonelists are
    expect(page.locator("#title")).to_have_text(title)
    expect(page.locator("main")).to_have_attribute("data-kernel", "posted")
    expect(page.locator("#zonelists")).to_have_value("runtime")


@pytest.mark.slow
def test_where_nothing_can_be_stored_the_list_lasts_until_the_page_is_left(page: Page, watch: Watch) -> None:
    page = page.context.new_page()
    page.add_init_script("Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };")
    open_page(page)
    paste(page, LINE)
    title = own_title(page)
    choose(page, FIRST)
    assert page.evaluate(OPTIONS) == [title]
    page.select_option("#topology", label=title)
    expect(page.locator("#title")).to_have_text(title)
