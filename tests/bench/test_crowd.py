"""Test the load generator: it finds all files of a page, and it counts every bad reply as an error."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Callable, Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import brotli
import pytest

from tests.bench.cold import Sizes, explore, holds, named_in
from tests.bench.crowd import MAX_RATE, NEAR, largest_rate
from tests.bench.report import Figure, best, show
from tests.bench.sides import sides
from tests.bench.visitor import Reply, Tally, Visitor, get

GOOD = [b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"]


@pytest.mark.parametrize(
    ("path", "text", "module", "names"),
    [
        ("/a/b.mjs", 'import { c } from "./c.mjs";\nimport "../d.mjs";', True, ("/a/c.mjs", "/d.mjs")),
        ("/a/b.mjs", 'import{c,\nd as e}from"./c.mjs";export*from"./d.mjs"', True, ("/a/c.mjs", "/a/d.mjs")),
        ("/a/b.mjs", 'import * as c from "./c.mjs"; import { d } from "./c.mjs";', True, ("/a/c.mjs",)),
        ("/a/b.mjs", 'const later = import("./c.mjs"); export const d = "./d.mjs";', True, ()),
        ("/a/b.js", 'import "./c.mjs";', False, ()),
        (
            "/b.css?m=1",
            '@import "c.css"; p { background: url(data:x), url(#y) } q { src: url("/d") }',
            False,
            ("/c.css", "/d"),
        ),
    ],
)
def test_the_files_that_a_file_refers_to_are_found(path: str, text: str, module: bool, names: tuple[str, ...]) -> None:
    assert named_in(path, text, module) == names


Client = Callable[[str], Coroutine[Any, Any, Any]]
"""A coroutine function that is given the address of a server."""


def with_server(answers: Mapping[str, Sequence[bytes]], client: Client) -> Any:
    """Start a server, call the client with its address, and return the client's result.

    `answers` holds for each path the pieces of bytes that the server sends. An empty piece closes the connection.
    """
    tasks: list[asyncio.Task[Any] | None] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.append(asyncio.current_task())
        keep_open = True
        while keep_open and (head := await reader.readline()):
            while await reader.readline() != b"\r\n":
                pass
            for piece in answers[head.split()[1].decode()]:
                keep_open = bool(piece)
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(0.01)
        writer.close()
        await writer.wait_closed()

    async def serve_client() -> Any:
        async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
            try:
                return await client(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
            finally:
                await asyncio.gather(*filter(None, tasks), return_exceptions=True)

    # An event loop of a browser test may still run in this thread, so the client runs in another thread.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, serve_client()).result()


def reply(text: str) -> list[bytes]:
    """Return the pieces of a good reply."""
    return [f"HTTP/1.1 200 OK\r\nContent-Length: {len(text)}\r\n\r\n{text}".encode()]


def test_the_styles_scripts_and_modules_of_a_document_are_found() -> None:
    """Preloaded files are fetched once; inline content and links to other pages are not fetched."""
    files = {
        "/": '<link rel="stylesheet" href="s.css"><link rel="icon" href="data:x"><script src="plain.js"></script>'
        '<link rel="modulepreload" href="m.mjs"><script type="module">import "./i.mjs"</script><a href="else">x</a>'
        '<script type="importmap">{"imports": {"#named": "/named.mjs"}}</script>'
        '<script type="module" src="m.mjs"></script><select id="topology"><option value="one"><option value="two">'
        '</select><select id="kernel"><option value="three"></select>',
        "/s.css": "p { background: url(back.svg) }",
        "/m.mjs": 'import "./n.mjs"; import { a } from "#named";',
        "/plain.js": 'import "./not.mjs"',
    }
    others = dict.fromkeys(("/back.svg", "/i.mjs", "/n.mjs", "/named.mjs"), "")
    page = with_server({path: reply(text) for path, text in (files | others).items()}, explore)
    assert set(page.names) == files.keys() | others.keys()
    assert page.names["/m.mjs"] == ("/n.mjs", "/named.mjs")
    assert page.machines == ("one", "two")
    with pytest.raises(ValueError, match=r"the page is not whole: /: status 500"):
        with_server({"/": [b"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n"]}, explore)


@pytest.mark.parametrize(
    ("pieces", "error"),
    [
        (GOOD, None),
        ([b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n", b"\r\n1\r\no\r\n1", b"\r\nk\r\n0\r\n", b"\r\n"], None),
        ([b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok", b""], None),
        ([*GOOD, b""], None),
        ([b"HTTP/1.1 503 Busy\r\nContent-Length: 2\r\n\r\nno"], "status 503"),
        ([b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\noh no"], "a reply that cannot be read: longer than it says"),
        ([b"HTTP/1.1 200 OK\r\n\r\nok"], "a reply that cannot be read: no length"),
        ([b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no", b""], "the server closed the connection"),
        ([b""], "the server closed the connection"),
        ([b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"], "an empty file"),
    ],
)
def test_a_visitor_counts_good_replies_and_errors(pieces: list[bytes], error: str | None) -> None:
    """The visitor sends two requests, the second over the same connection if it is still open."""
    tally, sizes = Tally(), Sizes()

    async def fetch_twice(url: str) -> list[Reply | None]:
        async with Visitor(url, tally) as visitor:
            request, check = get(visitor.host, "/x"), sizes.check("/x")
            return [await visitor.fetch("file", request, check) for _ in range(2)]

    replies = with_server({"/x": pieces}, fetch_twice)
    assert [found.body if found else None for found in replies] == [None if error else b"ok"] * 2
    assert tally.errors == ({f"file: {error}": 2} if error else {})
    assert len(tally.waits["file"]) == (0 if error else 2)


@pytest.mark.parametrize(("encoding", "pack"), [("", bytes), ("br", brotli.compress), ("gzip", gzip.compress)])
def test_an_answer_without_a_run_is_an_error(encoding: str, pack: Callable[[bytes], bytes]) -> None:
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {encoding}".encode()
    check = holds(b'"trace":')
    assert check(Reply(head, pack(b'{"trace":{}}'))) is None
    assert "Busy" in (check(Reply(head, pack(b'{"error":"Busy."}'))) or "")


@pytest.mark.parametrize("limit", [0.3, 4, 11, 50])
def test_the_largest_rate_is_found(limit: float) -> None:
    assert limit / NEAR <= largest_rate(lambda rate: rate <= limit) <= limit


@pytest.mark.parametrize(("goes_well", "expected"), [(False, 0), (True, MAX_RATE)])
def test_the_search_ends_if_every_rate_or_no_rate_goes_well(goes_well: bool, expected: float) -> None:
    assert largest_rate(lambda _: goes_well) == expected


def test_the_best_of_several_rounds_keeps_errors() -> None:
    rounds = [[Figure("time", time), Figure("errors", errors, largest=True)] for time, errors in ((3, 0), (2, 5))]
    assert [figure.value for figure in best(rounds)] == [2, 5]


def test_what_goes_beyond_its_limit_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    beyond: list[str] = []
    monkeypatch.setattr("tests.bench.report.BEYOND", beyond)
    figures = [Figure("wait", 3, limit=2), Figure("rate", 9), Figure("errors", 0, limit=0)]
    show({"now": figures})
    show({"now": figures[1:], "other": figures})
    assert beyond == ["wait"]
    show({"now": figures, "other": figures})
    assert beyond == ["wait", "wait"]


def test_an_unknown_commit_ends_the_bench_with_one_line() -> None:
    with pytest.raises(SystemExit, match=r"^bench: git rev-parse --verify: .+$"), sides("no-such-commit"):
        pass
