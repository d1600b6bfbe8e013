"""The one callback: a request goes to the server, what to play comes back. Every step after that is the browser's."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output

from viz.app.document import PLAY, REQUEST, SINK
from viz.app.session import Session

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

    app.clientside_callback(  # type: ignore[no-untyped-call]
        FIRST_REQUEST, Output(REQUEST, "data"), Input("stores", "id")
    )
    app.clientside_callback(  # type: ignore[no-untyped-call]
        HAND_OVER, Output(SINK, "data"), Input(PLAY, "data"), prevent_initial_call=True
    )
