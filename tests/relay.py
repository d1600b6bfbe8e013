"""An address that stays while servers behind it go, come back or take turns, without one being started for it."""

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
    """Passes on what is sent to a port of its own, in a thread; once cut, whoever connects is refused."""

    def __init__(self, server: str) -> None:
        self._held = _bound(0)  # while it is cut nobody else is given its port
        self._port: int = self._held.getsockname()[1]
        self.url = f"http://127.0.0.1:{self._port}"
        """Its origin, without a slash at the end."""
        self._server = urlsplit(server)
        self._listener: asyncio.Server | None = None
        self._open: set[StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="relay", daemon=True)
        self._thread.start()
        self.back()

    def to(self, server: str) -> None:
        """The server of that URL takes the place of the other: no line to that one is left."""
        self._server = urlsplit(server)
        self._do(self._end_lines())

    def cut(self) -> None:
        """Nobody answers any more; cutting it twice is no error."""
        self._do(self._cut())

    def back(self) -> None:
        """The server answers again at the same address."""
        self._do(self._back())

    def close(self) -> None:
        """It is gone for good."""
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
        await self._end_lines()

    async def _end_lines(self) -> None:
        while self._open:  # each is forgotten once both of its directions have ended
            for writer in self._open:
                writer.transport.abort()
            await asyncio.sleep(0.001)

    async def _connected(self, reader: StreamReader, writer: StreamWriter) -> None:
        """Pass on both ways until either end closes, unless it was cut between the connection and this."""
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
    """Until one end has closed, and then close the other."""
    with suppress(OSError):
        while piece := await reader.read(PIECE):
            writer.write(piece)
            await writer.drain()
    writer.close()


def _bound(port: int) -> socket.socket:
    """Return a socket at a port that it shares with our others."""
    bound = socket.socket()
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    bound.bind(("127.0.0.1", port))
    return bound


@contextmanager
def relaying(server: str) -> Iterator[Relay]:
    """An address of its own for a server, until the block ends."""
    relay = Relay(server)
    try:
        yield relay
    finally:
        relay.close()
