"""The charts below the stage, in plotly: the run over its steps, and the distances.

What moves with the step (the cursor, the row of the source, candidates, used columns) is laid over them by the
browser: a plotly figure that is drawn again at every step would drop pictures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Any, NamedTuple

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from viz.analysis.run import Run
from viz.figures.palette import ROLES
from viz.kernel.nodemask import NUMA_NO_NODE, NodeMask
from viz.topology import Topology
from viz.trace.model import Trace

MAX_NODES = 256
"""More nodes than that make neither chart readable, nor small enough to send."""
MAX_CELLS = 1_000_000
"""Nodes by steps of the timeline; ten times as many as a screen has columns and rows to spare."""
MAX_HOVERS = 50_000
"""Up to so many cells of the timeline, each says its role under the pointer."""
LABEL = {"showarrow": False, "xanchor": "left", "yanchor": "top", "yshift": 18}
HEIGHT, ROW, MAX_HEIGHT, NARROW_HEIGHT = 300, 26, 620, 400
"""Pixels: of a figure without rows, of a row, of the largest figure, of a square one in a narrow window."""
WIDE, NARROW, LETTER = 1100, 170, 6.6
"""About how many pixels a timeline is wide, on a phone too, and a letter in it."""
KEY = {"orientation": "h", "thickness": 14, "len": 1, "y": -0.2, "yanchor": "top"}
KEY |= {"tickangle": 0}
MASKS = {"used_targets": "used", "candidates": "candidate", "next_pass": "next_pass", "this_pass": "this_pass"}
"""The role of every node of a mask, weakest first."""
SHARE = 0.12
"""Of the steps: a pass that takes less is marked by its number alone."""
MAX_LABELS = 24
"""Up to so many nodes, each distance is written in its cell."""


class Role(NamedTuple):
    """A colour of the timeline: the word on it, what it says in full, its tone in the palette and how much of that."""

    word: str
    says: str
    tone: str
    share: float = 1.0


TIMELINE = (
    Role("none", "not reached", "panel"),
    Role("used", "in used_targets", "used-fill"),
    Role("candidate", "candidate", "accent", 0.25),
    Role("next_pass", "in next_pass", "next-pass-fill"),
    Role("this_pass", "in this_pass", "this-pass-fill"),
    Role("list", "its fallback list is built", "keyword", 0.25),
    Role("turn", "has its turn", "this-pass"),
)
CODES = {role.word: code for code, role in enumerate(TIMELINE)}
"""The place of each role in TIMELINE: a stronger one hides a weaker."""


class TooLarge(ValueError):
    """The run has more nodes or steps than a chart can show; the message says how many."""


def chart(name: str, run: Run, theme: str, narrow: bool = False) -> go.Figure:
    """The chart of that name, "timeline" or "distances", in the theme "light" or "dark", for a narrow window or not.

    TooLarge where it could not be read; KeyError if there is no such chart.
    """
    draw = CHARTS[name]
    if len(run.topology.nodes) > MAX_NODES:
        raise TooLarge(f"The charts show machines of up to {MAX_NODES} nodes; this one has {len(run.topology.nodes)}.")
    figure = draw(run, theme == "dark", NARROW if narrow else WIDE)
    figure.update_layout(**_look(theme == "dark"))
    return figure


def timeline(run: Run, dark: bool, wide: int) -> go.Figure:
    """Nodes by steps, coloured by role; above them the three masks as lanes; passes as bands."""
    trace = run.trace()
    if trace.length * len(trace.nodes) > MAX_CELLS:
        raise TooLarge(f"The timeline shows up to {MAX_CELLS:,} nodes by steps; this run has {trace.length:,} steps.")
    figure = make_subplots(rows=2, shared_xaxes=True, row_heights=[0.28, 0.72], vertical_spacing=0.03)
    for name in trace.masks[::-1]:
        figure.add_trace(_lane(trace, name, dark), row=1, col=1)
    codes = _codes(trace)
    figure.add_trace(_roles(trace, codes, dark, wide), row=2, col=1)
    figure.add_trace(_words(trace, codes, dark, wide), row=2, col=1)
    figure.update_layout(**_bands(trace, dark))
    figure.update_yaxes(type="category", autorange="reversed", title_text="node", row=2, col=1)
    figure.update_yaxes(showgrid=False)
    figure.update_xaxes(zeroline=False, range=[-0.5, trace.length - 0.5])
    figure.update_xaxes(title_text="step", row=2, col=1)
    figure.update_layout(uniformtext={"minsize": 10, "mode": "hide"})
    figure.update_layout(bargap=0.25, barmode="overlay", height=min(MAX_HEIGHT, HEIGHT + ROW * len(trace.nodes)))
    return figure


def _bands(trace: Trace, dark: bool) -> dict[str, list[dict[str, Any]]]:
    """Return the passes as bands over both panels, numbered, as parts of a layout.

    All are given to plotly at once: add_vrect() looks at every band before it, which takes seconds for a few hundred.
    """
    line = {"width": 1, "color": _tone("edge", dark)}
    shapes: list[dict[str, Any]] = []
    labels: list[dict[str, Any]] = []
    for first, last, number in pass_spans(trace):
        for panel in ("", "2"):
            across = {"xref": f"x{panel}", "x0": first - 0.5, "x1": last + 0.5}
            shapes.append({"type": "rect", **across, "yref": f"y{panel} domain", "y0": 0, "y1": 1, "line": line})
        text = f"pass {number}" if last - first > SHARE * trace.length else str(number)
        labels.append({"text": text, "x": first - 0.5, "xref": "x", "y": 1, "yref": "y domain", **LABEL})
    return {"shapes": shapes, "annotations": labels}


def _lane(trace: Trace, name: str, dark: bool) -> go.Bar:
    """A mask as bars, one for every value it takes, each with its node list."""
    signal = trace.signals[name]
    ends = [*signal.steps[1:], trace.length]
    spans = [(a, b, value) for a, b, value in zip(signal.steps, ends, signal.values, strict=True) if value]
    tone = {"this_pass": "this-pass-fill", "next_pass": "next-pass-fill"}.get(name, "used-fill")
    return go.Bar(
        orientation="h",
        name=name,
        y=[name] * len(spans),
        base=[first - 0.5 for first, _, _ in spans],
        x=[last - first for first, last, _ in spans],
        text=[value for _, _, value in spans],
        textposition="inside",
        insidetextanchor="start",
        textangle=0,
        hovertemplate=f"{name} = %{{text}}<extra></extra>",
        marker={"color": _tone(tone, dark), "line": {"color": _tone("edge", dark), "width": 1}},
        showlegend=False,
    )


def _codes(trace: Trace) -> list[list[int]]:
    """The strongest role of each node, a row, at each step, as an index into TIMELINE."""
    columns = [_roles_at(trace, step) for step in range(trace.length)]
    return [[column.get(node, 0) for column in columns] for node in trace.nodes]


def _words(trace: Trace, codes: Sequence[Sequence[int]], dark: bool, wide: int) -> go.Scatter:
    """Each stretch of a role with its word on it, where there is room: no role is told by its colour alone."""
    words: list[tuple[float, str, str]] = []
    for node, row in zip(trace.nodes, codes, strict=True):
        first = 0
        for code, stretch in groupby(row):
            length = len(list(stretch))
            word = TIMELINE[code].word
            if code and length * wide > len(word) * LETTER * trace.length:
                words.append((first + (length - 1) / 2, str(node), word))
            first += length
    return go.Scatter(
        x=[x for x, _, _ in words],
        y=[y for _, y, _ in words],
        text=[word for _, _, word in words],
        mode="text",
        textfont={"size": 11, "color": [_tone("panel" if w == "turn" else "ink", dark) for _, _, w in words]},
        hoverinfo="skip",
        showlegend=False,
    )


def _roles(trace: Trace, codes: Sequence[Sequence[int]], dark: bool, wide: int) -> go.Heatmap:
    """The roles as cells."""
    edges = [value for index in range(len(TIMELINE)) for value in (index / len(TIMELINE), (index + 1) / len(TIMELINE))]
    tones = [_pale(role.tone, dark, role.share) for role in TIMELINE for _ in range(2)]
    middles = [(index + 0.5) * (len(TIMELINE) - 1) / len(TIMELINE) for index in range(len(TIMELINE))]
    spoken = trace.length * len(trace.nodes) <= MAX_HOVERS
    return go.Heatmap(
        z=codes,
        y=[str(node) for node in trace.nodes],
        zmin=0,
        zmax=len(TIMELINE) - 1,
        colorscale=list(zip(edges, tones, strict=True)),
        colorbar={
            "tickvals": middles,
            "ticktext": [_in_key(role.word, wide) for role in TIMELINE],
            "tickfont": {"size": 9 if wide == NARROW else 11},
            **KEY,
        },
        hovertemplate="node %{y}, step %{x}: %{text}<extra></extra>"
        if spoken
        else "node %{y}, step %{x}<extra></extra>",
        text=[[TIMELINE[code].says for code in row] for row in codes] if spoken else None,
        ygap=1,
    )


def _in_key(word: str, wide: int) -> str:
    """The word below its colour: on two lines where the key is narrow and the word long."""
    return f"{word[:5]}<br>{word[5:]}" if wide == NARROW and len(word) > 5 else word


def _roles_at(trace: Trace, step: int) -> dict[int, int]:
    """The strongest role of every node that has one, as an index into TIMELINE."""
    found: dict[int, int] = {}
    for name, word in MASKS.items():
        if name in trace.signals:
            found |= dict.fromkeys(NodeMask.parse(trace.at(name, step)), CODES[word])
    if (source := trace.at("source", step)) != NUMA_NO_NODE:
        found[source] = CODES["list" if trace.at("zonelist", step)[0] else "turn"]
    return found


def pass_spans(trace: Trace) -> Iterator[tuple[int, int, int]]:
    """(first step, last step, number) of every pass."""
    signal = trace.signals["pass"]
    ends = [*signal.steps[1:], trace.length]
    for first, end, number in zip(signal.steps, ends, signal.values, strict=True):
        if number:
            yield first, end - 1, number


def distances(run: Run, dark: bool, wide: int) -> go.Figure:
    """The matrix as a heat map: from the row's node to the column's."""
    topology: Topology = run.topology
    rows = [list(row) for row in topology.distances]
    names = [str(node) for node in topology.ids]
    heat = go.Heatmap(
        z=rows,
        x=names,
        y=names,
        text=rows if len(names) <= MAX_LABELS else None,
        texttemplate="%{text}" if len(names) <= MAX_LABELS else None,
        colorscale=[[0, _tone("panel", dark)], [1, _pale("accent", dark, 0.5)]],
        textfont={"color": _tone("ink", dark)},
        colorbar={"title": {"text": "distance"}},
        showscale=wide != NARROW,  # there the matrix needs the room, and each distance is written in it
        hovertemplate="from node %{y} to node %{x}: %{z}<extra></extra>",
        xgap=1,
        ygap=1,
    )
    figure = go.Figure(heat)
    figure.update_layout(height=NARROW_HEIGHT if wide == NARROW else MAX_HEIGHT)
    figure.update_yaxes(type="category", autorange="reversed", title_text="from node", scaleanchor="x")
    figure.update_yaxes(constrain="domain")
    figure.update_xaxes(type="category", title_text="to node", side="top", constrain="domain")
    return figure


def _pale(name: str, dark: bool, share: float) -> str:
    """So much of a tone on the panel's, so that what is written on it can be read."""
    pairs = zip(*(bytes.fromhex(_tone(tone, dark)[1:]) for tone in (name, "panel")), strict=True)
    return "#" + bytes(round(share * one + (1 - share) * two) for one, two in pairs).hex()


def _look(dark: bool) -> dict[str, Any]:
    ink = _tone("ink", dark)
    return {
        "paper_bgcolor": _tone("panel", dark),
        "plot_bgcolor": _tone("panel", dark),
        "font": {"color": ink, "size": 13, "family": "system-ui, sans-serif"},
        "margin": {"l": 90, "r": 20, "t": 40, "b": 50},
        "hoverlabel": {"font": {"color": ink}, "bgcolor": _tone("card", dark)},
        "xaxis": {"gridcolor": _tone("line", dark)},
        "dragmode": False,
    }


def _tone(name: str, dark: bool) -> str:
    return ROLES[name].dark if dark else ROLES[name].light


CHARTS: dict[str, Callable[[Run, bool, int], go.Figure]] = {"timeline": timeline, "distances": distances}
