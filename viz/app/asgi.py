"""Connect uvicorn, which serves many slow connections in one thread, with Flask, which needs a thread for each request.

Flask gets a request after its whole body has arrived, and the whole answer is made before any of it is sent, so no
thread ever waits for a client. Answers to GETs are in memory and are sent at once; a POST waits for a free thread.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from threading import Event
from typing import Any, cast
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from viz.app.callbacks import BUSY_NOW, CLIENT, SHARED
from viz.app.connections import Connection, Connections, State, request_lifetime
from viz.app.dispatcher import Client
from viz.app.http_policy import NO_ROOM
from viz.work.fair_queue import Busy, FairQueue
from viz.work.limits import (
    MAX_DRAINED,
    MAX_REQUEST,
    RUNNING_AT_ONCE,
    THREAD_PATIENCE,
    THREADS,
    WAITING_FOR_THREAD,
)

CHUNK = 2**16
"""How many bytes of an answer the transport gets at a time, so that it never holds a copy of the whole answer."""
BUSY_DELAY = 1.0
"""The delay in seconds of the answer "busy", because a client that repeats its request at once would add work."""
CACHE_KEYS = ("REQUEST_METHOD", "PATH_INFO", "QUERY_STRING", "HTTP_HOST", "HTTP_ACCEPT_ENCODING", "HTTP_IF_NONE_MATCH")
"""The keys of a WSGI environment on which the answer to a GET depends."""
QUESTION_KEYS = ("PATH_INFO", "QUERY_STRING", "HTTP_HOST", "HTTP_ACCEPT_ENCODING", "CONTENT_TYPE")
"""The keys of a WSGI environment on which, beside its body, the answer to a POST depends."""
MAX_REPLIES = 512
"""The largest number of stored answers to GETs. viz.app.caching holds the same bodies, so they need no more memory."""
MAX_SHARED = 32
"""The largest number of stored answers to POSTs: to questions about the run that all who follow a speaker see."""
MAX_SHARED_BODY = 2**14
"""The largest size in bytes of such a question."""
CONNECTION = "connection"
"""The key in the state of an ASGI scope for the Connection of the request."""

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]


class Disconnected(Exception):
    """The error after a client has closed the connection before its answer was made."""


@dataclass(frozen=True)
class Reply:
    """A complete response of the Flask application."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


class Bridge:
    """An ASGI application that passes requests to a WSGI application, within limits for all connections together."""

    def __init__(
        self,
        wsgi: WSGIApplication,
        connections: Connections,
        address_of: Callable[[Scope], str],
        version_of: Callable[[str], int] = lambda path: 0,
    ) -> None:
        self.wsgi = wsgi
        self.version_of = version_of
        """A function that returns another number once the answer to a GET of a path has changed."""
        self.connections = connections
        self.address_of = address_of
        self.queue = FairQueue(RUNNING_AT_ONCE, WAITING_FOR_THREAD)
        self.replies: dict[tuple[object, ...], Reply] = {}
        self.shared: dict[tuple[object, ...], Reply] = {}
        """Answers that hundreds of followers ask for within seconds. They are sent without a thread."""
        self.pipelined_lock = asyncio.Lock()
        """A lock that each pipelined request holds for a moment before it is answered."""
        self.threads = ThreadPoolExecutor(THREADS, thread_name_prefix="wsgi")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        connection: Connection = scope["state"][CONNECTION]
        with request_lifetime(self.connections, connection) as pipelined:
            try:
                if pipelined:  # pipelined requests begin one at a time, so that other requests get in between them
                    async with self.pipelined_lock:
                        await asyncio.sleep(0)
                body = await self._body(connection, scope, receive)
                self.connections.move(connection, State.WORKING)
                reply = await self._reply(scope, body, receive)
            except Disconnected:
                return
            await self._send(connection, reply, send)

    async def _body(self, connection: Connection, scope: Scope, receive: Receive) -> bytes | None:
        """Return the body of a request, or None if it is too large or there is no memory for it.

        A body that is too large is read and dropped where possible, because many clients read no answer before they
        have sent the whole body. Raise Disconnected if the client leaves.
        """
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
                raise Disconnected
            part, more = message.get("body", b""), message.get("more_body", False)
            size += len(part)
            store = parts is not None and size <= MAX_REQUEST
            if not self.connections.body_received(connection, len(part), store):
                parts = None
            if parts is not None:
                parts.append(part)
        return None if parts is None else b"".join(parts)

    async def _reply(self, scope: Scope, body: bytes | None, receive: Receive) -> Reply:
        """Return Flask's answer; a POST is answered in a thread, once one is free."""
        client_left = Event()
        address = self.address_of(scope)
        client = Client(address, client_left.is_set, partial(self.queue.lent, address))
        environ = environ_of(scope, body or b"") | {CLIENT: client}
        if body is None:
            environ["CONTENT_LENGTH"] = str(MAX_REQUEST + 1)
        if body is None or scope["method"] != "POST":
            return self._cached_reply(environ)
        question = (body if len(body) <= MAX_SHARED_BODY else b"", *(environ.get(name, "") for name in QUESTION_KEYS))
        if question in self.shared:
            return self.shared[question]
        disconnect = asyncio.ensure_future(_until_disconnected(receive))
        try:
            await self._wait_for_thread(address, disconnect)
            reply = await self._in_thread(environ, disconnect, client_left, address)
        except Busy:
            environ |= {NO_ROOM: True, BUSY_NOW: True}
            reply = call_wsgi(self.wsgi, environ)
        finally:
            disconnect.cancel()
        if environ.get(BUSY_NOW):
            await asyncio.sleep(BUSY_DELAY)
        if environ.get(SHARED) and question[0]:
            self.shared[question] = reply
            if len(self.shared) > MAX_SHARED:
                del self.shared[next(iter(self.shared))]
        return reply

    def _cached_reply(self, environ: WSGIEnvironment) -> Reply:
        """Return the answer from the cache or from Flask."""
        key = (self.version_of(environ["PATH_INFO"]), *(environ.get(name, "") for name in CACHE_KEYS))
        reply = self.replies.pop(key, None) or call_wsgi(self.wsgi, environ)
        if environ["REQUEST_METHOD"] == "GET" and reply.status in (200, 304):
            self.replies[key] = reply  # at the end, so that the first entry is the one used longest ago
            if len(self.replies) > MAX_REPLIES:
                del self.replies[next(iter(self.replies))]
        return reply

    async def _wait_for_thread(self, address: str, disconnect: asyncio.Future[Any]) -> None:
        """Wait for a free thread. Raise Busy if there is no room or the wait is too long, Disconnected on leaving."""
        place = self.queue.request(address)
        waiting = asyncio.wrap_future(place)
        await asyncio.wait({waiting, disconnect}, return_when=asyncio.FIRST_COMPLETED, timeout=THREAD_PATIENCE)
        if not waiting.done():
            self.queue.withdraw(address, place)
            raise Disconnected if disconnect.done() else Busy
        waiting.result()

    async def _in_thread(
        self, environ: WSGIEnvironment, disconnect: asyncio.Future[Any], client_left: Event, address: str
    ) -> Reply:
        """Answer a request in a thread, and return the answer.

        If the client leaves meanwhile, raise Disconnected as soon as the thread is free again.
        """
        loop = asyncio.get_running_loop()
        try:
            work = loop.run_in_executor(self.threads, call_wsgi, self.wsgi, environ)
            await asyncio.wait({work, disconnect}, return_when=asyncio.FIRST_COMPLETED)
            if not work.done():
                client_left.set()  # the thread checks this, and stops early if it can
                await asyncio.wait({work})
                raise Disconnected
            return work.result()
        finally:
            client_left.set()  # this also stops the thread if the task is cancelled because the server ends
            self.queue.release(address)

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
        """Start no more work in threads, and cancel what has not begun."""
        self.threads.shutdown(wait=False, cancel_futures=True)


async def _until_disconnected(receive: Receive) -> None:
    """Return when the client has closed the connection; messages before that are about an empty body."""
    while (await receive())["type"] != "http.disconnect":
        pass


def call_wsgi(application: WSGIApplication, environ: WSGIEnvironment) -> Reply:
    """Return the whole answer of a WSGI application."""
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], _: object = None) -> Callable[[bytes], object]:
        started.append((status, headers))
        return lambda data: None  # PEP 3333 asks for this function, but Flask does not use it

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
    """Return the WSGI environment of a request, as PEP 3333 defines it.

    A header with an underscore is left out, because it would get the same key as one with a hyphen.
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
            text = value.decode("latin-1")
            environ[key] = f"{environ[key]},{text}" if key in environ else text
    environ["CONTENT_TYPE"] = environ.pop("HTTP_CONTENT_TYPE", "")
    environ.pop("HTTP_CONTENT_LENGTH", None)
    environ.pop("HTTP_TRANSFER_ENCODING", None)
    environ["CONTENT_LENGTH"] = str(len(body))
    return environ
