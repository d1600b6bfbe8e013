"""The shapes that stages are made of, as SVG elements."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement

from viz.figures.layout import Box


def rect(parent: Element, box: Box, radius: float, name: str = "") -> None:
    """A rectangle with round corners."""
    x, y, width, height = (f"{value:.1f}" for value in box)
    attributes = {"x": x, "y": y, "width": width, "height": height, "rx": f"{radius:.0f}"}
    SubElement(parent, "rect", attributes | ({"class": name} if name else {}))


def text_at(parent: Element, words: str, x: float, y: float, name: str) -> None:
    """Words at a point; `name` are their classes."""
    SubElement(parent, "text", {"x": f"{x:.1f}", "y": f"{y:.1f}", "class": name}).text = words
