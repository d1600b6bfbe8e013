"""The bridge between uvicorn, which serves many slow connections in one thread, and Flask, which needs a thread each.

A request reaches Flask when its body is there, and its answer is complete before any of it is sent: so no thread ever
waits for a client. What a GET answers is in memory, and is answered at once; everything else takes its turn.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from threading import Event
from typing import Any, cast
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from viz.app.callbacks import BUSY_NOW, CLIENT
from viz.app.connections import Connection, Connections, State, request_on
from viz.app.dispatcher import Client
from viz.app.http_policy import NO_ROOM
from viz.work.limits import MAX_DRAINED, MAX_REQUEST, THREADS, WAITING_FOR_THREAD
from viz.work.turns import Busy, Turns

CHUNK = 2**16
"""Bytes of an answer that are handed to the transport at a time, so that it never holds a copy of all of it."""
BREATHER = 1.0
"""Seconds until a client is told that nobody has time: one that asks again at once would only add to that."""
DECISIVE = ("REQUEST_METHOD", "PATH_INFO", "QUERY_STRING", "HTTP_HOST", "HTTP_ACCEPT_ENCODING", "HTTP_IF_NONE_MATCH")
"""The keys of a WSGI environment on which the answer to a GET depends."""
MAX_REPLIES = 512
"""Answers to GETs that are kept; their bodies are those of viz.app.caching."""
CONNECTION = "connection"
"""The key of a scope's state under which the connection of a request stands."""

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]


class ClientLeft(Exception):
    """The connection was closed before the answer was made."""


@dataclass(frozen=True)
class Reply:
    """What Flask answers."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


class Bridge:
    """An ASGI application that asks a WSGI application, within bounds that hold for all connections together."""

    def __init__(self, wsgi: WSGIApplication, connections: Connections, address_of: Callable[[Scope], str]) -> None:
        self.wsgi = wsgi
        self.connections = connections
        self.address_of = address_of
        self.turns = Turns(THREADS, WAITING_FOR_THREAD)
        self.replies: dict[tuple[str, ...], Reply] = {}
        self.lane = asyncio.Lock()
        """Held for a moment by each request that was sent ahead."""
        self.threads = ThreadPoolExecutor(THREADS, thread_name_prefix="wsgi")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        connection: Connection = scope["state"][CONNECTION]
        with request_on(self.connections, connection) as sent_ahead:
            try:
                if sent_ahead:  # one such request at a time, of whatever connection, between those that others wait for
                    async with self.lane:
                        await asyncio.sleep(0)
                body = await self._body(connection, scope, receive)
                self.connections.move(connection, State.WORKING)
                reply = await self._reply(scope, body, receive)
            except ClientLeft:
                return
            await self._send(connection, reply, send)

    async def _body(self, connection: Connection, scope: Scope, receive: Receive) -> bytes | None:
        """Return the body, None if it is too large; such a one is read and forgotten, so that the client can listen."""
        headers = dict(scope["headers"])
        declared = headers.get(b"content-length", b"0")
        length = int(declared) if declared.isdigit() and len(declared) < 20 else 0
        if not length and b"transfer-encoding" not in headers:
            return b""
        if length > (MAX_REQUEST if b"expect" in headers else MAX_DRAINED):
            return None
        parts: list[bytes] | None = []
        size, more = 0, True
        while more and size <= MAX_DRAINED:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ClientLeft
            part, more = message.get("body", b""), message.get("more_body", False)
            size += len(part)
            kept = parts is not None and size <= MAX_REQUEST
            if not self.connections.body_came(connection, len(part), kept):
                parts = None
            if parts is not None:
                parts.append(part)
        return None if parts is None else b"".join(parts)

    async def _reply(self, scope: Scope, body: bytes | None, receive: Receive) -> Reply:
        """Return what Flask answers: here and now to what needs no work, else in a thread, when it is its turn."""
        left = Event()
        client = Client(self.address_of(scope), left.is_set)
        environ = environ_of(scope, body or b"") | {CLIENT: client}
        if body is None:
            environ["CONTENT_LENGTH"] = str(MAX_REQUEST + 1)
        if body is None or scope["method"] != "POST":
            return self._kept_reply(environ)
        leaves = asyncio.ensure_future(receive())
        try:
            await self._turn(client.address, leaves)
            reply = await self._in_thread(environ, leaves, left, client.address)
        except Busy:
            environ |= {NO_ROOM: True, BUSY_NOW: True}
            reply = call_wsgi(self.wsgi, environ)
        finally:
            leaves.cancel()
        if environ.get(BUSY_NOW):
            await asyncio.sleep(BREATHER)
        return reply

    def _kept_reply(self, environ: WSGIEnvironment) -> Reply:
        """Return what Flask answers to a GET; what it has answered is not asked for again, since it does not change."""
        key = tuple(environ.get(name, "") for name in DECISIVE)
        reply = self.replies.pop(key, None) or call_wsgi(self.wsgi, environ)
        if environ["REQUEST_METHOD"] == "GET" and reply.status in (200, 304):
            self.replies[key] = reply  # the last that was asked for
            if len(self.replies) > MAX_REPLIES:
                del self.replies[next(iter(self.replies))]
        return reply

    async def _turn(self, address: str, leaves: asyncio.Future[Any]) -> None:
        """Wait for a thread to be free; Busy if there is no room, ClientLeft if the client does not wait for it."""
        turn = self.turns.ask(address)
        waits = asyncio.wrap_future(turn)
        await asyncio.wait({waits, leaves}, return_when=asyncio.FIRST_COMPLETED)
        if not waits.done():
            self.turns.give_up(address, turn)
            raise ClientLeft
        waits.result()

    async def _in_thread(
        self, environ: WSGIEnvironment, leaves: asyncio.Future[Any], left: Event, address: str
    ) -> Reply:
        """Return the answer of a thread; ClientLeft, as soon as the thread is free, if the client leaves meanwhile."""
        loop = asyncio.get_running_loop()
        try:
            work = loop.run_in_executor(self.threads, call_wsgi, self.wsgi, environ)
            await asyncio.wait({work, leaves}, return_when=asyncio.FIRST_COMPLETED)
            if not work.done():
                left.set()  # whoever works on it finds out, and stops where that can be done
                await asyncio.wait({work})
                raise ClientLeft
            return work.result()
        finally:
            left.set()  # if this server is about to end, too
            self.turns.end(address)

    async def _send(self, connection: Connection, reply: Reply, send: Send) -> None:
        self.connections.answer_begins(connection, reply.body)
        await send({"type": "http.response.start", "status": reply.status, "headers": reply.headers})
        view = memoryview(reply.body)
        for start in range(0, len(view), CHUNK):
            more = start + CHUNK < len(view)
            await send({"type": "http.response.body", "body": bytes(view[start : start + CHUNK]), "more_body": more})
        if not reply.body:
            await send({"type": "http.response.body", "body": b""})

    def close(self) -> None:
        """Begin no more work."""
        self.threads.shutdown(wait=False, cancel_futures=True)


def call_wsgi(application: WSGIApplication, environ: WSGIEnvironment) -> Reply:
    """Return the whole answer of a WSGI application."""
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], _: object = None) -> Callable[[bytes], object]:
        started.append((status, headers))
        return lambda data: None  # Flask does not use it

    parts: Iterable[bytes] = application(environ, cast(StartResponse, start_response))
    try:
        chunks = list(parts)
    finally:
        if hasattr(parts, "close"):
            parts.close()
    status, headers = started[-1]
    encoded = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    return Reply(int(status[:3]), encoded, chunks[0] if len(chunks) == 1 else b"".join(chunks))


def environ_of(scope: Scope, body: bytes) -> WSGIEnvironment:
    """Return the WSGI environment of a request, as PEP 3333 has it.

    A header with an underscore is left out, since it could pass for one with a hyphen.
    """
    host, port = scope.get("server") or ("localhost", 80)
    client = scope.get("client") or ("", 0)
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode().decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": host,
        "SERVER_PORT": str(port),
        "REMOTE_ADDR": client[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": BytesIO(body),
        "wsgi.errors": None,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in scope["headers"]:
        if b"_" not in name:
            key = f"HTTP_{name.decode('latin-1').upper().replace('-', '_')}"
            word = value.decode("latin-1")
            environ[key] = f"{environ[key]},{word}" if key in environ else word
    environ["CONTENT_TYPE"] = environ.pop("HTTP_CONTENT_TYPE", "")
    environ.pop("HTTP_CONTENT_LENGTH", None)
    environ.pop("HTTP_TRANSFER_ENCODING", None)
    environ["CONTENT_LENGTH"] = str(len(body))
    return environ
