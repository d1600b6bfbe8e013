"""Test the page as visitors use it: built-in topologies to the end and back, keys, pasted texts, errors, no server."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect

from tests.bench.engine import machine
from tests.bench.page import traffic
from tests.browser.conftest import Standing, Watch
from tests.browser.steps import agree, agree_all, choose, each, go, open_page, open_whole, shown
from tests.relay import Relay
from viz.analysis.run import Run
from viz.kernel.versions import VERSIONS
from viz.topology import builtin, builtin_names
from viz.trace.model import Trace

MACHINE = {
    "title": "<b>pasted</b> & <script>alert(1)</script>",
    "note": "<img src=x onerror=alert(1)>",
    "nodes": [
        {"id": 0, "cpus": 4, "memory": "64 GiB", "label": "<i>x</i>", "socket": "</text>"},
        {"id": 7, "cpus": 0, "memory": "1 TiB"},
    ],
    "distances": [[10, 20], [20, 10]],
}

LONG = 30
"""If a run has more steps than this, only every fifth step is tested."""
LISTING = ("available: 1 nodes (0)", "node 0 cpus: 0", "node 0 size: 9 MB", "node distances:", "node   0", "  0:  10")
BAD_TEXTS = ("", "<p>hello</p>", '{"title": "x"}', "title = ", "node 0 size: many MB", "\u202e" * 9)


@pytest.mark.slow
@pytest.mark.parametrize("name", [n for n in builtin_names() if not builtin(n).case and not builtin(n).events])
def test_every_builtin_to_the_end_and_back(standing: Standing, name: str) -> None:
    """At every step, forward and back, the page shows what the trace holds. test_scenario.py tests runs with events."""
    page, trace = standing.page, Run.of(builtin(name)).trace()
    go(page, trace, name)
    agree(page, trace, trace.opens)
    if trace.length > LONG:
        check_every_fifth_step(page, trace)
        return
    forward = [*range(trace.opens + 1, trace.length), trace.length - 1]
    back = [*range(trace.length - 2, -1, -1), 0]
    agree_all(page, trace, ["ArrowRight"] * len(forward) + ["ArrowLeft"] * len(back), [*forward, *back])


@pytest.mark.slow
@pytest.mark.parametrize("kernel", ["v5.18", "rfc2022", "v6.1", "v6.11", "tier-sets"])
def test_events_under_every_kind_of_order(standing: Standing, kernel: str) -> None:
    """The page shows what the trace holds at the end of every event and at the end of the run."""
    page, trace = standing.page, Run.of(builtin("losing-a-node"), kernel).trace()
    go(page, trace, "losing-a-node")
    page.select_option("#size", "3")
    page.locator("#stage").click(position={"x": 2, "y": 2})
    stops = trace.stops(3)
    agree_all(page, trace, ["Home", *["ArrowRight"] * (len(stops) - 1)], stops)


def check_every_fifth_step(page: Page, trace: Trace) -> None:
    """Assert that the page shows every fifth step of the trace, on the way to the end and back to step 0."""
    forward = [*range(trace.opens, trace.length, 5), trace.length - 1]
    leaps = [*forward, *forward[::-1], 0]
    agree_all(page, trace, leaps, leaps)


def test_the_player_steps_plays_and_goes_anywhere(page: Page, trace: Trace) -> None:
    open_page(page)
    show_each_list(page, trace)
    make_strides(page, trace)
    nothing_jumps(page)
    for step in (0, trace.length - 1, 23, 5):
        page.locator("#scrubber").fill(str(step))
        agree(page, trace, step)
    page.locator("#scrubber").focus()
    page.keyboard.press("ArrowRight")  # the scrubber has the focus and handles the key itself
    agree(page, trace, 6)
    page.select_option("#size", "1")
    page.keyboard.press("Home")
    play_to_the_end(page, trace)


def show_each_list(page: Page, trace: Trace) -> None:
    """Step by source from step 0 to the order's first step; a button at step 0 shows the zonelists one by one."""
    agree(page, trace, 0)
    assert trace.opens > 2
    agree_all(page, trace, ["ArrowRight", "ArrowLeft"], [trace.opens, 0])
    page.get_by_role("button", name="Show each list").click()
    agree(page, trace, 1)
    owner, (ids, left) = trace.at("source", 1), trace.at("zonelist", 1)
    assert left == 0
    expect(page.locator("#scores .caption-line")).to_have_text(f"Fallback order of node {owner}, nearest first")
    expect(page.locator("#scores .fallback")).to_have_text(" \u203a ".join(map(str, ids)))
    steps = [*range(2, trace.opens + 1), trace.stops(1)[2], trace.opens, 0]
    agree_all(page, trace, ["ArrowRight"] * trace.opens + ["ArrowLeft"] * 2, steps)
    page.locator("#scrubber").fill("3")
    page.locator("#stage").click(position={"x": 2, "y": 2})
    agree_all(page, trace, ["ArrowLeft", "ArrowLeft", "ArrowLeft", "]"], [2, 1, 0, trace.opens])


def make_strides(page: Page, trace: Trace) -> None:
    """Walk the whole run in strides of each size, from Home to End."""
    for size in range(4):
        page.select_option("#size", str(size))
        page.locator("#first").focus()
        page.keyboard.press("Home")
        agree(page, trace, 0)
        stops = trace.stops(size)[1:]
        agree_all(page, trace, ["ArrowRight"] * len(stops), stops)
    page.keyboard.press("Home")
    page.keyboard.press("Home")
    agree(page, trace, 0)
    page.keyboard.press("End")
    agree(page, trace, trace.length - 1)


def nothing_jumps(page: Page) -> None:
    """Assert that the panels keep their position and size over all steps."""
    sizes = (
        "() => ['#stage', '#registers', '#narration', '.transport', '.scrub', '#code', '#scores'].map(s => "
        "{ const b = document.querySelector(s).getBoundingClientRect(); return [b.x, b.y, b.width, b.height]; })"
    )
    page.locator("#scrubber").fill("0")
    before = page.evaluate(sizes)
    steps = range(int(shown(page)["length"]))
    assert all(now == before for now in each(page, steps, sizes))


def play_to_the_end(page: Page, trace: Trace) -> None:
    """Play to the end, and once more from the beginning until the player is paused."""
    page.select_option("#speed", "8")
    page.click("#play-pause")
    expect(page.locator("#play-pause")).to_have_attribute("aria-label", "Pause")
    expect(page.locator("main")).to_have_attribute("data-mode", "ended")
    agree(page, trace, trace.length - 1)
    page.locator("body").press(".")
    expect(page.locator("main")).to_have_attribute("data-mode", "playing")
    page.keyboard.press(".")
    expect(page.locator("main")).to_have_attribute("data-mode", "paused")
    assert trace.opens <= int(shown(page)["step"]) < trace.length - 1


def test_keys_belong_to_whatever_uses_them(page: Page) -> None:
    open_page(page)
    before = shown(page)["step"]
    page.click("#open-paste")
    page.locator("#text").fill("a . ? b")
    page.locator("#text").press("Home")
    page.locator("#text").press("ArrowRight")
    assert page.locator("#text").input_value() == "a . ? b"
    page.keyboard.press("Escape")
    page.locator("#size").focus()
    page.keyboard.press("ArrowLeft")
    assert shown(page)["step"] == before
    page.locator("#open-keys").focus()
    page.keyboard.press("Space")  # the key presses the button; it does not start the player
    expect(page.locator("#keys")).to_be_visible()
    assert shown(page)["mode"] == "paused"
    page.keyboard.press("Escape")
    page.locator("#registers").focus()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()


@pytest.mark.parametrize("kernel", [row.name for row in VERSIONS])
def test_every_kernel(standing: Standing, kernel: str) -> None:
    name = "one-socket-two-equal"
    page, trace = standing.page, Run.of(builtin(name), kernel).trace()
    go(page, trace, name)
    agree(page, trace, trace.opens)
    page.keyboard.press("End")
    agree(page, trace, trace.length - 1)


def test_kernel_zonelists_and_machine_are_chosen(page: Page) -> None:
    name = "one-socket-two-equal"
    open_page(page)
    choose(page, name)
    for kernel, zonelists in (("v5.16", "boot"), ("v6.1", "runtime")):
        trace = Run.of(builtin(name), kernel, zonelists).trace()
        page.keyboard.press("Home")
        page.keyboard.press("Home")
        page.select_option("#kernel", kernel)
        expect(page.locator("main")).to_have_attribute("data-kernel", kernel)
        if page.locator("#zonelists").input_value() != zonelists:
            page.select_option("#zonelists", zonelists)
            page.wait_for_function("z => document.querySelector('#zonelists').value === z", arg=zonelists)
            expect(page.locator("#status")).to_have_text("")
        agree(page, trace, 0)
        page.keyboard.press("End")
        agree(page, trace, trace.length - 1)
    page.click("#open-paste")
    page.fill("#text", json.dumps(MACHINE))
    page.click("#load")
    expect(page.locator("#title")).to_have_text(str(MACHINE["title"]))  # as a text, with its signs
    expect(page.locator("#paste")).to_be_hidden()
    assert page.locator("#stage b, #stage script, #stage i, #note img").count() == 0
    assert page.locator("#topology").input_value() == ""
    choose(page, builtin_names()[1])
    page.click("#open-paste")
    page.fill("#text", "".join(f"> {line}\n" for line in LISTING))
    page.click("#load")
    expect(page.locator("#title")).to_contain_text("numactl")
    expect(page.locator("[data-node]")).to_have_count(1)


@pytest.mark.parametrize("text", BAD_TEXTS)
def test_bad_text_keeps_what_is_shown(standing: Standing, text: str) -> None:
    page, name = standing.page, builtin_names()[0]
    go(page, Run.of(builtin(name)).trace(), name)
    page.keyboard.press("End")
    before = shown(page)
    page.click("#open-paste")
    page.fill("#text", text)
    page.click("#load")
    expect(page.locator("#error")).not_to_be_empty()
    assert shown(page) == before
    assert page.locator("#text").input_value() == text
    page.click("#close-paste")
    page.locator("#stage").click(position={"x": 2, "y": 2})
    page.keyboard.press("ArrowLeft")
    assert int(shown(page)["step"]) < int(before["step"])


def test_it_plays_on_without_a_server(page: Page, watch: Watch, usual_relay: Relay) -> None:
    trace = Run.of(builtin(builtin_names()[0])).trace()
    open_whole(page, usual_relay.url)
    usual_relay.cut()
    watch.allow("ERR_CONNECTION_REFUSED|did not respond")  # the idle page requests the chart
    page.select_option("#size", "0")
    page.locator("#stage").click(position={"x": 2, "y": 2})
    steps = range(1, trace.length)
    agree_all(page, trace, ["ArrowRight"] * len(steps), steps)


@pytest.mark.slow
def test_no_scrolling_on_a_desk(page: Page) -> None:
    """Stage, registers, code, sentence and player buttons fit into the window; only the charts are below it.

    Few registers are explained, and of many the columns fit.
    """
    page.set_viewport_size({"width": 1280, "height": 720})
    open_page(page)
    for row in page.locator("#registers tbody tr").all():
        expect(row.locator(".brief")).to_be_visible()
        assert row.locator(".brief").evaluate("cell => cell.scrollWidth <= cell.clientWidth")
    for name in builtin_names()[::6]:
        choose(page, name)
        page.keyboard.press("End")
        for width, height in ((1440, 900), (1280, 720)):
            page.set_viewport_size({"width": width, "height": height})
            assert page.evaluate("document.documentElement.scrollWidth") == width
            for box in page.evaluate(BOXES, ["#stage", "#registers", "#code", "#narration", ".transport"]):
                assert 0 <= box["left"] <= box["right"] <= width
                assert 0 <= box["top"] < box["bottom"] <= height
    page.click("#open-paste")
    page.fill("#text", json.dumps(machine(64).document()))
    page.click("#load")
    expect(page.locator("[data-column]")).to_have_count(64)
    assert page.locator("#registers").evaluate("panel => panel.scrollWidth <= panel.clientWidth")


BOXES = "(all) => all.map((one) => document.querySelector(one).getBoundingClientRect().toJSON())"


def test_the_first_load_is_small(stranger: Page) -> None:
    sent = traffic(stranger)
    open_page(stranger)
    stranger.wait_for_load_state("networkidle")
    assert 100 < sum(sent) / 1024 <= 350
