"""Test the source listing: running to a line, the marks of lines, the call stack and the watched variables."""

from __future__ import annotations

import json
import re
from random import Random

import pytest
from playwright.sync_api import Page, expect

from tests.bench.engine import machine
from tests.browser.steps import agree, each, open_page, shown
from viz.analysis.run import Run
from viz.figures.panels import listing
from viz.kernel.nodemask import NodeMask
from viz.topology import builtin
from viz.trace.addresses import TREE
from viz.trace.model import Trace
from viz.trace.source_listing import whole_listing


def test_a_line_can_be_run_to(page: Page, trace: Trace) -> None:
    open_page(page, f"/#step={trace.opens}")
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
    """The page says that no step stops at the clicked line, and runs to the next line at which one does."""
    open_page(page, f"/#step={trace.opens}")
    begins = next(step for step in range(trace.length) if trace.at("operation", step)[0] == "PassBegins")
    file, name, line = trace.at("stack", begins)[-1]
    expect(page.locator(f"[data-function='{file} {name}'] [data-line='{line}'].stops")).to_have_count(1)
    page.click(f"#code ol [data-line='{line - 1}']:not(.stops)")
    agree(page, trace, begins)
    expect(page.locator("#status")).to_contain_text(f"does not stop at line {line - 1}")


def test_a_statement_over_several_lines_is_highlighted_whole(page: Page, trace: Trace) -> None:
    """The mark is on the first line of a statement; a click on any of its lines runs to the statement."""
    open_page(page)
    step = next(s for s in range(trace.length) if trace.at("operation", s)[:2] == ("Store", "node_demotion") and s > 15)
    page.locator("#scrubber").fill(str(step))
    file, name, line = trace.at("stack", step - 1)[-2]
    first = page.locator(f"[data-function='{file} {name}'] [data-line='{line}']")
    expect(first).to_have_class(re.compile(r"\blast$"))
    last = int(first.get_attribute("data-last") or line)
    assert last > line
    for following in range(line + 1, last + 1):
        expect(page.locator(f"#code [data-line='{following}']")).to_have_class("last-on")
    expect(page.locator("#code :is(.last, .last-on)")).to_have_count(last - line + 1)
    page.click(f"#code [data-line='{last}']")
    shown = int(page.locator("main").get_attribute("data-step") or -1)
    assert (file, name, line) in trace.at("stack", shown)
    expect(page.locator("#status")).to_have_text("")


WRAPPED = """(listings) => {
    const panel = document.querySelector("#code");
    const kept = [...panel.childNodes];
    const high = Object.entries(listings).flatMap(([name, listing]) => {
        panel.innerHTML = listing;
        const lines = [...panel.querySelectorAll("[data-line]")];
        const one = Math.min(...lines.map((line) => line.offsetHeight));
        const wide = lines.filter((line) => line.offsetHeight > 1.5 * one || line.scrollWidth > panel.clientWidth);
        return wide.map((line) => `${name}: ${line.textContent}`);
    });
    panel.replaceChildren(...kept);
    return high;
}"""


def test_no_line_of_any_listing_wraps(page: Page) -> None:
    """Neither code nor docstrings wrap, not even in presenter mode."""
    open_page(page)
    for keys in ("", "pc"):
        for key in keys:
            page.keyboard.press(key)
        expect(page.locator("#code")).to_be_visible()
        for width, height in ((1920, 1080), (1440, 900), (1280, 720)):
            page.set_viewport_size({"width": width, "height": height})
            assert page.evaluate(WRAPPED, listing(whole_listing())) == [], (width, keys)


CUT = """() => [...document.querySelectorAll("#stack button, #stack, #watched, #code li, #code .values")]
    .filter((e) => e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1)
    .map((e) => e.outerHTML)"""
RUNS = [
    ("two-sockets-three-classes", "posted"),
    ("losing-a-node", "v5.15"),
    ("last-cpu-off", "v5.17"),
    ("losing-a-node", "v6.1"),
]


@pytest.mark.parametrize(("name", "kernel"), RUNS)
def test_nothing_in_or_beside_the_code_is_cut(page: Page, name: str, kernel: str) -> None:
    """The call stack, the lines with their values and the watched variables are complete at every step."""
    trace = Run.of(builtin(name), kernel).trace()
    open_page(page, f"/#topology={name}&kernel={kernel}")
    expect(page.locator("main")).to_have_attribute("data-kernel", kernel)
    for width, height in ((1440, 900), (1280, 720)):
        page.set_viewport_size({"width": width, "height": height})
        assert each(page, range(trace.length), CUT) == [[]] * trace.length, width


def test_masks_of_many_nodes_do_not_push_their_line_out_of_sight(page: Page) -> None:
    """Beside the current line, a mask is only a number of nodes; the variables below the code list all nodes."""
    page.set_viewport_size({"width": 1280, "height": 720})
    open_page(page)
    page.click("#open-paste")
    page.fill("#text", json.dumps(machine(128).document()))
    page.click("#load")
    expect(page.locator("#title")).to_have_text("128 nodes")
    expect(page.locator("main:not([aria-busy])")).to_have_attribute("data-length", re.compile(r"\d{3}"))
    trace = Run.of(machine(128)).trace()
    scans = [s for s in range(trace.length) if trace.at("operation", s)[0] in ("Scan", "PassBegins")][::5]
    in_sight = """() => [...document.querySelectorAll("#code :is(.now, .now-on)")].every((line) => {
        const [panel, place] = [document.querySelector("#code"), line].map((one) => one.getBoundingClientRect());
        return place.top >= panel.top - 1 && place.bottom <= panel.bottom + 1;
    })"""
    assert each(page, scans, in_sight) == [True] * len(scans)
    scan = next(step for step in scans if len(dict(trace.at("watched", step)).get("used", "")) > 60)
    page.locator("#scrubber").fill(str(scan))
    used = NodeMask.parse(dict(trace.at("watched", scan))["used"])
    expect(page.locator("#code .values")).to_contain_text(f"used = {len(used)} nodes")
    expect(page.locator("#watched")).to_contain_text(f"used = {used}")


def test_a_line_can_be_run_to_by_keyboard(page: Page, trace: Trace) -> None:
    open_page(page, f"/#step={trace.opens}")
    target = next(s for s in range(trace.length) if trace.at("operation", s)[0] == "SourceDone")
    lines = [trace.at("stack", step)[-1][2] for step in (trace.opens, target)]
    page.locator("#code").focus()
    for _ in range(*lines):
        page.keyboard.press("ArrowDown")
    expect(page.locator("#code :focus")).to_have_attribute("data-line", str(lines[1]))
    page.keyboard.press("Enter")
    agree(page, trace, target)


IN_SIGHT = """() => {
    const panel = document.querySelector("#code").getBoundingClientRect();
    const shown = (line) => {
        const { top, bottom } = line.getBoundingClientRect();
        return top >= panel.top - 1 && bottom <= panel.bottom + 1;
    };
    const lines = [...document.querySelectorAll("#code :is(.now, .now-on)")];
    const head = document.querySelector(`#code [data-line="${lines[0].dataset.loop}"]`);
    const inside = head && Number(lines[0].dataset.indent) > Number(head.dataset.indent);
    return lines.every(shown) && (!inside || shown(head));
}"""


A_LINE_IS_CUT = """() => {
    const { top } = document.querySelector("#code").getBoundingClientRect();
    const lines = [...document.querySelectorAll("#code .listing li")].map((line) => line.getBoundingClientRect());
    return lines.some((line) => line.top < top - 2 && line.bottom > top + 2);
}"""


@pytest.mark.parametrize(("name", "kernel"), RUNS)
def test_the_current_statement_and_its_loop_are_always_in_sight(page: Page, name: str, kernel: str) -> None:
    """The statement and its loop are in sight after every step forward, every step backward and every jump."""
    trace = Run.of(builtin(name), kernel).trace()
    page.set_viewport_size({"width": 1280, "height": 720})
    open_page(page, f"/#topology={name}&kernel={kernel}")
    expect(page.locator("main")).to_have_attribute("data-kernel", kernel)
    read = IN_SIGHT.replace("dataset.indent", "textContent.search(/\\S/)")
    moves = [*range(trace.length), *reversed(range(trace.length)), *Random(1).sample(range(trace.length), 20)]
    assert each(page, moves, read) == [True] * len(moves)
    cut = each(page, range(trace.length), A_LINE_IS_CUT)
    assert sum(map(bool, cut)) < len(cut) / 6  # where values have lines of their own, the one at the top may be cut


def test_a_function_links_to_where_it_stands_in_linux(page: Page, trace: Trace) -> None:
    """The link leads to the file of the release, without a line number. A click on it does not move the player."""
    open_page(page, f"/#step={trace.opens}")
    step = shown(page)["step"]
    link = page.locator("#code a")
    expect(link).to_have_text("mm/migrate.c, __set_migration_target_nodes() of patch 02/10")
    expect(link).to_have_attribute(
        "href", re.compile(r"^https://git\.kernel\.org/.*/linux\.git/tree/mm/migrate\.c\?h=v5\.15$")
    )
    expect(link).to_have_attribute("rel", "noopener noreferrer")
    link.evaluate("link => link.addEventListener('click', (event) => event.preventDefault())")
    link.click()
    assert shown(page)["step"] == step
    links = [re.findall(r'href="([^"]*)', text) for text in listing(whole_listing()).values()]
    assert all(len(found) <= 1 for found in links)
    assert {url.split("?")[0].split("/tree/")[0] for found in links for url in found} == {TREE.removesuffix("/tree")}


def test_a_line_says_what_the_comment_on_it_claims_and_whether_it_holds(page: Page, trace: Trace) -> None:
    """A claim is shown in full at the step that runs the line, and after a click or a key press on its button."""
    page.set_viewport_size({"width": 1280, "height": 720})
    open_page(page, f"/#step={trace.opens}")
    claims = page.locator("#code .claims")
    expect(page.locator("#code .claim")).to_have_text([f"claim: {verdict}" for verdict in VERDICTS])
    for claim in claims.all():
        expect(claim).to_be_hidden()

    barrier = next(s for s in range(trace.length) if trace.at("operation", s)[0] == "Barrier")
    page.locator("#scrubber").fill(str(barrier))
    expect(claims.locator("visible=true")).to_contain_text("Old and new targets are never seen together")
    expect(claims.locator("visible=true")).to_contain_text("Holds in part. It holds for one read and for a snapshot")
    begins = next(s for s in range(trace.length) if trace.at("operation", s)[0] == "PassBegins")
    page.locator("#scrubber").fill(str(begins))
    expect(claims.locator("visible=true")).to_contain_text("several sources can share a target. Does not hold.")

    page.locator("#scrubber").fill(str(begins + 1))
    expect(claims.locator("visible=true")).to_have_count(0)
    button = page.locator("#code li", has_text="next_pass.add(target_node)").locator(".claim")
    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-expanded", "true")
    expect(claims.locator("visible=true")).to_have_text(
        "The comment: The targets of this pass choose in the next. Holds. They are all of its sources."
    )
    assert shown(page)["step"] == str(begins + 1)
    button.click()
    expect(claims.locator("visible=true")).to_have_count(0)
    assert shown(page)["step"] == str(begins + 1)


VERDICTS = ("holds in part", "holds in part", "holds", "does not hold", "holds", "holds")


def test_a_listing_says_in_one_place_what_its_dimmed_lines_are(page: Page, trace: Trace) -> None:
    begins = next(s for s in range(trace.length) if trace.at("operation", s)[0] == "OrderBegins")
    open_page(page, f"/#step={begins}")
    expect(page.locator("#code .look")).to_have_count(6)
    expect(page.locator("#code .legend")).to_have_text(
        "Dimmed lines are only points to stop at; Linux has none of them."
    )
    colours = [page.locator(f"#code {line} code").first.evaluate("e => getComputedStyle(e).color") for line in LINES]
    assert colours[0] != colours[1]


LINES = (".look", "li:not(.look)")
