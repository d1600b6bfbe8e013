"""Draw a step as an SVG file that needs no other file: the title, the stage, the sentence and all styles.

Every CSS variable is replaced by its value and nothing moves, so that programs other than browsers can draw the file.

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
"""The width of the picture and the space at its edges, in pixels."""
MAX_STAGE_HEIGHT, MAX_STAGE_SCALE = 780, 1.5
"""The largest height of the stage in the picture, in pixels, and how much a small stage is enlarged at most."""
TITLE, SENTENCE, SMALL = 24, 22, 16
"""The font sizes of the title, of the sentence and of the last line, in pixels."""
LETTER = 0.56
"""The width of a letter that wrapping assumes, in units of the font size; it leaves space for wider fonts."""
_NO_XML = dict.fromkeys((0xFFFE, 0xFFFF), "\ufffd")
"""Characters that Python's XML writer lets through and no XML parser accepts; U+FFFD takes their place."""


def snapshot(topology: Topology, trace: Trace, step: int, theme: Theme = "light") -> str:
    """Return one step of a trace as the text of an SVG file."""
    values = _fonts() | colours(("light", "dark").index(theme))
    svg = Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "width": str(WIDTH), "role": "img"})
    SubElement(svg, "title").text = f"{trace.title}: {_step_text(trace, step)}"
    SubElement(svg, "desc").text = trace.at("sentence", step)
    SubElement(svg, "style").text = _style(values)
    background = SubElement(svg, "rect", {"width": str(WIDTH), "fill": values["panel"]})
    picture = _Picture(svg, values)
    picture.write(trace.title, TITLE, "ink", "700")
    picture.top += 12
    picture.draw(_marked_stage(topology, trace, step))
    picture.top += 16
    picture.write(trace.at("sentence", step), SENTENCE, "ink", "400")
    picture.top += 6
    picture.write(f"{_step_text(trace, step)}; {_run_text(topology, trace)}", SMALL, "soft", "400")
    height = f"{picture.top + MARGIN - 12:.0f}"
    background.set("height", height)
    svg.attrib |= {"height": height, "viewBox": f"0 0 {WIDTH} {height}"}
    return tostring(svg, encoding="unicode").translate(_NO_XML) + "\n"


class _Picture:
    """A picture that is filled from the top; `top` is the y position of the next part."""

    def __init__(self, svg: Element, values: dict[str, str]) -> None:
        self.svg = svg
        self.values = values
        self.top: float = MARGIN - 8

    def write(self, text: str, size: int, colour: str, weight: str) -> None:
        """Put a text below the other parts, on as many lines as it needs."""
        wide_letters = any(east_asian_width(char) in "WF" for char in text)
        letters = (WIDTH - 2 * MARGIN) / size / LETTER / (2 if wide_letters else 1)
        font = {"font-size": str(size), "font-weight": weight, "font-family": self.values["sans"]}
        for line in _wrapped(text, int(letters)):
            self.top += 1.35 * size
            attributes = {"x": str(MARGIN), "y": f"{self.top - 0.35 * size:.1f}", "fill": self.values[colour]}
            SubElement(self.svg, "text", attributes | font).text = line

    def draw(self, inner: Element) -> None:
        """Put the stage below the other parts, centred and as large as its limits allow."""
        width, height = map(float, inner.get("viewBox", "").split()[2:])
        scale = min(MAX_STAGE_SCALE, MAX_STAGE_HEIGHT / height, (WIDTH - 2 * MARGIN) / width)
        left = (WIDTH - scale * width) / 2
        box = {"x": left, "y": self.top, "width": scale * width, "height": scale * height}
        inner.attrib |= {name: f"{value:.1f}" for name, value in box.items()}
        inner.set("overflow", "visible")  # an arrow may reach into the margin
        self.svg.append(inner)
        self.top += scale * height


def _wrapped(text: str, letters: int) -> list[str]:
    """Return the lines of a text; a short chain such as "0 → 1 → 2" is not broken."""
    glued = text.replace(" → ", "\u00a0→\u00a0")
    short = max(map(len, glued.split(" "))) <= letters // 2
    return [line.replace("\u00a0", " ") for line in textwrap.wrap(glued if short else text, letters)]


def _marked_stage(topology: Topology, trace: Trace, step: int) -> Element:
    inner = fromstring(stage(topology, trace).translate(_NO_XML))
    inner.attrib.pop("role")  # the whole picture has this role already
    inner.remove(inner[0])  # the title of the stage, because the whole picture has one
    mark(inner, trace, step)
    return inner


def _step_text(trace: Trace, step: int) -> str:
    number = trace.at("pass", step)
    return f"step {step} of {trace.length - 1}{f', pass {number}' if number else ''}"


def _run_text(topology: Topology, trace: Trace) -> str:
    loads = "node_load as given" if topology.node_load is not None else f"zonelists {trace.zonelists}"
    return f"kernel {trace.kernel}, {loads}"


def _style(values: dict[str, str]) -> str:
    """Return the stage's style sheet with all variables replaced, and without motion and comments."""
    sheet = _sheet().partition("@media (prefers-reduced-motion")[0]
    rules = re.sub(r"/\*.*?\*/|:root \{.*?\}", "", sheet, flags=re.DOTALL)
    return re.sub(r"var\(--([\w-]+)\)", lambda name: values[name[1]], re.sub(r"\n+", "\n", rules))


def _fonts() -> dict[str, str]:
    """Return the CSS variables that the stage's style sheet sets itself: the fonts."""
    return dict(re.findall(r"--([\w-]+): ([^;]+);", _sheet()))


def _sheet() -> str:
    return (assets() / "styles/stage.css").read_text(encoding="utf-8")
