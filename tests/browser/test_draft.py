"""Test the draft, an edited machine: edits add up, refused edits change nothing, reloads and outages lose nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser.conftest import Watch
from tests.browser.editing import cell, document, effect, open_editor, undo_all
from tests.browser.steps import choose, open_page
from tests.browser.test_edit import load
from tests.relay import Relay

pytestmark = pytest.mark.slow

ANSWERS = "**/_dash-update-component*"
LOST = "ERR_FAILED|ERR_CONNECTION_REFUSED|did not respond|Failed to fetch"


def is_run(route: Route) -> bool:
    """Return whether a request is for a run, in contrast to one for a chart."""
    return (route.request.post_data or "").startswith('{"output":"play.')


def on_runs(page: Page, act: Callable[[Route], None]) -> None:
    """Let `act` handle all later requests for a run; other requests are not affected."""
    page.route(ANSWERS, lambda route: act(route) if is_run(route) else route.continue_())


def type_distance(page: Page, row: int, column: int, distance: int) -> None:
    cell(page, row, column).click()
    page.keyboard.type(str(distance))
    page.keyboard.press("Enter")


def test_edits_add_up_and_none_is_lost_while_the_server_refuses_is_busy_or_is_gone(page: Page, watch: Watch) -> None:
    """What the server refuses leaves no trace; all else is kept, over another kernel and over a reload, too."""
    open_editor(page)
    page.evaluate(
        """async () => {
            const { change, documentOf } = await ours("#player/history");
            for (let place = 1; place < 6; place++) {
                const machine = documentOf();
                machine.distances[0][place] = 40 + place;
                change(machine, `edit ${place}`);
            }
        }"""
    )
    expect(cell(page, 0, 5)).to_have_text("45")
    expect(effect(page)).to_contain_text("more edits")
    assert document(page)["distances"][0] == [10, 41, 42, 43, 44, 45]
    for place in (5, 4, 3, 2, 1):
        expect(page.locator("[data-act='undo']")).to_have_text(f"Undo edit {place}")
        page.keyboard.press("Control+z")
    expect(page.locator("[data-act='undo']")).to_be_disabled()
    expect(cell(page, 0, 1)).to_have_text("15")

    before = document(page)
    answer = {"response": {"play": {"data": {"error": "the server will not have it"}}}, "multi": True}
    on_runs(page, lambda route: route.fulfill(content_type="application/json", body=json.dumps(answer)))
    field = page.get_by_label("label", exact=True)
    field.fill("odd")
    page.keyboard.press("Enter")
    expect(page.locator("#node-refusal")).to_have_text("the server will not have it")
    expect(field).to_have_value("odd")
    expect(page.locator("[data-act='undo']")).to_be_disabled()
    page.unroute(ANSWERS)
    type_distance(page, 1, 2, 90)
    expect(effect(page)).to_contain_text("Raising d(1,2)")
    assert document(page)["nodes"] == before["nodes"]
    undo_all(page, 1)

    answer = {"response": {"play": {"data": {"error": "The server is busy.", "busy": True}}}, "multi": True}
    on_runs(page, lambda route: route.fulfill(content_type="application/json", body=json.dumps(answer)))
    type_distance(page, 1, 2, 90)
    expect(page.locator(".unanswered")).to_contain_text("The server is busy.")
    expect(cell(page, 1, 2)).to_have_text("90")
    page.unroute(ANSWERS)
    page.get_by_role("button", name="Try again").click()
    expect(effect(page)).to_contain_text("Raising d(1,2)")
    undo_all(page, 1)

    watch.allow(LOST)
    on_runs(page, lambda route: route.abort())
    type_distance(page, 1, 2, 90)
    expect(page.locator("#grid-refusal")).to_have_text("The server does not answer. This page plays on.")
    expect(page.locator(".unanswered")).to_contain_text("kept here")
    expect(cell(page, 1, 2)).to_have_text("90")
    type_distance(page, 0, 1, 44)
    expect(cell(page, 1, 2)).to_have_text("90")
    page.keyboard.press("ArrowLeft")
    page.unroute(ANSWERS)
    page.get_by_role("button", name="Try again").click()
    expect(effect(page)).to_contain_text("Raising d(1,2) and d(2,1) to 90, raising d(0,1) and d(1,0) to 44")
    expect(page.locator(".unanswered")).to_be_hidden()
    assert document(page)["distances"][0][1] == 44
    assert document(page)["distances"][1][2] == 90
    undo_all(page, 2)
    expect(cell(page, 1, 2)).to_have_text("17")

    held: list[Route] = []
    on_runs(page, held.append)
    type_distance(page, 1, 2, 90)
    page.select_option("#kernel", "v5.15")
    page.wait_for_timeout(200)
    for route in held:
        route.continue_()
    page.unroute(ANSWERS)
    expect(page.locator("main")).to_have_attribute("data-kernel", "v5.15")
    assert document(page)["distances"][1][2] == 90
    undo_all(page, 1)
    refuse_a_kernel_while_an_undo_is_under_way(page)

    on_runs(page, lambda route: route.abort())
    type_distance(page, 1, 2, 90)
    expect(page.locator(".unanswered")).to_contain_text("kept here")
    page.unroute(ANSWERS)
    page.reload()
    page.wait_for_selector("main[data-step]")
    assert document(page)["distances"][1][2] == 90
    page.click("#tool-edit")
    page.get_by_role("button", name="Undo raising").click()
    expect(cell(page, 1, 2)).to_have_text("17")


def refuse_a_kernel_while_an_undo_is_under_way(page: Page) -> None:
    """The server refuses the kernel alone: neither the undo nor the edit after it is lost."""
    type_distance(page, 1, 2, 90)
    expect(effect(page)).to_contain_text("Raising d(1,2)")
    held: list[Route] = []
    on_runs(page, lambda route: held.append(route) if len(held) < 2 else route.continue_())
    page.locator("[data-act='undo']").click()
    type_distance(page, 0, 1, 44)
    page.select_option("#kernel", "v6.1")
    while len(held) < 2:
        page.wait_for_timeout(20)
    held[1].fulfill(json={"response": {"play": {"data": {"error": "no such kernel"}}}, "multi": True})
    held[0].continue_()
    expect(effect(page)).to_contain_text("raising d(0,1) and d(1,0) to 44")
    expect(page.locator("main")).to_have_attribute("data-kernel", "v5.15")
    expect(cell(page, 0, 1)).to_have_text("44")
    expect(cell(page, 1, 2)).to_have_text("17")
    page.unroute(ANSWERS)
    undo_all(page, 1)


def test_history_outlives_a_reload_and_other_machines_and_plays_on_without_a_server(
    page: Page, watch: Watch, usual_relay: Relay
) -> None:
    open_editor(page, usual_relay.url)
    for distance in (90, 91):
        type_distance(page, 1, 2, distance)
        expect(effect(page)).to_contain_text(f"to {distance}")
    page.get_by_role("button", name="Revert").click()
    expect(cell(page, 1, 2)).to_have_text("17")
    expect(page.get_by_role("button", name="Revert")).to_be_disabled()
    expect(page).to_have_url(re.compile("#topology="))
    choose(page, "memoryless-cpu-node")
    expect(page.locator("[data-act='undo']")).to_contain_text("Undo opening")
    page.locator("[data-act='undo']").click()
    expect(cell(page, 1, 2)).to_have_text("17")
    page.locator("[data-act='undo']").click()
    expect(cell(page, 1, 2)).to_have_text("91")
    expect(effect(page)).to_contain_text("Undoing going back")
    page.go_back()
    expect(cell(page, 1, 2)).to_have_text("17")

    type_distance(page, 1, 2, 90)
    expect(effect(page)).to_contain_text("moved")
    page.reload()
    page.wait_for_selector("main[data-step]")
    page.click("#tool-edit")
    expect(cell(page, 1, 2)).to_have_text("90")
    page.get_by_role("button", name="Undo raising").click()
    expect(cell(page, 1, 2)).to_have_text("17")
    page.keyboard.press("Control+y")
    expect(cell(page, 1, 2)).to_have_text("90")
    watch.allow(LOST)
    usual_relay.cut()
    type_distance(page, 0, 1, 44)
    expect(page.locator(".unanswered")).to_contain_text("The server does not answer")
    page.keyboard.press("Home")


def test_a_machine_too_large_for_a_link_outlives_a_reload(page: Page, context: BrowserContext) -> None:
    open_page(page)
    chance = Random(4)
    size = 80
    nodes = [{"id": n, "cpus": n % 2, "memory": 2**30} for n in range(size)]
    distances = [[10 if a == b else chance.randrange(11, 255) for b in range(size)] for a in range(size)]
    load(page, json.dumps({"title": "wild", "nodes": nodes, "distances": distances}))
    expect(page.locator("#title")).to_have_text("wild")
    assert "kept=" in page.evaluate("location.hash")
    page.locator("[name=label]").fill("first")
    page.keyboard.press("Enter")
    expect(effect(page)).to_contain_text("Renaming node 0 to first")
    page.reload()
    expect(page.locator("#title")).to_have_text("wild")
    assert document(page)["nodes"][0]["label"] == "first"
    page.go_back()
    expect(page.locator(".stage [data-node='0'] title")).not_to_contain_text("first")
    other = context.new_page()
    open_page(other, page.url)
    expect(other.locator("#broken-text")).to_contain_text("only the tab that made it has it")


def test_two_tabs_never_mix(page: Page, context: BrowserContext) -> None:
    open_editor(page)
    other = context.new_page()
    open_editor(other)
    found: list[Any] = []
    for tab, distance in ((page, 90), (other, 91), (page, 92), (other, 93)):
        type_distance(tab, 1, 2, distance)
        expect(effect(tab)).to_contain_text(f"to {distance}")
    for tab in (page, other):
        tab.reload()
        tab.wait_for_selector("main[data-step]")
        found.append(document(tab)["distances"][1][2])
        tab.click("#tool-edit")
        tab.locator("[data-act='undo']").click()
        expect(cell(tab, 1, 2)).to_have_text(str(found[-1] - 2))
    assert found == [92, 93]
