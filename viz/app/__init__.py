"""The page: create_app() is the whole of it."""

from __future__ import annotations

from collections.abc import Sequence

from dash import Dash
from flask import Flask, Response

from viz import resources
from viz.app import callbacks, layout
from viz.app.session import Session
from viz.topology import Topology

MAX_REQUEST = 16 * 2**20


def create_app(opened: Topology | None = None) -> Dash:
    """A Dash app that plays the built-in topologies, what a visitor pastes, and `opened`, which it starts with."""
    app = Dash(
        __name__,
        assets_folder=str(resources.assets().resolve()),
        compress=True,
        use_async=False,
        update_title=None,  # type: ignore[arg-type]  # None keeps the title still; the stub knows only str
        title="tierscope",
    )
    session = Session(opened)
    app.index_string = layout.document(app.config.requests_pathname_prefix)
    app.layout = layout.layout(session.choices(), session.first_request())
    callbacks.register(app, session)
    _secure(app.server, app.csp_hashes())
    return app


def _secure(server: Flask, script_hashes: Sequence[str]) -> None:
    """Nothing foreign is loaded, nothing is sent elsewhere, and unknown paths are not answered with the page."""
    server.config["MAX_CONTENT_LENGTH"] = MAX_REQUEST
    policy = "; ".join(
        [
            "default-src 'none'",
            f"script-src 'self' {' '.join(script_hashes)}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "connect-src 'self'",
            "font-src 'self' data:",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        ]
    )

    @server.after_request
    def _headers(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = policy
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    @server.get("/robots.txt")
    def _robots() -> Response:
        return Response("User-agent: *\nAllow: /\n", mimetype="text/plain")
