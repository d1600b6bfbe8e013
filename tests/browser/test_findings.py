"""Test the list of findings: three are visible, the rest can be opened, and each leads to its step."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser.conftest import Watch
from tests.browser.renewing import LOST
from tests.browser.steps import at, choose, open_page
from tests.browser.test_accessibility import violations
from tests.relay import Relay
from viz.analysis.findings import Finding, findings
from viz.analysis.run import Run
from viz.topology import builtin, load

pytestmark = pytest.mark.slow

CASE = "boot-or-runtime"
LISTING = """available: 3 nodes (0-2)
node 0 cpus: 0 1
node 0 size: 1024 MB
node 1 cpus: 2 3
node 1 size: 1024 MB
node 2 cpus:
node 2 size: 1024 MB
node distances:
node   0   1   2
  0:  10  21  24
  1:  21  10  14
  2:  24  14  10
"""


def agrees(page: Page, found: list[Finding]) -> None:
    """Assert that the page lists exactly these findings, and that only the first three are visible."""
    entries = page.locator("[data-finding]")
    expect(entries).to_have_count(len(found))
    for place, finding in enumerate(found):
        entry = entries.nth(place)
        expect(entry).to_have_attribute("data-finding", finding.id)
        expect(entry).to_contain_text(f"{finding.says} step {finding.step}")
        assert entry.is_visible() == (place < 3)


def test_it_lists_what_is_odd_and_leads_to_the_steps(context: BrowserContext, page: Page) -> None:
    """The list follows the machine and the kernel, is part of a mail, and the stage keeps its size when it comes."""
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    held: list[Route] = []
    page.route("**/ask/findings", lambda route: held.append(route))
    open_page(page, f"/#topology={CASE}")
    with page.expect_request("**/ask/findings"):
        pass
    size: Any = page.locator("#stage").bounding_box()
    for route in held:
        route.continue_()
    page.unroute("**/ask/findings")
    expect(page.locator("[data-finding]")).not_to_have_count(0)
    assert page.locator("#stage").bounding_box() == size

    found = findings(Run.of(builtin(CASE)))
    assert len(found) > 3
    expect(page.locator("#machine-findings h2")).to_have_text(f"{len(found)} things to know about this machine")
    agrees(page, found)
    page.click("[data-finding=versions-disagree]")
    assert at(page) == next(finding.step for finding in found if finding.id == "versions-disagree")
    page.locator("#machine-findings summary").press("Enter")
    page.locator("[data-finding=tie]").press("Enter")
    assert at(page) == next(finding.step for finding in found if finding.id == "tie")
    for theme in ("light", "dark"):
        assert violations(page, "#machine-findings") == [], theme
        page.click("#theme")

    page.click("#open-share")
    page.click("#copy-text")
    expect(page.locator("#share-note")).to_contain_text("Text copied.")
    text = page.evaluate("navigator.clipboard.readText()")
    assert f"\n{len(found)} things to know about this machine\n" in text
    assert all(f"({finding.id}," in re.sub(r"\s+", " ", text) for finding in found)
    assert max(map(len, text.splitlines()[:-1])) <= 72  # the last line is the address
    page.keyboard.press("Escape")

    choose(page, "two-sockets-three-classes")
    agrees(page, findings(Run.of(builtin("two-sockets-three-classes"))))
    expect(page.locator("#machine-findings h2")).to_have_text("1 thing to know about this machine")
    example = page.locator("#machine-findings .example").bounding_box()
    assert example
    assert example["height"] >= 24
    expect(page.locator("#machine-findings .example")).to_have_text(
        "see the story “Why has node 1 lost its own slow memory in 5.17?”"
    )
    choose(page, "two-sockets-one-expander")
    agrees(page, findings(Run.of(builtin("two-sockets-one-expander"))))
    expect(page.locator("[data-finding=no-target]")).to_contain_text("node 0 took node 2")
    page.select_option("#kernel", "v6.1")
    agrees(page, findings(Run.of(builtin("two-sockets-one-expander"), "v6.1")))
    choose(page, "nothing-to-demote")
    expect(page.locator("#machine-findings")).to_have_text("Nothing is odd about this machine.")


def test_pasted_machines_have_their_own_and_a_large_one_when_the_visitor_asks(page: Page) -> None:
    open_page(page)
    page.click("#open-paste")
    page.fill("#text", LISTING)
    page.click("#load")
    loaded = load(LISTING)
    agrees(page, findings(Run.of(loaded.topology), loaded.guesses_under(False)))
    page.select_option("#kernel", "v6.11")
    agrees(page, findings(Run.of(loaded.topology, "v6.11"), loaded.guesses_under(True)))
    expect(page.locator("[data-finding=guess]")).to_be_attached()
    page.click("#guesses [data-choice=cxl]")
    expect(page.locator("[data-finding=guess]")).to_have_count(0)
    expect(page.locator("#machine-findings > *")).not_to_have_count(0)

    page.select_option("#kernel", "posted")
    expect(page.locator("main")).to_have_attribute("data-kernel", "posted")
    page.click("#open-paste")
    page.fill("#text", "66 sockets: cpu+dram; shared cxl")
    page.click("#load")
    wanted = page.get_by_role("button", name="What is odd about this machine?")
    expect(wanted).to_be_visible()
    expect(page.locator("[data-finding]")).to_have_count(0)
    wanted.click()
    expect(page.locator("[data-finding=no-target]")).to_contain_text("Nodes 1, 2, 3")


def test_a_server_that_is_busy_refuses_or_is_gone_stops_nothing_and_is_asked_again(
    page: Page, watch: Watch, usual_relay: Relay
) -> None:
    answers: list[str] = []

    def busy_once(route: Route) -> None:
        answers.append("busy" if not answers else "asked")
        if answers[-1] == "busy":
            route.fulfill(json={"error": "The server is busy.", "busy": True})
        else:
            route.continue_()

    page.route("**/ask/findings", busy_once)
    open_page(page, f"{usual_relay.url}/#topology={CASE}")
    expect(page.locator("[data-finding]")).not_to_have_count(0)
    assert answers == ["busy", "asked"]
    page.unroute("**/ask/findings")

    page.route("**/ask/findings", lambda route: route.fulfill(json={"error": "Not today."}))
    choose(page, "two-sockets-three-classes")
    expect(page.locator("#machine-findings .refusal")).to_have_text("Not today.")
    step = at(page)
    page.keyboard.press("ArrowRight")
    assert at(page) > step
    page.unroute("**/ask/findings")
    page.get_by_role("button", name="What is odd about this machine?").click()
    expect(page.locator("[data-finding]")).not_to_have_count(0)

    waiting: list[Route] = []
    page.wait_for_selector("#messages", state="attached")
    page.route("**/ask/findings", lambda route: waiting.append(route))
    with page.expect_request("**/ask/findings"):
        choose(page, CASE)
    watch.allow(LOST)
    usual_relay.cut()
    for route in waiting:
        route.abort()
    page.unroute("**/ask/findings")
    expect(page.locator("#machine-findings .refusal")).to_contain_text("The server does not answer")
    step = at(page)
    page.keyboard.press("ArrowRight")
    assert at(page) > step
    usual_relay.back()
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.locator("[data-finding]")).not_to_have_count(0)
