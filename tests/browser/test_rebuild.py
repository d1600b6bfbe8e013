"""Test how a rebuild is seen: what playing shows first, what stays of the old order, motion after a step by hand."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.bench.engine import machine
from tests.browser.steps import each, open_page
from viz.analysis.run import Run
from viz.figures.choreography import beats, reading_time
from viz.kernel.memory import nodes_in
from viz.topology import builtin
from viz.trace.model import Trace
from viz.trace.rebuild import ghosts, off, stale

SPEED = "4"
LOOK = """() => {
    const pairs = (name) => [...document.querySelectorAll(`#stage .arrow.${name}[data-from]`)]
        .map(({ dataset }) => [Number(dataset.from), Number(dataset.to)]).sort();
    const seen = (selector) => document.querySelector(selector).textContent;
    const { step } = document.querySelector("main").dataset;
    return { step: Number(step), stored: pairs("stored"), ghosts: pairs("ghost"), stale: pairs("stale"),
             off: document.querySelector("#stage svg").classList.contains("off"),
             words: [seen("#off-words"), seen("#off-for"), seen("#stale")], narration: seen("#narration"),
             height: document.querySelector("#stage").getBoundingClientRect().height };
}"""
FILM = """() => {
    window.film = [];
    const look = LOOK;
    const moving = (node) => [...document.querySelectorAll(`#stage [data-node="${node}"] :is(.hatched, .badge)`)]
        .map((part) => getComputedStyle(part).opacity);
    new MutationObserver(() => window.film.push({...look(), opacities: [2, 4, 5].map(moving)}))
        .observe(document.querySelector("main"), {attributeFilter: ["data-step"]});
}""".replace("LOOK", LOOK)


@pytest.fixture(scope="module")
def trace() -> Trace:
    return Run.of(builtin("losing-a-node"), "posted").trace()


@pytest.fixture
def moving(page: Page) -> Page:
    """Return the page of a visitor whose system asks for no less motion."""
    page.emulate_media(reduced_motion="no-preference")
    return page


def pairs(targets: dict[int, list[int]]) -> list[list[int]]:
    return sorted([node, target] for node, found in targets.items() for target in found)


def compare(seen: dict[str, Any], trace: Trace) -> None:
    """Assert that what was seen at a step is what the trace says of this step."""
    step = seen["step"]
    assert seen["stored"] == pairs(trace.targets(step)), step
    assert seen["ghosts"] == pairs(ghosts(trace, step)), step
    assert seen["stale"] == pairs(stale(trace, step)), step
    how_long = off(trace, step)
    assert seen["off"] == bool(how_long), step
    words = ["demotion off", f"{how_long.so_far} of {how_long.in_all} steps"] if how_long else ["", ""]
    assert seen["words"][:2] == words, step


@pytest.mark.slow
def test_every_step_shows_what_is_left_of_the_old_order(page: Page, trace: Trace) -> None:
    """Ghosts, veil and words follow from the step alone, forward and backward, and need no motion.

    The stage keeps its size, since the browser would have to lay out all of a large machine for another one.
    """
    open_page(page, "/#topology=losing-a-node&kernel=posted")
    page.wait_for_selector("#machine-findings > *", state="attached")
    forward = list(range(trace.chapters[2].first - 1, trace.length))
    found = each(page, [*forward, *forward[::-7]], LOOK)
    for seen in found:
        compare(seen, trace)
    assert len({seen["height"] for seen in found}) == 1
    assert page.locator("#stage .motion > :not(.leaving-pages)").count() == 0
    leave = next(s for s in range(trace.length) if trace.at("operation", s)[0] == "PagesLeave")
    page.locator("#scrubber").fill(str(leave))
    pages = page.locator("#stage .leaving-pages .page")
    expect(pages).not_to_have_count(0)  # without motion, pages stand on their way
    assert page.evaluate("document.querySelector('#stage svg').getAnimations({subtree: true}).length") == 0
    page.locator("#stage").click(position={"x": 2, "y": 2})
    page.keyboard.press("ArrowRight")
    expect(pages).to_have_count(0)
    page.goto("/#topology=losing-a-node&kernel=v6.1&step=89")
    expect(page.locator("#stale")).to_have_text(
        "1 \u2192 2 is stale: node 1 has no memory, so nobody reads preferred[1]."
    )
    expect(page.locator("#stage .arrow.stale")).to_have_count(1)
    expect(page.locator("#off-words")).to_have_text("demotion off")


def test_playing_shows_a_rebuild_from_cause_to_result(moving: Page, trace: Trace) -> None:
    first, last = trace.chapters[2].first - 1, trace.chapters[3].first
    open_page(moving, f"/#topology=losing-a-node&kernel=posted&step={first}")
    moving.wait_for_selector("#machine-findings > *", state="attached")
    moving.select_option("#speed", SPEED)
    moving.evaluate(FILM)
    moving.keyboard.press("4")
    moving.keyboard.press(" ")
    moving.wait_for_function(f"() => window.film.some(({{step}}) => step >= {last})")
    moving.keyboard.press(" ")
    film = [seen for seen in moving.evaluate("window.film") if first < seen["step"] < last]
    shown = [beat for stop in (first + 1, last) for beat in beats(trace, first if stop != last else first + 1, stop)]
    assert [seen["step"] for seen in film] == [beat.step for beat in shown if beat.lasts and beat.step < last]
    for seen in film:
        compare(seen, trace)
    order_of_appearance(film)
    told = {seen["narration"] for seen in film}
    assert told == {trace.at("sentence", first + 1), trace.at("sentence", film[1]["step"])}


def test_a_run_plays_on_where_no_picture_is_drawn(moving: Page, trace: Trace) -> None:
    """Browsers draw none of a tab that is out of sight, so that nothing that waits for a picture ever comes."""
    open_page(moving, f"/#topology=losing-a-node&kernel=posted&step={trace.chapters[2].first - 1}")
    moving.wait_for_selector("#machine-findings > *", state="attached")
    moving.select_option("#speed", SPEED)
    moving.evaluate("() => { window.requestAnimationFrame = () => 0; }")
    moving.keyboard.press(" ")
    expect(moving.locator("main")).to_have_attribute("data-step", str(trace.chapters[3].first))


def order_of_appearance(film: list[dict[str, Any]]) -> None:
    """Assert the order in which things become visible: gone entries, the veil, choices, the new order."""

    def when(find: Any) -> int:
        return next(index for index, seen in enumerate(film) if find(seen))

    gone = [when(lambda seen, one=one: one in seen["ghosts"]) for one in ([0, 1], [1, 2], [3, 4], [4, 5])]
    assert gone == sorted(set(gone))  # one by one
    whole_gap = when(lambda seen: seen["off"] and not seen["stored"])
    new = [when(lambda seen, one=one: one in seen["stored"] and seen["ghosts"]) for one in ([0, 2], [2, 5])]
    assert gone[-1] <= whole_gap < new[0] < new[1]
    both = film[new[0]]
    assert [0, 1] in both["ghosts"]  # so that one sees 0 -> 1 become 0 -> 2
    assert both["opacities"][0][0] == "0"  # the card of node 2 shows that it is used when the arrow has come
    assert film[new[0] - 1]["opacities"][2] == ["1", "0"]  # node 5 is weighed later than others
    assert not film[new[0] - 1]["stored"]


def test_by_hand_the_end_stands_at_once_and_any_key_ends_the_motion(moving: Page, trace: Trace) -> None:
    done = next(s for s in range(81, trace.length) if trace.at("operation", s)[0] == "SourceDone")
    open_page(moving, f"/#topology=losing-a-node&kernel=posted&step={trace.stops(1)[trace.stops(1).index(done) - 1]}")
    moving.wait_for_selector("#machine-findings > *", state="attached")
    layer = moving.locator("#stage .motion > *")
    (seen,) = each(moving, ["ArrowRight"], LOOK)
    compare(seen, trace)
    expect(layer).not_to_have_count(0)
    expect(layer.locator("..").first).to_have_css("will-change", "opacity")  # what is under it is not drawn anew
    moving.keyboard.press("Shift")
    expect(layer).to_have_count(0)
    moving.wait_for_timeout(200)
    (seen,) = each(moving, ["ArrowLeft"], LOOK)
    compare(seen, trace)
    expect(layer).not_to_have_count(0)  # the arrow goes back
    expect(layer).to_have_count(0)  # and the motion ends by itself


def test_a_long_way_by_hand_moves_no_more_than_can_be_seen(moving: Page) -> None:
    """Each thing that moves is a layer for the browser: ten thousand of them once held up a page for ten seconds."""
    open_page(moving, "/")
    moving.wait_for_selector("#machine-findings > *", state="attached")
    moving.click("#open-paste")
    moving.fill("#text", json.dumps(machine(64).document()))
    moving.click("#load")
    expect(moving.locator("#title")).to_have_text("64 nodes")
    trace = Run.of(machine(64)).trace()
    scans = [step for step in range(trace.length) if trace.at("operation", step)[0] == "Scan"]
    widest = max(scans, key=lambda step: len(nodes_in(trace.at("candidates", step))))
    for before, step in ((widest - 1, widest), (0, 390), (390, 1)):
        moving.locator("#scrubber").fill(str(before))
        moving.wait_for_timeout(300)  # steps that follow each other quickly have no motion
        moving.keyboard.press("Shift")
        moving.locator("#scrubber").fill(str(step))
        expect(moving.locator("#stage .motion > *")).not_to_have_count(0)
        assert moving.evaluate("document.getAnimations().length") <= 60, (before, step)


@pytest.mark.slow
def test_each_stop_is_shown_as_long_as_its_sentence_takes(stranger: Page, trace: Trace) -> None:
    """Until a visitor sets a speed, the player waits at each stop until the sentence can have been read."""
    stranger.clock.install()
    open_page(stranger, "/#topology=losing-a-node&kernel=posted")
    stranger.wait_for_selector("#machine-findings > *", state="attached")
    stranger.keyboard.press(" ")
    time = reading_time(trace.at("sentence", trace.opens))
    stranger.clock.run_for(time - 100)
    expect(stranger.locator("main")).to_have_attribute("data-step", str(trace.opens))
    stranger.clock.run_for(200)
    expect(stranger.locator("main")).not_to_have_attribute("data-step", str(trace.opens))
    stranger.keyboard.press(" ")
    stranger.keyboard.press("+")
    expect(stranger.locator("#speed")).to_have_value("2")
