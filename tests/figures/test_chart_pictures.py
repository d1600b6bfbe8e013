"""Test the pictures of charts of machines that have little room in them."""

from __future__ import annotations

import pytest

from viz.analysis.run import Run
from viz.figures.chart_pictures import distances, round_up
from viz.figures.frame import Look
from viz.topology import builtin, load

TRACE = Run.of(builtin("two-sockets-three-classes")).trace()


@pytest.mark.parametrize(("count", "named"), [(2, 1), (25, 1), (26, 2), (50, 2), (51, 3), (75, 3)])
def test_as_many_nodes_are_named_as_have_room_for_a_line_of_text(count: int, named: int) -> None:
    """Rows and columns are 600 units long at most, and a name needs 24 of them; the first node is always named."""
    picture = distances(load(f"{count} sockets: cpu+dram").topology, TRACE, Look(), None)
    texts = [
        (int(text.text or ""), text.get("text-anchor"), float(text.get("y", "")))
        for text in picture.iter("text")
        if (text.text or "").isdigit()
    ]
    expected = list(range(0, count, named))
    assert [node for node, anchor, _ in texts if anchor == "end"] == expected
    assert [node for node, anchor, y in texts if anchor == "middle" and y < 46] == expected


@pytest.mark.parametrize(
    ("number", "rounded"), [(0.3, 1), (1, 1), (1.1, 2), (2, 2), (3, 5), (5, 5), (6, 10), (11, 20), (21, 50), (99, 100)]
)
def test_steps_are_numbered_in_round_numbers(number: float, rounded: int) -> None:
    assert round_up(number) == rounded
