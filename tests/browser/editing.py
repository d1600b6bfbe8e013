"""Functions for tests that use the page's editor, and read what the page shows."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.steps import open_whole


def open_editor(page: Page, url: str = "/") -> None:
    """Open the page at its last step with the editor beside the stage."""
    open_whole(page, url)
    page.keyboard.press("End")
    page.click("#tool-edit")
    expect(page.locator(".distance-grid td").first).to_be_visible()


def cell(page: Page, row: int, column: int) -> Locator:
    """Return the cell of the distance grid in this row and column; both are counted from 0."""
    return page.locator(".distance-grid tbody tr").nth(row).locator("td").nth(column)


def effect(page: Page) -> Locator:
    """Return the element that describes the effect of the last edit."""
    return page.locator(".edit .effect")


def undo_all(page: Page, edits: int) -> None:
    """Undo all edits that the page has."""
    undo = page.locator("[data-act='undo']")
    for _ in range(edits):
        expect(undo).to_be_enabled()
        undo.click()
    expect(undo).to_be_disabled()
    expect(page.locator("#status")).not_to_have_text("loading")  # the server has answered


def document(page: Page) -> dict[str, Any]:
    """Return the document of the machine that the server has sent last."""
    machine: dict[str, Any] = json.loads(page.evaluate("window.tierscopePlay.document"))
    return machine


def arrows(page: Page) -> list[str]:
    """Return the arrows on the stage as sorted texts, such as "0 -> 1"."""
    script = "all => all.map(one => `${one.dataset.from} -> ${one.dataset.to}`).sort()"
    return list(page.locator(".arrow.stored").evaluate_all(script))
