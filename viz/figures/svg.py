"""Helpers that add SVG elements to the stage."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement

from viz.figures.box import Box


def rect(parent: Element, box: Box, radius: float, css_class: str = "") -> None:
    """Add a rectangle with round corners."""
    x, y, width, height = (f"{value:.1f}" for value in box)
    attributes = {"x": x, "y": y, "width": width, "height": height, "rx": f"{radius:.0f}"}
    SubElement(parent, "rect", attributes | ({"class": css_class} if css_class else {}))


def text_at(parent: Element, text: str, x: float, y: float, css_classes: str, size: float = 0) -> Element:
    """Add text at a point, and return its element; `size` is its font size, or 0 if its CSS class sets the size."""
    added = SubElement(parent, "text", {"x": f"{x:.1f}", "y": f"{y:.1f}", "class": css_classes})
    if size:
        added.set("style", f"font-size: {size:g}px")
    added.text = text
    return added
