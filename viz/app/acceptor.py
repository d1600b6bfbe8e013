"""Accept connections, for each client address in turn, and drop those that the client has closed already.

asyncio accepts connections in the order in which they come. A client that connects a thousand times a second, sends a
request each time and leaves would make everybody else wait until all its connections are handled. This module needs
only two system calls for a connection that the client has closed. It starts the others in turns, one for each address.
"""

from __future__ import annotations

import asyncio
import socket
import sys
from collections import deque
from collections.abc import Callable, Sequence

MAX_WAITING = 256
"""The largest number of connections that are accepted but not yet started. The system holds the others."""
ACCEPTED_AT_ONCE = 64
"""How many connections are accepted before the event loop does anything else."""
STARTED_AT_ONCE = 8
"""How many connections are started before the event loop does anything else; each costs as much as a small request."""
RETRY_SECONDS = 1.0
"""How many seconds no connection is accepted after the system had no file or memory for a connection."""
CLOSED_BY_CLIENT = {7, 8}
"""The numbers of the states TCP_CLOSE and TCP_CLOSE_WAIT in the first byte of Linux's TCP_INFO."""


class Acceptor:
    """Accepts the connections of some listening sockets and gives each to a new protocol."""

    def __init__(
        self,
        sockets: Sequence[socket.socket],
        address_of: Callable[[tuple[object, ...]], str],
        make_protocol: Callable[[], asyncio.BaseProtocol],
    ) -> None:
        self._sockets = sockets
        self._address_of = address_of
        self._make_protocol = make_protocol
        self._loop = asyncio.get_running_loop()
        self._waiting: dict[str, deque[socket.socket]] = {}  # connections by address; the first address is next
        self._count = 0
        self._starting = set[asyncio.Task[object]]()
        self._is_scheduled = False
        self._is_closed = False

    def open(self) -> None:
        """Begin to accept connections."""
        for sock in self._sockets:
            sock.setblocking(False)
            self._loop.add_reader(sock, self._accept, sock)

    def close(self) -> None:
        """Accept no more connections, and close those that have not been started."""
        self._is_closed = True
        for sock in self._sockets:
            self._loop.remove_reader(sock)
        for queue in self._waiting.values():
            for connection in queue:
                connection.close()
        self._waiting.clear()
        self._count = 0

    def _accept(self, sock: socket.socket) -> None:
        for _ in range(ACCEPTED_AT_ONCE):
            if self._count >= MAX_WAITING:
                self._loop.remove_reader(sock)  # _start() adds the reader again
                break
            try:
                connection, peer = sock.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                break
            except OSError as error:
                self._pause(sock, error)
                break
            if has_left(connection):
                connection.close()
                continue
            connection.setblocking(False)
            self._waiting.setdefault(self._address_of(peer), deque()).append(connection)
            self._count += 1
        self._schedule()

    def _pause(self, sock: socket.socket, error: OSError) -> None:
        self._loop.call_exception_handler({"message": "socket.accept() out of system resource", "exception": error})
        self._loop.remove_reader(sock)
        self._loop.call_later(RETRY_SECONDS, self._listen_again)

    def _listen_again(self) -> None:
        if not self._is_closed:
            for sock in self._sockets:
                self._loop.add_reader(sock, self._accept, sock)

    def _schedule(self) -> None:
        if self._count and not self._is_scheduled:
            self._is_scheduled = True
            self._loop.call_soon(self._start)

    def _start(self) -> None:
        """Start some of the waiting connections, one of each address in turn."""
        self._is_scheduled = False
        was_full = self._count >= MAX_WAITING
        for _ in range(min(STARTED_AT_ONCE, self._count)):
            connection = self._next()
            if has_left(connection):
                connection.close()
                continue
            task = self._loop.create_task(self._connect(connection))
            self._starting.add(task)
            task.add_done_callback(self._starting.discard)
        if was_full:
            self._listen_again()
        self._schedule()

    def _next(self) -> socket.socket:
        address = next(iter(self._waiting))
        queue = self._waiting.pop(address)
        connection = queue.popleft()
        if queue:
            self._waiting[address] = queue
        self._count -= 1
        return connection

    async def _connect(self, connection: socket.socket) -> None:
        try:
            await self._loop.connect_accepted_socket(self._make_protocol, connection)
        except OSError:  # the client has left meanwhile
            connection.close()


def has_left(connection: socket.socket) -> bool:
    """Return whether the client has closed its end of the connection already; always False except on Linux."""
    if sys.platform != "linux":
        return False
    try:
        return connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] in CLOSED_BY_CLIENT
    except OSError:
        return True
