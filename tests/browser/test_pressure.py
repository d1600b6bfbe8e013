"""Test the tool on pressure: the four stories, its keys, its words for screen readers, links, and the stage."""

from __future__ import annotations

import json
import re
from xml.etree.ElementTree import fromstring

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.steps import open_page
from tests.browser.test_accessibility import violations
from tests.browser.test_pictures import SVG
from tests.browser.test_stories import COVERS
from viz.stories import builtin_story

MACHINE = "two-sockets-slow-and-slowest"


def open_pressure(page: Page, scenario: str, kernel: str = "v7.0", tick: int = 0, *, is_frame: bool = True) -> None:
    """Open a scenario by a link, which an open page follows without a reload.

    The film has frames of the ticks at which something happens. Between them it shows the earlier one.
    """
    open_page(page, f"/#topology={MACHINE}&kernel={kernel}&pressure={scenario}:{tick}")
    expect(page.locator(".film-nodes tbody tr")).to_have_count(5)
    expect(page.locator("main")).to_have_attribute("data-kernel", kernel)
    expect(page.locator("[name=scenario]")).to_have_value(scenario)
    if is_frame:
        expect(page.locator(".film-bar output")).to_have_text(re.compile(f"^tick {tick} of"))


def told(page: Page) -> Locator:
    """Return what is said of the tick on show."""
    return page.locator(".film-told")


def step_to(page: Page, words: str, presses: int = 30) -> None:
    """Press the right arrow until these words are said."""
    for _ in range(presses):
        if words in (told(page).text_content() or ""):
            return
        page.keyboard.press("ArrowRight")
    raise AssertionError(f"never said: {words}, but at last: {told(page).text_content()}")


def counter(page: Page, node: int, name: str) -> int:
    """Return the counter of a node; 0 if nobody has counted anything there."""
    heads = [text.replace("\u200b", "") for text in page.locator(".film-nodes thead th").all_text_contents()]
    if name not in heads:
        return 0
    row = page.locator(".film-nodes tbody tr").nth(node)
    return int((row.locator("th, td").nth(heads.index(name)).text_content() or "0").replace(",", ""))


def flows(page: Page) -> set[str]:
    """Return the flows on the stage: their kind, source and target."""
    found = page.locator("#stage .flow")
    return {f"{flow.get_attribute('class')} {flow.get_attribute('data-flow')}" for flow in found.all()}


def test_what_happens_under_pressure_is_shown_and_told(page: Page) -> None:
    """The built-in scenarios, under the kernels where they differ, played, stepped and asked about."""
    spill_before_demotion(page)
    bound_and_cascade(page)
    cpuset_skips_a_tier(page, "v7.0", "is not in the cpuset 0,4")
    node_leaves_under_load(page)
    cpuset_skips_a_tier(page, "v6.17", "returns EAGAIN")
    take_the_kernel_of_a_scenario(page)
    play_to_the_end(page)
    ask_why(page)


def spill_before_demotion(page: Page) -> None:
    """Pages come from the next node before any is demoted."""
    open_pressure(page, "default-policy")
    step_to(page, "Node 0 is down to the low watermark, so pages of program come from node 1")
    assert "flow alloc 0>1" in flows(page)
    expect(page.locator('#stage [data-node="0"] .percent')).to_have_text(re.compile("^99[.]"))
    page.keyboard.press("End")
    assert flows(page) == set()
    expect(page.locator(".film-remark")).to_contain_text("Nothing was demoted, because nothing had to be reclaimed")
    assert counter(page, 0, "pgdemote_kswapd") == 0


def bound_and_cascade(page: Page) -> None:
    """A node full of bound pages demotes, and so do the nodes that take them."""
    open_pressure(page, "bound")
    step_to(page, "so kswapd of node 0 wakes")
    expect(page.locator('#stage [data-node="0"] .worker')).to_have_class("worker awake")
    assert {"flow kswapd 0>2", "flow kswapd 0>3"} <= flows(page)
    step_to(
        page, "The pages that come to node 3 take it down to its low watermark, so its own kswapd wakes: a cascade."
    )
    assert "flow kswapd 3>4" in flows(page)
    assert counter(page, 0, "pgdemote_kswapd") > 0
    assert counter(page, 0, "pgdemote_direct") > 0
    page.keyboard.press("Home")
    assert flows(page) == set()
    expect(page.locator(".film-bar output")).to_have_text("tick 0 of 411")


CHOOSE_AND_ASK = """(scenario) => {
    const list = document.querySelector("[name=scenario]");
    list.value = scenario;
    list.dispatchEvent(new Event("change", { bubbles: true }));
    document.querySelector("#stage [data-node='3']").dispatchEvent(new MouseEvent("click", { bubbles: true }));
}"""


def ask_why(page: Page) -> None:
    """Ask why a node is as it is, by a click on its card and by keyboard."""
    open_pressure(page, "bound", tick=380)
    page.locator('#stage [data-node="4"]').click()
    expect(page.locator(".film-why ul")).to_contain_text("no node comes below node 4")
    page.locator('#stage [data-node="0"]').focus()
    page.keyboard.press("Enter")
    expect(page.locator(".film-why ul")).to_contain_text("Its kswapd is awake")
    with page.expect_request("**/ask/pressure-why") as asked:
        page.evaluate(CHOOSE_AND_ASK, "slow-tier-full")  # so the answer to why is of the scenario that is coming
    question = json.loads(asked.value.post_data or "")
    assert (question["scenario"], question["node"], question["tick"]) == ("slow-tier-full", 3, 0)
    expect(page.locator(".film-why li")).not_to_have_count(0)
    expect(page.locator("[name=why]")).to_have_value("3")
    page.keyboard.press(" ")
    page.locator('#stage [data-node="4"]').click()
    expect(page.locator(".film-why ul")).to_contain_text("node 4")


def cpuset_skips_a_tier(page: Page, kernel: str, words: str) -> None:
    """Newer kernels skip what is not in the cpuset; older ones give up."""
    open_pressure(page, "cpuset", kernel, 279, is_frame=False)
    step_to(page, words)
    assert ("flow proactive 0>4" in flows(page)) == (kernel == "v7.0")


def take_the_kernel_of_a_scenario(page: Page) -> None:
    """A scenario that is made for another kernel offers it."""
    open_pressure(page, "cpuset", "v5.15")
    page.get_by_role("button", name="Switch to v7.0").click()
    expect(page.locator("main")).to_have_attribute("data-kernel", "v7.0")
    expect(page.locator(".scenario-note button")).to_have_count(0)
    expect(page.locator("[name=scenario] option:checked")).to_have_text("A cpuset skips a tier")


def node_leaves_under_load(page: Page) -> None:
    """A node goes offline while pages are on it; another kernel plays the same scenario anew."""
    open_pressure(page, "node-offline")
    step_to(page, "The memory of node 2 begins to leave")
    assert any(flow.startswith("flow migrate 2>") for flow in flows(page))
    assert re.fullmatch(r"leaving: [\d.]+ %", page.locator('#stage [data-node="2"] .percent').text_content() or "")
    step_to(page, "Node 2 has left, and the order is built anew: 0 → 3, 1 → 3, 3 → 4.")
    expect(page.locator('#stage [data-node="2"] .percent')).to_have_text("offline")
    for ends in ('[data-from="0"][data-to="2"]', '[data-from="2"][data-to="4"]'):
        expect(page.locator(f"#stage .arrow{ends}")).to_be_hidden()
    page.keyboard.press("Home")
    slider = page.locator("[name=tick]")
    before = slider.get_attribute("max") or ""
    page.locator("summary", has_text="A scenario of your own").click()
    memory = page.locator(".of-owners").get_by_label("memory").first
    memory.fill("1 GiB")
    page.select_option("#kernel", "v5.15")
    expect(slider).not_to_have_attribute("max", before)
    expect(memory).to_have_value("1 GiB")  # what a visitor has written stays
    page.locator("summary", has_text="A scenario of your own").click()
    step_to(page, "no node has a target until it has left")


def play_to_the_end(page: Page) -> None:
    """Play by keyboard, at the speed of the player, which stops at the end."""
    open_pressure(page, "reclaim", tick=300, is_frame=False)
    for _ in range(3):
        page.keyboard.press("+")  # the speed is the player's
    page.keyboard.press(" ")
    expect(page.locator("[data-go=play]")).to_have_text("Pause")
    expect(told(page)).to_contain_text("returns EAGAIN")
    expect(page.locator("[data-go=play]")).to_have_text("Play")
    page.keyboard.press("ArrowLeft")
    expect(told(page)).to_contain_text("A write to memory.reclaim asks the kernel to reclaim")


@pytest.mark.slow
def test_a_tick_is_in_links_talks_pictures_texts_and_the_speakers_window(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_pressure(page, "bound", tick=367)
    share(page)
    show_to_a_hall(page)
    link_and_leave(page)


def share(page: Page) -> None:
    """Save a tick as a picture and a chart, and copy it as a text."""
    page.click("#open-share")
    page.set_checked("#picture-frame", True)
    with page.expect_download() as saved:
        page.click("#save-svg")
    assert saved.value.suggested_filename.endswith("-tick-367.svg")
    svg = fromstring(saved.value.path().read_text())
    texts = " ".join(text.text or "" for text in svg.iter(f"{SVG}text"))
    assert "Bound to one node: demotion, and a cascade" in texts
    assert (told(page).locator("p").first.text_content() or "") in texts
    assert "tick 367 of 411; kernel v7.0" in texts
    classes = {part.get("class"): part for part in svg.iter()}
    places = {part.get("transform") for part in svg.iter() if part.get("class") == "sign"}
    assert len(places) > 2
    assert all(re.fullmatch(r"translate\(-?[\d.]+ -?[\d.]+\)", place or "") for place in places)
    assert classes["mark low"].get("stroke-dasharray")
    assert classes["chain-0"].get("fill-opacity") == "0.3"
    page.select_option("#picture-of", "fill")
    with page.expect_download() as saved:
        page.click("#save-svg")
    assert saved.value.suggested_filename.endswith("-fill.svg")
    assert "fill; tick 367 of 411" in saved.value.path().read_text()
    page.click("#copy-text")
    text = page.evaluate("navigator.clipboard.readText()")
    assert "Bound to one node: demotion, and a cascade, tick 367 of 411" in re.sub(r"\s+", " ", text)
    assert re.search(r"^node +free +pgdemote_kswapd", text, re.MULTILINE)
    assert "step 0" not in text
    assert max(map(len, text.splitlines()[:-1])) <= 72
    page.click("#close-share")


def show_to_a_hall(page: Page) -> None:
    """A speaker sees stage and sentence large, and the sentence in the window of notes."""
    open_pressure(page, "bound", tick=364)
    with page.context.expect_page() as opened:
        page.keyboard.press("n")
    sentence = opened.value.locator("#speaker-sentence")
    expect(sentence).to_contain_text("so kswapd of node 0 wakes")
    page.bring_to_front()
    page.keyboard.press("p")
    expect(told(page)).to_be_in_viewport(ratio=1)
    assert told(page).evaluate("(box) => getComputedStyle(box).fontSize") == "24px"
    page.keyboard.press("ArrowRight")
    expect(page.locator(".film-bar output")).to_have_text("tick 367 of 411")
    expect(sentence).to_have_text(told(page).inner_text().replace("\n", " "))
    for part in (".film-left-out", '#stage [data-node="4"]', ".film-bar"):
        expect(page.locator(part)).to_be_in_viewport(ratio=0.9)
    page.keyboard.press("p")
    opened.value.close()


def link_and_leave(page: Page) -> None:
    """The address and a stop of a talk hold scenario and tick, until another tool is opened."""
    open_pressure(page, "bound", tick=370)
    expect(page.locator(".film-bar output")).to_have_text("tick 370 of 411")
    page.keyboard.press("s")
    expect(page.locator("#status")).to_contain_text("Stop 1 of your talk: ")
    (stop,) = json.loads(page.evaluate("sessionStorage['tierscope.talk']"))["stops"]
    assert (stop["view"], stop["scenario"], stop["tick"]) == ("pressure", "bound", 370)
    assert (told(page).text_content() or "").startswith(stop["title"].rstrip("…"))
    page.keyboard.press("Shift+ArrowRight")
    expect(page).to_have_url(re.compile("pressure=bound%3A371"))
    page.evaluate("location.hash = location.hash.replace('bound%3A371', 'cpuset%3A220')")
    expect(page.locator("[name=scenario]")).to_have_value("cpuset")
    expect(page.locator(".film-bar output")).to_have_text(re.compile("^tick 220 of"))
    page.evaluate("location.hash = location.hash.replace('cpuset%3A220', 'own.x%3A220')")
    expect(page.locator(".film-bar output")).to_have_text(re.compile("^tick 0 of"))
    expect(page.locator("#status")).to_have_text("The scenario in the link is damaged.")
    page.click("#tool-code")
    expect(page).not_to_have_url(re.compile("pressure"))
    assert page.locator("#stage :is(.vessel, .flows, .moving-signs)").count() == 0
    expect(page.locator("#registers")).to_be_visible()


@pytest.mark.slow
def test_ones_own_by_form_and_as_toml(page: Page) -> None:
    open_pressure(page, "bound")
    page.locator("summary", has_text="A scenario of your own").click()
    first = page.locator(".of-owners li").first
    expect(first.get_by_label("name")).to_be_focused()
    expect(page.locator(".of-owners")).to_be_in_viewport(ratio=0.5)
    expect(page.locator(".of-owners li").nth(1).get_by_label("from tick")).to_have_value("210")
    page.select_option("[name=scenario]", "default-policy")
    expect(page.locator(".of-owners li")).to_have_count(1)
    expect(first.get_by_label("memory")).to_have_value("120% of first")
    page.get_by_role("button", name="do what it does?").click()
    expect(page.locator(".film-why li").first).to_be_visible()
    first.get_by_label("memory").fill("much")
    page.get_by_role("button", name="Write and play").click()
    expect(page.locator(".of-owners .refusal")).to_contain_text("owner 1, memory: must be a size such as")
    expect(first.get_by_label("memory")).to_be_focused()
    first.get_by_label("memory").fill("1 GiB")
    first.get_by_label("then reclaim").fill("100 MiB")
    page.get_by_role("button", name="Add an owner").click()
    second = page.locator(".of-owners li").nth(1)
    expect(second.get_by_label("name")).to_be_focused()
    second.get_by_label("CPU on node").select_option("1")
    second.get_by_label("from tick").fill("50")
    assert violations(page) == []
    page.get_by_role("button", name="Write and play").click()
    expect(page.locator("[name=scenario] option:checked")).to_have_text("My scenario (your own)")
    expect(page.locator("[data-go=play]")).to_have_text("Pause")
    expect(page.locator(".film-why li")).to_have_count(0)
    page.keyboard.press("s")
    expect(page.locator("#status")).to_contain_text("only scenarios that are built in")
    page.keyboard.press("End")
    expect(page.locator(".film-bar output")).to_have_text("tick 250 of 250")
    expect(page).to_have_url(re.compile(r"pressure=own\.[\w-]+%3A250"))
    page.reload()
    expect(page.locator("[name=scenario] option:checked")).to_have_text("My scenario (your own)")
    expect(page.locator(".film-bar output")).to_have_text("tick 250 of 250")
    page.locator("summary", has_text="A scenario of your own").click()
    toml = page.locator("[name=toml]")
    expect(toml).to_have_value(re.compile('memory = "1 GiB"'))
    expect(toml).to_have_value(re.compile('name = "program 2"\nmemory = "130% of first"\ncpu = 1\nstart = 50'))
    page.get_by_role("button", name="Remove owner 2").click()
    page.fill("[name=toml]", 'title = "x"\n[[owners]]\nname = "a"\nmemory = "lots"\n')
    page.get_by_role("button", name="Play this").click()
    expect(page.locator(".as-toml .refusal")).to_contain_text("owners[0].memory: must be a size such as")
    expect(page.locator("[name=toml]")).to_have_value(re.compile("lots"))
    page.select_option("[name=scenario]", "bound")
    expect(page.locator(".as-toml .refusal")).to_have_text("")


STORIES = ("spill-before-demotion", "bound-and-cascade", "cpuset-skips-a-tier", "leaves-under-load")


@pytest.mark.slow
def test_a_story_shows_each_of_its_ticks(page: Page) -> None:
    for name in STORIES:
        story = builtin_story(name)
        open_page(page, f"/#story={name}.1")
        for number, stop in enumerate(story.stops):
            assert stop.scene is not None
            expect(page.locator("#stop-title")).to_have_text(stop.stop.title)
            expect(page.locator("main")).to_have_attribute("data-kernel", stop.run.version.name)
            expect(page.locator(".film-bar output")).to_have_text(re.compile(f"^tick {stop.scene.tick} of"))
            expect(page.locator("[name=scenario]")).to_have_value(stop.scene.scenario)
            expect(page.locator("#story-stop")).to_be_in_viewport(ratio=1)
            expect(page.locator(".story-mark")).to_have_count(1)
            assert page.evaluate(COVERS) == []
            if stop.stop.title.startswith("It has left"):
                expect(page.locator("[data-order]")).to_have_attribute("data-order", "0>2")
                expect(page.locator("#stage .arrow:visible")).to_have_count(0)
            if name == STORIES[0] and not number:
                assert violations(page, "#tool", "#story-stop") == []  # the stops differ in their data alone
            page.keyboard.press("PageDown")
        expect(page.locator("#stop-title")).to_have_text("Now try")
        last = story.stops[-1]
        page.keyboard.press("PageUp")
        expect(page.locator(".film-bar output")).to_have_text(re.compile(f"^tick {last.scene and last.scene.tick} of"))
    page.reload()
    expect(page.locator("#stop-title")).to_have_text(last.stop.title)
    expect(page.locator(".film-bar output")).to_have_text(re.compile(f"^tick {last.scene and last.scene.tick} of"))


@pytest.mark.slow
def test_a_story_runs_on_and_signs_move_where_motion_is_wanted(page: Page) -> None:
    page.emulate_media(reduced_motion="no-preference")
    open_page(page, "/#story=bound-and-cascade.1")
    expect(page.locator(".film-bar output")).to_have_text(re.compile("^tick 211 of"))
    page.keyboard.press("PageDown")
    expect(page.locator("[data-go=play]")).to_have_text("Pause")
    expect(page.locator(".film-bar output")).to_have_text(re.compile("^tick 364 of"))
    expect(page.locator("[data-go=play]")).to_have_text("Play")
    expect(told(page)).to_contain_text("so kswapd of node 0 wakes")
    page.keyboard.press("Escape")
    open_pressure(page, "bound", tick=380)
    still, moving = (page.locator(f"#stage {layer} .sign").first for layer in (".flow", ".moving-signs"))
    expect(still).to_be_hidden()
    frames = moving.evaluate("(sign) => sign.getAnimations()[0].effect.getKeyframes()")
    moved = {name for frame in frames for name in frame} - {"offset", "computedOffset", "easing", "composite"}
    assert moved == {"transform"}, "the browser moves the signs without painting"
    page.emulate_media(reduced_motion="reduce")
    expect(still).to_be_visible()
    expect(moving).to_be_hidden()


@pytest.mark.slow
def test_the_chart_and_a_window_of_another_size_show_the_same_tick(page: Page) -> None:
    """What the model leaves out is always in sight."""
    page.set_viewport_size({"width": 1280, "height": 720})
    open_pressure(page, "bound")
    for scroll in (0, 10_000):
        page.locator("#tool").evaluate("(panel, to) => { panel.scrollTop = to; }", scroll)
        expect(page.locator(".film-left-out")).to_be_in_viewport(ratio=0.9)
    expect(page.locator(".film-left-out")).to_contain_text("A model, and no measurement")
    page.set_viewport_size({"width": 1440, "height": 900})
    narrow_the_window(page)
    page.set_viewport_size({"width": 1440, "height": 900})
    follow_the_chart(page)


def follow_the_chart(page: Page) -> None:
    """The chart of fill over time follows the tick, and a click on it leads to a tick."""
    open_pressure(page, "bound", tick=380)
    expect(page.locator("#tab-fill")).to_have_attribute("aria-selected", "true")
    page.locator("#charts").scroll_into_view_if_needed()
    expect(
        page.locator("#chart .js-plotly-plot .yaxislayer-above .y5title, #chart .js-plotly-plot .y5title")
    ).to_have_count(1)
    expect(page.locator("#chart")).not_to_have_attribute("aria-busy", "true")
    cursor = page.locator("#overlay .cursor")
    before = cursor.evaluate("(line) => parseFloat(line.style.left)")
    page.keyboard.press("Home")
    expect(page.locator(".film-bar output")).to_have_text("tick 0 of 411")
    assert cursor.evaluate("(line) => parseFloat(line.style.left)") < before - 100
    plot = page.locator("#chart .nsewdrag").first.bounding_box()
    assert plot
    page.mouse.click(plot["x"] + plot["width"] * 0.5, plot["y"] + plot["height"] * 0.9)
    expect(page.locator(".film-bar output")).not_to_have_text("tick 0 of 411")
    page.click("#tool-code")
    expect(page.locator("#tab-fill")).to_be_hidden()
    expect(page.locator("#tab-timeline")).to_have_attribute("aria-selected", "true")


def narrow_the_window(page: Page) -> None:
    """A stage of another width shows the same tick."""
    open_pressure(page, "bound", tick=380)
    fills = page.locator('#stage [data-node="0"] .vessel .parts rect')
    expect(fills).not_to_have_count(0)
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.locator("#stage svg.stage")).to_have_attribute("viewBox", re.compile("^0 0 [1-5][0-9][0-9] "))
    expect(fills).not_to_have_count(0)
    assert page.locator("#stage .vessel").count() == 5
    expect(page.locator(".deck")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
