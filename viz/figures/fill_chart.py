"""Draw how full each node is over the ticks of a scenario under pressure, as a plotly figure in plain values.

It needs no plotly, so that a browser that runs this program without plotly's Python can draw it, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from viz.figures.chart_theme import KEY, theme_layout
from viz.figures.palette import colour, mixed_with_panel
from viz.pressure.outcome import Outcome
from viz.pressure.replay import Frame, replay
from viz.pressure.state import OTHERS
from viz.topology.watermarks import Watermarks

MAX_ROWS = 16
"""The largest number of nodes that have a row."""
MAX_COLUMNS = 300
"""The largest number of ticks that have a point; a wide window shows three times as many pixels."""
ROW, REST = 70, 120
"""Heights in pixels: of a row, and of the axis and the list of colours below all rows."""
TINTS = 8
"""The number of colours of chains, which owners have here."""
SHARE = 0.35
"""How much of its owner's colour a layer has; the rest is the panel's."""
HEAD = 0.45
"""The part of a row's height that shows the last free pages, magnified, since the watermarks are near the top."""
DASHES = {"high": "solid", "low": "dash", "min": "dot"}


def level(marks: Watermarks, free: int) -> float:
    """Return how high a node with so many free pages is filled, as a part of a row's height.

    Free pages below twice the high watermark have the upper part, the head, to themselves. The vessels on the stage
    follow the same rule (levelOf() in assets/tools/pressure/model.mjs).
    """
    head = _head(marks)
    if not head:
        return (marks.managed - free) / marks.managed if marks.managed else 1
    if free >= head:
        return (marks.managed - free) / (marks.managed - head) * (1 - HEAD)
    return 1 - HEAD + (head - free) / head * HEAD


def _head(marks: Watermarks) -> float:
    """Return how many free pages have the upper part of a row to themselves."""
    return min(2 * marks.high, marks.managed / 2)


def _percent_below_head(marks: Watermarks) -> float:
    return 100 * (marks.managed - _head(marks)) / marks.managed if marks.managed else 100


@dataclass
class FillRow:
    """What is shown of one node: the level above each owner's layer, and each owner's pages, by column."""

    marks: Watermarks
    tops: dict[str, list[float]] = field(default_factory=dict)
    pages: dict[str, list[int]] = field(default_factory=dict)

    def layers(self) -> Iterator[tuple[str, str]]:
        """Yield each owner that ever has a page on the node, from the lowest layer, and the name of its colour."""
        for place, (name, pages) in enumerate(self.pages.items()):
            number = place - len(OTHERS)
            if any(pages):
                yield name, f"chain-{number % TINTS}" if number >= 0 else "used"


class FillRows(NamedTuple):
    """What the chart shows: the ticks of its columns, its rows by node, and how many nodes there are in all."""

    ticks: list[int]
    rows: dict[int, FillRow]
    nodes: int


def fill_rows(outcome: Outcome) -> FillRows:
    """Return how full the nodes are at up to MAX_COLUMNS ticks of an outcome."""
    nodes = {node.id: node.marks for node in outcome.simulation.plan.state.nodes.values()}
    owners = [*OTHERS, *outcome.simulation.plan.state.owners]
    ticks: list[int] = []
    rows = {
        node: FillRow(nodes[node], {name: [] for name in owners}, {name: [] for name in owners})
        for node in _shown_nodes(outcome, list(nodes))
    }
    for tick, frame in _frames(outcome):
        ticks.append(tick)
        for node, row in rows.items():
            _add_column(row, {name: frame.pages.get(name, {}).get(node, 0) for name in owners})
    return FillRows(ticks, rows, len(nodes))


def fill_chart(outcome: Outcome, dark: bool) -> dict[str, Any]:
    """Return the figure: a row for each node, in which owners are layers and watermarks are lines, by tick."""
    ticks, rows, count = fill_rows(outcome)
    data = [
        trace
        for place, (node, row) in enumerate(rows.items(), 1)
        for trace in (*_layers(row, ticks, node, place, dark), *_lines(row.marks, ticks, place, dark))
    ]
    named = set[str]()
    for trace in data:
        trace["showlegend"] = trace["name"] not in named
        named.add(trace["name"])
    return {"data": data, "layout": _layout(rows, count, dark)}


def _shown_nodes(outcome: Outcome, nodes: list[int]) -> list[int]:
    """Return up to MAX_ROWS nodes, those first that pages of a program come to."""
    reached = {move.target for tick in outcome.ticks for move in tick.moves}
    return sorted(sorted(nodes, key=lambda node: node not in reached)[:MAX_ROWS])


def _frames(outcome: Outcome) -> Iterator[tuple[int, Frame]]:
    """Yield up to MAX_COLUMNS ticks with the frame after each; the first is the start, and the last is the end."""
    frame = outcome.begin()
    yield 0, frame
    behaviour = outcome.simulation.plan.state.behaviour
    stride, last = -(-len(outcome.ticks) // MAX_COLUMNS), len(outcome.ticks)
    for place, (tick, after) in enumerate(zip(outcome.ticks, replay(frame, outcome.ticks, behaviour), strict=True), 1):
        if place % stride == 0 or place == last:
            yield tick.number, after


def _add_column(row: FillRow, held: dict[str, int]) -> None:
    free = row.marks.managed
    for owner, pages in held.items():
        free -= pages
        row.tops[owner].append(round(level(row.marks, free), 4))
        row.pages[owner].append(pages)


def _layers(row: FillRow, ticks: list[int], node: int, place: int, dark: bool) -> Iterator[dict[str, Any]]:
    """Yield the layer of each owner that ever has a page on the node; each reaches down to the layer below."""
    for place_of_layer, (name, tone) in enumerate(row.layers()):
        yield {
            "type": "scatter",
            "x": ticks,
            "y": row.tops[name],
            "customdata": row.pages[name],
            "yaxis": f"y{place}",
            "name": name,
            "mode": "lines",
            "line": {"shape": "hv", "width": 1, "color": colour(tone, dark)},
            "fill": "tonexty" if place_of_layer else "tozeroy",
            "fillcolor": mixed_with_panel(tone, dark, SHARE),
            "hovertemplate": f"node {node}, tick %{{x}}: %{{customdata:,}} pages<extra>%{{fullData.name}}</extra>",
        }


def _lines(marks: Watermarks, ticks: list[int], place: int, dark: bool) -> Iterator[dict[str, Any]]:
    """Yield a line for each watermark."""
    for name, dash in DASHES.items():
        value = getattr(marks, name)
        yield {
            "type": "scatter",
            "x": [ticks[0], ticks[-1]],
            "y": [round(level(marks, value), 4)] * 2,
            "yaxis": f"y{place}",
            "name": f"{name} watermark",
            "mode": "lines",
            "line": {"color": colour("ink", dark), "width": 1, "dash": dash},
            "hovertemplate": f"{name}: {value:,} pages free<extra></extra>",
        }


def _layout(rows: dict[int, FillRow], count: int, dark: bool) -> dict[str, Any]:
    """Return the layout: a y axis for each node, from top to bottom, and one x axis of ticks below them.

    A y axis says how full the node is where its scale changes.
    """
    layout = theme_layout(dark)
    step = 1 / len(rows)
    for place, (node, row) in enumerate(rows.items(), 1):
        bottom = 1 - place * step
        layout[f"yaxis{place if place > 1 else ''}"] = {
            "domain": [max(0, bottom + 0.1 * step), bottom + step],
            "range": [0, 1],
            "tickvals": [0, 1 - HEAD, 1],
            "ticktext": ["0%", f"{_percent_below_head(row.marks):.4g}%", "100%"],
            "tickfont": {"size": 9},
            "automargin": True,
            "showgrid": False,
            "zeroline": False,
            "fixedrange": True,
            "title": {"text": f"node {node}", "font": {"size": 12}},
        }
    left_out = f", {len(rows)} of {count} nodes" if count > len(rows) else ""
    layout["xaxis"] |= {
        "title": {"text": f"tick{left_out}", "standoff": 8},
        "zeroline": False,
        "anchor": f"y{len(rows)}",
    }
    layout["height"] = REST + ROW * len(rows)
    layout["legend"] = KEY
    layout["margin"] |= {"t": 12, "b": 80}
    layout["hovermode"] = "closest"
    return layout
