"""Test the nodes that a cgroup may use: the field, the cards as switches, the stage, and the link."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import agree_all, follow, open_page
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


@pytest.mark.slow
def test_a_mask_is_set_in_the_field_and_by_the_cards(page: Page) -> None:
    """Only a label is seen before. A mask is normalised, linked and undone; a wrong one is refused at the field."""
    open_page(page, PAGE)
    field, error = page.locator("#allowed-nodes"), page.locator("#allowed-error")
    expect(page.locator("#allowed")).to_have_count(0)
    assert "allowed" not in (page.locator("[data-node='3']").get_attribute("aria-label") or "")
    page.get_by_role("button", name="Allowed nodes").focus()
    page.keyboard.press("Enter")
    expect(field).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#allowed")).to_be_hidden()
    expect(page.locator("#open-allowed")).to_be_focused()
    assert "allowed" not in page.url

    page.click("#open-allowed")
    set_mask(page, " 5,0,1, 2")
    expect(field).to_have_value("0-2,5")
    assert barred(page) == ["3", "4"]
    expect(page.locator("[data-node='3'] .barred")).to_be_visible()
    expect(page.locator("[data-node='0'] .barred")).to_be_hidden()
    for node, word in ((3, "not allowed"), (0, "allowed")):
        words = f"Node {node}: 64 GiB HBM, 16 CPUs; {word}; no target"
        expect(page.locator(f"[data-node='{node}']")).to_have_attribute("aria-label", words)
    expect(page.locator("#warnings")).to_contain_text("A cgroup on nodes 0-2,5: its cpuset decides where.")
    assert violations(page, ".stage-panel") == []
    assert "allowed=0-2%2C5" in page.url
    page.reload()
    expect(field).to_have_value("0-2,5")
    assert barred(page) == ["3", "4"]
    page.keyboard.press("Control+z")
    expect(field).to_have_value("")
    assert barred(page) == []

    set_mask(page, "0-2")
    expect(page.locator("#stage .node.not-allowed")).to_have_count(3)
    for text, told in (("9", "names node 9, which is not listed; the nodes are 0-5"), ("0-", "'0-' is no node id")):
        set_mask(page, text)
        expect(error).to_contain_text(told)
        expect(page.locator("#status")).to_have_text("")
        expect(field).to_have_attribute("aria-invalid", "true")
        assert barred(page) == ["3", "4", "5"], text
    assert violations(page, "#allowed") == []
    page.evaluate(
        "for (const mask of ['0-1', '9']) {"
        "document.querySelector('#allowed-nodes').value = mask; document.querySelector('#allowed').requestSubmit(); }"
    )
    expect(error).to_contain_text("names node 9")  # at the field, though it was asked while the first was under way
    expect(page.locator("#status")).to_have_text("")
    expect(field).to_have_value("9")
    assert barred(page) == ["2", "3", "4", "5"]
    set_mask(page, "0-3")
    expect(error).to_have_text("")
    assert barred(page) == ["4", "5"]
    page.click("#allow-all")
    expect(field).to_have_value("")

    page.click("[data-node='4'] .face")
    expect(page.locator("#question")).to_be_visible()  # a click on a card still asks about its node
    toggle = page.locator("#cards-switch")
    expect(toggle).to_have_attribute("aria-pressed", "false")
    toggle.click()
    expect(toggle).to_have_attribute("aria-pressed", "true")
    for node, mask in ((4, "0-3,5"), (1, "0,2-3,5"), (4, "0,2-5")):
        page.click(f"[data-node='{node}'] .face")
        expect(field).to_have_value(mask)
    assert barred(page) == ["1"]
    page.locator("[data-node='3']").focus()
    page.keyboard.press("Enter")
    expect(field).to_have_value("0,2,4-5")
    expect(page.locator("[data-node='3']")).to_be_focused()
    assert violations(page, ".stage-panel") == []
    toggle.click()
    page.click("[data-node='3'] .face")
    expect(page.locator("#question")).to_contain_text("node 3")
    expect(field).to_have_value("0,2,4-5")

    set_mask(page, "0-2")
    expect(page.locator("#stage .node.not-allowed")).to_have_count(3)
    toggle.click()
    page.evaluate(
        "for (const node of [0, 1]) document.querySelector(`[data-node='${node}']`)"
        ".dispatchEvent(new MouseEvent('click', {bubbles: true}))"
    )
    expect(field).to_have_value("2")  # two quick clicks both count
    page.click("[data-node='2'] .face")
    expect(error).to_contain_text("at least one node")
    page.click("#allow-all")
    expect(field).to_have_value("")
    expect(page.locator("#allow-all")).to_be_hidden()
    assert barred(page) == []
    assert "allowed" not in page.url


@pytest.mark.parametrize("hash", [f"#topology={NAME}&allowed=0-1", "#allowed=0-1"])
def test_a_link_gives_the_first_machine_a_mask(page: Page, hash: str) -> None:
    """The run in the page's document has no mask, so it is no answer to such a link."""
    open_page(page, f"/{hash}")
    expect(page.locator("#stage .node.not-allowed")).to_have_count(4)
    assert barred(page) == ["2", "3", "4", "5"]


@pytest.mark.slow
def test_stage_answers_and_tools_follow_the_mask(page: Page) -> None:
    """Every step is as in the trace under each kind of kernel; answers, leaks and events know the mask."""
    open_page(page)
    field = page.locator("#allowed-nodes")
    for kernel, mask in (("v7.0", "0-2,5"), ("v6.16", "0-1,3,5"), ("v6.11", "0,4"), ("v5.15", "0,4")):
        trace = Run.of(builtin(NAME).allowing(mask), kernel, "runtime").trace()
        follow(page, f"#topology={NAME}&kernel={kernel}&zonelists=runtime&allowed={mask}&step=0")
        expect(page.locator("main")).to_have_attribute("data-kernel", kernel)
        expect(field).to_have_value(mask)
        agree_all(page, trace, range(trace.length), range(trace.length))

    follow(page, f"#topology={NAME}&kernel=v6.11&allowed=0-1&step=0")
    expect(field).to_have_value("0-1")
    page.click("#last")
    leaks = page.locator("#stage .arrow.stored.leaks")
    expect(leaks.first).to_be_attached()
    expect(page.locator("#stage-text")).to_contain_text("may leak to")
    page.keyboard.press("Home")
    expect(leaks).to_have_count(0)

    # While the cgroup's chapter is shown, the last event stays marked, and the strip has no chip for the cgroup.
    follow(page, "#topology=losing-a-node&kernel=v7.0&allowed=0-1")
    expect(page.locator("#title")).to_have_text(builtin("losing-a-node").title)
    expect(field).to_have_value("0-1")
    chips = page.locator("#chips [data-chip]").count()
    page.click("#last")
    expect(page.locator("main")).to_have_attribute("data-chapter", "cgroup")
    expect(page.locator("#chips [aria-current]")).to_have_count(1)
    assert page.locator("#chips [data-chip]").count() == chips
    page.click("#tool-events")
    expect(page.locator("#tool .event h2")).to_contain_text("before and after: mem_online 1")
    page.click("#tool-compare")
    expect(page.locator(".twin svg")).to_have_count(1)
    page.click("#stop-comparing")
    page.click("#tool-code")

    follow(page, f"{PAGE.removeprefix('/')}&allowed=0-2,5")
    expect(page.locator("#title")).to_have_text(builtin(NAME).title)
    expect(field).to_have_value("0-2,5")
    page.click("#last")
    page.click("[data-node='3'] .face")
    expect(page.locator("#answer")).to_contain_text("allowed")
    expect(page.locator("#stage .arrow.stored[data-from='3'][data-to='5']")).to_have_count(1)
    expect(page.locator("#stage .arrow.stored[data-from='3'][data-to='4']")).to_have_count(0)


def test_machines_of_ones_own_have_a_mask_too(page: Page) -> None:
    """The editor keeps a mask, small cards show it, and the mask of a document can be taken away for good."""
    open_page(page, f"{PAGE}&allowed=0-2,5")
    expect(page.locator("#allowed-nodes")).to_have_value("0-2,5")
    page.click("#tool-edit")
    page.locator("#tool [name='node']").select_option("5")
    page.click("#tool [data-act='remove']")
    expect(page.locator("#allowed-nodes")).to_have_value("0-2")
    page.keyboard.press("Control+z")
    expect(page.locator("#allowed-nodes")).to_have_value("0-2,5")

    page.click("#open-paste")
    page.fill("#text", "8 sockets: cpu+dram, 8 cxl")
    page.click("#load")
    expect(page.locator("#paste")).to_be_hidden()
    set_mask(page, "0-9")
    expect(page.locator("#allowed-nodes")).to_have_value("0-9")
    expect(page.locator("#allow-all")).to_be_visible()
    assert len(barred(page)) == page.locator("#stage [data-node]").count() - 10

    drop(page, "box.json", json.dumps(builtin(NAME).document() | {"allowed": "0,3"}).encode())
    expect(page.locator("#allowed-nodes")).to_have_value("0,3")
    page.click("#allow-all")
    expect(page.locator("#allowed-nodes")).to_have_value("")
    page.reload()
    expect(page.locator("main")).to_have_attribute("data-step", "0")
    assert barred(page) == []
