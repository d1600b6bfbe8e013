"""Test the states and deadlines of connections, and the limits for all connections together, without sockets."""

from __future__ import annotations

from typing import Any

import pytest

from viz.app.connections import Connection, Connections, State, request_lifetime
from viz.work.limits import ConnectionLimits


class Transport:
    """A transport without a socket. It records whether it has been closed."""

    def __init__(self) -> None:
        self.buffered = 0
        self.closed = self.aborted = False

    def get_write_buffer_size(self) -> int:
        return self.buffered

    def get_extra_info(self, name: str) -> None:
        return None

    def abort(self) -> None:
        self.aborted = True

    def close(self) -> None:
        self.closed = True


class World:
    """Connections with the limits that a test chooses, and a clock that the test advances."""

    def __init__(self, **limits: Any) -> None:
        self.now = 0.0
        self.connections = Connections(ConnectionLimits(**limits), lambda: self.now)
        self.transports: dict[Connection, Transport] = {}

    def open(self, address: str = "a") -> Connection:
        """Open a connection. Raise AssertionError if the limits refuse it."""
        transport: Any = Transport()
        connection = self.connections.open(transport, address)
        assert connection is not None
        self.transports[connection] = transport
        return connection

    def aborted(self, *connections: Connection) -> list[bool]:
        """Return for each connection whether it was aborted."""
        return [self.transports[connection].aborted for connection in connections]

    def pass_time(self, seconds: float) -> None:
        """Advance the clock second by second, and call sweep(), which enforces the deadlines, after each second."""
        for _ in range(int(seconds)):
            self.now += 1
            self.connections.sweep()


@pytest.mark.parametrize("trickles", [True, False])
def test_headers_must_be_complete_in_time_even_if_they_trickle(trickles: bool) -> None:
    world = World(header_seconds=15)
    connection = world.open()
    world.connections.bytes_read(connection, 1)
    for _ in range(15):
        world.pass_time(1)
        if trickles:
            world.connections.bytes_read(connection, 1)
    assert world.aborted(connection) == [False]
    world.pass_time(1)
    assert world.aborted(connection) == [True]
    assert len(world.connections) == 0


def test_the_size_of_headers_is_limited() -> None:
    world = World(header_bytes=1000)
    connection = world.open()
    world.connections.bytes_read(connection, 1000)
    assert world.aborted(connection) == [False]
    world.connections.bytes_read(connection, 1)
    assert world.aborted(connection) == [True]


@pytest.mark.parametrize("state", [State.WORKING, State.SENDING])
def test_the_headers_of_a_next_request_have_the_same_limit(state: State) -> None:
    world = World(header_bytes=1000)
    connection = world.open()
    world.connections.bytes_read(connection, 900)
    with request_lifetime(world.connections, connection):
        world.connections.move(connection, state)
        world.connections.bytes_read(connection, 1000)
        assert world.aborted(connection) == [False]
        world.connections.bytes_read(connection, 1)
        assert world.aborted(connection) == [True]


def test_bytes_that_make_no_body_are_limited() -> None:
    world = World(header_bytes=1000, received_bytes=10**6)
    for size, stored in ((90, True), (90, False), (1, True)):
        connection = world.open()
        with request_lifetime(world.connections, connection):
            for _ in range(1000):
                world.connections.bytes_read(connection, 100)
                world.connections.body_received(connection, size, stored)
        assert world.aborted(connection) == [size == 1]


def test_a_body_has_a_deadline_and_work_has_none() -> None:
    world = World(body_seconds=40)
    slow, works = world.open(), world.open()
    for connection in (slow, works):
        world.connections.bytes_read(connection, 10)
        world.connections.move(connection, State.BODY)
    world.connections.move(works, State.WORKING)
    world.pass_time(41)
    assert world.aborted(slow, works) == [True, False]


def test_an_answer_must_make_progress() -> None:
    world = World(stalled_seconds=20)
    reads, stalls = world.open(), world.open()
    for connection in (reads, stalls):
        world.transports[connection].buffered = 1000
        world.connections.answer_begins(connection, bytes(1000))
        world.connections.bytes_written(connection, 1000)
    for _ in range(30):
        world.transports[reads].buffered -= 1
        world.pass_time(1)
    assert world.aborted(reads, stalls) == [False, True]


def test_an_idle_connection_is_closed_after_a_while() -> None:
    world = World(idle_seconds=20)
    connection = world.open()
    world.pass_time(20)
    assert not world.transports[connection].closed
    world.pass_time(1)
    assert world.transports[connection].closed


def test_every_request_on_a_connection_goes_through_the_same_states() -> None:
    world = World(header_bytes=100)
    connection = world.open()
    states = []
    for _ in range(3):
        world.connections.bytes_read(connection, 80)
        with request_lifetime(world.connections, connection):
            states.append(connection.state)
            world.connections.bytes_written(connection, 50)
            states.append(connection.state)
        states.append(connection.state)
    assert states == [State.BODY, State.SENDING, State.IDLE] * 3
    assert world.aborted(connection) == [False]


def test_idle_connections_of_the_greediest_address_are_closed_first_for_new_ones() -> None:
    world = World(max_connections=6)
    greedy = [world.open("greedy") for _ in range(4)]
    modest, works = world.open("modest"), world.open("modest")
    world.connections.move(works, State.WORKING)
    newcomers = [world.open(f"new {number}") for number in range(3)]
    assert world.aborted(*greedy) == [True, True, True, False]
    assert world.aborted(modest, works, *newcomers) == [False] * 5
    assert len(world.connections) == 6


def test_stalled_connections_are_closed_for_new_ones() -> None:
    world = World(max_connections=3)
    headers, body, stalled = world.open(), world.open(), world.open()
    world.connections.bytes_read(headers, 5)
    world.connections.move(body, State.BODY)
    world.connections.answer_begins(stalled, b"x")
    world.connections.bytes_written(stalled, 1)
    world.now += 5
    for expected in (headers, stalled, body):
        newcomer = world.open()
        assert world.aborted(expected) == [True]
        world.connections.move(newcomer, State.WORKING)
    assert world.connections.open(Transport(), "new") is None  # type: ignore[arg-type]
    assert len(world.connections) == 3


def test_bodies_are_limited_in_all_and_the_slowest_is_aborted() -> None:
    world = World(received_bytes=1000)
    slow = world.open()
    world.connections.move(slow, State.BODY)
    assert world.connections.body_received(slow, 400)
    world.now += 10
    fast = world.open()
    world.connections.move(fast, State.BODY)
    assert world.connections.body_received(fast, 600)
    assert world.connections.body_received(fast, 300)
    assert world.aborted(slow, fast) == [True, False]
    assert not world.connections.body_received(fast, 200)
    world.connections.forget(fast)
    again = world.open()
    world.connections.move(again, State.BODY)
    assert world.connections.body_received(again, 1000)


def test_unsent_answers_are_limited_in_all_and_a_shared_one_counts_once() -> None:
    world = World(unsent_bytes=1000)
    shared = bytes(800)
    many = [world.open() for _ in range(10)]
    for connection in many:
        world.connections.answer_begins(connection, shared)
        world.connections.bytes_written(connection, 10)
    assert not any(world.aborted(*many))
    own = [world.open() for _ in range(2)]
    for connection in own:
        world.connections.answer_begins(connection, bytes(150))
        world.connections.bytes_written(connection, 10)
    assert all(world.aborted(*many))
    assert not any(world.aborted(*own))


def test_a_connection_that_has_just_been_opened_is_not_closed_for_the_next() -> None:
    world = World(max_connections=3, newcomer_patience=3.0)
    trickling = [world.open() for _ in range(2)]
    for connection in trickling:
        world.connections.bytes_read(connection, 1)
    world.now += 4
    newcomer = world.open()
    world.open()
    assert world.aborted(*trickling, newcomer) == [True, False, False]
    world.open()
    assert world.aborted(*trickling, newcomer) == [True, True, False]


def test_pipelined_requests_are_recognized() -> None:
    world = World()
    connection = world.open()
    world.connections.bytes_read(connection, 100)
    pipelined = []
    for _ in range(3):
        with request_lifetime(world.connections, connection) as is_pipelined:
            pipelined.append(is_pipelined)
    world.connections.bytes_read(connection, 100)
    with request_lifetime(world.connections, connection) as is_pipelined:
        pipelined.append(is_pipelined)
    assert pipelined == [False, True, True, False]


def test_a_connection_may_be_forgotten_twice() -> None:
    world = World()
    connection = world.open()
    with request_lifetime(world.connections, connection):
        world.connections.abort(connection)
        world.connections.forget(connection)
    assert len(world.connections) == 0
