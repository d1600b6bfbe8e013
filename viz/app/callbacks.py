"""The one callback: a request goes to the server, what to play comes back. Every step after that is the browser's."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, dcc

from viz.app.document import CHART, CHART_PLACE, CHART_REQUEST, PLAY, REQUEST, SINK
from viz.app.session import Session

CONFIG: dcc.Graph.Config = {"showSendToCloud": False, "displaylogo": False, "displayModeBar": False}
"""plotly.js would offer to upload the figure to a public site."""

FIRST_REQUEST = """() => new Promise((resolve) => {
    const answer = () => resolve(window.tierscopeFirst);
    if (window.tierscopeFirst) answer();
    else window.addEventListener("tierscope:ready", answer, {once: true});
})"""

HAND_OVER = """(play) => {
    window.tierscopePlay = play;
    window.dispatchEvent(new Event("tierscope:play"));
    return window.dash_clientside.no_update;
}"""


def register(app: Dash, session: Session) -> None:
    """Answer requests, and hand each answer to the player."""

    @app.callback(Output(PLAY, "data"), Input(REQUEST, "data"), prevent_initial_call=True)
    def _answer(request: object) -> dict[str, Any]:
        return session.answer(request)

    @app.callback(Output(CHART_PLACE, "children"), Input(CHART_REQUEST, "data"), prevent_initial_call=True)
    def _chart(request: object) -> dcc.Graph | str:
        figure = session.chart(request)
        return figure if isinstance(figure, str) else dcc.Graph(id=CHART, figure=figure, config=CONFIG, responsive=True)

    app.clientside_callback(  # type: ignore[no-untyped-call]
        FIRST_REQUEST, Output(REQUEST, "data"), Input("stores", "id")
    )
    app.clientside_callback(  # type: ignore[no-untyped-call]
        HAND_OVER, Output(SINK, "data"), Input(PLAY, "data"), prevent_initial_call=True
    )
