"""What the page may ask: Dash's callbacks for a run and its charts, a path for each question of a tool.

Every step after that is the browser's.
"""

from __future__ import annotations

import json
from typing import Any

from dash import Dash, Input, Output, dcc
from flask import Flask, Response, abort, jsonify, request

from viz.app.asking import ASKS
from viz.app.desk import Answer, Desk
from viz.app.document import CHART, CHART_ANSWER, CHART_PLACE, CHART_REQUEST, PLAY, REQUEST, SINK

CONFIG: dcc.Graph.Config = {"showSendToCloud": False, "displaylogo": False, "displayModeBar": False}
"""plotly.js would offer to upload the figure to a public site."""
GRAPH: dict[str, Any] = {"id": CHART, "config": CONFIG, "responsive": True}

FIRST_REQUEST = """() => new Promise((resolve) => {
    const answer = () => resolve(window.tierscopeFirst);
    if (window.tierscopeFirst) answer();
    else window.addEventListener("tierscope:ready", answer, {once: true});
})"""

UNPACK = """const open = async ({packed, ...plain}) => {
        if (!packed) return plain;
        const bytes = Uint8Array.from(atob(packed), (char) => char.charCodeAt(0));
        return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).json();
    };"""
"""A large answer comes as viz.app.desk makes it in a process."""

HAND_OVER = """async (answer) => {
    UNPACK
    const turn = window.tierscopeTurn = (window.tierscopeTurn ?? 0) + 1;
    const play = await open(answer);
    if (turn === window.tierscopeTurn) {
        window.tierscopePlay = play;
        window.dispatchEvent(new Event("tierscope:play"));
    }
    return window.dash_clientside.no_update;
}""".replace("UNPACK", UNPACK)
"""What was asked later may be unpacked sooner, and stays."""

DRAW = """async (answer) => {
    UNPACK
    const {figure, error} = await open(answer);
    window.dispatchEvent(new CustomEvent("tierscope:chart", {detail: error}));
    return error ?? {namespace: "dash_core_components", type: "Graph", props: {...GRAPH, figure}};
}""".replace("UNPACK", UNPACK).replace("GRAPH", json.dumps(GRAPH))


def register(app: Dash, desk: Desk) -> None:
    """Answer requests, and hand each answer to the player."""

    @app.callback(Output(PLAY, "data"), Input(REQUEST, "data"), prevent_initial_call=True)
    def _answer(request: object) -> Answer:
        return _stamped(desk.answer("play", request), request)

    @app.callback(Output(CHART_ANSWER, "data"), Input(CHART_REQUEST, "data"), prevent_initial_call=True)
    def _chart(request: object) -> Answer:
        return _stamped(desk.answer("chart", request), request)

    app.clientside_callback(  # type: ignore[no-untyped-call]
        FIRST_REQUEST, Output(REQUEST, "data"), Input("stores", "id")
    )
    app.clientside_callback(  # type: ignore[no-untyped-call]
        HAND_OVER, Output(SINK, "data"), Input(PLAY, "data"), prevent_initial_call=True
    )
    app.clientside_callback(  # type: ignore[no-untyped-call]
        DRAW, Output(CHART_PLACE, "children"), Input(CHART_ANSWER, "data"), prevent_initial_call=True
    )


def _stamped(answer: Answer, request: object) -> Answer:
    """The answer with when it was asked for; one that equals the last would not reach the page, which waits for it."""
    asked = request.get("asked") if isinstance(request, dict) else None
    return {**answer, "stamp": asked if isinstance(asked, int) else None}


def register_asks(server: Flask, base: str, desk: Desk) -> None:
    """Answer each of ASKS at its path below `base`: an object, {"error": one line} where there is none."""

    @server.post(f"{base}ask/<name>")
    def _ask(name: str) -> Response:
        if name not in ASKS:
            abort(404)
        answer = desk.answer(name, request.get_json(silent=True))
        return Response(answer["json"], mimetype="application/json") if "json" in answer else jsonify(answer)
