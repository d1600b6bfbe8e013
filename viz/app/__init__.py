"""The page: create_app() is the whole of it."""

from __future__ import annotations

from collections.abc import Sequence

from dash import Dash
from flask import Flask, Response, request

from viz import resources
from viz.app import asking, callbacks, document
from viz.app.session import Session
from viz.topology import Topology

MAX_REQUEST = 16 * 2**20
POLICY = (
    "default-src 'none'; script-src 'self' {hashes}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "connect-src 'self'; font-src 'self' data:; base-uri 'none'; form-action 'none'"
)


def create_app(opened: Topology | None = None) -> Dash:
    """A Dash app that plays the built-in topologies, what a visitor pastes, and `opened`, which it starts with."""
    app = Dash(
        __name__,
        assets_folder=str(resources.assets().resolve()),
        assets_ignore=r"\.(mjs|tool\.css)$",  # the page names its one module, which imports the others
        compress=True,
        use_async=False,
        update_title=None,  # type: ignore[arg-type]  # None keeps the title still; the stub knows only str
        title="tierscope",
    )
    session = Session(opened)
    app.index_string = document.document(app.config.requests_pathname_prefix, session.choices())
    app.layout = document.stores()
    callbacks.register(app, session)
    asking.register(app.server, app.config.requests_pathname_prefix, session)
    _secure(app.server, app.csp_hashes())
    return app


def _secure(server: Flask, script_hashes: Sequence[str]) -> None:
    """Nothing foreign is loaded, nothing is sent elsewhere, and unknown paths are not answered with the page."""
    server.config["MAX_CONTENT_LENGTH"] = MAX_REQUEST
    policy = POLICY.format(hashes=" ".join(script_hashes))

    @server.after_request
    def _headers(response: Response) -> Response:
        embedding = "*" if request.args.get("embed") == "1" else "'none'"
        response.headers["Content-Security-Policy"] = f"{policy}; frame-ancestors {embedding}"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    @server.get("/robots.txt")
    def _robots() -> Response:
        return Response("User-agent: *\nAllow: /\n", mimetype="text/plain")
