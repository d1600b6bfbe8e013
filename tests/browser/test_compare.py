"""Test the comparison panel: a second run that follows the steps of the first, and tables of many runs."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import open_page
from tests.browser.test_accessibility import violations
from viz.analysis import compare
from viz.analysis.run import Run
from viz.kernel.versions import VERSIONS
from viz.topology import builtin

NAME = "one-socket-two-equal"
TWIN = """() => ({
    step: Number(document.querySelector(".twin figcaption").textContent.match(/step (\\d+)/)[1]),
    arrows: [...document.querySelectorAll(".twin .stored")].map((a) => `${a.dataset.from}>${a.dataset.to}`).sort(),
    marked: document.querySelectorAll(".twin .twin-marks circle").length,
})"""


def against(page: Page, hash: str) -> None:
    open_page(page, f"/#{hash}")
    expect(page.locator(".twin svg").first).to_be_visible()


def arrows(run: Run, step: int) -> list[str]:
    return sorted(f"{node}>{target}" for node, targets in run.trace().targets(step).items() for target in targets)


@pytest.mark.parametrize("other", ["v5.16", "v6.0", "v6.11"])
def test_both_runs_keep_step_forward_and_back(page: Page, other: str) -> None:
    shown_run, other_run = (Run.of(builtin(NAME), kernel) for kernel in ("v5.15", other))
    against(page, f"topology={NAME}&kernel=v5.15&against=kernel:{other}")
    page.keyboard.press("1")
    trace, other_trace = shown_run.trace(), other_run.trace()
    states: list[Any] = []
    for _ in range(trace.length - 1):
        page.keyboard.press("ArrowRight")
        shown = page.evaluate(TWIN)
        assert shown["arrows"] == arrows(other_run, shown["step"])
        step = int(page.locator("main").get_attribute("data-step") or 0)
        if trace.at("source", step) != -1 and trace.at("pass", step):
            assert other_trace.at("source", shown["step"]) in (trace.at("source", step), -1)
        targets, others = trace.targets(step), other_trace.targets(shown["step"])
        assert shown["marked"] == sum(set(targets[node]) != set(others[node]) for node in targets)
        states.append(shown)
    assert states[-1]["step"] == other_trace.length - 1
    for shown in reversed(states[:-1]):
        page.keyboard.press("ArrowLeft")
        assert page.evaluate(TWIN) == shown


def test_what_differs_is_told_and_leads_to_its_step(page: Page) -> None:
    against(page, f"topology={NAME}&kernel=v5.15&against=kernel:v5.16&step=0")
    a, b = compare.sides([Run.of(builtin(NAME), kernel) for kernel in ("v5.15", "v5.16")])
    items = page.locator(".differences li")
    expect(items).to_have_count(3)
    for item, difference in zip(items.all(), compare.differences(a, b), strict=True):
        expect(item).to_contain_text(difference.cause)
        expect(item).to_contain_text(difference.told[1])
    items.first.locator("[data-step]").click()
    expect(page.locator("main")).to_have_attribute("data-step", str(a.scan(0)))
    page.keyboard.press("End")
    expect(page.locator("[data-signal=node_demotion] .apart")).to_have_count(3)
    expect(page.locator("[data-signal=node_demotion] [data-cell='0']")).to_have_attribute("data-there", "2")
    expect(page.locator("#stage .twin-marks circle")).to_have_count(3)
    page.click("#stop-comparing")
    expect(page.locator("#stage .twin-marks")).to_have_count(0)
    expect(page.locator("#registers .apart")).to_have_count(0)
    expect(page).not_to_have_url(re.compile("against"))


def test_by_pass_and_at_the_end(page: Page) -> None:
    other_trace = Run.of(builtin(NAME), "v5.16").trace()
    against(page, f"topology={NAME}&kernel=v5.15&against=kernel:v5.16")
    page.select_option("[name=sync]", "end")
    assert page.evaluate(TWIN)["step"] == other_trace.length - 1
    page.select_option("[name=sync]", "pass")
    page.keyboard.press("]")
    page.keyboard.press("]")
    assert other_trace.at("pass", page.evaluate(TWIN)["step"] + 1) == 2


def test_another_machine_and_the_order_before_an_event(page: Page) -> None:
    against(page, "topology=losing-a-node&against=before:event")
    page.keyboard.press("End")
    expect(page.locator(".differences strong").first).to_contain_text("in the new order")
    for _ in range(3):
        page.keyboard.press("[")
    page.select_option("[name=other]", "topology:two-sockets-three-classes")
    caption = re.compile(r"Two sockets, three classes of memory, step \d+ of \d+, kernel posted")
    expect(page.locator(".twin figcaption")).to_have_text(caption)


def test_the_table_of_versions_switches_the_kernel(page: Page) -> None:
    against(page, f"topology={NAME}&kernel=v5.15&against=kernel:v5.16")
    page.click("#all-versions summary")
    expect(page.locator("#all-versions tr")).to_have_count(len(VERSIONS))
    page.click("#all-versions [data-kernel='v6.0']")
    expect(page.locator("main")).to_have_attribute("data-kernel", "v6.0")
    expect(page.locator(".twin .apart")).to_contain_text("v5.16")
    page.click("#all-machines summary")
    page.click("#all-machines [data-machine='two-sockets-one-expander']")
    expect(page.locator("#title")).to_have_text(builtin("two-sockets-one-expander").title)


def test_three_runs_side_by_side(page: Page) -> None:
    """Each run has its own stage, list of differences and step; nodes with different targets are marked."""
    kernels = ("v5.16", "v6.0", "v6.11")
    shown, *others = (Run.of(builtin(NAME), kernel).trace() for kernel in ("v5.15", *kernels))
    against(page, f"topology={NAME}&kernel=v5.15&against=kernel:v5.16")
    for kernel in kernels[1:]:
        page.click("#one-more")
        page.locator(".twin select").last.select_option(f"kernel:{kernel}")
    expect(page.locator(".twin svg")).to_have_count(3)
    expect(page.locator("#one-more")).to_be_hidden()
    expect(page).to_have_url(re.compile("against=kernel%3Av5.16%2Ckernel%3Av6.0%2Ckernel%3Av6.11"))
    page.keyboard.press("Escape")
    page.locator("#scrubber").press("End")
    for twin, kernel, other in zip(page.locator(".twin").all(), kernels, others, strict=True):
        expect(twin.locator("figcaption")).to_contain_text(f"{kernel}, step {other.length - 1} of")
        apart = [
            n
            for n, targets in shown.targets(shown.length - 1).items()
            if set(targets) != set(other.targets(other.length - 1)[n])
        ]
        expect(twin.locator(".twin-marks circle")).to_have_count(len(apart))
        expect(twin.locator(".differences li")).to_have_count(len(apart))
    page.reload()
    expect(page.locator(".twin svg")).to_have_count(3)
    page.locator("[data-drop]").nth(1).click()
    expect(page.locator(".twin figcaption")).to_have_count(2)
    expect(page).to_have_url(re.compile("against=kernel%3Av5.16%2Ckernel%3Av6.11&"))
    page.click("#stop-comparing")
    expect(page.locator("#stage .twin-marks")).to_have_count(0)


def test_a_comparison_is_presented_beside_the_stage(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    against(page, f"topology={NAME}&kernel=v5.15&against=kernel:v5.16")
    page.locator("#stage").click(position={"x": 2, "y": 2})
    page.keyboard.press("p")
    for selector in ("#stage", ".twin figure", "#narration"):
        expect(page.locator(selector)).to_be_in_viewport(ratio=1)
    page.keyboard.press("r")
    expect(page.locator("#registers")).to_be_visible()
    expect(page.locator(".twin figure")).to_be_hidden()
    page.keyboard.press("r")
    expect(page.locator(".twin figure")).to_be_visible()
    page.keyboard.press("c")
    expect(page.locator("#code")).to_be_visible()
    expect(page.locator(".twin")).to_be_hidden()


def test_axe_finds_nothing(page: Page) -> None:
    against(page, f"topology={NAME}&kernel=v5.15&against=kernel:v5.16,kernel:v6.11")
    expect(page.locator(".twin svg")).to_have_count(2)
    page.keyboard.press("End")
    page.click("#all-versions summary")
    expect(page.locator("#all-versions tr").first).to_be_visible()  # the table moves the element that is clicked next
    page.click("#all-machines summary")
    expect(page.locator("#all-machines tr").first).to_be_visible()
    assert violations(page) == []
