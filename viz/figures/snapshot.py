"""A step as a picture that stands alone: the stage, the sentence under it, the colours and the style inside it.

Every variable is written out as its value, and nothing moves, so that programs which are no browser draw it too.

    +----------------------------------+
    | title                            |
    |   +--------------------------+   |
    |   |          stage           |   |
    |   +--------------------------+   |
    | the sentence of the step         |
    | step 26 of 50, pass 1     kernel |
    +----------------------------------+
"""

from __future__ import annotations

import re
import textwrap
from typing import Literal
from unicodedata import east_asian_width
from xml.etree.ElementTree import Element, SubElement, fromstring, tostring

from viz.figures.css_classes import mark
from viz.figures.palette import colours
from viz.figures.stage import stage
from viz.resources import assets
from viz.topology import Topology
from viz.trace.model import Trace

Theme = Literal["light", "dark"]

WIDTH, MARGIN = 1200, 40
TALLEST, LARGEST = 780, 1.5
"""The stage's height in the picture, and how far a small one is blown up."""
TITLE, SENTENCE, SMALL = 24, 22, 16
"""Sizes of type."""
WIDE = 0.56
"""A letter's width, of the size of its type; text is wrapped by it, with some air for wider faces."""
_NO_XML = dict.fromkeys((0xFFFE, 0xFFFF), "\ufffd")
"""What Python's writer passes through and no parser takes."""


def snapshot(topology: Topology, trace: Trace, step: int, theme: Theme = "light") -> str:
    """One step of a trace as the text of an SVG file."""
    values = _faces() | colours(("light", "dark").index(theme))
    svg = Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "width": str(WIDTH), "role": "img"})
    SubElement(svg, "title").text = f"{trace.title}: {_place(trace, step)}"
    SubElement(svg, "desc").text = trace.at("sentence", step)
    SubElement(svg, "style").text = _style(values)
    background = SubElement(svg, "rect", {"width": str(WIDTH), "fill": values["panel"]})
    paper = _Paper(svg, values)
    paper.write(trace.title, TITLE, "ink", "700")
    paper.top += 12
    paper.draw(_marked(topology, trace, step))
    paper.top += 16
    paper.write(trace.at("sentence", step), SENTENCE, "ink", "400")
    paper.top += 6
    paper.write(f"{_place(trace, step)}; {_run(topology, trace)}", SMALL, "soft", "400")
    height = f"{paper.top + MARGIN - 12:.0f}"
    background.set("height", height)
    svg.attrib |= {"height": height, "viewBox": f"0 0 {WIDTH} {height}"}
    return tostring(svg, encoding="unicode").translate(_NO_XML) + "\n"


class _Paper:
    """The picture as it fills from the top."""

    def __init__(self, svg: Element, values: dict[str, str]) -> None:
        self.svg = svg
        self.values = values
        self.top: float = MARGIN - 8

    def write(self, text: str, size: int, colour: str, weight: str) -> None:
        """Put the text below what is there, over as many lines as it needs."""
        letters = (
            (WIDTH - 2 * MARGIN) / size / WIDE / (2 if any(east_asian_width(char) in "WF" for char in text) else 1)
        )
        look = {"font-size": str(size), "font-weight": weight, "font-family": self.values["sans"]}
        for line in _wrapped(text, int(letters)):
            self.top += 1.35 * size
            place = {"x": str(MARGIN), "y": f"{self.top - 0.35 * size:.1f}", "fill": self.values[colour]}
            SubElement(self.svg, "text", place | look).text = line

    def draw(self, inner: Element) -> None:
        """Put the stage below what is there, in the middle and as large as may be."""
        wide, high = map(float, inner.get("viewBox", "").split()[2:])
        scale = min(LARGEST, TALLEST / high, (WIDTH - 2 * MARGIN) / wide)
        left = (WIDTH - scale * wide) / 2
        place = {"x": left, "y": self.top, "width": scale * wide, "height": scale * high}
        inner.attrib |= {name: f"{value:.1f}" for name, value in place.items()}
        inner.set("overflow", "visible")  # an arrow may swing out into the margin
        self.svg.append(inner)
        self.top += scale * high


def _wrapped(text: str, letters: int) -> list[str]:
    """The lines of a text; a chain such as "0 → 1 → 2" stays in one if it is short."""
    glued = text.replace(" → ", "\u00a0→\u00a0")
    short = max(map(len, glued.split(" "))) <= letters // 2
    return [line.replace("\u00a0", " ") for line in textwrap.wrap(glued if short else text, letters)]


def _marked(topology: Topology, trace: Trace, step: int) -> Element:
    inner = fromstring(stage(topology, trace).translate(_NO_XML))
    inner.attrib.pop("role")  # the whole picture is one already
    inner.remove(inner[0])  # and has a title
    mark(inner, trace, step)
    return inner


def _place(trace: Trace, step: int) -> str:
    number = trace.at("pass", step)
    return f"step {step} of {trace.length - 1}{f', pass {number}' if number else ''}"


def _run(topology: Topology, trace: Trace) -> str:
    loads = "node_load as given" if topology.node_load is not None else f"zonelists {trace.zonelists}"
    return f"kernel {trace.kernel}, {loads}"


def _style(values: dict[str, str]) -> str:
    """The stage's style sheet without variables, motion and comments."""
    still = _sheet().partition("@media (prefers-reduced-motion")[0]
    rules = re.sub(r"/\*.*?\*/|:root \{.*?\}", "", still, flags=re.DOTALL)
    return re.sub(r"var\(--([\w-]+)\)", lambda name: values[name[1]], re.sub(r"\n+", "\n", rules))


def _faces() -> dict[str, str]:
    """The variables that the style sheet itself sets: its faces."""
    return dict(re.findall(r"--([\w-]+): ([^;]+);", _sheet()))


def _sheet() -> str:
    return (assets() / "styles/stage.css").read_text(encoding="utf-8")
