"""The one callback: a request goes to the server, what to play comes back. Every step after that is the browser's."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output

from viz.app import ids
from viz.app.session import Session


def register(app: Dash, session: Session) -> None:
    """Answer requests, and hand each answer to the player."""

    @app.callback(Output(ids.PLAY, "data"), Input(ids.REQUEST, "data"))
    def _answer(request: object) -> dict[str, Any]:
        return session.answer(request)

    app.clientside_callback(  # type: ignore[no-untyped-call]
        "(play) => { window.tierscope = {play}; window.dispatchEvent(new Event('tierscope:play'));"
        " return window.dash_clientside.no_update; }",
        Output(ids.SINK, "data"),
        Input(ids.PLAY, "data"),
        prevent_initial_call=True,
    )
