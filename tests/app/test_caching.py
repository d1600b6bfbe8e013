"""Test the caches of files, compressed files and answers about built-in machines, and the headers for browsers."""

from __future__ import annotations

import gzip
import re
from time import monotonic
from typing import Any

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.app.endpoint import body
from viz.app import caching, create_app, dispatcher
from viz.app.answers import Job, answer_job
from viz.app.caching import CHOICES, compress_ahead
from viz.app.compression import COMPRESSORS, BodyCache
from viz.resources import edition
from viz.topology import builtin_names

CALLBACK = "/_dash-update-component"
FIRST = builtin_names()[0]


@pytest.fixture
def server() -> Flask:
    """Return an application that no other test uses."""
    server: Flask = create_app().server
    return server


@pytest.fixture
def client(server: Flask) -> FlaskClient:
    """Return a client of the application."""
    return server.test_client()


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list to which the kind of each computed answer is appended."""
    kinds: list[str] = []

    def record(job: Job) -> dict[str, Any]:
        kinds.append(job.kind)
        return answer_job(job)

    monkeypatch.setattr(dispatcher, "answer_job", record)
    return kinds


@pytest.fixture
def compressed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list to which the size of each compressed body is appended."""
    sizes: list[int] = []
    for name, compress in list(COMPRESSORS.items()):

        def record(data: bytes, quality: int, compress: Any = compress) -> bytes:
            sizes.append(len(data))
            packed: bytes = compress(data, quality)
            return packed

        monkeypatch.setitem(COMPRESSORS, name, record)
    return sizes


def test_a_file_is_compressed_once_for_each_encoding(client: FlaskClient, compressed: list[int]) -> None:
    plain = client.get("/").data
    for _ in range(3):
        for coding, unpack in (("br", brotli.decompress), ("gzip", gzip.decompress)):
            with client.get("/", headers={"Accept-Encoding": coding}) as reply:
                assert reply.headers["Content-Encoding"] == coding
                assert unpack(reply.data) == plain
                assert reply.headers["Vary"] == "Accept-Encoding"
    assert compressed == [len(plain)] * 2


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("deflate", None),
        ("", None),
        ("identity", None),
    ],
)
def test_the_best_accepted_encoding_is_sent(client: FlaskClient, accepted: str, chosen: str | None) -> None:
    for _ in range(2):
        with client.get("/", headers={"Accept-Encoding": accepted}) as reply:
            assert reply.headers.get("Content-Encoding") == chosen


def test_a_browser_that_has_a_file_already_gets_304(client: FlaskClient) -> None:
    for path in ("/", "/_dash-layout", "/robots.txt"):
        with client.get(path, headers={"Accept-Encoding": "br"}) as reply:
            tag = reply.headers["ETag"]
        for header, status in ((tag, 304), ('"other"', 200)):
            with client.get(path, headers={"Accept-Encoding": "br", "If-None-Match": header}) as reply:
                assert reply.status_code == status, path
                assert bool(reply.data) is (status == 200)


def test_browsers_may_keep_only_what_never_changes(client: FlaskClient) -> None:
    page = client.get("/").text
    named = [path for path in re.findall(r'(?:src|href)="(/[^"?]+)', page) if path != "/"]
    assert len(named) > 5
    for path in named:
        with client.get(path) as reply:
            assert "immutable" in reply.headers["Cache-Control"], path
    renamed = next(path for path in named if "dash_renderer" in path).replace(".v", ".v9")
    for path in ("/", "/_dash-layout", "/_dash-dependencies", "/robots.txt", "/favicon.ico", renamed):
        with client.get(path) as reply:
            assert reply.headers["Cache-Control"] == "no-cache", path
    for path in ("/none", "/assets/0123456789/page.mjs", f"/assets/{edition()}/none.mjs"):
        with client.get(path) as reply:
            assert reply.headers["Cache-Control"] == "no-store"
    for path, question in ((CALLBACK, body({"topology": FIRST})), ("/ask/machines", {"topology": FIRST})):
        with client.post(path, json=question) as reply:
            assert reply.headers["Cache-Control"] == "no-store"


def test_an_answer_about_a_built_in_machine_is_computed_once(client: FlaskClient, computed: list[str]) -> None:
    replies = [
        client.post(CALLBACK, json=body({"topology": FIRST, "kernel": "v5.15", "asked": moment})).get_json()
        for moment in range(3)
    ]
    assert replies[0] == replies[1] == replies[2]
    assert replies[0]["response"]["play"]["data"]["kernel"] == "v5.15"
    client.post(CALLBACK, json=body({"topology": FIRST, "kernel": "v6.1"}))
    chart = {"topology": FIRST, "chart": "distances", "theme": "dark"}
    for _ in range(2):
        client.post(CALLBACK, json=body(chart, "chart-answer", "chart-request"))
        client.post("/ask/machines", json={"topology": FIRST})
    assert computed == ["play", "play", "chart", "machines"]


@pytest.mark.parametrize(
    "question",
    [
        {"text": "2 sockets: cpu+dram"},
        {"topology": FIRST, "name": "x"},
        {"topology": FIRST, "kernel": "6.1.192"},
        {"topology": "none"},
        {"topology": FIRST, "events": 0},
        {"topology": [FIRST]},
        {"topology": FIRST, "kernel": "x" * 3000},
        {"kernel": "v6.1"},
        [],
        None,
    ],
)
def test_any_other_answer_is_not_cached(client: FlaskClient, computed: list[str], question: Any) -> None:
    for _ in range(2):
        client.post(CALLBACK, json=body(question))
        client.post("/ask/machines", json=question)
    assert computed == ["play", "machines"] * 2


def test_a_refusal_is_not_cached(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    for answer in ({"error": "Busy.", "busy": True}, {"error": "No."}, {"kernel": "v6.1"}):
        monkeypatch.setattr(dispatcher.Dispatcher, "answer", lambda *_, answer=answer: answer)
        assert client.post("/ask/machines", json={"topology": FIRST}).json == answer
        reply = client.post(CALLBACK, json=body({"topology": FIRST})).get_json()
        assert reply["response"]["play"]["data"] == {**answer, "edition": edition()}
    monkeypatch.setattr(dispatcher.Dispatcher, "answer", lambda *_: {"error": "later"})
    assert client.post("/ask/machines", json={"topology": FIRST}).json == {"kernel": "v6.1"}


def test_the_number_of_questions_that_are_cached_is_limited() -> None:
    number = 1
    for values in CHOICES.values():
        number *= len(values) + 1
    assert number < 100_000


def test_the_body_used_longest_ago_is_dropped_first() -> None:
    cache = BodyCache(3, 10_000)
    for key in "abc":
        cache.put(key, key.encode(), "text/plain")
    cache.get("a")
    cache.put("d", b"d", "text/plain")
    assert [cache.get(key) is not None for key in "abcd"] == [True, False, True, True]
    cache.put("e", bytes(9_990), "application/octet-stream")
    assert sum(cache.get(key) is not None for key in "abcde") <= 3
    cache.put("f", bytes(20_000), "application/octet-stream")
    assert cache.get("f") is None


def test_the_same_body_is_stored_once() -> None:
    cache = BodyCache(10, 10_000)
    assert cache.put("a", b"x" * 2_000, "text/plain") is cache.put("b", b"x" * 2_000, "text/plain")


def test_no_visitor_waits_for_the_compression_of_known_files(
    server: Flask, compressed: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    script = "/_dash-component-suites/plotly/package_data/plotly.min.js"
    monkeypatch.setattr(caching, "later_paths", lambda base: [f"{base}none", script])
    monkeypatch.setattr(caching, "QUIET_SECONDS", 0.01)
    compress_ahead(server, "/").join()
    before = len(compressed)
    for path in ("/", script):
        for coding in ("br", "gzip"):
            with server.test_client().get(path, headers={"Accept-Encoding": coding}) as reply:
                assert reply.headers["Content-Encoding"] == coding
    assert len(compressed) == before


def test_what_is_needed_later_waits_until_nobody_requests_anything(
    server: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    rests: list[float] = []

    def rest(seconds: float) -> None:
        rests.append(seconds)
        if len(rests) < 3:
            server.test_client().get("/")  # a visitor comes meanwhile
        else:
            monkeypatch.setattr(caching, "QUIET_SECONDS", 0.0)

    monkeypatch.setattr(caching, "later_paths", lambda base: [f"{base}talks.json"])
    monkeypatch.setattr(caching, "QUIET_SECONDS", 60.0)
    monkeypatch.setattr(caching, "MOST_SECONDS", 1000.0)
    monkeypatch.setattr(caching, "sleep", rest)
    compress_ahead(server, "/").join()
    assert len(rests) == 3
    assert all(50 < seconds <= 60 for seconds in rests)
    assert server.extensions["tierscope.caches"].files.get("/talks.json")


@pytest.mark.slow
def test_visitors_without_a_pause_put_off_what_is_needed_later_only_for_a_while(
    server: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [monotonic()]

    def rest(seconds: float) -> None:
        clock[0] += min(seconds, 2.0)
        server.test_client().get("/")

    monkeypatch.setattr(caching, "later_paths", lambda base: [f"{base}talks.json", f"{base}stories.json"])
    monkeypatch.setattr(caching, "monotonic", lambda: clock[0])
    monkeypatch.setattr(caching, "sleep", rest)
    begin = clock[0]
    compress_ahead(server, "/").join()
    assert server.extensions["tierscope.caches"].files.get("/talks.json")
    assert clock[0] - begin == pytest.approx(2 * caching.MOST_SECONDS)


def test_nothing_is_cached_in_debug_mode(server: Flask, compressed: list[int]) -> None:
    server.debug = True
    client = server.test_client()
    with client.get("/", headers={"Accept-Encoding": "br"}) as reply:
        assert "ETag" not in reply.headers
    assert not compressed
