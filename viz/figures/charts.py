"""Draw the charts below the stage for plotly.js: the timeline of a run, and the distances between its nodes.

A figure is a dict, {"data": [...], "layout": {...}}, as plotly.js takes it. plotly's Python package is not imported: it
is slow to start, and a browser that runs this module would have to fetch it. Tests check the figures with that package.

What changes with the step (the cursor, the row of the source, candidates, used columns) is not in the figures. The
browser draws it over them, because drawing a plotly figure again at every step would drop animation frames.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from textwrap import wrap
from typing import Any

from viz.analysis.run import Run
from viz.figures.chart_theme import KEY, theme_layout
from viz.figures.palette import colour, mixed_with_panel
from viz.figures.timeline_marks import LETTER, event_names, pass_bands
from viz.figures.timeline_roles import MASK_TONES, TIMELINE, mask_spans, off_spans, role_codes
from viz.topology import Topology
from viz.trace.demotion_words import MEANINGS
from viz.trace.model import Trace

MAX_NODES = 256
"""The largest number of nodes for which a chart can still be read and is small enough to send."""
MAX_CELLS = 1_000_000
"""The largest number of nodes times steps in a timeline; a screen shows about a tenth of that."""
MAX_HOVERS = 50_000
"""The largest number of cells for which each cell of the timeline names its role in a tooltip."""
HEIGHT, ROW, MAX_HEIGHT, NARROW_HEIGHT = 350, 26, 620, 400
"""Heights in pixels: of a figure without rows, of a row, of the highest figure, of a figure in a narrow window."""
WIDE, NARROW = 1100, 170
"""The approximate width in pixels of a timeline and of one in a narrow window."""
SWATCH = 13
"""The size of a square in that list, in pixels."""
MAX_LABELS = 24
"""The largest number of nodes for which each distance is written in its cell."""
AXIS = {"ticks": "", "title": {"standoff": 15}, "automargin": True}
TEMPLATE = {
    "layout": {"hovermode": "closest", "autotypenumbers": "strict", "xaxis": AXIS, "yaxis": AXIS},
    "data": {"heatmap": [{"type": "heatmap", "colorbar": {"outlinewidth": 0, "ticks": ""}}]},
}
"""What both charts have in common, as a template of plotly.js."""
NODES_DOWN = {"type": "category", "autorange": "reversed"}
"""The layout of an axis with a node in each row, the first one at the top."""
UPPER, LOWER = [0.69, 1], [0, 0.66]
"""The heights of the timeline's two plots, as shares of the figure: that of the masks, and that of the nodes."""
BAR_AXES, CELL_AXES = {"xaxis": "x", "yaxis": "y"}, {"xaxis": "x2", "yaxis": "y2"}
"""The axes of those two plots."""

Figure = dict[str, Any]
Part = dict[str, Any]
"""One trace of a figure, as plotly.js calls it: bars, cells or words."""


class TooLarge(ValueError):
    """The error for a run with more nodes or steps than a chart can show; it names the limit and the number."""


def chart(name: str, run: Run, theme: str, narrow: bool = False) -> Figure:
    """Return the chart named "timeline" or "distances", in the theme "light" or "dark".

    Raise TooLarge if the run is too large to be read in it, KeyError if there is no chart of that name.
    """
    draw = CHARTS[name]
    if len(run.topology.nodes) > MAX_NODES:
        raise TooLarge(f"The charts show machines of up to {MAX_NODES} nodes; this one has {len(run.topology.nodes)}.")
    return draw(run, theme == "dark", NARROW if narrow else WIDE)


def timeline(run: Run, dark: bool, width: int) -> Figure:
    """Return a chart of nodes by steps, coloured by role, with bars for the masks above and a band for each pass."""
    trace = run.trace()
    if trace.length * len(trace.nodes) > MAX_CELLS:
        raise TooLarge(f"The timeline shows up to {MAX_CELLS:,} nodes by steps; this run has {trace.length:,} steps.")
    codes = role_codes(trace)
    bars = [*(_mask_bars(trace, name, dark, width) for name in trace.masks[::-1]), _off_bars(trace, dark)]
    cells = [_role_cells(trace, codes, dark), *_key(dark), _role_labels(trace, codes, dark, width)]
    bands = pass_bands(trace, dark)
    steps = {"zeroline": False, "range": [-0.5, trace.length - 0.5], "gridcolor": colour("line", dark)}
    rows = {"showgrid": False, "ticks": "outside", "ticklen": 5, "tickcolor": "rgba(0,0,0,0)"}
    layout = {
        **theme_layout(dark),
        "template": TEMPLATE,
        "margin": {"l": 90, "r": 20, "t": 56, "b": 130 if width == NARROW else 90},
        "height": min(MAX_HEIGHT, HEIGHT + ROW * len(trace.nodes)),
        "xaxis": {**steps, "anchor": "y", "matches": "x2", "showticklabels": False},
        "yaxis": {**rows, "anchor": "x", "domain": UPPER},
        "xaxis2": {**steps, "anchor": "y2", "title": {"text": "step"}},
        "yaxis2": {**rows, **NODES_DOWN, "anchor": "x2", "domain": LOWER, "title": {"text": "node"}},
        "shapes": bands["shapes"],
        "annotations": [*bands["annotations"], *event_names(trace, width)],
        "legend": KEY,
        "uniformtext": {"minsize": 10, "mode": "hide"},
        "bargap": 0.25,
        "barmode": "overlay",
    }
    return {"data": [*(bar | BAR_AXES for bar in bars), *(part | CELL_AXES for part in cells)], "layout": layout}


def _mask_bars(trace: Trace, name: str, dark: bool, width: int) -> Part:
    """Return a mask as a row of bars: one for each value that it takes, labelled with its node list if that fits."""
    spans = mask_spans(trace, name)
    fits = [_has_room(last - first, value, trace, width) for first, last, value in spans]
    tone = MASK_TONES.get(name, "used-fill")
    return {
        "type": "bar",
        "orientation": "h",
        "name": name,
        "y": [name] * len(spans),
        "base": [first - 0.5 for first, _, _ in spans],
        "x": [last - first for first, last, _ in spans],
        "text": [value for _, _, value in spans],
        "textposition": ["inside" if has_room else "none" for has_room in fits],
        "insidetextanchor": "start",
        "textangle": 0,
        "hovertemplate": f"{name} = %{{text}}<extra></extra>",
        "marker": {"color": colour(tone, dark), "line": {"color": colour("edge", dark), "width": 1}},
        "showlegend": False,
    }


def _off_bars(trace: Trace, dark: bool) -> Part:
    """Return a bar for each stretch of steps at which demotion is off, in a row of its own."""
    spans = off_spans(trace)
    return {
        "type": "bar",
        "orientation": "h",
        "name": "demotion off",
        "y": ["demotion"] * len(spans),
        "base": [first - 0.5 for first, _ in spans],
        "x": [end - first for first, end in spans],
        "text": ["off"] * len(spans),
        "textposition": "inside",
        "insidetextanchor": "start",
        "textangle": 0,
        "textfont": {"color": colour("panel", dark)},
        "hovertemplate": "<br>".join(wrap(MEANINGS["off"], 50)) + "<extra></extra>",
        "marker": {"color": colour("edge", dark)},
        "showlegend": False,
    }


def _has_room(steps: int, text: str, trace: Trace, width: int) -> bool:
    """Return whether a text fits on so many steps of a timeline that is `width` pixels wide."""
    return steps * width > len(text) * LETTER * trace.length


def _role_labels(trace: Trace, codes: Sequence[Sequence[int]], dark: bool, width: int) -> Part:
    """Return the words of the roles, so that a role can be recognised without its colour.

    A word is written on each stretch of steps that has room for it, between the lines at which passes begin and end.
    """
    words: list[tuple[float, str, str]] = []
    passes = [trace.at("pass", step) for step in range(trace.length)]
    for node, row in zip(trace.nodes, codes, strict=True):
        for code, stretch in groupby(range(trace.length), row.__getitem__):
            parts = [list(steps) for _, steps in groupby(stretch, passes.__getitem__)]
            longest = max(parts, key=len)
            word = TIMELINE[code].word
            if code and _has_room(len(longest), word, trace, width):
                words.append(((longest[0] + longest[-1]) / 2, str(node), word))
    return {
        "type": "scatter",
        "x": [x for x, _, _ in words],
        "y": [y for _, y, _ in words],
        "text": [word for _, _, word in words],
        "mode": "text",
        "textfont": {"size": 11, "color": [colour("panel" if w == "turn" else "ink", dark) for _, _, w in words]},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _role_cells(trace: Trace, codes: Sequence[Sequence[int]], dark: bool) -> Part:
    """Return the roles as a heat map."""
    edges = [value for index in range(len(TIMELINE)) for value in (index / len(TIMELINE), (index + 1) / len(TIMELINE))]
    tones = [mixed_with_panel(role.tone, dark, role.share) for role in TIMELINE for _ in range(2)]
    with_tooltips = trace.length * len(trace.nodes) <= MAX_HOVERS
    return {
        "type": "heatmap",
        "z": codes,
        "y": [str(node) for node in trace.nodes],
        "zmin": 0,
        "zmax": len(TIMELINE) - 1,
        "colorscale": list(zip(edges, tones, strict=True)),
        "showscale": False,
        "hovertemplate": "node %{y}, step %{x}: %{text}<extra></extra>"
        if with_tooltips
        else "node %{y}, step %{x}<extra></extra>",
        "text": [[TIMELINE[code].description for code in row] for row in codes] if with_tooltips else None,
        "ygap": 1,
    }


def _key(dark: bool) -> list[Part]:
    """Return the list of colours: a square for each role, with an outline, since one of them has the panel's colour."""
    line = {"width": 1, "color": colour("edge", dark)}
    tones = [(role.word, mixed_with_panel(role.tone, dark, role.share)) for role in TIMELINE]
    return [
        {
            "type": "scatter",
            "x": [None],
            "y": [None],
            "mode": "markers",
            "name": word,
            "marker": {"symbol": "square", "size": SWATCH, "color": tone, "line": line},
            "hoverinfo": "skip",
        }
        for word, tone in tones
    ]


def distances(run: Run, dark: bool, width: int) -> Figure:
    """Return the distance matrix as a heat map, from the row's node to the column's."""
    topology: Topology = run.topology
    rows = [list(row) for row in topology.distances]
    names = [str(node) for node in topology.ids]
    heat = {
        "type": "heatmap",
        "z": rows,
        "x": names,
        "y": names,
        "text": rows if len(names) <= MAX_LABELS else None,
        "texttemplate": "%{text}" if len(names) <= MAX_LABELS else None,
        "colorscale": [[0, colour("panel", dark)], [1, mixed_with_panel("accent", dark, 0.5)]],
        "textfont": {"color": colour("ink", dark)},
        "colorbar": {"title": {"text": "distance"}},
        "showscale": width != NARROW,  # a narrow window has no room for it, and each cell shows its distance
        "hovertemplate": "from node %{y} to node %{x}: %{z}<extra></extra>",
        "xgap": 1,
        "ygap": 1,
    }
    layout = {
        **theme_layout(dark),
        "template": TEMPLATE,
        "margin": {"l": 90, "r": 20, "t": 40, "b": 50},
        "height": NARROW_HEIGHT if width == NARROW else MAX_HEIGHT,
        "xaxis": {"type": "category", "title": {"text": "to node"}, "side": "top", "constrain": "domain"},
        "yaxis": {**NODES_DOWN, "title": {"text": "from node"}, "scaleanchor": "x", "constrain": "domain"},
    }
    return {"data": [heat], "layout": layout}


CHARTS: dict[str, Callable[[Run, bool, int], Figure]] = {"timeline": timeline, "distances": distances}
