"""Bodies that do not change: each is compressed once for each encoding, and not for every visitor."""

from __future__ import annotations

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

import brotli
from flask import Response, request

BROTLI_QUALITY = 6
"""A fifteenth less to load than with what Flask-Compress would take, for a few milliseconds of work."""
GZIP_LEVEL = 9
SMALLEST = 500
"""Bytes; less is not worth compressing."""
COMPRESSIBLE = ("text/", "application/json", "application/javascript", "image/svg+xml")

COMPRESSORS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda body: brotli.compress(body, quality=BROTLI_QUALITY),
    "gzip": lambda body: gzip.compress(body, GZIP_LEVEL, mtime=0),
}
"""The encodings that are offered, the best first."""


class Encoded:
    """One body with its media type, and its compressed forms as soon as somebody has asked for them."""

    def __init__(self, body: bytes, mimetype: str) -> None:
        self.mimetype = mimetype
        self.etag = hashlib.sha256(body).hexdigest()[:20]
        self._forms = {"": body}
        self._lock = Lock()
        self._compressible = len(body) >= SMALLEST and mimetype.startswith(COMPRESSIBLE)

    @property
    def size(self) -> int:
        """Return how many bytes all forms take that have been made so far."""
        return sum(map(len, self._forms.values()))

    def form(self, encoding: str) -> bytes:
        """Return the body in that encoding; "" is as it is. It is compressed at the first call only."""
        with self._lock:
            if encoding not in self._forms:
                self._forms[encoding] = COMPRESSORS[encoding](self._forms[""])
            return self._forms[encoding]

    def compress(self) -> None:
        """Make every form now, so that no visitor waits for it."""
        for encoding in COMPRESSORS if self._compressible else ():
            self.form(encoding)

    def response(self) -> Response:
        """Return the best form that the present request accepts, or 304 where the browser has it already."""
        encoding = self._accepted()
        response = Response(self.form(encoding), mimetype=self.mimetype)
        if encoding:
            response.headers["Content-Encoding"] = encoding
        if self._compressible:
            response.headers["Vary"] = "Accept-Encoding"
        if request.method in ("GET", "HEAD"):
            response.set_etag(f"{self.etag}-{encoding}" if encoding else self.etag)
            response.make_conditional(request)
        return response

    def _accepted(self) -> str:
        if not self._compressible:
            return ""
        return request.accept_encodings.best_match(COMPRESSORS) or ""


class EncodedCache:
    """The bodies asked for last, by key, up to a number of entries and of bytes."""

    def __init__(self, most_entries: int, most_bytes: int) -> None:
        self._most_entries = most_entries
        self._most_bytes = most_bytes
        self._entries: OrderedDict[str, Encoded] = OrderedDict()
        self._lock = Lock()

    def get(self, key: str) -> Encoded | None:
        """Return what is kept under the key, None if nothing is."""
        with self._lock:
            found = self._entries.get(key)
            if found:
                self._entries.move_to_end(key)
            return found

    def put(self, key: str, body: bytes, mimetype: str) -> Encoded:
        """Keep a body, and drop those that were asked for longest ago if there are too many.

        Keys with the same body share its compressed forms.
        """
        kept = Encoded(body, mimetype)
        with self._lock:
            same = (entry for entry in self._entries.values() if entry.etag == kept.etag)
            self._entries[key] = kept = next(same, kept)
            while len(self._entries) > self._most_entries or self._bytes() > self._most_bytes:
                self._entries.popitem(last=False)
        return kept

    def _bytes(self) -> int:
        return sum(entry.size for entry in set(self._entries.values()))
