"""Store response bodies that do not change, and compress each once for each encoding, not once for every visitor."""

from __future__ import annotations

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

import brotli
from flask import Response, request

BROTLI_QUALITY = 6
"""The quality with which Brotli compresses everything but small files."""
BEST_BROTLI_QUALITY = 11
"""The quality with which Brotli compresses small files. It makes the page's own scripts and styles a tenth smaller and
takes milliseconds. For large files it would take seconds, and answers would be late."""
SMALL_FILE = 2**16
"""The largest size in bytes of a script or style sheet that is compressed with the best quality."""
FILES = ("text/javascript", "application/javascript", "text/css")
"""The media types of scripts and style sheets."""
GZIP_LEVEL = 9
MIN_COMPRESSED = 500
"""The size in bytes below which a body is not compressed."""
COMPRESSIBLE = ("text/", "application/json", "application/javascript", "image/svg+xml")

COMPRESSORS: dict[str, Callable[[bytes, int], bytes]] = {
    "br": lambda body, quality: brotli.compress(body, quality=quality),
    "gzip": lambda body, quality: gzip.compress(body, GZIP_LEVEL, mtime=0),
}
"""For each encoding, the best first, the function that compresses. Its arguments are a body and Brotli's quality."""


class StoredBody:
    """A body with its media type, and its compressed forms, each from the first time that it is needed."""

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
        """Return the number of bytes of the body and of the compressed forms that have been made so far."""
        return sum(map(len, self._by_encoding.values()))

    def encoded(self, encoding: str) -> bytes:
        """Return the body compressed in an encoding, or as it is for ""; only the first call compresses it."""
        with self._lock:
            if encoding not in self._by_encoding:
                self._by_encoding[encoding] = COMPRESSORS[encoding](self._by_encoding[""], self._quality)
            return self._by_encoding[encoding]

    def compress(self) -> None:
        """Make every compressed form now, so that no visitor waits for it."""
        for encoding in COMPRESSORS if self._compressible else ():
            self.encoded(encoding)

    def response(self) -> Response:
        """Return a response with the best form that the request accepts, or 304 if the browser has that already."""
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
        """Store a body under the key and return it; drop others if they are too many or too large.

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
