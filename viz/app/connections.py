"""Watch the open connections of the server: the state of each, its deadlines, and limits for all of them together.

    IDLE --first byte of a request--> HEADERS --last header--> BODY --whole body--> WORKING
         --first byte of the answer--> SENDING --whole answer--> IDLE

The headers and the body must each arrive completely within a number of seconds, and an answer must make progress. The
number of connections, the bytes received for them and the bytes that are not yet sent are limited. When a limit is
reached, a connection is closed: an idle or slow one first.
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
    """The states of a connection, as in the diagram at the top of this module."""

    IDLE = "idle"
    HEADERS = "headers"
    BODY = "body"
    WORKING = "working"
    SENDING = "sending"


NO_LINGER = struct.pack("ii", 1, 0)
"""The value of SO_LINGER with which a socket drops its unsent data and closes at once."""
CLOSED_FIRST = (State.IDLE, State.HEADERS, State.SENDING, State.BODY)
"""The states in which a connection may be closed to make room for a new one, in this order; WORKING is not among them.

Connections that have been in their state for longer than `newcomer_patience` are closed before all others, because a
client that has just connected is about to send a request.
"""
CANDIDATES = 32
"""How many connections are compared before one is closed: those that have been in a state for the longest time. Of
these, one is closed whose address has the most connections."""


class Connection:
    """A connection with its state and the bytes that are counted for it."""

    def __init__(self, transport: asyncio.Transport, address: str, now: float) -> None:
        self.transport = transport
        self.address = address
        self.state = State.IDLE
        self.since = now
        """The time at which the state began; in SENDING, the time at which the client last received something."""
        self.parsed_bytes = 0
        """Bytes that were given to the parser since it completed the last headers."""
        self.body_bytes = 0
        """Bytes of the request's body that have come out of the parser."""
        self.has_new_bytes = False
        """Whether bytes have arrived since the last request began. If none have, the next request is a pipelined one:
        the client sent it before it got the last answer."""
        self.body_in_memory = 0
        """Bytes of the request's body that are in memory."""
        self.written = 0
        """Bytes that have been handed to the transport since the connection was opened."""
        self.delivered = 0
        """How many of the written bytes had left the transport's buffer at the last check_progress()."""
        self.answer_complete = True
        """Whether the whole answer has been handed to the transport."""
        self.answer: bytes | None = None
        """The body that is being sent."""

    def abort(self) -> None:
        """Close the connection at once, and let the system drop the data that it still holds for the client."""
        peer = self.transport.get_extra_info("socket")
        if peer is not None:
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
        self.transport.abort()

    def check_progress(self) -> bool:
        """Return whether the client has received more since check_progress() was last called."""
        delivered = self.written - self.transport.get_write_buffer_size()
        progress = delivered > self.delivered
        self.delivered = delivered
        return progress


class Connections:
    """All connections of a server; only the thread of its event loop may call the methods."""

    def __init__(self, limits: ConnectionLimits, clock: Callable[[], float] = monotonic) -> None:
        self.limits = limits
        self._clock = clock
        # In each state, the connection that has entered it last is at the end.
        self._states: dict[State, dict[Connection, None]] = {state: {} for state in State}
        self._by_address: Counter[str] = Counter()
        self._received = 0
        # For each body of an answer, by its id(): the number of connections on which it is sent, and its size.
        self._answers: dict[int, tuple[int, int]] = {}
        self._unsent = 0

    def __len__(self) -> int:
        return self._by_address.total()

    # ---- the life of a connection

    def open(self, transport: asyncio.Transport, address: str) -> Connection | None:
        """Return the new connection; if there is no room and no other may be closed, close it and return None."""
        if len(self) >= self.limits.max_connections and not self._close_one():
            transport.abort()
            return None
        connection = Connection(transport, address, self._clock())
        self._states[State.IDLE][connection] = None
        self._by_address[address] += 1
        return connection

    def forget(self, connection: Connection) -> None:
        """Stop counting a connection; do nothing if it is not counted any more."""
        if self._states[connection.state].pop(connection, self) is self:
            return
        self._by_address[connection.address] -= 1
        if not self._by_address[connection.address]:
            del self._by_address[connection.address]
        self.request_ended(connection)

    def move(self, connection: Connection, state: State) -> None:
        """Put a connection into a state, as the latest of the connections in that state."""
        if connection in self._states[connection.state]:
            del self._states[connection.state][connection]
            self._states[state][connection] = None
            connection.state, connection.since = state, self._clock()

    def abort(self, connection: Connection) -> None:
        """Close a connection at once and drop what has not been sent."""
        self.forget(connection)
        connection.abort()

    # ---- the events of a connection

    def bytes_read(self, connection: Connection, size: int) -> None:
        """Count bytes that are given to the parser, and abort the connection if they are too many.

        The parser has no limit of its own: it stores headers of any length, and also those of a next request that
        arrive while an answer is being made. In the headers, bytes are too many above `header_bytes`. In a body they
        are too many if much less has come out of the parser.
        """
        if connection.state is State.IDLE:
            connection.parsed_bytes = 0
            self.move(connection, State.HEADERS)
        connection.parsed_bytes += size
        connection.has_new_bytes = True
        allowed = self.limits.header_bytes
        if connection.state is State.BODY:
            allowed = 2 * self.limits.header_bytes + connection.body_bytes + connection.body_bytes // 8
        if connection.parsed_bytes > allowed:
            self.abort(connection)

    def bytes_written(self, connection: Connection, size: int) -> None:
        """Count bytes that were handed to the transport."""
        connection.written += size
        if connection.state is not State.SENDING:
            self.move(connection, State.SENDING)

    def body_received(self, connection: Connection, size: int, store: bool = True) -> bool:
        """Count bytes of a request's body, and return whether to store them. Without `store` they are only counted.

        If there is no room for them, abort connections whose bodies come more slowly. If this body is the slowest,
        return False.
        """
        connection.body_bytes += size
        while store and self._received + size > self.limits.received_bytes:
            slowest = min(self._states[State.BODY], key=self._speed, default=connection)
            if slowest is connection:
                return False
            self.abort(slowest)
        self._received += size if store else 0
        connection.body_in_memory += size if store else 0
        return store

    def answer_begins(self, connection: Connection, body: bytes) -> None:
        """Count the body of an answer that is to be sent.

        If the bodies of all answers are too large together, abort the connections that have stalled for longest. A body
        that is sent on many connections is in memory once, and counts once.
        """
        connection.answer_complete = False
        connection.answer = body
        senders, size = self._answers.get(id(body), (0, len(body)))
        self._answers[id(body)] = senders + 1, size
        self._unsent += 0 if senders else size
        while self._unsent > self.limits.unsent_bytes:
            sending = self._states[State.SENDING]
            stalled = next((other for other in sending if other is not connection and other.answer), None)
            if stalled is None:
                return
            self.abort(stalled)

    def answer_ends(self, connection: Connection) -> None:
        """Stop counting the body of the answer, whether or not all of it was sent."""
        connection.answer_complete = True
        body, connection.answer = connection.answer, None
        if body is not None:
            senders, size = self._answers.pop(id(body))
            if senders > 1:
                self._answers[id(body)] = senders - 1, size
            else:
                self._unsent -= size

    def request_ended(self, connection: Connection) -> None:
        """Stop counting the bytes of a request; make the connection idle if the client has received the answer."""
        self.answer_ends(connection)
        self._received -= connection.body_in_memory
        connection.body_in_memory = connection.body_bytes = connection.parsed_bytes = 0
        if not connection.transport.get_write_buffer_size():
            self.move(connection, State.IDLE)

    # ---- deadlines and limits

    def sweep(self) -> None:
        """Close the connections that are over a deadline; call it about once a second."""
        limits = self.limits
        for state, seconds in ((State.HEADERS, limits.header_seconds), (State.BODY, limits.body_seconds)):
            for connection in list(self._older(state, seconds)):
                self.abort(connection)
        for connection in list(self._states[State.SENDING]):
            if connection.check_progress():
                self.move(connection, State.SENDING)
            elif connection.answer_complete and not connection.transport.get_write_buffer_size():
                self.move(connection, State.IDLE)
        for connection in list(self._older(State.SENDING, limits.stalled_seconds)):
            if connection.transport.get_write_buffer_size():  # with an empty buffer, the client has received all of it
                self.abort(connection)
        for connection in list(self._older(State.IDLE, limits.idle_seconds)):
            connection.transport.close()

    def _older(self, state: State, seconds: float) -> Iterator[Connection]:
        """Yield the connections that have been in a state for more than `seconds`, the longest first."""
        now = self._clock()
        for connection in self._states[state]:
            if now - connection.since <= seconds:
                return
            yield connection

    def _close_one(self) -> bool:
        """Close a connection to make room for a new one; return False if none may be closed."""
        for patience, state in product((self.limits.newcomer_patience, -1.0), CLOSED_FIRST):
            oldest = islice(self._older(state, patience), CANDIDATES)
            chosen = max(oldest, key=lambda connection: self._by_address[connection.address], default=None)
            if chosen:
                self.abort(chosen)
                return True
        return False

    def _speed(self, connection: Connection) -> float:
        return connection.body_in_memory / (1 + self._clock() - connection.since)


@contextmanager
def request_lifetime(connections: Connections, connection: Connection) -> Iterator[bool]:
    """Count the bytes of a request, from the end of its headers to the end of the block of the `with` statement.

    Yield whether the request is pipelined: the client sent it before it got the answer to the previous one.
    """
    pipelined = not connection.has_new_bytes
    connections.move(connection, State.BODY)
    connection.parsed_bytes = connection.body_bytes = 0
    connection.has_new_bytes = False
    try:
        yield pipelined
    finally:
        connections.request_ended(connection)
