"""Test where things are drawn: no text is cut, nothing moves needlessly, and the current line is well in sight."""

from __future__ import annotations

import re
from xml.etree.ElementTree import fromstring

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import charted, each, go, open_whole
from viz.analysis.run import Run
from viz.figures.extent import text_box
from viz.figures.stage import stage
from viz.page.body import TOOLS
from viz.topology import builtin, builtin_names

pytestmark = pytest.mark.slow

SIZES = [(1440, 900), (1280, 720), (390, 844)]
CUT = """() => [...document.querySelectorAll("#lane span, #marks span, #chips .chip, #stack button, #demotion")]
    .filter((part) => part.textContent && part.scrollWidth > part.clientWidth + 1)
    .map((part) => `${part.parentElement.id} ${part.textContent}`)"""
CLIPPED = """() => {
    const { left, right } = document.querySelector("#chips").getBoundingClientRect();
    return [...document.querySelectorAll("#chips [aria-current=step]")].filter((chip) => {
        const box = chip.getBoundingClientRect();
        return box.left < left || box.right > right;
    }).map((chip) => chip.textContent);
}"""
"""A script that returns the words of the chip of the event at hand, unless all of the chip is in sight."""
TABS = """() => [...document.querySelectorAll("#tools [role=tab]")].map((tab) => {
    const { left, top, width } = tab.getBoundingClientRect();
    return [left, top + scrollY, width];
})"""
COMPANY = """() => {
    const line = document.querySelector("#code .now");
    const marked = [...document.querySelectorAll("#code :is(.now, .now-on)")].at(-1);
    const panel = document.querySelector("#code").getBoundingClientRect();
    const { height } = line.getBoundingClientRect();
    return [line.getBoundingClientRect().top - panel.top, panel.bottom - marked.getBoundingClientRect().bottom, height];
}"""


HANGING = """() => [...document.querySelectorAll("#code [data-line] code")]
    .filter((code) => code.textContent.trim().length > 2).map((code) => {
        const style = getComputedStyle(code);
        const letter = parseFloat(style.fontSize) * 0.602;
        const indent = code.textContent.search(/\\S/);
        return [indent, parseFloat(style.paddingLeft) / letter, parseFloat(style.textIndent) / letter];
    })"""
MEASURED = """() => [...document.querySelectorAll("#stage svg text")].map((text) => {
    const { x, width } = text.getBBox();
    return [text.textContent, x, width];
})"""
LIGHTNESS = """() => ["1", "0"].map((node) => {
    const fill = getComputedStyle(document.querySelector(`#stage [data-node="${node}"] .face`)).fill;
    return fill.match(/\\d+/g).map(Number).reduce((sum, part) => sum + part);
})"""
FRAMES = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def resize(page: Page, width: int, height: int) -> None:
    """Give the window another size, and wait until it is drawn."""
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate(FRAMES)


def test_nothing_is_cut_or_moves_in_windows_of_any_size(page: Page) -> None:
    """No word is cut, the tabs of the tools stay where they are, and the line that runs is never the last in sight."""
    open_whole(page)
    page.click("#skip-tour")  # the welcome of a first visit stands over the tabs of a telephone
    for sizes in (SIZES[:2], SIZES[2:]):
        places: dict[int, list[list[float]]] = {}
        for name in ("code", *(name for name, _, _ in TOOLS)):
            page.locator(f"#tool-{name}").click()
            expect(page.locator(f"#tool-{name}")).to_have_attribute("aria-selected", "true")
            expect(page.locator("#tool")).not_to_have_text("Loading.")
            for width, height in sizes:
                resize(page, width, height)
                # A panel whose width is a fraction of a pixel moves the tabs by less than a pixel, which nobody sees.
                # On a telephone the tabs stand below the sentence, and that of a scenario may have a line more or less.
                within = 24 if name == "pressure" and width < 1000 else 1
                found = page.evaluate(TABS)
                for before, after in zip(places.setdefault(width, found), found, strict=True):
                    assert after == pytest.approx(before, abs=within), (name, width)
    page.click("#tool-code")

    for name, kernel in (("rebuild-storm", "posted"), ("losing-a-node", "v6.1"), ("losing-a-node", "posted")):
        trace = Run.of(builtin(name), kernel).trace()
        go(page, trace, name)
        for width, height in SIZES:
            resize(page, width, height)
            moves = list(range(0, trace.length, max(1, trace.length // 20)))
            if kernel == "posted":
                for script in (CUT, CLIPPED):
                    assert [line for found in each(page, moves, script) for line in found] == [], (name, width)
            if name == "rebuild-storm" or width < 1000:
                continue
            for above, below, line in each(page, list(range(0, trace.length, 3)), COMPANY):
                assert above >= -1, (kernel, width)
                assert below >= min(line, 12), (kernel, width)
            resize(page, width, height - 60)
            page.wait_for_function(f"() => ({COMPANY})()[1] >= 12")


def test_stage_code_and_charts_are_drawn_as_they_must_be(page: Page) -> None:
    """Texts have the room that Python gives them, code hangs, what is offline is darker, a cursor stays in its plot."""
    for name in ("sixteen-cells-one-memory", "optane-four-clusters", "losing-a-node"):
        run = Run.of(builtin(name))
        go(page, run.trace(), name)
        svg = fromstring(stage(run.topology, run.trace()))
        detail = svg.get("class", "").split()[1]
        texts = [text for text in svg.iter("text") if text.get("data-barrier") is None]
        kept = [text for text in page.evaluate(MEASURED) if not re.search(r"\(\): a|barrier|grace", text[0])]
        for text, (words, x, width) in zip(texts, kept, strict=True):
            if text.text == words and words:
                box = text_box(text, detail)
                assert box.x <= x + 1.5, (name, words)
                assert box.right >= x + width - 1.5, (name, words)

    trace = run.trace()
    gone = next(step for step in range(trace.length) if trace.at("populated", step) == "0,2-5")
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        offline, online = each(page, [gone], LIGHTNESS)[0]
        assert offline < online, scheme

    hanging = page.evaluate(HANGING)
    assert hanging
    for indent, padding, first in hanging:
        assert padding == pytest.approx(indent + 4, abs=0.3)
        assert first == pytest.approx(-padding, abs=0.1)

    first_name = builtin_names()[0]
    go(page, Run.of(builtin(first_name)).trace(), first_name)
    charted(page)
    expect(page.locator("#overlay .cursor")).to_be_attached()
    cursor, legend, plots = page.evaluate(
        """() => ["#overlay .cursor", "#chart .legend", "#chart .cartesianlayer"].map((part) => {
            const { top, bottom } = document.querySelector(part).getBoundingClientRect();
            return [top, bottom];
        })"""
    )
    assert cursor[1] <= legend[0]
    assert cursor[0] >= plots[0] - 30
    squares = page.locator("#chart .legend .legendpoints path")
    expect(squares).to_have_count(7)
    for square in squares.all():
        drawn = square.bounding_box()
        assert drawn
        assert drawn["width"] == pytest.approx(drawn["height"], abs=0.6)
