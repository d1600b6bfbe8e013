"""Test a snapshot that is opened as a file in a browser, without a server."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree.ElementTree import tostring

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Watch
from viz.analysis.run import Run
from viz.figures.css_classes import mark
from viz.figures.frame import Theme
from viz.figures.palette import css
from viz.figures.plain_svg import computed, theme_values
from viz.figures.snapshot import bare_stage, snapshot
from viz.resources import assets
from viz.topology import builtin

SEEN = """(selector) => [...document.querySelectorAll(selector)].map((element) => {
    const style = getComputedStyle(element);
    const {left, top, right, bottom, width, height} = element.getBoundingClientRect();
    return {left, top, right, bottom, size: width + height, paint: style.stroke,
            seen: style.visibility === "visible" && style.display !== "none"};
})"""


COMPUTED = """(names) => Object.fromEntries([...document.querySelectorAll("[data-key]")].map((element) => {
    const style = getComputedStyle(element);
    return [element.dataset.key, Object.fromEntries(names.map((name) => [name, style.getPropertyValue(name)]))];
}))"""
PROPERTIES = ("fill", "stroke", "stroke-width", "visibility", "opacity", "font-size", "font-weight", "text-anchor")
INITIAL = {"fill": "#000000", "stroke": "none", "stroke-width": "1", "opacity": "1", "text-anchor": "start"}


def as_written(value: str) -> str:
    """Return a computed value as a file has it: colours as #rrggbb, lengths without a unit, no paint as none."""
    value = re.sub(r"rgb\((\d+), (\d+), (\d+)\)", lambda rgb: f"#{bytes(map(int, rgb.groups())).hex()}", value)
    return re.sub(r"(?<=\d)px", "", value.replace("rgba(0, 0, 0, 0)", "none").replace('"', ""))


def test_styles_are_those_that_the_browser_computes(page: Page) -> None:
    """The rules of the stage's style sheet amount to the same in Python as in Chromium, for every element."""
    run = Run.of(builtin("losing-a-node"))
    trace = run.trace()
    barrier = next(step for step in range(70, trace.length) if trace.at("operation", step)[0] == "Barrier")
    for topology, step in ((run.topology, barrier), (builtin("sixteen-cells-one-memory"), 20)):
        picture = bare_stage(topology, Run.of(topology).trace())
        mark(picture, Run.of(topology).trace(), step)
        for number, element in enumerate(picture.iter()):
            element.set("data-key", str(number))
        rules = (assets() / "styles/stage.css").read_text()
        page.set_content(f"<style>{css()}{rules}</style>{tostring(picture, encoding='unicode')}")
        found = page.evaluate(COMPUTED, PROPERTIES)
        for element, style in computed(picture, theme_values(dark=False)):
            expected = {name: style.get(name, INITIAL.get(name)) for name in PROPERTIES}
            shown = {name: as_written(value) for name, value in found[element.get("data-key", "")].items()}
            expected["font-weight"] = expected["font-weight"] or "400"
            assert shown == expected, (element.tag, element.get("class"))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_draws_from_a_file(page: Page, watch: Watch, tmp_path: Path, theme: Theme) -> None:
    run = Run.of(builtin("two-sockets-three-classes"))
    trace = run.trace()
    file = tmp_path / "x.svg"
    file.write_text(snapshot(run.topology, trace, trace.length - 1, theme), encoding="utf-8")
    watch.origins.add("file://")
    page.goto(file.as_uri())
    [paper] = page.evaluate(SEEN, "svg:root")
    shafts = page.evaluate(SEEN, ".arrow.stored .shaft")
    assert len(shafts) == 4
    assert all(shaft["seen"] and shaft["size"] > 20 and shaft["paint"] != "none" for shaft in shafts)
    for part in (*shafts, *page.evaluate(SEEN, ":root > text"), *page.evaluate(SEEN, ".card")):
        assert paper["left"] <= part["left"] <= part["right"] <= paper["right"]
        assert paper["top"] <= part["top"] <= part["bottom"] <= paper["bottom"]
    ends = page.evaluate(SEEN, ".end")
    assert [end["seen"] for end in ends] == [False, False, True, False, False, True]
