"""Test the doctor's panel: its report on the machine of the page, on a tarball, and on pasted lines of files."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import open_page
from tests.browser.test_accessibility import violations
from tests.browser.test_opening import drop
from tests.doctor.machines import Files, machine, packed, write
from viz.doctor.collect import script

SWITCH = "sys/kernel/mm/numa/demotion_enabled"


def test_it_says_what_is_known_and_takes_more(page: Page) -> None:
    open_page(page)
    page.click("#tool-doctor")
    verdict = page.locator("#doctor-verdict")
    expect(verdict).to_contain_text("It is not known whether this machine demotes")
    expect(page.locator("#doctor-findings .cause")).to_have_count(0)
    kernel = page.locator("#doctor-kernel")
    expect(kernel).to_contain_text("Kernel: unknown, and none is assumed.")
    page.select_option("#kernel", "v6.1")
    expect(kernel).to_have_text("Kernel: v6.1, the one chosen above the stage")
    page.click("#doctor-files summary")
    page.fill("#doctor-more", f"/{SWITCH}:false\n/proc/sys/kernel/osrelease:5.15.3\n")
    page.get_by_role("button", name="Look again").click()
    expect(verdict).to_contain_text("the switch is off; once it is on, node 0 would demote to node 1")
    expect(page.locator("[data-finding='switch-off']")).to_contain_text(f"/{SWITCH}: false")
    expect(kernel).to_have_text("Kernel: 5.15.3")
    assert violations(page, "#tool") == []
    page.click("#tool-code")
    page.click("#tool-doctor")
    expect(page.locator("#doctor-more")).to_be_visible()
    expect(verdict).to_contain_text("the switch is off")


@pytest.mark.slow
def test_a_dropped_tarball_is_examined_though_nothing_of_it_can_be_shown(page: Page, tmp_path: Path) -> None:
    """The script that makes such a tarball is saved here; distances that the tarball lacks can be filled in."""
    whole = write(tmp_path / "whole", machine("7.3.4", {"proc/sys/vm/swappiness": "0"}))
    rows: Files = {f"sys/devices/system/node/node{node}/distance": None for node in (0, 1)}
    root = write(tmp_path / "part", machine("7.3.4", rows | {"proc/sys/vm/swappiness": "0"}))
    open_page(page)
    title = page.locator("#title").inner_text()
    drop(page, "box.tar.gz", packed(root))
    expect(page.locator("#tool-doctor")).to_have_attribute("aria-selected", "true")
    expect(page.locator("#doctor-copy")).to_contain_text("This is about box.tar.gz. The stage keeps another machine")
    expect(page.locator("#doctor-verdict")).to_contain_text("This machine demotes: node 0 demotes to node 1")
    expect(page.locator("#doctor-kernel")).to_have_text("Kernel: 7.3.4")
    expect(page.locator("#paste")).to_be_hidden()
    expect(page.locator("#title")).to_have_text(title)
    assert violations(page, "#tool") == []
    page.get_by_role("button", name="Fill in distances").click()
    page.click("#fill-in")
    expect(page.locator("#doctor-copy")).to_be_hidden()
    expect(page.locator("#title")).not_to_have_text(title)
    expect(page.locator("[data-finding='swappiness']")).to_be_visible()

    drop(page, "x.tar.gz", packed(whole))
    expect(page.locator("#doctor-verdict")).to_have_text(
        "This machine demotes: node 0 demotes to node 1; 700 pages were demoted so far."
    )
    expect(page.locator("#doctor-findings .cause li")).to_have_count(1)
    page.click("#doctor-findings .unknown summary")
    page.click("#doctor-findings .ok summary")
    assert violations(page, "#tool") == []
    page.click("#doctor-files summary")
    with page.expect_download() as download:
        page.click("#save-script")
    assert Path(download.value.path()).read_text() == script()
