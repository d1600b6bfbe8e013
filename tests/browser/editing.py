"""What the tests of the editor do to a page, and what they read off it."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.steps import open_whole


def open_editor(page: Page, url: str = "/") -> None:
    """The page at its last step, with the editor beside the stage."""
    open_whole(page, url)
    page.keyboard.press("End")
    page.click("#tool-edit")
    expect(page.locator(".distance-grid td").first).to_be_visible()


def cell(page: Page, row: int, column: int) -> Locator:
    """A cell of the grid, by its place."""
    return page.locator(".distance-grid tbody tr").nth(row).locator("td").nth(column)


def effect(page: Page) -> Locator:
    """Where the effect of the last edit is said."""
    return page.locator(".edit .effect")


def document(page: Page) -> dict[str, Any]:
    """The machine that the server has last sent."""
    found: dict[str, Any] = json.loads(page.evaluate("window.tierscopePlay.document"))
    return found


def arrows(page: Page) -> list[str]:
    """The arrows on the stage."""
    found = "all => all.map(one => `${one.dataset.from} -> ${one.dataset.to}`).sort()"
    return list(page.locator(".arrow.stored").evaluate_all(found))
