"""Test the arrow keys: they step wherever the focus is, or move between register cells from Enter to Escape."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import at, go
from viz.trace.model import Trace

CELL = "[data-signal=used_targets] [data-cell='1']"


@pytest.fixture
def opened(page: Page, trace: Trace) -> Page:
    """Return the page at the first step of the order, with single steps as strides."""
    go(page, trace, "two-sockets-three-classes")
    return page


def moved(page: Page, *keys: str) -> int:
    """Press the keys, and return by how many steps the run has moved."""
    before = at(page)
    for key in keys:
        page.keyboard.press(key)
    return at(page) - before


@pytest.mark.parametrize("focused", ["#stage [data-node='0']", CELL, "#code", "#code .now"])
def test_arrow_keys_step_where_the_focus_is(opened: Page, focused: str) -> None:
    opened.locator(focused).evaluate("element => { element.tabIndex = 0; element.focus(); }")
    assert moved(opened, "ArrowRight", "ArrowRight") == 2
    assert moved(opened, "ArrowLeft") == -1
    assert moved(opened, "Shift+ArrowRight") > 1


def test_they_step_after_a_click_on_a_cell(opened: Page) -> None:
    opened.click(CELL)
    assert moved(opened, "ArrowRight", "ArrowRight") == 2
    opened.keyboard.press("Escape")
    assert moved(opened, "ArrowRight") == 1


def test_moving_begins_with_enter_and_ends_with_escape(opened: Page) -> None:
    opened.locator(CELL).focus()
    assert moved(opened, "Enter", "ArrowRight", "ArrowDown") == 0
    expect(opened.locator("[data-signal=node_demotion] [data-cell='2']")).to_be_focused()
    assert moved(opened, "Shift+ArrowRight") > 1  # with Shift the arrow keys still step
    assert moved(opened, "Escape", "ArrowRight") == 1
    assert moved(opened, "Enter", "ArrowLeft", "Enter") == 0
    expect(opened.locator("#question")).to_contain_text("node 1")
    opened.keyboard.press("Escape")
    expect(opened.locator("#why")).to_be_hidden()
    assert moved(opened, "ArrowRight") == 1


def test_who_leaves_the_table_begins_anew(opened: Page) -> None:
    opened.locator(CELL).focus()
    opened.keyboard.press("Enter")
    opened.locator("#forward").focus()
    opened.locator(CELL).focus()
    assert moved(opened, "ArrowRight") == 1


def test_the_page_says_so(opened: Page) -> None:
    content = "getComputedStyle(document.querySelector('.registers thead th'), '::after').content"
    assert opened.evaluate(content) == "none"
    opened.locator("#stage [data-node='0']").focus()
    opened.keyboard.press("Tab")
    opened.locator(CELL).focus()
    assert opened.evaluate(content) == '"Enter: cell to cell"'
    opened.keyboard.press("Enter")
    assert opened.evaluate(content) == '"Esc: arrows step"'
    opened.keyboard.press("Escape")
    opened.keyboard.press("?")
    expect(opened.locator("#keys")).to_contain_text("go from cell to cell")
