"""Write a range of steps as one SVG file that plays by itself: in a browser, in an <img> and in a README.

The file has no script. CSS moves its parts, but only for viewers who have not asked for less motion: these, and
programs without animations, see the last picture.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from xml.etree.ElementTree import Element, SubElement

from viz.figures.animation import OFFSET, Animation, Key, Track, animate_stage
from viz.figures.animation_frames import Frame
from viz.figures.frame import MARGIN, SENTENCE, SMALL, TITLE, WIDTH, Look, Surround, as_text, bare_box, finish
from viz.figures.plain_svg import path_length
from viz.figures.snapshot import run_text, step_text
from viz.topology import Topology
from viz.trace.model import Trace

STILL = 80
"""The milliseconds between two pictures of a motion, where an animation is drawn as single pictures."""
LEAST = 40
"""The least time in milliseconds for which a single picture is shown."""


def animated_svg(animation: Animation) -> str:
    """Return an animation as the text of an SVG file."""
    style = Element("style")
    keyframes: dict[str, str] = {}
    grown = set()
    for track in animation.tracks:
        name = keyframes.setdefault(_keyframes(track, animation.lasts), f"k{len(keyframes)}")
        grown |= {name} if OFFSET in track.keys[0].properties else set()
        track.element.set("class", name)
    lasts = f"{animation.lasts / 1000:g}s"
    rules = [f".{name}{{animation:{name} {lasts} linear infinite}}" for name in keyframes.values()]
    rules += [f".{name}{{stroke-dasharray:1}}" for name in sorted(grown)]
    if not keyframes:
        return as_text(animation.root)
    moving = f"@media (prefers-reduced-motion: no-preference){{{''.join(rules)}}}"
    style.text = moving + "".join(f"@keyframes {name}{{{text}}}" for text, name in keyframes.items())
    animation.root.insert(2, style)
    return as_text(animation.root)


def _keyframes(track: Track, lasts: float) -> str:
    """Return the keys of a track as CSS, with only the properties that change."""
    names = [name for name in track.keys[0].properties if len({key.properties[name] for key in track.keys}) > 1]
    return "".join(
        f"{100 * key.time / lasts:.3f}".rstrip("0").rstrip(".")
        + "%{"
        + ";".join(f"{name}:{key.properties[name]}" for name in names)
        + "}"
        for key in track.keys
    )


def stills(animation: Animation) -> Iterator[tuple[str, float]]:
    """Yield an animation as single pictures: each as the text of an SVG file, with its length in milliseconds."""
    times = still_times(animation)
    for time, end in zip(times, [*times[1:], animation.lasts], strict=True):
        yield picture_at(animation, time), end - time


def picture_at(animation: Animation, time: float) -> str:
    """Return what is seen at a time as the text of an SVG file that stands still."""
    for track in animation.tracks:
        _show(track, time)
    return as_text(animation.root)


def still_times(animation: Animation) -> list[float]:
    """Return the times at which a new picture has to be drawn: at each key, and often while something moves."""
    wanted = {0.0}
    for track in animation.tracks:
        for key, following in pairwise(track.keys):
            wanted.add(following.time)
            if key.properties != following.properties:
                count = int((following.time - key.time) / STILL)
                wanted |= {key.time + STILL * number for number in range(1, count + 1)}
    times: list[float] = []
    for time in sorted(wanted, reverse=True):
        if not times or times[-1] - time >= LEAST:
            times.append(time)
    return times[::-1] if times[-1] == 0 else [0.0, *times[::-1][1:]]


def _show(track: Track, time: float) -> None:
    properties = dict(track.at(time))
    element = track.element
    element.attrib.pop("pathLength", None)
    if offset := properties.pop(OFFSET, ""):
        length = path_length(element.get("d", ""))
        grown = f"{(1 - float(offset)) * length:.1f} {length:.1f}"
        properties["stroke-dasharray"] = "none" if float(offset) == 0 else grown
    for name, value in properties.items():
        if properties.get("stroke", "none") != "none" or not name.startswith("stroke-"):
            element.set(name, value)


def animation(topology: Topology, trace: Trace, frames: Sequence[Frame], look: Look) -> Animation:
    """Return an animation of frames as a whole SVG file, with or without a frame of words."""
    stage = animate_stage(topology, trace, frames, look.values)
    svg = Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "role": "img", "font-family": look.values["sans"]})
    steps = f"steps {frames[0].step} to {frames[-1].step}"
    SubElement(svg, "title").text = f"{trace.title}: {steps}, kernel {trace.kernel}"
    SubElement(svg, "desc").text = trace.at("sentence", frames[-1].step)
    paper = SubElement(svg, "rect", {"fill": look.values["panel"]})
    whole = Animation(svg, stage.lasts, stage.tracks)
    if look.frame:
        surround = Surround(svg, look.values)
        surround.write(trace.title, TITLE, "ink", "700")
        surround.top += 12
        surround.draw(stage.root)
        surround.top += 16
        _write(whole, surround, frames, {stop: trace.at("sentence", stop) for _, stop, *_ in frames}, SENTENCE, "ink")
        surround.top += 6
        below = {
            stop: f"{step_text(trace, stop)}; {run_text(topology, trace.kernel, trace.zonelists)}"
            for _, stop, *_ in frames
        }
        _write(whole, surround, frames, below, SMALL, "soft")
        finish(svg, (0, 0, WIDTH, round(surround.top + MARGIN - 12)), paper, look)
    else:
        finish(svg, bare_box(svg, stage.root), paper, look)
    return whole


def _write(
    whole: Animation, surround: Surround, frames: Sequence[Frame], texts: dict[int, str], size: int, tone: str
) -> None:
    """Write the text of each stop at the same place; each is seen while its stop is."""
    top, bottom = surround.top, surround.top
    for stop, text in texts.items():
        surround.top = top
        group = SubElement(surround.svg, "g")
        lines = surround.write(text, size, tone, "400")
        for line in lines:
            surround.svg.remove(line)
            group.append(line)
        bottom = max(bottom, surround.top)
        keys = list(_seen_during(frames, stop))
        group.set("opacity", keys[-1].properties["opacity"])
        if len(keys) > 1:
            whole.tracks.append(Track(group, keys))
    surround.top = bottom


def _seen_during(frames: Sequence[Frame], stop: int) -> Iterator[Key]:
    """Yield the keys of a text that is seen while the player goes to a stop and stands there."""
    before = "1" if frames[0].stop == stop else "0"
    yield Key(0, {"opacity": before})
    for frame in frames[1:]:
        now = "1" if frame.stop == stop else "0"
        if now != before:
            yield Key(frame.begins, {"opacity": before})
            yield Key(frame.begins + 1, {"opacity": now})
        before = now
