"""Test the format of stories, and that every stop of a built-in story names a step that its run has."""

from __future__ import annotations

import re
from typing import Any

import pytest
import tomli_w

from viz.analysis.run import Run
from viz.resources import docs, stories
from viz.stories import GROUPS, ResolvedStory, builtin_stories, builtin_story, read_story, resolved
from viz.stories.story import MAX_STOPS
from viz.topology import TopologyError, builtin, builtin_names, load
from viz.topology.link import unpack
from viz.trace.conditions import parse, steps_where

STOP: dict[str, Any] = {
    "title": "The choice",
    "text": "Node 0 chooses.",
    "topology": "two-sockets-three-classes",
    "step": "node 0 finds 1",
}
STORY: dict[str, Any] = {
    "question": "Who chooses?",
    "group": "Start here",
    "stops": [STOP],
    "now_try": {"text": "Step on."},
}


def story(*stops: dict[str, Any], **keys: Any) -> ResolvedStory:
    """Return a story with these stops and keys. The first stop gets a machine."""
    document = STORY | {"stops": [STOP | stops[0], *stops[1:]] if stops else [STOP]} | keys
    return resolved(read_story(tomli_w.dumps(document), "s.toml"), "s.toml")


def further(**keys: Any) -> dict[str, Any]:
    """Return a stop that keeps the machine of the stop before."""
    return {"title": "Another", "text": "It goes on."} | keys


# The built-in stories


@pytest.mark.parametrize("name", builtin_stories())
def test_every_stop_of_a_built_in_story_is_met(name: str) -> None:
    found = builtin_story(name)
    assert 1 <= len(found.stops) <= MAX_STOPS
    for stop in found.stops:
        trace = stop.run.trace()
        assert 0 <= stop.step < trace.length
        if stop.stop.step:
            assert stop.step == steps_where(trace, parse(stop.stop.step))[0]
    if found.now:
        request, step = found.now
        run = Run.of(load(request["text"]).topology, request["kernel"], request["zonelists"])
        assert 0 <= step < run.trace().length


@pytest.mark.slow
@pytest.mark.parametrize("name", builtin_stories())
def test_what_the_page_asks_for_is_the_run_of_the_stop(name: str) -> None:
    for stop in builtin_story(name).stops:
        request = stop.request
        if "topology" in request:
            topology = builtin(request["topology"])
        else:
            topology = unpack(request["link"]) if "link" in request else load(request["text"]).topology
        run = Run.of(topology.allowing(request.get("allowed")), request["kernel"], request["zonelists"])
        trace = stop.run.trace()
        again = run.trace()
        assert (again.length, again.signals["sentence"]) == (trace.length, trace.signals["sentence"])


def test_there_is_a_story_in_every_group_and_they_come_in_order() -> None:
    groups = [one.group for one in builtin_stories().values()]
    assert list(dict.fromkeys(groups)) == list(GROUPS)
    assert groups == sorted(groups, key=GROUPS.index)
    assert next(iter(builtin_stories())) == "tour"


def test_every_built_in_machine_is_in_a_story() -> None:
    shown = {stop.topology for one in builtin_stories().values() for stop in one.stops}
    assert set(builtin_names()) <= shown


def test_texts_of_stories_name_only_nodes_of_their_machines() -> None:
    """If a text says "node 3", the machine of the stop has a node 3."""
    for name in builtin_stories():
        for stop in builtin_story(name).stops:
            texts = f"{stop.stop.title} {stop.stop.text} {stop.stop.look or ''}"
            named = {int(node) for node in re.findall(r"\b[Nn]ode (\d+)", texts)}
            assert named <= set(stop.run.topology.ids), (name, stop.stop.title)


def test_no_two_stories_ask_the_same() -> None:
    questions = [one.question for one in builtin_stories().values()]
    assert len(set(questions)) == len(questions)


def test_the_document_explains_every_key() -> None:
    text = (docs() / "stories.md").read_text(encoding="utf-8")
    for key in ("question", "now_try", "topology", "machine", "events", "allowed", "against", "walk", "mark", "ask"):
        assert f"`{key}`" in text, key
    for group in GROUPS:
        assert group.lower() in text.lower(), group


def test_a_file_outside_of_the_folder_is_no_story() -> None:
    for name in ("../two-sockets-three-classes", "", "no-such", "/etc/passwd"):
        with pytest.raises(TopologyError, match="no built-in story"):
            builtin_story(name)
    assert list(stories().glob("*")) == list(stories().glob("*.toml"))


# The format


def test_a_stop_goes_on_where_the_one_before_it_was() -> None:
    one, two, three, four = story(
        {"kernel": "v5.16", "zonelists": "boot"},
        further(step="pass 2 begins"),
        further(kernel="v5.18", step="the order is complete"),
        further(text="The same step."),
    ).stops
    assert [stop.run.version.name for stop in (one, two, three, four)] == ["v5.16", "v5.16", "v5.18", "v5.18"]
    assert {stop.run.zonelists for stop in (one, two, three)} == {"boot"}
    assert (four.step, four.request) == (three.step, three.request)
    assert one.request == {"topology": "two-sockets-three-classes", "kernel": "v5.16", "zonelists": "boot"}


def test_another_machine_starts_afresh() -> None:
    one, two = story({"kernel": "v5.16"}, further(topology="two-sockets-refused-target", step="node 0 refuses 3")).stops
    assert (one.run.version.name, two.run.version.name) == ("v5.16", "v5.17.7")


def test_events_and_allowed_nodes_are_those_of_the_stop() -> None:
    one, two = story(
        {"events": ["mem_offline 1", "mem_online 1"], "step": "event 2 begins"},
        further(kernel="v7.0", allowed="0,2", step="the cgroup begins"),
    ).stops
    assert one.run.topology.event_pairs == [("mem_offline", 1), ("mem_online", 1)]
    assert unpack(one.request["link"]).event_pairs == one.run.topology.event_pairs
    assert (two.request["allowed"], two.run.topology.allowed) == ("0,2", "0,2")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"step": "pass 9 begins"}, "s.toml: stops[0].step: no step of this run where pass 9 begins"),
        ({"step": "pass two begins"}, "stops[0].step: at character 6: expected"),
        ({"step": "node 9 has no target"}, "stops[0].step: this run has no node 9"),
        ({"topology": "two-sockets-three-clases"}, "stops[0].topology: 'two-sockets-three-clases' is no built-in"),
        ({"machine": "2 sockets: cpu+dram"}, "stops[0].machine: name a topology or a machine, not both"),
        ({"kernel": "v99x"}, "stops[0].kernel:"),
        ({"predict": True, "step": "pass 2 begins"}, "stops[0].predict: names no step at which a node chooses"),
        ({"zonelists": "late"}, "stops[0].zonelists:"),
        ({"events": ["mem_offlin 1"]}, "stops[0].events: must be an event and its node"),
        ({"events": ["mem_offline 77"]}, "stops[0].events:"),
        ({"events": "mem_offline 1"}, "stops[0].events: must be a list of at most"),
        ({"allowed": "0-"}, "stops[0].allowed:"),
        ({"view": "presenter"}, "stops[0].view: must be one of code, edit"),
        ({"against": "v5.15"}, 'stops[0].against: belongs to view = "compare"'),
        ({"view": "compare", "against": "v99x"}, "stops[0].against:"),
        ({"ask": "node_demotion[77]"}, "stops[0].ask: is no cell of this run"),
        ({"mark": "node 77"}, "stops[0].mark: is none of stage"),
        ({"stepp": "pass 1 begins"}, "stops[0]: unknown key 'stepp', perhaps step is meant"),
        ({"text": 5}, "stops[0].text: must be text, not 5"),
        ({"text": "x" * 701}, "stops[0].text: must be text of at most 700 characters"),
    ],
)
def test_an_error_names_the_stop_and_the_key(change: dict[str, Any], says: str) -> None:
    with pytest.raises(TopologyError) as raised:
        story(change)
    assert says in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("walk", "says"),
    [
        ({"verdict": "cycle", "protocol": "grace-walk"}, "stops[0].walk.verdict: no walk from node 0 ends so"),
        ({"verdict": "round"}, "stops[0].walk.verdict: must be one of cycle"),
        ({"protocol": "rcu"}, "stops[0].walk.protocol: must be one of in-place"),
        ({"old": "0>1>0>2"}, "stops[0].walk:"),
        ({"start": 9}, "stops[0].walk.verdict: no walk from node 9"),
        ({"event": 1}, "stops[0].walk: name old and new, or an event"),
        ({"old": None, "new": None, "event": 7}, "stops[0].walk: "),
        ({"old": None, "new": None, "event": 0}, "stops[0].walk.verdict: no walk from node 0 ends so"),
    ],
)
def test_a_walk_that_nobody_can_make_is_an_error(walk: dict[str, Any], says: str) -> None:
    good = {"old": "0>1>2", "new": "0>2>1", "protocol": "barrier", "start": 0, "verdict": "cycle"}
    assert story({"view": "readers", "walk": good}).stops[0].stop.walk is not None
    with pytest.raises(TopologyError) as raised:
        story({"view": "readers", "walk": {key: value for key, value in (good | walk).items() if value is not None}})
    assert says in str(raised.value)


def test_a_stop_may_change_rules() -> None:
    changed = further(kernel="v5.15 + used=per-source", step="node 0 finds 1")
    found = story({"kernel": "v5.15"}, changed, further(view="compare", against="v5.15 + tie=id"))
    assert found.stops[1].run.version.name == "v5.15 + used=per-source"
    assert found.stops[1].request["kernel"] == "v5.15 + used=per-source"
    assert found.stops[2].run == found.stops[1].run
    with pytest.raises(TopologyError, match=r"stops\[0\].kernel: used=per-source means nothing for v6.1"):
        story({"kernel": "v6.1 + used=per-source"})
    with pytest.raises(TopologyError, match=r"stops\[0\].against: the rule used is one of"):
        story({"view": "compare", "against": "v5.15 + used=mine"})


@pytest.mark.parametrize("name", builtin_stories())
def test_the_scene_of_a_stop_is_a_tick_of_its_scenario(name: str) -> None:
    for stop in builtin_story(name).stops:
        assert (stop.scene is None) == (stop.stop.view != "pressure")
        if stop.scene:
            assert stop.scene.run == stop.run
            assert 0 < stop.scene.tick <= stop.scene.ticks[-1].number


def test_a_scene_keeps_its_scenario_and_is_found_by_number_or_by_words() -> None:
    first = {"view": "pressure", "scenario": "bound", "tick": 7}
    found = story(first, further(view="pressure", tick="Has all its pages"))
    assert str(found.stops[0].scene) == "bound:7"
    second = found.stops[1].scene
    assert second is not None
    assert "has all its pages" in next(" ".join(t.sentences) for t in second.ticks if t.number == second.tick)
    other = story(first, further(view="pressure", tick=7, kernel="v7.0"))
    assert other.stops[1].step == steps_where(other.stops[1].run.trace(), parse("the order is complete"))[0]


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        ({"view": "pressure", "tick": 1}, "scenario: is missing"),
        ({"view": "pressure", "scenario": "bound"}, "tick: is missing"),
        ({"view": "pressure", "scenario": "bond", "tick": 1}, "perhaps bound is meant"),
        ({"view": "pressure", "scenario": "bound", "tick": 4999}, "the last tick of this scenario is"),
        ({"view": "pressure", "scenario": "bound", "tick": -1}, "tick: must be a whole number from 0"),
        ({"view": "pressure", "scenario": "bound", "tick": True}, "tick: must be"),
        ({"view": "pressure", "scenario": "bound", "tick": "xyzzy"}, "no sentence of this scenario has the words"),
        ({"scenario": "bound"}, 'scenario: belongs to view = "pressure"'),
        ({"view": "code", "tick": 1}, 'tick: belongs to view = "pressure"'),
    ],
)
def test_a_wrong_scene_names_its_key(keys: dict[str, Any], says: str) -> None:
    with pytest.raises(TopologyError) as raised:
        story(keys)
    assert "stops[0]" in str(raised.value)
    assert says in str(raised.value)


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        ({"group": "Others"}, "group: must be one of Start here"),
        ({"stops": []}, "stops: must be a list of 1 to 6 tables"),
        ({"stops": [STOP] * 7}, "stops: must be a list of 1 to 6 tables"),
        ({"stops": [further()]}, "stops[0].topology: is missing; the first stop names a topology or a machine"),
        ({"stops": [STOP, further(kernel="v5.18")]}, "stops[1].step: is missing; give a condition"),
        ({"now_try": {"text": "x", "machine": "7 apples"}}, "now_try.machine:"),
        ({"now_try": {"text": "x", "machine": "1 socket: cpu+dram", "step": "pass 9 begins"}}, "now_try.step:"),
        ({"question": "x" * 121}, "question: must be text of at most 120"),
    ],
)
def test_an_error_of_the_story_names_its_key(keys: dict[str, Any], says: str) -> None:
    with pytest.raises(TopologyError) as raised:
        story(**keys)
    assert says in str(raised.value)


def test_a_text_that_is_no_toml_is_an_error_with_its_line() -> None:
    with pytest.raises(TopologyError, match=r"s\.toml: line 2, column 9: is no TOML"):
        read_story('group = "Start here"\nquestion\n', "s.toml")
