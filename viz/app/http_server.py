"""Run the HTTP server: uvicorn, with limits on the number, time and memory of connections.

uvicorn was chosen because the limits that it lacks can be added around it through public interfaces: asyncio's
protocols and transports, and ASGI. docs/serving.md has the measurements of uvicorn and other servers.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import sys
from collections.abc import Callable
from functools import partial
from itertools import count
from types import FrameType
from typing import Any
from wsgiref.types import WSGIApplication

import uvicorn
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from viz.app.acceptor import MAX_WAITING, Acceptor
from viz.app.addresses import Addresses
from viz.app.asgi import CONNECTION, Bridge
from viz.app.connections import Connection, Connections
from viz.app.dispatcher import WORKERS
from viz.app.server_log import ErrorHandler, hide_requests
from viz.work.heap import give_free_memory_back, give_large_blocks_back
from viz.work.limits import ConnectionLimits

if sys.platform != "win32":
    import resource

BACKLOG = 4096
"""The number of connections that the system holds until they are accepted; further clients try again after a second."""
MAX_FILES = 2**16
"""The highest limit of open files that the process asks the system for; every connection is an open file."""
OTHER_FILES = 128
"""The open files that connections must leave free: for modules, pipes to processes, and sockets being accepted."""
SWITCH_INTERVAL = 0.0002
"""How many seconds a Python thread runs before Python lets another one run. The thread that serves connections mostly
waits, and should run soon when it has something to do."""
READ_BUFFER = 2**16
"""The size in bytes of the buffer for reading."""
PIECE = 2**11
"""How many bytes uvicorn gets at a time. It can pause only between two pieces, so a piece must hold few requests."""
TRIM_INTERVAL = 15
"""The time, in seconds, after which free memory is given back to the system again."""
PIECES = 4
"""The number of pieces that uvicorn gets from one connection before other connections are served. A piece may hold
hundreds of HTTP chunks."""

_buffer = memoryview(bytearray(READ_BUFFER))  # shared by all connections, because each read is copied out at once


class Transport:
    """A wrapper of asyncio's transport that reports writes, and pauses of reading, to the Protocol."""

    def __init__(self, transport: asyncio.Transport, protocol: Protocol) -> None:
        self._transport = transport
        self._protocol = protocol

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Count the data and write it."""
        self._protocol.written(len(data))
        self._transport.write(data)

    def pause_reading(self) -> None:
        """Stop reading, and stop passing bytes to uvicorn."""
        self._protocol.paused = True
        self._transport.pause_reading()

    def resume_reading(self) -> None:
        """Read again, and pass the bytes to uvicorn that were read before the pause."""
        self._protocol.paused = False
        self._transport.resume_reading()
        asyncio.get_running_loop().call_soon(self._protocol.feed)


class Protocol(asyncio.BufferedProtocol):
    """A protocol between a socket and uvicorn's HTTP protocol that counts the bytes in both directions."""

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
        """Count the connection, and pass it to uvicorn if there is room for it."""
        assert isinstance(transport, asyncio.Transport)
        address = self._addresses.of_connection(transport.get_extra_info("peername"))
        self._connection = self._connections.open(transport, address)
        if self._connection:
            self._http = self._make_http(app_state=self._app_state | {CONNECTION: self._connection})
            self._http.connection_made(Transport(transport, self))  # type: ignore[arg-type]  # it has every method of asyncio's

    def get_buffer(self, sizehint: int) -> memoryview:
        """Return the buffer into which asyncio reads."""
        return _buffer

    def buffer_updated(self, nbytes: int) -> None:
        """Take the bytes that asyncio has read into the buffer."""
        if self._connection:
            self._unread += _buffer[:nbytes]
            self.feed()

    def feed(self) -> None:
        """Pass up to PIECES pieces of the bytes read to uvicorn, fewer if it pauses; the rest follows later."""
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
        """Tell uvicorn that the client has received most of what was written."""
        if self._http:
            self._http.resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop counting the connection, and tell uvicorn that it is lost."""
        if self._connection and self._http:
            self._connections.forget(self._connection)
            http, self._http = self._http, None
            http.connection_lost(exc)


class Server(uvicorn.Server):
    """uvicorn's server, which also closes connections over their deadlines and ends the worker processes."""

    def __init__(self, config: uvicorn.Config, connections: Connections, addresses: Addresses) -> None:
        super().__init__(config)
        self._connections = connections
        self._addresses = addresses
        self._acceptor: Acceptor | None = None

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
        """Start to accept connections of the sockets that listen() returned.

        uvicorn gets no sockets, so that only the Acceptor accepts connections.
        """
        await super().startup([])
        protocol: Any = self.config.http_protocol_class
        make_protocol = partial(
            protocol, config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )
        self._acceptor = Acceptor(sockets or [], self._addresses.of_connection, make_protocol)
        self._acceptor.open()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Accept no more connections, and close the open ones once their answers are sent."""
        if self._acceptor:
            self._acceptor.close()
        await super().shutdown(sockets)

    async def _sweep(self) -> None:
        for second in count(1):
            await asyncio.sleep(1)
            self._connections.sweep()
            WORKERS.end_idle()
            if second % TRIM_INTERVAL == 0:
                await asyncio.to_thread(give_free_memory_back)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Start to shut down, without waiting for heavy runs."""
        WORKERS.close()
        super().handle_exit(sig, frame)


def listen(host: str, port: int) -> list[socket.socket]:
    """Return a listening socket for each address of the host, all on one port; raise OSError if that fails."""
    infos = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    sockets: list[socket.socket] = []
    try:
        for family, _, _, _, address in dict.fromkeys(infos):
            host_and_port = (address[0], port or (sockets[0].getsockname()[1] if sockets else 0))
            sockets.append(socket.create_server(host_and_port, family=family, backlog=BACKLOG))
            # Accepted sockets inherit this option. An answer is written in several parts. Without the option the system
            # would send the second part only after the client has confirmed the first, which takes the client 40 ms.
            sockets[-1].setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except OSError:
        for sock in sockets:
            sock.close()
        raise
    return sockets


def server_of(
    wsgi: WSGIApplication,
    trusted_proxies: tuple[str, ...] = (),
    limits: ConnectionLimits | None = None,
    version_of: Callable[[str], int] = lambda path: 0,
) -> Server:
    """Return a server for a WSGI application; its run() takes the sockets of listen().

    `version_of` returns another number once the answer to a GET of a path has changed; other answers never change.
    """
    addresses = Addresses(trusted_proxies)
    connections = Connections(limits or ConnectionLimits(max_connections=_max_connections()))
    application: Any = Bridge(wsgi, connections, addresses.of_request, version_of)
    if trusted_proxies:
        application = ProxyHeadersMiddleware(application, trusted_hosts=list(trusted_proxies))
    config = uvicorn.Config(
        application,
        http=partial(Protocol, connections, addresses),  # type: ignore[arg-type]  # uvicorn only calls it, like the class that it expects
        loop="asyncio",
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=int(connections.limits.idle_seconds),
        timeout_graceful_shutdown=3,
    )
    hide_requests(logging.getLogger("uvicorn.error"))
    sys.setswitchinterval(SWITCH_INTERVAL)
    give_large_blocks_back()
    return Server(config, connections, addresses)


def _max_connections() -> int:
    """Raise the limit of open files, and return how many connections that limit allows."""
    limit = ConnectionLimits.max_connections
    if sys.platform == "win32":
        return limit
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MAX_FILES if hard == resource.RLIM_INFINITY else min(hard, MAX_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    return min(limit, max(32, soft - OTHER_FILES - MAX_WAITING))
