"""What a reviewer and a speaker do: strides, breakpoints, code, answers, sharing, presenting, charts."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.steps import agree, choose, each, open_page, shown
from viz.kernel.nodemask import NodeMask
from viz.run import Run
from viz.topology import builtin, builtin_names
from viz.trace.model import Trace

FIRST = builtin_names()[0]


@pytest.fixture
def trace() -> Trace:
    """The run that the page opens with."""
    return Run.of(builtin(FIRST)).trace()


def at(page: Page) -> int:
    """The step that is shown."""
    return int(shown(page)["step"])


def test_keys_for_sizes_sources_and_passes(page: Page, trace: Trace) -> None:
    open_page(page)
    for key, size in (("1", 0), ("2", 1), ("3", 2), ("4", 3)):
        page.keyboard.press(key)
        assert page.locator("#size").input_value() == str(size)
    page.keyboard.press("1")
    page.keyboard.press("Shift+ArrowRight")
    source = next(step for step in trace.stops(1) if step > trace.opens)
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


def test_single_keys_can_be_switched_off_for_good(page: Page) -> None:
    open_page(page)
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


def test_a_register_is_a_breakpoint(page: Page, trace: Trace) -> None:
    """Its changes are marked on the scrubber, and one press runs to the next of them."""
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
    page.keyboard.press("Escape")
    expect(page.locator("#why")).to_be_hidden()
    expect(page.locator("#ticks span")).to_have_count(0)


def test_playing_stops_where_what_is_followed_changes(page: Page, trace: Trace) -> None:
    """At every change of a mask, in the middle of a stride, too; and no more once the answer is closed."""
    open_page(page)
    page.select_option("#speed", "8")
    page.click("[data-signal=next_pass] th button")
    for step in [step for step in trace.signals["next_pass"].steps if step > trace.opens]:
        page.click("#play-pause")
        expect(page.locator("main")).to_have_attribute("data-mode", "paused")
        agree(page, trace, step)
        expect(page.locator("#status")).to_have_text("Stopped at a change of next_pass.")
    page.click("#first")
    page.click("#close-why")
    page.click("#play-pause")
    expect(page.locator("main")).to_have_attribute("data-mode", "ended")


def test_whoever_asks_about_a_node_follows_all_of_it(page: Page, trace: Trace) -> None:
    """Its turns, its places in the masks, its cells in the arrays; the column's head asks the same as the card."""
    open_page(page, "/#step=0")
    changes = [step for step in range(1, trace.length) if facts(trace, 1, step) != facts(trace, 1, step - 1)]
    for place in ("[data-node='1'] .card", "[data-column='1']"):
        page.locator("#scrubber").fill("0")
        page.click(place)
        expect(page.locator("#ticks span")).to_have_count(len(changes))
        for number, step in enumerate(changes, 1):
            page.click("#later-change")
            expect(page.locator("main")).to_have_attribute("data-step", str(step))
            expect(page.locator("#change-of")).to_have_text(f"node 1: change {number} of {len(changes)}")
        expect(page.locator("#later-change")).to_have_attribute("aria-disabled", "true")


def facts(trace: Trace, node: int, step: int) -> list[object]:
    """All that the registers say of a node, and whether it has its turn."""
    held = [node in NodeMask.parse(trace.at(mask, step)) for mask in trace.masks]
    return [*held, *(trace.at(f"{array}[{node}]", step) for array in trace.arrays), trace.at("source", step) == node]


def test_an_answer_says_what_its_value_was(page: Page, trace: Trace) -> None:
    """As the cell's tooltip does, for who has no pointer to rest on it."""
    open_page(page, f"/#step={next(step for step in range(trace.length) if trace.at('node_demotion[0]', step) == 1)}")
    page.select_option("#size", "0")
    page.click("[data-signal=node_demotion] [data-cell='0']")
    expect(page.locator("#answer .was")).to_have_text("node_demotion[0] was -1, now 1.")


ASK = """(cells) => cells.map(([register, node]) => {
    document.querySelector(`[data-signal=${register}] [data-cell='${node}']`).click();
    const lines = [...document.querySelectorAll("#answer li")].map((line) => line.innerText);
    return [document.querySelector("#question").textContent, lines];
})"""


def test_every_cell_node_and_arrow_answers_why(page: Page, trace: Trace) -> None:
    """What the panel says is the trace's own answer, at steps all over the run; a line leads to its step."""
    open_page(page)
    for step in (18, 31, trace.length - 1):
        page.locator("#scrubber").fill(str(step))
        cells = [(register, node) for register in (*trace.masks, *trace.arrays) for node in trace.nodes]
        for (register, node), (asked, answered) in zip(cells, page.evaluate(ASK, cells), strict=True):
            question, _, lines = trace.at(f"why {register}[{node}]", step)
            assert asked == question
            told = [text or trace.at("sentence", at) for at, text in lines]
            assert all(text in line for text, line in zip(told, answered, strict=True))
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


def test_zoom_pan_and_fit(page: Page) -> None:
    open_page(page)
    box = "() => document.querySelector('#stage svg').getAttribute('viewBox').split(' ').map(Number)"
    whole = page.evaluate(box)
    page.click("#zoom-in")
    page.click("#zoom-in")
    near = page.evaluate(box)
    assert near[2] < whole[2] / 2
    page.mouse.move(400, 400)
    page.mouse.down()
    page.mouse.move(300, 350)
    page.mouse.up()
    assert page.evaluate(box)[:2] != near[:2]
    page.keyboard.down("Control")
    page.mouse.wheel(0, -300)
    page.keyboard.up("Control")
    assert page.evaluate(box)[2] < near[2]
    page.click("#zoom-fit")
    assert page.evaluate(box) == whole


def test_while_an_event_builds_zonelists_one_asks_about_loads(page: Page) -> None:
    trace = Run.of(builtin("losing-a-node")).trace()
    last = trace.chapters[-1].first
    built = next(s for s in range(last, trace.length) if trace.at("operation", s)[0] == "ZonelistBuilt")
    page.goto(f"/#topology=losing-a-node&step={built}")
    page.wait_for_selector("main[data-step]")
    expect(page.locator("#ask")).to_have_text(re.compile(rf"node_load\[{trace.at('source', built)}\]"))


def test_a_line_can_be_run_to(page: Page, trace: Trace) -> None:
    open_page(page)
    target = next(s for s in range(trace.length) if trace.at("operation", s)[0] == "SourceDone")
    line = trace.at("stack", target)[-1][2]
    page.click(f"#code ol [data-line='{line}']")
    agree(page, trace, target)
    expect(page.locator("#code .now")).to_have_attribute("data-line", str(line))
    expect(page.locator("#code .last")).to_have_count(1)
    expect(page.locator("#code .values")).to_contain_text("node = 0")
    scan = next(s for s in range(trace.length) if trace.at("operation", s)[0] == "Scan")
    page.locator("#scrubber").fill(str(scan))
    expect(page.locator("#stack button")).to_have_count(3)
    page.locator("#stack button").first.click()
    expect(page.locator("#code ol")).to_have_attribute("data-function", re.compile("set_migration"))


def test_a_line_where_nothing_stops_runs_to_the_next_that_does(page: Page, trace: Trace) -> None:
    """And says so; those that stop have a mark."""
    open_page(page)
    begins = next(step for step in range(trace.length) if trace.at("operation", step)[0] == "PassBegins")
    file, name, line = trace.at("stack", begins)[-1]
    expect(page.locator(f"[data-function='{file} {name}'] [data-line='{line}'].stops")).to_have_count(1)
    page.click(f"#code ol [data-line='{line - 1}']:not(.stops)")
    agree(page, trace, begins)
    expect(page.locator("#status")).to_contain_text(f"does not stop at line {line - 1}")


@pytest.mark.parametrize("size", [(1440, 900), (1280, 720)])
def test_nothing_beside_the_code_is_cut(page: Page, trace: Trace, size: tuple[int, int]) -> None:
    """The call stack and the watched variables, at every step."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    open_page(page)
    cut = """() => [...document.querySelectorAll("#stack button, #stack, #watched")]
        .filter((e) => e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1)
        .map((e) => e.outerHTML)"""
    assert each(page, range(trace.length), cut) == [[]] * trace.length


def test_a_line_can_be_run_to_by_keyboard(page: Page, trace: Trace) -> None:
    open_page(page)
    target = next(s for s in range(trace.length) if trace.at("operation", s)[0] == "SourceDone")
    lines = [trace.at("stack", step)[-1][2] for step in (trace.opens, target)]
    page.locator("#code").focus()
    for _ in range(*lines):
        page.keyboard.press("ArrowDown")
    expect(page.locator("#code :focus")).to_have_attribute("data-line", str(lines[1]))
    page.keyboard.press("Enter")
    agree(page, trace, target)


def test_between_two_scans_the_panel_says_whose_turn_it_is(page: Page, trace: Trace) -> None:
    begins = next(s for s in range(trace.length) if trace.at("operation", s)[0] == "SourceBegins")
    open_page(page, f"/#step={begins}")
    expect(page.locator("#scores")).to_contain_text(f"Node {trace.at('source', begins)} has its turn.")
    expect(page.locator("#stage-text")).to_contain_text("has its turn")
    page.locator("#scrubber").fill(str(trace.opens))
    expect(page.locator("#scores")).to_contain_text("No node has its turn")
    page.locator("#scrubber").fill("1")
    expect(page.locator("#stage-text")).to_contain_text("its fallback list is built")


def test_every_mark_has_its_words_on_a_desk(page: Page) -> None:
    """Also where letters are larger."""
    page.set_viewport_size({"width": 1280, "height": 720})
    open_page(page)
    words = page.locator("#marks span")
    expect(words).to_have_text(["zonelists", "disable", "pass 1", "pass 2", "pass 3"])
    size = "marks => parseFloat(getComputedStyle(marks).fontSize)"
    small = page.locator("#marks").evaluate(size)
    page.keyboard.press("p")
    assert page.locator("#marks").evaluate(size) > small
    expect(words.last).to_have_text("pass 3")
    assert words.last.evaluate("mark => mark.scrollWidth <= mark.clientWidth")


def test_changed_values_say_what_they_were(page: Page, trace: Trace) -> None:
    open_page(page)
    page.keyboard.press("1")
    store = next(s for s in range(trace.length) if trace.at("operation", s) == ("Store", "node_demotion", 0, 1))
    page.locator("#scrubber").fill(str(store))
    expect(page.locator("[data-signal=node_demotion] [data-cell='0']")).to_have_attribute("title", "was -1, now 1")


def test_the_address_holds_the_step_and_back_works(page: Page, trace: Trace) -> None:
    open_page(page)
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile(f"step={trace.stops(1)[trace.stops(1).index(trace.opens) + 1]}$"))
    choose(page, "two-sockets-one-expander")
    page.keyboard.press("End")
    page.select_option("#kernel", "v5.16")
    expect(page.locator("main")).to_have_attribute("data-kernel", "v5.16")
    expect(page).to_have_url(re.compile("topology=two-sockets-one-expander&kernel=v5.16&zonelists=runtime"))
    page.go_back()
    expect(page.locator("main")).to_have_attribute("data-kernel", "posted")
    page.go_back()
    expect(page.locator("#title")).to_have_text(builtin(FIRST).title)
    page.go_forward()
    expect(page.locator("#title")).to_have_text(builtin("two-sockets-one-expander").title)


def test_a_link_opens_its_step(page: Page) -> None:
    run = Run.of(builtin("boot-or-runtime"), "v5.16", "runtime")
    trace = run.trace()
    open_page(page, f"/#topology=boot-or-runtime&kernel=v5.16&zonelists=runtime&step={trace.length - 3}")
    agree(page, trace, trace.length - 3)


def test_a_link_carries_a_machine_of_ones_own(page: Page) -> None:
    open_page(page)
    page.click("#open-paste")
    page.fill("#text", json.dumps(builtin("power9-gpu-memory").document() | {"title": "mine"}))
    page.click("#load")
    expect(page.locator("#title")).to_have_text("mine")
    page.keyboard.press("Escape")
    page.locator("#stage").click(position={"x": 2, "y": 2})
    page.keyboard.press("End")
    expect(page).to_have_url(re.compile("machine=1[A-Za-z0-9_-]+&kernel=posted&zonelists=runtime&step=[1-9][0-9]+$"))
    before, link = shown(page), page.url
    page.goto("about:blank")
    open_page(page, link)
    assert shown(page) == before


@pytest.mark.parametrize("link", ["topology=nowhere", "kernel=v1.0", "zonelists=x", "machine=abc", "machine=%00%ff"])
def test_a_broken_link_offers_the_default(page: Page, link: str) -> None:
    page.goto(f"/#{link}")
    expect(page.locator("#broken")).to_be_visible()
    expect(page.locator("#broken-text")).not_to_be_empty()
    assert page.evaluate("[...document.querySelectorAll('header select')].map((choice) => choice.value)") == [""] * 3
    page.click("#open-default")
    expect(page.locator("#title")).to_have_text(builtin(FIRST).title)
    expect(page.locator("#broken")).to_be_hidden()


@pytest.mark.parametrize("link", ["/#garbage", "/#step=many"])
def test_what_a_link_says_and_nobody_understands_is_named(page: Page, link: str) -> None:
    open_page(page, link)
    expect(page.locator("#broken-text")).to_contain_text("The link ")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#broken")).to_be_visible()  # until it is closed or answered
    page.click("#open-default")
    expect(page.locator("#broken")).to_be_hidden()


def test_a_step_beyond_the_end_is_the_last(page: Page, trace: Trace) -> None:
    open_page(page, "/#step=99999")
    agree(page, trace, trace.length - 1)
    expect(page.locator("#broken-text")).to_contain_text("99999")
    page.click("#close-broken")
    expect(page.locator("#broken")).to_be_hidden()
    agree(page, trace, trace.length - 1)
    page.evaluate("location.hash = location.hash.replace(/step=.*/, 'step=4321')")
    expect(page.locator("#broken-text")).to_contain_text("4321")


def test_sharing(context: BrowserContext, page: Page) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_page(page)
    page.keyboard.press("ArrowRight")
    page.click("[data-node='0']")
    page.click("#open-share")
    page.click("#copy-link")
    expect(page.locator("#share-note")).to_have_text("Link copied.")
    assert page.evaluate("navigator.clipboard.readText()") == page.url
    page.click("#copy-text")
    expect(page.locator("#share-note")).to_have_text("Text copied.")
    text = page.evaluate("navigator.clipboard.readText()")
    assert "0 -> 1 -> 2 -> stop" in text
    assert max(map(len, text.splitlines())) <= 72
    assert page.locator("#question").inner_text() in text
    with page.expect_download() as download:
        page.click("#save-svg")
    assert "--this-pass:" in download.value.path().read_text()
    fills = page.evaluate(
        """async (text) => {
            const frame = document.body.appendChild(document.createElement("div"));
            frame.attachShadow({mode: "open"}).innerHTML = text;
            return getComputedStyle(frame.shadowRoot.querySelector(".card")).fill;
        }""",
        download.value.path().read_text(),
    )
    assert fills == "rgb(255, 255, 255)"
    assert download.value.suggested_filename.endswith(".svg")
    with page.expect_download() as download:
        page.click("#save-png")
    assert download.value.path().read_bytes().startswith(b"\x89PNG")
    with page.expect_download() as download:
        page.click("#save-machine")
    assert download.value.suggested_filename == "two-sockets-three-classes-of-memory.toml"


def test_the_current_line_is_always_in_sight(page: Page, trace: Trace) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    open_page(page)
    page.keyboard.press("1")
    inside = """() => {
        const [line, panel] = ["#code .now", "#code"].map((s) => document.querySelector(s).getBoundingClientRect());
        return line.top >= panel.top - 1 && line.bottom <= panel.bottom + 1;
    }"""
    for _ in range(trace.length - trace.opens):
        assert page.evaluate(inside), at(page)
        page.keyboard.press("ArrowRight")


def test_arrow_keys_in_registers_and_tabs(page: Page) -> None:
    open_page(page)
    page.locator("[data-signal=this_pass] [data-cell='0']").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("#question")).to_have_text("Why is node 1 not in used_targets?")
    page.keyboard.press("Escape")
    focused = page.evaluate(
        "[document.activeElement.dataset.cell, document.activeElement.parentElement.dataset.signal]"
    )
    assert focused == ["1", "used_targets"]
    page.locator("#tab-timeline").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#tab-distances")).to_be_focused()
    expect(page.locator("#tab-distances")).to_have_attribute("aria-selected", "true")


def test_presenter_mode(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    open_page(page)
    page.keyboard.press("p")
    for hidden in ("header", "#registers", ".code-panel", "#scores"):
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


def test_the_tour_is_offered_once(page: Page) -> None:
    open_page(page)
    page.click("#start-tour")
    for stop in range(1, 6):
        expect(page.locator("#tour-title")).to_contain_text(f"{stop} of 5")
        expect(page.locator("#tour")).to_be_in_viewport(ratio=1)
        page.click("#next-stop")
    expect(page.locator("#tour")).to_be_hidden()
    page.reload()
    page.wait_for_selector("main[data-step]")
    expect(page.locator("#invitation")).to_be_hidden()


def test_embedding(page: Page) -> None:
    response = page.goto("/?embed=1#topology=two-sockets-one-expander")
    page.wait_for_selector("main[data-step]")
    assert response is not None
    assert "frame-ancestors *" in response.headers["content-security-policy"]
    expect(page.locator("#topology")).to_be_hidden()
    expect(page.locator("#charts")).to_be_hidden()
    for size in ((900, 560), (1200, 800), (480, 420)):
        page.set_viewport_size({"width": size[0], "height": size[1]})
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


def test_the_stage_in_words(page: Page) -> None:
    open_page(page)
    page.keyboard.press("End")
    expect(page.locator("#stage-text li").nth(1)).to_contain_text(
        "Node 1: 256 GiB DRAM, no CPUs; in used_targets; demotes to 2"
    )
    page.locator(".stage [data-node='0']").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#why")).to_be_visible()


def test_what_is_said_while_it_plays(page: Page, trace: Trace) -> None:
    """Every step that is taken is told; while it plays only passes and chapters, and the sentence at a pause."""
    open_page(page)
    page.keyboard.press("1")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#live")).to_have_text(trace.at("sentence", trace.opens + 1))
    page.evaluate(
        "window.said = []; new MutationObserver(() => window.said.push(document.querySelector('#live').textContent))"
        ".observe(document.querySelector('#live'), {childList: true})"
    )
    page.select_option("#speed", "8")
    page.locator("#stage").click(position={"x": 2, "y": 2})
    page.keyboard.press(" ")
    expect(page.locator("main")).to_have_attribute("data-mode", "ended", timeout=15000)
    begins = [trace.at("sentence", s) for s in trace.stops(2) if trace.at("operation", s)[0] == "PassBegins"]
    assert page.evaluate("window.said") == [*begins, trace.at("sentence", trace.length - 1)]


def test_charts_come_when_they_are_seen(page: Page, trace: Trace) -> None:
    open_page(page)
    assert page.locator(".js-plotly-plot").count() == 0
    page.locator("#charts").scroll_into_view_if_needed()
    expect(page.locator("#chart .heatmaplayer")).to_be_visible()
    cursor = page.locator("#overlay .cursor")
    place = "cursor => cursor.getBoundingClientRect().x"
    before = cursor.evaluate(place)
    page.locator("body").press("End")
    assert cursor.evaluate(place) > before
    box = page.locator("#chart .nsewdrag").last.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_function("last => Number(document.querySelector('main').dataset.step) < last", arg=trace.length - 1)
    page.click("#tab-distances")
    expect(page.locator("#overlay .used-column").first).to_be_attached()
    page.locator("body").press("d")
    expect(page.locator("#chart .heatmaplayer")).to_be_visible()
