"""Test that the page can be used by everybody: it breaks none of axe's rules in any state, and follows more rules."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from typing import Any, Literal

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import at_rest, charted, choose, each, follow, open_page
from viz.analysis.run import Run
from viz.topology import builtin, builtin_names

pytestmark = pytest.mark.slow

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
    follow(page, "#story=tour.2")
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


def opened(button: str) -> Callable[[Page], None]:
    """Return a function that opens a dialog by its button."""
    return lambda page: page.click(button)


ALL = ()
TOOL = ("#stage", "#tool", ".deck")
DIALOG = ("dialog[open]",)
STATES: dict[str, tuple[Callable[[Page], None], tuple[str, ...]]] = {
    "a story": (touring, ("#stage", ".side", ".deck", "#story-stop")),
    "the player": (plain, ALL),
    "an answer": (answering, ("#stage", "#why")),
    "the zonelists": (zonelists, ("#stage", "#scores")),
    "presenter mode": (presenting, ALL),
    "the gallery": (gallery, DIALOG),
    "sharing": (opened("#open-share"), DIALOG),
    "help": (opened("#open-keys"), DIALOG),
    "a refused text": (refused, DIALOG),
    "a new machine": (shaping, DIALOG),
    "the charts": (charted, ("#charts",)),
    "the readers": (reading, TOOL),
    "the events": (building, TOOL),
    "the pressure": (pressing, TOOL),
}
"""For each state: a function that brings the page into it, and the parts that axe looks at. Escape ends it."""


def test_axe_finds_colours_that_cannot_be_read_and_nothing_in_any_state_of_the_page(page: Page) -> None:
    """The first part shows that violations are found: text in nearly its background's colour, in either scheme."""
    open_page(page)
    for scheme, colour in (("light", "#eee"), ("dark", "#222")):
        tag = page.add_style_tag(
            content=f"@media (prefers-color-scheme: {scheme}) {{ #narration {{ color: {colour} }} }}"
        )
        found = violations(page, ".deck")
        assert {one.partition(":")[0] for one in found} == {"color-contrast"}, scheme
        # Once words of the glossary are marked in the sentence, its lines are elements of their own.
        assert any('id="narration"' in one or 'class="line"' in one for one in found), scheme
        tag.evaluate("one => one.remove()")

    for name, (state, parts) in STATES.items():
        state(page)
        assert violations(page, *parts) == [], name
        page.keyboard.press("Escape")

    page.click("#tool-code")  # the player's keys are the scenario's while that is shown
    for machine in ("power9-gpu-memory", "memoryless-cpu-node"):
        choose(page, machine)
        at_rest(page)
        page.keyboard.press("End")
        expect(page.locator("main")).to_have_attribute("data-mode", "ended")
        assert violations(page, ".stage-panel", "#registers", ".deck") == [], machine

    page.click("#theme")  # the server draws other charts for the dark theme
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    charted(page)
    assert violations(page, "#charts") == []


WANTED = {"topology", "kernel", "zonelists", "open-shape", "open-paste", "open-share", "present", "theme", "open-keys"}
WANTED |= {"first", "back", "play-pause", "forward", "last", "scrubber", "size", "speed"}
WANTED |= {"0", "code", "scores", "tab-timeline"}
"""The ids, or the nodes, of the elements that Tab must reach."""
ROOM = """() => {
    const {scrollHeight, clientHeight} = document.querySelector("#narration");
    return clientHeight - scrollHeight;
}"""


def test_all_is_reached_and_read_without_a_pointer_in_windows_of_any_width(page: Page) -> None:
    """Tab reaches all controls, the focus is seen, sentences are whole, nothing is cut off, and motion is a choice."""
    open_page(page)
    page.locator("body").press("Tab")
    reached = []
    for _ in range(60):
        focused, outline, is_over = page.evaluate(
            """(() => {
                const it = document.activeElement;
                const name = it.id || it.getAttribute("data-node") || "";
                return [name, getComputedStyle(it).outlineStyle, it === document.body];
            })()"""
        )
        if is_over:
            break
        reached.append(focused)
        assert outline != "none", focused
        page.keyboard.press("Tab")
    assert set(reached) >= WANTED, WANTED - set(reached)

    # Arrows grow only where motion is wanted.
    wishes: tuple[tuple[Literal["reduce", "no-preference"], bool], ...] = (("no-preference", True), ("reduce", False))
    for motion, moves in wishes:
        page.emulate_media(reduced_motion=motion)
        page.keyboard.press("Home")
        page.keyboard.press("End")
        drawn = page.locator(".arrow.stored *")
        names = drawn.evaluate_all("all => all.map(one => getComputedStyle(one).animationName)")
        assert (set(names) != {"none"}) == moves, motion

    # Nothing is cut off on the right of a narrow window, and every control is reached by scrolling down.
    for name in builtin_names()[::5]:
        choose(page, name)
        for width in (768, 390):
            page.set_viewport_size({"width": width, "height": 844})
            page.wait_for_function("width => document.documentElement.scrollWidth <= width", arg=width)
    for width in (768, 390):
        page.set_viewport_size({"width": width, "height": 844})
        for control in ("#topology", "#play-pause", "#scrubber", "#registers", "#code"):
            page.locator(control).scroll_into_view_if_needed()
            expect(page.locator(control), str(width)).to_be_in_viewport()

    # The longest sentences of a machine fit without scrolling, because scrolling would need a pointer.
    trace = Run.of(builtin("cpus-apart-from-memory"), "rfc2022").trace()
    lengths = {len(trace.at("sentence", step)): step for step in range(trace.length)}
    assert max(lengths) > 240
    follow(page, "#topology=cpus-apart-from-memory&kernel=rfc2022")
    expect(page.locator("main")).to_have_attribute("data-kernel", "rfc2022")
    for (width, height), keys in (((1440, 900), ""), ((390, 844), ""), ((1280, 720), ""), ((1280, 720), "pr")):
        page.set_viewport_size({"width": width, "height": height})
        for key in keys:
            page.keyboard.press(key)
        assert min(each(page, list(lengths.values()), ROOM)) >= 0, (width, keys)
