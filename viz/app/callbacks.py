"""The requests of the page: Dash callbacks for a run and its charts, and a path for each question of a tool.

The browser plays the steps of a run without asking the server again.
"""

from __future__ import annotations

import json
from typing import Any

from dash import Dash, Input, Output, dcc
from flask import Flask, Response, abort, g, jsonify, request

from viz.app.dispatcher import NOBODY, Answer, Client, Dispatcher
from viz.app.endpoints import ASKS
from viz.app.page_document import CHART, CHART_ANSWER, CHART_PLACE, CHART_REQUEST, PLAY, REQUEST, SINK

CONFIG: dcc.Graph.Config = {"showSendToCloud": False, "displaylogo": False, "displayModeBar": False}
"""The options of plotly.js; without the first, it would offer to upload the figure to a public site."""
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
"""The JavaScript function open(), which unpacks a large answer that answer_job_as_text() has packed."""

HAND_OVER = """async (answer) => {
    if (!answer) return window.dash_clientside.no_update;
    UNPACK
    const turn = window.tierscopeTurn = (window.tierscopeTurn ?? 0) + 1;
    const play = await open(answer);
    if (turn === window.tierscopeTurn) {
        window.tierscopePlay = play;
        window.dispatchEvent(new Event("tierscope:play"));
    }
    return window.dash_clientside.no_update;
}""".replace("UNPACK", UNPACK)
"""Hand a run to the player.

A later answer may be unpacked before an earlier one; the earlier one is then dropped. The player empties the store
before each request, so that Dash calls this even if the answer is the same as before.
"""

DRAW = """async (answer) => {
    if (!answer) return window.dash_clientside.no_update;
    UNPACK
    const {figure, error} = await open(answer);
    window.dispatchEvent(new CustomEvent("tierscope:chart", {detail: error}));
    return error ?? {namespace: "dash_core_components", type: "Graph", props: {...GRAPH, figure}};
}""".replace("UNPACK", UNPACK).replace("GRAPH", json.dumps(GRAPH))


CLIENT = "tierscope.client"
"""The key of a WSGI environment under which viz.app.asgi puts the Client that asks."""
BUSY_NOW = "tierscope.busy"
"""The key of a WSGI environment whose value tells viz.app.asgi that the server was too busy to answer."""


def register(app: Dash, dispatcher: Dispatcher) -> None:
    """Add the callbacks that answer requests and hand each answer to the player."""

    @app.callback(Output(PLAY, "data"), Input(REQUEST, "data"), prevent_initial_call=True)
    def _answer(asked: object) -> Answer:
        return _answered(dispatcher, "play", asked)

    @app.callback(Output(CHART_ANSWER, "data"), Input(CHART_REQUEST, "data"), prevent_initial_call=True)
    def _chart(asked: object) -> Answer:
        return _answered(dispatcher, "chart", asked)

    app.clientside_callback(  # type: ignore[no-untyped-call]
        FIRST_REQUEST, Output(REQUEST, "data"), Input("stores", "id")
    )
    app.clientside_callback(  # type: ignore[no-untyped-call]
        HAND_OVER, Output(SINK, "data"), Input(PLAY, "data"), prevent_initial_call=True
    )
    app.clientside_callback(  # type: ignore[no-untyped-call]
        DRAW, Output(CHART_PLACE, "children"), Input(CHART_ANSWER, "data"), prevent_initial_call=True
    )


def _answered(dispatcher: Dispatcher, kind: str, asked: object) -> Answer:
    """Return the answer to the current request, and note whether it is a refusal, which must not be cached."""
    client = request.environ.get(CLIENT) or Client(request.remote_addr or NOBODY.address)
    answer = dispatcher.answer(kind, asked, client)
    g.refused = "error" in answer
    request.environ[BUSY_NOW] = "busy" in answer
    return answer


def register_asks(server: Flask, base: str, dispatcher: Dispatcher) -> None:
    """Answer each of ASKS at its path below `base` with an object; {"error": one line} if there is no answer."""

    @server.post(f"{base}ask/<name>")
    def _ask(name: str) -> Response:
        if name not in ASKS:
            abort(404)
        answer = _answered(dispatcher, name, request.get_json(silent=True))
        return Response(answer["json"], mimetype="application/json") if "json" in answer else jsonify(answer)
