"""Serve the Python that a page keeps, to answer in the browser while the server is gone (docs/site.md).

The files are those of a site; viz.site.fallback reads them from its folder. They are sent as they are: the server
itself runs none of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from flask import Flask, Response, abort, request

from viz.page.content_policy import WORKER_POLICY

FOLDER = "python/"
"""The folder below the page's path that has all of these files, and no others."""
MEDIA_TYPES = {".mjs": "text/javascript", ".json": "application/json", ".zip": "application/zip"}


@dataclass(frozen=True)
class Fallback:
    """Python for a browser: its files by their paths, which begin with FOLDER."""

    files: Mapping[str, bytes]
    listing: str
    """The path of the file that lists what the page fetches."""
    worker: str
    """The path of the script of the worker."""


def serve_fallback(server: Flask, base: str, fallback: Fallback) -> None:
    """Let a Flask server answer requests for these files, at their paths below `base`."""

    @server.get(f"{base}{FOLDER}<path:name>")
    def _file(name: str) -> Response:
        data = fallback.files.get(f"{FOLDER}{name}")
        if data is None:
            abort(404)
        return Response(data, mimetype=MEDIA_TYPES.get(PurePosixPath(name).suffix, "application/octet-stream"))

    @server.after_request
    def _let_worker_start_wasm(response: Response) -> Response:
        if request.path == f"{base}{fallback.worker}":
            response.headers["Content-Security-Policy"] = WORKER_POLICY
        return response
