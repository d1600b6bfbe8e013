"""Test animations: each picture of them is the picture of its step, as SVG and as GIF."""

from __future__ import annotations

import io
import re
from itertools import pairwise
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest
from PIL import Image, ImageChops

from tests.command import printed, refusal, tierscope
from tests.media.renderers import resvg
from viz.analysis.run import Run
from viz.figures import animation_frames
from viz.figures.animated_svg import animation, picture_at, stills
from viz.figures.animation import between
from viz.figures.animation_frames import Frame, frames
from viz.figures.frame import Look
from viz.figures.snapshot import snapshot
from viz.topology import builtin
from viz.trace.model import Trace

SVG = "{http://www.w3.org/2000/svg}"
SEED = "topologies/two-sockets-three-classes.toml"
LARGEST = 150_000
BARE = Look(frame=False)


def first_pass(trace: Trace) -> tuple[int, int]:
    """Return the first and the last step of pass 1."""
    steps = [step for step in range(trace.length) if trace.at("pass", step) == 1]
    return steps[0], steps[-1]


def test_a_pass_of_the_six_node_machine_is_a_small_file_that_no_script_plays() -> None:
    text = printed("animate", SEED, "--pass", "1")
    assert len(text.encode()) < LARGEST
    svg = fromstring(text)
    [style] = svg.findall(f"{SVG}style")
    assert "prefers-reduced-motion: no-preference" in (style.text or "")
    assert "@keyframes" in (style.text or "")
    assert not re.search(r"<script|\bon\w+=|var\(|https?://(?!www\.w3\.org/2000/svg)", text)
    played = dict(re.findall(r"@keyframes (\w+)\{((?:[\d.]+%\{[^}]*\})+)\}", style.text or ""))
    assert {name: keys for name, keys in played.items() if len(set(re.findall(r"\{[^}]+\}", keys))) < 2} == {}
    ids = re.findall(r"@keyframes (\w+)", style.text or "")
    assert set(ids) == set(played)
    assert len(ids) == len(set(ids))
    assert {name for element in svg.iter() for name in element.get("class", "").split()} <= set(ids)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["losing-a-node", "binding-pmem"])
def test_each_picture_shows_its_step_as_a_snapshot_does(name: str) -> None:
    """Just before a picture ends, nothing moves any more, and all is as in the snapshot of its step."""
    run = Run.of(builtin(name))
    trace = run.trace()
    first = trace.opens + 2
    shown = frames(trace, first, min(first + 24, trace.length - 1), size=0)
    film = animation(run.topology, trace, shown, BARE)
    for frame in shown[:: max(1, len(shown) // 3)]:
        drawn = resvg(picture_at(film, frame.ends - 0.5))
        expected = resvg(snapshot(run.topology, trace, frame.step, *BARE))
        assert _differing(drawn, expected) < 0.001, frame


def _differing(one: Image.Image, other: Image.Image) -> float:
    """Return the share of pixels that differ visibly."""
    assert one.size == other.size
    levels = (
        ImageChops.difference(one.convert("RGB"), other.convert("RGB")).convert("L").point(lambda v: 255 * (v > 24))
    )
    return levels.histogram()[255] / (one.size[0] * one.size[1])


def test_frames_follow_each_other_and_show_every_stop() -> None:
    trace = Run.of(builtin("losing-a-node")).trace()
    for size in range(4):
        shown = frames(trace, 10, 60, size)
        assert (shown[0].step, shown[-1].step) == (10, 60)
        assert all(one.ends == other.begins for one, other in pairwise(shown))
        assert all(frame.lasts > 0 for frame in shown)
        assert [frame.step for frame in shown] == sorted(frame.step for frame in shown)
        stops = [stop for stop in trace.stops(size) if 10 < stop < 60]
        assert {frame.stop for frame in shown} <= {10, *stops, 60}


def test_an_arrow_grows_and_its_head_comes_last() -> None:
    run = Run.of(builtin("two-sockets-three-classes"))
    trace = run.trace()
    film = animation(run.topology, trace, frames(trace, *first_pass(trace)), BARE)
    grown = [track for track in film.tracks if "stroke-dashoffset" in track.keys[0].properties]
    assert len(grown) == 2
    for track in grown:
        offsets = [float(key.properties["stroke-dashoffset"]) for key in track.keys]
        assert 1 in offsets
        assert offsets[-1] == 0


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [("0", "1", "0.25"), ("#000000", "#ff8040", "#402010"), ("none", "9 4", "none"), ("1", "1", "1")],
)
def test_values_between(one: str, other: str, expected: str) -> None:
    assert between(one, other, 0.25) == expected


def test_a_gif_shows_the_same_for_the_same_time(tmp_path: Path) -> None:
    file = tmp_path / "x.gif"
    options = ("--steps", "26..27", "--speed", "8", "--width", "300")
    assert tierscope("animate", SEED, *options, "-o", str(file)).returncode == 0
    gif = Image.open(io.BytesIO(file.read_bytes()))
    run = Run.of(builtin("two-sockets-three-classes"))
    trace = run.trace()
    shown = frames(trace, 26, 27, speed=8)
    lengths = []
    for number in range(getattr(gif, "n_frames", 1)):
        gif.seek(number)
        lengths.append(gif.info["duration"])
    assert gif.info["loop"] == 0
    assert gif.size[0] == 300
    assert abs(sum(lengths) - shown[-1].ends) < 10 * len(lengths)
    assert len(lengths) <= len(list(stills(animation(run.topology, trace, shown, Look()))))


def test_a_long_range_is_refused_in_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(animation_frames, "MAX_FRAMES", 20)
    assert "up to 20 pictures; take fewer steps" in refusal("animate", SEED, "--steps", "0..50", "--stride", "step")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--steps", "9"), "26..39"),
        (("--steps", "9..x"), "26..39"),
        (("--steps", "9..3"), "26..39"),
        (("--steps", "3..999"), "0 to 50"),
        (("--steps", "3..9", "--pass", "1"), "exclude"),
        (("--pass", "7"), "1 to 3"),
        (("--speed", "0"), "0.1"),
        (("--format", "webm"), "gif"),
        (("--steps", "26..26", "--format", "gif", "--transparent"), "needs a background"),
        (("--steps", "26..26", "--format", "gif", "--theme", "transparent", "--no-frame"), "needs a background"),
    ],
)
def test_bad_options_are_refused_in_a_line(options: tuple[str, ...], words: str) -> None:
    assert words in refusal("animate", SEED, *options)


@pytest.mark.parametrize("package", ["PIL", "resvg_py"])
def test_a_missing_package_is_named(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, package, None)
    assert "tierscope[media]" in refusal("animate", SEED, "--steps", "26..27", "--format", "gif")


def test_one_step_is_a_picture_that_stands() -> None:
    frame = Frame(3, 3, 0, 10)
    assert frame.lasts == 10
    assert "@keyframes" not in printed("animate", SEED, "--steps", "26..26")
