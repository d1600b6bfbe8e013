"""Relay connections from an unchanging address to a server that may stop, restart or be exchanged."""

from __future__ import annotations

import asyncio
import socket
from asyncio import StreamReader, StreamWriter
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

PIECE = 2**16


class Relay:
    """A port that passes all data on to a server, in a thread. After cut() the port refuses connections."""

    def __init__(self, server: str) -> None:
        self._held = _bound(0)  # this socket keeps the port while the relay is cut
        self._port: int = self._held.getsockname()[1]
        self.url = f"http://127.0.0.1:{self._port}"
        """The relay's origin, without a slash at the end."""
        self._server = urlsplit(server)
        self._listener: asyncio.Server | None = None
        self._open: set[StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="relay", daemon=True)
        self._thread.start()
        self.back()

    def to(self, server: str) -> None:
        """Pass data on to the server at that URL from now on, and close all connections to the previous server."""
        self._server = urlsplit(server)
        self._do(self._end_connections())

    def cut(self) -> None:
        """Close all connections, and refuse new ones until back() is called. Cutting a relay twice is no error."""
        self._do(self._cut())

    def back(self) -> None:
        """Accept connections at the same address again."""
        self._do(self._back())

    def close(self) -> None:
        """Cut the relay, end its thread and release its port."""
        self.cut()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._held.close()

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    async def _back(self) -> None:
        if not self._listener:
            self._listener = await asyncio.start_server(self._connected, sock=_bound(self._port))

    async def _cut(self) -> None:
        if self._listener:
            self._listener.close()
            self._listener = None
        await self._end_connections()

    async def _end_connections(self) -> None:
        while self._open:  # _connected() removes a writer when both directions have ended
            for writer in self._open:
                writer.transport.abort()
            await asyncio.sleep(0.001)

    async def _connected(self, reader: StreamReader, writer: StreamWriter) -> None:
        """Pass data on until both sides have closed the connection. Close it at once if the relay is cut already."""
        pair = {writer}
        self._open.add(writer)
        with suppress(OSError):
            if self._listener:
                theirs, there = await asyncio.open_connection(self._server.hostname, self._server.port)
                pair.add(there)
                self._open.add(there)
                await asyncio.gather(_pass_on(reader, there), _pass_on(theirs, writer))
        for one in pair:
            one.close()
        self._open -= pair


async def _pass_on(reader: StreamReader, writer: StreamWriter) -> None:
    """Pass on what is read until the sender closes its end, then close the receiver's end."""
    with suppress(OSError):
        while piece := await reader.read(PIECE):
            writer.write(piece)
            await writer.drain()
    writer.close()


def _bound(port: int) -> socket.socket:
    """Return a socket that is bound to a port, or to a free port if it is 0. Relays' sockets may share a port."""
    bound = socket.socket()
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    bound.bind(("127.0.0.1", port))
    return bound


@contextmanager
def relaying(server: str) -> Iterator[Relay]:
    """Yield a relay to the server, and close it when the block ends."""
    relay = Relay(server)
    try:
        yield relay
    finally:
        relay.close()
