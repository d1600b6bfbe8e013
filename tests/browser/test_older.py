"""Test that links and exported pages that an older commit (4beec3a) made still show what they showed then."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Watch
from tests.browser.steps import shown
from tests.serving import ROOT
from viz.kernel.releases import version

OLDER = ROOT / "tests" / "older"
ROWS: list[dict[str, Any]] = [json.loads(line) for line in (OLDER / "links.jsonl").read_text().splitlines()]
"""For each link what the page of that commit showed: the title, step, arrows and registers."""


def expect_picture(page: Page, row: dict[str, Any], kernel: str) -> None:
    """Assert that the page shows the machine, kernel, step, arrows and registers of the row."""
    expect(page.locator("#title")).to_have_text(row["title"])
    expect(page.locator("main")).to_have_attribute("data-kernel", kernel)
    expect(page.locator("main")).to_have_attribute("data-step", str(row["step"]))
    found = shown(page)
    assert found["length"] == str(row["length"])
    assert found["arrows"] == row["arrows"]
    assert {name: found["registers"][name] for name in row["registers"]} == row["registers"]


@pytest.mark.slow
def test_a_dozen_links_open_the_same_picture(page: Page) -> None:
    assert len(ROWS) == 12
    for row in ROWS:
        page.goto(f"/{row['link']}")
        page.wait_for_selector("main[data-step]")
        kernel = version(row["kernel"]).name  # v6.12 was a row of its own then, and now belongs to another row
        expect_picture(page, row, kernel)


def test_exported_pages_open_the_same_picture(page: Page, watch: Watch, tmp_path: Path) -> None:
    """Each holds the program of that commit and nothing of today's, so that a few of them are enough."""
    watch.origins.add("file://")
    with tarfile.open(OLDER / "exports.tar.xz") as archive:
        if hasattr(tarfile, "data_filter"):  # Python 3.11.3 and older have none
            archive.extractall(tmp_path, filter="data")
        else:
            archive.extractall(tmp_path)
    for row in ROWS[::4]:
        page.goto(f"{(tmp_path / row['export']).as_uri()}#step={row['step']}")
        page.wait_for_selector("main[data-step]")
        expect_picture(page, row, row["kernel"])
