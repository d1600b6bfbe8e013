"""Test the comparison panel: a second run that follows the steps of the first, and tables of many runs."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import each, open_page
from tests.browser.test_accessibility import violations
from viz.analysis import compare
from viz.analysis.run import Run
from viz.kernel.versions import VERSIONS
from viz.topology import builtin

NAME = "one-socket-two-equal"
TWIN = """() => ({
    shown: Number(document.querySelector("main").dataset.step),
    step: Number(document.querySelector(".twin figcaption").textContent.match(/step (\\d+)/)[1]),
    arrows: [...document.querySelectorAll(".twin .stored")].map((a) => `${a.dataset.from}>${a.dataset.to}`).sort(),
    marked: document.querySelectorAll(".twin .twin-marks circle").length,
})"""


def against(page: Page, hash: str) -> None:
    open_page(page, f"/#{hash}")
    expect(page.locator(".twin svg").first).to_be_visible()


def arrows(run: Run, step: int) -> list[str]:
    return sorted(f"{node}>{target}" for node, targets in run.trace().targets(step).items() for target in targets)


@pytest.mark.slow
def test_two_or_more_runs_are_compared_step_by_step(page: Page) -> None:
    """What differs is told and leads to its step; each run has its stage, in step by source, by pass, or at its end."""
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

    page.keyboard.press("1")
    trace = Run.of(builtin(NAME), "v5.15").trace()
    forward, back = ["ArrowRight"] * (trace.length - 1), ["ArrowLeft"] * (trace.length - 2)
    for other in ("v6.0", "v6.11", "v5.16"):
        page.locator(".twin select").first.select_option(f"kernel:{other}")
        expect(page.locator(".twin figcaption")).to_contain_text(f"{other}, step")
        page.locator("#scrubber").fill("0")
        other_run = Run.of(builtin(NAME), other)
        other_trace = other_run.trace()
        seen = each(page, [*forward, *back], TWIN)
        for found in seen[: len(forward)]:
            step = found["shown"]
            assert found["arrows"] == arrows(other_run, found["step"]), (other, step)
            if trace.at("source", step) != -1 and trace.at("pass", step):
                assert other_trace.at("source", found["step"]) in (trace.at("source", step), -1), (other, step)
            here, there = trace.targets(step), other_trace.targets(found["step"])
            assert found["marked"] == sum(set(here[node]) != set(there[node]) for node in here), (other, step)
        assert seen[len(forward) - 1]["step"] == other_trace.length - 1
        assert seen[len(forward) :] == seen[len(forward) - 2 :: -1], "it is the same on the way back"

    page.locator("#scrubber").fill("0")
    page.select_option("[name=sync]", "end")
    assert page.evaluate(TWIN)["step"] == other_trace.length - 1
    page.select_option("[name=sync]", "pass")
    page.keyboard.press("]")
    page.keyboard.press("]")
    assert other_trace.at("pass", page.evaluate(TWIN)["step"] + 1) == 2
    page.select_option("[name=sync]", "source")

    kernels = ("v5.16", "v6.0", "v6.11")
    shown, *others = (Run.of(builtin(NAME), kernel).trace() for kernel in ("v5.15", *kernels))
    for kernel in kernels[1:]:
        page.click("#one-more")
        page.locator(".twin select").last.select_option(f"kernel:{kernel}")
    expect(page.locator(".twin svg")).to_have_count(3)
    expect(page.locator("#one-more")).to_be_hidden()
    expect(page).to_have_url(re.compile("against=kernel%3Av5.16%2Ckernel%3Av6.0%2Ckernel%3Av6.11"))
    page.keyboard.press("Escape")
    page.locator("#scrubber").press("End")
    for twin, kernel, run in zip(page.locator(".twin").all(), kernels, others, strict=True):
        expect(twin.locator("figcaption")).to_contain_text(f"{kernel}, step {run.length - 1} of")
        apart = [
            n
            for n, targets in shown.targets(shown.length - 1).items()
            if set(targets) != set(run.targets(run.length - 1)[n])
        ]
        expect(twin.locator(".twin-marks circle")).to_have_count(len(apart))
        expect(twin.locator(".differences li")).to_have_count(len(apart))

    page.click("#all-versions summary")
    expect(page.locator("#all-versions tr").first).to_be_visible()  # the table moves the element that is clicked next
    page.click("#all-machines summary")
    expect(page.locator("#all-machines tr").first).to_be_visible()
    assert violations(page, "#tool", ".stage-panel", "#registers") == []

    page.reload()
    expect(page.locator(".twin svg")).to_have_count(3)
    page.locator("[data-drop]").nth(1).click()
    expect(page.locator(".twin figcaption")).to_have_count(2)
    expect(page).to_have_url(re.compile("against=kernel%3Av5.16%2Ckernel%3Av6.11&"))
    expect(page.locator("#registers [title*=' in v5.16']")).not_to_have_count(0)
    page.click("#stop-comparing")
    expect(page.locator("#registers [title*=' in v5.16']")).to_have_count(0)
    expect(page.locator("#stage .twin-marks")).to_have_count(0)
    expect(page.locator("#registers .apart")).to_have_count(0)
    expect(page).not_to_have_url(re.compile("against"))


@pytest.mark.slow
def test_the_tables_of_versions_and_machines_lead_to_others(page: Page) -> None:
    against(page, f"topology={NAME}&kernel=v5.15&against=kernel:v5.16")
    page.evaluate("() => { location.hash = location.hash.replace('v5.16', 'v6.1'); }")
    expect(page.locator(".twin select")).to_have_value("kernel:v6.1")
    page.go_back()
    expect(page.locator(".twin select")).to_have_value("kernel:v5.16")
    page.click("#all-versions summary")
    expect(page.locator("#all-versions tr")).to_have_count(len(VERSIONS))
    page.click("#all-versions [data-kernel='v6.0']")
    expect(page.locator("main")).to_have_attribute("data-kernel", "v6.0")
    expect(page.locator(".twin .apart")).to_contain_text("v5.16")
    page.click("#all-machines summary")
    page.click("#all-machines [data-machine='two-sockets-one-expander']")
    expect(page.locator("#title")).to_have_text(builtin("two-sockets-one-expander").title)


def test_another_machine_and_the_order_before_an_event(page: Page) -> None:
    against(page, "topology=losing-a-node&against=before:event")
    page.keyboard.press("End")
    expect(page.locator(".differences strong").first).to_contain_text("in the new order")
    for _ in range(3):
        page.keyboard.press("[")
    page.select_option("[name=other]", "topology:two-sockets-three-classes")
    caption = re.compile(r"Two sockets, three classes of memory, step \d+ of \d+, kernel posted")
    expect(page.locator(".twin figcaption")).to_have_text(caption)


def test_a_comparison_is_presented_beside_the_stage(page: Page) -> None:
    against(page, f"topology={NAME}&kernel=v5.15&against=kernel:v5.16")
    page.set_viewport_size({"width": 1280, "height": 720})
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
