"""Test the Python that a server offers to its pages: the files, their headers, and what is not served."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from viz.app import create_app
from viz.app.caching import IMMUTABLE
from viz.app.fallback import Fallback
from viz.page.content_policy import WORKER_POLICY

FILES = {
    "python/1/files.json": b'{"place": "python/2/"}',
    "python/2/worker.mjs": b"// the worker",
    "python/2/packages.zip": b"PK",
    "python/2/pyodide.asm.wasm.gz": b"\x1f\x8b",
}
BASE = "/x/"


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    """Return a client of a page that keeps Python."""
    fallback = Fallback(FILES, "python/1/files.json", "python/2/worker.mjs")
    client: FlaskClient = create_app(base=BASE, fallback=fallback).server.test_client()
    return client


def test_the_files_are_served_as_they_are_and_may_be_kept_for_ever(client: FlaskClient) -> None:
    for _ in range(2):  # the second reply comes from the cache
        for path, data in FILES.items():
            reply = client.get(f"{BASE}{path}")
            assert (reply.status_code, reply.data) == (200, data)
            assert reply.headers["Cache-Control"] == IMMUTABLE
            assert "Content-Encoding" not in reply.headers


def test_the_worker_alone_may_start_wasm(client: FlaskClient) -> None:
    for path in (*FILES, ""):
        policy = client.get(f"{BASE}{path}").headers.get("Content-Security-Policy", "")
        assert (policy == WORKER_POLICY) == ("wasm-unsafe-eval" in policy) == (path == "python/2/worker.mjs")


@pytest.mark.parametrize(
    "path",
    ["python/", "python/1/", "python/2", "python/1/other", "python/../site.json", "python/%2e%2e/x", "site.json"],
)
def test_nothing_else_is_served(client: FlaskClient, path: str) -> None:
    assert client.get(f"{BASE}{path}").status_code == 404
    assert client.get(f"/{path}").status_code == 404
    assert client.post(f"{BASE}python/2/worker.mjs").status_code == 405


def test_the_page_differs_in_one_attribute_only(client: FlaskClient) -> None:
    plain = create_app(base=BASE).server.test_client()
    with_python, without = (one.get(BASE).text.partition('<template id="dash"')[0] for one in (client, plain))
    assert with_python.replace(' data-python="python/1/files.json"', "") == without != with_python
    assert plain.get(f"{BASE}python/1/files.json").status_code == 404
