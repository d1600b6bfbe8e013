"""Test a snapshot that is opened as a file in a browser, without a server."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Watch
from viz.analysis.run import Run
from viz.figures.frame import Theme
from viz.figures.snapshot import snapshot
from viz.topology import builtin

SEEN = """(selector) => [...document.querySelectorAll(selector)].map((element) => {
    const style = getComputedStyle(element);
    const {left, top, right, bottom, width, height} = element.getBoundingClientRect();
    return {left, top, right, bottom, size: width + height, paint: style.stroke,
            seen: style.visibility === "visible" && style.display !== "none"};
})"""


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
