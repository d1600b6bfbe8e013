"""The real program under a path of its own, asked by strangers: too much, at once, and while it ends."""

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
def hall() -> Iterator[Server]:
    """A server below /x/."""
    with serving("--base-path", "x") as it:
        it.url += "/x/"
        yield it


def test_it_says_where_it_is(hall: Server) -> None:
    assert f"tierscope is at {hall.url}  " in hall.said()


def test_what_is_asked_again_is_answered_alike(hall: Server) -> None:
    """The answer about a built-in machine is made once; when it was asked for does not matter to it."""
    request = {"topology": builtin_names()[0]}
    one, other, third = (ask(hall.url, request | {"asked": moment})[1] for moment in (1, 2, "x" * 99))
    assert one["trace"]
    assert one == other == third


@pytest.mark.parametrize("how", ["length", "chunks"])
@pytest.mark.parametrize(("size", "status"), [(MAX_REQUEST, 400), (MAX_REQUEST + 1, 413), (5 * MAX_REQUEST, 413)])
def test_too_much_is_heard_to_the_end_and_refused(hall: Server, how: str, size: int, status: int) -> None:
    data = b" " * size
    chunks = (data[start : start + 2**16] for start in range(0, size, 2**16))
    found, said = send(hall.url, data if how == "length" else chunks)
    assert found == status
    if status == 413:
        assert said.decode() == f"{TOO_LARGE}\n"


@pytest.mark.parametrize("length", [f"Content-Length: {MAX_DRAINED + 1}", "Transfer-Encoding: chunked"])
def test_nobody_is_heard_without_end(hall: Server, length: str) -> None:
    where = urlsplit(hall.url)
    with socket.create_connection((where.hostname or "", where.port or 0), timeout=30) as line:
        line.sendall(f"POST {where.path} HTTP/1.1\r\nHost: localhost\r\n{length}\r\n\r\n".encode())
        piece = b"10000\r\n" + bytes(2**16) + b"\r\n"
        with suppress(ConnectionError):  # it may have left already
            if "chunked" in length:
                for _ in range(2 * MAX_DRAINED // 2**16):
                    line.sendall(piece)
            assert line.recv(100).startswith(b"HTTP/1.1 413 ")


def test_everybody_gets_what_they_asked_for(hall: Server) -> None:
    """Eight visitors at once, each with another machine and kernel; two of them with a large one."""
    asked = [{"topology": name, "kernel": kernel} for name in builtin_names()[:3] for kernel in ("v5.15", "v6.12")]
    large = json.dumps(LARGE)
    with ThreadPoolExecutor() as threads:
        later = [threads.submit(ask, hall.url, {"text": large, "kernel": kernel}) for kernel in ("posted", "v6.1")]
        for wanted, (status, play) in zip(
            asked * 4, threads.map(lambda one: ask(hall.url, one), asked * 4), strict=True
        ):
            trace = Run.of(builtin(wanted["topology"]), wanted["kernel"]).trace()
            assert status == 200
            assert play["request"] == wanted
            assert wire.load(play["trace"]) == trace
        for kernel, answer in zip(("posted", "v6.1"), later, strict=True):
            play = json.loads(gzip.decompress(base64.b64decode(answer.result()[1]["packed"])))
            assert (play["kernel"], play["title"]) == (kernel, SECRET)


def open_files(process: Path) -> Iterator[str]:
    """What a process of /proc has open; it may close one meanwhile."""
    for file in process.glob("fd/*"):
        with suppress(FileNotFoundError):
            yield str(file.readlink())


def test_nothing_is_kept_or_said_and_no_process_is_left(hall: Server) -> None:
    assert ask(hall.url, {"text": json.dumps(LARGE)})[0] == 200
    for data in (body({"text": SECRET}), body({"topology": SECRET, "kernel": SECRET}), {"output": SECRET}, SECRET):
        send(hall.url, json.dumps(data), Cookie=f"a={SECRET}", Referer=SECRET)
        send(hall.url, json.dumps(data), path=SECRET)
    process = Path(f"/proc/{hall.process.pid}")
    started = [int(child) for task in process.glob("task/*/children") for child in task.read_text().split()]
    kept = [file for file in open_files(process) if "(deleted)" in file and str(hall.log) not in file]
    assert not kept
    assert started or not process.exists()
    hall.stop()
    assert hall.process.returncode == 0
    assert hall.said().count("\n") == 1
    end = time.monotonic() + 60
    while any(Path(f"/proc/{child}").exists() for child in started):
        assert time.monotonic() < end
        time.sleep(0.01)
