"""Run `./dev picture`, which takes the README's picture of the page."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.serving import serving

PICTURE = Path(__file__).with_name("page.png")
STRIDES = 4
"""The number of strides before the picture is taken. They lead to the end of the second source's turn."""


def main() -> None:
    """Open the page, make STRIDES strides, and write a screenshot to PICTURE."""
    with serving() as server, sync_playwright() as playwright:
        program = os.environ.get("CHROMIUM")
        browser = playwright.chromium.launch(executable_path=program, args=["--disable-gpu"], chromium_sandbox=False)
        page = browser.new_page(base_url=server.url, viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
        page.goto("/")
        page.wait_for_selector("main[data-step]")
        for _ in range(STRIDES):
            page.keyboard.press("ArrowRight")
        page.screenshot(path=PICTURE)
        browser.close()
    print(f"wrote {PICTURE}")


if __name__ == "__main__":
    main()
