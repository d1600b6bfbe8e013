"""Test what stands beside the stage in presenter mode: panels, answers, tools and bands, alone and together."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Watch
from tests.browser.steps import at_rest, open_page
from tests.browser.test_hall import small_letters
from tests.browser.test_talks import paste
from viz.app.held import held_talk
from viz.page.standalone import standalone_talk
from viz.resources import assets
from viz.stories.resolved_talk import resolved_talk

CASE = "topology=losing-a-node&kernel=v5.15"
CONTROLS = "#tool :is(button:not(.link), input, select, textarea):visible"
ROW = """() => {
    const [row, lanes] = [document.querySelector("#tool tr.now"), document.querySelector("#tool .lanes")];
    const [{ top, bottom }, around] = [row.getBoundingClientRect(), lanes.getBoundingClientRect()];
    return [top - around.top, around.bottom - bottom];
}"""
"""A script that returns how far the row of the current moment is inside its table, from above and from below."""
STOPS = """
title = "Two kernels"
[[stops]]
title = "The same moment"
topology = "losing-a-node"
kernel = "v5.15"
step = 62
view = "compare"
against = "v6.1"
words = "Nothing is demoted here."
instead = true
"""


@pytest.fixture
def hall(page: Page) -> Page:
    """Return a page in a window of 1280 by 720 pixels."""
    page.set_viewport_size({"width": 1280, "height": 720})
    return page


def width(part: Locator) -> float:
    box = part.bounding_box()
    return box["width"] if box else 0


@pytest.mark.slow
def test_registers_stand_above_an_answer_and_in_place_of_a_tool(hall: Page) -> None:
    open_page(hall, f"/#{CASE}&mode=presenter&panel=registers&step=40")
    hall.wait_for_selector("#stage svg.hall")
    hall.locator("[data-signal=used_targets] [data-cell='1']").click()
    stage, registers, why = (hall.locator(name) for name in ("#stage", "#registers", "#why"))
    for opened in ("by a click", "by the address"):
        expect(why).to_be_visible()
        expect(registers).to_be_visible()
        assert width(stage) > 550, opened
        assert width(registers) == pytest.approx(width(why), abs=2), opened
        above, below = registers.bounding_box(), why.bounding_box()
        assert above
        assert below
        assert above["y"] + above["height"] <= below["y"]
        assert small_letters(hall) == []
        assert hall.locator("#why button:not(.link):visible").count() == 0
        assert registers.evaluate("panel => panel.scrollHeight <= panel.clientHeight + 1")
        expect(hall).to_have_url(re.compile("why="))  # a moment after the click
        hall.reload()
        hall.wait_for_selector("#stage svg.hall")
    hall.goto("about:blank")
    open_page(hall, f"/#{CASE}&mode=presenter&step=62&against=kernel:v6.1&tool=compare")
    expect(hall.locator(".twin svg.hall")).to_be_visible()
    expect(hall.locator("html")).to_have_attribute("data-beside", "compare")
    hall.keyboard.press("r")
    expect(registers).to_be_visible()
    expect(hall.locator("#tool")).to_be_hidden()
    assert width(registers) > 550
    hall.keyboard.press("r")
    expect(registers).to_be_hidden()
    expect(hall.locator("#tool")).to_be_visible()


@pytest.mark.slow
def test_tools_show_no_controls_and_no_small_letters(hall: Page) -> None:
    open_page(hall)
    for tool in ("edit", "events", "compare", "stranding", "pressure", "readers", "log", "doctor", "what-if"):
        hall.goto("about:blank")
        open_page(hall, f"/#{CASE}&mode=presenter&step=62&tool={tool}")
        expect(hall.locator("#tool")).not_to_have_text("Loading.")
        hall.wait_for_selector("#stage svg.hall")
        assert small_letters(hall) == [], tool
        assert hall.locator(CONTROLS).count() == 0, tool


@pytest.mark.slow
def test_bands_and_an_answer_are_in_the_address_and_in_a_stop(hall: Page) -> None:
    open_page(hall, f"/#{CASE}&mode=presenter&step=40")
    hall.keyboard.press("m")
    bands = hall.locator("#bands .band")
    expect(bands).to_have_count(3)
    expect(hall).to_have_url(re.compile("bands=1"))
    hall.reload()
    hall.wait_for_selector("main[data-step]")
    expect(bands.first).to_be_visible()
    hall.click("#stage [data-node='0']")
    expect(hall.locator("#question")).to_contain_text("0")
    hall.keyboard.press("s")
    expect(hall.locator("#status")).to_contain_text("Stop 1 of your talk")
    kept = hall.evaluate("Object.values(sessionStorage).join()")
    assert '"bands":true' in kept
    assert '"ask":"node_demotion[0]"' in kept
    hall.keyboard.press("Escape")
    hall.keyboard.press("m")
    expect(bands.first).to_be_hidden()
    expect(hall).not_to_have_url(re.compile("bands"))


@pytest.mark.slow
@pytest.mark.parametrize("key", ["", "bands = true"])
def test_bands_are_those_of_the_stops_or_else_the_speakers(hall: Page, key: str) -> None:
    """Bands that a speaker shows stay at the next stop, unless a stop of the talk has bands."""
    hall.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_page(hall)
    stop = STOPS.partition("[[stops]]")[2]
    paste(hall, f"{STOPS}[[stops]]{stop}{key}\n")
    hall.click("#talk-editor [data-act=start]")
    counter, bands = hall.locator("#stop-counter"), hall.locator("#bands .band")
    expect(counter).to_have_text("1 of 2")
    if not key:
        hall.keyboard.press("m")
    expect(bands).to_have_count(0 if key else 3)
    hall.keyboard.press("PageDown")
    expect(counter).to_have_text("2 of 2")
    expect(bands.first).to_be_visible()
    hall.keyboard.press("PageUp")
    expect(counter).to_have_text("1 of 2")
    expect(bands.first).to_be_visible(visible=not key)


@pytest.mark.slow
def test_the_row_of_a_walk_stays_in_sight(hall: Page) -> None:
    """What stands above the table of moments has another height at each moment, and in each window."""
    open_page(hall, "/#talk=six-minutes.8")
    expect(hall.locator("#stop-counter")).to_have_text("8 of 11")
    hall.locator("#tool .lanes tr[data-row]").first.wait_for()
    moments = int(hall.locator("#tool .witness output").inner_text().rpartition(" ")[2])
    hall.evaluate("document.querySelector('#tool [data-go=first]').click()")
    for moment in range(1, moments + 1):
        hall.evaluate("document.querySelector('#tool [data-go=forward]').click()")
        expect(hall.locator("#tool tr.now")).to_have_attribute("data-row", str(moment))
        above, below = hall.evaluate(ROW)
        assert min(above, below) >= -1, moment
    hall.set_viewport_size({"width": 1366, "height": 768})
    hall.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert min(hall.evaluate(ROW)) >= -1


@pytest.mark.slow
def test_own_words_belong_to_the_stops_run(hall: Page, tmp_path: Path) -> None:
    """A pasted machine has its own sentences; back at the stop, its words are there again."""
    hall.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_page(hall)
    paste(hall, STOPS)
    hall.click("#talk-editor [data-act=start]")
    words = hall.locator("#stop-words")
    expect(words).to_have_text("Nothing is demoted here.")
    expect(hall.locator("#narration")).to_be_hidden()
    paste(hall, "2 sockets: cpu+dram 64G, pmem 256G; cross 21")
    expect(hall.locator("#stage [data-node]")).to_have_count(4)
    expect(words).to_be_hidden()
    expect(hall.locator("#narration")).to_be_visible()
    hall.keyboard.press("PageDown")
    expect(words).to_be_hidden()
    hall.keyboard.press("PageUp")
    hall.keyboard.press("PageUp")
    expect(words).to_be_visible()


@pytest.mark.slow
def test_an_exported_talk_compares_in_letters_of_a_hall(hall: Page, watch: Watch, tmp_path: Path) -> None:
    watch.origins.add("file://")
    file = tmp_path / "talk.html"
    file.write_text(standalone_talk(held_talk(resolved_talk(STOPS, "talk.toml"), "talk"), assets()))
    hall.goto(file.as_uri())
    expect(hall.locator(".twin svg.hall")).to_be_visible()
    assert small_letters(hall) == []
    assert hall.locator(".refusal:visible").count() == 0
    at_rest(hall)
    expect(hall.locator(".odd-place")).to_be_visible()
    assert hall.locator(".refusal:visible").count() == 0
    hall.locator("#all-versions summary").click()
    expect(hall.locator("#all-versions table")).to_contain_text("v6.1")
