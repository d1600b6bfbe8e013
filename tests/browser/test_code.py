"""The code that runs: run to a line, the last line, the call stack, what is watched."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import agree, at, each, open_page
from viz.trace.model import Trace


def test_a_line_can_be_run_to(page: Page, trace: Trace) -> None:
    open_page(page)
    target = next(s for s in range(trace.length) if trace.at("operation", s)[0] == "SourceDone")
    line = trace.at("stack", target)[-1][2]
    page.click(f"#code ol [data-line='{line}']")
    agree(page, trace, target)
    expect(page.locator("#code .now")).to_have_attribute("data-line", str(line))
    expect(page.locator("#code .last")).to_have_count(1)
    expect(page.locator("#code .values")).to_contain_text("node = 0")
    scan = next(s for s in range(trace.length) if trace.at("operation", s)[0] == "Scan")
    page.locator("#scrubber").fill(str(scan))
    expect(page.locator("#stack button")).to_have_count(4)
    page.locator("#stack button").first.click()
    expect(page.locator("#code ol")).to_have_attribute("data-function", "migrate.py set_migration_target_nodes")


def test_a_line_where_nothing_stops_runs_to_the_next_that_does(page: Page, trace: Trace) -> None:
    """And says so; those that stop have a mark."""
    open_page(page)
    begins = next(step for step in range(trace.length) if trace.at("operation", step)[0] == "PassBegins")
    file, name, line = trace.at("stack", begins)[-1]
    expect(page.locator(f"[data-function='{file} {name}'] [data-line='{line}'].stops")).to_have_count(1)
    page.click(f"#code ol [data-line='{line - 1}']:not(.stops)")
    agree(page, trace, begins)
    expect(page.locator("#status")).to_contain_text(f"does not stop at line {line - 1}")


def test_a_statement_over_several_lines_is_highlighted_whole(page: Page, trace: Trace) -> None:
    """Its first line is marked, and whoever asks for any other of its lines asks for it."""
    open_page(page)
    step = next(s for s in range(trace.length) if trace.at("operation", s)[:2] == ("Store", "node_demotion") and s > 15)
    page.locator("#scrubber").fill(str(step))
    file, name, line = trace.at("stack", step - 1)[-2]
    first = page.locator(f"[data-function='{file} {name}'] [data-line='{line}']")
    expect(first).to_have_class("stops last")
    last = int(first.get_attribute("data-last") or line)
    assert last > line
    for following in range(line + 1, last + 1):
        expect(page.locator(f"#code [data-line='{following}']")).to_have_class("last-on")
    expect(page.locator("#code :is(.last, .last-on)")).to_have_count(last - line + 1)
    page.click(f"#code [data-line='{last}']")
    shown = int(page.locator("main").get_attribute("data-step") or -1)
    assert (file, name, line) in trace.at("stack", shown)
    expect(page.locator("#status")).to_have_text("")


@pytest.mark.parametrize("size", [(1440, 900), (1280, 720)])
def test_nothing_beside_the_code_is_cut(page: Page, trace: Trace, size: tuple[int, int]) -> None:
    """The call stack and the watched variables, at every step."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    open_page(page)
    cut = """() => [...document.querySelectorAll("#stack button, #stack, #watched")]
        .filter((e) => e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1)
        .map((e) => e.outerHTML)"""
    assert each(page, range(trace.length), cut) == [[]] * trace.length


def test_a_line_can_be_run_to_by_keyboard(page: Page, trace: Trace) -> None:
    open_page(page)
    target = next(s for s in range(trace.length) if trace.at("operation", s)[0] == "SourceDone")
    lines = [trace.at("stack", step)[-1][2] for step in (trace.opens, target)]
    page.locator("#code").focus()
    for _ in range(*lines):
        page.keyboard.press("ArrowDown")
    expect(page.locator("#code :focus")).to_have_attribute("data-line", str(lines[1]))
    page.keyboard.press("Enter")
    agree(page, trace, target)


def test_the_current_line_is_always_in_sight(page: Page, trace: Trace) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    open_page(page)
    page.keyboard.press("1")
    inside = """() => {
        const [line, panel] = ["#code .now", "#code"].map((s) => document.querySelector(s).getBoundingClientRect());
        return line.top >= panel.top - 1 && line.bottom <= panel.bottom + 1;
    }"""
    for _ in range(trace.length - trace.opens):
        assert page.evaluate(inside), at(page)
        page.keyboard.press("ArrowRight")
