"""Test at which times an animation is drawn as single pictures, and an animation of one step."""

from __future__ import annotations

from xml.etree.ElementTree import Element

import pytest

from viz.analysis.run import Run
from viz.figures.animated_svg import LEAST, STILL, animated_svg, animation, picture_at, still_times
from viz.figures.animation import Animation, Key, Track
from viz.figures.animation_frames import frames
from viz.figures.frame import Look
from viz.topology import builtin


def film(*tracks: list[tuple[float, str]]) -> Animation:
    """Return an animation of parts, each with its opacity at some times."""
    made = [Track(Element("rect"), [Key(time, {"opacity": opacity}) for time, opacity in track]) for track in tracks]
    return Animation(Element("svg"), 10_000, made)


@pytest.mark.parametrize(
    ("tracks", "times"),
    [
        ([], [0]),
        ([[(0, "1"), (900, "1"), (901, "0")]], [0, 901]),
        ([[(0, "1"), (900, "1"), (900 + 2 * STILL, "0")]], [0, 900, 900 + STILL, 900 + 2 * STILL]),
        ([[(0, "1"), (LEAST, "1")], [(0, "1"), (200, "1")]], [0, LEAST, 200]),
        ([[(0, "1"), (LEAST - 1, "1")], [(0, "1"), (200, "1")]], [0, 200]),
        ([[(0, "1"), (200, "1")], [(0, "1"), (200 + LEAST - 1, "1")]], [0, 200 + LEAST - 1]),
    ],
    ids=["nothing moves", "at once", "slowly", "early", "too early", "too close to each other"],
)
def test_a_picture_is_drawn_whenever_something_has_moved(
    tracks: list[list[tuple[float, str]]], times: list[float]
) -> None:
    """Of two times that are too close to each other the later one is taken, but the first picture is at 0."""
    assert still_times(film(*tracks)) == times


def test_an_animation_of_one_step_stands_still() -> None:
    run = Run.of(builtin("two-sockets-three-classes"))
    trace = run.trace()
    shown = animation(run.topology, trace, frames(trace, 24, 24), Look())
    assert still_times(shown) == [0]
    assert animated_svg(shown) == picture_at(shown, 0)
