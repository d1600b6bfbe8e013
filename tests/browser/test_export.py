"""Test that an exported page is one file that plays like the served page and sends no requests."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Watch
from tests.browser.steps import agree, agree_all, at, shown
from tests.browser.test_findings import agrees
from tests.command import printed
from viz.analysis.findings import findings
from viz.analysis.run import Run
from viz.app.held_machines import held_machines
from viz.page.body import KEYS
from viz.page.player_data import play_alone
from viz.page.standalone import standalone, standalone_machines
from viz.resources import assets
from viz.topology import Topology, builtin, builtin_names

SIZE_LIMIT = 10**6


@pytest.mark.slow
def test_it_plays_from_a_file(page: Page, watch: Watch, tmp_path: Path) -> None:
    """It has its findings and answers, keeps its step, and a hostile machine stays text."""
    watch.origins.add("file://")
    file = tmp_path / "play.html"
    for name in ("power9-gpu-memory", "last-cpu-off", "boot-or-runtime"):
        run = Run.of(builtin(name))
        trace = run.trace()
        file.write_text(standalone(play_alone(run), assets()))
        assert file.stat().st_size < SIZE_LIMIT
        page.goto(file.as_uri())
        page.wait_for_selector("main[data-step]")
        page.select_option("#size", "0")
        page.locator("#stage").click(position={"x": 2, "y": 2})
        agree(page, trace, 0)
        steps = range(1, trace.length)
        agree_all(page, trace, ["ArrowRight"] * len(steps), steps)
    agrees(page, findings(run))
    page.click("[data-finding=nearest-taken]")
    assert at(page) == next(finding.step for finding in findings(run) if finding.id == "nearest-taken")
    page.click("[data-signal=used_targets] [data-cell] >> nth=1")
    assert page.locator("#question").inner_text()
    page.click("#open-share")
    expect(page.locator("#share")).to_be_visible()
    page.click("#copy-machine")
    expect(page.locator("#written")).to_have_value(re.compile('"distances"'))
    page.click("#close-share")
    page.goto(file.as_uri() + "#step=9")
    page.reload()
    page.wait_for_selector("main[data-step]")
    assert shown(page)["step"] == "9"

    title = "</script></title><script>alert(1)</script>"
    nodes = [{"id": 0, "cpus": 1, "memory": 1, "label": "</script><b>"}]
    machine = Topology.from_document({"title": title, "nodes": nodes, "distances": [[10]]})
    file.write_text(standalone(play_alone(Run.of(machine)), assets()))
    page.reload()
    page.wait_for_selector("main[data-step]")
    assert page.locator("#title").inner_text() == title
    assert json.dumps(title) not in file.read_text()


def test_it_fits_a_phone_too(page: Page, watch: Watch, tmp_path: Path) -> None:
    """An exported page contains the wide and the narrow stage, because no server can draw the other one."""
    run = Run.of(builtin(builtin_names()[0]))
    file = tmp_path / "play.html"
    file.write_text(standalone(play_alone(run), assets()))
    watch.origins.add("file://")
    page.goto(file.as_uri() + "#step=31")
    page.wait_for_selector("main[data-step]")
    wide = page.locator("#stage svg").get_attribute("viewBox") or ""
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.locator("#stage svg")).not_to_have_attribute("viewBox", wide)
    agree(page, run.trace(), 31)
    for part in ("#narration", "#play-pause", "#scrubber"):
        expect(page.locator(part)).to_be_in_viewport(ratio=1)


def test_every_key_is_safe_in_it(page: Page, watch: Watch, tmp_path: Path) -> None:
    """Each key of the list does what it does on a served page, or says that the file does not hold that."""
    file = tmp_path / "play.html"
    file.write_text(standalone(play_alone(Run.of(builtin(builtin_names()[0]))), assets()))
    watch.origins.add("file://")
    page.goto(file.as_uri())
    page.wait_for_selector("main[data-step]")
    keys = {key for listed, _ in KEYS for key in listed.split() if len(key) == 1 and key.isascii() and key not in "fV"}
    assert {"n", "g", "p", "?"} < keys
    for mode in ("", "p"):
        for key in (*mode, *sorted(keys - {"p"})):
            page.keyboard.press(key)
            if key == "?":
                page.keyboard.press("Escape")
    page.keyboard.press("s")
    expect(page.locator("#status")).to_contain_text("This file does not hold that")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#status")).to_be_empty()
    page.keyboard.press("n")
    expect(page.locator("#status")).to_contain_text("This file does not hold that")


@pytest.mark.slow
def test_a_scenario_in_it_plays_too(page: Page, watch: Watch, tmp_path: Path) -> None:
    file = tmp_path / "play.html"
    printed(
        "export",
        "topologies/two-sockets-slow-and-slowest.toml",
        "--kernel",
        "7.0",
        "--scenario",
        "bound",
        "-o",
        str(file),
    )
    assert file.stat().st_size < SIZE_LIMIT
    watch.origins.add("file://")
    page.goto(file.as_uri())
    expect(page.locator(".film-nodes tbody tr")).to_have_count(5)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".film-told")).to_contain_text("has all its pages")
    tools = ["Code", "Events", "Compare", "Pressure", "Readers"]
    expect(page.locator("#tools [data-tool]:visible")).to_have_text(tools)
    assert page.locator(".film-nodes td").nth(1).evaluate("(cell) => getComputedStyle(cell).textAlign") == "right"
    expect(page.locator(".film-why, #charts, .as-toml")).to_have_count(3)
    for part in page.locator(".film-why, #charts, .as-toml").all():
        expect(part).to_be_hidden()
    expect(page).to_have_url(re.compile("pressure=bound%3A200"))
    page.reload()
    expect(page.locator(".film-bar output")).to_have_text("tick 200 of 411")
    page.click("#tool-code")
    expect(page.locator("#registers")).to_be_visible()
    page.click("#tool-pressure")
    expect(page.locator(".film-bar output")).to_be_visible()


@pytest.mark.slow
def test_a_file_with_machines_has_their_kernels_and_tools(page: Page, watch: Watch, tmp_path: Path) -> None:
    """Machines and kernels can be chosen, Compare, Events and Readers answer, and all else is marked as absent."""
    names = ("losing-a-node", "one-socket-two-pmem")
    file = tmp_path / "play.html"
    held = held_machines({name: builtin(name) for name in names}, ["v5.15", "v6.1"])
    file.write_text(standalone_machines(held, assets()))
    assert file.stat().st_size < SIZE_LIMIT
    watch.origins.add("file://")
    page.goto(file.as_uri())
    page.wait_for_selector("main[data-kernel='v5.15']")
    kernels = page.locator("#kernel option:not([disabled])")
    assert [option.get_attribute("value") for option in kernels.all()] == ["v5.15", "v6.1"]
    expect(page.locator("#zonelists")).to_have_attribute("title", re.compile("not in this file"))
    tools = [tool.get_attribute("data-tool") for tool in page.locator("[data-tool]:not([disabled])").all()]
    assert set(tools) == {"code", "compare", "events", "readers"}

    page.click("#tool-compare")
    expect(page.locator("#twins .apart").first).to_contain_text("v6.1")
    expect(page.locator("#twins figure svg")).to_be_visible()
    page.locator("#all-versions summary").click()
    expect(page.locator("#all-versions button[data-kernel='v6.1']")).to_be_enabled()
    expect(page.locator("#all-versions button[data-kernel='v6.7']")).to_be_disabled()
    page.click("#tool-events")
    expect(page.locator(".rebuilds tbody tr")).to_have_count(4)
    page.click("#tool-readers")
    expect(page.locator(".outcome")).to_be_visible()
    page.select_option("[name=start]", "1")
    expect(page.locator(".refusal")).to_be_empty()
    assert page.locator("[name=protocol] option:not([disabled])").count() == 1

    page.select_option("#kernel", "v6.1")
    page.wait_for_selector("main[data-kernel='v6.1']")
    page.select_option("#topology", names[1])
    expect(page.locator("#title")).to_have_text(builtin(names[1]).title)
    expect(page.locator("main")).to_have_attribute("data-kernel", "v6.1")
    page.reload()
    expect(page.locator("#title")).to_have_text(builtin(names[1]).title)
    expect(page.locator("#status")).to_be_empty()
