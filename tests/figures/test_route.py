"""Test that arrows go around cards and beside the tiers' names, where there is room."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import fromstring

import pytest

from viz.analysis.run import Run
from viz.figures.box import Box
from viz.figures.card_sizes import DESKTOP
from viz.figures.layout import lay_out
from viz.figures.route import Route, route
from viz.figures.stage import stage
from viz.topology import Topology, builtin, builtin_names, load

EIGHT_SOCKETS = f"8 sockets: cpu+dram 64G, hbm 16G{', cxl 128G' * 3}{', pmem 256G' * 3}; cross 21"
STAGE = (400.0, 300.0)


def crossings(topology: Topology) -> Iterator[str]:
    """Yield a line for each arrow of the posted patch whose shaft passes through the name of a tier."""
    labels = lay_out(topology, DESKTOP).label_boxes()
    svg = fromstring(stage(topology, Run.of(topology, "posted").trace()))
    for arrow in svg.iterfind(".//*[@data-from]"):
        for shaft in (part for part in arrow if part.get("class") == "shaft"):
            ax, ay, bx, by, cx, cy = (float(number) for number in re.findall(r"-?[\d.]+", shaft.get("d", "")))
            curve = Route((ax, ay), (bx, by), (cx, cy))
            points = [Box(*curve.at(i / 40), 0.1, 0.1) for i in range(41)]
            if any(label.overlaps(point) for label in labels for point in points):
                yield f"{arrow.get('data-from')} -> {arrow.get('data-to')}"


@pytest.mark.parametrize("name", builtin_names())
def test_no_arrow_of_a_built_in_machine_passes_through_the_name_of_a_tier(name: str) -> None:
    assert list(crossings(builtin(name))) == []


def test_nor_does_one_of_64_nodes() -> None:
    topology = load(EIGHT_SOCKETS.encode(), "line").topology
    assert len(topology.nodes) == 64
    assert list(crossings(topology)) == []


def test_an_arrow_goes_around_the_card_between_on_the_side_where_there_is_room() -> None:
    """It keeps to the stage, and it crosses the name of a tier rather than a card."""
    above, between, below = (Box(60, y, 60, 40) for y in (20, 120, 220))
    wall, name = Box(127, 0, 270, 300), Box(10, 130, 40, 20)
    for others, size, labels, side in (
        ([between], STAGE, [name], "right"),
        ([between], (147.0, 300.0), [name], "right"),  # only the line beside the column keeps to so narrow a stage
        ([between, wall], STAGE, [], "left"),
        ([between, wall], STAGE, [name], "left"),
    ):
        points = [route(above, below, others, size, labels).at(i / 40) for i in range(41)]
        assert not any(between.overlaps(Box(x, y, 0.1, 0.1)) for x, y in points), side
        assert all(0 < x < size[0] for x, _ in points), side
        assert (min(x for x, _ in points) < between.x) == (side == "left")
        assert (max(x for x, _ in points) > between.right) == (side == "right")
