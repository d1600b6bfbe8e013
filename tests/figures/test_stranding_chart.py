"""The picture of packed jobs, against the packing itself."""

from __future__ import annotations

from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from viz.analysis.stranding import Amount, stranding
from viz.figures import stranding_chart

amounts = st.builds(Amount, st.integers(0, 64), st.integers(0, 2**40))


@given(st.lists(amounts, min_size=1, max_size=5), amounts.filter(any))
def test_every_bar_is_full_of_jobs_and_what_is_left(nodes: list[Amount], job: Amount) -> None:
    _, walled = stranding(nodes, job)
    svg = fromstring(
        stranding_chart.picture([f"node {n}" for n in range(len(nodes))], nodes, walled, job, stranding_chart.BINARY)
    )
    bars = svg.findall("g")
    assert len(bars) == 2 * len(nodes)
    for bar, (jobs, _) in zip(bars[::2], walled.bins, strict=True):
        left, *taken = (float(rect.get("width", "")) for rect in bar.findall("rect"))
        assert len(taken) == (jobs if jobs <= stranding_chart.MAX_SEGMENTS else 1)
        assert sum(taken) <= left + 0.1 * len(taken) + 0.1  # widths are rounded


@pytest.mark.parametrize(
    ("memory", "unit"),
    [
        ("3 GB", stranding_chart.DECIMAL),
        ("3GiB", stranding_chart.BINARY),
        ("1.5 TB", stranding_chart.DECIMAL),
        ("7", stranding_chart.BINARY),
    ],
)
def test_sizes_are_told_in_the_unit_that_was_asked_in(memory: str, unit: tuple[str, int]) -> None:
    assert stranding_chart.unit_of(memory) == unit


def test_the_discussion_in_words() -> None:
    whole, walled = stranding([Amount(4, 5 * 10**9)] * 2, Amount(2, 3 * 10**9))
    assert stranding_chart.text(whole, stranding_chart.DECIMAL) == "3 jobs; 2 cores and 1 GB left over"
    assert stranding_chart.text(walled, stranding_chart.DECIMAL) == "2 jobs; 4 cores and 4 GB left over"
