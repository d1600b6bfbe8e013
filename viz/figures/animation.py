"""Work out how the pictures of a range of steps turn into each other: what every part looks like at which time.

Each part of the stage gets a track: keys with a time and the properties that the part has at that time. Between two
keys the properties change evenly. viz.figures.animated_svg writes the tracks as CSS, viz.media.gif draws pictures of
them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple
from xml.etree.ElementTree import Element, SubElement

from viz.figures.animation_frames import Frame
from viz.figures.choreography import MOVES
from viz.figures.css_classes import mark
from viz.figures.plain_svg import BASELINE, INHERITED, computed, is_needless, make_plain
from viz.figures.snapshot import bare_stage
from viz.topology import Topology
from viz.trace.model import Trace

Properties = Mapping[str, str]

CHANGING = ("opacity", "fill", "stroke", "stroke-width", "stroke-dasharray")
"""The properties of a part that may change; all others are those of its first picture."""
TEXT_PROPERTIES = ("text-anchor", "font-size", "font-weight", "font-family")
"""The properties of a text that never change."""
GEOMETRY = ("x", "y", "width", "height", "rx", "cx", "cy", "r", "d", "transform", "points")
"""The attributes that say where a part is."""
KEY = "data-key"
"""The attribute that tells parts apart while their states are collected."""
FADE, AT_ONCE = 250, 1
"""The milliseconds in which a shape changes, and in which a text does."""
GROWS = MOVES["arrow"].each
"""The milliseconds in which an arrow grows."""
HEAD_WAITS = 0.7
"""The share of an arrow's growth after which its head and its distance appear."""
OFFSET = "stroke-dashoffset"


DEFAULTS = {
    "opacity": "1",
    "fill": "#000000",
    "stroke": "none",
    "stroke-width": "1",
    "stroke-dasharray": "none",
    "stroke-linecap": "butt",
    "stroke-linejoin": "miter",
    "text-anchor": "start",
    "font-weight": "400",
}
"""The values of properties that need not be written."""


class Seen(NamedTuple):
    """What a part looks like in one frame: its properties, and its text or its path where these may change."""

    properties: Properties
    content: str

    @property
    def is_seen(self) -> bool:
        """Return whether the part is seen at all."""
        return self.properties["opacity"] != "0"

    def hidden(self) -> Seen:
        """Return the same look, but not seen."""
        return self._replace(properties={**self.properties, "opacity": "0"})


class Key(NamedTuple):
    """The properties that a part has at a time, in milliseconds."""

    time: float
    properties: Properties


@dataclass(frozen=True)
class Track:
    """A part of the picture: an element without the properties that change, and the keys that say how they change."""

    element: Element
    keys: Sequence[Key]

    def at(self, time: float) -> Properties:
        """Return the properties at a time, which are between those of the keys around it."""
        later = next((index for index, key in enumerate(self.keys) if key.time > time), len(self.keys))
        if later == 0 or later == len(self.keys):
            return self.keys[max(0, later - 1)].properties
        before, after = self.keys[later - 1], self.keys[later]
        share = (time - before.time) / (after.time - before.time)
        return {name: between(before.properties[name], after.properties[name], share) for name in before.properties}


@dataclass
class Animation:
    """A picture whose parts change with time: an element, and the tracks of those elements in it that change."""

    root: Element
    lasts: float
    """The length in milliseconds."""
    tracks: list[Track] = field(default_factory=list)


def between(one: str, other: str, share: float) -> str:
    """Return a value between two numbers or two colours; of any other two, the first until the half is over."""
    if one == other:
        return one
    if one.startswith("#") and other.startswith("#"):
        pairs = zip(bytes.fromhex(one[1:]), bytes.fromhex(other[1:]), strict=True)
        return "#" + bytes(round(a + (b - a) * share) for a, b in pairs).hex()
    try:
        return f"{float(one) + (float(other) - float(one)) * share:.3g}"
    except ValueError:
        return one if share < 0.5 else other


def animate_stage(topology: Topology, trace: Trace, frames: Sequence[Frame], values: Properties) -> Animation:
    """Return the stage of a run as an animation of frames; `values` has the values of the CSS variables."""
    base = bare_stage(topology, trace)
    for number, element in enumerate(base.iter()):
        element.set(KEY, str(number))
    looks = {step: _looks(base, trace, step, values) for step in dict.fromkeys(frame.step for frame in frames)}
    animation = Animation(Element("svg", {"viewBox": base.get("viewBox", "")}), frames[-1].ends)
    _Builder(animation, frames, looks, values, _plain_defs(base, values)).add(base, animation.root, "")
    return animation


def _plain_defs(base: Element, values: Properties) -> Element:
    """Return the patterns of a stage, with attributes in place of its rules."""
    whole = deepcopy(base)
    make_plain(whole, values)
    [defs] = whole.findall("defs")
    for element in defs.iter():
        element.attrib.pop(KEY, None)
        element.attrib.pop("class", None)
    return defs


def _looks(base: Element, trace: Trace, step: int, values: Properties) -> dict[str, Seen]:
    """Return the look of each element of a stage at a step, by its key."""
    picture = deepcopy(base)
    mark(picture, trace, step)
    looks = {}
    for element, style in computed(picture, values):
        is_hidden = not len(element) and (style["visibility"] == "hidden" or is_needless(element, style))
        properties = {name: style[name] for name in (*INHERITED, "opacity") if name in style} | {
            "opacity": "0" if is_hidden else style.get("opacity", "1")
        }
        content = (element.text or "") if element.tag == "text" else element.get("d", "")
        looks[element.get(KEY, "")] = Seen(properties, content)
    return looks


@dataclass
class _Builder:
    animation: Animation
    frames: Sequence[Frame]
    looks: Mapping[int, Mapping[str, Seen]]
    values: Properties
    defs: Element

    def add(self, element: Element, parent: Element, within: str) -> None:
        """Add an element of the stage, with all in it, to the animation; `within` has the classes around it."""
        if element.tag in ("title", "desc"):
            return
        if element.tag == "defs":
            parent.append(self.defs)
            return
        if not len(element):
            self._add_leaf(element, parent, within)
            return
        seen = self._seen(element.get(KEY, ""))
        place = parent
        if any(look.properties["opacity"] != "1" for look in seen):
            place = SubElement(parent, "g")
            self._track(place, [{"opacity": look.properties["opacity"]} for look in seen], FADE)
        for child in element:
            self.add(child, place, f"{within} {element.get('class', '')}")

    def _seen(self, key: str) -> list[Seen]:
        """Return the look of an element in each frame; an element that a step lacks is not seen there."""
        nothing = Seen({"opacity": "0"}, "")
        return [self.looks[frame.step].get(key, nothing) for frame in self.frames]

    def _add_leaf(self, element: Element, parent: Element, within: str) -> None:
        looks = self._seen(element.get(KEY, ""))
        for content in dict.fromkeys(look.content for look in looks if look.is_seen):
            shown = [look if look.content == content else look.hidden() for look in looks]
            made = SubElement(
                parent, element.tag, {name: element.get(name, "") for name in GEOMETRY if element.get(name)}
            )
            steady = next(look for look in shown if look.is_seen).properties
            if element.tag == "text":
                made.text = content
                made.set("y", f"{float(element.get('y', '0')) + BASELINE * float(steady['font-size']):.1f}")
            elif content:
                made.set("d", content)
            names: tuple[str, ...] = TEXT_PROPERTIES if element.tag == "text" else ()
            names += ("stroke-linecap", "stroke-linejoin") if steady.get("stroke", "none") != "none" else ()
            made.attrib |= {name: steady[name] for name in names if _is_needed(name, steady, self.values)}
            self._track(made, _filled(shown), *_pace(element, within))

    def _track(
        self, made: Element, states: Sequence[Properties], lasts: float, waits: float = 0, grows: bool = False
    ) -> None:
        """Give an element the properties of its last frame and, if they change, a track."""
        made.attrib |= {name: value for name, value in states[-1].items() if _is_needed(name, states[-1], self.values)}
        grows &= all(state.get("stroke-dasharray") == "none" for state in states)
        keys = list(_keys(states, self.frames, lasts, waits, grows))
        if len(keys) > 1:
            if grows:
                made.set("pathLength", "1")
            self.animation.tracks.append(Track(made, keys))


def _is_needed(name: str, properties: Properties, values: Properties) -> bool:
    """Return whether a property has to be written: it is there, is not the usual one, and has an effect."""
    if name not in properties or properties[name] in (DEFAULTS.get(name), values["sans"]):
        return False
    return not name.startswith("stroke-") or properties.get("stroke", "none") != "none"


def _filled(looks: Sequence[Seen]) -> list[dict[str, str]]:
    """Return what changes of each look; while a part is not seen, it has the properties of its next or last look."""
    states: list[dict[str, str]] = []
    known = next(look for look in reversed(looks) if look.is_seen).properties
    for look in reversed(looks):
        known = look.properties if look.is_seen else known
        states.append({name: known.get(name, DEFAULTS.get(name, "")) for name in CHANGING})
        states[-1]["opacity"] = look.properties["opacity"]
    return states[::-1]


def _pace(element: Element, within: str) -> tuple[float, float, bool]:
    """Return how long a part takes to change, how long it waits before that, and whether it grows along its path."""
    classes = element.get("class", "").split()
    if "arrow" in within.split():
        if "shaft" in classes:
            return GROWS, 0, True
        return (1 - HEAD_WAITS) * GROWS, HEAD_WAITS * GROWS, False
    return (AT_ONCE if element.tag == "text" else FADE), 0, False


def _keys(
    states: Sequence[Properties], frames: Sequence[Frame], lasts: float, waits: float, grows: bool
) -> Iterator[Key]:
    """Yield the keys of a part from its states in all frames; a part that never changes has one key."""
    offset = {OFFSET: "0"} if grows else {}
    if not any(state != states[0] for state in states):
        yield Key(0, states[0])
        return
    yield Key(0, {**states[0], **offset})
    for (before, state), frame in zip(pairwise(states), frames[1:], strict=True):
        if state == before:
            continue
        appears = before["opacity"] == "0" and state["opacity"] != "0"
        most = frame.lasts / 2
        begins = frame.begins + (min(waits, most) if appears else 0)
        ends = begins + min(lasts, most)
        if grows and appears:
            yield Key(begins, {**before, OFFSET: "1"})
            yield Key(begins + AT_ONCE, {**state, OFFSET: "1"})
        else:
            yield Key(begins, {**before, **offset})
        yield Key(max(ends, begins + 2 * AT_ONCE), {**state, **offset})
