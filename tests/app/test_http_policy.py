"""Test the HTTP policy at every base path: which files are served, limits, headers, and errors of one line."""

from __future__ import annotations

import logging
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.app.endpoint import body
from viz import resources
from viz.app import create_app
from viz.app.hosts import Hosts
from viz.app.http_policy import FOREIGN_HOST, TOO_LARGE
from viz.resources import edition
from viz.topology import builtin_names
from viz.work.limits import MAX_REQUEST

BASES = ("/", "/x/", "/a.b/c_d/")
SECRET = "what-the-visitor-sent"


@pytest.fixture(scope="module", params=BASES)
def base(request: pytest.FixtureRequest) -> str:
    """Return a base path at which the page is served."""
    path: str = request.param
    return path


@pytest.fixture(scope="module")
def client(base: str) -> FlaskClient:
    """Return a client of the page at the base path."""
    server: Flask = create_app(base=base).server
    return server.test_client()


def test_every_file_that_the_page_links_to_is_served(base: str, client: FlaskClient) -> None:
    page = client.get(base)
    named = re.findall(r'(?:src|href)="(/[^"]*)"', page.text)
    assert len(named) > 5
    assert all(path.startswith(base) for path in named)
    for path in [*named, f"{base}_dash-layout", f"{base}_dash-dependencies", f"{base}?embed=1"]:
        with client.get(path) as reply:
            assert reply.status_code == 200, path
    assert client.get(f"{base}robots.txt").text.startswith("User-agent")
    assert client.get(f"{base}favicon.ico").text.startswith("<svg")
    answer = client.post(f"{base}_dash-update-component", json=body({"topology": builtin_names()[0]}))
    assert answer.get_json()["response"]["play"]["data"]["trace"]


def test_any_other_path_is_not_found(base: str, client: FlaskClient) -> None:
    for path in ("nope", "a/b/c", "assets/", "assets/../viz", "_dash-component-suites/dash/x.js", "%00", SECRET):
        reply = client.get(base + path)
        assert (reply.status_code, reply.mimetype) == (404, "text/plain")
        assert reply.text == f"There is nothing here; the page is at {base}.\n"
    if base != "/":
        assert client.get("/").status_code == client.get(f"/assets/{edition()}/page.mjs").status_code == 404
        for given, kept in (
            ("embed=1&theme=dark", "?embed=1&theme=dark"),
            (f"embed={SECRET}&theme=light", "?theme=light"),
        ):
            bare = client.get(f"{base.rstrip('/')}?{given}")
            assert (bare.status_code, bare.headers["Location"]) == (308, f"{base}{kept}")


def test_the_size_of_a_request_is_limited(base: str, client: FlaskClient) -> None:
    for size, status in ((MAX_REQUEST, 400), (MAX_REQUEST + 1, 413)):
        reply = client.post(f"{base}_dash-update-component", data=b" " * size, content_type="application/json")
        assert reply.status_code == status
    assert reply.text == f"{TOO_LARGE}\n"


@pytest.mark.parametrize(
    "data",
    ["{", f'"{SECRET}"', "{}", "[" * 100_000, f'{{"output": "{SECRET}"}}', '{"output": "play.data", "inputs": 5}'],
)
def test_a_request_that_is_not_understood_is_answered_in_one_line(
    base: str, client: FlaskClient, data: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG):
        for kind, status in (("application/json", 400), (SECRET, 415)):
            reply = client.post(f"{base}_dash-update-component?{SECRET}", data=data, content_type=kind)
            assert reply.status_code == status
            assert reply.text.count("\n") == 1
            assert SECRET not in reply.text
    assert caplog.text + "".join(capfd.readouterr()) == ""


@pytest.mark.parametrize("name", ["versions", "whole", "readers"])
@pytest.mark.parametrize(
    "data",
    ["[" * 100_000, '{"a":' * 100_000, *('{"topology": ' + "[" * n + "]" * n + "}" for n in (64, 900, 9_000))],
    ids=["lists", "tables", "64", "900", "9000"],
)
def test_a_question_with_too_many_levels_is_refused(
    base: str, client: FlaskClient, name: str, data: str, capfd: pytest.CaptureFixture[str]
) -> None:
    reply = client.post(f"{base}ask/{name}", data=data, content_type="application/json")
    assert reply.status_code == 400
    assert reply.text == "The server does not understand this request.\n"
    assert "".join(capfd.readouterr()) == ""


def test_every_answer_keeps_other_sites_out(base: str, client: FlaskClient) -> None:
    for path in (base, f"{base}none", f"{base}robots.txt", f"{base}assets/{edition()}/page.mjs"):
        with client.get(path) as reply:
            assert reply.headers["Cross-Origin-Resource-Policy"] == "same-origin"
            assert reply.headers["Cross-Origin-Opener-Policy"] == "same-origin"
            assert reply.headers["X-Content-Type-Options"] == "nosniff"
            assert reply.headers["Referrer-Policy"] == "no-referrer"
            assert reply.headers["Tierscope-Edition"] == edition()
            assert "Server" not in reply.headers


def test_only_an_embedded_page_may_be_in_a_frame_and_there_of_a_file_too(base: str, client: FlaskClient) -> None:
    for query, ancestors in (("", "'none'"), ("?embed=0", "'none'"), ("?embed=1&theme=dark", "* file:")):
        policy = client.get(f"{base}{query}").headers["Content-Security-Policy"]
        assert policy.endswith(f"; frame-ancestors {ancestors}")


def test_nothing_that_was_sent_is_in_a_redirect(base: str, client: FlaskClient) -> None:
    for path in (f"{base}a/b//x", f"{base}/x", f"{base}assets//x", base.rstrip("/"), f"{base.rstrip('/')}?{SECRET}"):
        for host in ("localhost", f"{SECRET}.example"):
            reply = client.get(path, headers={"Host": host})
            assert SECRET not in reply.headers.get("Location", "")
            assert reply.status_code in (200, 308, 404)
            if reply.status_code == 308:
                assert reply.headers["Location"] == base


def test_on_a_loopback_address_a_foreign_name_is_not_answered() -> None:
    client = create_app(hosts=Hosts.of("127.0.0.1", ("tierscope.example",))).server.test_client()
    client.get("/")
    for host, status in (("evil.example", 421), ("127.0.0.1:8050", 200), ("tierscope.example", 200)):
        for path in ("/", "/robots.txt", "/_dash-layout"):
            reply = client.get(path, headers={"Host": host})
            assert reply.status_code == status, (host, path)
        answer = client.post("/ask/machines", json={"topology": builtin_names()[0]}, headers={"Host": host})
        assert answer.status_code == status
    assert client.get("/", headers={"Host": "evil.example"}).text == f"{FOREIGN_HOST}\n"


def test_a_fault_of_the_server_is_logged_without_the_request(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    server = create_app().server

    def fail() -> str:
        raise ValueError(SECRET)

    server.add_url_rule("/fail", "fail", fail)
    with caplog.at_level(logging.DEBUG):
        reply = server.test_client().get(f"/fail?{SECRET}")
    assert (reply.status_code, reply.text.count("\n")) == (500, 1)
    assert caplog.messages[0].startswith("a request failed: ValueError in test_http_policy.py line")
    assert SECRET not in reply.text + caplog.text + "".join(capfd.readouterr())


def test_a_browser_may_keep_modules_but_not_the_page(base: str, client: FlaskClient) -> None:
    """The path of the page's modules contains a hash of their contents; the page itself is requested each time."""
    page = client.get(base)
    *_, module = re.findall(r'type="module" src="([^"]+)"', page.text)
    assert module == f"{base}assets/{edition()}/page.mjs"
    with client.get(module) as reply:
        assert "immutable" in reply.headers["Cache-Control"]
    for path in (base, f"{base}assets/0123456789/page.mjs", module.replace("page.mjs", "none.mjs")):
        with client.get(path) as reply:
            assert "immutable" not in reply.headers.get("Cache-Control", "")


def test_other_contents_make_another_edition(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tools").mkdir()
    monkeypatch.setattr(resources, "assets", lambda: tmp_path)
    editions = {edition()}
    for name, text in (("a.mjs", "1"), ("a.mjs", "2"), ("tools/a.mjs", "2"), ("b.mjs", "")):
        (tmp_path / name).write_text(text)
        editions.add(edition())
    assert len(editions) == 5
