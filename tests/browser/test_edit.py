"""The editor: the machine is changed in the grid, in fields and on the stage, and the order follows at once."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.editing import arrows, cell, document, effect, open_editor
from tests.browser.steps import open_page


def test_a_distance_is_typed_and_the_arrow_moves(page: Page) -> None:
    open_editor(page)
    assert "1 -> 2" in arrows(page)
    cell(page, 1, 2).click()
    page.keyboard.type("90")
    page.keyboard.press("Enter")
    expect(effect(page)).to_have_text("Raising d(1,2) and d(2,1) to 90 moved 1 -> 2 to 1 -> 5, 4 -> 5 to 4 -> 2.")
    assert "1 -> 5" in arrows(page)
    assert document(page)["distances"][1][2] == document(page)["distances"][2][1] == 90
    page.keyboard.press("Control+z")
    expect(effect(page)).to_have_text(
        "Undoing raising d(1,2) and d(2,1) to 90 moved 1 -> 5 to 1 -> 2, 4 -> 2 to 4 -> 5."
    )
    page.keyboard.press("Control+Shift+z")
    expect(effect(page)).to_contain_text("moved 1 -> 2 to 1 -> 5")


def test_the_step_is_kept(page: Page) -> None:
    open_page(page)
    page.keyboard.press("]")
    page.keyboard.press("ArrowRight")
    at = page.locator("main").get_attribute("data-pass"), page.locator("#where").inner_text()
    page.click("#tool-edit")
    page.locator("[name=label]").fill("fast")
    page.keyboard.press("Enter")
    expect(page.locator(".stage [data-node='0']")).to_contain_text("fast")
    assert (page.locator("main").get_attribute("data-pass"), page.locator("#where").inner_text()) == at
