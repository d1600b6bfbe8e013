"""Mark passes and events on the timeline: a band for each pass, with its number, and the name of each event."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from viz.figures.palette import colour
from viz.trace.model import Trace

LETTER = 6.6
"""The approximate width of a letter in a timeline, in pixels."""
LABEL = {"showarrow": False, "xanchor": "left", "yanchor": "top", "yshift": 18}
"""The layout of a pass's number, above the left end of the pass's band."""
SHARE = 0.12
"""A pass with less than this share of all steps is labelled with its number alone."""
FIRST_BUILD = ("zonelists", "order")
"""The names of the chapters before any event."""
ABOVE = {"showarrow": False, "xanchor": "left", "yanchor": "bottom", "xref": "x", "yref": "y domain", "y": 1}
"""The layout of an event's name, above the numbers of the passes."""


def pass_bands(trace: Trace, dark: bool) -> dict[str, list[dict[str, Any]]]:
    """Return a numbered band for each pass, over both plots, as parts of a plotly layout.

    plotly's add_vrect() is not used: each call looks at all earlier bands, which takes seconds for hundreds of bands.
    """
    line = {"width": 1, "color": colour("edge", dark)}
    shapes: list[dict[str, Any]] = []
    labels: list[dict[str, Any]] = []
    for first, last, number in pass_spans(trace):
        for panel in ("", "2"):
            across = {"xref": f"x{panel}", "x0": first - 0.5, "x1": last + 0.5}
            shapes.append({"type": "rect", **across, "yref": f"y{panel} domain", "y0": 0, "y1": 1, "line": line})
        text = f"pass {number}" if last - first > SHARE * trace.length else str(number)
        labels.append({"text": text, "x": first - 0.5, "xref": "x", "y": 1, "yref": "y domain", **LABEL})
    return {"shapes": shapes, "annotations": labels}


def event_names(trace: Trace, width: int) -> list[dict[str, Any]]:
    """Return the name of each event with a mark where it begins; a name that would cover an earlier one is left out."""
    names: list[dict[str, Any]] = []
    free = 0.0
    for chapter in trace.chapters:
        if chapter.name in FIRST_BUILD:
            continue
        x = chapter.first - 0.5
        if x * width / trace.length < free:
            continue
        free = x * width / trace.length + LETTER * (len(chapter.title) + 2)
        names.append({"text": f"\u25be {chapter.title}", "x": x, "yshift": 16, **ABOVE})
    return names


def pass_spans(trace: Trace) -> Iterator[tuple[int, int, int]]:
    """Yield the first step, the last step and the number of every pass."""
    signal = trace.signals["pass"]
    ends = [*signal.steps[1:], trace.length]
    for first, end, number in zip(signal.steps, ends, signal.values, strict=True):
        if number:
            yield first, end - 1, number
