"""Follow the recipes of docs/architecture.md for a register, a button and a tool in a copy; try all in a browser."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Watch
from tests.browser.steps import open_page
from tests.serving import NOTHING_AHEAD, ROOT, Server, serving
from tests.test_recipes import follow


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Yield a server of a copy of the repository in which these recipes have been followed."""
    copy = tmp_path_factory.mktemp("copy")
    for name in ("viz", "assets", "topologies", "docs"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    follow("Add a register", copy)
    follow("Add a button with a key", copy)
    follow("Add a tool", copy)
    start = f"import sys; sys.path[0] = {str(copy)!r}; {NOTHING_AHEAD}; from viz.cli import main; main()"
    with serving(program=(sys.executable, "-c", start), cwd=copy) as server:
        yield server


@pytest.mark.slow
def test_the_register_and_the_tool_follow_the_steps_and_the_button_does_what_its_key_does(
    page: Page, watch: Watch, changed: Server
) -> None:
    watch.origins.add(changed.url)
    open_page(page, changed.url)
    row = page.locator("[data-signal=finished]")
    expect(row).to_have_attribute("data-value", "")
    page.keyboard.press("End")
    expect(row).to_have_attribute("data-value", "0-5")
    row.locator("[data-cell='3']").click()
    expect(page.locator("#question")).to_have_text("Why is node 3 in finished?")
    presses: list[Callable[[], None]] = [lambda: page.click("#slow-motion"), lambda: page.keyboard.press("z")]
    for press in presses:
        page.select_option("#speed", "4")
        page.locator("#stage").click(position={"x": 2, "y": 2})
        press()
        expect(page.locator("#speed")).to_have_value("0.25")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_contain_text("slow motion")
    page.keyboard.press("Escape")

    page.click("#tool-census")
    expect(page.locator("#tool .counted")).to_have_text("4 of 6 nodes demote.")
    expect(page.locator("#tool .counted")).to_have_css("font-size", "22px")
    page.keyboard.press("Home")
    expect(page.locator("#tool .counted")).to_have_text("0 of 6 nodes demote.")
    open_page(page, f"{changed.url}/#tool=census")
    expect(page.locator("#tool .counted")).to_be_visible()
