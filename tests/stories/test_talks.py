"""Test the format of talks, their errors, the stops whose machine is missing, and the built-in talk."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import tomli_w

from viz.resources import docs, talks
from viz.stories import (
    MissingStop,
    ResolvedStop,
    ResolvedTalk,
    builtin_stories,
    builtin_talk,
    files_beside,
    like_talk,
    resolved_talk,
    story_as_talk,
    talk_names,
)
from viz.stories.talk import MAX_MACHINE, MAX_STOPS, MAX_TALK, Talk, TalkStop
from viz.topology import TopologyError, builtin, builtin_names
from viz.topology.document_text import json_text, toml_text
from viz.trace.model import TALK

STOP: dict[str, Any] = {"title": "One", "topology": "two-sockets-three-classes", "step": "pass 1 begins"}
MACHINE = "2 sockets: cpu+dram, pmem"


def talk(*stops: dict[str, Any], **keys: Any) -> ResolvedTalk:
    """Return a talk with these stops and keys; the first stop gets a machine."""
    tables = [STOP | stops[0], *stops[1:]] if stops else [STOP]
    tables = [{key: value for key, value in table.items() if value is not None} for table in tables]
    return resolved_talk(toml({"title": "A talk", "stops": tables} | keys), "talk.toml")


def toml(talk: dict[str, Any]) -> str:
    """Return a talk as people write it, with a header before each stop; tomli_w would write short tables in a line."""
    head = tomli_w.dumps({key: value for key, value in talk.items() if key != "stops" or not value})
    return head + "".join(f"\n[[stops]]\n{tomli_w.dumps(stop)}" for stop in talk["stops"])


def refused(*stops: dict[str, Any], **keys: Any) -> str:
    """Return the line with which a talk is refused."""
    with pytest.raises(TopologyError) as raised:
        talk(*stops, **keys)
    assert "\n" not in str(raised.value)
    return str(raised.value)


# What a stop may say


def test_all_that_a_speaker_needs_is_kept() -> None:
    keys = {
        "until": "the order is complete",
        "stride": "pass",
        "autoplay": True,
        "pace": 2,
        "panel": "registers",
        "words": "Look here.",
        "instead": True,
        "notes": "Two lines:\nof notes.",
        "paste": True,
    }
    (stop,) = talk(keys).stops
    assert isinstance(stop, ResolvedStop)
    assert (stop.step, stop.last) == (15, 50)
    assert {key: getattr(stop.stop, key) for key in keys} == keys
    assert stop.stop.presenter is True


def test_a_stop_keeps_machine_and_mode_of_the_one_before() -> None:
    one, two, three = talk(
        {"kernel": "v5.16", "presenter": False, "events": ["mem_offline 1"]},
        {"title": "Two", "step": "event 1 begins"},
        {"title": "Three", "presenter": True, "step": 3},
    ).stops
    assert isinstance(two, ResolvedStop)
    assert isinstance(three, ResolvedStop)
    assert two.run.version.name == "v5.16"
    assert [getattr(stop.stop, "presenter", None) for stop in (one, two, three)] == [False, False, True]
    assert three.step == 3


def test_the_saved_document_names_the_whole_machine_at_each_stop() -> None:
    first = {"kernel": "v5.16", "events": ["mem_offline 1"], "allowed": "0,2"}
    found = talk(first, {"title": "Two", "step": "event 1 begins"}, {"title": "Three", "machine": MACHINE, "step": 3})
    one, two, three = found.document["stops"]
    assert {key: two[key] for key in ("topology", *first)} == {key: one[key] for key in ("topology", *first)}
    assert "kernel" not in three
    turned = resolved_talk(toml(found.document | {"stops": [three, two, one]}), "talk.toml")
    places = [(stop.request, stop.step) for stop in reversed(turned.stops) if isinstance(stop, ResolvedStop)]
    assert places == [(stop.request, stop.step) for stop in found.stops if isinstance(stop, ResolvedStop)]


def test_a_machine_may_be_a_listing_of_several_lines() -> None:
    text = toml_text(builtin("losing-a-node"))
    (stop,) = talk({"title": "1", "machine": text, "step": 3, "topology": None}).stops
    assert isinstance(stop, ResolvedStop)
    assert stop.run.topology.title == builtin("losing-a-node").title
    assert stop.request["text"] == text


# A story is a talk


@pytest.mark.slow
def test_a_story_is_a_talk_outside_of_the_presenter_mode() -> None:
    for name, story in builtin_stories().items():
        found = story_as_talk(name)
        assert found.talk.title == story.question
        titles = [stop.title for stop in story.stops]
        assert [stop.stop.title for stop in found.stops][: len(titles)] == titles
        assert len(found.stops) == len(titles) + (story.now_try.machine is not None)
        assert not any(getattr(stop.stop, "presenter", None) for stop in found.stops)


# Errors


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"step": "pass 9 begins"}, "talk.toml: line 6, stops[0].step: no step of this run where pass 9 begins"),
        ({"step": "pass two begins"}, "line 6, stops[0].step: at character 6: expected"),
        ({"step": 4711}, "line 6, stops[0].step: is beyond the end: this run has the steps 0 to 50"),
        ({"step": -1}, "line 6, stops[0].step: must be a condition such as 'pass 2 begins', or the number"),
        ({"until": "the order begins"}, "line 7, stops[0].until: is step 7, which does not come after step 15"),
        ({"autoplay": True}, "line 7, stops[0].autoplay: belongs to a stop with until, or with a walk"),
        ({"autoplay": "yes"}, "line 7, stops[0].autoplay:"),
        ({"pace": 1}, "line 7, stops[0].pace: belongs to a stop with autoplay"),
        ({"pace": 0}, "line 7, stops[0].pace: must be a number of seconds from 0.1 to 120, not 0"),
        ({"moment": 2}, "line 7, stops[0].moment: belongs to a stop with walk"),
        ({"moment": 10_000}, "line 7, stops[0].moment: belongs to a stop with walk"),
        ({"moment": 10_001}, "line 7, stops[0].moment: must be at most 10000, not 10001"),
        ({"moment": -1}, "line 7, stops[0].moment: must be at least 0, not -1"),
        ({"moment": True}, "line 7, stops[0].moment: must be a whole number, not true"),
        ({"presenter": "zz"}, "line 7, stops[0].presenter: must be true or false, not 'zz'"),
        ({"zonelists": "zz"}, "line 7, stops[0].zonelists: must be 'boot' or 'runtime', not 'zz'"),
        ({"panel": "charts"}, "line 7, stops[0].panel: must be one of code, registers, scores, not 'charts'"),
        ({"stride": "micro"}, "line 7, stops[0].stride: must be one of step, source"),
        ({"instead": True}, "line 7, stops[0].instead: belongs to a stop with words"),
        ({"notes": "x" * 4001}, "line 7, stops[0].notes: must be text of at most 4000 characters"),
        ({"notes": "\x1b[2J"}, "stops[0].notes: must be plain text, without the control character"),
        ({"nots": "x"}, "line 3, stops[0]: unknown key 'nots', perhaps notes is meant"),
        ({"kernel": "v99x"}, "line 7, stops[0].kernel:"),
        ({"file": "a.txt"}, "line 7, stops[0].file: name a topology, a machine or a file, and only one"),
        ({"view": "compare", "against": "v99x"}, "line 8, stops[0].against:"),
    ],
)
def test_an_error_names_the_stop_the_key_and_the_line(change: dict[str, Any], says: str) -> None:
    assert says in refused(change)


def test_an_error_of_a_later_stop_names_its_own_line() -> None:
    assert "talk.toml: line 10, stops[1].step: no step" in refused({}, {"title": "Two", "step": "pass 9 begins"})
    assert "line 8, stops[1].topology: is missing" not in refused({}, {"title": "Two", "machine": "7 apples"})
    assert "line 10, stops[1].machine:" in refused({}, {"title": "Two", "machine": "7 apples", "step": 3})


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        ({"stops": []}, f"talk.toml: line 2, stops: must be a list of 1 to {MAX_STOPS} tables"),
        ({"minutes": 0}, "talk.toml: line 2, minutes:"),
        ({"title": 5}, "talk.toml: line 1, title: must be text, not 5"),
        ({"titel": "x"}, "talk.toml: unknown key 'titel', perhaps title is meant"),
    ],
)
def test_an_error_of_the_talk_names_its_key(keys: dict[str, Any], says: str) -> None:
    assert says in refused(**keys)


def test_a_talk_that_is_too_long_or_no_toml_is_refused_in_one_line() -> None:
    for text, says in (
        ("title = 'x'\n" * 100_000, "is longer than"),
        ("[[stops]]\ntitle\n", "t: line 2, column 6: is no TOML"),
        ('{"stops": [', "t: is no JSON"),
        ('{"stops": [], "title": "x"}', "t: stops: must be a list of"),
    ):
        with pytest.raises(TopologyError) as raised:
            resolved_talk(text, "t")
        assert says in str(raised.value)
        assert "\n" not in str(raised.value)


def test_a_saved_talk_names_a_long_machine_once_and_can_be_read_again() -> None:
    nodes = 60
    rows = "\n".join(f"{a}: " + " ".join("10" if a == b else "20" for b in range(nodes)) for a in range(nodes))
    ids = " ".join(map(str, range(nodes)))
    listing = f"available: {nodes} nodes (0-{nodes - 1})\n"
    listing += "".join(f"node {n} cpus: {n}\nnode {n} size: 64000 MB\n" for n in range(nodes))
    listing += f"node distances:\nnode {ids}\n{rows}\n"
    stop = {"title": "One", "machine": listing, "step": 1}
    found = talk({"topology": None} | stop, *[{"title": "Two", "step": 2}] * 58, STOP)
    saved = toml(found.document)
    assert saved.count("node distances") == 1
    assert len(saved) < MAX_TALK
    assert [one["topology"] for one in found.document["stops"]] == ["own-1"] * 59 + [STOP["topology"]]
    again = resolved_talk(saved, "talk.toml")
    assert again.document == found.document
    assert [one.run for one in again.stops[:1]] == [one.run for one in found.stops[:1]]  # type: ignore[union-attr]


def test_a_named_machine_keeps_its_name_in_a_saved_talk_and_an_error_names_it() -> None:
    line = "2 sockets: cpu+dram, pmem per socket"
    found = talk({"topology": "own-1"}, machines={"own-1": line, "spare": "1 sockets: cpu+dram"})
    assert found.document["machines"] == {"own-1": line}
    assert found.document["stops"][0]["topology"] == "own-1"
    for stop in ({"topology": "mine"}, {"topology": "mine", "title": "Two"}):
        with pytest.raises(TopologyError) as raised:
            talk(stop, machines={"mine": "7 apples"})
        assert ", machines.mine: " in str(raised.value)


@pytest.mark.parametrize(
    ("machines", "says"),
    [
        ({"A b": "x"}, "has the name 'A b'"),
        ({"a": 3}, "must be text, not 3"),
        ({"a": "x" * (MAX_MACHINE + 1)}, f"at most {MAX_MACHINE} characters"),
        (dict.fromkeys(map(str, range(MAX_STOPS + 1)), "x"), f"up to {MAX_STOPS} machines"),
        ("x", "must be a table"),
    ],
)
def test_what_is_wrong_with_named_machines_is_one_line(machines: object, says: str) -> None:
    with pytest.raises(TopologyError, match=says) as raised:
        talk({}, machines=machines)
    assert str(raised.value).startswith(("talk.toml: line 2, machines: ", "talk.toml: line 3, machines: "))


# Missing machines


def test_a_missing_machine_says_so_and_the_other_stops_go_on() -> None:
    stops = talk(
        {},
        {"title": "Two", "topology": "no-such-machine", "step": "pass 1 begins"},
        {"title": "Three", "step": "pass 2 begins"},
        {"title": "Four", "file": "mine.txt", "step": 0},
        {"title": "Five", "topology": "losing-a-node", "step": "event 1 begins"},
    ).stops
    assert [isinstance(stop, MissingStop) for stop in stops] == [False, True, True, True, False]
    whys = [stop.why for stop in stops if isinstance(stop, MissingStop)]
    assert whys[0] == "stops[1].topology: 'no-such-machine' is no built-in topology here"
    assert whys[1] == "stops[2].topology: is that of the stop before, whose machine is missing"
    assert whys[2] == "stops[3].file: 'mine.txt' is a file, which only the command line reads"


def test_files_are_read_beside_the_talk_and_nowhere_else(tmp_path: Path) -> None:
    folder = tmp_path / "talk"
    folder.mkdir()
    (folder / "mine.json").write_text(json_text(builtin("losing-a-node")))
    (folder / "bad.txt").write_text("nothing that any format has")
    (tmp_path / "secret.txt").write_text(json_text(builtin("losing-a-node")))
    read = files_beside(folder / "talk.toml")

    def of_file(name: str) -> ResolvedTalk:
        document = {"title": "t", "stops": [{"title": "1", "file": name, "step": "event 1 begins"}]}
        return resolved_talk(toml(document), "talk.toml", read)

    found = of_file("mine.json")
    (stop,) = found.stops
    assert isinstance(stop, ResolvedStop)
    assert stop.run.topology.title == builtin("losing-a-node").title
    assert "file" not in found.document["stops"][0]
    large = {"title": "t", "nodes": [{"id": n, "cpus": 1, "memory": 1} for n in range(200)]}
    rows = [[10 if a == b else 20 for b in range(200)] for a in range(200)]
    (folder / "large.json").write_text(
        json.dumps(large | {"distances": rows, "events": [{"event": "mem_offline", "node": 1}]})
    )
    assert of_file("large.json").document["stops"][0]["file"] == "large.json"  # it is too long to be held in a talk
    (stop,) = of_file("gone.txt").stops
    assert isinstance(stop, MissingStop)
    assert "stops[0].file: 'gone.txt' cannot be read: No such file" in stop.why
    for name, says in (("../secret.txt", "lies outside of the talk's folder"), ("bad.txt", "stops[0].file: ")):
        with pytest.raises(TopologyError, match=r"^talk\.toml: line 5, stops\[0\]\.file: ") as raised:
            of_file(name)
        assert says in str(raised.value)


# Talks and machines


def test_a_talk_is_told_from_a_machine_by_its_stops() -> None:
    assert like_talk('title = "x"\n\n  [[ stops ]]\n')
    assert like_talk('stops = [{title = "x"}]')
    assert like_talk('{"title": "x", "stops": []}')
    for name in builtin_names():
        assert not like_talk(toml_text(builtin(name)))
        assert not like_talk(json_text(builtin(name)))
    for text in ("", "{", "[" * 100_000, '{"a": ' * 100_000, "available: 2 nodes (0-1)", "# stops = 3"):
        assert not like_talk(text)


# The built-in talk


@pytest.mark.parametrize("name", talk_names())
def test_every_stop_of_a_built_in_talk_is_found(name: str) -> None:
    found = builtin_talk(name)
    assert not [stop.why for stop in found.stops if isinstance(stop, MissingStop)]
    assert all(getattr(stop.stop, "notes", None) for stop in found.stops)


def test_the_six_minutes_take_at_most_25_presses_until_the_paste() -> None:
    """Each stop and each stride inside it take a press. A stop that plays by itself takes one more, to cut it short."""
    presses = -1  # the first stop is there without a press
    for one in builtin_talk("six-minutes").stops:
        assert isinstance(one, ResolvedStop)
        presses += 1
        if one.stop.autoplay:
            presses += 1
        elif one.last is not None:
            presses += sum(one.step < step <= one.last for step in one.run.trace().stops(TALK))
    assert presses <= 25
    assert one.stop.paste


def test_a_file_outside_of_the_folder_is_no_talk() -> None:
    for name in ("../stories/tour", "", "no-such"):
        with pytest.raises(TopologyError, match="no built-in talk"):
            builtin_talk(name)
    assert list(talks().glob("*")) == list(talks().glob("*.toml"))


def test_the_document_explains_every_key() -> None:
    text = (docs() / "talks.md").read_text(encoding="utf-8")
    for key in (*Talk.model_fields, *TalkStop.model_fields):
        assert f"`{key}`" in text, key
