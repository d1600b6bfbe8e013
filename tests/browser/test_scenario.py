"""Test scenarios on the page: built by mouse and keyboard, reordered, undone, reloaded, and played with marks."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Standing
from tests.browser.steps import agree, agree_all, choose, each, go, open_page, shown
from viz.analysis.run import Run
from viz.kernel.versions import VERSIONS
from viz.topology import Topology, builtin, builtin_names
from viz.topology.link import unpack
from viz.trace.events import Rebuilds, rebuilds

SCENARIOS = [name for name in builtin_names() if builtin(name).events and not builtin(name).case]


def chip(page: Page, words: str) -> Locator:
    """Return the chip with these words. A chip is the element for an event in the strip below the stage."""
    return page.locator("#chips .chip").filter(has=page.get_by_text(words, exact=True))


def expect_chips(page: Page, *words: str) -> None:
    """Wait until the strip contains exactly these chips."""
    expect(page.locator("#chips .chip > :first-child")).to_have_text(["first order", *words])
    expect(page.locator("#status")).to_have_text("")


def offer(page: Page, event: str, label: str) -> Locator:
    """Return the button with this label that adds the event, in the events panel."""
    return page.locator(f".offered [data-event={event}]").filter(has_text=label)


def open_events(page: Page) -> None:
    """Open the events panel."""
    page.click("#tool-events")
    expect(page.locator("#tool .where")).not_to_be_empty()


LOSES, GETS, TWICE = "node 1 loses its memory", "node 1 gets its memory", "node 1 gets its memory, 2 blocks"


@pytest.mark.slow
def test_a_scenario_by_mouse(page: Page) -> None:
    """Memory of node 1 goes offline and returns in two blocks; CPUs go offline; the address contains all events."""
    open_page(page)
    expect(page.locator("#scenario")).to_be_hidden()
    open_events(page)
    expect(page.locator("#tool .where")).to_have_text("Nothing happens to this machine yet.")
    page.click(".stage [data-node='1']")
    expect(page.locator(".node.picked")).to_have_attribute("data-node", "1")
    expect(page.locator(".refused")).to_contain_text("Not cpu_offline: it has no CPU online.")
    offer(page, "mem_offline", "a block").click()
    expect_chips(page, LOSES)
    expect(page.locator("main")).to_have_attribute("data-chapter", "mem_offline")
    expect(chip(page, LOSES)).to_have_attribute("aria-current", "step")
    expect(page.locator(".refused")).to_contain_text("Not mem_offline, mem_offline_fail: none of its memory is online.")
    offer(page, "mem_online", "a block").click()
    offer(page, "mem_online", "a block").click()  # this click comes before the answer to the first click
    expect_chips(page, LOSES, TWICE)

    page.locator(".stage [data-node='3']").click()
    expect(offer(page, "cpu_offline", "all 16 CPUs")).to_be_visible()
    page.get_by_label("at once").fill("2")
    offer(page, "cpu_offline", "2 CPUs").click()
    expect_chips(page, LOSES, TWICE, "node 3 loses 2 CPUs")
    drag(page, "node 3 loses 2 CPUs", LOSES)
    expect_chips(page, "node 3 loses 2 CPUs", LOSES, TWICE)
    expect(page.locator("main")).to_have_attribute("data-chapter", "cpu_offline")
    page.click("#undo-events")
    expect_chips(page, LOSES, TWICE, "node 3 loses 2 CPUs")
    page.click("#redo-events")
    expect_chips(page, "node 3 loses 2 CPUs", LOSES, TWICE)

    chip(page, LOSES).click()
    page.get_by_role("button", name="Remove").click()
    expect_chips(page, "node 3 loses 2 CPUs", "node 1 gets 2 more blocks")
    events = unpack(page.url.split("machine=")[1].split("&")[0]).event_pairs
    assert events == [("cpu_offline", 3)] * 2 + [("mem_online", 1)] * 2
    step = shown(page)["step"]
    page.reload()
    expect_chips(page, "node 3 loses 2 CPUs", "node 1 gets 2 more blocks")
    assert shown(page)["step"] == step


def drag(page: Page, words: str, before: str) -> None:
    """Drag a chip to the left end of another chip."""
    for name in (words, before):
        chip(page, name).scroll_into_view_if_needed()
    box, target = chip(page, words).bounding_box(), chip(page, before).bounding_box()
    assert box
    assert target
    page.mouse.move(box["x"] + 12, box["y"] + 12)
    page.mouse.down()
    page.mouse.move(target["x"] + 30, target["y"] + 12, steps=5)
    page.mouse.move(target["x"] + 4, target["y"] + 12, steps=3)
    page.mouse.up()


def test_a_scenario_by_keyboard(page: Page) -> None:
    """A node is selected, and events are added, moved and deleted by keyboard. The focus is never lost."""
    open_page(page)
    page.locator("#tool-compare").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".offered button").first).to_be_visible()
    page.locator(".stage [data-node='0']").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#tool [name=node]")).to_have_value("1")
    for _ in range(2):
        page.keyboard.press("Tab")
    expect(offer(page, "mem_offline", "a block")).to_be_focused()
    page.keyboard.press("Enter")
    expect_chips(page, LOSES)
    offer(page, "mem_online", "a block").focus()
    page.keyboard.press("Enter")
    expect_chips(page, LOSES, GETS)

    chip(page, GETS).focus()
    page.keyboard.down("Shift")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#chips .chip > :first-child")).to_have_text(["first order", GETS, LOSES])
    page.keyboard.up("Shift")
    expect_chips(page, "node 1 gets one more block", "node 1 loses a block")
    expect(chip(page, "node 1 gets one more block")).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_have_attribute("data-chapter", "mem_offline")
    page.evaluate("ours('#core/state').then(({ setRequest, state }) => setRequest({ sent: state.request }))")
    page.keyboard.press("Delete")  # while a run is on its way, the chips are those of another machine
    page.evaluate("ours('#core/state').then(({ setRequest }) => setRequest({ sent: null }))")
    expect_chips(page, "node 1 gets one more block", "node 1 loses a block")
    page.keyboard.press("Delete")
    expect_chips(page, "node 1 gets one more block")
    page.keyboard.press("Delete")
    expect(page.locator("#chips .chip > :first-child")).to_have_text(["no events"])
    page.locator("#undo-events").press("Enter")
    expect_chips(page, "node 1 gets one more block")


@pytest.mark.slow
def test_a_node_that_the_machine_does_not_have(page: Page) -> None:
    """The new node has the distances of a similar node. It has no memory at first; with memory it becomes a target."""
    open_page(page)
    open_events(page)
    page.click(".stage [data-node='5']")
    page.locator(".grow summary").click()
    expect(page.locator(".grow")).to_contain_text("Between the two the distance would be 17")
    page.get_by_role("button", name="Add node 6").click()
    expect_chips(page, "node 6 is added, empty")
    expect(page.locator("#tool [name=node]")).to_have_value("6")
    offer(page, "mem_online", "a block").click()
    expect_chips(page, "node 6 is added, empty", "node 6 gets its memory")
    page.keyboard.press("End")
    machine = unpack(page.url.split("machine=")[1].split("&")[0])
    assert [list(row) for row in machine.distances][5:] == [[30, 32, 35, 20, 17, 10, 17], [30, 32, 35, 20, 17, 17, 10]]
    trace = Run.of(machine).trace()
    assert 6 in {target for targets in trace.targets(trace.length - 1).values() for target in targets}
    agree(page, trace, trace.length - 1)


@pytest.mark.slow
def test_before_and_after_from_the_strip(page: Page) -> None:
    """Two stages show the orders before and after an event, and sentences name the differences. Keys open them, too."""
    open_page(page, "/#topology=losing-a-node&kernel=v5.15")
    chip(page, LOSES).click()
    page.locator("#compare-orders").press("Enter")
    expect(page.locator("#before-after")).to_be_focused()
    expect(page.locator(".pair svg").first.locator(".goes")).to_have_count(3)
    expect(page.locator(".pair svg").last.locator(".comes")).to_have_count(2)
    expect(page.locator(".pair svg").last.locator("[data-card='1']")).to_have_class("node no-memory no-cpus")
    sentences = page.locator(".differences li")
    expect(sentences.nth(0)).to_have_text("movedNode 0 had node 1 as its target and now has node 2.")
    expect(sentences.nth(1)).to_have_text("goneNode 1 had node 2 as its target and now has none.")
    expect(sentences.nth(2)).to_have_text("newNode 2 had no target and now has node 5.")
    assert page.locator("#stage [data-node]").count() == 6
    agree(page, Run.of(builtin("losing-a-node"), "v5.15").trace(), int(shown(page)["step"]))
    chip(page, GETS).click()
    expect(page.locator("#before-after")).to_contain_text("Event 2")


@pytest.mark.slow
def test_the_strip_and_the_panel_of_many_events(page: Page) -> None:
    show_the_lane_of_an_event(page)
    count_rebuilds(page)
    use_five_hundred_events(page)


def show_the_lane_of_an_event(page: Page) -> None:
    """With many events, the lane shows only the phases of the current event, with a mark at the step."""
    trace = Run.of(builtin("rebuild-storm")).trace()
    chapter = trace.chapters[4]
    open_page(page, f"/#topology=rebuild-storm&step={chapter.first}")
    expect(page.locator("#lane-of")).to_have_text("mem_online 1")
    phases = page.locator("#lane span").evaluate_all("all => all.map((one) => one.dataset.is)")
    assert phases == ["works", "off", "barrier", "off", "half built", "works"]
    assert page.locator("#lane b").evaluate("one => one.style.left") == "0%"
    page.locator("#scrubber").fill(str(trace.chapters[5].first - 1))
    assert page.locator("#lane b").evaluate("one => one.style.left") == "100%"
    choose(page, "last-cpu-off")
    expect(page.locator("#lane-of")).to_have_text("")
    expect(page.locator("#lane b")).to_have_count(0)


def count_rebuilds(page: Page) -> None:
    """The panel says how many rebuilds each kernel makes, and the marks follow the kernel."""
    page.goto("/#topology=rebuild-storm&kernel=posted")
    expect(page.locator("#chips .event-outcome.same")).to_have_count(19)
    page.click("#tool-events")
    rows = page.locator(".rebuilds tbody tr")
    expect(rows).to_have_count(4)
    expect(rows.nth(0)).to_have_text("postedevery block of memory; every CPU (by patch 03/10)201")
    expect(rows.nth(1)).to_have_text("v5.15a node's first and last block; every CPU11")
    expect(page.locator("#chips .event-outcome.same")).to_have_count(19)
    rows.nth(1).get_by_role("button", name="v5.15").click()
    expect(page.locator("main")).to_have_attribute("data-kernel", "v5.15")
    expect(page.locator("#chips .event-outcome.kept")).to_have_count(19)
    expect(page.locator("#chips .event-outcome.changed")).to_have_count(1)


def many(count: int) -> Topology:
    """Return the machine of losing-a-node with `count` events, each different from the previous one."""
    document: dict[str, Any] = builtin("losing-a-node").document()
    events = [{"event": ("mem_offline", "mem_online")[i % 2], "node": 1 + i // 2 % 2} for i in range(count)]
    return Topology.from_document(document | {"events": events})


def use_five_hundred_events(page: Page) -> None:
    page.click("#open-paste")
    page.fill("#text", json.dumps(many(500).document()))
    page.click("#load")
    expect(page.locator("#chips .chip")).to_have_count(501)
    page.keyboard.press("End")
    expect(page.locator("#chips [aria-current]")).to_be_in_viewport()
    expect(page.locator(".refused")).to_contain_text("a scenario has at most 500 events")
    page.keyboard.press("Home")
    expect(page.locator("#chips [data-event='-1']")).to_be_in_viewport()


def counted_outcomes(run: Run) -> list[str]:
    """Return for each event what it did to the order, from its numbers of rebuilds.

    This is "changed" if a rebuild changed the order, "same" if there were only other rebuilds, and "kept" if none.
    """
    order, outcomes = run.order(), []
    before = order
    for event in order["events"]:
        count: Rebuilds = rebuilds(before, [event["log"]])
        outcomes.append("changed" if count.changed else "same" if count.caused else "kept")
        before = next((entry for entry in reversed(event["log"]) if entry["do"] == "rebuild"), before)
    return outcomes


OUTCOMES = "[...document.querySelectorAll('#chips .event-outcome')].map((mark) => mark.className.split(' ')[1])"


@pytest.mark.slow
@pytest.mark.parametrize("name", SCENARIOS)
def test_every_scenario_by_source_to_the_end_and_back(standing: Standing, name: str) -> None:
    """At each stop, the page shows the step and marks the chip of its event; each event's mark shows its outcome."""
    page, run = standing.page, Run.of(builtin(name))
    trace = run.trace()
    stops = trace.stops(1)[:: max(1, len(trace.stops(1)) // 50)]
    go(page, trace, name)
    page.click("#tool-events")
    assert page.evaluate(OUTCOMES) == counted_outcomes(run)
    steps = [*stops, trace.length - 1, *trace.stops(2)[::-3], 0]
    agree_all(page, trace, steps, steps)
    chip = "() => ({...document.querySelector('#chips [aria-current]').dataset})"
    for step, now in zip(steps, each(page, steps, chip), strict=True):
        event = trace.at("chapter", step) - 2
        first, times = (int(now.get(name) or 0) for name in ("event", "times"))
        assert first <= event < first + times if event >= 0 else first == -1


REBUILDING = ("v5.15", "v6.1", "v6.11")
"""Kernels that rebuild the order on different occasions; the test above has all marks under posted."""


@pytest.mark.slow
@pytest.mark.parametrize("kernel", [row.name for row in VERSIONS if row.since or row.name in ("posted", "tier-sets")])
def test_the_marks_under_every_kernel(standing: Standing, kernel: str) -> None:
    page = standing.page
    others = ("last-cpu-off", "stale-loads") if kernel in REBUILDING else ()
    for name in ("losing-a-node", *others):
        run = Run.of(builtin(name), kernel)
        go(page, run.trace(), name)
        unplayed = ["unplayed"] * len(run.topology.events)
        assert page.evaluate(OUTCOMES) == (counted_outcomes(run) if kernel != "tier-sets" else unplayed), name
