"""Let an audience follow a speaker: hold the address that the speaker's page shows, and send it to whoever asks.

    GET follow            {"place": "#topology=...&step=31", "speaker": "none", "here" or "away"}
    POST follow           {"token", "tab", "place", "agreed", "claims", "leaves"} from the speaker's page
    GET speaker           a page that keeps the token, which stands behind the "#" of its address

The place is what a link holds. The state is in this process alone. What followers send is a GET without a body, and no
part of it is stored, counted or sent on.
"""

from __future__ import annotations

import hmac
import json
import re
import secrets
import time
from collections.abc import Callable, Mapping
from contextvars import Context
from functools import partial
from threading import Lock
from typing import Any
from urllib.parse import parse_qs

from flask import Flask, Response, g, jsonify, request

from viz.app.callbacks import CLIENT
from viz.app.dispatcher import Client
from viz.app.layout import PLAY, REQUEST

PATH = "follow"
SPEAKER_PATH = "speaker"
MAX_PLACE = 12_000
"""The largest number of characters of a place; a link to a machine has up to 8,000 (viz.topology.link)."""
AWAY_AFTER = 15.0
"""The number of seconds without a word of the speaker's page after which the speaker is away. The page sends one every
five seconds."""
PLACE = re.compile(rf"#[!-~]{{1,{MAX_PLACE}}}")
TAB = re.compile(r"[a-z0-9]{1,40}")
RUN_KEYS = {key: key for key in ("topology", "allowed", "kernel", "zonelists")} | {"machine": "link"}
"""The keys of a place on which its run depends, and the keys of the request for that run."""
WRONG_TOKEN = "That is not the token of this server's speaker. It is new each time that the server starts."
TAKEN = "Another tab of the speaker has taken over."
NOT_UNDERSTOOD = "The server does not understand this request."
NOT_AGREED = "A machine of the speaker's own is shown to others only once the speaker has agreed."
Values = Mapping[str, object]


class Refused(Exception):
    """The error for a word of a speaker that is not accepted, with a status and one line."""

    def __init__(self, status: int, line: str) -> None:
        super().__init__(line)
        self.status = status


class Following:
    """What the speaker's page shows, and whether that page is there."""

    def __init__(self, host: str = "", clock: Callable[[], float] = time.monotonic) -> None:
        self.host = host
        """The name or address under which the audience finds the server."""
        self.token = secrets.token_urlsafe(16)
        """The secret by which the server knows the speaker's page."""
        self._clock = clock
        self._lock = Lock()
        self._preparing = Lock()
        self._place = ""
        self._wanted = ""
        self._tab = ""
        self._heard: float | None = None
        self._has_left = False
        self._version = 0
        self._document = ""

    def document(self) -> str:
        """Return what followers are told, as JSON."""
        with self._lock:
            return self._renewed()

    def version(self) -> int:
        """Return a number that is another one once document() has changed."""
        with self._lock:
            self._renewed()
            return self._version

    def version_of(self, base: str) -> Callable[[str], int]:
        """Return a function that returns version() for the path that followers ask, and 0 for all others."""
        asked = f"{base}{PATH}"
        return lambda path: self.version() if path == asked else 0

    def _renewed(self) -> str:
        document = json.dumps({"place": self._place, "speaker": self._speaker()})
        if document != self._document:
            self._document = document
            self._version += 1
        return self._document

    def _speaker(self) -> str:
        if self._heard is None:
            return "none"
        is_silent = self._clock() - self._heard > AWAY_AFTER and not self._preparing.locked()
        return "away" if self._has_left or is_silent else "here"

    def hear(self, word: object, prepare: Callable[[dict[str, str]], None]) -> None:
        """Take a word of the speaker's page: that it is there, what it shows, or that it leaves.

        `prepare` is called with the request for a new run before followers are sent there, so that its answer is in the
        cache when all of them ask for it. Raise Refused if the word is not from the speaker, from an older tab of the
        speaker, or not understood.
        """
        if not isinstance(word, dict) or not isinstance(word.get("token"), str):
            raise Refused(400, NOT_UNDERSTOOD)
        if not hmac.compare_digest(word["token"].encode(errors="replace"), self.token.encode()):
            raise Refused(403, WRONG_TOKEN)
        tab, place = word.get("tab"), word.get("place")
        if not isinstance(tab, str) or not TAB.fullmatch(tab):
            raise Refused(400, NOT_UNDERSTOOD)
        if place is not None and not (isinstance(place, str) and PLACE.fullmatch(place)):
            raise Refused(400, NOT_UNDERSTOOD)
        if place and "machine" in _values(place) and word.get("agreed") is not True:
            raise Refused(403, NOT_AGREED)
        self._note(tab, word.get("claims") is True, word.get("leaves") is True)
        if place:
            self._wanted = place
            self._publish(prepare)

    def _note(self, tab: str, claims: bool, leaves: bool) -> None:
        """Record that the speaker's page is there, or leaves; raise Refused if another tab has taken over."""
        with self._lock:
            if self._tab and tab != self._tab and not claims:
                raise Refused(409, TAKEN)
            self._tab = tab
            self._heard = self._clock()
            self._has_left = leaves

    def _publish(self, prepare: Callable[[dict[str, str]], None]) -> None:
        """Send followers to the newest place, once the answer for its run has been prepared."""
        with self._preparing:
            place = self._wanted
            run = run_of(place)
            if run != run_of(self._place):
                prepare(run)
            with self._lock:
                self._place = place
                self._heard = self._clock()

    def is_shared(self, values: Values) -> bool:
        """Return whether a question is about the run that followers see, or are about to see."""
        asked = {key: value for key, value in values.items() if key in RUN_KEYS.values()}
        return bool(asked) and asked in (run_of(self._wanted), run_of(self._place))


def run_of(place: str) -> dict[str, str]:
    """Return the request for the run of a place, as the page sends it; see requestOf() of assets/player/loading.mjs."""
    values = _values(place)
    return {asked: values[key] for key, asked in RUN_KEYS.items() if key in values}


def _values(place: str) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(place.removeprefix("#")).items()}


def serve_following(server: Flask, base: str, following: Following, page: str) -> None:
    """Let a Flask server answer the requests of followers and of the speaker; `page` is the document of GET speaker."""

    def place() -> Response:
        g.changes = True  # viz.app.caching stores no such answer
        return Response(following.document(), mimetype="application/json")

    def word() -> Response:
        client = request.environ.get(CLIENT)

        def prepare(run: dict[str, str]) -> None:
            # Flask's context is that of the speaker's request, and the requests inside need contexts of their own.
            Context().run(_prepare, server, base, client, run)

        try:
            following.hear(request.get_json(silent=True), prepare)
        except Refused as refused:
            return Response(f"{refused}\n", refused.status, mimetype="text/plain")
        return jsonify({})

    server.add_url_rule(f"{base}{PATH}", "follow", place)
    server.add_url_rule(f"{base}{PATH}", "speak", word, methods=["POST"])
    server.add_url_rule(f"{base}{SPEAKER_PATH}", "speaker", lambda: Response(page, mimetype="text/html"))


def _prepare(server: Flask, base: str, client: Client | None, run: dict[str, str]) -> None:
    """Request, for the speaker, what every follower's page is about to request, so that the answers are in the cache.

    Flask's test client calls the application without a network.
    """
    post = partial(server.test_client().post, environ_overrides={CLIENT: client})
    for values in (run, {**run, "narrow": "yes"}):
        answer = post(f"{base}_dash-update-component", json=_callback(values)).get_json(silent=True) or {}
        if answer.get("response", {}).get(PLAY, {}).get("data", {}).get("more"):
            post(f"{base}ask/whole", json=values)
    post(f"{base}ask/findings", json=run)


def _callback(values: dict[str, str]) -> dict[str, Any]:
    """Return the body with which Dash's script requests a run."""
    return {
        "output": f"{PLAY}.data",
        "outputs": {"id": PLAY, "property": "data"},
        "inputs": [{"id": REQUEST, "property": "data", "value": values}],
        "changedPropIds": [f"{REQUEST}.data"],
    }
