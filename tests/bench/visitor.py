"""One visitor's browser, as far as a server can tell: up to six connections that stay open, one request on each.

It reads just enough of a reply to know that all of it has come, so that little of the machine is taken from the server.
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
"""What browsers open to one server that speaks HTTP/1.1."""
PATIENCE = 30.0
"""Seconds until a visitor gives a request up, which is an error."""
STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})")
LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
CHUNKED = re.compile(rb"(?i)\r\ntransfer-encoding: *chunked")
CLOSES = re.compile(rb"(?i)\r\nconnection: *close")
ENCODING = re.compile(rb"(?i)\r\ncontent-encoding: *(\w+)")


class Broken(ValueError):
    """A reply that is no whole reply."""


@dataclass(frozen=True)
class Reply:
    """What came back."""

    head: bytes
    body: bytes

    @property
    def status(self) -> int:
        """200 where all is well."""
        found = STATUS.match(self.head)
        return int(found[1]) if found else 0

    @property
    def encoding(self) -> str:
        """How the body is compressed; empty if it is not."""
        found = ENCODING.search(self.head)
        return found[1].decode() if found else ""


@dataclass
class Tally:
    """What visitors met: the seconds of every good reply by kind, and what went wrong, by what it was."""

    waits: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: Counter[str] = field(default_factory=Counter)


Check = Callable[[Reply], str | None]
"""Says what is wrong with a reply of status 200."""


def get(host: str, path: str, encoding: str = "gzip, br") -> bytes:
    """Return a request for a file, as it goes over the line; no encoding asks for it as it is."""
    return f"GET {path} HTTP/1.1\r\n{_common(host, encoding)}\r\n".encode()


def post(host: str, path: str, data: object, encoding: str = "gzip, br") -> bytes:
    """Return a request that sends JSON."""
    text = json.dumps(data).encode()
    head = f"POST {path} HTTP/1.1\r\n{_common(host, encoding)}Origin: http://{host}\r\n"
    return f"{head}Content-Type: application/json\r\nContent-Length: {len(text)}\r\n\r\n".encode() + text


def run(host: str, base: str, asked: object, encoding: str = "gzip, br", answer: str = "play") -> bytes:
    """Return a request for a run or, where the answer is "chart-answer", for its chart."""
    asking = {"play": "request", "chart-answer": "chart-request"}[answer]
    return post(host, f"{base}_dash-update-component", body(asked, answer, asking), encoding)


def _common(host: str, encoding: str) -> str:
    accepted = f"Accept-Encoding: {encoding}\r\n" if encoding else ""
    return f"Host: {host}\r\nUser-Agent: Mozilla/5.0 (bench)\r\nAccept: */*\r\n{accepted}Connection: keep-alive\r\n"


class Connection(asyncio.Protocol):
    """A connection that stays open between requests."""

    def __init__(self) -> None:
        self.open = self.used = False
        self._transport: asyncio.Transport | None = None
        self._received = bytearray()
        self._head = b""
        self._waiting: asyncio.Future[Reply] | None = None

    async def exchange(self, request: bytes) -> Reply:
        """Send a request and return its reply; OSError or Broken if there is none."""
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
        """Close it."""
        self.open = False
        if self._transport:
            self._transport.close()

    @property
    def began(self) -> bool:
        """Whether a part of a reply has come."""
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
        found = _body(self._head, self._received)
        if found is None or not self._waiting or self._waiting.done():
            return
        reply, self._head, self._received = Reply(self._head, found), b"", bytearray()
        self._waiting.set_result(reply)

    def _fail(self, error: Exception) -> None:
        if self._waiting and not self._waiting.done():
            self._waiting.set_exception(error)


def _body(head: bytes, data: bytearray) -> bytes | None:
    """Return the body once all of it has come; ValueError where it does not end as its head says."""
    if CHUNKED.search(head):
        return _joined(data)
    length = LENGTH.search(head)
    if length is None:
        raise ValueError("no length")
    if len(data) > int(length[1]):
        raise ValueError("longer than it says")
    return bytes(data) if len(data) == int(length[1]) else None


def _joined(data: bytearray) -> bytes | None:
    """Return what the chunks hold once the last has come."""
    pieces: list[bytes] = []
    place = 0
    while (end := data.find(b"\r\n", place)) >= 0:
        size = int(data[place:end].partition(b";")[0], 16)
        place = end + 2 + size + 2
        if size == 0:
            return b"".join(pieces) if len(data) >= place else None
        pieces.append(bytes(data[end + 2 : place - 2]))
    return None


class Visitor:
    """A browser of its own, that has never been here; use it in an `async with`, which closes what it has opened."""

    def __init__(self, url: str, count_event: Tally, connections: int = MAX_CONNECTIONS) -> None:
        where = urlsplit(url)
        self.host, self._name, self._port = where.netloc, where.hostname or "", where.port or 80
        self._tally = count_event
        self._free = asyncio.Semaphore(connections)
        self._idle: list[Connection] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for connection in self._idle:
            connection.close()

    async def fetch(self, kind: str, request: bytes, check: Check | None = None) -> Reply | None:
        """Return the reply, and note how long it took; None where something is wrong, which is noted as an error."""
        async with self._free:
            began = time.perf_counter()
            try:
                async with asyncio.timeout(PATIENCE):
                    reply = await self._exchange(request)
                wait = time.perf_counter() - began
                if line := f"status {reply.status}" if reply.status != 200 else check and check(reply):
                    raise Broken(line)
            except (OSError, Broken) as error:
                line = str(error) or f"no answer in {PATIENCE:g} s"
                self._tally.errors[f"{kind}: {line}"] += 1
                return None
        self._tally.waits[kind].append(wait)
        return reply

    async def _exchange(self, request: bytes) -> Reply:
        """Use a connection that is idle or open one; one that the server has meanwhile closed is no error."""
        while self._idle:
            connection = self._idle.pop()
            try:
                return await self._on(connection, request)
            except OSError:
                if not connection.used or connection.began:
                    raise
        _, connection = await asyncio.get_running_loop().create_connection(Connection, self._name, self._port)
        return await self._on(connection, request)

    async def _on(self, connection: Connection, request: bytes) -> Reply:
        try:
            reply = await connection.exchange(request)
        except BaseException:  # a request that was given up, too: its reply may still come
            connection.close()
            raise
        if connection.open:
            self._idle.append(connection)
        return reply
