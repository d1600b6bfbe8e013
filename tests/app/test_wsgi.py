"""Test the module that provides the page to a WSGI server with several processes."""

from __future__ import annotations

import importlib

import pytest

from viz.app import caching


def test_the_wsgi_module_serves_the_page(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for paths in ("first_paths", "later_paths"):
        monkeypatch.setattr(caching, paths, lambda *_: ())  # compressing all that a page may need takes ten seconds
    from viz.app import wsgi  # an import at the top would start a thread that other tests count

    assert "<title>tierscope" in wsgi.server.test_client().get("/").text
    wsgi.compressing.join()
    for path in ("/some/where/", "/some/where"):
        monkeypatch.setenv("TIERSCOPE_BASE_PATH", path)
        again = importlib.reload(wsgi)
        again.compressing.join()
        assert "<title>tierscope" in again.server.test_client().get("/some/where/").text
        assert again.server.test_client().get("/").status_code == 404
    monkeypatch.setenv("TIERSCOPE_BASE_PATH", "http://x/")
    with pytest.raises(SystemExit):
        importlib.reload(wsgi)
    assert capsys.readouterr().err.startswith("tierscope: TIERSCOPE_BASE_PATH: give a path such as /tierscope/")
