"""Test what a server of followers keeps of its speaker, whom it believes, and what followers are told."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask, Response, jsonify, request
from flask.testing import FlaskClient

from tests.app.endpoint import body
from viz.app import create_app
from viz.app import following as module
from viz.app.asgi import call_wsgi, environ_of
from viz.app.callbacks import CLIENT, SHARED
from viz.app.dispatcher import Client
from viz.app.following import AWAY_AFTER, MAX_PLACE, Following, run_of
from viz.topology import builtin
from viz.topology.link import pack

PLACE = "#topology=two-sockets-three-classes&kernel=v6.1&zonelists=runtime&step=31"
OWN = f"#machine={pack(builtin('two-sockets-three-classes'))}&kernel=posted&zonelists=runtime&step=31"


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    """Return the clock of `following`."""
    return Clock()


@pytest.fixture
def following(clock: Clock) -> Following:
    """Return the record of a speaker's page as it is before the speaker has come."""
    return Following("tierscope.example.org", clock)


@pytest.fixture
def client(following: Following) -> FlaskClient:
    """Return a client of a server that `following` belongs to."""
    server: Flask = create_app(base="/x/", following=following).server
    return server.test_client()


def say(client: FlaskClient, following: Following, **values: Any) -> tuple[int, str]:
    """Send a word of the speaker's page; return the status and the line of the answer."""
    reply = client.post("/x/follow", json={"token": following.token, "tab": "a1", **values})
    return reply.status_code, reply.text.strip()


def told(client: FlaskClient) -> tuple[str, str]:
    """Return the place that followers are told, and whether the speaker is there."""
    document = client.get("/x/follow").get_json()
    assert set(document) == {"place", "speaker"}
    return document["place"], document["speaker"]


def test_followers_are_told_where_the_speaker_is(client: FlaskClient, following: Following, clock: Clock) -> None:
    assert told(client) == ("", "none")
    assert say(client, following, claims=True) == (200, "{}")
    assert told(client) == ("", "here")
    assert say(client, following, place=PLACE)[0] == 200
    assert told(client) == (PLACE, "here")
    clock.now += AWAY_AFTER + 1
    assert told(client) == (PLACE, "away")
    assert say(client, following)[0] == 200
    assert told(client) == (PLACE, "here")
    assert say(client, following, leaves=True)[0] == 200
    assert told(client) == (PLACE, "away")


def test_an_answer_that_has_not_changed_is_not_sent_again(client: FlaskClient, following: Following) -> None:
    say(client, following, place=PLACE)
    first = client.get("/x/follow")
    assert first.headers["Cache-Control"] == "no-store"
    tag = {"If-None-Match": first.headers["ETag"]}
    assert client.get("/x/follow", headers=tag).status_code == 304
    version = following.version()
    say(client, following, place=PLACE.replace("31", "32"))
    assert following.version() > version
    assert following.version_of("/x/")("/x/follow") == following.version()
    assert following.version_of("/x/")("/x/") == 0
    again = client.get("/x/follow", headers=tag)
    assert (again.status_code, again.get_json()["place"][-2:]) == (200, "32")


@pytest.mark.parametrize("token", ["", "wrong", "é", "\ud800", None, 5, ["x"]])
def test_nobody_without_the_token_is_heard(client: FlaskClient, following: Following, token: object) -> None:
    status, line = say(client, following, token=token, claims=True, place=PLACE)
    assert (status, line.count("\n")) == (403 if isinstance(token, str) else 400, 0)
    assert told(client) == ("", "none")


@pytest.mark.parametrize(
    "wrong",
    [
        {"tab": ""},
        {"tab": "../x"},
        {"tab": 5},
        {"place": 5},
        {"place": "topology=x"},
        {"place": "#\n"},
        {"place": "#é"},
        {"place": "#" + "x" * (MAX_PLACE + 1)},
    ],
    ids=str,
)
def test_what_is_not_understood_changes_nothing(
    client: FlaskClient, following: Following, wrong: dict[str, object]
) -> None:
    say(client, following, place=PLACE)
    assert say(client, following, **wrong) == (400, "The server does not understand this request.")
    assert told(client) == (PLACE, "here")


@pytest.mark.parametrize("data", ["", "[]", "{", "null", '"x"', '{"token": {}}'])
def test_garbage_is_refused_in_one_line(client: FlaskClient, data: str) -> None:
    reply = client.post("/x/follow", data=data, content_type="application/json")
    assert (reply.status_code, reply.text.count("\n")) == (400, 1)


def test_a_machine_of_the_speakers_own_is_shown_once_the_speaker_agrees(
    client: FlaskClient, following: Following
) -> None:
    say(client, following, place=PLACE)
    assert say(client, following, place=OWN)[0] == 403
    assert say(client, following, place=OWN, agreed="yes")[0] == 403
    assert told(client) == (PLACE, "here")
    assert say(client, following, place=OWN, agreed=True)[0] == 200
    assert told(client) == (OWN, "here")


def test_the_newest_tab_of_the_speaker_is_heard(client: FlaskClient, following: Following) -> None:
    say(client, following, claims=True, place=PLACE)
    assert say(client, following, tab="b2", place=OWN, agreed=True)[0] == 409
    assert say(client, following, tab="b2", claims=True)[0] == 200
    assert say(client, following, place=PLACE)[0] == 409
    assert say(client, following, leaves=True)[0] == 409
    assert told(client) == (PLACE, "here")
    assert say(client, following, claims=True)[0] == 200


def test_the_run_is_in_the_cache_before_followers_are_sent_to_it(
    client: FlaskClient, following: Following, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every follower's page then asks for the same run; a wide page, a narrow one and the findings are prepared."""
    caches = client.application.extensions["tierscope.caches"]
    asked: list[int] = []
    prepare = module._prepare

    def prepared(*arguments: Any) -> None:
        prepare(*arguments)
        asked.append(len(caches.answers._entries))
        assert json.loads(following.document())["place"] != OWN

    monkeypatch.setattr(module, "_prepare", prepared)
    say(client, following, place=OWN, agreed=True)
    assert asked == [3]
    for values in ({}, {"narrow": "yes"}):
        reply = client.post("/x/_dash-update-component", json=body({**run_of(OWN), **values}))
        assert reply.get_json()["response"]["play"]["data"]["trace"]
    assert len(caches.answers._entries) == 3
    say(client, following, place=OWN.replace("31", "32"), agreed=True)
    assert asked == [3]  # another step of the same run


@pytest.mark.parametrize("more", [False, True])
def test_the_rest_of_a_long_run_is_requested_ahead_too(more: bool) -> None:
    """A page gets the first events of a long run, and then asks for the whole of it."""
    server, asked = Flask("stand-in"), list[tuple[str, dict[str, str]]]()

    def play() -> Response:
        asked.append(("play", request.get_json()["inputs"][0]["value"]))
        assert request.environ[CLIENT] == Client("192.0.2.7")
        return jsonify({"response": {"play": {"data": {"more": more}}}})

    def ask(name: str) -> Response:
        asked.append((name, request.get_json()))
        return jsonify({})

    server.add_url_rule("/x/_dash-update-component", "play", play, methods=["POST"])
    server.add_url_rule("/x/ask/<name>", "ask", ask, methods=["POST"])
    run = {"topology": "t"}
    module._prepare(server, "/x/", Client("192.0.2.7"), run)
    narrow = {"topology": "t", "narrow": "yes"}
    whole = [("whole", values) for values in (run, narrow) if more]
    assert asked == [("play", run), *whole[:1], ("play", narrow), *whole[1:], ("findings", run)]


def test_only_answers_about_the_run_of_the_speaker_need_no_thread(client: FlaskClient, following: Following) -> None:
    """viz.app.asgi gives such an answer to everybody else who asks the same."""
    say(client, following, place=OWN, agreed=True)
    for values, shared in (({}, True), ({"narrow": "yes"}, True), ({"kernel": "v5.15"}, False), ({"link": "x"}, False)):
        data = json.dumps(body(run_of(OWN) | values)).encode()
        scope = {"method": "POST", "path": "/x/_dash-update-component", "query_string": b"", "http_version": "1.1"}
        headers = [(b"content-type", b"application/json"), (b"host", b"localhost")]
        environ = environ_of({**scope, "scheme": "http", "headers": headers}, data)
        assert call_wsgi(client.application, environ).status == 200
        assert bool(environ[SHARED]) == shared, values


def test_a_question_that_names_no_run_is_not_that_of_the_speaker(following: Following) -> None:
    following.hear({"token": following.token, "tab": "a1", "place": "#step=3"}, lambda _: None)
    assert not following.is_shared({"narrow": "yes"})
    shared: list[bool] = []
    word = {"token": following.token, "tab": "a1", "place": PLACE}
    following.hear(word, lambda run: shared.extend([following.is_shared(run), following.is_shared({})]))
    assert shared == [True, False]


def test_no_other_machine_of_a_visitor_is_kept(client: FlaskClient, following: Following) -> None:
    caches = client.application.extensions["tierscope.caches"]
    say(client, following, place=OWN, agreed=True)
    before = len(caches.answers._entries)
    run = run_of(OWN)
    for values in ({"name": "x"}, {"turned": "0"}, {"kernel": "v5.15"}, {"text": "2 sockets: cpu+dram"}, {"x": "y"}):
        client.post("/x/_dash-update-component", json=body({**run, **values}))
    assert len(caches.answers._entries) == before


def test_followers_page_knows_that_it_follows_and_others_do_not(client: FlaskClient, following: Following) -> None:
    page = client.get("/x/").text
    assert '<html lang="en" data-follow="tierscope.example.org">' in page
    speaker = client.get("/x/speaker")
    assert speaker.status_code == 200
    assert following.token not in page + speaker.text + following.document()
    plain = create_app().server.test_client()
    assert "data-follow" not in plain.get("/").text
    assert [plain.get(path).status_code for path in ("/follow", "/speaker")] == [404, 404]
    assert plain.post("/follow", json={}).status_code in (404, 405)


def test_the_request_for_a_run_is_that_of_the_page() -> None:
    assert run_of("#topology=a-b&allowed=0%2C2&kernel=v5.15+%2B+used%3Dx&zonelists=boot&story=tour.2&step=3") == {
        "topology": "a-b",
        "allowed": "0,2",
        "kernel": "v5.15 + used=x",
        "zonelists": "boot",
    }
    assert run_of("") == {}


def test_a_token_is_new_for_each_server() -> None:
    assert Following().token != Following().token
    assert len(Following().token) >= 20
    assert json.loads(Following().document()) == {"place": "", "speaker": "none"}
