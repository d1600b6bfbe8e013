"""Test the readers panel: its table of outcomes, a walk that is played by keyboard, and reads moved in time."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.steps import open_page, shown
from viz.analysis.run import Run
from viz.topology import builtin


def outcome(page: Page, name: str) -> Locator:
    """Return the row of a verdict in the table of the panel."""
    return page.locator(".verdicts tbody tr", has=page.get_by_role("rowheader", name=name))


@pytest.mark.slow
def test_the_readers_cycle_by_keyboard(page: Page) -> None:
    """A walk with a cycle is played. There is no cycle if a read is moved, or if an RCU section has the whole walk."""
    open_page(page)
    page.click("#tool-readers")
    page.get_by_role("button", name="First example").click()
    expect(outcome(page, "cycle")).to_contain_text("Sometimes")
    outcome(page, "cycle").locator("button").focus()
    page.keyboard.press("Enter")
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    expect(page.locator(".stage .walker .way path")).to_have_count(2)
    assert arrows(page) == ["0>1", "1>2"]
    page.keyboard.press("End")
    expect(page.locator(".witness-told")).to_contain_text("0 → 1 → 2 → 1: cycle")
    expect(page.locator(".stage .walker")).to_have_class("walker round")
    assert arrows(page) == ["0>2", "2>1"]
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".witness-told")).to_contain_text("It has been at node 1 before: a cycle.")

    page.get_by_role("slider", name="read of node_demotion[1]").focus()
    page.keyboard.press("ArrowDown")  # this moves the read past the disable of node 0
    page.keyboard.press("ArrowDown")  # this moves the read past the disable of node 1
    expect(page.locator(".witness-walk")).to_have_text("0 → 1 → stop: cut")
    page.keyboard.press("ArrowUp")
    expect(page.locator(".witness-walk")).to_contain_text("0 → 1 → 2 →")
    page.get_by_role("button", name="As it was").click()
    expect(page.locator(".witness-walk")).to_have_text("0 → 1 → 2 → 1: cycle")

    page.select_option("[name=protocol]", "grace-walk")
    expect(outcome(page, "cycle")).to_contain_text("Never")
    page.locator("#back").click()
    assert page.locator(".stage [data-node]").count() == 6


@pytest.mark.slow
def test_the_readers_own_code_is_shown_while_a_walk_is_played(page: Page) -> None:
    """The code is next_demotion_node() of the protocol. At each read, its line is marked and shows the value read."""
    page.set_viewport_size({"width": 1280, "height": 720})
    open_page(page)
    page.click("#tool-readers")
    page.get_by_role("button", name="First example").click()
    code = page.locator(".witness-code")
    for protocol, file in (("barrier", "migrate.py"), ("grace-hop", "migrate_v5_15.py"), ("in-place", "migrate.py")):
        page.select_option("[name=protocol]", protocol)
        expect(page.locator(".outcome")).to_be_visible()
        outcome(page, "cycle").locator("button").click()
        expect(code.locator("ol")).to_have_attribute("data-function", f"{file} next_demotion_node")
        expect(code.locator(".now")).to_have_count(0)
        page.keyboard.press("ArrowRight")
        marked = code.locator(".now")
        expect(marked).to_contain_text("yield READ_ONCE(node_demotion[node])")
        expect(marked.locator(".values")).to_have_text("node = 0, target = 1")
        expect(code.locator("a")).to_contain_text("next_demotion_node() of")
        for element in (marked, page.locator(".lanes tr.now")):
            expect(element).to_be_in_viewport(ratio=1)
        while "reads [" in page.locator(".lanes tr.now").inner_text():
            page.keyboard.press("ArrowRight")
        expect(code.locator(".now")).to_have_count(0)
        expect(code.locator(".values")).to_have_count(0)
    expect(code.locator("ol")).to_contain_text("READ_ONCE")


@pytest.mark.slow
def test_several_targets_own_orders_claims_and_the_link(page: Page) -> None:
    """Under 6.1 a walk is played, the link opens it again at its moment, and the patch's claims are listed."""
    open_page(page, "/#topology=one-socket-two-equal&kernel=v6.1")
    page.click("#tool-readers")
    expect(page.locator(".usual")).to_contain_text("a reader draws one at random at each hop")
    expect(page.locator(".orders dd.new")).to_have_text("0 → 1 or 2")
    page.select_option("[name=event]", "own")
    page.fill("[name=old]", "0 -> 1 or 2")
    page.fill("[name=new]", "0 → 2, 1 → 2")
    page.locator("button.own").click()
    expect(outcome(page, "mixed")).to_contain_text("For pages:")
    outcome(page, "mixed").locator("button").click()
    page.keyboard.press("ArrowRight")
    told = page.locator(".witness-told").inner_text()
    assert "draws from preferred[0]" in told
    expect(page).to_have_url(re.compile("readers=own"))
    page.wait_for_timeout(600)  # the address is written a little later than the moment is shown
    address = page.url
    page.goto("about:blank")
    open_page(page, address)
    expect(page.locator(".witness-told")).to_have_text(told)

    page.click(".claims-table summary")
    expect(page.locator(".claims-table")).to_contain_text("none of the patch's comments")
    page.select_option("#kernel", "v5.15")
    expect(page.locator("main")).to_have_attribute("data-kernel", "v5.15")
    page.locator(".claims-table summary").click()
    page.locator(".claims-table summary").click()
    row = page.locator(".claims-table tbody tr", has_text="several sources can share a target")
    expect(row).to_contain_text("does not hold")
    row.get_by_role("button").click()
    expect(page.locator("#code li.now")).to_be_visible()
    assert page.locator("main").get_attribute("data-pass") == "1"


def arrows(page: Page) -> list[str]:
    """Return the arrows on the stage, which show the content of node_demotion, as sorted texts such as "0>1"."""
    stored = page.locator(".stage .arrow.stored")
    return sorted(stored.evaluate_all("all => all.map(one => `${one.dataset.from}>${one.dataset.to}`)"))


def test_an_event_takes_the_player_along_and_a_read_is_dragged(page: Page) -> None:
    trace = Run.of(builtin("losing-a-node")).trace()
    open_page(page, "/#topology=losing-a-node&kernel=v5.15&step=60")
    page.click("#tool-readers")
    expect(page.locator("[name=protocol]")).to_have_value("grace-hop")
    page.select_option("#kernel", "posted")
    expect(page.locator("[name=protocol]")).to_have_value("barrier")
    page.select_option("[name=event]", "1")
    outcome(page, "mixed").locator("button").click()
    page.keyboard.press("End")
    step = int(shown(page)["step"])
    assert trace.at("operation", step)[0] == "Store"
    assert trace.chapters[trace.at("chapter", step)].name == "mem_offline"

    read = page.get_by_role("slider", name="read of node_demotion[0]")
    read.scroll_into_view_if_needed()
    last = page.locator(".lanes tr").last
    page.mouse.move(*middle(read))
    page.mouse.down()
    page.mouse.move(*middle(last), steps=4)
    page.mouse.move(*middle(last), steps=2)
    page.mouse.up()
    expect(page.locator(".witness-walk")).to_have_text("0 → 2 → 5 → stop: new")
    page.locator("#forward").click()  # the run's player removes the reader from the stage
    expect(page.locator(".stage .walker")).to_have_count(0)
    expect(page.locator(".witness-told")).to_contain_text("The stage shows the run again")


def middle(element: Locator) -> tuple[float, float]:
    box = element.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
