"""The load generator: what it finds on a page, and that it does not take a bad reply for a good one."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Callable, Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import brotli
import pytest

from tests.bench.cold import Sizes, explore, holds, named_in
from tests.bench.crowd import MAX_RATE, NEAR, largest
from tests.bench.report import Figure, told
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
def test_what_a_file_names_is_found(path: str, text: str, module: bool, names: tuple[str, ...]) -> None:
    assert named_in(path, text, module) == names


Talk = Callable[[str], Coroutine[Any, Any, Any]]


def talked(answers: Mapping[str, Sequence[bytes]], talk: Talk) -> Any:
    """What a talk with a server returns, which answers each path with these pieces, and closes after an empty one."""

    ends: list[asyncio.Task[Any] | None] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ends.append(asyncio.current_task())
        more = True
        while more and (head := await reader.readline()):
            while await reader.readline() != b"\r\n":
                pass
            for piece in answers[head.split()[1].decode()]:
                more = bool(piece)
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(0.01)
        writer.close()
        await writer.wait_closed()

    async def both() -> Any:
        async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
            try:
                return await talk(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
            finally:
                await asyncio.gather(*filter(None, ends), return_exceptions=True)

    with ThreadPoolExecutor(1) as thread:  # a browser test may have left a loop in this one
        return thread.submit(asyncio.run, both()).result()


def served(text: str) -> list[bytes]:
    """A reply."""
    return [f"HTTP/1.1 200 OK\r\nContent-Length: {len(text)}\r\n\r\n{text}".encode()]


def test_a_document_names_styles_scripts_and_modules() -> None:
    """What is preloaded is fetched once; what is in the document itself, or to be clicked, is not."""
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
    page = talked({path: served(text) for path, text in (files | others).items()}, explore)
    assert set(page.names) == files.keys() | others.keys()
    assert page.names["/m.mjs"] == ("/n.mjs", "/named.mjs")
    assert page.machines == ("one", "two")
    with pytest.raises(ValueError, match=r"the page is not whole: /: status 500"):
        talked({"/": [b"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n"]}, explore)


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
def test_a_visitor_knows_a_good_reply_from_a_bad_one(pieces: list[bytes], error: str | None) -> None:
    """Two requests, the second of them on the same connection where that is still open."""
    count_event, sizes = Tally(), Sizes()

    async def talk(url: str) -> list[Reply | None]:
        async with Visitor(url, count_event) as visitor:
            request, check = get(visitor.host, "/x"), sizes.check("/x")
            return [await visitor.fetch("file", request, check) for _ in range(2)]

    replies = talked({"/x": pieces}, talk)
    assert [reply.body if reply else None for reply in replies] == [None if error else b"ok"] * 2
    assert count_event.errors == ({f"file: {error}": 2} if error else {})
    assert len(count_event.waits["file"]) == (0 if error else 2)


@pytest.mark.parametrize(("encoding", "pack"), [("", bytes), ("br", brotli.compress), ("gzip", gzip.compress)])
def test_an_answer_without_a_run_is_an_error(encoding: str, pack: Callable[[bytes], bytes]) -> None:
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {encoding}".encode()
    check = holds(b'"trace":')
    assert check(Reply(head, pack(b'{"trace":{}}'))) is None
    assert "Busy" in (check(Reply(head, pack(b'{"error":"Busy."}'))) or "")


@pytest.mark.parametrize("most", [0.3, 4, 11, 50])
def test_the_largest_rate_is_found(most: float) -> None:
    assert most / NEAR <= largest(lambda rate: rate <= most) <= most


@pytest.mark.parametrize(("takes", "found"), [(False, 0), (True, MAX_RATE)])
def test_the_search_ends_for_a_server_that_takes_nobody_or_all(takes: bool, found: float) -> None:
    assert largest(lambda _: takes) == found


def test_of_several_rounds_no_error_is_hidden() -> None:
    rounds = [[Figure("time", time), Figure("errors", errors, largest=True)] for time, errors in ((3, 0), (2, 5))]
    assert [figure.value for figure in told(rounds)] == [2, 5]


def test_a_commit_that_is_not_there_ends_the_bench_with_one_line() -> None:
    with pytest.raises(SystemExit, match=r"^bench: git rev-parse --verify: .+$"), sides("no-such-commit"):
        pass
