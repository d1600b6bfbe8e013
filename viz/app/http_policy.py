"""Apply the HTTP policy: security headers, limits of requests, and an answer of one line for every error.

Texts that a visitor sends are never logged, and never sent back as a page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import unquote

from dash.exceptions import DependencyException
from flask import Flask, Response, redirect, request
from werkzeug.exceptions import BadRequest, HTTPException, NotFound, RequestEntityTooLarge, ServiceUnavailable
from werkzeug.wrappers import Response as BaseResponse

from viz.app.answers import BROKEN, log_error
from viz.app.costs import TooDeep
from viz.app.hosts import Hosts
from viz.page.icon import ICON
from viz.work.fair_queue import BUSY
from viz.work.limits import MAX_REQUEST

POLICY = (
    "default-src 'none'; script-src 'self' {hashes}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "connect-src 'self'; font-src 'self' data:; base-uri 'none'; form-action 'none'"
)
EMBEDDING = "* file:"
"""The pages that may have an embedded player in a frame: those of every network scheme, and files, which "*" leaves
out."""
NO_POLICY = ("text/javascript", "text/css")
"""The media types that are sent without a content security policy, which would have no effect on them."""
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
EDITION_HEADER = "Tierscope-Edition"
"""The header with the edition of the page's files; assets/core/server.mjs compares it with the page's own edition."""
TOO_LARGE = f"This is more than the server takes: a request may hold up to {MAX_REQUEST / 1e6:g} MB."
FOREIGN_HOST = "This server does not answer under that name; --allow-host NAME, when it is started, lets it."
ERROR_TEXTS = {
    400: "The server does not understand this request.",
    404: "There is nothing here; the page is at {base}.",
    405: "Nothing is done that way here.",
    413: TOO_LARGE,
    415: "A request has to be JSON.",
    421: FOREIGN_HOST,
    503: BUSY,
}
OPTIONS: Mapping[str, Sequence[str]] = {"embed": ("1",), "theme": ("light", "dark")}
"""The options in the page's address, and their values; assets/page.mjs follows them."""
NO_ROOM = "tierscope.no_room"
"""The key of a WSGI environment under which viz.app.asgi notes that there is no room for this request."""


class ForeignHost(HTTPException):
    """The error for a request with a Host name that this server does not answer to."""

    code = 421
    description = FOREIGN_HOST


def apply_policy(server: Flask, base: str, edition: str, script_hashes: Sequence[str], hosts: Hosts) -> None:
    """Add the headers, the checks of requests, the error handlers and the files of this module to a Flask server."""
    server.config["MAX_CONTENT_LENGTH"] = MAX_REQUEST
    server.url_map.merge_slashes = False  # otherwise Flask would redirect, to the Host name that the visitor has sent
    _add_headers(server, edition, POLICY.format(hashes=" ".join(script_hashes)))
    _check_requests(server, base, hosts)
    _answer_errors(server, base)
    _add_files(server, base)


def _add_headers(server: Flask, edition: str, policy: str) -> None:
    @server.after_request
    def _secure(response: Response) -> Response:
        if response.mimetype not in NO_POLICY:
            ancestors = EMBEDDING if request.args.get("embed") == "1" else "'none'"
            response.headers["Content-Security-Policy"] = f"{policy}; frame-ancestors {ancestors}"
        for name, value in HEADERS.items():
            response.headers[name] = value
        response.headers[EDITION_HEADER] = edition
        return response


def _check_requests(server: Flask, base: str, hosts: Hosts) -> None:
    @server.before_request
    def _check_request() -> None:
        if not hosts.answers_to(request.host):
            raise ForeignHost
        if request.environ.get(NO_ROOM):
            raise ServiceUnavailable
        if (request.content_length or 0) > MAX_REQUEST:
            raise RequestEntityTooLarge
        if request.url_rule and request.url_rule.rule == f"{base}<path:path>":  # Dash would answer with the page
            raise NotFound


def _answer_errors(server: Flask, base: str) -> None:
    """Answer every error with one line of plain text, because Flask's own pages and logs would show the request."""

    @server.errorhandler(HTTPException)
    def _refused(error: HTTPException) -> Response:
        return _line(error.code or 500, ERROR_TEXTS.get(error.code or 500, error.name).format(base=base))

    @server.errorhandler(DependencyException)
    def _no_such_bundle(_: DependencyException) -> Response:
        return _refused(NotFound())

    @server.errorhandler(RecursionError)
    @server.errorhandler(TooDeep)
    def _too_deep(_: Exception) -> Response:
        return _refused(BadRequest())

    @server.errorhandler(Exception)
    def _broken(error: Exception) -> Response:
        if server.debug:
            raise error
        if request.path == f"{base}_dash-update-component":  # callbacks never raise, so Dash could not read the request
            return _refused(BadRequest())
        log_error(error)
        return _line(500, BROKEN)


def _line(status: int, text: str) -> Response:
    return Response(f"{text}\n", status, mimetype="text/plain")


def _add_files(server: Flask, base: str) -> None:
    """Add files that browsers and crawlers request by themselves, and a redirect from the base path without a slash."""

    def robots() -> Response:
        return Response("User-agent: *\nAllow: /\n", mimetype="text/plain")

    def icon() -> Response:
        return Response(unquote(ICON.partition(",")[2]), mimetype="image/svg+xml")

    def slash() -> BaseResponse:
        kept = [f"{name}={value}" for name, value in request.args.items() if value in OPTIONS.get(name, ())]
        return redirect(f"{base}?{'&'.join(kept)}" if kept else base, 308)

    for folder in {"/", base}:
        server.add_url_rule(f"{folder}robots.txt", f"{folder}robots.txt", robots)
    server.add_url_rule(f"{base}favicon.ico", "icon", icon)
    if base != "/":
        server.add_url_rule(base.rstrip("/"), "slash", slash)
