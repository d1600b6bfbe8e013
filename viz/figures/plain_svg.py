"""Write the stage's styles into attributes of its elements, which every program that draws SVG understands.

Programs other than browsers know no variables, few selectors and no `dominant-baseline`; some know no style sheets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from math import hypot
from xml.etree.ElementTree import Element

from viz.figures.palette import colours
from viz.figures.style_sheet import Path, Place, declarations, fonts, stage_sheet

OWN = ("opacity",)
"""The properties that are written and that children do not inherit."""
INHERITED = (
    *("fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-linejoin"),
    *("visibility", "font-size", "font-weight", "font-family", "text-anchor"),
)
"""The properties that are written and that children inherit."""
INITIAL = {"visibility": "visible", "font-size": "16", "color": "#000000"}
BASELINE = 0.35
"""How far below the middle of its line a text stands, in units of the font size."""
FOR_THE_PAGE = ("role", "tabindex", "aria-label", "aria-hidden", "data-piece")
"""The attributes of a stage that mean nothing in a picture."""
SEGMENTS = 32
"""The number of straight lines that stand for a curve when its length is measured."""

Values = Mapping[str, str]


def theme_values(dark: bool) -> dict[str, str]:
    """Return the value of every CSS variable of a stage in a theme."""
    return {**fonts(), **colours(int(dark))}


def make_plain(svg: Element, values: Values) -> None:
    """Give all elements of a stage attributes in place of classes' rules; remove what only a page needs.

    `values` has the values of the CSS variables. Texts that are hidden or empty are removed.
    """
    for element in svg.iter():
        for name in FOR_THE_PAGE:
            element.attrib.pop(name, None)
    path = (place_of(svg),)
    initial = INITIAL | {"font-family": values["sans"]}
    _write(svg, path, style_of(svg, path, initial, values), initial, values)
    svg.set("font-family", values["sans"])


def computed(svg: Element, values: Values) -> Iterator[tuple[Element, dict[str, str]]]:
    """Yield every element of a stage with all its properties, those that it inherits among them."""
    yield from _computed(svg, (), INITIAL | {"font-family": values["sans"]}, values)


def _computed(
    element: Element, path: Path, inherited: Values, values: Values
) -> Iterator[tuple[Element, dict[str, str]]]:
    path = (*path, place_of(element))
    style = style_of(element, path, inherited, values)
    yield element, style
    passed = {name: style[name] for name in (*INHERITED, "color") if name in style}
    for child in element:
        yield from _computed(child, path, passed, values)


def style_of(element: Element, path: Path, inherited: Values, values: Values) -> dict[str, str]:
    """Return all properties of an element: those of its rules, and those that it inherits; no variables are left."""
    declared = {**stage_sheet().declared(path), **declarations(element.get("style", ""))}
    own = {name: _value(text, values) for name, text in declared.items()}
    given = {name: value for name in (*INHERITED, *OWN) if (value := element.get(name)) is not None}
    style = {**inherited, **given, **own}
    for name in ("fill", "stroke"):
        if style.get(name) == "currentcolor":
            style[name] = style["color"]
    if element.get("pathLength") == "1" and style.get("stroke-dasharray", "none") != "none":
        length = path_length(element.get("d", ""))
        style["stroke-dasharray"] = " ".join(
            f"{float(dash) * length:.1f}" for dash in style["stroke-dasharray"].split()
        )
    return style


def place_of(element: Element) -> Place:
    """Return what selectors look at in an element."""
    return Place(element.tag.rpartition("}")[2], frozenset(element.get("class", "").split()))


def _write(element: Element, path: Path, style: Values, inherited: Values, values: Values) -> None:
    """Write the style of an element and of all in it; leave out what children inherit anyway."""
    written = {name: style[name] for name in INHERITED if name in style and style[name] != inherited.get(name)}
    written |= {name: style[name] for name in OWN if style.get(name, "1") != "1"}
    for name in ("style", "pathLength", *INHERITED, *OWN):
        element.attrib.pop(name, None)
    element.attrib |= written
    if style.get("dominant-baseline") == "central":
        element.set("y", f"{float(element.get('y', '0')) + BASELINE * float(style['font-size']):.1f}")
    passed = {name: style[name] for name in (*INHERITED, "color") if name in style}
    for child in list(element):
        child_path = (*path, place_of(child))
        child_style = style_of(child, child_path, passed, values)
        if is_needless(child, child_style):
            element.remove(child)
        else:
            _write(child, child_path, child_style, passed, values)


def is_needless(element: Element, style: Values) -> bool:
    """Return whether an element is never seen: a hidden or an empty text, an empty path, a target of the pointer."""
    tag = place_of(element).tag
    if tag == "text":
        return style["visibility"] == "hidden" or not (element.text or "").strip()
    return (tag == "path" and not element.get("d")) or (style.get("fill"), style.get("stroke")) == ("none", "none")


def _value(text: str, values: Values) -> str:
    """Return a value without variables and without the unit px; a transparent paint as none."""
    plain = re.sub(r"var\(--([\w-]+)\)", lambda name: values[name[1]], text)
    return "none" if plain == "transparent" else re.sub(r"(?<=\d)px\b", "", plain)


def path_length(path: str) -> float:
    """Return the length of a path of straight lines and quadratic curves, as viz.figures.route writes them."""
    length, here = 0.0, (0.0, 0.0)
    for letter, text in re.findall(r"([MLQ])([-\d. ]+)", path):
        numbers = [float(number) for number in text.split()]
        end = numbers[-2], numbers[-1]
        if letter == "Q":
            length += _curve_length(here, (numbers[0], numbers[1]), end)
        elif letter == "L":
            length += hypot(end[0] - here[0], end[1] - here[1])
        here = end
    return length


def _curve_length(start: tuple[float, float], control: tuple[float, float], end: tuple[float, float]) -> float:
    points = []
    for number in range(SEGMENTS + 1):
        t = number / SEGMENTS
        shares = (1 - t) ** 2, 2 * t * (1 - t), t * t
        points.append([sum(s * p[axis] for s, p in zip(shares, (start, control, end), strict=True)) for axis in (0, 1)])
    return sum(hypot(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(points))
