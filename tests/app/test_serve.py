"""Test the real program below a base path: many clients, requests that are too large, and what is left afterwards."""

from __future__ import annotations

import base64
import gzip
import json
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.app.endpoint import ask, body, send
from tests.serving import Server, serving
from viz.analysis.run import Run
from viz.app.http_policy import TOO_LARGE
from viz.topology import builtin, builtin_names
from viz.trace import wire
from viz.work.limits import MAX_DRAINED, MAX_REQUEST

SECRET = "what-the-visitor-sent"
LARGE = {
    "title": SECRET,
    "nodes": [{"id": n, "cpus": 1, "memory": 2**30} for n in range(65)],
    "distances": [[10 if a == b else 20 for b in range(65)] for a in range(65)],
}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """Yield a server whose page is at the base path /x/."""
    with serving("--base-path", "x") as running:
        running.url += "/x/"
        yield running


def test_the_program_prints_its_address(server: Server) -> None:
    assert f"tierscope is at {server.url}  " in server.output()


def test_the_same_question_gets_the_same_answer(server: Server) -> None:
    """The answer about a built-in machine is computed once. The key "asked" of a request does not change the answer."""
    request = {"topology": builtin_names()[0]}
    first, second, third = (ask(server.url, request | {"asked": moment})[1] for moment in (1, 2, "x" * 99))
    assert first["trace"]
    assert first == second == third


@pytest.mark.parametrize("how", ["length", "chunks"])
@pytest.mark.parametrize(("size", "status"), [(MAX_REQUEST, 400), (MAX_REQUEST + 1, 413), (5 * MAX_REQUEST, 413)])
def test_too_large_a_body_is_read_to_its_end_and_refused(server: Server, how: str, size: int, status: int) -> None:
    data = b" " * size
    chunks = (data[start : start + 2**16] for start in range(0, size, 2**16))
    replied, text = send(server.url, data if how == "length" else chunks)
    assert replied == status
    if status == 413:
        assert text.decode() == f"{TOO_LARGE}\n"


@pytest.mark.parametrize("length", [f"Content-Length: {MAX_DRAINED + 1}", "Transfer-Encoding: chunked"])
def test_no_body_is_read_without_end(server: Server, length: str) -> None:
    url = urlsplit(server.url)
    with socket.create_connection((url.hostname or "", url.port or 0), timeout=30) as connection:
        connection.sendall(f"POST {url.path} HTTP/1.1\r\nHost: localhost\r\n{length}\r\n\r\n".encode())
        piece = b"10000\r\n" + bytes(2**16) + b"\r\n"
        with suppress(ConnectionError):  # the server may have closed the connection already
            if "chunked" in length:
                for _ in range(2 * MAX_DRAINED // 2**16):
                    connection.sendall(piece)
            assert connection.recv(100).startswith(b"HTTP/1.1 413 ")


@pytest.mark.slow
def test_every_client_gets_its_own_answer(server: Server) -> None:
    """Many clients send requests at once, for several machines and kernels; two requests are for a large machine."""
    requests = [{"topology": name, "kernel": kernel} for name in builtin_names()[:3] for kernel in ("v5.15", "v6.12")]
    large = json.dumps(LARGE)
    with ThreadPoolExecutor() as threads:
        later = [threads.submit(ask, server.url, {"text": large, "kernel": kernel}) for kernel in ("posted", "v6.1")]
        for wanted, (status, play) in zip(
            requests * 4, threads.map(lambda request: ask(server.url, request), requests * 4), strict=True
        ):
            trace = Run.of(builtin(wanted["topology"]), wanted["kernel"]).trace()
            assert status == 200
            assert play["request"] == wanted
            assert wire.load(play["trace"]) == trace
        for kernel, answer in zip(("posted", "v6.1"), later, strict=True):
            play = json.loads(gzip.decompress(base64.b64decode(answer.result()[1]["packed"])))
            assert (play["kernel"], play["title"]) == (kernel, SECRET)


def open_files(process: Path) -> Iterator[str]:
    """Yield the paths of the files that a process has open, read from the process's folder in /proc."""
    for file in process.glob("fd/*"):
        with suppress(FileNotFoundError):  # the process has closed the file meanwhile
            yield str(file.readlink())


@pytest.mark.slow
def test_nothing_of_a_request_is_stored_or_printed_and_no_process_is_left(server: Server) -> None:
    assert ask(server.url, {"text": json.dumps(LARGE)})[0] == 200
    for data in (body({"text": SECRET}), body({"topology": SECRET, "kernel": SECRET}), {"output": SECRET}, SECRET):
        send(server.url, json.dumps(data), Cookie=f"a={SECRET}", Referer=SECRET)
        send(server.url, json.dumps(data), path=SECRET)
    process = Path(f"/proc/{server.process.pid}")
    started = [int(child) for task in process.glob("task/*/children") for child in task.read_text().split()]
    deleted = [file for file in open_files(process) if "(deleted)" in file and str(server.log) not in file]
    assert not deleted
    assert started or not process.exists()
    server.stop()
    assert server.process.returncode == 0
    assert server.output().count("\n") == 1
    end = time.monotonic() + 60
    while any(Path(f"/proc/{child}").exists() for child in started):
        assert time.monotonic() < end
        time.sleep(0.01)
