"""Test the pictures of charts of machines that have little room in them, and what is too large for pictures."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from viz.analysis.run import Run
from viz.figures.animation_frames import frames
from viz.figures.chart_pictures import chart_picture, distances, round_up
from viz.figures.charts import chart
from viz.figures.frame import Look
from viz.topology import builtin, load

RUN = Run.of(builtin("two-sockets-three-classes"))
TRACE = RUN.trace()


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


@pytest.mark.parametrize(
    ("limit", "most", "draw", "refusal"),
    [
        (
            "chart_pictures.MAX_STRETCHES",
            40,
            lambda: chart_picture("timeline", RUN.topology, TRACE, Look()),
            "A picture of a timeline shows up to 39 stretches of one role; this run has more.",
        ),
        (
            "charts.MAX_CELLS",
            51 * 6,
            lambda: chart("timeline", RUN, "light"),
            "The timeline shows up to 305 nodes by steps; this run has 51 steps.",
        ),
        (
            "animation_frames.MAX_FRAMES",
            35,
            lambda: frames(TRACE, 0, 50),
            "an animation of this machine has up to 34 pictures; take fewer steps or a larger stride",
        ),
        (
            "animation_frames.MAX_CARDS",
            35 * 6,
            lambda: frames(TRACE, 0, 50),
            "an animation of this machine has up to 34 pictures; take fewer steps or a larger stride",
        ),
    ],
    ids=["stretches", "cells", "pictures", "cards"],
)
def test_what_is_larger_than_a_limit_is_refused_in_one_line(
    monkeypatch: pytest.MonkeyPatch, limit: str, most: int, draw: Callable[[], object], refusal: str
) -> None:
    """The run has 51 steps, 40 stretches of one role and 35 pictures of six cards."""
    monkeypatch.setattr(f"viz.figures.{limit}", most)
    assert draw()
    monkeypatch.setattr(f"viz.figures.{limit}", most - 1)
    with pytest.raises(ValueError, match=f"^{re.escape(refusal)}$"):
        draw()
