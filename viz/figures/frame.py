"""Put a picture into an SVG file that needs no other file, alone or in a frame of words.

+----------------------------------+
| title                            |
|   +--------------------------+   |
|   |         picture          |   |
|   +--------------------------+   |
| the sentence of the step         |
| step 26 of 50, pass 1     kernel |
+----------------------------------+
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Literal, NamedTuple
from unicodedata import east_asian_width
from xml.etree.ElementTree import Element, SubElement, fromstring, tostring

from viz.figures.plain_svg import theme_values

Theme = Literal["light", "dark"]

WIDTH, MARGIN = 1200, 40
"""The width of a framed picture and the space at its edges, in pixels."""
BARE_MARGIN = 14
"""The space around a picture without a frame, in its own units; an arrow may swing out below the sockets."""
MAX_HEIGHT, MAX_SCALE = 780, 1.5
"""The largest height of the picture in its frame, in pixels, and how much a small one is enlarged at most."""
TITLE, SENTENCE, SMALL = 24, 22, 16
"""The font sizes of the title, of the sentence and of the last line, in pixels."""
LETTER = 0.56
"""The width of a letter that wrapping assumes, in units of the font size; it leaves space for wider fonts."""
_NO_XML = dict.fromkeys((0xFFFE, 0xFFFF), "\ufffd")
"""Characters that Python's XML writer lets through and no XML parser accepts; U+FFFD takes their place."""


class Look(NamedTuple):
    """How a picture is put into a file."""

    theme: Theme = "light"
    frame: bool = True
    """Whether title, sentence, step and kernel stand around the picture."""
    transparent: bool = False
    """Whether the file has no background, so that what is below it shows."""

    @property
    def values(self) -> dict[str, str]:
        """Return the value of every CSS variable in this look."""
        return theme_values(self.theme == "dark")


class Words(NamedTuple):
    """The words around a picture."""

    title: str
    sentence: str
    below: str
    """The last line, in small letters."""
    alternative: str
    """The title of the file, which is read in place of the picture."""


def document(picture: Element, words: Words, look: Look) -> str:
    """Return the text of an SVG file with a picture, which is an <svg> with a view box and without CSS variables."""
    svg = Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "role": "img"})
    SubElement(svg, "title").text = words.alternative
    if words.sentence:
        SubElement(svg, "desc").text = words.sentence
    background = SubElement(svg, "rect", {"fill": look.values["panel"]})
    if look.frame:
        frame = Surround(svg, look.values)
        frame.write(words.title, TITLE, "ink", "700")
        frame.top += 12
        frame.draw(picture)
        frame.top += 16
        frame.write(words.sentence, SENTENCE, "ink", "400")
        frame.top += 6
        frame.write(words.below, SMALL, "soft", "400")
        finish(svg, (0, 0, WIDTH, round(frame.top + MARGIN - 12)), background, look)
    else:
        finish(svg, bare_box(svg, picture), background, look)
    return as_text(svg)


def bare_box(svg: Element, picture: Element) -> tuple[float, float, float, float]:
    """Put a picture into a file without a frame; return the view box of the file."""
    left, top, width, height = map(float, picture.get("viewBox", "").split())
    _place(picture, left, top, width, height)
    svg.append(picture)
    return left - BARE_MARGIN, top - BARE_MARGIN, width + 2 * BARE_MARGIN, height + 2 * BARE_MARGIN


def finish(svg: Element, box: tuple[float, float, float, float], background: Element, look: Look) -> None:
    """Give a file its size and its background, or no background if the look is transparent."""
    x, y, width, height = (f"{value:g}" for value in box)
    svg.attrib |= {"width": width, "height": height, "viewBox": f"{x} {y} {width} {height}"}
    background.attrib |= {"x": x, "y": y, "width": width, "height": height}
    if look.transparent:
        svg.remove(background)


def as_text(svg: Element) -> str:
    """Return an element as the text of a file; characters that XML cannot hold are replaced."""
    return tostring(svg, encoding="unicode").translate(_NO_XML) + "\n"


def parsed(text: str) -> Element:
    """Return the element of an SVG text; characters that XML cannot hold are replaced."""
    return fromstring(text.translate(_NO_XML))


class Surround:
    """The frame of words around a picture, which is filled from the top; `top` is the y position of the next part."""

    def __init__(self, svg: Element, values: Mapping[str, str]) -> None:
        self.svg = svg
        self.values = values
        self.top: float = MARGIN - 8

    def write(self, text: str, size: int, colour: str, weight: str) -> list[Element]:
        """Put a text below the other parts, on as many lines as it needs, and return the lines."""
        added = []
        for line in lines_of(text, size):
            self.top += 1.35 * size
            attributes = {"x": str(MARGIN), "y": f"{self.top - 0.35 * size:.1f}", "fill": self.values[colour]}
            font = {"font-size": str(size), "font-weight": weight, "font-family": self.values["sans"]}
            added.append(SubElement(self.svg, "text", attributes | font))
            added[-1].text = line
        return added

    def draw(self, picture: Element) -> None:
        """Put the picture below the other parts, centred and as large as its limits allow."""
        width, height = map(float, picture.get("viewBox", "").split()[2:])
        scale = min(MAX_SCALE, MAX_HEIGHT / height, (WIDTH - 2 * MARGIN) / width)
        _place(picture, (WIDTH - scale * width) / 2, self.top, scale * width, scale * height)
        self.svg.append(picture)
        self.top += scale * height


def _place(picture: Element, left: float, top: float, width: float, height: float) -> None:
    box = {"x": left, "y": top, "width": width, "height": height}
    picture.attrib |= {name: f"{value:.1f}" for name, value in box.items()}
    picture.set("overflow", "visible")  # an arrow may reach into the margin


def lines_of(text: str, size: int) -> list[str]:
    """Return the lines of a text in a frame; a short chain such as "0 → 1 → 2" is not broken."""
    wide_letters = any(east_asian_width(char) in "WF" for char in text)
    letters = int((WIDTH - 2 * MARGIN) / size / LETTER / (2 if wide_letters else 1))
    glued = text.replace(" → ", "\u00a0→\u00a0")
    short = max(map(len, glued.split(" "))) <= letters // 2
    return [line.replace("\u00a0", " ") for line in textwrap.wrap(glued if short else text, letters)]
