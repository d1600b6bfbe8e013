"""The open connections of the server: what each of them waits for, deadlines, and bounds for all of them together.

    IDLE --first byte--> HEADERS --last--> BODY --all of it--> WORKING --first byte--> SENDING --all of it--> IDLE

Headers and a body have to be there a number of seconds after they begin, however they trickle, and an answer has to
make progress. How many connections there are, how much has been read for them and how much is not yet sent is bounded.
Where a bound is reached, the connection that does least with its place loses it.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum
from itertools import islice, product
from time import monotonic

from viz.work.limits import ConnectionLimits


class State(Enum):
    """What a connection waits for."""

    IDLE = "idle"
    HEADERS = "headers"
    BODY = "body"
    WORKING = "working"
    SENDING = "sending"


FORGET = struct.pack("ii", 1, 0)
"""The value of SO_LINGER with which a socket closes at once."""
GIVE_WAY = (State.IDLE, State.HEADERS, State.SENDING, State.BODY)
"""Which connections give way to a newcomer, first to last; one whose answer is being made never does.

First are those that have waited for a while: one that has just come is about to ask for something.
"""
LOOKED_AT = 32
"""Of so many that have been in a state for longest, one of the address that has most connections gives way."""


class Connection:
    """One connection: its state, since when it is in it, and what is counted for it."""

    def __init__(self, transport: asyncio.Transport, address: str, now: float) -> None:
        self.transport = transport
        self.address = address
        self.state = State.IDLE
        self.since = now
        """When the state began; of one that sends, when the client last took something."""
        self.read = 0
        """Bytes that the parser has been given since the last request was understood."""
        self.body = 0
        """Bytes of the request's body that it has made of them."""
        self.fresh = False
        """Whether bytes have come since the last request began: one that begins without any was sent ahead."""
        self.held = 0
        """Bytes of the request's body that are in memory."""
        self.written = 0
        """Bytes handed to the transport, ever."""
        self.taken = 0
        """How many of those the client has taken, when that was last looked at."""
        self.answered = True
        """Whether the whole answer has been handed to the transport."""
        self.answer: bytes | None = None
        """The body that is being sent."""

    def abort(self) -> None:
        """Close at once. The system is told to forget, too, what it still has for a client that takes nothing."""
        peer = self.transport.get_extra_info("socket")
        if peer is not None:
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, FORGET)
        self.transport.abort()

    def take_progress(self) -> bool:
        """Look at how much the client has taken, and return whether that is more than before."""
        taken = self.written - self.transport.get_write_buffer_size()
        progress = taken > self.taken
        self.taken = taken
        return progress


class Connections:
    """All connections of a server. Everything here happens in the thread of its event loop."""

    def __init__(self, limits: ConnectionLimits, clock: Callable[[], float] = monotonic) -> None:
        self.limits = limits
        self._clock = clock
        self._states: dict[State, dict[Connection, None]] = {state: {} for state in State}  # the youngest last
        self._by_address: Counter[str] = Counter()
        self._received = 0
        self._answers: dict[int, tuple[int, int]] = {}  # by id of a body: how many send it, its size
        self._unsent = 0

    def __len__(self) -> int:
        return self._by_address.total()

    # ---- the life of a connection

    def opened(self, transport: asyncio.Transport, address: str) -> Connection | None:
        """Return the new connection; None, and it is closed, if none gives way to it."""
        if len(self) >= self.limits.most and not self._one_gives_way():
            transport.abort()
            return None
        connection = Connection(transport, address, self._clock())
        self._states[State.IDLE][connection] = None
        self._by_address[address] += 1
        return connection

    def closed(self, connection: Connection) -> None:
        """Forget a connection; to forget it twice is no error."""
        if self._states[connection.state].pop(connection, self) is self:
            return
        self._by_address[connection.address] -= 1
        if not self._by_address[connection.address]:
            del self._by_address[connection.address]
        self.request_ended(connection)

    def move(self, connection: Connection, state: State) -> None:
        """Let a connection enter a state, of which it is now the youngest."""
        if connection in self._states[connection.state]:
            del self._states[connection.state][connection]
            self._states[state][connection] = None
            connection.state, connection.since = state, self._clock()

    def abort(self, connection: Connection) -> None:
        """Close a connection at once and drop what has not been sent."""
        self.closed(connection)
        connection.abort()

    # ---- what happens on it

    def bytes_read(self, connection: Connection, size: int) -> None:
        """Count what the parser is given.

        A client whose bytes come to no request, or to no body, is cut off: the parser keeps headers without end, and
        those of the next request while an answer is being made.
        """
        if connection.state is State.IDLE:
            connection.read = 0
            self.move(connection, State.HEADERS)
        connection.read += size
        connection.fresh = True
        allowed = self.limits.header_bytes
        if connection.state is State.BODY:
            allowed = 2 * self.limits.header_bytes + connection.body + connection.body // 8
        if connection.read > allowed:
            self.abort(connection)

    def bytes_written(self, connection: Connection, size: int) -> None:
        """Count what was handed to the transport."""
        connection.written += size
        if connection.state is not State.SENDING:
            self.move(connection, State.SENDING)

    def body_came(self, connection: Connection, size: int, kept: bool = True) -> bool:
        """Count bytes of a body; False if there is no room to keep them although the slowest gave way."""
        connection.body += size
        while kept and self._received + size > self.limits.received_bytes:
            slowest = min(self._states[State.BODY], key=self._speed, default=connection)
            if slowest is connection:
                return False
            self.abort(slowest)
        self._received += size if kept else 0
        connection.held += size if kept else 0
        return kept

    def answer_begins(self, connection: Connection, body: bytes) -> None:
        """Count a body that is to be sent; those who have taken nothing for longest give way if it is too much in all.

        A body that many wait for is in memory once, and counts once.
        """
        connection.answered = False
        connection.answer = body
        senders, size = self._answers.get(id(body), (0, len(body)))
        self._answers[id(body)] = senders + 1, size
        self._unsent += 0 if senders else size
        while self._unsent > self.limits.unsent_bytes:
            stalled = next((one for one in self._states[State.SENDING] if one is not connection and one.answer), None)
            if stalled is None:
                return
            self.abort(stalled)

    def answer_ends(self, connection: Connection) -> None:
        """Forget the body that was sent, or was to be."""
        connection.answered = True
        body, connection.answer = connection.answer, None
        if body is not None:
            senders, size = self._answers.pop(id(body))
            if senders > 1:
                self._answers[id(body)] = senders - 1, size
            else:
                self._unsent -= size

    def request_ended(self, connection: Connection) -> None:
        """Forget all that a request held; the connection is idle as soon as the client has taken the whole answer."""
        self.answer_ends(connection)
        self._received -= connection.held
        connection.held = connection.body = connection.read = 0
        if not connection.transport.get_write_buffer_size():
            self.move(connection, State.IDLE)

    # ---- deadlines and bounds

    def sweep(self) -> None:
        """Close what has waited too long; to be called about once a second."""
        limits = self.limits
        for state, seconds in ((State.HEADERS, limits.header_seconds), (State.BODY, limits.body_seconds)):
            for connection in list(self._older(state, seconds)):
                self.abort(connection)
        for connection in list(self._states[State.SENDING]):
            if connection.take_progress():
                self.move(connection, State.SENDING)
            elif connection.answered and not connection.transport.get_write_buffer_size():
                self.move(connection, State.IDLE)
        for connection in list(self._older(State.SENDING, limits.stalled_seconds)):
            if connection.transport.get_write_buffer_size():  # else the answer is still being made
                self.abort(connection)
        for connection in list(self._older(State.IDLE, limits.idle_seconds)):
            connection.transport.close()

    def _older(self, state: State, seconds: float) -> Iterator[Connection]:
        """Yield those that have been in a state for longer than that."""
        now = self._clock()
        for connection in self._states[state]:
            if now - connection.since <= seconds:
                return
            yield connection

    def _one_gives_way(self) -> bool:
        """Close one connection for a newcomer, and return whether there was one."""
        for patience, state in product((self.limits.newcomer_patience, -1.0), GIVE_WAY):
            oldest = islice(self._older(state, patience), LOOKED_AT)
            chosen = max(oldest, key=lambda one: self._by_address[one.address], default=None)
            if chosen:
                self.abort(chosen)
                return True
        return False

    def _speed(self, connection: Connection) -> float:
        return connection.held / (1 + self._clock() - connection.since)


@contextmanager
def request_on(connections: Connections, connection: Connection) -> Iterator[bool]:
    """Hold what a request needs within the block, from the end of its headers on.

    The value is whether the request was sent ahead, before the one before it was answered.
    """
    sent_ahead = not connection.fresh
    connections.move(connection, State.BODY)
    connection.read = connection.body = 0
    connection.fresh = False
    try:
        yield sent_ahead
    finally:
        connections.request_ended(connection)
