"""Test the shapes of roles: all small cards of a role share a path, and other cards have shapes of their own."""

from __future__ import annotations

from xml.etree.ElementTree import Element, fromstring

import pytest

from tests.bench.engine import machine
from viz.analysis.run import Run
from viz.figures.css_classes import mark, node_classes
from viz.figures.roles import ROLE_LAYERS, SHAPES
from viz.figures.snapshot import bare_stage
from viz.figures.stage import stage


@pytest.fixture(scope="module")
def run() -> Run:
    """Return the run of a machine with small cards."""
    return Run.of(machine(70))


def with_class(svg: Element, name: str) -> list[Element]:
    return [element for element in svg.iter() if name in element.get("class", "").split()]


@pytest.mark.slow
@pytest.mark.parametrize("fifteenth", range(16))
def test_each_path_lies_over_the_cards_of_its_role(run: Run, fifteenth: int) -> None:
    trace = run.trace()
    step = (trace.length - 1) * fifteenth // 15
    svg = bare_stage(run.topology, trace)
    mark(svg, trace, step)
    corners = {}
    for card in svg.iterfind(".//g[@data-node]"):
        (face,) = with_class(card, "face")
        corners[int(card.get("data-node", ""))] = f"M{face.get('x')} {face.get('y')}"
    classes = node_classes(trace, step)
    paths = svg.findall(".//path[@data-role]")
    assert [(path.get("class"), path.get("data-role")) for path in paths] == [(f"{a} {b}", b) for a, b in ROLE_LAYERS]
    for path in paths:
        expected = [corner for node, corner in corners.items() if path.get("data-role") in classes.get(node, ())]
        assert path.get("d") == "".join(corner + path.get("data-piece", "") for corner in expected)


def test_only_cards_that_are_not_small_have_shapes_of_their_own(run: Run) -> None:
    small = fromstring(stage(run.topology, run.trace()))
    six = Run.of(machine(6))
    large = fromstring(stage(six.topology, six.trace()))
    for name in SHAPES.keys() - {"outline", "lack", "veil", "barred"}:
        assert {element.get("data-role") is None for element in with_class(small, name)} == {False}
        assert len(with_class(large, name)) == 6
    assert not with_class(large, "roles")
