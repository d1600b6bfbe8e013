"""Response bodies that do not change, each compressed once for each encoding instead of once for every visitor."""

from __future__ import annotations

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

import brotli
from flask import Response, request

BROTLI_QUALITY, BEST_BROTLI_QUALITY = 6, 11
"""The second makes the page's own scripts and styles a tenth smaller. It takes milliseconds for a small file, but
seconds for a large one, and it would make an answer late."""
SMALL_FILE = 2**16
"""Bytes; a script or style sheet up to this size is compressed with the best quality."""
FILES = ("text/javascript", "application/javascript", "text/css")
GZIP_LEVEL = 9
MIN_COMPRESSED = 500
"""Bytes; a shorter body is not worth compressing."""
COMPRESSIBLE = ("text/", "application/json", "application/javascript", "image/svg+xml")

COMPRESSORS: dict[str, Callable[[bytes, int], bytes]] = {
    "br": lambda body, quality: brotli.compress(body, quality=quality),
    "gzip": lambda body, quality: gzip.compress(body, GZIP_LEVEL, mtime=0),
}
"""The encodings that are offered, the best first; each takes a body and the quality of Brotli."""


class StoredBody:
    """A body with its media type, and its compressed forms once a client has asked for them."""

    def __init__(self, body: bytes, mimetype: str) -> None:
        self.mimetype = mimetype
        self.etag = hashlib.sha256(body).hexdigest()[:20]
        self._by_encoding = {"": body}
        self._lock = Lock()
        self._compressible = len(body) >= MIN_COMPRESSED and mimetype.startswith(COMPRESSIBLE)
        is_small_file = len(body) <= SMALL_FILE and mimetype.startswith(FILES)
        self._quality = BEST_BROTLI_QUALITY if is_small_file else BROTLI_QUALITY

    @property
    def size(self) -> int:
        """Return the bytes of all forms that have been made so far."""
        return sum(map(len, self._by_encoding.values()))

    def encoded(self, encoding: str) -> bytes:
        """Return the body in an encoding, "" for none; it is compressed at the first call only."""
        with self._lock:
            if encoding not in self._by_encoding:
                self._by_encoding[encoding] = COMPRESSORS[encoding](self._by_encoding[""], self._quality)
            return self._by_encoding[encoding]

    def compress(self) -> None:
        """Make every compressed form now, so that no visitor waits for it."""
        for encoding in COMPRESSORS if self._compressible else ():
            self.encoded(encoding)

    def response(self) -> Response:
        """Return the best form that the current request accepts, or 304 if the browser has it already."""
        encoding = self._accepted()
        response = Response(self.encoded(encoding), mimetype=self.mimetype)
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


class BodyCache:
    """Bodies by key, limited in number and bytes; the ones used longest ago are dropped first."""

    def __init__(self, max_entries: int, max_bytes: int) -> None:
        self._max_entries = max_entries
        self._max_bytes = max_bytes
        self._entries: OrderedDict[str, StoredBody] = OrderedDict()
        self._lock = Lock()

    def get(self, key: str) -> StoredBody | None:
        """Return the body under the key, if there is one."""
        with self._lock:
            stored = self._entries.get(key)
            if stored:
                self._entries.move_to_end(key)
            return stored

    def put(self, key: str, body: bytes, mimetype: str) -> StoredBody:
        """Store a body under the key, and drop others if there are too many.

        Keys with the same body share its compressed forms.
        """
        stored = StoredBody(body, mimetype)
        with self._lock:
            same = (entry for entry in self._entries.values() if entry.etag == stored.etag)
            self._entries[key] = stored = next(same, stored)
            while len(self._entries) > self._max_entries or self._bytes() > self._max_bytes:
                self._entries.popitem(last=False)
        return stored

    def _bytes(self) -> int:
        return sum(entry.size for entry in set(self._entries.values()))
