"""Test a run that is too long for one answer: its first steps come at once, and the others while these are played."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.bench.engine import machine
from tests.browser.conftest import Watch
from tests.browser.steps import at_rest, each, expected, follow, open_page, shown
from viz.analysis.run import Run
from viz.topology import Topology
from viz.topology.link import pack
from viz.trace.model import Trace

pytestmark = pytest.mark.slow

WHOLE = "**/ask/whole"


@cache
def topology(events: int = 180, size: int = 3) -> Topology:
    """Return a machine with `events` events: the memory of its last node goes offline and online in turn."""
    document = machine(size).document()
    document["events"] = [{"event": ("mem_offline", "mem_online")[i % 2], "node": size - 1} for i in range(events)]
    return Topology.from_document(document)


@cache
def trace() -> Trace:
    return Run.of(topology()).trace()


def agrees(page: Page, step: int) -> None:
    expect(page.locator("main")).to_have_attribute("data-step", str(step))
    _compare(shown(page), step)


def _compare(found: dict[str, Any], step: int) -> None:
    wanted = expected(trace(), step)
    keys = wanted.keys() - {"length", "states"}  # the run may be incomplete, and small cards show no states
    assert {key: found[key] for key in keys} == {key: wanted[key] for key in keys}


def hold_back(page: Page) -> list[Route]:
    """Hold back the requests for the rest of a run, and return the list to which they are added, for let_go()."""
    waiting: list[Route] = []
    page.route(WHOLE, lambda route: waiting.append(route))
    return waiting


def link(step: int | str = 0) -> str:
    return f"/#machine={pack(topology())}&step={step}"


def let_go(page: Page, waiting: list[Route]) -> None:
    page.wait_for_timeout(50)
    for route in waiting:
        route.continue_()
    page.unroute(WHOLE)


def open_anew(page: Page, step: int = 0) -> None:
    """Let an open page show another run, and then the long run again, of which only a part comes with the answer."""
    follow(page, "#topology=two-sockets-one-expander")
    expect(page.locator("#title")).not_to_have_text(topology().title)
    follow(page, link(step).removeprefix("/"))
    expect(page.locator("#title")).to_have_text(topology().title)


def test_it_starts_with_a_part_and_the_rest_takes_its_place(page: Page) -> None:
    """A busy server is asked for the rest again; what a visitor wants beyond the part comes as soon as it can."""
    main, status = page.locator("main"), page.locator("#status")
    busy = {"error": "The server is busy.", "busy": True}
    page.route(WHOLE, lambda route: route.fulfill(json=busy), times=1)
    open_page(page, link())
    expect(main).to_have_attribute("data-length", str(trace().length))
    expect(status).to_have_text("")

    waiting = hold_back(page)
    open_anew(page)
    expect(page.locator("#where")).to_contain_text("more to come")
    part = int(shown(page)["length"])
    assert part < trace().length / 3
    page.keyboard.press("ArrowRight")
    before = shown(page)
    assert page.locator("#chips .event-outcome.coming").count() > 0
    let_go(page, waiting)
    expect(main).to_have_attribute("data-length", str(trace().length))
    after = shown(page)
    assert {**after, "length": ""} == {**before, "length": ""}
    expect(page.locator("#chips .event-outcome.coming")).to_have_count(0)
    page.select_option("#size", "3")
    stops = [step for step in trace().stops(3) if step > int(after["step"])]
    for found, step in zip(each(page, ["ArrowRight"] * len(stops)), stops, strict=True):
        _compare(found, step)
    at_rest(page)
    page.keyboard.press("Home")
    agrees(page, 0)

    late = trace().length - 40
    for how, step in (("link", late), ("end", trace().length - 1), ("chip", trace().chapters[-1].first)):
        waiting = hold_back(page)
        open_anew(page, late if how == "link" else 0)
        if how == "end":
            page.keyboard.press("End")
        if how == "chip":
            page.locator("#chips [data-chip]").last.click()
        expect(status, how).to_contain_text("on its way")
        let_go(page, waiting)
        agrees(page, step)
        expect(status, how).to_have_text("")

    # The playing goes on with the rest.
    waiting = hold_back(page)
    open_anew(page)
    page.select_option("#size", "1")
    at_rest(page)
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    page.select_option("#speed", "8")
    at_rest(page)
    page.keyboard.press(" ")
    expect(main).to_have_attribute("data-mode", "ended")
    let_go(page, waiting)
    expect(main).to_have_attribute("data-mode", "playing")


def test_without_the_server_it_plays_what_is_here(page: Page, watch: Watch) -> None:
    watch.allow("ERR_FAILED|Failed to load resource")
    page.route(WHOLE, lambda route: route.abort())
    open_page(page, link())
    expect(page.locator("#status")).to_contain_text("The rest of this run has not come. The server does not answer")
    page.keyboard.press("End")
    agrees(page, int(shown(page)["length"]) - 1)
    page.unroute(WHOLE)
    page.keyboard.press("ArrowRight")
    expect(page.locator("main")).to_have_attribute("data-length", str(trace().length))
