"""Answer the requests of the page: Dash callbacks for runs and charts, and a path for each question of a tool.

The browser plays the steps of a run without asking the server again.
"""

from __future__ import annotations

from dash import ClientsideFunction, Dash, Input, Output
from flask import Flask, Response, abort, g, jsonify, request

from viz.app.answers import Answer
from viz.app.dispatcher import NOBODY, Client, Dispatcher
from viz.app.endpoints import ASKS
from viz.app.layout import CHART_ANSWER, CHART_PLACE, CHART_REQUEST, MESSAGES, PLAY, REQUEST

CLIENT = "tierscope.client"
"""The key of a WSGI environment under which viz.app.asgi puts the Client that sent the request."""
BUSY_NOW = "tierscope.busy"
"""The key of a WSGI environment under which viz.app.asgi finds whether the server was too busy to answer."""
SHARED = "tierscope.shared"
"""The key of a WSGI environment under which viz.app.asgi finds whether all who follow a speaker get this answer."""


def register(app: Dash, dispatcher: Dispatcher, edition: str) -> None:
    """Add the callbacks that answer requests and hand each answer to the player.

    Answers carry the `edition` of the page, since Dash does not show the headers of a reply. The functions of the
    browser's side are in assets/core/dash.mjs.
    """

    @app.callback(Output(PLAY, "data"), Input(REQUEST, "data"), prevent_initial_call=True)
    def _answer(asked: object) -> Answer:
        return {**_answered(dispatcher, "play", asked), "edition": edition}

    @app.callback(Output(CHART_ANSWER, "data"), Input(CHART_REQUEST, "data"), prevent_initial_call=True)
    def _chart(asked: object) -> Answer:
        return {**_answered(dispatcher, "chart", asked), "edition": edition}

    app.clientside_callback(  # type: ignore[no-untyped-call]
        ClientsideFunction("tierscope", "ready"), Input(MESSAGES, "id")
    )
    app.clientside_callback(  # type: ignore[no-untyped-call]
        ClientsideFunction("tierscope", "showRun"), Input(PLAY, "data"), prevent_initial_call=True
    )
    app.clientside_callback(  # type: ignore[no-untyped-call]
        ClientsideFunction("tierscope", "showChart"),
        Output(CHART_PLACE, "children"),
        Input(CHART_ANSWER, "data"),
        prevent_initial_call=True,
    )


def _answered(dispatcher: Dispatcher, kind: str, asked: object) -> Answer:
    """Return the answer to the current request, and note whether it is a refusal, which must not be cached."""
    client = request.environ.get(CLIENT) or Client(request.remote_addr or NOBODY.address)
    answer = dispatcher.answer(kind, asked, client)
    g.refused = "error" in answer
    request.environ[BUSY_NOW] = "busy" in answer
    return answer


def register_asks(server: Flask, base: str, dispatcher: Dispatcher) -> None:
    """Answer each question of ASKS at its path, ask/<name> below `base`, with a JSON object.

    If there is no answer, the object is {"error": one line}.
    """

    @server.post(f"{base}ask/<name>")
    def _ask(name: str) -> Response:
        if name not in ASKS:
            abort(404)
        answer = _answered(dispatcher, name, request.get_json(silent=True))
        return Response(answer["json"], mimetype="application/json") if "json" in answer else jsonify(answer)
