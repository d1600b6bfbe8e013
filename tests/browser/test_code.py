"""Test the source listing: running to a line, the marks of lines, the call stack and the watched variables."""

from __future__ import annotations

import json
import re
from random import Random

import pytest
from playwright.sync_api import Page, expect

from tests.bench.engine import machine
from tests.browser.steps import agree, each, follow, go, open_page, shown
from viz.analysis.run import Run
from viz.figures.panels import listing
from viz.kernel.nodemask import NodeMask
from viz.topology import builtin
from viz.trace.addresses import TREE
from viz.trace.model import Trace
from viz.trace.source_listing import whole_listing

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
CUT_OFF = """() => [...document.querySelectorAll("#stack button, #stack, #watched, #code li, #code .values")]
    .filter((e) => e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1)
    .map((e) => e.outerHTML)"""
IN_SIGHT = """() => {
    const panel = document.querySelector("#code").getBoundingClientRect();
    const shown = (line) => {
        const { top, bottom } = line.getBoundingClientRect();
        return top >= panel.top - 1 && bottom <= panel.bottom + 1;
    };
    const lines = [...document.querySelectorAll("#code :is(.now, .now-on)")];
    const head = document.querySelector(`#code [data-line="${lines[0].dataset.loop}"]`);
    const inside = head && Number(lines[0].textContent.search(/\\S/)) > Number(head.textContent.search(/\\S/));
    return lines.every(shown) && (!inside || shown(head));
}"""
TOP_CUT = """() => {
    const { top } = document.querySelector("#code").getBoundingClientRect();
    const lines = [...document.querySelectorAll("#code .listing li")].map((line) => line.getBoundingClientRect());
    return lines.some((line) => line.top < top - 2 && line.bottom > top + 2);
}"""
DRAWN = """() => [...document.querySelectorAll("#code :is(.now, .now-on)")].every((line) => {
    const [panel, place] = [document.querySelector("#code"), line].map((one) => one.getBoundingClientRect());
    return place.top >= panel.top - 1 && place.bottom <= panel.bottom + 1;
})"""
RUNS = [
    ("two-sockets-three-classes", "posted"),
    ("losing-a-node", "v5.15"),
    ("last-cpu-off", "v5.17"),
    ("losing-a-node", "v6.1"),
]
VERDICTS = ("holds in part", "holds in part", "holds", "does not hold", "holds", "holds")
LINES = (".look", "li:not(.look)")


def first(trace: Trace, operation: str) -> int:
    """Return the first step with such an operation."""
    return next(step for step in range(trace.length) if trace.at("operation", step)[0] == operation)


def test_a_line_can_be_run_to(page: Page, trace: Trace) -> None:
    """By pointer and by keyboard. A line where nothing stops runs to the next; a statement is marked whole."""
    opens, main = f"#step={trace.opens}", page.locator("main")
    open_page(page, f"/{opens}")
    target = first(trace, "SourceDone")
    line = trace.at("stack", target)[-1][2]
    page.click(f"#code ol [data-line='{line}']")
    agree(page, trace, target)
    expect(page.locator("#code .now")).to_have_attribute("data-line", str(line))
    expect(page.locator("#code .last")).to_have_count(1)
    expect(page.locator("#code .values")).to_contain_text("node = 0")
    page.locator("#scrubber").fill(str(first(trace, "Scan")))
    expect(page.locator("#stack button")).to_have_count(4)
    page.locator("#stack button").first.click()
    expect(page.locator("#code ol")).to_have_attribute("data-function", "migrate.py set_migration_target_nodes")

    page.locator("#scrubber").fill(str(trace.opens))
    lines = [trace.at("stack", step)[-1][2] for step in (trace.opens, target)]
    page.locator("#code").focus()
    for _ in range(*lines):
        page.keyboard.press("ArrowDown")
    expect(page.locator("#code :focus")).to_have_attribute("data-line", str(lines[1]))
    page.keyboard.press("Enter")
    agree(page, trace, target)

    page.locator("#scrubber").fill(str(trace.opens))
    begins = first(trace, "PassBegins")
    file, name, line = trace.at("stack", begins)[-1]
    expect(page.locator(f"[data-function='{file} {name}'] [data-line='{line}'].stops")).to_have_count(1)
    page.click(f"#code ol [data-line='{line - 1}']:not(.stops)")
    agree(page, trace, begins)
    expect(page.locator("#status")).to_contain_text(f"does not stop at line {line - 1}")
    follow(page, opens)

    # The mark is on the first line of a statement; a click on any of its lines runs to the statement.
    step = next(s for s in range(trace.length) if trace.at("operation", s)[:2] == ("Store", "node_demotion") and s > 15)
    page.locator("#scrubber").fill(str(step))
    file, name, line = trace.at("stack", step - 1)[-2]
    begin = page.locator(f"[data-function='{file} {name}'] [data-line='{line}']")
    expect(begin).to_have_class(re.compile(r"\blast$"))
    last = int(begin.get_attribute("data-last") or line)
    assert last > line
    for following in range(line + 1, last + 1):
        expect(page.locator(f"#code [data-line='{following}']")).to_have_class("last-on")
    expect(page.locator("#code :is(.last, .last-on)")).to_have_count(last - line + 1)
    page.click(f"#code [data-line='{last}']")
    assert (file, name, line) in trace.at("stack", int(main.get_attribute("data-step") or -1))
    expect(page.locator("#status")).to_have_text("")


@pytest.mark.slow
def test_no_line_wraps_is_cut_or_runs_out_of_sight(page: Page) -> None:
    """Lines, stack and variables are whole, and statement and loop in sight, after every step and every jump."""
    for name, kernel in reversed(RUNS):
        trace = Run.of(builtin(name), kernel).trace()
        page.set_viewport_size({"width": 1440, "height": 900})
        go(page, trace, name)
        every = range(trace.length)
        assert each(page, every, CUT_OFF) == [[]] * trace.length, (name, kernel)
        page.set_viewport_size({"width": 1280, "height": 720})
        both = f"() => [({CUT_OFF})(), ({IN_SIGHT})(), ({TOP_CUT})()]"
        ahead = each(page, every, both)
        assert [cut for cut, _, _ in ahead] == [[]] * trace.length, (name, kernel)
        moves = [*reversed(every), *Random(1).sample(every, 20)]
        seen = [*(is_seen for _, is_seen, _ in ahead), *each(page, moves, IN_SIGHT)]
        assert seen == [True] * len(seen), (name, kernel)
        print(name, kernel, sum(is_cut for _, _, is_cut in ahead), trace.length)
        # Where values have lines of their own, the line at the top may be cut.
        assert sum(is_cut for _, _, is_cut in ahead) < trace.length / 6, (name, kernel)

    # Beside the current line, a mask is only a number of nodes; the variables below the code list all nodes.
    page.click("#open-paste")
    page.fill("#text", json.dumps(machine(64).document()))
    page.click("#load")
    expect(page.locator("#title")).to_have_text("64 nodes")
    trace = Run.of(machine(64)).trace()
    expect(page.locator("main")).to_have_attribute("data-length", str(trace.length))
    scans = [s for s in range(trace.length) if trace.at("operation", s)[0] == "Scan"][::3]
    begins = [s for s in range(trace.length) if trace.at("operation", s)[0] == "PassBegins"]
    assert each(page, [*scans, *begins], DRAWN) == [True] * len(scans + begins)
    scan = next(step for step in scans if len(dict(trace.at("watched", step)).get("used", "")) > 60)
    page.locator("#scrubber").fill(str(scan))
    used = NodeMask.parse(dict(trace.at("watched", scan))["used"])
    expect(page.locator("#code .values")).to_contain_text(f"used = {len(used)} nodes")
    expect(page.locator("#watched")).to_contain_text(f"used = {used}")

    # Neither code nor docstrings of any listing wrap, not even in presenter mode.
    follow(page, "#kernel=posted")
    for keys in ("", "pc"):
        for key in keys:
            page.keyboard.press(key)
        expect(page.locator("#code")).to_be_visible()
        for width, height in ((1920, 1080), (1440, 900), (1280, 720)):
            page.set_viewport_size({"width": width, "height": height})
            assert page.evaluate(WRAPPED, listing(whole_listing())) == [], (width, keys)


def test_a_listing_says_where_it_stands_in_linux_what_is_claimed_and_what_is_dimmed(page: Page, trace: Trace) -> None:
    """A claim is shown in full at the step that runs its line, and after a click or a key press on its button."""
    page.set_viewport_size({"width": 1280, "height": 720})
    open_page(page, f"/#step={trace.opens}")
    step = shown(page)["step"]
    link = page.locator("#code a")  # it leads to the file of the release, without a line number
    expect(link).to_have_text("mm/migrate.c, __set_migration_target_nodes() of patch 02/10")
    expect(link).to_have_attribute(
        "href", re.compile(r"^https://git\.kernel\.org/.*/linux\.git/tree/mm/migrate\.c\?h=v5\.15$")
    )
    expect(link).to_have_attribute("rel", "noopener noreferrer")
    link.evaluate("link => link.addEventListener('click', (event) => event.preventDefault())")
    link.click()
    assert shown(page)["step"] == step, "the link does not move the player"
    links = [re.findall(r'href="([^"]*)', text) for text in listing(whole_listing()).values()]
    assert all(len(found) <= 1 for found in links)
    assert {url.split("?")[0].split("/tree/")[0] for found in links for url in found} == {TREE.removesuffix("/tree")}

    claims = page.locator("#code .claims")
    seen = claims.locator("visible=true")
    expect(page.locator("#code .claim")).to_have_text([f"claim: {verdict}" for verdict in VERDICTS])
    expect(claims).to_have_count(len(VERDICTS))
    expect(seen).to_have_count(0)
    page.locator("#scrubber").fill(str(first(trace, "Barrier")))
    expect(seen).to_contain_text("Old and new targets are never seen together")
    expect(seen).to_contain_text("Holds in part. It holds for one read and for a snapshot")
    begins = first(trace, "PassBegins")
    page.locator("#scrubber").fill(str(begins))
    expect(seen).to_contain_text("several sources can share a target. Does not hold.")

    page.locator("#scrubber").fill(str(begins + 1))
    expect(seen).to_have_count(0)
    button = page.locator("#code li", has_text="next_pass.add(target_node)").locator(".claim")
    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-expanded", "true")
    expect(seen).to_have_text(
        "The comment: The targets of this pass choose in the next. Holds. They are all of its sources."
    )
    assert shown(page)["step"] == str(begins + 1)
    button.click()
    expect(seen).to_have_count(0)
    assert shown(page)["step"] == str(begins + 1)

    page.locator("#scrubber").fill(str(first(trace, "OrderBegins")))
    expect(page.locator("#code .look")).to_have_count(6)
    expect(page.locator("#code .legend")).to_have_text(
        "Dimmed lines are only points to stop at; Linux has none of them."
    )
    colours = [page.locator(f"#code {line} code").first.evaluate("e => getComputedStyle(e).color") for line in LINES]
    assert colours[0] != colours[1]
