"""Test the help with its three parts, and that words of the glossary explain themselves on hover, focus and tap."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import follow, open_page
from tests.browser.test_accessibility import violations
from viz.page.glossary import terms


@pytest.mark.slow
def test_words_are_explained_in_the_help_and_where_they_stand(page: Page) -> None:
    """A word is marked once in a sentence; its explanation comes with the pointer, the focus or a tap, and goes."""
    open_page(page)
    page.keyboard.press("?")
    for part in ("What is this?", "Words", "Keys"):
        expect(page.get_by_role("heading", name=part, exact=True)).to_be_attached()
    expect(page.locator("#words > div")).to_have_count(len(terms()))
    expect(page.locator("#help-what")).to_contain_text("that is demotion")
    page.get_by_role("button", name="Words", exact=True).click()
    expect(page.locator("#help-words h3")).to_be_focused()
    page.fill("#find-word", "watermark")
    expect(page.locator("#words > div:visible dt", has_text="watermark")).to_have_count(1)
    expect(page.locator("#words > div:visible dt", has_text="zonelist")).to_have_count(0)
    page.fill("#find-word", "node")
    expect(page.locator("#words > div:visible dt").first).to_have_text("node")
    page.fill("#find-word", "")
    expect(page.locator("#words > div:visible")).to_have_count(len(terms()))
    expect(page.locator("#words dt").first).to_have_text(", ".join(terms()[0].names))
    assert violations(page, "dialog[open]") == []
    page.locator("#help-what .term").first.hover()
    expect(page.locator("#term")).to_be_visible()
    expect(
        page.get_by_role("tooltip")
    ).to_be_attached()  # an element outside of the dialog has no role while it is open
    page.keyboard.press("Escape")
    expect(page.locator("#term")).to_be_hidden()
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()

    page.keyboard.press("End")
    marked = page.locator("#narration .term")
    expect(marked.first).to_be_visible()
    texts = [text.lower() for text in marked.all_inner_texts()]
    assert len(set(texts)) == len(texts) <= 3
    sentence = page.locator("#narration").inner_text()
    assert sentence.startswith("next_pass is empty")
    word = marked.first
    word.hover()
    expect(page.locator("#term")).to_contain_text("next_pass")
    assert word.get_attribute("aria-describedby") == "term"
    page.mouse.move(5, 5)
    expect(page.locator("#term")).to_be_hidden()
    word.focus()
    expect(page.locator("#term")).to_be_visible()
    assert violations(page, ".deck", "#term") == []
    page.keyboard.press("Escape")
    expect(page.locator("#term")).to_be_hidden()
    tool = page.locator("#open-allowed")  # the keyboard shows what a button is for, as the pointer does
    tool.focus()
    expect(page.locator("#term")).to_have_text(str(tool.get_attribute("title")))
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    expect(page.locator("#term")).to_be_visible()
    word.click()
    expect(page.locator("#term")).to_contain_text("next_pass")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#narration")).not_to_have_text(sentence)
    expect(page.locator("#term")).to_be_hidden()


def test_the_words_beside_the_player_say_for_whom_it_works_and_what_decides(page: Page) -> None:
    open_page(page, "/#topology=three-sockets-one-slow&kernel=v5.15&step=999")
    expect(page.locator("#demotion")).to_have_text("some demote (1 of 3)")
    page.keyboard.press("Home")
    expect(page.locator("#demotion")).to_have_text("demotion is off")
    expect(page.locator("#demotion")).to_have_attribute(
        "title",
        "No node has a target, so nothing is demoted: cold pages are reclaimed as if there were no targets at all.",
    )
    page.select_option("#kernel", "v6.1")
    expect(page.locator("main")).to_have_attribute("data-kernel", "v6.1")
    page.keyboard.press("End")
    expect(page.locator("#demotion")).to_have_text("demotion works")
    page.select_option("#kernel", "v5.15")  # another kernel keeps the moment: the end stays the end
    expect(page.locator("main")).to_have_attribute("data-kernel", "v5.15")
    expect(page.locator("main")).to_have_attribute("data-mode", "ended")

    follow(page, "#topology=one-socket-two-equal&kernel=v5.16")
    expect(page.locator("main")).to_have_attribute("data-kernel", "v5.16")
    page.keyboard.press("End")
    page.click("[data-from='0'][data-to='2'] .far")
    table = page.locator("#answer table.loads")
    expect(table).to_contain_text("node_load decides")
    rows = table.locator("tbody tr").all_inner_texts()
    assert rows[-1].split() == ["node_load", "2", "4"]
    assert any("→" in row for row in rows)
