"""Test what the page says about tiers: guesses with their choices, sources of tiers, and tiers that a log implies."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import open_page
from tests.browser.test_accessibility import violations
from tests.browser.test_opening import drop, paste
from viz.topology.link import unpack

BOX = """available: 2 nodes (0-1)
node 0 cpus: 0 1 2 3
node 0 size: 64000 MB
node 0 free: 1000 MB
node 1 cpus:
node 1 size: 128000 MB
node 1 free: 1000 MB
node distances:
node   0   1
  0:  10  20
  1:  20  10
"""
TIERS = (
    "/sys/devices/virtual/memory_tiering/memory_tier4/nodelist:0\n"
    "/sys/devices/virtual/memory_tiering/memory_tier22/nodelist:1\n"
)
PRINTED = "Demotion targets for Node 0: preferred: 1, fallback: 1\nDemotion targets for Node 1: null\n"


def open_box(page: Page, text: str = BOX, kernel: str = "v6.11") -> None:
    """Paste the machine, and show it under a kernel."""
    open_page(page)
    paste(page, text)
    expect(page.locator("#paste")).to_be_hidden()
    expect(page.locator(".stage [data-node]")).to_have_count(2)
    page.select_option("#kernel", kernel)
    expect(page.locator("main")).to_have_attribute("data-kernel", kernel)


def targets(page: Page) -> list[str]:
    """Return the arrows at the last step as texts such as "0>1"."""
    page.click("#last")
    arrows: list[str] = page.locator(".stage .arrow.stored").evaluate_all(
        "(all) => all.map((one) => `${one.dataset.from}>${one.dataset.to}`)"
    )
    return arrows


@pytest.mark.slow
def test_a_guess_is_seen_at_once_and_each_choice_is_one_click(page: Page) -> None:
    """The owner of a machine sees the guess without choosing a kernel; only kernels with tiers rest on it."""
    open_page(page)
    paste(page, BOX)
    guess = page.locator("#guesses li")
    expect(guess).to_contain_text("nothing says what it is")
    expect(guess).to_be_in_viewport()
    page.select_option("#kernel", "v5.15")
    expect(guess).to_contain_text("For kernels from 6.1 on: Node 1 has memory and no CPUs")
    expect(page.locator(".trust")).to_have_count(0)
    page.select_option("#kernel", "v6.1")
    expect(guess).not_to_contain_text("For kernels")
    page.select_option("#kernel", "v6.11")
    expect(page.locator("main")).to_have_attribute("data-kernel", "v6.11")
    expect(guess).to_have_count(1)
    expect(guess).to_contain_text("Node 1 has memory and no CPUs; nothing says what it is. Taken as DRAM (tier 4)")
    expect(guess).to_be_in_viewport()
    choose_by_one_click(page)
    undo_and_link(page)


def choose_by_one_click(page: Page) -> None:
    """Choose what the node is, by keyboard and by pointer; a second click restores the guess. Look at it on a phone."""
    guess = page.locator("#guesses li")
    pressed = page.locator("#guesses [aria-pressed='true']")
    expect(pressed).to_have_text("DRAM (tier 4)")
    assert targets(page) == []
    page.get_by_role("button", name="CXL by dax/kmem (tier 22)").focus()
    page.keyboard.press("Enter")
    expect(pressed).to_have_text("CXL by dax/kmem (tier 22)")
    expect(pressed).to_be_focused()
    expect(guess).to_contain_text("Taken as CXL by dax/kmem (tier 22), as chosen.")
    assert targets(page) == ["0>1"]
    page.get_by_role("button", name="faster than DRAM (HBM)").click()
    expect(pressed).to_contain_text("HBM")
    assert targets(page) == ["1>0"]
    assert violations(page, "#guesses") == []
    pressed.click()
    expect(pressed).to_have_text("DRAM (tier 4)")
    expect(guess).not_to_contain_text("as chosen")
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.locator("#guesses").evaluate("(list) => list.scrollHeight <= list.clientHeight")
    assert violations(page, "#guesses") == []
    page.set_viewport_size({"width": 1440, "height": 900})


def undo_and_link(page: Page) -> None:
    """Undo a choice and make it again, and follow a link that has it."""
    pressed = page.locator("#guesses [aria-pressed='true']")
    page.click("#guesses [data-choice='pmem']")
    expect(pressed).to_contain_text("PMEM")
    link = re.search(r"machine=([\w-]+)", page.url)
    assert link
    assert unpack(link[1]).nodes[1].adistance == 2880
    page.keyboard.press("Control+z")
    expect(pressed).to_have_text("DRAM (tier 4)")
    page.keyboard.press("Control+y")
    expect(pressed).to_contain_text("PMEM")
    pressed.click()
    expect(pressed).to_have_text("DRAM (tier 4)")
    page.goto(f"/#machine={link[1]}&kernel=v6.12")
    expect(page.locator("#kernel")).to_have_value("v6.11")
    expect(page.locator("#warnings")).to_contain_text("Kernel v6.12 computes as row v6.11 does")
    expect(page.locator("#guesses li")).to_have_count(0)
    assert targets(page) == ["0>1"]


@pytest.mark.slow
def test_where_the_tiers_are_from_can_be_read(page: Page) -> None:
    """From the text of the machine, from files of tiers alone, or from a log, which says what tiers would print it."""
    open_box(page, BOX + TIERS)
    expect(page.locator("#guesses li")).to_have_count(0)
    page.click(".trust summary")
    expect(page.locator(".trust")).to_contain_text("Node 1: tier 22 from memory_tier22.")
    page.select_option("#kernel", "v7.0")
    expect(page.locator("main")).to_have_attribute("data-kernel", "v7.0")
    expect(page.locator(".trust li").last).to_be_visible()
    assert violations(page, ".trust") == []
    page.select_option("#kernel", "v6.11")
    expect(page.locator("main")).to_have_attribute("data-kernel", "v6.11")  # a run that comes closes the dialog
    paste(page, BOX)
    expect(page.locator("#guesses li")).to_have_count(1)
    add_files_of_tiers(page)
    read_a_log(page)


def add_files_of_tiers(page: Page) -> None:
    """Files of tiers alone are an addition to the machine on show."""
    paste(page, TIERS)
    expect(page.locator("#paste")).to_be_hidden()
    expect(page.locator("#guesses li")).to_have_count(0)
    expect(page.locator(".trust")).to_contain_text("memory_tier22")
    assert targets(page) == ["0>1"]
    page.reload()
    expect(page.locator("#title")).to_contain_text("numactl")
    assert targets(page) == ["0>1"]
    page.keyboard.press("Control+z")
    expect(page.locator("#guesses li")).to_have_count(1)


def read_a_log(page: Page) -> None:
    """Paste what the kernel printed; the page finds the tiers that would print it, and takes them."""
    paste(page, PRINTED)
    findings = page.locator("#findings")
    expect(findings).to_contain_text("v6.11 prints this if node 1 is in a slower tier than node 0")
    page.fill("#log-text", TIERS)
    page.click("#tool form .primary")
    expect(page.locator("#log-told")).to_have_text("2 of 2 lists differ from what v6.11 would print here.")
    assert violations(page, "#tool") == []
    page.click("#take-tiers")
    expect(page.locator("#log-told")).to_have_text("All 2 lists are what v6.11 would print here.")
    expect(page.locator("#take-tiers")).to_be_hidden()
    expect(page.locator(".trust")).to_contain_text("memory_tier22")


@pytest.mark.slow
def test_one_of_two_machines_is_one_click(page: Page) -> None:
    open_page(page)
    text = BOX + "\n" + BOX.replace("128000", "256000")
    for is_dropped in (False, True):
        if is_dropped:
            drop(page, "boxes.txt", text.encode())
        else:
            paste(page, text)
        choice = page.locator("#choose button")
        expect(choice).to_have_text(["line 1", "line 13"])
        expect(page.locator("#choose")).to_contain_text("This holds 2 machines.")
        expect(choice.first).to_be_focused()
        if not is_dropped:
            assert violations(page, "#paste") == []
            choice.last.click()
            expect(page.locator(".stage [data-node='1']")).to_contain_text("250 GiB")
        else:
            choice.first.click()
            expect(page.locator(".stage [data-node='1']")).to_contain_text("125 GiB")
        expect(page.locator("#paste")).to_be_hidden()
        page.click("#open-paste")
        expect(page.locator("#choose")).to_be_hidden()
        page.click("#close-paste")


def test_an_old_link_compares_with_its_row(page: Page) -> None:
    open_page(page, "/#topology=two-sockets-three-classes&kernel=v6.12&against=kernel:v6.12")
    expect(page.locator("#kernel")).to_have_value("v6.11")
    expect(page.locator("#twins select")).to_have_value("kernel:v6.12")
    expect(page.locator("#twins figure")).to_be_visible()
