"""Test the talks that the server sends, those that a visitor sends, and what an exported talk holds."""

from __future__ import annotations

import json
from typing import Any

import pytest
import tomli_w

from viz.app import create_app
from viz.app.answers import Job, answer_job
from viz.app.costs import HEAVY, cost
from viz.app.held import held_talk
from viz.app.held_answers import key_of
from viz.app.service import OPENED, Service
from viz.app.talks import OF_PLACE
from viz.stories import ResolvedStop, builtin_talk, resolved_talk, talk_names
from viz.stories.talk import MAX_TALK

TEXT = tomli_w.dumps(
    {
        "title": "Mine",
        "stops": [
            {"title": "One", "machine": "2 sockets: cpu+dram, pmem", "step": "pass 1 begins", "notes": "n"},
            {"title": "Two", "topology": "no-such", "step": 0},
            {"title": "Three", "topology": "losing-a-node", "step": 3, "until": 9},
        ],
    }
)


def ask(**question: Any) -> dict[str, Any]:
    """Return the answer to a question about a talk."""
    return answer_job(Job("talk", question, Service()))


def test_the_document_has_the_opened_talk_first_and_then_the_built_in_ones() -> None:
    talk = resolved_talk(TEXT, "mine.toml")
    client = create_app(talk).server.test_client()
    sent = json.loads(client.get("/talks.json").text)["talks"]
    assert [one["id"] for one in sent] == [OPENED, *talk_names()]
    one, two, three = sent[0]["stops"]
    assert (one["notes"], one["request"]["text"], one["presenter"]) == ("n", "2 sockets: cpu+dram, pmem", True)
    assert ("step" in two, "request" in two) == (False, False)
    assert two["missing"] == "stops[1].topology: 'no-such' is no built-in topology here"
    assert (three["step"], three["last"]) == (3, 9)
    assert not set(OF_PLACE) - {"step"} & set(three)


def test_the_page_opens_with_the_first_stop_whose_machine_is_there() -> None:
    text = TEXT.replace("2 sockets: cpu+dram, pmem", "1 socket: cpu+dram, pmem")
    page = create_app(resolved_talk(text, "t")).server.test_client().get("/").text
    assert 'data-opens="machine=1' in page
    assert "talk=opened.1" in page
    builtin = create_app(builtin_talk("six-minutes")).server.test_client().get("/").text
    assert "topology=two-sockets-three-classes" in builtin.partition("<head>")[0]
    assert 'data-kernel="v5.15"' in builtin  # the run of the first stop comes with the document
    assert "data-opens" not in create_app().server.test_client().get("/").text


def test_the_page_gets_the_run_of_every_stop() -> None:
    service = Service()
    for name in talk_names():
        for stop in builtin_talk(name).stops:
            assert isinstance(stop, ResolvedStop)
            answer = service.answer(stop.request)
            assert max(stop.step, stop.last or 0) < answer["trace"]["length"]


def test_a_visitors_talk_comes_back_with_runs_and_steps_and_can_be_sent_again() -> None:
    talk = ask(text=TEXT)["talk"]
    assert (talk["id"], talk["title"]) == ("own", "Mine")
    again = ask(document=talk["document"])["talk"]
    assert again == talk


def test_a_built_in_story_is_sent_as_a_talk() -> None:
    talk = ask(story="tour")["talk"]
    assert talk["title"] == "What am I looking at, and what is it for?"
    assert len(talk["document"]["stops"]) == 7


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ({"text": TEXT.replace("pass 1", "pass 9")}, "the talk: line 2, stops[0].step: no step of this run"),
        ({"text": "x" * (MAX_TALK + 1)}, "the talk: is longer than"),
        ({"document": {"title": "x", "stops": [{"title": 3}]}}, "the talk: stops[0].title: must be text, not 3"),
        ({"document": {"title": "x" * (MAX_TALK + 1), "stops": []}}, "document: is to be the document of a talk"),
        ({"document": []}, "document: is to be the document of a talk"),
        ({}, "document: is to be the document of a talk"),
        ({"story": "../x"}, "'../x' is no built-in story"),
    ],
)
def test_what_is_wrong_with_a_visitors_talk_is_one_line(question: dict[str, Any], says: str) -> None:
    error = ask(**question)["error"]
    assert says in error
    assert "\n" not in error


def test_a_talk_is_heavy_whatever_it_holds() -> None:
    for question in ({"text": "[[stops]]"}, {"story": "tour"}, {}):
        assert cost("talk", question, Service()) == HEAVY


# What an exported talk holds


def test_an_exported_talk_holds_the_run_and_the_answers_of_every_stop() -> None:
    talk = builtin_talk("six-minutes")
    held = held_talk(talk, "talk")
    assert held["order"] == [key_of(stop["request"]) for stop in held["talk"]["stops"]]
    assert set(held["order"]) == set(held["runs"])
    for key, run in held["runs"].items():
        assert key_of(run["request"]) == key
    views = [stop["view"] for stop in held["talk"]["stops"]]
    compared = [answer for name, answer in held["answers"].items() if name.startswith("against ")]
    assert len(compared) == 2  # two stops compare the same runs
    assert {"readers", "compare"} <= set(views)
    verdicts = [set(answer["witnesses"]) for name, answer in held["answers"].items() if '"old"' in name]
    assert len(verdicts) == 2
    assert "cycle" in set.union(*verdicts)


def test_a_missing_stop_has_no_run_in_the_export() -> None:
    held = held_talk(resolved_talk(TEXT, "t"), "talk")
    assert held["order"][1] is None
    assert len(held["runs"]) == 2
