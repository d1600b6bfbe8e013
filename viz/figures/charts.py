"""The charts below the stage, in plotly: the run over its steps, and the distances.

What moves with the step (the cursor, the row of the source, candidates, used columns) is laid over them by the
browser: a plotly figure that is drawn again at every step would drop pictures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from viz.figures.palette import ROLES
from viz.kernel.nodemask import NodeMask
from viz.run import Run
from viz.topology import Topology
from viz.trace.model import Trace

MOST_NODES = 256
"""More nodes than that make neither chart readable, nor small enough to send."""
MOST_HOVERS = 50_000
"""Up to so many cells of the timeline, each says its role under the pointer."""
LABEL = {"annotation_position": "top left", "annotation_yshift": 18}
HEIGHT = 540
MOST_LABELS = 24
"""Up to so many nodes, each distance is written in its cell."""


class Role(NamedTuple):
    """A colour of the timeline: what it says, the name of its tone in the palette."""

    says: str
    tone: str


TIMELINE = (
    Role("not reached", "panel"),
    Role("in used_targets", "used-fill"),
    Role("candidate", "line"),
    Role("in next_pass", "next-pass"),
    Role("in this_pass", "this-pass-fill"),
    Role("chooses", "this-pass"),
)


class TooLarge(ValueError):
    """The machine has more nodes than a chart can show; the message says how many."""


def chart(name: str, run: Run, theme: str) -> go.Figure:
    """The chart of that name, "timeline" or "distances", in the theme "light" or "dark".

    TooLarge where it could not be read; KeyError if there is no such chart.
    """
    draw = CHARTS[name]
    if len(run.topology.nodes) > MOST_NODES:
        raise TooLarge(f"The charts show machines of up to {MOST_NODES} nodes; this one has {len(run.topology.nodes)}.")
    figure = draw(run, theme == "dark")
    figure.update_layout(**_look(theme == "dark"))
    return figure


def timeline(run: Run, dark: bool) -> go.Figure:
    """Nodes by steps, coloured by role; above them the three masks as lanes; passes as bands."""
    trace = run.trace()
    figure = make_subplots(rows=2, shared_xaxes=True, row_heights=[0.28, 0.72], vertical_spacing=0.03)
    for name in trace.masks[::-1]:
        figure.add_trace(_lane(trace, name, dark), row=1, col=1)
    figure.add_trace(_roles(trace, dark), row=2, col=1)
    for first, last, number in pass_spans(trace):
        place: dict[str, Any] = {
            "x0": first - 0.5,
            "x1": last + 0.5,
            "line_width": 1,
            "line_color": _tone("edge", dark),
        }
        figure.add_vrect(**place, annotation_text=f"pass {number}", **LABEL, row=1, col=1)
        figure.add_vrect(**place, row=2, col=1)
    figure.update_yaxes(type="category", autorange="reversed", title_text="node", row=2, col=1)
    figure.update_xaxes(title_text="step", row=2, col=1)
    figure.update_layout(bargap=0.25, barmode="overlay")
    return figure


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
        hovertemplate=f"{name} = %{{text}}<extra></extra>",
        marker={"color": _tone(tone, dark), "line": {"color": _tone("edge", dark), "width": 1}},
        showlegend=False,
    )


def _roles(trace: Trace, dark: bool) -> go.Heatmap:
    columns = [_roles_at(trace, step) for step in range(trace.length)]
    codes = [[column.get(node, 0) for column in columns] for node in trace.nodes]
    edges = [value for index in range(len(TIMELINE)) for value in (index / len(TIMELINE), (index + 1) / len(TIMELINE))]
    tones = [_tone(role.tone, dark) for role in TIMELINE for _ in range(2)]
    middles = [(index + 0.5) * (len(TIMELINE) - 1) / len(TIMELINE) for index in range(len(TIMELINE))]
    spoken = trace.length * len(trace.nodes) <= MOST_HOVERS
    return go.Heatmap(
        z=codes,
        y=[str(node) for node in trace.nodes],
        zmin=0,
        zmax=len(TIMELINE) - 1,
        colorscale=list(zip(edges, tones, strict=True)),
        colorbar={"tickvals": middles, "ticktext": [role.says for role in TIMELINE], "len": 0.7, "y": 0.35},
        hovertemplate="node %{y}, step %{x}: %{text}<extra></extra>"
        if spoken
        else "node %{y}, step %{x}<extra></extra>",
        text=[[TIMELINE[code].says for code in row] for row in codes] if spoken else None,
        ygap=1,
    )


def _roles_at(trace: Trace, step: int) -> dict[int, int]:
    """The strongest role of every node that has one, as an index into TIMELINE."""
    found: dict[int, int] = {}
    for code, name in ((1, "used_targets"), (2, "candidates"), (3, "next_pass"), (4, "this_pass")):
        if name in trace.signals:
            found |= dict.fromkeys(NodeMask.parse(trace.at(name, step)), code)
    if trace.at("source", step) != -1:
        found[trace.at("source", step)] = 5
    return found


def pass_spans(trace: Trace) -> Iterator[tuple[int, int, int]]:
    """(first step, last step, number) of every pass."""
    signal = trace.signals["pass"]
    ends = [*signal.steps[1:], trace.length]
    for first, end, number in zip(signal.steps, ends, signal.values, strict=True):
        if number:
            yield first, end - 1, number


def distances(run: Run, dark: bool) -> go.Figure:
    """The matrix as a heat map: from the row's node to the column's."""
    topology: Topology = run.topology
    rows = [list(row) for row in topology.distances]
    names = [str(node) for node in topology.ids]
    heat = go.Heatmap(
        z=rows,
        x=names,
        y=names,
        text=rows if len(names) <= MOST_LABELS else None,
        texttemplate="%{text}" if len(names) <= MOST_LABELS else None,
        colorscale=[[0, _tone("panel", dark)], [0.05, _tone("next-pass-fill", dark)], [1, _tone("accent", dark)]],
        colorbar={"title": {"text": "distance"}},
        hovertemplate="from node %{y} to node %{x}: %{z}<extra></extra>",
        xgap=1,
        ygap=1,
    )
    figure = go.Figure(heat)
    figure.update_yaxes(type="category", autorange="reversed", title_text="from node", scaleanchor="x")
    figure.update_xaxes(type="category", title_text="to node", side="top", constrain="domain")
    return figure


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
        "height": HEIGHT,
    }


def _tone(name: str, dark: bool) -> str:
    return ROLES[name].dark if dark else ROLES[name].light


CHARTS: dict[str, Callable[[Run, bool], go.Figure]] = {"timeline": timeline, "distances": distances}
