"""The states of connections, their deadlines, and the bounds for all of them, without a socket."""

from __future__ import annotations

from typing import Any

import pytest

from viz.app.connections import Connection, Connections, State, request_on
from viz.work.limits import ConnectionLimits


class Transport:
    """What a connection needs of a transport that has no socket."""

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
    """Connections with limits of their own, and a clock that a test moves."""

    def __init__(self, **limits: Any) -> None:
        self.now = 0.0
        self.connections = Connections(ConnectionLimits(**limits), lambda: self.now)
        self.transports: dict[Connection, Transport] = {}

    def open(self, address: str = "a") -> Connection:
        """Open a connection, for which there has to be room."""
        transport: Any = Transport()
        connection = self.connections.opened(transport, address)
        assert connection is not None
        self.transports[connection] = transport
        return connection

    def aborted(self, *connections: Connection) -> list[bool]:
        """Return which of them were cut off."""
        return [self.transports[connection].aborted for connection in connections]

    def pass_time(self, seconds: float) -> None:
        """Let seconds pass one by one, as a server sweeps."""
        for _ in range(int(seconds)):
            self.now += 1
            self.connections.sweep()


@pytest.mark.parametrize("trickles", [True, False])
def test_headers_have_to_end_in_time_however_they_trickle(trickles: bool) -> None:
    world = World(header_seconds=15)
    it = world.open()
    world.connections.bytes_read(it, 1)
    for _ in range(15):
        world.pass_time(1)
        if trickles:
            world.connections.bytes_read(it, 1)
    assert world.aborted(it) == [False]
    world.pass_time(1)
    assert world.aborted(it) == [True]
    assert len(world.connections) == 0


def test_headers_have_a_size() -> None:
    world = World(header_bytes=1000)
    it = world.open()
    world.connections.bytes_read(it, 1000)
    assert world.aborted(it) == [False]
    world.connections.bytes_read(it, 1)
    assert world.aborted(it) == [True]


@pytest.mark.parametrize("state", [State.WORKING, State.SENDING])
def test_the_headers_of_a_next_request_have_the_same_size(state: State) -> None:
    world = World(header_bytes=1000)
    it = world.open()
    world.connections.bytes_read(it, 900)
    with request_on(world.connections, it):
        world.connections.move(it, state)
        world.connections.bytes_read(it, 1000)
        assert world.aborted(it) == [False]
        world.connections.bytes_read(it, 1)
        assert world.aborted(it) == [True]


def test_bytes_that_come_to_no_body_are_bounded() -> None:
    world = World(header_bytes=1000, received_bytes=10**6)
    for size, kept in ((90, True), (90, False), (1, True)):
        it = world.open()
        with request_on(world.connections, it):
            for _ in range(1000):
                world.connections.bytes_read(it, 100)
                world.connections.body_came(it, size, kept)
        assert world.aborted(it) == [size == 1]


def test_a_body_has_to_end_in_time_and_work_has_not() -> None:
    world = World(body_seconds=40)
    slow, works = world.open(), world.open()
    for one in (slow, works):
        world.connections.bytes_read(one, 10)
        world.connections.move(one, State.BODY)
    world.connections.move(works, State.WORKING)
    world.pass_time(41)
    assert world.aborted(slow, works) == [True, False]


def test_an_answer_has_to_make_progress() -> None:
    world = World(stalled_seconds=20)
    reads, stalls = world.open(), world.open()
    for one in (reads, stalls):
        world.transports[one].buffered = 1000
        world.connections.answer_begins(one, bytes(1000))
        world.connections.bytes_written(one, 1000)
    for _ in range(30):
        world.transports[reads].buffered -= 1
        world.pass_time(1)
    assert world.aborted(reads, stalls) == [False, True]


def test_what_is_idle_is_closed_after_a_while() -> None:
    world = World(idle_seconds=20)
    it = world.open()
    world.pass_time(20)
    assert not world.transports[it].closed
    world.pass_time(1)
    assert world.transports[it].closed


def test_a_request_after_an_answer_begins_anew() -> None:
    world = World(header_bytes=100)
    it = world.open()
    seen = []
    for _ in range(3):
        world.connections.bytes_read(it, 80)
        with request_on(world.connections, it):
            seen.append(it.state)
            world.connections.bytes_written(it, 50)
            seen.append(it.state)
        seen.append(it.state)
    assert seen == [State.BODY, State.SENDING, State.IDLE] * 3
    assert world.aborted(it) == [False]


def test_the_idle_give_way_to_newcomers_those_of_the_greediest_address_first() -> None:
    world = World(most=6)
    greedy = [world.open("greedy") for _ in range(4)]
    modest, works = world.open("modest"), world.open("modest")
    world.connections.move(works, State.WORKING)
    newcomers = [world.open(f"new {number}") for number in range(3)]
    assert world.aborted(*greedy) == [True, True, True, False]
    assert world.aborted(modest, works, *newcomers) == [False] * 5
    assert len(world.connections) == 6


def test_who_begins_and_does_not_go_on_gives_way_too() -> None:
    world = World(most=3)
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
    assert world.connections.opened(Transport(), "new") is None  # type: ignore[arg-type]
    assert len(world.connections) == 3


def test_bodies_are_bounded_in_all_and_the_slowest_gives_way() -> None:
    world = World(received_bytes=1000)
    slow = world.open()
    world.connections.move(slow, State.BODY)
    assert world.connections.body_came(slow, 400)
    world.now += 10
    fast = world.open()
    world.connections.move(fast, State.BODY)
    assert world.connections.body_came(fast, 600)
    assert world.connections.body_came(fast, 300)
    assert world.aborted(slow, fast) == [True, False]
    assert not world.connections.body_came(fast, 200)
    world.connections.closed(fast)
    again = world.open()
    world.connections.move(again, State.BODY)
    assert world.connections.body_came(again, 1000)


def test_unsent_answers_are_bounded_in_all_and_one_that_many_wait_for_counts_once() -> None:
    world = World(unsent_bytes=1000)
    shared = bytes(800)
    many = [world.open() for _ in range(10)]
    for one in many:
        world.connections.answer_begins(one, shared)
        world.connections.bytes_written(one, 10)
    assert not any(world.aborted(*many))
    own = [world.open() for _ in range(2)]
    for one in own:
        world.connections.answer_begins(one, bytes(150))
        world.connections.bytes_written(one, 10)
    assert all(world.aborted(*many))
    assert not any(world.aborted(*own))


def test_who_has_just_come_does_not_give_way_to_who_comes_next() -> None:
    world = World(most=3, newcomer_patience=3.0)
    trickling = [world.open() for _ in range(2)]
    for one in trickling:
        world.connections.bytes_read(one, 1)
    world.now += 4
    newcomer = world.open()
    world.open()
    assert world.aborted(*trickling, newcomer) == [True, False, False]
    world.open()
    assert world.aborted(*trickling, newcomer) == [True, True, False]


def test_a_request_that_was_sent_ahead_is_known() -> None:
    world = World()
    it = world.open()
    world.connections.bytes_read(it, 100)
    seen = []
    for _ in range(3):
        with request_on(world.connections, it) as sent_ahead:
            seen.append(sent_ahead)
    world.connections.bytes_read(it, 100)
    with request_on(world.connections, it) as sent_ahead:
        seen.append(sent_ahead)
    assert seen == [False, True, True, False]


def test_to_forget_twice_is_no_error() -> None:
    world = World()
    it = world.open()
    with request_on(world.connections, it):
        world.connections.abort(it)
        world.connections.closed(it)
    assert len(world.connections) == 0
