"""The page as a WSGI server with several processes takes it."""

from __future__ import annotations

import importlib

import pytest


def test_it_is_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    from viz.app import wsgi  # here: importing it compresses, in a thread of its own, while other tests count that

    assert "<title>tierscope" in wsgi.server.test_client().get("/").text
    wsgi.compressing.join()
    monkeypatch.setenv("TIERSCOPE_BASE_PATH", "/some/where/")
    again = importlib.reload(wsgi)
    again.compressing.join()
    assert "<title>tierscope" in again.server.test_client().get("/some/where/").text
    assert again.server.test_client().get("/").status_code == 404
