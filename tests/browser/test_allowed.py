"""Test the nodes that a cgroup may use: the field, the cards as switches, the stage, and the link."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import agree_all, open_page
from tests.browser.test_accessibility import violations
from tests.browser.test_opening import drop
from viz.analysis.run import Run
from viz.topology import builtin

NAME = "two-sockets-three-classes"
PAGE = f"/#topology={NAME}&kernel=v7.0"


def barred(page: Page) -> list[str]:
    """Return the ids of the nodes whose cards say that they are not allowed."""
    found: list[str] = page.locator("#stage .node.not-allowed").evaluate_all(
        "(all) => all.map((one) => one.dataset.node)"
    )
    return found


def set_mask(page: Page, text: str) -> None:
    page.fill("#allowed-nodes", text)
    page.keyboard.press("Enter")


def test_only_a_label_is_seen_until_a_mask_is_set(page: Page) -> None:
    open_page(page, PAGE)
    expect(page.locator("#allowed")).to_have_count(0)
    assert "allowed" not in (page.locator("[data-node='3']").get_attribute("aria-label") or "")
    page.get_by_role("button", name="Allowed nodes").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#allowed-nodes")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#allowed")).to_be_hidden()
    expect(page.locator("#open-allowed")).to_be_focused()
    assert "allowed" not in page.url


def test_a_mask_is_normalised_shown_and_in_the_link(page: Page) -> None:
    open_page(page, PAGE)
    page.click("#open-allowed")
    set_mask(page, " 5,0,1, 2")
    expect(page.locator("#allowed-nodes")).to_have_value("0-2,5")
    assert barred(page) == ["3", "4"]
    expect(page.locator("[data-node='3'] .barred")).to_be_visible()
    expect(page.locator("[data-node='0'] .barred")).to_be_hidden()
    for node, word in ((3, "not allowed"), (0, "allowed")):
        words = f"Node {node}: 64 GiB HBM, 16 CPUs; {word}; no target"
        expect(page.locator(f"[data-node='{node}']")).to_have_attribute("aria-label", words)
    expect(page.locator("#warnings")).to_contain_text("A cgroup on nodes 0-2,5: its cpuset decides where.")
    assert violations(page) == []
    assert "allowed=0-2%2C5" in page.url
    page.reload()
    expect(page.locator("#allowed-nodes")).to_have_value("0-2,5")
    assert barred(page) == ["3", "4"]
    page.keyboard.press("Control+z")
    expect(page.locator("#allowed-nodes")).to_have_value("")
    assert barred(page) == []


@pytest.mark.parametrize(
    ("text", "told"), [("9", "names node 9, which is not listed; the nodes are 0-5"), ("0-", "'0-' is no node id")]
)
def test_a_wrong_list_has_one_error_beside_the_field(page: Page, text: str, told: str) -> None:
    open_page(page, f"{PAGE}&allowed=0-2")
    set_mask(page, text)
    expect(page.locator("#allowed-error")).to_contain_text(told)
    expect(page.locator("#status")).to_have_text("")
    expect(page.locator("#allowed-nodes")).to_have_attribute("aria-invalid", "true")
    assert violations(page) == []
    assert barred(page) == ["3", "4", "5"]
    set_mask(page, "0-3")
    expect(page.locator("#allowed-error")).to_have_text("")
    assert barred(page) == ["4", "5"]


def test_cards_are_switches_while_the_toggle_is_on(page: Page) -> None:
    open_page(page, PAGE)
    page.click("#open-allowed")
    page.click("[data-node='4'] .face")
    expect(page.locator("#question")).to_be_visible()  # a click on a card still asks about its node
    toggle = page.locator("#cards-switch")
    expect(toggle).to_have_attribute("aria-pressed", "false")
    toggle.click()
    expect(toggle).to_have_attribute("aria-pressed", "true")
    for node, mask in ((4, "0-3,5"), (1, "0,2-3,5"), (4, "0,2-5")):
        page.click(f"[data-node='{node}'] .face")
        expect(page.locator("#allowed-nodes")).to_have_value(mask)
    assert barred(page) == ["1"]
    page.locator("[data-node='3']").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#allowed-nodes")).to_have_value("0,2,4-5")
    expect(page.locator("[data-node='3']")).to_be_focused()
    assert violations(page) == []
    toggle.click()
    page.click("[data-node='3'] .face")
    expect(page.locator("#question")).to_contain_text("node 3")
    expect(page.locator("#allowed-nodes")).to_have_value("0,2,4-5")


def test_two_quick_clicks_both_count_and_the_last_node_stays(page: Page) -> None:
    open_page(page, f"{PAGE}&allowed=0-2")
    page.click("#cards-switch")
    page.evaluate(
        "for (const node of [0, 1]) document.querySelector(`[data-node='${node}']`)"
        ".dispatchEvent(new MouseEvent('click', {bubbles: true}))"
    )
    expect(page.locator("#allowed-nodes")).to_have_value("2")
    page.click("[data-node='2'] .face")
    expect(page.locator("#allowed-error")).to_contain_text("at least one node")
    page.click("#allow-all")
    expect(page.locator("#allowed-nodes")).to_have_value("")
    expect(page.locator("#allow-all")).to_be_hidden()
    assert barred(page) == []
    assert "allowed" not in page.url


@pytest.mark.parametrize(
    ("kernel", "mask"), [("v7.0", "0-2,5"), ("v6.16", "0-1,3,5"), ("v6.11", "0,4"), ("v5.15", "0,4")]
)
def test_every_step_shows_what_the_trace_says(page: Page, kernel: str, mask: str) -> None:
    trace = Run.of(builtin(NAME).allowing(mask), kernel, "runtime").trace()
    open_page(page, f"/#topology={NAME}&kernel={kernel}&zonelists=runtime&allowed={mask}&step=0")
    expect(page.locator("#allowed-nodes")).to_have_value(mask)
    agree_all(page, trace, range(trace.length), range(trace.length))


def test_why_answers_for_the_cgroup(page: Page) -> None:
    open_page(page, f"{PAGE}&allowed=0-2,5")
    page.click("#last")
    page.click("[data-node='3'] .face")
    expect(page.locator("#answer")).to_contain_text("allowed")
    expect(page.locator("#stage .arrow.stored[data-from='3'][data-to='5']")).to_have_count(1)
    expect(page.locator("#stage .arrow.stored[data-from='3'][data-to='4']")).to_have_count(0)


def test_what_leaks_is_drawn_as_what_can_happen(page: Page) -> None:
    open_page(page, f"/#topology={NAME}&kernel=v6.11&allowed=0-1")
    page.click("#last")
    leaks = page.locator("#stage .arrow.stored.leaks")
    expect(leaks.first).to_be_attached()
    expect(page.locator("#stage-text")).to_contain_text("may leak to")
    page.keyboard.press("Home")
    expect(leaks).to_have_count(0)


def test_a_mask_of_a_document_can_be_taken_away(page: Page) -> None:
    open_page(page)
    document = builtin(NAME).document() | {"allowed": "0,3"}
    drop(page, "box.json", json.dumps(document).encode())
    expect(page.locator("#allowed-nodes")).to_have_value("0,3")
    page.click("#allow-all")
    expect(page.locator("#allowed-nodes")).to_have_value("")
    page.reload()
    expect(page.locator("main")).to_have_attribute("data-step", "0")
    assert barred(page) == []


def test_small_cards_show_it_too(page: Page) -> None:
    open_page(page)
    page.click("#open-paste")
    page.fill("#text", "8 sockets: cpu+dram, 8 cxl")
    page.click("#load")
    expect(page.locator("#paste")).to_be_hidden()
    page.click("#open-allowed")
    set_mask(page, "0-9")
    expect(page.locator("#allowed-nodes")).to_have_value("0-9")
    expect(page.locator("#allow-all")).to_be_visible()
    assert len(barred(page)) == page.locator("#stage [data-node]").count() - 10


def test_events_and_the_cgroup_at_the_end(page: Page) -> None:
    """While the cgroup's chapter is shown, the last event stays marked, and the strip has no chip for the cgroup."""
    open_page(page, "/#topology=losing-a-node&kernel=v7.0&allowed=0-1")
    expect(page.locator("#allowed-nodes")).to_have_value("0-1")
    chips = page.locator("#chips [data-chip]").count()
    page.click("#last")
    expect(page.locator("main")).to_have_attribute("data-chapter", "cgroup")
    expect(page.locator("#chips [aria-current]")).to_have_count(1)
    assert page.locator("#chips [data-chip]").count() == chips
    page.click("#tool-events")
    expect(page.locator("#tool .event h2")).to_contain_text("before and after: mem_online 1")
    page.click("#tool-compare")
    expect(page.locator(".twin svg")).to_have_count(1)


def test_the_editor_keeps_the_mask(page: Page) -> None:
    open_page(page, f"{PAGE}&allowed=0-2,5")
    expect(page.locator("#allowed-nodes")).to_have_value("0-2,5")
    page.click("#tool-edit")
    page.locator("#tool [name='node']").select_option("5")
    page.click("#tool [data-act='remove']")
    expect(page.locator("#allowed-nodes")).to_have_value("0-2")
    page.keyboard.press("Control+z")
    expect(page.locator("#allowed-nodes")).to_have_value("0-2,5")
