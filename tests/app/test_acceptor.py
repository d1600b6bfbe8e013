"""Test the Acceptor: it accepts connections from all addresses in turn, and drops those whose client has left."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest

from viz.app import acceptor
from viz.app.acceptor import MAX_WAITING, STARTED_AT_ONCE, Acceptor, has_left

Started = list[str]
Result = TypeVar("Result")


class Greeter(asyncio.Protocol):
    """A protocol that appends to `started` the name that a client sends, and then closes the connection."""

    def __init__(self, started: Started) -> None:
        self.started = started
        self.transport: asyncio.BaseTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.started.append(data.decode())
        assert self.transport
        self.transport.close()


def listening() -> socket.socket:
    """Return a socket that listens on a free port of this machine."""
    return socket.create_server(("127.0.0.1", 0), backlog=1024)


def client(server: socket.socket, name: str, address: str = "127.0.0.1") -> socket.socket:
    """Connect from an address of this machine, and send a name; return the connection."""
    connection = socket.create_connection(server.getsockname(), source_address=(address, 0))
    connection.sendall(name.encode())
    return connection


def host_of(peer: tuple[object, ...]) -> str:
    """Return the host of a peer address without the port, so that all connections from a host count together."""
    return str(peer[0])


def finished(work: Coroutine[Any, Any, Result]) -> Result:
    """Return what a coroutine returns. It runs in a thread of its own: playwright's loop may run in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


def serve(server: socket.socket, until: Callable[[Started], bool]) -> Started:
    """Accept connections until `until` returns true for the list of clients' names, or for ten seconds; return it."""
    started: Started = []

    async def run() -> None:
        accepting = Acceptor([server], host_of, lambda: Greeter(started))
        accepting.open()
        async with asyncio.timeout(10):
            while not until(started):
                await asyncio.sleep(0.01)
        accepting.close()
        await asyncio.sleep(0.01)  # the transports need this time to close

    finished(run())
    return started


def test_an_address_with_many_connections_does_not_keep_another_waiting() -> None:
    with listening() as server:
        many = [client(server, "m", "127.0.0.2") for _ in range(60)]
        late = client(server, "late", "127.0.0.3")
        started = serve(server, lambda names: len(names) == 61)
        for connection in [*many, late]:
            connection.close()
    assert started.index("late") <= STARTED_AT_ONCE


def test_a_client_that_has_left_is_not_started() -> None:
    with listening() as server:
        for _ in range(50):
            client(server, "gone").close()
        stays = client(server, "stays")
        started = serve(server, lambda names: "stays" in names)
        stays.close()
    assert started == ["stays"]


def test_more_connections_than_may_wait_are_all_served() -> None:
    count = 2 * MAX_WAITING + 10
    with listening() as server:
        connections = [client(server, "x") for _ in range(count)]
        started = serve(server, lambda names: len(names) == count)
        for connection in connections:
            connection.close()
    assert len(started) == count


def test_a_system_without_files_is_reported_and_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acceptor, "RETRY_SECONDS", 0.05)
    errors: list[dict[str, Any]] = []

    class Full:
        """A listening socket whose first accept() fails because the process has too many open files."""

        def __init__(self, real: socket.socket) -> None:
            self.real, self.tries = real, 0
            self.fileno, self.setblocking = real.fileno, real.setblocking

        def accept(self) -> tuple[socket.socket, Any]:
            self.tries += 1
            if self.tries == 1:
                raise OSError(errno.EMFILE, "Too many open files")
            return self.real.accept()

    started: Started = []

    async def run(full: Full) -> None:
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: errors.append(context))
        accepting = Acceptor([full], host_of, lambda: Greeter(started))  # type: ignore[list-item]
        accepting.open()
        async with asyncio.timeout(10):
            while not started:
                await asyncio.sleep(0.01)
        accepting.close()
        await asyncio.sleep(0.01)  # the transport needs this time to close

    with listening() as server, client(server, "later"):
        finished(run(Full(server)))
    assert started == ["later"]
    assert [error["message"] for error in errors] == ["socket.accept() out of system resource"]


def test_closing_drops_what_waits() -> None:
    async def run(server: socket.socket) -> None:
        accepting = Acceptor([server], host_of, lambda: Greeter([]))
        accepting.open()
        accepting.close()

    with listening() as server:
        waiting = client(server, "x")
        finished(run(server))
    assert wait_for(lambda: not has_data(waiting))
    waiting.close()


def has_data(connection: socket.socket) -> bool:
    """Return False if the server has closed the connection, and True if data has arrived or may still arrive."""
    connection.setblocking(False)
    try:
        return connection.recv(1) != b""
    except BlockingIOError:
        return True
    except ConnectionError:
        return False


def wait_for(condition: Callable[[], bool]) -> bool:
    """Return whether the condition becomes true within ten seconds."""

    async def poll() -> bool:
        for _ in range(1000):
            if condition():
                return True
            await asyncio.sleep(0.01)
        return False

    coroutine: Coroutine[Any, Any, bool] = poll()
    return finished(coroutine)


def test_who_has_left_is_known() -> None:
    with listening() as server:
        connection = client(server, "x")
        accepted, _ = server.accept()
        assert not has_left(accepted)
        connection.close()
        assert wait_for(lambda: has_left(accepted))
        accepted.close()
    assert has_left(accepted)
