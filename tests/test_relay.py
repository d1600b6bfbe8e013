"""Test the relay of the browser tests: what it passes on, and how it refuses connections while it is cut."""

from __future__ import annotations

import http.client
import http.server
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from tests.relay import Relay, relaying


@contextmanager
def saying(word: str, held: threading.Event | None = None) -> Iterator[str]:
    """Serve a word at every path and yield the URL; at /held, send the second half of it once `held` is set."""

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
def lines() -> Iterator[ExitStack]:
    """Yield a stack that closes the connections that a test opens."""
    with ExitStack() as stack:
        yield stack


def connect(relay: Relay, lines: ExitStack) -> http.client.HTTPConnection:
    line = http.client.HTTPConnection(relay.url.removeprefix("http://"), timeout=30)
    lines.callback(line.close)
    return line


def answer(line: http.client.HTTPConnection, path: str = "/") -> str:
    line.request("GET", path)
    return line.getresponse().read().decode()


def test_a_line_that_is_cut_ends_and_none_can_be_opened(lines: ExitStack) -> None:
    with saying("first") as first, saying("second") as second, relaying(first) as relay:
        line = connect(relay, lines)
        assert [answer(line), answer(line)] == ["first", "first"]
        relay.cut()
        with pytest.raises((ConnectionError, http.client.RemoteDisconnected)):
            answer(line)
        for _ in range(2):
            with pytest.raises(ConnectionRefusedError):
                answer(connect(relay, lines))
            relay.cut()
        relay.back()
        relay.back()
        line = connect(relay, lines)
        assert answer(line) == "first"
        relay.to(second)
        with pytest.raises((ConnectionError, http.client.RemoteDisconnected)):
            answer(line)
        assert answer(connect(relay, lines)) == "second"


def test_an_answer_on_its_way_is_cut_too(lines: ExitStack) -> None:
    held = threading.Event()
    with saying("word", held) as site, relaying(site) as relay:
        line = connect(relay, lines)
        line.request("GET", "/held")
        reply = line.getresponse()
        assert reply.read(2) == b"wo"
        relay.cut()
        with pytest.raises((http.client.IncompleteRead, ConnectionError)):
            reply.read()
        held.set()


def test_without_a_server_behind_it_a_line_ends_at_once(lines: ExitStack) -> None:
    with saying("word") as site:
        pass
    with relaying(site) as relay, pytest.raises(ConnectionError):
        answer(connect(relay, lines))
