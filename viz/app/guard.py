"""What strangers meet: headers, limits, and answers of one line where something is wrong.

Nothing that a visitor sends is logged or sent back as a page.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from urllib.parse import unquote

from dash.exceptions import DependencyException
from flask import Flask, Response, redirect, request
from werkzeug.exceptions import BadRequest, HTTPException, NotFound, RequestEntityTooLarge
from werkzeug.wrappers import Response as BaseResponse

from viz.app.desk import BROKEN, tell_of
from viz.app.document import ICON
from viz.work.limits import MAX_REQUEST

POLICY = (
    "default-src 'none'; script-src 'self' {hashes}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "connect-src 'self'; font-src 'self' data:; base-uri 'none'; form-action 'none'"
)
RULELESS = ("text/javascript", "text/css")
"""A policy rules what is shown; with a script or a style sheet it would only be sent thirty times for nothing."""
TOO_LARGE = f"This is more than the server takes: a request may hold up to {MAX_REQUEST / 1e6:g} MB."
LINES = {
    400: "The server does not understand this request.",
    404: "There is nothing here; the page is at {base}.",
    405: "Nothing is done that way here.",
    413: TOO_LARGE,
    415: "A request has to be JSON.",
}


def guard(server: Flask, base: str, place: str, script_hashes: Sequence[str]) -> None:
    """Nothing foreign is loaded, nothing is sent elsewhere, and only what is there is answered with a page.

    What lies at `place` below `base` never changes, so that a browser need not ask for it again.
    """
    server.config["MAX_CONTENT_LENGTH"] = MAX_REQUEST
    _headers(server, POLICY.format(hashes=" ".join(script_hashes)), f"{base}{place}/")
    _errors(server, base)
    _files(server, base)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # that visitors wait their turn is no news


def _headers(server: Flask, policy: str, assets: str) -> None:
    @server.after_request
    def _secure(response: Response) -> Response:
        if response.mimetype not in RULELESS:
            embedding = "*" if request.args.get("embed") == "1" else "'none'"
            response.headers["Content-Security-Policy"] = f"{policy}; frame-ancestors {embedding}"
        if request.path.startswith(assets) and response.status_code == 200 and not server.debug:
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response


def _errors(server: Flask, base: str) -> None:
    """Every error is one line of plain text; Flask's own pages and logs would show what was asked."""

    @server.before_request
    def _within_limits() -> None:
        if (request.content_length or 0) > MAX_REQUEST:
            raise RequestEntityTooLarge
        if request.url_rule and request.url_rule.rule == f"{base}<path:path>":  # Dash answers any path with its page
            raise NotFound

    @server.errorhandler(HTTPException)
    def _refused(error: HTTPException) -> Response:
        return _line(error.code or 500, LINES.get(error.code or 500, error.name).format(base=base))

    @server.errorhandler(DependencyException)
    def _no_such_bundle(_: DependencyException) -> Response:
        return _refused(NotFound())

    @server.errorhandler(Exception)
    def _broken(error: Exception) -> Response:
        if server.debug:
            raise error
        if request.path == f"{base}_dash-update-component":  # the callbacks raise nothing: Dash could not read it
            return _refused(BadRequest())
        tell_of(error)
        return _line(500, BROKEN)


def _line(status: int, text: str) -> Response:
    return Response(f"{text}\n", status, mimetype="text/plain")


def _files(server: Flask, base: str) -> None:
    """What browsers and robots ask for without being told."""

    def robots() -> Response:
        return Response("User-agent: *\nAllow: /\n", mimetype="text/plain")

    def icon() -> Response:
        return Response(unquote(ICON.partition(",")[2]), mimetype="image/svg+xml")

    def slash() -> BaseResponse:
        query = request.query_string.decode("latin-1")
        return redirect(f"{base}?{query}" if query else base, 308)

    for place in {"/", base}:
        server.add_url_rule(f"{place}robots.txt", f"{place}robots.txt", robots)
    server.add_url_rule(f"{base}favicon.ico", "icon", icon)
    if base != "/":
        server.add_url_rule(base.rstrip("/"), "slash", slash)
