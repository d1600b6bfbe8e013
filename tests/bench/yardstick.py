"""Serve a page that tierscope's is compared with: a Dash app whose callback draws each step as a plotly figure."""

from __future__ import annotations

import logging
import sys
from math import cos, pi, sin

import plotly.graph_objects as go
from dash import Dash, Input, Output, dcc, html
from werkzeug.serving import make_server

from tests.bench.engine import machine
from viz.analysis.run import Run
from viz.trace.model import Trace


def figure(trace: Trace, step: int) -> go.Figure:
    """Return a plotly figure of a step: all nodes in a ring, coloured by role, and an arrow for each stored target."""
    nodes = list(trace.nodes)
    positions = {node: (cos(2 * pi * i / len(nodes)), sin(2 * pi * i / len(nodes))) for i, node in enumerate(nodes)}
    used = trace.at("used_targets", step).split(",")
    arrows = [
        {
            "x": positions[target][0],
            "y": positions[target][1],
            "ax": positions[node][0],
            "ay": positions[node][1],
            "axref": "x",
            "ayref": "y",
        }
        for node, target in trace.cells("node_demotion", step).items()
        if target != -1
    ]
    colours = ["grey" if str(node) in used else "white" for node in nodes]
    markers = go.Scatter(
        x=[positions[node][0] for node in nodes],
        y=[positions[node][1] for node in nodes],
        text=[str(node) for node in nodes],
        mode="markers+text",
        marker={"size": 24, "color": colours, "line": {"width": 1}},
    )
    return go.Figure(markers, {"annotations": arrows, "title": trace.at("sentence", step)})


def main(size: int) -> None:
    """Serve the app on a free port and print the address."""
    trace = Run.of(machine(size)).trace()
    app = Dash(__name__, update_title=None)  # type: ignore[arg-type]
    app.layout = html.Div([html.Button("step", id="step", n_clicks=0), dcc.Graph(id="graph")])

    @app.callback(Output("graph", "figure"), Input("step", "n_clicks"))
    def _step(clicks: int) -> go.Figure:
        return figure(trace, min(trace.opens + clicks, trace.length - 1))

    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # a line for each request would hide the measured values
    server = make_server("127.0.0.1", 0, app.server, threaded=True)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]))
