"""Test that on small cards each role is drawn as one SVG path, which covers the right nodes at every step."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.bench.engine import machine
from tests.browser.steps import agree_all, each, open_page, open_whole
from tests.browser.test_opening import drop
from viz.analysis.run import Run
from viz.figures.css_classes import MASKS, SINGLES, badge_texts, node_classes
from viz.figures.roles import ROLE_LAYERS
from viz.kernel.nodemask import NodeMask
from viz.topology import Topology
from viz.topology.link import pack
from viz.trace.scoretable import BEST_ROWS

ROLES = """() => {
    const corners = new Map([...document.querySelectorAll("#stage [data-node]")].map((card) => {
        const face = card.querySelector(".face");
        return [`M${face.getAttribute("x")} ${face.getAttribute("y")}`, Number(card.dataset.node)];
    }));
    return [...document.querySelectorAll("#stage [data-role]")].map((path) => [path.getAttribute("class"),
        (path.getAttribute("d") ?? "").split(path.dataset.piece).filter(Boolean).map((corner) => corners.get(corner))]);
}"""
CLASSES = """(names) => [...document.querySelectorAll("#stage [data-node]")].map((card) =>
    [Number(card.dataset.node), names.filter((name) => card.classList.contains(name))])"""
BOXES = """() => {
    const union = (shapes) => {
        const boxes = shapes.map((shape) => shape.getBBox());
        const [left, top] = [Math.min(...boxes.map((box) => box.x)), Math.min(...boxes.map((box) => box.y))];
        const right = Math.max(...boxes.map((box) => box.x + box.width));
        return [left, top, right, Math.max(...boxes.map((box) => box.y + box.height))].map(Math.round);
    };
    const faces = [...document.querySelectorAll("#stage .node.this-pass .face")];
    return [union(faces), union([document.querySelector("#stage .roles .outline.this-pass")])];
}"""

COPIED = """async () => {
    const [stage, { state }] = [await ours("#player/stage"), await ours("#core/state")];
    const { lendStage, returnStage } = await ours("#tools/readers/stage");
    lendStage("<svg class='stage' data-lent='1'></svg>");
    returnStage();
    const sent = new DOMParser().parseFromString(state.play.stage, "text/html").querySelector("svg");
    const copy = stage.copyStage(document.querySelector("#stage svg"));
    const names = ["node", "from", "to", "role", "socket"];
    return [copy, sent].map((svg) => [...svg.querySelectorAll("*")].map((part) =>
        [part.tagName, ...names.map((name) => part.dataset[name])].join()));
}"""
"""A script that shows another stage for a moment; it returns the parts of a copy of the stage, and those of the stage
as it was sent, from the bottom to the top."""
COVERED = """() => [...document.querySelectorAll("#stage [data-node]")].filter((card) => {
    const { x, width } = card.querySelector(".id").getBBox();
    const lines = card.querySelector(".break").getAttribute("d").split("M").slice(1);
    const [left, right] = lines.map((line) => parseFloat(line));
    return left + (card.querySelector(".face").width.baseVal.value - (right - left)) > x || right < x + width;
}).map((card) => card.dataset.node)"""
"""A script that returns the nodes whose ids are covered by a zigzag of Pressure; both zigzags of a card are equal."""


def test_what_lies_behind_the_cards_is_a_drawing_of_its_own(page: Page) -> None:
    """It shows the same part of the stage, the pointer finds it, and a picture or a stage shown later has it, too."""
    trace = Run.of(machine(70)).trace()
    open_whole(page, f"/#machine={pack(machine(70))}&step={trace.opens}")
    drawings = page.locator("#stage svg")
    parts = [drawings.nth(place).locator("[data-node], [data-role], [data-socket]") for place in (0, 1)]
    assert parts[0].count() == 70
    assert parts[1].count() == len(ROLE_LAYERS) + page.locator("#stage [data-socket]").count() > len(ROLE_LAYERS)
    boxes = "all => all.map((svg) => svg.getAttribute('viewBox'))"
    whole, same = drawings.evaluate_all(boxes)
    page.click("#zoom-in")
    zoomed, background = drawings.evaluate_all(boxes)
    assert whole == same != zoomed == background
    page.click("#zoom-fit")
    assert drawings.evaluate_all(boxes) == [whole, whole]
    drawn: Any = page.locator("#stage .socket rect").first.bounding_box()
    at_edge = "([x, y]) => document.elementFromPoint(x, y).closest('[data-socket]') !== null"
    assert page.evaluate(at_edge, [drawn["x"] + 3, drawn["y"] + drawn["height"] / 2])
    copied, sent = page.evaluate(COPIED)
    assert copied == sent
    assert len(copied) > 300
    assert drawings.count() == 2
    page.click("#tool-pressure")
    page.locator("#stage .vessel .break").nth(69).wait_for(state="attached")
    assert page.evaluate(COVERED) == []


@pytest.mark.slow
def test_every_path_is_over_the_nodes_of_its_role(page: Page) -> None:
    """An outline lies on its cards and takes no click, and a card without memory hides no role."""
    run = Run.of(machine(70))
    trace = run.trace()
    steps = [trace.opens, *Random(1).sample(range(trace.length), 40), 0, trace.length - 1]
    open_page(page, f"/#machine={pack(run.topology)}")
    expect(page.locator("#title")).to_have_text("70 nodes")
    for step, found in zip(steps, each(page, steps, ROLES), strict=True):
        classes = node_classes(trace, step)
        for (name, nodes), (shape, role) in zip(found, ROLE_LAYERS, strict=True):
            assert name == f"{shape} {role}"
            assert sorted(nodes) == [node for node in trace.nodes if role in classes.get(node, ())], (role, step)
    names = sorted({*MASKS.values(), *SINGLES.values()})
    for node, has in page.evaluate(CLASSES, names):
        assert sorted(has) == sorted(set(node_classes(trace, steps[-1]).get(node, [])) & set(names))
    step = next(s for s in range(trace.length) if trace.at("operation", s)[0] == "PassBegins")
    page.locator("#scrubber").fill(str(step))
    cards, outline = page.evaluate(BOXES)
    assert cards == outline
    page.click("#stage [data-node='4'] .face")
    expect(page.locator("#why")).to_be_visible()
    expect(page.locator("#why")).to_contain_text("node 4")
    without_memory(page)


@pytest.mark.slow
def test_more_than_256_nodes_have_badges_as_far_as_they_have_scores(page: Page) -> None:
    """A scan of so many nodes has the scores of its best candidates; the others' cards show none of an earlier scan."""
    trace = Run.of(machine(300)).trace()
    open_page(page)
    drop(page, "machine.json", json.dumps(machine(300).document()).encode())
    expect(page.locator("#title")).to_have_text(trace.title)
    scans = [step for step in range(trace.length) if trace.at("operation", step)[0] == "Scan"]
    steps = [step for scan in Random(1).sample(scans, 5) for step in (scan - 1, scan, scan + 2)]
    assert len(badge_texts(trace, scans[0])) == BEST_ROWS < len(NodeMask.parse(trace.at("candidates", scans[0])))
    agree_all(page, trace, steps, steps)


def without_memory(page: Page) -> None:
    """Nodes without memory are marked by a path below the roles, offline nodes by a veil; cards are transparent."""
    document = machine(70).document()
    for node in document["nodes"][::8]:
        node["memory"] = 0
    document["events"] = [{"event": "mem_offline", "node": 5}, {"event": "node_remove", "node": 5}]
    topology = Topology.from_document(document)
    trace = Run.of(topology).trace()
    step = trace.length - 1
    page.goto(f"/#machine={pack(topology)}&step={step}")
    expect(page.locator("#stage .veil.offline")).to_have_count(1)
    expect(page.locator("main")).to_have_attribute("data-step", str(step))
    found = dict(map(tuple, page.evaluate(ROLES)))
    assert sorted(found["lack no-memory"]) == [*range(0, 5, 8), 5, *range(8, 70, 8)]
    assert found["veil offline"] == [5]
    fills = "all => all.map((face) => getComputedStyle(face).fill)"
    assert set(page.locator("#stage .face").evaluate_all(fills)) == {"rgba(0, 0, 0, 0)"}
