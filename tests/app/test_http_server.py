"""Test a server with short deadlines and small limits, with clients that are slow, send nothing, leave or are many."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from viz.app.callbacks import BUSY_NOW, CLIENT
from viz.app.http_server import Server, listen, server_of
from viz.app.server_log import ErrorHandler
from viz.work.limits import RUNNING_AT_ONCE, ConnectionLimits

GET = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
LARGE = 8_000_000
"""The size in bytes of a body that does not fit into the socket's buffers while the client reads nothing."""
PATIENCE = 20.0


class Site:
    """A WSGI application, and the server that serves it."""

    def __init__(self) -> None:
        self.left = threading.Event()
        self.release = threading.Event()
        self.waits: list[str] = []
        """The paths of all requests that have waited or wait in a thread."""
        self.server: Server
        self.port = 0

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        """Answer /large with LARGE bytes, /who with the client's address, and other paths with the body of the request.

        /wait is answered when the client has left or the test sets `release`. A client that waited too long for a
        thread gets the answer "busy".
        """
        path, body = environ["PATH_INFO"], environ["wsgi.input"].read()
        if path == "/wait":
            self.waits.append(path)
            while not self.release.wait(0.01):
                if environ[CLIENT].has_left():
                    self.left.set()
                    break
        answer = bytes(LARGE) if path == "/large" else body or b"hello"
        answer = environ[CLIENT].address.encode() if path == "/who" else answer
        answer = b"busy" if environ.get(BUSY_NOW) else answer
        start_response("200 OK", [("Content-Length", str(len(answer))), ("Content-Type", "text/plain")])
        return [answer]

    def connect(self, data: bytes = b"", buffer: int = 0) -> socket.socket:
        """Open a connection and send data; `buffer` is the size of the receive buffer, or 0 for the usual size."""
        connection = socket.socket()
        if buffer:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        connection.settimeout(PATIENCE)
        connection.connect(("127.0.0.1", self.port))
        connection.sendall(data)
        return connection

    def answers(self) -> bool:
        """Return whether the server answers a new client."""
        with self.connect(GET) as connection:
            return connection.recv(1000).startswith(b"HTTP/1.1 200 OK")


@contextmanager
def site(trusted_proxies: tuple[str, ...] = (), **limits: Any) -> Iterator[Site]:
    """Yield a site, and serve it until the block ends. `limits` are the keys of ConnectionLimits."""
    served = Site()
    served.server = server_of(served, trusted_proxies, ConnectionLimits(**limits))
    sockets = listen("127.0.0.1", 0)
    served.port = sockets[0].getsockname()[1]
    thread = threading.Thread(target=served.server.run, args=(sockets,))
    thread.start()
    try:
        yield served
    finally:
        served.release.set()
        served.server.should_exit = True
        thread.join()


def closed(connection: socket.socket) -> bool:
    """Wait until the server closes a connection; return False if it is still open after PATIENCE seconds."""
    try:
        while connection.recv(2**16):
            pass
    except TimeoutError:
        return False
    except ConnectionError:
        return True
    return True


def until(condition: Callable[[], bool]) -> None:
    """Wait until the condition is true. Raise AssertionError after PATIENCE seconds."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("begin", "piece"),
    [
        (b"", b""),
        (b"GET / HT", b""),
        (b"GET / HTTP/1.1\r\n", b"a: b\r\n"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n", b"x"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    ],
    ids=["nothing", "a part", "headers", "a body", "chunks"],
)
def test_a_client_that_sends_slowly_is_disconnected_while_others_are_served(begin: bytes, piece: bytes) -> None:
    with site(idle_seconds=1, header_seconds=1, body_seconds=1) as served, served.connect(begin) as connection:
        end = time.monotonic() + PATIENCE
        connection.settimeout(0.2)
        while is_open(connection):
            assert time.monotonic() < end
            assert served.answers()
            with suppress(ConnectionError):
                connection.sendall(piece)


def is_open(connection: socket.socket) -> bool:
    """Return whether a connection is still open."""
    try:
        return connection.recv(1) != b""
    except TimeoutError:
        return True
    except ConnectionError:
        return False


def test_a_client_that_receives_nothing_of_an_answer_is_disconnected() -> None:
    request = GET.replace(b" / ", b" /large ")
    with site(stalled_seconds=1) as served, served.connect(request, buffer=2048) as connection:
        until(lambda: len(served.server._connections) == 1)
        until(lambda: not len(served.server._connections))
        assert served.answers()
        assert closed(connection)


def test_a_client_that_receives_an_answer_slowly_gets_all_of_it() -> None:
    request = GET.replace(b" / ", b" /large ")
    with site(stalled_seconds=2) as served, served.connect(request, buffer=2**16) as connection:
        received = 0
        while received < LARGE:
            received += len(connection.recv(2**18))
            time.sleep(0.05 if received < LARGE / 8 else 0)
        assert served.answers()


def test_unsent_answers_are_limited_in_all() -> None:
    # This is no GET, because all answers to GET would share one body.
    request = b"POST /large HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n"
    with site(unsent_bytes=3 * LARGE) as served:
        connections = [served.connect(request, buffer=2048) for _ in range(12)]
        until(lambda: len(served.server._connections) == 3)
        assert served.answers()
        for connection in connections:
            connection.close()


def test_a_new_client_is_answered_even_if_there_are_too_many_connections() -> None:
    with site(max_connections=20) as served:
        idle = [served.connect() for _ in range(60)]
        begun = [served.connect(b"GET / HTTP/1.1\r\n") for _ in range(60)]
        for _ in range(5):
            assert served.answers()
        assert len(served.server._connections) <= 20
        for connection in (*idle, *begun):
            connection.close()


def test_the_work_for_a_client_can_tell_that_the_client_has_left() -> None:
    with site() as served:
        connection = served.connect(b"POST /wait HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\nx")
        assert served.answers()
        assert not served.left.is_set()
        connection.close()
        assert served.left.wait(PATIENCE)


def test_a_request_that_waits_too_long_for_a_thread_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    head = b"HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\nx"
    with site() as served:
        working = [served.connect(b"POST /wait " + head) for _ in range(RUNNING_AT_ONCE)]
        until(lambda: len(served.waits) == RUNNING_AT_ONCE)
        monkeypatch.setattr("viz.app.asgi.THREAD_PATIENCE", 0.1)  # the requests before have their threads already
        with served.connect(b"POST /busy " + head) as waiting:
            received = b""
            while data := waiting.recv(1000):  # head and body may come one after the other
                received += data
                if received.endswith(b"busy"):
                    break
            assert received.endswith(b"busy")
        for connection in working:
            connection.close()


def test_many_requests_at_once_on_one_connection_are_answered_in_order() -> None:
    with site() as served, served.connect() as connection:
        bodies = [str(number).encode() for number in range(300)]
        requests = [b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%b" % (len(b), b) for b in bodies]
        connection.sendall(b"".join(requests))
        received = b""
        while received.count(b"HTTP/1.1 200 OK") < 300 or not received.endswith(b"\r\n\r\n299"):
            received += connection.recv(2**16)
        assert [part.rpartition(b"\r\n\r\n")[2] for part in received.split(b"HTTP/1.1 200 OK")[1:]] == bodies


def test_the_second_answer_on_a_connection_comes_at_once() -> None:
    with site() as served, served.connect() as connection:
        seconds = []
        for _ in range(20):
            began = time.monotonic()
            connection.sendall(GET)
            received = b""
            while not received.endswith(b"hello"):
                received += connection.recv(1000)
            seconds.append(time.monotonic() - began)
        assert min(seconds[1:]) < 0.03  # a delayed TCP acknowledgement would take 0.04 s


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        ((), "", "127.0.0.1 "),
        ((), "192.0.2.7", "127.0.0.1 "),
        (("10.0.0.0/8",), "192.0.2.7", "127.0.0.1"),
        (("127.0.0.1",), "192.0.2.7", "192.0.2.7"),
        (("127.0.0.0/8", "10.0.0.1"), "198.51.100.1, 192.0.2.7, 10.0.0.1", "192.0.2.7"),
        (("127.0.0.1",), "2001:db8::5", "2001:db8::/64"),
    ],
)
def test_only_a_trusted_proxy_says_who_asks(proxies: tuple[str, ...], forwarded: str, address: str) -> None:
    header = f"X-Forwarded-For: {forwarded}\r\n" if forwarded else ""
    with site(trusted_proxies=proxies) as served:
        request = f"GET /who HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{header}\r\n"
        with served.connect(request.encode()) as connection:
            answer = b"".join(iter(lambda: connection.recv(1000), b"")).decode().rpartition("\r\n\r\n")[2]
    assert answer.startswith(address)
    assert answer == address or address.endswith(" ")


def test_errors_of_accepting_are_logged_once_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    handler, loop = ErrorHandler(), asyncio.new_event_loop()
    out_of_files = {
        "message": "socket.accept() out of system resource",
        "exception": OSError(24, "Too many open files"),
    }
    for _ in range(1000):
        handler(loop, out_of_files)
        handler(loop, {"message": "x", "exception": ConnectionResetError()})
    handler(loop, {"message": "what was sent", "exception": ValueError("what was sent")})
    loop.close()
    assert caplog.messages == [
        "connections cannot be accepted: Too many open files",
        "a connection failed in the server: ValueError",
    ]


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"\x16\x03\x01\x02\x00",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\nx",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\n" + b"a: b\r\n" * 30_000,
        b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n",
        b"GET /?\xc3\xa4 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n" + b"a: b\r\n" * 100_000,
        b"POST /wait HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\nGET / HTTP/1.1\r\n" + b"a: b\r\n" * 100_000,
    ],
)
def test_data_that_is_no_request_is_refused_and_nothing_is_logged(
    request_bytes: bytes, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.WARNING), site(header_seconds=1, body_seconds=1, idle_seconds=1) as served:
        with served.connect() as connection:
            with suppress(ConnectionError):
                connection.sendall(request_bytes)
            assert closed(connection)
        assert served.answers()
    assert caplog.text + "".join(capfd.readouterr()) == ""
