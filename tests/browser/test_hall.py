"""Test presenter mode from the back of a hall: how large letters are on the screen, and what panels show."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.bench.engine import machine
from tests.browser.steps import each, follow, open_page
from tests.browser.test_accessibility import violations
from viz.analysis.run import Run
from viz.kernel.memory import nodes_in
from viz.topology import builtin

LEAST = 22
"""The least size of letters on a screen of 720 lines."""
SCREENS = ((1280, 720), (1920, 1080), (3840, 2160))
LETTERS = """() => {
    const scale = (element) => element instanceof SVGElement ? element.getScreenCTM().a : 1;
    const isSeen = (element) => {
        const { width, height } = element.getBoundingClientRect();
        return width > 1 && height > 1 && element.checkVisibility({checkVisibilityCSS: true});
    };
    const UNSEEN = "title, option, .sr-only, [aria-hidden=true]:not(#marks), .listing li:not(.now, .now-on, .claims)";
    const texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
    const found = [];
    while (texts.nextNode()) {
        const { parentElement: element, data } = texts.currentNode;
        if (!data.trim() || element.closest(UNSEEN) || !isSeen(element)) continue;
        const size = parseFloat(getComputedStyle(element).fontSize) * scale(element);
        const name = element.closest("[class]")?.getAttribute("class");
        found.push([Math.round(size * 10) / 10, `${element.tagName}.${name}: ${data.trim().slice(0, 40)}`]);
    }
    return found;
}"""
"""A script that returns the size and the text of everything that can be read, without lines of code that do not run."""
WORDS_OF_STEP = """() => ["source", "chosen"].map((name) => {
    const id = document.querySelector(`#stage .node.${name} .id`);
    return id && parseFloat(getComputedStyle(id).fontSize) * id.getScreenCTM().a;
})"""


def small_letters(page: Page, height: int = 720) -> list[Any]:
    """Return the texts that are smaller than they must be on a screen of this height, with their sizes.

    The stage follows the size of the window a moment later.
    """
    least = LEAST * height / 720 - 0.7  # the stage may be drawn three hundredths smaller
    small: list[Any] = []
    for _ in range(50):
        small = [found for found in page.evaluate(LETTERS) if found[0] < least]
        if not small:
            break
        page.wait_for_timeout(100)
    return small


def present(page: Page, address: str) -> None:
    """Show what the address names in presenter mode, and wait for the stage that belongs to it."""
    page.set_viewport_size({"width": 1280, "height": 720})
    if page.locator("main[data-step]").count():
        while page.locator("html[data-presenter]").count():
            page.keyboard.press("Escape")
        follow(page, address)
    else:
        open_page(page, f"/{address}")
    page.wait_for_selector("#machine-findings > *", state="attached")
    page.keyboard.press("p")
    page.wait_for_selector("#stage svg.hall")


@pytest.mark.slow
def test_all_can_be_read_from_the_back_of_a_hall(page: Page) -> None:
    """Letters are large and keep their share of every screen, where demotion is off, with a panel and with bands."""
    present(page, "#topology=losing-a-node&kernel=posted&step=84")
    sizes = []
    for keys in ("", "m", "r", "c", "w", "wm"):
        page.keyboard.press("Escape")
        page.keyboard.press("p")
        for key in keys:
            page.keyboard.press(key)
        for width, height in SCREENS:
            page.set_viewport_size({"width": width, "height": height})
            assert small_letters(page, height) == [], (keys, height)
            if not keys:
                sizes.append([round(size * 720 / height, 1) for size, _ in page.evaluate(LETTERS)])
        page.keyboard.press(keys[-1:] or "Shift")
    assert sizes[1] == pytest.approx(sizes[0], abs=1)
    assert sizes[2] == pytest.approx(sizes[0], abs=1)

    # Every sentence is complete, in letters of one size.
    page.set_viewport_size({"width": 1280, "height": 720})
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    look = """() => {
        const { scrollHeight, clientHeight } = document.querySelector("#narration");
        const { fontSize, height } = getComputedStyle(document.querySelector("#narration"));
        return [fontSize, height, scrollHeight <= clientHeight + 1];
    }"""
    seen = each(page, range(0, Run.of(builtin("losing-a-node"), "posted").trace().length, 3), look)
    assert {tuple(one) for one in seen} == {tuple(seen[0])}
    assert seen[0][2]

    # Machines of up to 12 nodes have cards that can be read.
    for name in ("cpus-apart-from-memory", "gpu-with-empty-nodes"):
        trace = Run.of(builtin(name)).trace()
        scan = next(step for step in range(trace.length) if trace.at("operation", step)[0] == "Scan")
        present(page, f"#topology={name}&kernel=posted&step={scan + 1}")
        expect(page.locator("#title")).to_have_text(trace.title)
        for keys in ("", "m", "r"):
            for key in keys:
                page.keyboard.press(key)
            assert small_letters(page) == [], (name, keys)
        page.keyboard.press("m")
        page.keyboard.press("r")


@pytest.mark.slow
def test_it_says_which_kernel_plays_in_every_half_and_axe_finds_nothing_in_a_gap(page: Page) -> None:
    present(page, "#topology=losing-a-node&kernel=v5.15&against=kernel:v6.1&step=30")
    expect(page.locator("#kernel-name")).to_have_text("kernel v5.15")
    caption = page.locator(".twin figcaption")
    expect(caption).to_contain_text("v6.1")
    page.wait_for_selector(".twin svg.hall")
    assert small_letters(page) == []
    assert page.locator("#tool :is(select, input, textarea, form):visible").count() == 0

    present(page, "#topology=losing-a-node&kernel=v6.1&step=89")
    expect(page.locator("#kernel-name")).to_have_text("kernel v6.1")
    page.keyboard.press("m")
    assert violations(page) == []
    page.keyboard.press("r")
    assert violations(page, "#registers", ".deck") == []


@pytest.mark.slow
def test_its_stages_are_asked_for_once_and_bands_show_the_masks_beside_any_panel(page: Page) -> None:
    """However often the window changes while they are on their way. Above 12 nodes, what the step is about is large."""
    held: list[Route] = []
    page.route("**/ask/halls", lambda route: held.append(route))
    open_page(page)
    page.wait_for_selector("#machine-findings > *", state="attached")
    with page.expect_request("**/ask/halls"):
        page.keyboard.press("p")
    for width in (1000, 1100, 1200):
        page.set_viewport_size({"width": width, "height": 720})
        page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert len(held) == 1
    held[0].continue_()
    page.wait_for_selector("#stage svg.hall")
    page.unroute("**/ask/halls")

    page.set_viewport_size({"width": 1280, "height": 720})
    page.locator("#scrubber").fill("31")
    page.keyboard.press("m")
    bands = page.locator("#bands .band")
    expect(bands).to_have_count(3)
    told = [" ".join(band.locator("b").all_inner_texts()) for band in bands.all()]
    trace = Run.of(builtin("two-sockets-three-classes")).trace()
    masks = [trace.at(name, 31) for name in ("this_pass", "next_pass", "used_targets")]
    assert told == [" ".join(map(str, nodes_in(mask))) for mask in masks]
    for key in "rcw":
        page.keyboard.press(key)
        for band in bands.all():
            box = band.bounding_box()
            panel = page.locator({"r": "#registers", "c": ".code-panel", "w": "#scores"}[key]).bounding_box()
            assert box
            assert panel
            assert box["x"] + box["width"] <= panel["x"] + 1
            assert band.evaluate("band => band.scrollWidth <= band.clientWidth + 1")
    page.keyboard.press("m")
    expect(bands.first).to_be_hidden()
    # The registers stay the same table when another stage comes, and the stage keeps the focus and the mark of a stop.
    page.evaluate("window.table = document.querySelector('#registers table')")
    card = page.locator("#stage [data-node='1']")
    card.evaluate("card => card.classList.add('story-mark')")
    card.focus()
    page.keyboard.press("p")
    expect(page.locator("#stage svg.hall")).to_have_count(0)
    expect(card).to_be_focused()
    expect(card).to_have_class(re.compile("story-mark"))
    assert page.evaluate("window.table.isConnected")

    page.keyboard.press("Escape")
    page.click("#open-paste")
    page.fill("#text", json.dumps(machine(64).document()))
    page.click("#load")
    expect(page.locator("#title")).to_have_text("64 nodes")
    trace = Run.of(machine(64)).trace()
    scan = next(step for step in range(trace.length) if trace.at("operation", step)[0] == "Scan")
    page.locator("#scrubber").fill(str(scan))
    page.keyboard.press("p")
    for width, height in SCREENS[:2]:
        page.set_viewport_size({"width": width, "height": height})
        sizes = page.evaluate(WORDS_OF_STEP)
        assert min(sizes) >= LEAST * height / 720 - 0.3
