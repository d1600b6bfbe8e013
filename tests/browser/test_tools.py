"""Test that the panels that replace the code beside the stage open, work and close."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.steps import open_page


def test_stranding_by_keyboard_and_back_to_the_code(page: Page) -> None:
    open_page(page)
    page.locator("#tool-compare").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#tool-stranding")).to_be_focused()
    packed = page.locator("#packed")
    expect(packed).to_contain_text("Without walls: 16 jobs")
    expect(packed.locator(".bins")).to_have_count(2)
    page.get_by_label("cores", exact=True).fill("9")
    page.keyboard.press("Enter")
    expect(packed).to_contain_text("Without walls: 3 jobs")
    expect(packed).to_contain_text("With a wall around each node: 2 jobs")
    page.locator("#tool-code").click()
    expect(page.locator("#code")).to_be_visible()
    expect(page.locator("#tool")).to_be_hidden()
    assert page.evaluate(STYLE_TWICE) == ["first", "second"]


STYLE_TWICE = """async () => {
    const { applyStyle } = await ours("#player/tool-panel");
    const { imports } = JSON.parse(document.querySelector("script[type=importmap]").textContent);
    const { href } = new URL(imports["#tools/log/panel"].replace("panel.mjs", "style.css"), document.baseURI);
    const applied = [];
    const note = (which) => applyStyle(href).then(() => applied.push(which));
    await Promise.all([note("first"), note("second")]);
    return applied;
}"""
"""Names the one and the other that needs a style sheet, in the order in which they have it."""
