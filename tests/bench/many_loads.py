"""Load the page many times in a row, at two latencies in turn, and check that it plays each time.

    .venv/bin/python -m tests.bench.many_loads [COUNT]

COUNT is 300 by default and at most 2,000. Every fifth load is interrupted. The exit status is 1 if a page that was not
interrupted does not play within 30 s, or if Dash does not start on it.
"""

from __future__ import annotations

import os
import random
import shutil
import sys
from collections import Counter

from playwright.sync_api import Browser, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from tests.serving import serving

LATENCIES = (20, 150)
CUT_EVERY = 5
ADDRESSES = ("", "#topology=dram-alone-then-pmem", "#kernel=v6.1", "?embed=1")
PATIENCE = 30_000
MAX_COUNT = 2_000


def main(count: int) -> int:
    """Print how many loads had each of the results of load(); return 1 if a load failed, else 0."""
    chance = random.Random(count)
    found: Counter[str] = Counter()
    program = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with serving() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--disable-gpu"], chromium_sandbox=False)
        for number in range(count):
            address = f"{server.url}/{chance.choice(ADDRESSES)}"
            cut = chance.uniform(0, 900) if number % CUT_EVERY == 0 else None
            result = load(browser, address, LATENCIES[number % len(LATENCIES)], cut)
            found[result] += 1
            if result not in ("whole", "cut off"):
                print(f"load {number}, {address}: {result}", flush=True)
        browser.close()
    print(", ".join(f"{number} {result}" for result, number in found.items()), flush=True)
    return int(bool(set(found) - {"whole", "cut off"}))


def load(browser: Browser, address: str, latency: int, cut: float | None) -> str:
    """Load the page, and return "whole" or the error as one line.

    If `cut` is not None, leave the page after `cut` milliseconds and return "cut off".
    """
    context = browser.new_context()
    try:
        page = context.new_page()
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        conditions = {"offline": False, "latency": latency, "downloadThroughput": -1, "uploadThroughput": -1}
        session.send("Network.emulateNetworkConditions", conditions)
        page.goto(address, wait_until="commit")
        if cut is not None:
            page.wait_for_timeout(cut)
            return "cut off"
        page.wait_for_selector("main[data-length]", timeout=PATIENCE)
        page.wait_for_selector("#messages", state="attached", timeout=PATIENCE)
        return "whole"
    except PlaywrightError as error:
        return str(error).splitlines()[0]
    finally:
        context.close()


if __name__ == "__main__":
    sys.exit(main(min(int(sys.argv[1]), MAX_COUNT) if len(sys.argv) > 1 else 300))
