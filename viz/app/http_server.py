"""The HTTP server: uvicorn, with connections that are bounded in number, time and memory.

uvicorn was chosen because everything that is missing in it can be put around it through interfaces that are public:
asyncio's protocols and transports, and ASGI. docs/serving.md has what was measured of it and of others.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import sys
import time
from functools import partial
from itertools import count
from types import FrameType
from typing import Any
from wsgiref.types import WSGIApplication

import uvicorn
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from viz.app.addresses import Addresses
from viz.app.asgi import CONNECTION, Bridge
from viz.app.connections import Connection, Connections
from viz.app.dispatcher import WORKERS
from viz.work.heap import give_free_memory_back, give_large_blocks_back
from viz.work.limits import ConnectionLimits

if sys.platform != "win32":
    import resource

BACKLOG = 256
"""Connections that are accepted one after the other before anything else is done."""
QUEUE = 4096
"""Connections that the system keeps until they are accepted; beyond that a client tries again after a second."""
MAX_FILES = 2**16
"""Files that the process asks the system for; every connection is one."""
OTHER_FILES = 128
"""Files that are no connections: modules that are being read, pipes to processes, and what is being accepted."""
SWITCH_INTERVAL = 0.001
"""Seconds after which Python looks whether another thread wants to run: the one that serves connections mostly waits,
and should be let in soon."""
READ_BUFFER = 2**16
PIECE = 2**11
"""Bytes that uvicorn is given at a time, so that it can say after a few requests that it wants no more for now."""
TRIMMED_EVERY = 15
"""Seconds between two times that free memory is given back to the system."""
PIECES = 4
"""How many pieces a connection may hand on before others have their turn: each may be hundreds of chunks."""
LOGGED_EVERY = 60.0
"""Seconds between two lines that say that connections cannot be accepted."""

_log = logging.getLogger("tierscope")
_buffer = memoryview(bytearray(READ_BUFFER))  # what is read goes on at once, so that one will do for all connections


class Transport:
    """asyncio's transport, which counts what is written, and tells the protocol when reading is to pause."""

    def __init__(self, transport: asyncio.Transport, protocol: Protocol) -> None:
        self._transport = transport
        self._protocol = protocol

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Write, and count it."""
        self._protocol.written(len(data))
        self._transport.write(data)

    def pause_reading(self) -> None:
        """Read no more, and hand on no more of what has been read."""
        self._protocol.paused = True
        self._transport.pause_reading()

    def resume_reading(self) -> None:
        """Go on with what has been read, then with reading."""
        self._protocol.paused = False
        self._transport.resume_reading()
        asyncio.get_running_loop().call_soon(self._protocol.feed)


class Protocol(asyncio.BufferedProtocol):
    """Stands between a socket and uvicorn's HTTP protocol, and counts what goes through."""

    def __init__(
        self, connections: Connections, addresses: Addresses, app_state: dict[str, Any], **others: Any
    ) -> None:
        self._connections = connections
        self._addresses = addresses
        self._make_http = partial(HttpToolsProtocol, **others)
        self._app_state = app_state
        self._http: HttpToolsProtocol | None = None
        self._connection: Connection | None = None
        self._unread = b""
        self.paused = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Count the connection, and let uvicorn speak on it if there is room."""
        assert isinstance(transport, asyncio.Transport)
        address = self._addresses.of_connection(transport.get_extra_info("peername"))
        self._connection = self._connections.opened(transport, address)
        if self._connection:
            self._http = self._make_http(app_state=self._app_state | {CONNECTION: self._connection})
            self._http.connection_made(Transport(transport, self))  # type: ignore[arg-type]  # it is one in all but name

    def get_buffer(self, sizehint: int) -> memoryview:
        """Return where what comes is to be put."""
        return _buffer

    def buffer_updated(self, nbytes: int) -> None:
        """Take what has come."""
        if self._connection:
            self._unread += _buffer[:nbytes]
            self.feed()

    def feed(self) -> None:
        """Hand on what has come, piece by piece until uvicorn wants no more; after some it is the turn of others."""
        start = 0
        while self._http and self._connection and start < min(len(self._unread), PIECES * PIECE) and not self.paused:
            piece = self._unread[start : start + PIECE]
            self._connections.bytes_read(self._connection, len(piece))
            self._http.data_received(piece)
            start += PIECE
        self._unread = self._unread[start:]
        if self._http and self._connection and self._unread and not self.paused:
            self._connection.transport.pause_reading()
            asyncio.get_running_loop().call_soon(self._feed_on)

    def _feed_on(self) -> None:
        self.feed()
        if self._connection and not self._unread and not self.paused:
            self._connection.transport.resume_reading()

    def written(self, size: int) -> None:
        """Count what uvicorn writes."""
        if self._connection:
            self._connections.bytes_written(self._connection, size)

    def pause_writing(self) -> None:
        """Tell uvicorn that the client is slow."""
        if self._http:
            self._http.pause_writing()

    def resume_writing(self) -> None:
        """Tell uvicorn that the client has taken what there was."""
        if self._http:
            self._http.resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        if self._connection and self._http:
            self._connections.closed(self._connection)
            http, self._http = self._http, None
            http.connection_lost(exc)


class Server(uvicorn.Server):
    """uvicorn's server with a sweep of the connections; once it is to end, nobody waits for a large run."""

    def __init__(self, config: uvicorn.Config, connections: Connections) -> None:
        super().__init__(config)
        self._connections = connections

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until a signal comes."""
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(ErrorHandler())
        sweeping = loop.create_task(self._sweep())
        try:
            await super().serve(sockets)
        finally:
            sweeping.cancel()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to accept; asyncio takes one number for how many it accepts in a row and how many the system keeps."""
        await super().startup(sockets)
        for one in sockets or ():
            one.listen(QUEUE)

    async def _sweep(self) -> None:
        for second in count(1):
            await asyncio.sleep(1)
            self._connections.sweep()
            WORKERS.end_idle()
            if second % TRIMMED_EVERY == 0:
                await asyncio.to_thread(give_free_memory_back)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to end."""
        WORKERS.close()
        super().handle_exit(sig, frame)


class ErrorHandler:
    """Logs what went wrong in the event loop by its kind alone, and that of accepting connections once a minute."""

    def __init__(self) -> None:
        self._next = 0.0

    def __call__(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        kind = type(error).__name__ if error else "unknown"
        if isinstance(error, OSError) and "accept" in context.get("message", ""):
            if time.monotonic() < self._next:
                return
            self._next = time.monotonic() + LOGGED_EVERY
            _log.error("connections cannot be accepted: %s", error.strerror)
        elif not isinstance(error, ConnectionError):
            _log.error("a connection failed in the server: %s", kind)


def listen(host: str, port: int) -> list[socket.socket]:
    """Return a socket for each address that the host stands for, all on one port; OSError if there is none."""
    found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    sockets: list[socket.socket] = []
    try:
        for family, _, _, _, address in dict.fromkeys(found):
            place = (address[0], port or (sockets[0].getsockname()[1] if sockets else 0))
            sockets.append(socket.create_server(place, family=family, backlog=BACKLOG))
            # Accepted sockets inherit it. An answer is written in several parts, and the system would hold the second
            # back until the client has confirmed the first, which takes it 40 ms.
            sockets[-1].setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except OSError:
        for one in sockets:
            one.close()
        raise
    return sockets


def server_of(
    wsgi: WSGIApplication, trusted_proxies: tuple[str, ...] = (), limits: ConnectionLimits | None = None
) -> Server:
    """Return a server for a WSGI application, which is yet to be given its sockets."""
    addresses = Addresses(trusted_proxies)
    connections = Connections(limits or ConnectionLimits(most=_max_connections()))
    application: Any = Bridge(wsgi, connections, addresses.of_request)
    if trusted_proxies:
        application = ProxyHeadersMiddleware(application, trusted_hosts=list(trusted_proxies))
    config = uvicorn.Config(
        application,
        http=partial(Protocol, connections, addresses),  # type: ignore[arg-type]  # it is called like a class
        loop="asyncio",
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        backlog=BACKLOG,
        timeout_keep_alive=int(connections.limits.idle_seconds),
        timeout_graceful_shutdown=3,
    )
    _quiet(logging.getLogger("uvicorn.error"))
    sys.setswitchinterval(SWITCH_INTERVAL)
    give_large_blocks_back()
    return Server(config, connections)


def _max_connections() -> int:
    """Return how many connections there may be: the process asks for more files, and keeps some for other uses."""
    most = ConnectionLimits.most
    if sys.platform == "win32":
        return most
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MAX_FILES if hard == resource.RLIM_INFINITY else min(hard, MAX_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    return min(most, max(32, soft - OTHER_FILES - BACKLOG))


def _quiet(logger: logging.Logger) -> None:
    """Let a logger say what failed, and nothing of what a visitor sent."""

    def without_words(record: logging.LogRecord) -> bool:
        if record.exc_info:
            kind = record.exc_info[0]
            record.msg, record.args = "a request failed in the server: %s", (kind.__name__ if kind else "unknown",)
            record.exc_info = record.exc_text = None
        return True

    logger.addFilter(without_words)
    logger.setLevel(logging.ERROR)
