"""Test the arrow keys: they step wherever the focus is, or move between register cells from Enter to Escape."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.steps import at, go
from viz.trace.model import Trace

CELL = "[data-signal=used_targets] [data-cell='1']"
HINT = "getComputedStyle(document.querySelector('.registers thead th'), '::after').content"


def moved(page: Page, *keys: str) -> int:
    """Press the keys, and return by how many steps the run has moved."""
    before = at(page)
    for key in keys:
        page.keyboard.press(key)
    return at(page) - before


def test_arrow_keys_step_wherever_the_focus_is_except_from_enter_to_escape_in_the_registers(
    page: Page, trace: Trace
) -> None:
    """Enter lets the keys go from cell to cell; Escape or leaving the table ends that, and the page says so."""
    go(page, trace, "two-sockets-three-classes")
    assert page.evaluate(HINT) == "none"
    page.locator("#stage [data-node='0']").focus()
    page.keyboard.press("Tab")
    cell = page.locator(CELL)
    cell.focus()
    assert page.evaluate(HINT) == '"Enter: cell to cell"'
    assert moved(page, "Enter", "ArrowRight", "ArrowDown") == 0
    assert page.evaluate(HINT) == '"Esc: arrows step"'
    expect(page.locator("[data-signal=used_targets] + tr [data-cell='2']")).to_be_focused()
    assert moved(page, "Shift+ArrowRight") > 1, "with Shift the arrow keys still step"
    assert moved(page, "Escape", "ArrowRight") == 1
    assert moved(page, "Enter", "ArrowLeft", "Enter") == 0
    expect(page.locator("#question")).to_contain_text("node 1")
    page.keyboard.press("Escape")
    expect(page.locator("#why")).to_be_hidden()
    assert moved(page, "ArrowRight") == 1

    cell.focus()
    page.keyboard.press("Enter")
    page.locator("#forward").focus()
    cell.focus()
    assert moved(page, "ArrowRight") == 1, "who leaves the table begins anew"
    page.click(CELL)
    assert moved(page, "ArrowRight", "ArrowRight") == 2, "a click on a cell begins nothing"
    page.keyboard.press("Escape")
    assert moved(page, "ArrowRight") == 1

    for focused in ("#stage [data-node='0']", CELL, "#code", "#code .now"):
        page.locator("#scrubber").fill(str(trace.opens))
        page.locator(focused).evaluate("element => { element.tabIndex = 0; element.focus(); }")
        assert moved(page, "ArrowRight", "ArrowRight") == 2, focused
        assert moved(page, "ArrowLeft") == -1, focused
        assert moved(page, "Shift+ArrowRight") > 1, focused

    page.keyboard.press("?")
    expect(page.locator("#keys")).to_contain_text("go from cell to cell")
