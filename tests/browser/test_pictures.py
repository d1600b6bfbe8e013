"""Test what "Share" saves: pictures of the stage and of charts, pictures that move, and the printed handout."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest
from PIL import Image
from playwright.sync_api import Download, Page, expect

from tests.browser.conftest import Standing
from tests.browser.steps import open_page
from tests.command import tierscope
from tests.media.renderers import RENDERERS
from viz.figures.frame import Theme
from viz.figures.palette import colour

SVG = "{http://www.w3.org/2000/svg}"
FOREIGN = re.compile(r"var\(|--[a-z]|<style|currentcolor|dominant-baseline|\d+px")


def saved(page: Page, button: str) -> Download:
    """Click a button of the share dialog, and return what it saves."""
    with page.expect_download() as download:
        page.click(button)
    return download.value


def near(one: tuple[int, ...], text: str) -> bool:
    return all(abs(a - b) <= 8 for a, b in zip(one, bytes.fromhex(text[1:]), strict=False))


@pytest.mark.slow
def test_a_saved_stage_looks_the_same_in_other_programs(page: Page) -> None:
    """In rsvg-convert and CairoSVG as in the browser's PNG; in both themes, with and without a frame."""
    open_page(page, "/#step=26")
    page.click("#open-share")
    themes: tuple[Theme, ...] = ("light", "dark")
    for theme in themes:
        page.select_option("#picture-theme", theme)
        page.set_checked("#picture-frame", theme == "dark")
        file = saved(page, "#save-svg").path().read_text()
        assert not FOREIGN.search(file)
        svg = fromstring(file)
        texts = [text.text for text in svg.iter(f"{SVG}text")]
        assert all((text or "").strip() for text in texts)
        assert any("step 26 of 50, pass 1; kernel posted" in (text or "") for text in texts) == (theme == "dark")
        png = Image.open(saved(page, "#save-png").path()).convert("RGB")
        middles = page.evaluate(
            """(text) => {
                const frame = document.body.appendChild(document.createElement("div"));
                frame.innerHTML = text;
                const {left, top} = frame.firstElementChild.getBoundingClientRect();
                const cards = [...frame.querySelectorAll(".card")].map((card) => card.getBoundingClientRect());
                frame.remove();
                return cards.map(({x, y, width, height}) => [x - left + width / 2, y - top + height / 2]);
            }""",
            file,
        )
        assert len(middles) == 6
        for name in ("rsvg", "cairo"):
            image = RENDERERS[name](file)
            assert [2 * side for side in image.size] == list(png.size)
            for x, y in middles:
                pixel = image.getpixel((round(x), round(y)))
                assert near(pixel, colour("card", theme == "dark")), (name, theme, x, y, pixel)  # type: ignore[arg-type]
        x, y = middles[0]
        assert near(png.getpixel((round(2 * x), round(2 * y))), colour("card", theme == "dark"))  # type: ignore[arg-type]


@pytest.mark.slow
def test_charts_and_motion_are_saved_too(page: Page) -> None:
    open_page(page, "/#step=26")
    page.click("#open-share")
    page.set_checked("#picture-transparent", True)
    page.select_option("#picture-of", "timeline")
    file = saved(page, "#save-svg")
    assert file.suggested_filename == "two-sockets-three-classes-of-memory-timeline.svg"
    assert RENDERERS["cairo"](file.path().read_text()).getpixel((1, 1))[3] == 0  # type: ignore[index]
    page.select_option("#picture-of", "distances")
    assert saved(page, "#save-png").path().read_bytes().startswith(b"\x89PNG")
    first, last = page.input_value("#motion-first"), page.input_value("#motion-last")
    assert int(first) <= 26 <= int(last)
    moving = saved(page, "#save-animation")
    assert moving.suggested_filename.endswith(f"-steps-{first}-{last}.svg")
    assert "@keyframes" in moving.path().read_text()
    page.fill("#motion-last", "27")
    page.fill("#motion-first", "26")
    page.click("#save-gif")
    expect(page.locator("#share-note")).to_contain_text("A GIF needs a background")
    page.set_checked("#picture-transparent", False)
    gif = Image.open(io.BytesIO(saved(page, "#save-gif").path().read_bytes()))
    assert gif.format == "GIF"
    page.click("#close-share")
    page.click("#open-share")
    assert saved(page, "#save-page").path().read_text().startswith("<!DOCTYPE html>")
    page.fill("#motion-last", "9999")
    page.click("#save-animation")
    expect(page.locator("#share-note")).to_contain_text("a step from 0 to 50")


@pytest.mark.slow
def test_an_animated_picture_plays_in_an_img_unless_less_motion_is_wanted(standing: Standing, tmp_path: Path) -> None:
    """An <img> takes the wish for less motion from the browser's own settings, so the file itself is opened for it."""
    file = tmp_path / "x.svg"
    tierscope("animate", "topologies/two-sockets-three-classes.toml", "--pass", "1", "--speed", "10", "-o", str(file))
    (tmp_path / "x.html").write_text('<img src="x.svg" width="600">')
    for name, motion in (("x.html", "no-preference"), ("x.svg", "reduce")):
        page = standing.browser.new_page(reduced_motion=motion)  # type: ignore[arg-type]
        page.goto((tmp_path / name).as_uri())
        seen = set()
        for _ in range(12):
            seen.add(page.screenshot())
            page.wait_for_timeout(150)
        page.close()
        assert (len(seen) > 2) == (motion == "no-preference"), len(seen)
        assert len(seen) == 1 or motion == "no-preference"


PRINTED = """async () => {
    window.print = () => window.dispatchEvent(new Event("beforeprint"));
    await (await ours("#later")).printHandout();
    return [...document.querySelectorAll("#handout .sheet")].map((sheet) => sheet.innerText);
}"""


@pytest.mark.slow
def test_paper_has_the_stops_of_a_talk_with_their_ticks_and_those_without_a_machine(page: Page) -> None:
    talk = {"title": "Two", "stops": [
        {"title": "Full", "topology": "two-sockets-slow-and-slowest", "kernel": "v7.0", "view": "pressure",
         "scenario": "bound", "tick": 367},
        {"title": "Gone", "file": "mine.txt", "step": 0},
    ]}  # fmt: skip
    open_page(page)
    page.wait_for_selector("#messages", state="attached")
    page.evaluate("async (text) => (await ours('#later')).loadTalk(text)", json.dumps(talk))
    page.click("#talk-editor [data-act=start]")
    expect(page.locator("#stop-counter")).to_have_text("1 of 2")
    full, gone = page.evaluate(PRINTED)
    for words in ("Two 1 of 2: Full", "its kswapd sleeps", "pgdemote_kswapd", "tick 367 of 411; kernel v7.0"):
        assert words in full
    assert "this_pass" not in full
    assert page.locator("#handout .sheet").first.locator("[data-flow] [transform]").count() > 2
    assert "mine.txt" in gone
    talk["stops"] = [talk["stops"][1]]
    page.evaluate("async (text) => (await ours('#later')).loadTalk(text)", json.dumps(talk))
    page.click("#talk-editor [data-act=start]")
    expect(page.locator("#stop-counter")).to_have_text("1 of 1")
    assert len(page.evaluate(PRINTED)) == 1


def test_paper_has_a_sheet_for_each_pass_and_no_player(page: Page) -> None:
    open_page(page, "/#step=26")
    expect(page.locator("link[href$='handout.css']")).to_have_count(1)
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    expect(page.locator("#handout .sheet")).to_have_count(3)
    page.emulate_media(media="print")
    try:
        expect(page.locator("main")).to_be_hidden()
        for sheet in page.locator("#handout .sheet").all():
            expect(sheet.locator("svg [data-node]")).to_have_count(6)
            expect(sheet.locator("th", has_text="used_targets")).to_be_visible()
            assert sheet.locator(".sentence").inner_text()
            number = sheet.evaluate("(sheet) => [...sheet.parentElement.children].indexOf(sheet)")
            expect(sheet.locator(f"[id='hatch-{number}']")).to_have_count(1)
            expect(sheet.locator(".sheet [class], svg[class]")).to_have_count(0)
    finally:
        page.emulate_media(media="screen")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    expect(page.locator("#handout")).to_have_count(0)
    assert page.pdf().startswith(b"%PDF")
