"""A client that uses a server as a browser does: with up to six persistent connections, one request at a time on each.

The client parses replies only as far as necessary to find their ends, so that it takes little processor time.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlsplit

from tests.app.endpoint import body

MAX_CONNECTIONS = 6
"""The number of connections that browsers open to one server with HTTP/1.1."""
PATIENCE = 30.0
"""The number of seconds after which a visitor gives up a request and counts an error."""
GOOD = (200, 304)
"""The statuses of good replies; 304 says that the client has the answer already."""
STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})")
LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
CHUNKED = re.compile(rb"(?i)\r\ntransfer-encoding: *chunked")
CLOSES = re.compile(rb"(?i)\r\nconnection: *close")
ENCODING = re.compile(rb"(?i)\r\ncontent-encoding: *(\w+)")


class Broken(ValueError):
    """The error that a reply is incomplete, cannot be read or is not the expected one."""


@dataclass(frozen=True)
class Reply:
    """A reply of the server: its head without the empty line, and its body without chunks."""

    head: bytes
    body: bytes

    @property
    def status(self) -> int:
        """Return the HTTP status, such as 200; 0 if the head contains none."""
        found = STATUS.match(self.head)
        return int(found[1]) if found else 0

    @property
    def encoding(self) -> str:
        """Return the name of the body's compression; an empty string if the body is not compressed."""
        found = ENCODING.search(self.head)
        return found[1].decode() if found else ""


@dataclass
class Tally:
    """The results of visitors: for each kind, the seconds until each good reply; for each error message, its number."""

    waits: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: Counter[str] = field(default_factory=Counter)


Check = Callable[[Reply], str | None]
"""A function that returns what is wrong with a reply of status 200, or None if the reply is good."""


def get(host: str, path: str, encoding: str = "gzip, br") -> bytes:
    """Return the bytes of a request for a file; an empty encoding asks for a reply without compression."""
    return f"GET {path} HTTP/1.1\r\n{_common(host, encoding)}\r\n".encode()


def post(host: str, path: str, data: object, encoding: str = "gzip, br") -> bytes:
    """Return the bytes of a POST request that sends the data as JSON."""
    text = json.dumps(data).encode()
    head = f"POST {path} HTTP/1.1\r\n{_common(host, encoding)}Origin: http://{host}\r\n"
    return f"{head}Content-Type: application/json\r\nContent-Length: {len(text)}\r\n\r\n".encode() + text


def run(host: str, base: str, request: object, encoding: str = "gzip, br", answer: str = "play") -> bytes:
    """Return the bytes of a request for a run or, if the answer is "chart-answer", for its chart."""
    store = {"play": "request", "chart-answer": "chart-request"}[answer]
    return post(host, f"{base}_dash-update-component", body(request, answer, store), encoding)


def _common(host: str, encoding: str) -> str:
    accepted = f"Accept-Encoding: {encoding}\r\n" if encoding else ""
    return f"Host: {host}\r\nUser-Agent: Mozilla/5.0 (bench)\r\nAccept: */*\r\n{accepted}Connection: keep-alive\r\n"


class Connection(asyncio.Protocol):
    """A persistent connection to the server."""

    def __init__(self) -> None:
        self.open = self.used = False
        self._transport: asyncio.Transport | None = None
        self._received = bytearray()
        self._head = b""
        self._waiting: asyncio.Future[Reply] | None = None

    async def exchange(self, request: bytes) -> Reply:
        """Send a request and return its reply. Raise OSError or Broken if no good reply comes."""
        if not self._transport or not self.open:
            raise ConnectionResetError("the connection is closed")
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        reply = await self._waiting
        self.used = True
        if CLOSES.search(reply.head):
            self.close()
        return reply

    def close(self) -> None:
        """Close the connection."""
        self.open = False
        if self._transport:
            self._transport.close()

    @property
    def began(self) -> bool:
        """Return whether a part of a reply has been received."""
        return bool(self._head or self._received)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport, self.open = transport, True

    def data_received(self, data: bytes) -> None:
        self._received += data
        try:
            self._read()
        except ValueError as error:
            self._fail(Broken(f"a reply that cannot be read: {error}"))
            self.close()

    def connection_lost(self, error: Exception | None) -> None:
        self.open = False
        self._fail(error or ConnectionResetError("the server closed the connection"))

    def _read(self) -> None:
        if not self._head:
            head, end, rest = self._received.partition(b"\r\n\r\n")
            if not end:
                return
            self._head, self._received = bytes(head), rest
        body = _body(self._head, self._received)
        if body is None or not self._waiting or self._waiting.done():
            return
        reply, self._head, self._received = Reply(self._head, body), b"", bytearray()
        self._waiting.set_result(reply)

    def _fail(self, error: Exception) -> None:
        if self._waiting and not self._waiting.done():
            self._waiting.set_exception(error)


def _body(head: bytes, data: bytearray) -> bytes | None:
    """Return the body when it is complete, else None.

    Raise ValueError if the head says no length, or if the data is longer than the head says.
    """
    if CHUNKED.search(head):
        return _joined_chunks(data)
    if (status := STATUS.match(head)) and status[1] == b"304":
        return b""
    length = LENGTH.search(head)
    if length is None:
        raise ValueError("no length")
    if len(data) > int(length[1]):
        raise ValueError("longer than it says")
    return bytes(data) if len(data) == int(length[1]) else None


def _joined_chunks(data: bytearray) -> bytes | None:
    """Return the content of a chunked body when its last chunk is complete, else None."""
    pieces: list[bytes] = []
    start = 0
    while (end := data.find(b"\r\n", start)) >= 0:
        size = int(data[start:end].partition(b";")[0], 16)
        start = end + 2 + size + 2
        if size == 0:
            return b"".join(pieces) if len(data) >= start else None
        pieces.append(bytes(data[end + 2 : start - 2]))
    return None


class Visitor:
    """A browser without a cache. It is a context manager for `async with`, which closes its connections."""

    def __init__(self, url: str, tally: Tally, connections: int = MAX_CONNECTIONS) -> None:
        parts = urlsplit(url)
        self.host, self._name, self._port = parts.netloc, parts.hostname or "", parts.port or 80
        self._tally = tally
        self._free = asyncio.Semaphore(connections)
        self._idle: list[Connection] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for connection in self._idle:
            connection.close()

    async def fetch(self, kind: str, request: bytes, check: Check | None = None) -> Reply | None:
        """Send a request and return its reply, or None if it is not good; note the time or the error in the tally."""
        async with self._free:
            began = time.perf_counter()
            try:
                async with asyncio.timeout(PATIENCE):
                    reply = await self._exchange(request)
                wait = time.perf_counter() - began
                if problem := f"status {reply.status}" if reply.status not in GOOD else check and check(reply):
                    raise Broken(problem)
            except (OSError, Broken) as error:
                problem = str(error) or f"no answer in {PATIENCE:g} s"
                self._tally.errors[f"{kind}: {problem}"] += 1
                return None
        self._tally.waits[kind].append(wait)
        return reply

    async def _exchange(self, request: bytes) -> Reply:
        """Send a request over an idle connection, or over a new one if the server has closed all idle connections."""
        while self._idle:
            connection = self._idle.pop()
            try:
                return await self._exchange_on(connection, request)
            except OSError:
                if not connection.used or connection.began:
                    raise
        _, connection = await asyncio.get_running_loop().create_connection(Connection, self._name, self._port)
        return await self._exchange_on(connection, request)

    async def _exchange_on(self, connection: Connection, request: bytes) -> Reply:
        try:
            reply = await connection.exchange(request)
        except BaseException:  # after a timeout the reply may still come on this connection
            connection.close()
            raise
        if connection.open:
            self._idle.append(connection)
        return reply
