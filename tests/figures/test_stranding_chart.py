"""Test the picture of packed jobs, and the text about them."""

from __future__ import annotations

from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from viz.analysis.stranding import Amount, stranding
from viz.figures import stranding_chart
from viz.topology import builtin


def _longest(nodes: list[Amount]) -> Amount:
    return Amount(max(node.cores for node in nodes), max(node.memory for node in nodes))


amounts = st.builds(Amount, st.integers(0, 64), st.integers(0, 2**40))


def test_bars_of_the_machine_and_of_its_nodes_are_to_one_scale() -> None:
    topology = builtin("two-sockets-three-classes")
    packed = stranding_chart.packings(topology, Amount(1, 2**30), stranding_chart.BINARY)
    memory = [size.memory for size in stranding_chart.bins(topology).values()]
    whole, *nodes = (
        float(next(bar.iter("rect")).get("width", ""))
        for key in ("open", "walled")
        for bar in fromstring(packed[key]["bins"]).findall("g")[1::2]
    )
    assert nodes == pytest.approx([whole * size / sum(memory) for size in memory], abs=0.1)


@given(st.lists(amounts, min_size=1, max_size=5), amounts.filter(any))
def test_the_segments_of_a_bar_are_the_jobs_and_fit_in_it(nodes: list[Amount], job: Amount) -> None:
    _, walled = stranding(nodes, job)
    svg = fromstring(
        stranding_chart.picture(
            [f"node {n}" for n in range(len(nodes))], nodes, walled, job, stranding_chart.BINARY, _longest(nodes)
        )
    )
    bars = svg.findall("g")
    assert len(bars) == 2 * len(nodes)
    for bar, (jobs, _) in zip(bars[::2], walled.bins, strict=True):
        bar_width, *segments = (float(rect.get("width", "")) for rect in bar.findall("rect"))
        assert len(segments) == (jobs if jobs <= stranding_chart.MAX_SEGMENTS else 1)
        assert sum(segments) <= bar_width + 0.1 * len(segments) + 0.1  # widths are rounded


@pytest.mark.parametrize(
    ("memory", "unit"),
    [
        ("3 GB", stranding_chart.DECIMAL),
        ("3GiB", stranding_chart.BINARY),
        ("1.5 TB", stranding_chart.DECIMAL),
        ("7", stranding_chart.BINARY),
    ],
)
def test_sizes_are_written_in_the_kind_of_unit_that_was_entered(memory: str, unit: tuple[str, int]) -> None:
    assert stranding_chart.unit_of(memory) == unit


def test_the_text_of_a_packing() -> None:
    whole, walled = stranding([Amount(4, 5 * 10**9)] * 2, Amount(2, 3 * 10**9))
    assert stranding_chart.text(whole, stranding_chart.DECIMAL) == "3 jobs; 2 cores and 1 GB left over"
    assert stranding_chart.text(walled, stranding_chart.DECIMAL) == "2 jobs; 4 cores and 4 GB left over"
