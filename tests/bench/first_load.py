"""Measure in Chromium how a new visitor's page loads: requests, bytes, and the time until it plays."""

from __future__ import annotations

import os
import shutil
import statistics
from dataclasses import dataclass

from playwright.sync_api import Browser, sync_playwright

from tests.bench.ready import Ready
from tests.bench.report import Figure

LOADS = 5
LATENCY, RATE = 150, 1.6
"""The latency of the slow network in milliseconds, and its rate in Mbit/s."""
OTHER = "#topology=dram-alone-then-pmem"
"""The link to a machine that the page does not show when it opens without a link."""
PATIENCE = 60_000
WATCH = """
window.usable = new Promise((resolve) => {
    new MutationObserver((_, observer) => {
        if (!document.querySelector("main[data-length]")) return;
        observer.disconnect();
        resolve(performance.now());
    }).observe(document, {subtree: true, childList: true, attributes: true, attributeFilter: ["data-length"]});
});
window.shift = 0;
new PerformanceObserver((list) => { for (const entry of list.getEntries()) window.shift += entry.value; })
    .observe({type: "layout-shift", buffered: true});
"""
"""A script that notes when the page can play, and adds up the layout shifts: how much of the page jumps."""


@dataclass(frozen=True)
class Load:
    """One load of the page: milliseconds until it can play, requests and KiB until then, and its layout shift."""

    usable: float
    requests: float
    size: float
    shift: float


def first_loads(ready: Ready) -> list[Figure]:
    """Measure loads of the page: over a fast network, over a slow one, and of a link to another machine."""
    with sync_playwright() as playwright:
        program = os.environ.get("CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=program, args=["--disable-gpu"], chromium_sandbox=False)
        url = f"{ready.server.url}/"
        fast, slow, link = (
            [one_load(browser, address, is_slow) for _ in range(LOADS)]
            for address, is_slow in ((url, False), (url, True), (url + OTHER, True))
        )
        browser.close()
    network = f"{RATE:g} Mbit/s and {LATENCY} ms"
    return [
        Figure("first load: requests until it plays", max(load.requests for load in fast), "", 24),
        Figure("first load: compressed until it plays", max(load.size for load in fast), "KiB", 210),
        Figure("first load: until it plays, no network, p50", _median(fast), "ms"),
        Figure(f"first load: until it plays, {network}, p50", _median(slow), "ms"),
        Figure(f"a link to another machine: until it plays, {network}, p50", _median(link), "ms"),
        Figure("first load: layout shift", max(load.shift for load in (*fast, *slow)), "", 0.0005),
        Figure("a link to another machine: layout shift", max(load.shift for load in link), "", 0.0005),
    ]


def _median(loads: list[Load]) -> float:
    return statistics.median(load.usable for load in loads)


def one_load(browser: Browser, url: str, is_slow: bool) -> Load:
    """Load a page in a new browser context, whose cache is empty."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.add_init_script(WATCH)
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    if is_slow:
        rate = RATE * 1e6 / 8
        conditions = {"offline": False, "latency": LATENCY, "downloadThroughput": rate, "uploadThroughput": rate}
        session.send("Network.emulateNetworkConditions", conditions)
    begun: dict[str, float] = {}
    sizes: dict[str, tuple[float, float]] = {}

    def begin(event: dict[str, object]) -> None:
        request = event["request"]
        if isinstance(request, dict) and request["url"].startswith("http"):
            begun[str(event["requestId"])] = float(str(event["timestamp"]))

    session.on("Network.requestWillBeSent", begin)
    session.on(
        "Network.loadingFinished",
        lambda event: sizes.__setitem__(event["requestId"], (event["timestamp"], event["encodedDataLength"])),
    )
    page.goto(url, wait_until="commit")
    usable: float = page.evaluate("window.usable")
    page.wait_for_timeout(1000)
    shift: float = page.evaluate("window.shift")
    end = min(begun.values()) + usable / 1000
    context.close()
    received = [size for name, (when, size) in sizes.items() if name in begun and when <= end]
    return Load(usable, sum(when <= end for when in begun.values()), sum(received) / 1024, shift)
