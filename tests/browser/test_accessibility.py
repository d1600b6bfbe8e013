"""Test that the page can be used by everybody: it breaks none of axe's rules in any state, and follows more rules."""

from __future__ import annotations

from importlib.resources import files
from typing import Any, Literal

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import charted, choose, each, open_page
from viz.analysis.run import Run
from viz.topology import builtin, builtin_names

AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


def violations(page: Page, *parts: str) -> list[str]:
    """Return what axe finds wrong with the page in its colour scheme, and with its colours in the other scheme.

    With selectors of parts of the page, only these are looked at. That takes a quarter of the time, and is enough
    where all else on the page is as in a state that has been looked at already.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found = _violations(page, parts, {})
    dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    page.emulate_media(color_scheme="light" if dark else "dark")
    found += _violations(page, parts, {"runOnly": ["color-contrast"]})  # no other rule depends on colours
    page.emulate_media(color_scheme="dark" if dark else "light")
    return found


def _violations(page: Page, parts: tuple[str, ...], options: dict[str, Any]) -> list[str]:
    run = """async ([parts, options]) => {
        const found = await axe.run(parts.length ? parts : document, {...options, resultTypes: ["violations"]});
        return found.violations;
    }"""
    violated: list[dict[str, Any]] = page.evaluate(run, [parts, options])
    nodes = [(rule["id"], node) for rule in violated for node in rule["nodes"]]
    return [f"{rule}: {node['html'][:160]} ({node['failureSummary'][:200]})" for rule, node in nodes]


def plain(page: Page) -> None:
    """Go to a step in the middle of a pass."""
    for _ in range(3):
        page.keyboard.press("ArrowRight")


def answering(page: Page) -> None:
    """Open the answer to the question why a node has its target."""
    plain(page)
    page.click("[data-node='1']")


def zonelists(page: Page) -> None:
    """Go to a step at which a zonelist is shown."""
    page.keyboard.press("Home")
    page.get_by_role("button", name="Show each list").click()
    expect(page.locator("#scores .fallback")).to_be_visible()


def presenting(page: Page) -> None:
    """Open presenter mode with its panels."""
    plain(page)
    for key in "pcrw":
        page.keyboard.press(key)


def touring(page: Page) -> None:
    """Start the first story, and go to a stop that marks a part of the page."""
    page.goto("/#story=tour.2")
    expect(page.locator(".stage-panel.story-mark")).to_be_visible()


def gallery(page: Page) -> None:
    """Open the gallery of stories, and search it for a word."""
    page.click("#open-stories")
    page.fill("#find-story", "incoherent")
    expect(page.locator("#stories-found")).to_contain_text("stories have these words")


def reading(page: Page) -> None:
    """Play a walk, and open every part of the readers panel."""
    page.click("#tool-readers")
    page.click("[data-act=first-example]")
    page.click("[data-verdict=cycle]")
    page.click(".walks summary")
    page.click(".promises summary")
    page.keyboard.press("ArrowRight")


def building(page: Page) -> None:
    """Add an event, and compare the orders before and after it."""
    page.click("#tool-events")
    expect(page.locator("#tool .where")).not_to_be_empty()
    page.click(".stage [data-node='1']")
    page.click("[data-event=mem_offline]")
    expect(page.locator(".differences li")).to_have_count(4)
    expect(page.locator(".rebuilds tbody tr")).to_have_count(4)
    page.click(".grow summary")
    page.locator("#chips .chip").last.focus()


def refused(page: Page) -> None:
    """Paste a text that describes no machine, so that the dialog shows an error."""
    page.click("#open-paste")
    page.fill("#text", "nonsense")
    page.click("#load")
    expect(page.locator("#error")).not_to_be_empty()


def shaping(page: Page) -> None:
    """Open the dialog for a new machine with rows of every kind and a wrong value in a field."""
    page.click("#open-shape")
    page.fill("[data-at=line]", "2 sockets: cpu+dram, pmem per socket; snc 2; shared cxl")
    expect(page.locator("#shape-told")).to_contain_text("7 nodes")
    page.fill("[data-at='stands.1.size']", "64Q")
    expect(page.locator("#shape-wrong")).to_be_visible()


def pressing(page: Page) -> None:
    """Open the tool on pressure where pages flow, with an answer and the form for a scenario of one's own."""
    page.click("#tool-pressure")
    page.select_option("[name=scenario]", "slow-tier-full")
    expect(page.locator(".film-bar output")).to_contain_text("tick 0 of")
    page.keyboard.press("Control+Home")  # nothing, and the list is left
    page.locator("#stage [data-node]").first.click()
    expect(page.locator(".film-why li")).not_to_have_count(0)
    page.locator("summary", has_text="A scenario of your own").click()


def opened(button: str) -> Any:
    """Return a function that opens a dialog by its button."""
    return lambda page: page.click(button)


VISITS = {
    "player": (touring, plain, answering, zonelists, presenting),
    "dialogs": (gallery, opened("#open-share"), opened("#open-keys"), refused, shaping),
    "charts and tools": (charted, reading, building, pressing),
}
"""For each test: functions that each bring the page into a state. After each of them, the test presses Escape."""


@pytest.mark.parametrize("visit", VISITS)
def test_axe_finds_nothing(page: Page, visit: str) -> None:
    open_page(page)
    for index, state in enumerate(VISITS[visit]):
        state(page)
        assert violations(page) == [], index
        page.keyboard.press("Escape")


def test_axe_finds_nothing_in_charts_in_the_dark(page: Page) -> None:
    """Charts have a test of their own, because the server draws other charts for the dark theme."""
    page.emulate_media(color_scheme="dark")
    open_page(page)
    charted(page)
    assert violations(page) == []


def test_colours_that_cannot_be_read_are_found_in_either_scheme(page: Page) -> None:
    """Text in nearly the colour of its background is a violation, so the other tests can find violations."""
    open_page(page)
    for scheme, colour in (("light", "#eee"), ("dark", "#222")):
        tag = page.add_style_tag(
            content=f"@media (prefers-color-scheme: {scheme}) {{ #narration {{ color: {colour} }} }}"
        )
        found = violations(page)
        assert {one.partition(":")[0] for one in found} == {"color-contrast"}
        # Once words of the glossary are marked in the sentence, its lines are elements of their own.
        assert any('id="narration"' in one or 'class="line"' in one for one in found)
        tag.evaluate("one => one.remove()")


def test_axe_on_other_machines(page: Page) -> None:
    open_page(page)
    for name in ("power9-gpu-memory", "memoryless-cpu-node"):
        choose(page, name)
        page.keyboard.press("End")
        assert violations(page) == [], name


def test_everything_by_keyboard(page: Page) -> None:
    """Tab reaches every control, and the focused element has an outline."""
    open_page(page)
    page.locator("body").press("Tab")
    reached = []
    for _ in range(60):
        reached.append(page.evaluate("(e => e.id || e.getAttribute('data-node') || '')(document.activeElement)"))
        outlined = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outlined != "none", reached[-1]
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
    wanted = {
        "topology",
        "kernel",
        "zonelists",
        "open-shape",
        "open-paste",
        "open-share",
        "present",
        "theme",
        "open-keys",
    }
    wanted |= {"first", "back", "play-pause", "forward", "last", "scrubber", "size", "speed"}
    wanted |= {"0", "code", "scores", "tab-timeline"}
    assert wanted <= set(reached), wanted - set(reached)


def test_every_sentence_is_shown_whole(page: Page) -> None:
    """The longest sentences of a machine fit without scrolling, because scrolling would need a pointer."""
    trace = Run.of(builtin("cpus-apart-from-memory"), "rfc2022").trace()
    lengths = {len(trace.at("sentence", step)): step for step in range(trace.length)}
    assert max(lengths) > 240
    open_page(page, "/#topology=cpus-apart-from-memory&kernel=rfc2022")
    expect(page.locator("main")).to_have_attribute("data-kernel", "rfc2022")
    room = """() => {
        const {scrollHeight, clientHeight} = document.querySelector("#narration");
        return clientHeight - scrollHeight;
    }"""
    for (width, height), keys in (((1440, 900), ""), ((390, 844), ""), ((1280, 720), ""), ((1280, 720), "pr")):
        page.set_viewport_size({"width": width, "height": height})
        for key in keys:
            page.keyboard.press(key)
        assert min(each(page, list(lengths.values()), room)) >= 0, (width, keys)


@pytest.mark.parametrize(("width", "every"), [(768, 9), (390, 2)])
def test_narrow_windows(page: Page, width: int, every: int) -> None:
    """Nothing is cut off on the right, and every control can be reached by scrolling down."""
    page.set_viewport_size({"width": width, "height": 844})
    open_page(page)
    for name in builtin_names()[::every]:
        choose(page, name)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    for control in ("#topology", "#play-pause", "#scrubber", "#registers", "#code"):
        page.locator(control).scroll_into_view_if_needed()
        expect(page.locator(control)).to_be_in_viewport()


def test_arrows_grow_where_motion_is_wanted(page: Page) -> None:
    open_page(page)
    wishes: tuple[tuple[Literal["reduce", "no-preference"], bool], ...] = (("reduce", False), ("no-preference", True))
    for motion, moves in wishes:
        page.emulate_media(reduced_motion=motion)
        page.keyboard.press("Home")
        page.keyboard.press("End")
        drawn = page.locator(".arrow.stored *")
        names = drawn.evaluate_all("all => all.map(one => getComputedStyle(one).animationName)")
        assert (set(names) != {"none"}) == moves
