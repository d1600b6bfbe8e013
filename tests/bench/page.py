"""Measure the page in Chromium: the time from a step to its paint, dropped frames, memory, and bytes sent."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.bench import lighthouse
from tests.bench.engine import RUNS, machine
from tests.bench.report import print_figure
from tests.serving import ROOT, serving

PERIOD = 1000 / 60
"""The milliseconds from one frame of the screen to the next."""

TIMED_STEPS = """async ([action, times, wait]) => {
    const seen = [];
    const picture = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    const scrubber = document.querySelector("#scrubber");
    const acts = {
        nothing: () => {},
        step: () => document.querySelector("#forward").click(),
        seek: () => {
            scrubber.value = Math.floor(Math.random() * scrubber.max);
            scrubber.dispatchEvent(new Event("input"));
        },
    };
    for (let i = 0; i < times; i++) {
        await picture();
        if (wait) await new Promise((resolve) => setTimeout(resolve, wait * Math.random()));
        const began = performance.now();
        acts[action]();
        await picture();
        seen.push(performance.now() - began);
    }
    return seen.sort((a, b) => a - b);
}"""
"""A script that repeats an action at random moments and returns the sorted milliseconds until each paint.

Its arguments are the action, the number of times, and the longest pause before an action in milliseconds.
"""

FRAMES = """(seconds) => new Promise((resolve) => {
    let count = 0;
    const end = performance.now() + 1000 * seconds;
    const tick = () => { count++; performance.now() < end ? requestAnimationFrame(tick) : resolve(count); };
    requestAnimationFrame(tick);
})"""
"""A script that counts the frames that the browser draws; its argument is the number of seconds to count."""


def main() -> None:
    """Measure the page, and print every measured value."""
    with sync_playwright() as playwright:
        program = os.environ.get("CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=program, args=["--disable-gpu"], chromium_sandbox=False)
        for size in (6, 64, 256):
            with opened(browser, size) as page:
                step_to_paint(page, f"{size} nodes")
                if size == 64:
                    comparing(page)
        with opened(browser, 64) as page:
            against_the_yardstick(browser, page)
            autoplay(page)
            leftover_heap(page)
            playing_pressure(page)
        with opened(browser, 64, EVENTS, "--kernel", "v5.15") as page:
            playing_event(page)
        loading(browser)
        largest_machine(browser)
        browser.close()
    lighthouse.main()


@contextmanager
def opened(browser: Browser, size: int, events: Sequence[Mapping[str, object]] = (), *options: str) -> Iterator[Page]:
    """Open the page with a machine of `size` nodes, at its first step, with the stride "every step"."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "machine.json"
        file.write_text(json.dumps({**machine(size).document(), "events": list(events)}))
        with serving(str(file), *options) as server:
            page = browser.new_page(base_url=server.url, viewport={"width": 1440, "height": 900})
            page.goto("/")
            page.wait_for_selector("main[data-step]", timeout=60_000)
            page.select_option("#size", "0")
            yield page
            page.close()


def step_to_paint(page: Page, what: str) -> None:
    """Measure the time from pressing a button to the paint, compared with pressing a button that changes nothing."""
    extra_frames, ratios = [], []
    for _ in range(RUNS):
        empty, step, seek = (page.evaluate(TIMED_STEPS, [action, 60]) for action in ("nothing", "step", "seek"))
        page.click("#first")
        extra_frames.append((step[56] - empty[56]) / PERIOD)
        ratios.append(seek[30] / step[30])
    print_figure(f"pictures beyond an empty one from press to paint, p95, {what}", 0.3, statistics.median(extra_frames))
    print_figure(f"a random seek against one step, from press to paint, p50, {what}", 1.3, statistics.median(ratios))


def comparing(page: Page) -> None:
    """Measure the time from a step to its paint while two more runs are compared with the first."""
    page.click("#tool-compare")
    page.click("#one-more")
    page.locator(".twin svg").nth(1).wait_for()
    step_to_paint(page, "64 nodes, two runs beside")
    page.click("#stop-comparing")


def against_the_yardstick(browser: Browser, page: Page) -> None:
    """Compare a step of tierscope's page with a step of a page whose server callback draws it as a plotly figure.

    Both pages' buttons are pressed at random moments between two frames.
    """
    ours = page.evaluate(TIMED_STEPS, ["step", 40, PERIOD])[20]
    command = [sys.executable, "-m", "tests.bench.yardstick", "64"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        other = browser.new_page()
        other.goto(process.stdout.readline().strip())
        other.wait_for_selector(".js-plotly-plot .main-svg")
        theirs = other.evaluate(
            """async (wait) => {
                const seen = [];
                const graph = document.querySelector(".js-plotly-plot");
                for (let i = 0; i < 40; i++) {
                    await new Promise((resolve) => setTimeout(resolve, wait * Math.random()));
                    const began = performance.now();
                    const drawn = new Promise((resolve) => graph.once("plotly_afterplot", resolve));
                    document.querySelector("#step").click();
                    await drawn;
                    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
                    seen.push(performance.now() - began);
                }
                return seen.sort((a, b) => a - b)[20];
            }""",
            PERIOD,
        )
        other.close()
        process.terminate()
    print_figure("our step against a callback on a plotly figure, 64 nodes, p50", 1 / 3, ours / theirs)


def autoplay(page: Page) -> None:
    """Measure how many frames are dropped while the page plays at the highest speed, compared with an idle page."""
    page.select_option("#speed", "8")
    dropped = []
    for _ in range(RUNS):
        idle: int = page.evaluate(FRAMES, 10)
        page.click("#first")
        page.click("#play-pause")
        playing: int = page.evaluate(FRAMES, 10)
        page.click("#play-pause")
        dropped.append(idle - playing)
    print_figure("pictures dropped in 10 s of playing at 8x (9 steps/s), 64 nodes", 3, statistics.median(dropped))


PRESSURE = """title = "A long one"
[[owners]]
name = "program"
memory = "14 GiB"
cpu = 0
bind = 0
rate = "4 MiB"
"""
"""A scenario of some thousand ticks, most of them under pressure, on a machine with nodes of 1 GiB."""


def playing_pressure(page: Page) -> None:
    """Measure how many frames are dropped while the tool Pressure plays a scenario at the highest speed."""
    page.select_option("#speed", "8")
    page.click("#tool-pressure")
    page.locator(".film-nodes tbody tr").first.wait_for()
    page.locator("summary", has_text="A scenario of your own").click()
    page.fill("[name=toml]", PRESSURE)
    page.get_by_role("button", name="Play this").click()
    page.locator("[name=scenario] option:checked", has_text="A long one").wait_for(state="attached")
    dropped = []
    for _ in range(RUNS):
        idle: int = page.evaluate(FRAMES, 5)
        page.locator("[name=tick]").fill("0")
        page.click("[data-go=play]")
        playing: int = page.evaluate(FRAMES, 5)
        page.click("[data-go=play]")
        dropped.append(2 * (idle - playing))
    print_figure("pictures dropped in 10 s of playing pressure at 8x, 64 nodes", 3, statistics.median(dropped))


EVENTS = ({"event": "mem_offline", "node": 40}, {"event": "mem_online", "node": 40})
"""Events after each of which the order is built anew, entry by entry."""


def playing_event(page: Page) -> None:
    """Measure how many frames are dropped while an event is played beat by beat, compared with an idle page."""
    page.select_option("#size", "3")
    page.select_option("#speed", "1")
    page.click("#forward")  # a page on which nobody has done anything asks for no chart
    page.locator(".js-plotly-plot").first.wait_for(state="attached", timeout=60_000)
    dropped = []
    for _ in range(RUNS):
        page.locator("#chips [data-event='0']").click()
        idle: int = page.evaluate(FRAMES, 5)
        page.click("#play-pause")
        playing: int = page.evaluate(FRAMES, 5)
        page.click("#play-pause")
        dropped.append(2 * (idle - playing))
    print_figure("pictures dropped in 10 s of playing an event, 64 nodes", 3, statistics.median(dropped))


def leftover_heap(page: Page) -> None:
    """Measure by how many MiB the heap of the page has grown after 500 jumps to random steps."""
    page.evaluate(TIMED_STEPS, ["step", 50])
    before = heap(page)
    page.evaluate(TIMED_STEPS, ["seek", 500])
    print_figure("heap that 500 steps leave behind, 64 nodes", 1, (heap(page) - before) / 2**20, "MiB")


def heap(page: Page) -> float:
    """Return the bytes of heap that are in use after a forced garbage collection."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.enable")
    session.send("HeapProfiler.collectGarbage")
    used: float = session.send("Runtime.getHeapUsage")["usedSize"]
    return used


def loading(browser: Browser) -> None:
    """Measure the bytes of the first load, and the time to show another machine compared with the callback alone."""
    with serving() as server:
        page = browser.new_page(base_url=server.url, viewport={"width": 1440, "height": 900})
        sent = traffic(page)
        page.goto("/")
        page.wait_for_selector("main[data-step]")
        page.wait_for_load_state("networkidle")
        # 340 KiB is what the page weighed when all of it came before its first step.
        print_figure("first load with what follows it, compressed", 340, sum(sent) / 1024, "KiB")
        ratios = [pick(page) for _ in range(5)]
        print_figure(
            "picking a 64-node machine until its first step is painted, against its bare callback",
            3,
            statistics.median(ratios),
        )
        page.close()


def traffic(page: Page) -> list[float]:
    """Return a list to which the compressed size of every response is appended when it arrives."""
    sizes: list[float] = []
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    return sizes


def pick(page: Page) -> float:
    """Choose another machine; return the time until its first step is painted, divided by the time of the callback."""
    document = machine(64).document()
    painted, called = page.evaluate(
        """async (text) => {
            const painted = new Promise((resolve) => window.addEventListener("tierscope:play",
                () => requestAnimationFrame(() => setTimeout(() => resolve(performance.now()))), {once: true}));
            performance.clearResourceTimings();
            const began = performance.now();
            window.dash_clientside.set_props("request", {data: {text, asked: began}});
            const end = await painted;
            const [call] = performance.getEntriesByType("resource").filter((e) => e.name.includes("_dash-update"));
            return [end - began, call.duration];
        }""",
        json.dumps({**document, "title": str(os.urandom(4))}),
    )
    return float(painted / called)


def largest_machine(browser: Browser) -> None:
    """Measure the largest machine: time to its first step, longest task while stepping, and bytes sent."""
    waits = {}
    for size in (256, 1024):
        with opened_with_traffic(browser, size) as (page, sent):
            waits[size] = page.evaluate("performance.now()")
            longest_task = page.evaluate(
                """async () => {
                    // A page that has just come is laid out first, which is a part of loading it.
                    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
                    const long = [0];
                    new PerformanceObserver((list) => long.push(...list.getEntries().map((e) => e.duration)))
                        .observe({type: "longtask"});
                    for (let i = 0; i < 40; i++) {
                        document.querySelector("#forward").click();
                        await new Promise((resolve) => setTimeout(resolve, 50));
                    }
                    return Math.max(...long);
                }"""
            )
            largest_response = max(sent) / 1024
    print_figure("first step at 1,024 nodes against 256", 5, waits[1024] / waits[256])
    print_figure("longest task while stepping, 1,024 nodes", 100, longest_task, "ms")
    print_figure("the run over the wire, compressed, 1,024 nodes", 1024, largest_response, "KiB")


@contextmanager
def opened_with_traffic(browser: Browser, size: int) -> Iterator[tuple[Page, list[float]]]:
    """Open the page with a machine of `size` nodes; yield the page at its first step and the sizes of all responses."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "machine.json"
        file.write_text(json.dumps(machine(size).document()))
        with serving(str(file)) as server:
            page = browser.new_page(base_url=server.url, viewport={"width": 1440, "height": 900})
            sent = traffic(page)
            page.goto("/")
            page.wait_for_selector("main[data-step]", timeout=120_000)
            yield page, sent
            page.close()
