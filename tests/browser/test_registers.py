"""Test the registers of a machine with more columns than fit into a window."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import open_page
from tests.browser.test_accessibility import violations
from viz.analysis.run import Run
from viz.kernel.nodemask import NodeMask
from viz.topology import Topology
from viz.topology.link import pack
from viz.trace.model import Trace

SIZE = 110
PLACES = """() => {
    const panel = document.querySelector("#registers");
    const {left, right} = panel.getBoundingClientRect();
    const heads = [...panel.querySelectorAll("[data-column]")].filter((head) => !head.hidden);
    const [first, last] = [heads[0], heads.at(-1)].map((head) => head.getBoundingClientRect());
    const node = (head) => Number(head.dataset.column);
    return {scroll: panel.scrollLeft, wide: panel.scrollWidth, start: panel.querySelector("th").offsetWidth,
            column: first.width, count: heads.length, first: node(heads[0]), last: node(heads.at(-1)),
            from: first.left - left + panel.scrollLeft, covered: last.right >= right - 16};
}"""
CELLS = """() => [...document.querySelectorAll("[data-signal=used_targets] [data-cell]")].filter((cell) => !cell.hidden)
    .map((cell) => [Number(cell.dataset.cell), cell.textContent])"""


def many(size: int) -> Topology:
    nodes = [{"id": node, "cpus": int(node % 3 == 0), "memory": 2**30} for node in range(size)]
    far = [[10 if a == b else 20 + abs(a - b) % 3 for b in range(size)] for a in range(size)]
    return Topology.from_document({"title": "many columns", "nodes": nodes, "distances": far})


@pytest.fixture(scope="module")
def run() -> Run:
    return Run.of(many(SIZE))


def scrolled(page: Page, to: float) -> dict[str, Any]:
    """Scroll the panel to `to` pixels, and return where its columns are, as the script PLACES reads it."""
    page.locator("#registers").evaluate("(panel, to) => { panel.scrollLeft = to; }", to)
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    found: dict[str, Any] = page.evaluate(PLACES)
    return found


@pytest.mark.slow
def test_many_columns_are_scrolled_asked_and_walked(page: Page, run: Run) -> None:
    trace = run.trace()
    open_page(page, f"/#machine={pack(run.topology)}&step={trace.length - 1}")
    expect(page.locator("main")).to_have_attribute("data-step", str(trace.length - 1))
    columns_stand_where_they_would_if_all_were_laid_out(page, trace)
    what_is_scrolled_to_can_be_reached_and_asked(page)
    arrow_keys_go_through_all_columns(page)
    a_focus_that_is_scrolled_away_goes_to_a_cell_in_sight(page, trace)
    scan = next(s for s in trace.stops(0) if trace.at("operation", s)[0] == "Scan" and trace.at("pass", s) == 2)
    page.locator("#scrubber").fill(str(scan))
    scrolled(page, 1e6)
    assert violations(page, "#registers") == []
    columns_that_grow_are_still_all_covered(page)


def columns_stand_where_they_would_if_all_were_laid_out(page: Page, trace: Trace) -> None:
    column, start = (page.evaluate(PLACES)[name] for name in ("column", "start"))
    for share in (0, 0.3, 0.31, 1, 0):
        found = scrolled(page, share * page.evaluate(PLACES)["wide"])
        assert found["count"] < SIZE
        assert found["wide"] == pytest.approx(start + SIZE * column + 28, abs=3)
        assert found["from"] - found["start"] - found["first"] * found["column"] == pytest.approx(14, abs=3)
        assert found["covered"]
        used = NodeMask.parse(trace.at("used_targets", trace.length - 1))
        shown = dict(page.evaluate(CELLS))
        assert list(shown) == list(range(found["first"], found["last"] + 1))
        assert shown == {node: str(node) if node in used else "" for node in shown}
    assert found["scroll"] == 0


def what_is_scrolled_to_can_be_reached_and_asked(page: Page) -> None:
    """The corner and the register names cover scrolled cells. Cells tell screen readers their column's number."""
    scrolled(page, 1e6)
    hit = """() => [["thead th", 4], ["tbody th", -8], ["tbody th", 130]].map(([part, right]) => {
        const {left, top, height} = document.querySelector(`#registers ${part}`).getBoundingClientRect();
        return document.elementFromPoint(left + right, top + height / 2).closest("th")?.textContent;
    })"""
    assert page.evaluate(hit) == ["node", "this_pass", "this_pass"]
    focusable = page.locator("#registers [data-cell][tabindex='0']")
    expect(focusable).to_have_count(1)
    expect(focusable).to_be_in_viewport()
    expect(page.locator("#registers table")).to_have_attribute("aria-colcount", str(SIZE + 1))
    first = page.locator("[data-signal=used_targets] [data-cell]:not([hidden])").first
    assert first.get_attribute("aria-colindex") == str(int(first.get_attribute("data-cell") or "") + 2)
    page.click(f"[data-signal=used_targets] [data-cell='{SIZE - 2}']")
    expect(page.locator("#why")).to_contain_text(f"{SIZE - 2}")
    page.click("#close-why")


def arrow_keys_go_through_all_columns(page: Page) -> None:
    scrolled(page, 0)
    page.locator("[data-signal=used_targets] [data-cell='0']").focus()
    page.keyboard.press("Enter")
    for _ in range(SIZE - 1):
        page.keyboard.press("ArrowRight")
    last = page.locator(f"[data-signal=used_targets] [data-cell='{SIZE - 1}']")
    expect(last).to_be_focused()
    expect(last).to_be_in_viewport()
    page.keyboard.press("ArrowRight")
    expect(last).to_be_focused()
    page.keyboard.press(" ")
    expect(page.locator("#why")).to_contain_text(str(SIZE - 1))
    page.click("#close-why")


def a_focus_that_is_scrolled_away_goes_to_a_cell_in_sight(page: Page, trace: Trace) -> None:
    scrolled(page, 0)
    page.locator("[data-signal=used_targets] [data-cell='0']").focus()
    scrolled(page, 1e6)
    focused = page.locator("[data-signal=used_targets] [data-cell]:focus")
    expect(focused).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowLeft")
    expect(focused).to_be_in_viewport()
    expect(page.locator("main")).to_have_attribute("data-step", str(trace.length - 1))
    page.keyboard.press("Escape")


def columns_that_grow_are_still_all_covered(page: Page) -> None:
    """In presenter mode, columns with ids of two digits are wider."""
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"/#machine={pack(many(100))}")
    expect(page.locator("#stage [data-node]")).to_have_count(100)
    scrolled(page, 1e6)
    page.locator("#stage").click(position={"x": 2, "y": 2})
    page.keyboard.press("p")
    page.keyboard.press("r")
    page.wait_for_function(f"() => (({PLACES})()).from - ({PLACES})().scroll <= ({PLACES})().start + 20")
    assert page.evaluate(PLACES)["column"] > 20
