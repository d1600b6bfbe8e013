"""Test talks on the page: the built-in one with Page Down alone, made on the page, reloaded, exported, with notes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Watch
from tests.browser.steps import agree, open_page, shown
from tests.browser.test_accessibility import violations
from tests.cli.test_talks import TALK as TWO_STOPS
from viz.app.held import held_talk
from viz.page.standalone import standalone_talk
from viz.resources import assets
from viz.stories import ResolvedStop, builtin_talk, resolved_talk
from viz.trace.model import TALK

STOPS = builtin_talk("six-minutes").stops
PRESSES = 25


def is_at(page: Page, number: int) -> None:
    """Assert that the page is at a stop of the built-in talk, in the presenter mode, and shows its run and tool."""
    one = STOPS[number - 1]
    assert isinstance(one, ResolvedStop)
    expect(page.locator("#stop-counter")).to_have_text(f"{number} of {len(STOPS)}")
    expect(page.locator("main")).to_have_attribute("data-kernel", one.run.version.name)
    expect(page.locator("#title")).to_have_text(one.run.topology.title)
    expect(page.locator(f"#tool-{one.stop.view}")).to_have_attribute("aria-selected", "true")
    expect(page.locator("html")).to_have_attribute("data-presenter", "")


def at_step(page: Page, step: int) -> None:
    expect(page.locator("main")).to_have_attribute("data-step", str(step))


def walk_stop(page: Page, number: int) -> int:
    """Walk all that is inside a stop by Page Down, assert what is shown, and return how many presses that took."""
    one = STOPS[number - 1]
    assert isinstance(one, ResolvedStop)
    if one.stop.autoplay:
        page.keyboard.press("PageDown")  # to the stop's end, at once: after that, Page Down leads to the next stop
    is_at(page, number)
    if one.stop.words:
        expect(page.locator("#stop-words")).to_have_text(one.stop.words)
    if one.stop.walk:
        expect(page.locator("#tool .witness output")).to_have_text(re.compile(r"^moment [0-9]+ of"))
        expect(page.locator("#tool .witness-told")).to_contain_text(f": {one.stop.walk.verdict}")
        return 1
    if one.last is None:
        at_step(page, one.step)
        return 0
    if one.stop.autoplay:
        at_step(page, one.last)
        return 1
    steps = [step for step in one.run.trace().stops(TALK) if one.step < step <= one.last]
    for step in steps:
        page.keyboard.press("PageDown")
        at_step(page, step)
    return len(steps)


@pytest.mark.slow
def test_the_built_in_talk_is_walked_with_page_down_alone(page: Page, watch: Watch) -> None:
    """From the first stop to the paste, through steps, walks, comparisons and the next machine, and back by Page Up."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_page(page)
    page.click("#open-stories")
    page.click("[data-talk=six-minutes]")
    presses = walk_stop(page, 1)
    for number in range(2, len(STOPS) + 1):
        page.keyboard.press("PageDown")
        presses += 1 + walk_stop(page, number)
        if number in (5, 7, 9):
            assert violations(page, *["#story-stop", "#tool"] * (number > 5)) == [], number
    assert presses <= PRESSES
    expect(page.locator("#twins")).to_contain_text("v5.15")
    paste(page, "2 sockets: cpu+dram, pmem")
    expect(page.locator("#title")).to_contain_text("2 sockets")
    expect(page.locator("main")).to_have_attribute("data-kernel", "v6.1")
    expect(page.locator("#twins")).to_contain_text("v5.15")
    expect(page.locator("#size")).to_have_value(str(TALK))
    expect(page.locator("html")).to_have_attribute("data-presenter", "")
    page.keyboard.press("End")
    page.keyboard.press("PageDown")
    expect(page.locator("#stop-counter")).to_have_text("The end of the talk")
    page.keyboard.press("PageDown")
    expect(page.locator("#stop-counter")).to_have_text("The end of the talk")
    page.keyboard.press("PageUp")
    is_at(page, len(STOPS))
    page.keyboard.press("Escape")  # leaves the presenter mode
    page.keyboard.press("Escape")
    page.click("#open-stories")
    page.locator("[data-talk=six-minutes]").evaluate(CLICK_AND_PAGE_DOWN)
    is_at(page, 2)


CLICK_AND_PAGE_DOWN = """(card) => {
    card.click();
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "PageDown", bubbles: true }));
}"""


def paste(page: Page, text: str) -> None:
    """Press Ctrl+V with a text in the clipboard."""
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("Control+v")


@pytest.mark.slow
def test_a_reload_comes_back_to_the_same_picture(page: Page) -> None:
    open_page(page, "/#talk=six-minutes.6")
    is_at(page, 6)
    page.keyboard.press("PageDown")
    page.keyboard.press("PageDown")
    page.keyboard.press("r")
    page.keyboard.press("d")
    page.locator("#registers [data-signal='node_demotion'] [data-cell='1']").click()
    question = page.locator("#question").inner_text()
    expect(page).to_have_url(
        re.compile(
            "mode=presenter&panel=registers&stride=talk&theme=dark&talk=six-minutes.6&why=node_demotion%5B1%5D&step="
        )
    )
    before = page.locator("main").get_attribute("data-step")
    page.reload()
    page.wait_for_selector("main[data-step]")
    is_at(page, 6)
    at_step(page, int(before or 0))
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.locator("#registers")).to_be_visible()
    expect(page.locator("#question")).to_have_text(question)
    expect(page.locator("#why")).to_be_visible()
    expect(page.locator("#size")).to_have_value(str(TALK))
    page.keyboard.press("PageUp")
    page.keyboard.press("PageUp")
    at_step(page, STOPS[5].step if isinstance(STOPS[5], ResolvedStop) else -1)
    page.keyboard.press("PageUp")
    is_at(page, 5)
    page.keyboard.press("PageDown")
    is_at(page, 6)
    expect(page.locator("#why")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.locator("html")).not_to_have_attribute("data-presenter", "")
    expect(page.locator("#story-stop")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#story-stop")).to_be_hidden()
    expect(page).not_to_have_url(re.compile("talk="))
    make_a_talk_of_a_story(page)


def make_a_talk_of_a_story(page: Page) -> None:
    """Take the stops of a story for one's own talk, remove one and show one."""
    page.click("#open-stories")
    page.click("#edit-own-talk")
    page.select_option("#talk-editor [name=story]", "tour")
    expect(page.locator("#talk-stops > li")).to_have_count(7)
    page.click("[aria-label='Remove: stop 7']")
    expect(page.locator("#stop-remove-5")).to_be_focused()
    expect(page.locator("#talk-stops > li")).to_have_count(6)
    page.click("[aria-label='Show: stop 2']")
    expect(page.locator("#stop-of")).to_have_text("2 of 6: My talk")


@pytest.mark.slow
def test_a_readers_walk_and_its_moment_are_in_the_address(page: Page) -> None:
    open_page(page, "/#topology=two-sockets-three-classes&kernel=v5.15&tool=readers")
    page.click("#tool [data-act=first-example]")
    page.locator("#tool [data-verdict=cycle] >> nth=0").click()
    walk = page.locator("#tool .witness-walk").inner_text()
    expect(page.locator("#tool .witness output")).to_have_text(re.compile("moment 0 of"))
    for _ in range(3):
        page.keyboard.press("PageDown")  # Page Down drives the walk
    expect(page.locator("#tool .witness output")).to_have_text(re.compile("moment 3 of"))
    expect(page).to_have_url(re.compile("readers="))
    page.wait_for_timeout(1500)  # the address is written a moment after the step
    page.reload()
    page.wait_for_selector("main[data-step]")
    expect(page.locator("#tool .witness output")).to_have_text(re.compile("moment 3 of"))
    expect(page.locator("#tool .witness-walk")).to_have_text(walk)
    page.select_option("#tool [name=event]", "0")  # the first build: "s" holds a walk of an event, too
    page.locator("#tool [data-verdict] >> nth=0").click()
    page.keyboard.press("s")
    expect(page.locator("#status")).to_contain_text("Stop 1 of your talk")
    assert page.evaluate("""Object.values(sessionStorage).some((text) => text.includes('"walk":{"event":0,'))""")


def test_in_the_presenter_mode_the_screen_is_blanked_and_texts_are_pasted(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_page(page)
    page.keyboard.press(".")
    expect(page.locator("main")).to_have_attribute("data-mode", "playing")  # outside of the presenter mode it plays
    page.keyboard.press(".")
    page.keyboard.press("p")
    expect(page.locator("html")).to_have_attribute("data-presenter", "")
    step = page.locator("main").get_attribute("data-step")
    for blank, back in ((".", "."), ("b", "b"), (".", "PageDown"), ("b", "Escape")):
        page.keyboard.press(blank)
        expect(page.locator("html")).to_have_attribute("data-blank", "")
        page.keyboard.press(back)
        expect(page.locator("html")).not_to_have_attribute("data-blank", "")
    at_step(page, int(step or 0))
    expect(page.locator("html")).to_have_attribute("data-presenter", "")
    page.keyboard.press("End")
    page.keyboard.press("PageDown")
    expect(page.locator("#stop-counter")).to_contain_text("This is the last step.")
    page.evaluate("ours('#player/mount-stage').then(({ mountStage }) => mountStage(null))")
    expect(page.locator("#stop-counter")).to_contain_text("This is the last step.")  # it is still the same step
    page.keyboard.press("Home")
    expect(page.locator("#stop-counter")).to_have_text("")
    paste(page, "nothing that a machine says")
    expect(page.locator("#paste")).to_be_visible()
    expect(page.locator("#text")).to_have_value("nothing that a machine says")
    expect(page.locator("#error")).not_to_be_empty()
    page.click("#close-paste")
    walk_past_a_missing_machine(page)


def walk_past_a_missing_machine(page: Page) -> None:
    """A talk is pasted as a machine is; a stop whose machine is missing says so, and the others go on."""
    third = '[[stops]]\ntitle = "Three"\ntopology = "losing-a-node"\nstep = "event 1 begins"\n'
    paste(page, f"{TWO_STOPS}\n{third}")
    page.click("#talk-editor [data-act=start]")
    expect(page.locator("#stop-counter")).to_have_text("1 of 3")
    page.keyboard.press("PageDown")
    expect(page.locator("#stop-refusal")).to_contain_text("stops[1].file: 'mine.txt' is a file")
    expect(page.locator("#stop-refusal")).to_be_visible()
    page.keyboard.press("PageDown")
    expect(page.locator("#stop-counter")).to_have_text("3 of 3")
    at_step(page, 51)


@pytest.mark.slow
def test_a_talk_is_made_on_the_page(page: Page, tmp_path: Path) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_page(page, "/#topology=losing-a-node&kernel=v5.15&step=62")
    page.keyboard.press("s")
    expect(page.locator("#status")).to_contain_text("Stop 1 of your talk: The pages of the block are moved")
    page.keyboard.press("End")
    page.keyboard.press("p")
    page.keyboard.press("s")
    expect(page.locator("#status")).to_contain_text("Stop 2 of your talk")
    expect(page.locator("#status")).to_be_visible()
    page.keyboard.press("Escape")
    page.click("#open-stories")
    page.click("#edit-own-talk")
    expect(page.locator("#talk-stops > li")).to_have_count(2)
    page.locator("#talk-stops summary").first.click()
    page.fill("#stop-words-0", "Now nothing is demoted.")
    page.fill("#talk-editor [name=title]", "Two stops")
    page.click("[aria-label='Down: stop 1']")
    expect(page.locator("#talk-stops summary").nth(1)).to_contain_text("2. The pages of the block")
    expect(page.locator("#stop-words-1")).to_be_visible()
    expect(page.locator("#stop-up-1")).to_be_focused()  # the stop cannot go further down
    assert violations(page) == []
    with page.expect_download() as saved:
        page.click("#talk-editor [data-act=save]")
    file = tmp_path / "talk.toml"
    saved.value.save_as(file)
    found = resolved_talk(file.read_text(), "talk.toml")
    places = [(stop.step, stop.run.version.name) for stop in found.stops if isinstance(stop, ResolvedStop)]
    assert places == [(170, "v5.15"), (62, "v5.15")]
    page.click("#talk-editor [data-act=link]")
    expect(page.locator("#talk-editor [role=status]")).to_have_text("Link copied.")
    link = page.evaluate("navigator.clipboard.readText()")
    other = tmp_path / "other.toml"
    other.write_text(file.read_text().replace("Two stops", "Other"))
    page.set_input_files("#talk-editor [name=file]", other)  # a file has the talk, although the server rewrote it
    expect(page.locator("#talk-editor [role=status]")).to_have_text("Loaded 2 stops.")
    page.click("#talk-editor [data-act=empty]")
    expect(page.locator("#talk-editor [role=status]")).to_have_text("")
    page.set_input_files("#talk-editor [name=file]", file)
    expect(page.locator("#talk-editor [role=status]")).to_have_text("Loaded 2 stops.")
    page.fill("#talk-editor [name=title]", "Mine")
    page.keyboard.press("Tab")
    page.set_input_files("#talk-editor [name=file]", file)
    question = "Replace “Mine” (2 stops), which may not be saved, by “{}” (2 stops)?"
    expect(page.locator("#talk-question")).to_have_text(question.format("Two stops"))
    page.set_input_files("#talk-editor [name=file]", other)
    expect(page.locator("#talk-question")).to_have_text(question.format("Other"))
    expect(page.locator("#talk-ask")).to_be_visible()
    page.keyboard.press("Enter")  # the focus is on "Keep mine"
    expect(page.locator("#talk-ask")).to_be_hidden()
    expect(page.get_by_label("Title", exact=True).first).to_have_value("Mine")
    page.locator("#talk-stops summary").nth(1).click()
    page.fill("#stop-step-1", "pass 9 begins")
    page.click("#talk-editor [data-act=start]")
    expect(page.locator("#talk-editor .refusal")).to_contain_text("stops[1].step: no step of this run where pass 9")
    page.goto("about:blank")
    page.goto(link)
    expect(page.locator("#stop-counter")).to_have_text("1 of 2")
    page.keyboard.press("PageDown")
    expect(page.locator("#stop-words")).to_have_text("Now nothing is demoted.")
    at_step(page, 62)
    page.reload()
    page.wait_for_selector("main[data-step]")
    expect(page.locator("#stop-words")).to_have_text("Now nothing is demoted.")


@pytest.mark.slow
def test_the_speakers_window_shows_the_notes_and_moves_the_page(page: Page) -> None:
    open_page(page, "/#talk=six-minutes.4")
    is_at(page, 4)
    with page.context.expect_page() as opened:
        page.keyboard.press("n")
    notes = opened.value
    stop, later = STOPS[3].stop, STOPS[4].stop
    expect(notes.locator("#speaker-title")).to_have_text(stop.title)
    expect(notes.locator("#speaker-next")).to_have_text(later.title)
    expect(notes.locator("#speaker-at")).to_have_text(f"4 of {len(STOPS)}")
    assert violations(notes) == []
    notes.keyboard.press("PageDown")
    is_at(page, 5)
    expect(notes.locator("#speaker-notes")).to_have_text(getattr(later, "notes", ""))
    notes.click("[data-act=next]")
    is_at(page, 6)
    expect(notes.locator("#speaker-next")).to_have_text("In this stop")
    notes.click("[data-act=blank]")
    expect(page.locator("html")).to_have_attribute("data-blank", "")
    notes.click("[data-act=blank]")
    page.keyboard.press("d")
    expect(notes.locator("html")).to_have_attribute("data-theme", "dark")
    before = shown(page)["step"]
    held: list[Route] = []
    page.route("**/talks.json", lambda route: held.append(route))
    with page.expect_request("**/talks.json"):
        page.reload()
    page.keyboard.press("PageDown")  # while the talk is on its way, a key waits for it
    assert shown(page)["step"] == before
    held[0].continue_()
    expect(notes.locator("#speaker-sentence")).to_contain_text("node_demotion[4] = -1")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowRight")
    expect(notes.locator("h1")).to_have_text("No talk is open")
    expect(notes.locator("#speaker-next")).to_be_empty()
    notes.close()


def test_an_embedded_page_is_walked_too(page: Page) -> None:
    open_page(page, "/?embed=1#talk=six-minutes.4")
    expect(page.locator("#stop-counter")).to_have_text(f"4 of {len(STOPS)}")
    page.keyboard.press("PageDown")
    expect(page.locator("#stop-counter")).to_have_text(f"5 of {len(STOPS)}")
    open_page(page, "/?embed=1#topology=losing-a-node&kernel=v5.15&stride=talk&step=51")
    at_step(page, 51)
    page.locator("#stage").click(position={"x": 2, "y": 2})
    page.keyboard.press("PageDown")
    at_step(page, 58)


@pytest.mark.slow
def test_an_exported_talk_is_walked_without_a_server(page: Page, watch: Watch, tmp_path: Path) -> None:
    file = tmp_path / "talk.html"
    file.write_text(standalone_talk(held_talk(builtin_talk("six-minutes"), "talk"), assets()))
    watch.origins.add("file://")
    page.goto(file.as_uri())
    page.wait_for_selector("main[data-step]")
    presses = walk_stop(page, 1)
    for number in range(2, len(STOPS) + 1):
        page.keyboard.press("PageDown")
        presses += 1 + walk_stop(page, number)
    assert presses <= PRESSES
    one = STOPS[5]
    assert isinstance(one, ResolvedStop)
    page.goto("about:blank")
    page.goto(f"{file.as_uri()}#mode=presenter&stride=talk&talk=talk.6&step=62")
    page.wait_for_selector("main[data-step]")
    is_at(page, 6)
    agree(page, one.run.trace(), 62)
    page.keyboard.press("PageDown")
    at_step(page, 64)
