"""Test what helps to learn and to present: strides, answers, presenter mode, and the stage in words."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import agree, at, at_rest, follow, open_page
from viz.analysis.run import Run
from viz.topology import builtin, builtin_names
from viz.trace.model import Trace

ASK = """(cells) => cells.map(([register, node]) => {
    document.querySelector(`[data-signal=${register}] [data-cell='${node}']`).click();
    const lines = [...document.querySelectorAll("#answer li")].map((line) => line.innerText);
    return [document.querySelector("#question").textContent, lines];
})"""
BOX = "() => document.querySelector('#stage svg').getAttribute('viewBox').split(' ').map(Number)"
FOCUSED_CELL = "[document.activeElement.dataset.cell, document.activeElement.parentElement.dataset.signal]"


def test_keys_choose_strides_and_speeds_and_can_be_switched_off_for_good(page: Page, trace: Trace) -> None:
    open_page(page)
    for key, size in (("1", 0), ("2", 1), ("3", 2), ("4", 3)):
        page.keyboard.press(key)
        assert page.locator("#size").input_value() == str(size)
    page.keyboard.press("1")
    page.keyboard.press("Shift+ArrowRight")
    source = next(step for step in trace.stops(1) if step > 0)
    agree(page, trace, source)
    page.keyboard.press("]")
    agree(page, trace, next(step for step in trace.stops(2) if step > source))
    page.keyboard.press("[")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowLeft")
    assert at(page) in trace.stops(1)
    page.keyboard.press("+")
    assert page.locator("#speed").input_value() == "2"
    page.keyboard.press("-")
    page.keyboard.press("-")
    assert page.locator("#speed").input_value() == "0.5"

    page.keyboard.press("?")
    page.locator("#single-keys").uncheck()
    page.keyboard.press("Escape")
    before = at(page)
    for key in ("d", "p", "]", ".", "?"):
        page.keyboard.press(key)
    assert at(page) == before
    expect(page.locator("#keys")).to_be_hidden()
    page.keyboard.press("ArrowRight")
    assert at(page) > before
    page.reload()
    page.wait_for_selector("main[data-step]")
    page.click("#open-keys")
    expect(page.locator("#single-keys")).not_to_be_checked()


def test_every_cell_node_and_arrow_answers_why(page: Page, trace: Trace) -> None:
    """At several steps, the panel shows the answer in the trace; a click on a line of it goes to the line's step."""
    open_page(page)
    for step in (18, 31, trace.length - 1):
        page.locator("#scrubber").fill(str(step))
        cells = [(register, node) for register in (*trace.masks, *trace.arrays) for node in trace.nodes]
        for (register, node), (shown_question, shown_lines) in zip(cells, page.evaluate(ASK, cells), strict=True):
            question, _, lines = trace.at(f"why {register}[{node}]", step)
            assert shown_question == question
            texts = [text or trace.at("sentence", at) for at, text in lines]
            assert all(text in line for text, line in zip(texts, shown_lines, strict=True))
    page.click("[data-node='2'] .card")
    expect(page.locator("#question")).to_have_text("Why has node 2 no target?")
    page.click("[data-from='1'][data-to='2'] .far")
    expect(page.locator("#question")).to_have_text("Why 1 → 2?")
    link = page.locator("#answer .link").nth(1)
    target = int(link.get_attribute("data-step") or "")
    link.click()
    agree(page, trace, target)
    page.locator("#scrubber").fill(str(trace.length - 1))
    page.click("#ask")
    expect(page.locator("#question")).to_have_text("Why did the passes stop?")
    page.keyboard.press("Escape")

    # The arrow keys in the registers and in the tabs.
    page.locator("#scrubber").fill(str(trace.opens))
    page.locator("[data-signal=this_pass] [data-cell='0']").focus()
    for key in ("Enter", "ArrowDown", "ArrowDown", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("#question")).to_have_text("Why is node 1 not in used_targets?")
    page.keyboard.press("Escape")
    assert page.evaluate(FOCUSED_CELL) == ["1", "used_targets"]
    page.locator("#tab-timeline").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#tab-distances")).to_be_focused()
    expect(page.locator("#tab-distances")).to_have_attribute("aria-selected", "true")

    # A changed value says what it was; the stage is there in words, too, and answers the keyboard.
    at_rest(page)
    store = next(s for s in range(trace.length) if trace.at("operation", s) == ("Store", "node_demotion", 0, 1))
    page.select_option("#size", "0")
    page.locator("#scrubber").fill(str(store - 1))
    page.locator("#scrubber").fill(str(store))
    expect(page.locator("[data-signal=node_demotion] [data-cell='0']")).to_have_attribute("title", "was -1, now 1")
    page.keyboard.press("End")
    expect(page.locator("#stage-text li").nth(1)).to_contain_text(
        "Node 1: 256 GiB DRAM, no CPUs; in used_targets; demotes to 2"
    )
    page.locator(".stage [data-node='0']").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#why")).to_be_visible()


def test_panel_and_sentence_say_whose_turn_it_is_and_what_is_being_built(page: Page, trace: Trace) -> None:
    begins = next(s for s in range(trace.length) if trace.at("operation", s)[0] == "SourceBegins")
    open_page(page, f"/#step={begins}")
    expect(page.locator("#scores")).to_contain_text(f"Node {trace.at('source', begins)} has its turn.")
    expect(page.locator("#stage-text")).to_contain_text("has its turn")
    page.locator("#scrubber").fill(str(trace.opens))
    expect(page.locator("#scores")).to_contain_text("No node has its turn")
    page.locator("#scrubber").fill("1")
    expect(page.locator("#stage-text")).to_contain_text("its fallback list is built")
    page.select_option("#kernel", "v5.18")
    expect(page.locator("main")).to_have_attribute("data-kernel", "v5.18")
    several = Run.of(builtin(builtin_names()[0]), "v5.18").trace()
    scans = (step for step in several.signals["scores"].steps if several.at("scores", step)[0])
    first, again = (step for step in scans if several.at("source", step) == 0)
    page.locator("#scrubber").fill(str(first))
    expect(page.locator("#scores caption")).to_have_text(re.compile(r"^find_next_best_node\(0\): candidates"))
    page.locator("#scrubber").fill(str(again))
    expect(page.locator("#scores caption")).to_contain_text("find_next_best_node(0), asked again after 0 → 1:")

    # While an event builds zonelists, one asks about loads.
    lost = Run.of(builtin("losing-a-node")).trace()
    steps = range(lost.chapters[-1].first, lost.length)
    built = next(step for step in steps if lost.at("operation", step)[0] == "ZonelistBuilt")
    follow(page, f"#topology=losing-a-node&kernel={lost.kernel}&step={built}")
    charged = [node for node in lost.nodes if len({lost.at(f"node_load[{node}]", at) for at in (built - 1, built)}) > 1]
    expect(page.locator("#ask")).to_have_text(re.compile(rf"node_load\[{charged[0]}\]"))


def test_the_stage_is_zoomed_and_the_page_presented(page: Page) -> None:
    """Zoom, pan and fit; the words below the scrubber fit, even with the larger letters of presenter mode."""
    open_page(page)
    whole = page.evaluate(BOX)
    page.click("#zoom-in")
    page.click("#zoom-in")
    page.wait_for_function(f"width => ({BOX})()[2] < width / 2", arg=whole[2])
    near = page.evaluate(BOX)
    page.mouse.move(400, 400)
    page.mouse.down()
    page.mouse.move(300, 350)
    page.mouse.up()
    assert page.evaluate(BOX)[:2] != near[:2]
    page.keyboard.down("Control")
    page.mouse.wheel(0, -300)
    page.keyboard.up("Control")
    page.wait_for_function(f"width => ({BOX})()[2] < width", arg=near[2])
    page.click("#zoom-fit")
    assert page.evaluate(BOX) == whole

    expect(page.locator("#lane [data-is=barrier] + *")).to_have_text("← barrier")
    page.set_viewport_size({"width": 1280, "height": 720})
    words = page.locator("#marks span")
    expect(words).to_have_text(["zonelists", "disable", "pass 1", "pass 2", "pass 3"])
    expect(page.locator("#lane [data-is=barrier]")).to_have_attribute("title", "smp_wmb(), a barrier")
    size = "marks => parseFloat(getComputedStyle(marks).fontSize)"
    small = page.locator("#marks").evaluate(size)
    page.keyboard.press("p")
    assert page.locator("#marks").evaluate(size) > small
    expect(words.last).to_have_text("pass 3")
    assert words.last.evaluate("mark => mark.scrollWidth <= mark.clientWidth")

    for hidden in ("header .brand", "#kernel", "#present", "#registers", ".code-panel", "#scores"):
        expect(page.locator(hidden)).to_be_hidden()
    assert page.evaluate("parseFloat(getComputedStyle(document.querySelector('#narration')).fontSize)") >= 30
    before = at(page)
    page.keyboard.press("PageDown")
    assert at(page) > before
    page.keyboard.press("PageUp")
    assert at(page) == before
    page.keyboard.press("r")
    expect(page.locator("#registers")).to_be_visible()
    page.keyboard.press("c")
    expect(page.locator(".code-panel")).to_be_visible()
    page.keyboard.press("c")
    page.locator(".stage [data-node='2']").click()
    expect(page.locator("#answer")).to_be_visible()
    expect(page.locator(".code-panel")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.locator("#why")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.locator("header")).to_be_visible()


@pytest.mark.slow
def test_embedding(page: Page) -> None:
    response = page.goto("/?embed=1#topology=two-sockets-one-expander")
    page.wait_for_selector("main[data-step]")
    assert response is not None
    assert "frame-ancestors *" in response.headers["content-security-policy"]
    expect(page.locator("#topology")).to_be_hidden()
    expect(page.locator("#charts")).to_be_hidden()
    stage = page.locator("#stage svg")
    wide = stage.get_attribute("data-whole") or ""
    for size in ((900, 560), (1200, 800), (480, 420)):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        if size[0] < 700:
            expect(stage).not_to_have_attribute("data-whole", wide)  # a click on the former stage would be lost
        for panel in ("#stage", "#narration", ".transport"):
            expect(page.locator(panel)).to_be_in_viewport(ratio=1)
        page.locator(".stage [data-node='0']").click()
        expect(page.locator("#answer")).to_be_in_viewport(ratio=1)
        page.keyboard.press("Escape")
        assert page.evaluate("document.documentElement.scrollWidth") == size[0]
    page.keyboard.press("End")
    with page.expect_popup() as opened:
        page.click("#open-whole")
    opened.value.wait_for_selector("main[data-step]")
    assert at(opened.value) == at(page)
    expect(opened.value.locator("header select").first).to_be_visible()
    plain = page.request.get("/")
    assert "frame-ancestors 'none'" in plain.headers["content-security-policy"]


@pytest.mark.slow
def test_what_is_said_while_it_plays(page: Page, trace: Trace) -> None:
    """The live region has each step's sentence; while the run plays, only those of passes, chapters and the end."""
    open_page(page, f"/#step={trace.opens}")
    page.keyboard.press("1")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#live")).to_have_text(trace.at("sentence", trace.opens + 1))
    page.evaluate(
        "window.said = []; new MutationObserver(() => window.said.push(document.querySelector('#live').textContent))"
        ".observe(document.querySelector('#live'), {childList: true, characterData: true, subtree: true})"
    )
    page.select_option("#speed", "8")
    page.locator("#stage").click(position={"x": 2, "y": 2})
    page.keyboard.press(" ")
    expect(page.locator("main")).to_have_attribute("data-mode", "ended")
    begins = [trace.at("sentence", s) for s in trace.stops(2) if trace.at("operation", s)[0] == "PassBegins"]
    last = trace.at("sentence", trace.length - 1)
    assert page.evaluate("window.said") == [*begins, last]
    page.select_option("#speed", "0.25")
    for key in ("Home", " ", "End"):  # the last one ends the playing, and its sentence is said once all the same
        page.keyboard.press(key)
    assert page.evaluate("window.said")[-2:] == [trace.at("sentence", 0), last]
