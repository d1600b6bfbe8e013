"""Cache the page, its files and answers about built-in machines, and set the caching rules for browsers.

a path with a fingerprint    the browser may use it for ever without asking again
any other path               the browser may store it, but asks each time whether it has changed
an answer to a question      the browser may not store it
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from threading import Thread
from time import monotonic, sleep
from typing import Any

from flask import Flask, Response, g, request
from flask.testing import FlaskClient

from viz import resources
from viz.app.callbacks import SHARED
from viz.app.compression import BodyCache, StoredBody
from viz.app.following import MAX_PLACE, RUN_KEYS
from viz.app.story_gallery import PATH as STORIES
from viz.app.talks import PATH as TALKS
from viz.kernel.versions import FORMER_NAMES, VERSIONS
from viz.topology import builtin_names

IMMUTABLE = "public, max-age=31536000, immutable"
MAX_QUESTION = 2_000
"""The largest size in bytes of a question that is cached; only questions with a visitor's machine are longer."""
CHOICES: Mapping[str, frozenset[str]] = {
    "topology": frozenset(builtin_names()),
    "kernel": frozenset((*(row.name for row in VERSIONS), *FORMER_NAMES)),
    "zonelists": frozenset(("boot", "runtime")),
    "chart": frozenset(("timeline", "distances")),
    "theme": frozenset(("light", "dark")),
    "narrow": frozenset(("yes",)),
}
"""The values that each key of a question may have if its answer is to be cached; this limits the number of answers."""
LINKED_PATH = re.compile(r"(?:src|href)=\"(/[^\"?#]++)")
"""The pattern of a path that the page links to; the group is the path without its query."""
CHART_SCRIPTS = ("dash/dcc/async-graph.js", "plotly/package_data/plotly.min.js")
"""The scripts that a page loads with its first chart, below the path of Dash's scripts."""
CACHED_ASKS = ("whole", "versions", "machines", "findings")
"""The questions whose answers are cached; each is the name of a path below ask/."""
AHEAD = "tierscope.ahead"
"""The key of a request's environ that says that the server itself has made the request."""
QUIET_SECONDS = 3.0
"""The time without a request after which the server compresses the next path of what may be requested later."""
MOST_SECONDS = 20.0
"""The time after which it does so in any case, so that a server with many visitors comes to the end of them, too."""
FINGERPRINT = re.compile(r"\.(v[\w-]{1,60}m[0-9a-f]{1,20})\.")
"""The pattern of a fingerprint in the path of a script of Dash: the version and the time of the script's package."""

IsShared = Callable[[Mapping[str, str]], bool]


class Caches:
    """The caches of one server: the bodies of answers to GETs, by path, and to questions, by question."""

    def __init__(self, base: str, for_ever: tuple[str, ...], keeps_answers: bool, is_shared: IsShared | None) -> None:
        self.base = base
        self.for_ever = for_ever
        self.keeps_answers = keeps_answers
        self.is_shared = is_shared or (lambda _: False)
        self.max_question = MAX_QUESTION + (MAX_PLACE if is_shared else 0)
        self.fingerprints: frozenset[str] = frozenset()
        """The fingerprints of the scripts that the page links to; empty until the page has been requested."""
        self.requested_at = monotonic()
        """When the last request of a browser reached Flask, in seconds of the monotonic clock."""
        self.files = BodyCache(512, 64 * 2**20)
        self.answers = BodyCache(4_000, 64 * 2**20)

    def cached(self) -> StoredBody | None:
        """Return the cached body for the current request, if there is one."""
        if request.method in ("GET", "HEAD"):
            return self.files.get(request.path)
        g.question = self._question()
        return self.answers.get(g.question) if g.question else None

    def store(self, response: Response) -> StoredBody:
        """Return the body of the response to the current request, and cache it if that is allowed."""
        response.direct_passthrough = False
        body, mimetype = response.get_data(), response.mimetype or ""
        response.close()  # its body may be an open file
        if g.get("changes"):
            return StoredBody(body, mimetype)
        if request.method == "GET":
            if request.path == self.base:
                self.fingerprints = frozenset(FINGERPRINT.findall(body.decode()))
            return self.files.put(request.path, body, mimetype)
        if g.get("question") and not g.get("refused"):
            return self.answers.put(g.question, body, mimetype)
        return StoredBody(body, mimetype)

    def control(self, status: int) -> str:
        """Return the Cache-Control header for the response to the current request."""
        if request.method == "POST" or status >= 400 or g.get("changes"):
            return "no-store"
        match = FINGERPRINT.search(request.path)
        never_changes = match[1] in self.fingerprints if match else request.path.startswith(self.for_ever)
        return IMMUTABLE if never_changes else "no-cache"

    def _question(self) -> str:
        """Return the current question as a cache key, or "" if its answer is not to be cached."""
        name = request.path.removeprefix(self.base)
        if not self.keeps_answers or (request.content_length or self.max_question) >= self.max_question:
            return ""
        asked = request.get_json(silent=True)
        if name == "_dash-update-component":
            name, asked = _of_callback(asked)
        elif name.removeprefix("ask/") not in CACHED_ASKS:
            return ""
        values = {key: value for key, value in asked.items() if key != "asked"} if isinstance(asked, dict) else {}
        if not all(isinstance(value, str) for value in values.values()):
            return ""
        shared = self.is_shared(values)
        free = RUN_KEYS.values() if shared else ()
        known = all(key in free or value in CHOICES.get(key, ()) for key, value in values.items())
        if not known or not (shared or "topology" in values):
            return ""
        g.shared = shared
        return json.dumps([name, values], sort_keys=True)


def _of_callback(asked: Any) -> tuple[str, Any]:
    """Return the output and the only input's value in the body of a Dash callback; ("", None) for other bodies."""
    try:
        (store,) = asked["inputs"]
        return str(asked["output"]), store["value"]
    except (KeyError, TypeError, ValueError):
        return "", None


def use_caches(
    server: Flask, base: str, for_ever: tuple[str, ...], keeps_answers: bool = True, is_shared: IsShared | None = None
) -> None:
    """Make a server answer from caches what it has answered before, and compress each body only once.

    Two kinds of files never change: those below the paths `for_ever`, which have an edition or a hash of the files in
    them, and scripts with a fingerprint that the page at `base` links to. Answers are not kept if a kernel is a file
    that may be edited. `is_shared` says whether a question is about the run that a speaker shows to all others; its
    answers are kept, too.
    """
    caches = Caches(base, for_ever, keeps_answers, is_shared)
    server.extensions["tierscope.caches"] = caches

    @server.before_request
    def _answer_from_cache() -> Response | None:
        if not request.environ.get(AHEAD):
            caches.requested_at = monotonic()
        if server.debug:
            return None
        cached = caches.cached()
        g.from_cache = cached is not None
        return cached.response() if cached else None

    @server.after_request
    def _encode(response: Response) -> Response:
        if server.debug:
            return response
        if not g.get("from_cache") and response.status_code == 200 and request.method != "HEAD":
            response = caches.store(response).response()
        response.headers["Cache-Control"] = caches.control(response.status_code)
        request.environ[SHARED] = g.get("shared") and response.status_code == 200 and not g.get("refused")
        return response


def first_paths(client: FlaskClient, base: str) -> Iterator[str]:
    """Yield the paths that a browser requests before the page can be used."""
    yield base
    yield from LINKED_PATH.findall(client.get(base).text)
    yield from (f"{base}_dash-layout", f"{base}_dash-dependencies")


def later_paths(base: str) -> Iterator[str]:
    """Yield the paths that a browser requests when a visitor opens a tool, a dialog or a chart."""
    assets = resources.assets()
    files = sorted(file.relative_to(assets).as_posix() for file in assets.rglob("*") if file.is_file())
    yield from (f"{base}_dash-component-suites/{script}" for script in CHART_SCRIPTS)
    yield from (f"{base}assets/{resources.edition()}/{file}" for file in files)
    yield f"{base}{TALKS}"
    yield f"{base}{STORIES}"


def compress_ahead(server: Flask, base: str) -> Thread:
    """Start a thread that fetches and compresses what a browser requests, so that few visitors wait for it.

    What is requested later takes seconds, and visitors need the processor more. The thread does it path by path,
    whenever nobody has requested anything for QUIET_SECONDS, or after MOST_SECONDS.
    """
    caches: Caches = server.extensions["tierscope.caches"]
    client = server.test_client()  # Flask's test client calls an application without a network
    client.environ_base[AHEAD] = "yes"

    def fetch(path: str) -> None:
        client.get(path)
        cached = caches.files.get(path)
        if cached:
            cached.compress()

    def work() -> None:
        for path in first_paths(client, base):
            fetch(path)
        for path in later_paths(base):
            latest = monotonic() + MOST_SECONDS
            while (rest := min(latest, caches.requested_at + QUIET_SECONDS) - monotonic()) > 0:
                sleep(rest)
            fetch(path)

    thread = Thread(target=work, name="compress-ahead", daemon=True)
    thread.start()
    return thread
