"""An attacker's connections: they ask, read nothing, send slowly, or come and go, until the time is up."""

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
"""Bytes that the system keeps for a connection that does not read."""
ESTABLISHED = 1
"""A state of TCP, as TCP_INFO tells it."""
PAUSE = 0.2
"""Seconds before a connection that was closed is opened again."""


@dataclass
class Tally:
    """What became of an attack."""

    opened: int = 0
    refused: int = 0
    closed: int = 0
    """Connections that the server ended."""
    answers: Counter[str] = field(default_factory=Counter)
    """How many answers there were of each status."""


@dataclass
class Attacker:
    """Where an attack goes, from which address, until when, and what became of it."""

    url: str
    source: str
    end: float
    """On the clock of the event loop."""
    count_event: Tally = field(default_factory=Tally)

    def goes_on(self) -> bool:
        """Return whether there is time left."""
        return asyncio.get_running_loop().time() < self.end

    async def open(self, receive_buffer: int = 0) -> socket.socket | None:
        """Return a new connection; None, after a pause, if there is none to be had."""
        where = urlsplit(self.url)
        line = socket.socket()
        line.setblocking(False)
        if receive_buffer:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        try:
            line.bind((self.source, 0))
            await asyncio.wait_for(asyncio.get_running_loop().sock_connect(line, (where.hostname, where.port)), 5)
        except OSError:  # a timeout is one, too
            line.close()
            self.count_event.refused += 1
            await asyncio.sleep(PAUSE)
            return None
        except asyncio.CancelledError:
            line.close()
            raise
        self.count_event.opened += 1
        return line

    async def on_each(self, connections: int, live: Callable[[Attacker], Coroutine[Any, Any, None]]) -> None:
        """Let so many connections live at once, one after another in each place, until the time is up."""

        async def place(number: int) -> None:
            await asyncio.sleep(min(1.0, number / 1000))  # a thousand a second
            while self.goes_on():
                with suppress(OSError):
                    await live(self)

        places = [asyncio.create_task(place(number)) for number in range(connections)]
        _, late = await asyncio.wait(places, timeout=self.end - asyncio.get_running_loop().time())
        for one in late:
            one.cancel()
        await asyncio.gather(*late, return_exceptions=True)


async def send(line: socket.socket, data: bytes) -> None:
    """Send all of it."""
    await asyncio.get_running_loop().sock_sendall(line, data)


async def read_to_end(line: socket.socket) -> bytes:
    """Return the first bytes of all that comes until the server closes the connection."""
    first = b""
    while data := await asyncio.get_running_loop().sock_recv(line, 2**18):
        first = first if len(first) > 12 else first + data[:100]
    return first


async def ask(attacker: Attacker, requests: Sequence[bytes], at_once: int) -> None:
    """Ask in turn, a connection for each question, and read the answers."""
    turn: Iterator[bytes] = cycle(requests)

    async def live(attacker: Attacker) -> None:
        line = await attacker.open()
        if line is None:
            return
        with line:
            await send(line, next(turn))
            said = await read_to_end(line)
            attacker.count_event.answers[said[9:12].decode("latin-1") or "none"] += 1

    await attacker.on_each(at_once, live)


async def read_nothing(attacker: Attacker, data: bytes, connections: int, read_a_second: int = 0) -> None:
    """Ask, and read nothing of the answer, or a few bytes a second; a connection that was closed is opened again."""

    async def live(attacker: Attacker) -> None:
        line = await attacker.open(SMALL_BUFFER)
        if line is None:
            return
        with line:
            sending = asyncio.create_task(send(line, data))
            while is_open(line) and not (sending.done() and sending.exception()):
                await asyncio.sleep(1)
                if read_a_second and not took(line, read_a_second):
                    break
            sending.cancel()
            attacker.count_event.closed += 1

    await attacker.on_each(connections, live)


def is_open(line: socket.socket) -> bool:
    """Return whether the server has not closed the connection, as far as the system knows."""
    return line.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] == ESTABLISHED


def took(line: socket.socket, size: int) -> bool:
    """Read what has come, so many bytes at most, and return whether the connection is still open."""
    try:
        return line.recv(size) != b""
    except BlockingIOError:
        return True


async def trickle(
    attacker: Attacker, start: bytes, pieces: Sequence[bytes], every: float, connections: int, shut: bool = False
) -> None:
    """Send a start, then a piece every few seconds; `shut`: after the start, say that nothing more is sent."""
    turn = cycle(pieces) if pieces else None

    async def live(attacker: Attacker) -> None:
        line = await attacker.open()
        if line is None:
            return
        with line:
            await send(line, start)
            if shut:
                line.shutdown(socket.SHUT_WR)
            while took(line, 2**16):
                await asyncio.sleep(every)
                if turn:
                    await send(line, next(turn))
            attacker.count_event.closed += 1

    await attacker.on_each(connections, live)


async def leave(attacker: Attacker, data: bytes, at_once: int, after: float = 0.0) -> None:
    """Connect, send, and be gone before an answer, time and again."""

    async def live(attacker: Attacker) -> None:
        line = await attacker.open()
        if line is None:
            return
        with line:
            await send(line, data)
            await asyncio.sleep(after)

    await attacker.on_each(at_once, live)
