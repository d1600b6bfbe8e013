"""Test where things are drawn: no text is cut, nothing moves needlessly, and the current line is well in sight."""

from __future__ import annotations

import re
from xml.etree.ElementTree import fromstring

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import charted, each, go, open_page, open_whole
from viz.analysis.run import Run
from viz.figures.extent import text_box
from viz.figures.stage import stage
from viz.page.body import TOOLS
from viz.topology import builtin

SIZES = [(1440, 900), (1280, 720), (390, 844)]
CUT = """() => [...document.querySelectorAll("#lane span, #marks span, #chips .chip, #stack button, #demotion")]
    .filter((part) => part.textContent && part.scrollWidth > part.clientWidth + 1)
    .map((part) => `${part.parentElement.id} ${part.textContent}`)"""
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


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("name", ["losing-a-node", "rebuild-storm"])
def test_no_word_is_cut(page: Page, size: tuple[int, int], name: str) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    trace = Run.of(builtin(name)).trace()
    go(page, trace, name)
    moves = list(range(0, trace.length, max(1, trace.length // 40)))
    assert [line for found in each(page, moves, CUT) for line in found] == []


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_tabs_stay_where_they_are(page: Page, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    open_whole(page)
    page.click("#skip-tour")  # the welcome of a first visit stands over the tabs of a telephone
    places = page.evaluate(TABS)
    for name, _, _ in TOOLS:
        page.locator(f"#tool-{name}").click()
        expect(page.locator(f"#tool-{name}")).to_have_attribute("aria-selected", "true")
        expect(page.locator("#tool")).not_to_have_text("Loading.")
        # A panel whose width is a fraction of a pixel moves the tabs by less than a pixel, which nobody sees.
        for before, after in zip(places, page.evaluate(TABS), strict=True):
            # On a telephone the tabs stand below the sentence, and that of a scenario may have a line more or less.
            assert after == pytest.approx(before, abs=24 if name == "pressure" and size[0] < 1000 else 1), name


@pytest.mark.parametrize("size", SIZES[:2], ids=str)
@pytest.mark.parametrize("kernel", ["posted", "v6.1"])
def test_the_line_that_runs_is_never_the_last_in_sight(page: Page, size: tuple[int, int], kernel: str) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    trace = Run.of(builtin("losing-a-node"), kernel).trace()
    go(page, trace, "losing-a-node")
    for above, below, height in each(page, list(range(0, trace.length, 2)), COMPANY):
        assert above >= -1
        assert below >= min(height, 12)
    page.set_viewport_size({"width": size[0], "height": size[1] - 60})
    page.wait_for_function(f"() => ({COMPANY})()[1] >= 12")


def test_wrapped_code_keeps_its_indent(page: Page) -> None:
    open_page(page)
    hanging = page.evaluate(
        """() => [...document.querySelectorAll("#code [data-line] code")]
            .filter((code) => code.textContent.trim().length > 2).map((code) => {
                const style = getComputedStyle(code);
                const letter = parseFloat(style.fontSize) * 0.602;
                const indent = code.textContent.search(/\\S/);
                return [indent, parseFloat(style.paddingLeft) / letter, parseFloat(style.textIndent) / letter];
            })"""
    )
    assert hanging
    for indent, padding, first in hanging:
        assert padding == pytest.approx(indent + 4, abs=0.3)
        assert first == pytest.approx(-padding, abs=0.1)


@pytest.mark.parametrize("name", ["losing-a-node", "optane-four-clusters", "sixteen-cells-one-memory"])
def test_texts_take_no_more_room_than_python_thinks(page: Page, name: str) -> None:
    run = Run.of(builtin(name))
    go(page, run.trace(), name)
    svg = fromstring(stage(run.topology, run.trace()))
    detail = svg.get("class", "").split()[1]
    measured = page.evaluate(
        """() => [...document.querySelectorAll("#stage svg text")].map((text) => {
            const { x, width } = text.getBBox();
            return [text.textContent, x, width];
        })"""
    )
    texts = [text for text in svg.iter("text") if text.get("data-barrier") is None]
    kept = [text for text in measured if not re.search(r"\\(\\): a|barrier|grace", text[0])]
    for text, (words, x, width) in zip(texts, kept, strict=True):
        if text.text == words and words:
            box = text_box(text, detail)
            assert box.x <= x + 1.5, words
            assert box.right >= x + width - 1.5, words


def test_the_cursor_of_the_timeline_stays_in_the_plot(page: Page) -> None:
    open_page(page)
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
        box = square.bounding_box()
        assert box
        assert box["width"] == pytest.approx(box["height"], abs=0.6)


def test_what_is_offline_is_darker_in_both_themes(page: Page) -> None:
    lightness = """() => ["1", "0"].map((node) => {
        const fill = getComputedStyle(document.querySelector(`#stage [data-node="${node}"] .face`)).fill;
        return fill.match(/\\d+/g).map(Number).reduce((sum, part) => sum + part);
    })"""
    run = Run.of(builtin("losing-a-node"))
    go(page, run.trace(), "losing-a-node")
    gone = next(s for s in range(run.trace().length) if run.trace().at("populated", s) == "0,2-5")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        offline, online = each(page, [gone], lightness)[0]
        assert offline < online, scheme
