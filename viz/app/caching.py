"""What is made once and not for each visitor: all that a GET answers, and the answers about built-in machines.

a path with a fingerprint    browsers keep it for good
any other path               browsers keep it, and ask each time whether it has changed
an answer to a question      browsers keep nothing
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from threading import Thread
from typing import Any

from flask import Flask, Response, g, request

from viz import resources
from viz.app.encoded import Encoded, EncodedCache
from viz.kernel.versions import VERSIONS
from viz.topology import builtin_names

IMMUTABLE = "public, max-age=31536000, immutable"
MAX_QUESTION = 2_000
"""Bytes of a question that may be one about a built-in machine; a longer one brings its own."""
CHOICES: Mapping[str, frozenset[str]] = {
    "topology": frozenset(builtin_names()),
    "kernel": frozenset(row.name for row in VERSIONS),
    "zonelists": frozenset(("boot", "runtime")),
    "chart": frozenset(("timeline", "distances")),
    "theme": frozenset(("light", "dark")),
    "narrow": frozenset(("yes",)),
}
"""The words that a question may hold whose answer is kept. There is a bounded number of such questions."""
NAMED = re.compile(r"(?:src|href)=\"(/[^\"?#]++)")
"""A path that the page names, without its query."""
CHART_SCRIPTS = ("dash/dcc/async-graph.js", "plotly/package_data/plotly.min.js")
"""What a page loads with its first chart, below the path of Dash's scripts."""
KEPT_ASKS = ("whole", "versions", "machines")
"""The questions with a path of their own whose answers are kept."""
FINGERPRINT = re.compile(r"\.(v[\w-]{1,60}m[0-9a-f]{1,20})\.")
"""What Dash puts into the path of a script: the version and the time of the package that it comes from."""


class Caches:
    """What one server keeps: the bodies of its GETs by path, and of its answers by question."""

    def __init__(self, base: str, assets: str) -> None:
        self.base = base
        self.assets = assets
        self.fingerprints: frozenset[str] = frozenset()
        """Those of the scripts that the page names, known once somebody has asked for the page."""
        self.files = EncodedCache(512, 64 * 2**20)
        self.answers = EncodedCache(4_000, 64 * 2**20)

    def kept(self) -> Encoded | None:
        """Return what is kept for the present request, None if nothing is."""
        if request.method in ("GET", "HEAD"):
            return self.files.get(request.path)
        g.question = self._question()
        return self.answers.get(g.question) if g.question else None

    def encoded(self, response: Response) -> Encoded:
        """Return the body of a response to the present request, kept if it may be."""
        response.direct_passthrough = False
        body, mimetype = response.get_data(), response.mimetype or ""
        response.close()  # it may be an open file
        if request.method == "GET":
            if request.path == self.base:
                self.fingerprints = frozenset(FINGERPRINT.findall(body.decode()))
            return self.files.put(request.path, body, mimetype)
        if g.get("question") and not g.get("refused"):
            return self.answers.put(g.question, body, mimetype)
        return Encoded(body, mimetype)

    def control(self, status: int) -> str:
        """Return the Cache-Control header of the present request's response."""
        if request.method == "POST" or status >= 400:
            return "no-store"
        found = FINGERPRINT.search(request.path)
        never_changes = found[1] in self.fingerprints if found else request.path.startswith(self.assets)
        return IMMUTABLE if never_changes else "no-cache"

    def _question(self) -> str:
        """Return what is asked, "" unless it is about nothing but a built-in machine."""
        name = request.path.removeprefix(self.base)
        if (request.content_length or MAX_QUESTION) >= MAX_QUESTION:
            return ""
        asked = request.get_json(silent=True)
        if name == "_dash-update-component":
            name, asked = _of_callback(asked)
        elif name.removeprefix("ask/") not in KEPT_ASKS:
            return ""
        words = {key: word for key, word in asked.items() if key != "asked"} if isinstance(asked, dict) else {}
        known = all(isinstance(word, str) and word in CHOICES.get(key, ()) for key, word in words.items())
        return json.dumps([name, words], sort_keys=True) if known and "topology" in words else ""


def _of_callback(asked: Any) -> tuple[str, Any]:
    """Return the output and the request of what Dash's script sends; ("", None) of anything else."""
    try:
        (given,) = asked["inputs"]
        return str(asked["output"]), given["value"]
    except (KeyError, TypeError, ValueError):
        return "", None


def use_caches(server: Flask, base: str, assets: str) -> None:
    """Answer from memory what has been answered before, and compress each body once.

    Never changing are the scripts with a fingerprint that the page at `base` names, too, and what lies below the path
    `assets`, which holds the edition of all that is in it.
    """
    caches = Caches(base, assets)
    server.extensions["tierscope.caches"] = caches

    @server.before_request
    def _known() -> Response | None:
        if server.debug:
            return None
        kept = caches.kept()
        g.made = kept is not None
        return kept.response() if kept else None

    @server.after_request
    def _encode(response: Response) -> Response:
        if server.debug:
            return response
        if not g.get("made") and response.status_code == 200 and request.method != "HEAD":
            response = caches.encoded(response).response()
        response.headers["Cache-Control"] = caches.control(response.status_code)
        return response


def first_paths(server: Flask, base: str) -> Iterator[str]:
    """Yield the paths that a visitor's browser asks for, first those that the page needs before it can be used."""
    yield base
    yield from NAMED.findall(server.test_client().get(base).text)
    yield from (f"{base}_dash-layout", f"{base}_dash-dependencies")
    assets = resources.assets()
    files = sorted(file.relative_to(assets).as_posix() for file in assets.rglob("*") if file.is_file())
    yield from (f"{base}assets/{resources.edition()}/{file}" for file in files)
    yield from (f"{base}_dash-component-suites/{script}" for script in CHART_SCRIPTS)


def compress_ahead(server: Flask, paths: Iterable[str]) -> Thread:
    """Fetch these paths and compress what they hold, in a thread of its own, before a visitor has to wait for it."""
    caches: Caches = server.extensions["tierscope.caches"]

    def work() -> None:
        client = server.test_client()  # Flask's own way to ask an application without a network
        for path in paths:
            client.get(path)
            kept = caches.files.get(path)
            if kept:
                kept.compress()

    thread = Thread(target=work, name="compress-ahead", daemon=True)
    thread.start()
    return thread
