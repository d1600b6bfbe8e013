"""Test breakpoints: the changes of a value are marked on the scrubber, can be run to, and stop the player."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import agree, open_page
from viz.kernel.nodemask import NodeMask
from viz.trace.model import Trace


def facts(trace: Trace, node: int, step: int) -> list[object]:
    """Return everything that the registers hold about a node, and whether the node is the source."""
    bits = [node in NodeMask.parse(trace.at(mask, step)) for mask in trace.masks]
    return [*bits, *(trace.at(f"{array}[{node}]", step) for array in trace.arrays), trace.at("source", step) == node]


@pytest.mark.slow
def test_the_changes_of_what_is_asked_about_are_marked_run_to_and_stopped_at(page: Page, trace: Trace) -> None:
    """One press runs to the next change of a register, a cell or a node, and playing stops at each change."""
    open_page(page)
    page.click("[data-signal=used_targets] [data-cell='4']")
    changes = [
        s
        for s in range(1, trace.length)
        if "4" in trace.at("used_targets", s) and "4" not in trace.at("used_targets", s - 1)
    ]
    expect(page.locator("#ticks span")).to_have_count(1)
    page.click("#later-change")
    agree(page, trace, changes[0])
    page.click("[data-signal=next_pass] th button")
    steps = list(trace.signals["next_pass"].steps[1:])
    expect(page.locator("#ticks span")).to_have_count(len(steps))
    page.click("#later-change")
    agree(page, trace, next(step for step in steps if step > changes[0]))
    page.click("#earlier-change")
    agree(page, trace, [step for step in steps if step <= changes[0]][-1])
    page.click("#first")
    expect(page.locator("#change-of")).to_have_text(f"0 of {len(steps)} changes so far")
    expect(page.locator("#earlier-change")).to_have_attribute("aria-disabled", "true")
    page.locator("#earlier-change").press("Enter")
    expect(page.locator("#status")).to_have_text("It has not changed before.")

    # Playing stops at every change of a mask, even inside a stride, until the answer about the mask is closed.
    page.locator("#scrubber").fill(str(trace.opens))
    page.select_option("#speed", "8")
    for step in [step for step in trace.signals["next_pass"].steps if step > trace.opens]:
        page.click("#play-pause")
        expect(page.locator("main")).to_have_attribute("data-mode", "paused")
        agree(page, trace, step)
        expect(page.locator("#status")).to_have_text("Stopped at a change of next_pass.")
    page.click("#first")
    page.click("#close-why")
    expect(page.locator("#why")).to_be_hidden()
    expect(page.locator("#ticks span")).to_have_count(0)
    page.click("#play-pause")
    expect(page.locator("main")).to_have_attribute("data-mode", "ended")

    # A click on a node marks the steps where its turns, bits or cells change. A click on its column does the same.
    changes = [step for step in range(1, trace.length) if facts(trace, 1, step) != facts(trace, 1, step - 1)]
    for selector in ("[data-node='1'] .card", "[data-column='1']"):
        page.locator("#scrubber").fill("0")
        page.click(selector)
        expect(page.locator("#ticks span")).to_have_count(len(changes))
        for number, step in enumerate(changes, 1):
            page.click("#later-change")
            expect(page.locator("main")).to_have_attribute("data-step", str(step))
            expect(page.locator("#change-of")).to_have_text(f"node 1: change {number} of {len(changes)}")
        expect(page.locator("#later-change")).to_have_attribute("aria-disabled", "true")
    page.keyboard.press("Escape")
    expect(page.locator("#why")).to_be_hidden()
    expect(page.locator("#ticks span")).to_have_count(0)

    # The answer names the old value in its text, because the cell's tooltip is visible only to a pointer.
    store = next(step for step in range(trace.length) if trace.at("node_demotion[0]", step) == 1)
    page.select_option("#size", "0")
    page.locator("#scrubber").fill(str(store - 1))
    page.locator("#forward").click()
    page.click("[data-signal=node_demotion] [data-cell='0']")
    expect(page.locator("#answer .was")).to_have_text("node_demotion[0] was -1, now 1.")
