"""Test the relay of the browser tests: it passes data on, and refuses connections while it is cut."""

from __future__ import annotations

import http.client
import http.server
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from tests.relay import Relay, relaying


@contextmanager
def serving_word(word: str, held: threading.Event | None = None) -> Iterator[str]:
    """Serve a word at every path and yield the URL. At /held, the second half of the word waits until `held` is set."""

    class Site(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(word)))
            self.end_headers()
            self.wfile.write(word[:2].encode())
            if held and self.path == "/held":
                held.wait(30)
            self.wfile.write(word[2:].encode())

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site) as site:
        threading.Thread(target=site.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{site.server_port}"
        site.shutdown()


@pytest.fixture
def connections() -> Iterator[ExitStack]:
    """Yield a stack that closes a test's connections when the test ends."""
    with ExitStack() as stack:
        yield stack


def connect(relay: Relay, connections: ExitStack) -> http.client.HTTPConnection:
    connection = http.client.HTTPConnection(relay.url.removeprefix("http://"), timeout=30)
    connections.callback(connection.close)
    return connection


def answer(connection: http.client.HTTPConnection, path: str = "/") -> str:
    connection.request("GET", path)
    return connection.getresponse().read().decode()


def test_a_connection_that_is_cut_ends_and_none_can_be_opened(connections: ExitStack) -> None:
    with serving_word("first") as first, serving_word("second") as second, relaying(first) as relay:
        connection = connect(relay, connections)
        assert [answer(connection), answer(connection)] == ["first", "first"]
        relay.cut()
        with pytest.raises((ConnectionError, http.client.RemoteDisconnected)):
            answer(connection)
        for _ in range(2):
            with pytest.raises(ConnectionRefusedError):
                answer(connect(relay, connections))
            relay.cut()
        relay.back()
        relay.back()
        connection = connect(relay, connections)
        assert answer(connection) == "first"
        relay.to(second)
        with pytest.raises((ConnectionError, http.client.RemoteDisconnected)):
            answer(connection)
        assert answer(connect(relay, connections)) == "second"


def test_an_answer_on_its_way_is_cut_too(connections: ExitStack) -> None:
    held = threading.Event()
    with serving_word("word", held) as site, relaying(site) as relay:
        connection = connect(relay, connections)
        connection.request("GET", "/held")
        reply = connection.getresponse()
        assert reply.read(2) == b"wo"
        relay.cut()
        with pytest.raises((http.client.IncompleteRead, ConnectionError)):
            reply.read()
        held.set()


def test_without_a_server_behind_it_a_connection_ends_at_once(connections: ExitStack) -> None:
    with serving_word("word") as site:
        pass
    with relaying(site) as relay, pytest.raises(ConnectionError):
        answer(connect(relay, connections))
