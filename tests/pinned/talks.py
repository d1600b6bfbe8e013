"""What is read of talks and stories whose values are at a limit or beyond it, or do not fit each other."""

from __future__ import annotations

import json
from collections.abc import Iterator

from tests.pinned.formats import grouped, without_parser
from tests.pinned.words import result
from viz.stories import (
    ResolvedStop,
    builtin_story,
    builtin_talk,
    read_story,
    resolved,
    resolved_talk,
    story_as_talk,
)
from viz.stories.talk import like_talk, read_talk

FIRST: dict[str, object] = {"title": "First", "topology": "two-sockets-three-classes", "step": "pass 1 begins"}
LINE = "1 socket: cpu+dram 64G, pmem 256G"
BARE_WALK: dict[str, object] = {"protocol": "barrier", "start": 0, "verdict": "cycle"}
WALK = BARE_WALK | {"old": "0>1", "new": "1>0"}
DOCUMENT = json.dumps({"title": "x", "nodes": [{"id": 0, "cpus": 1, "memory": 5}], "distances": [[10]]})
AT_LIMIT, LONG = DOCUMENT.ljust(2000), DOCUMENT.ljust(2001)
STOP: dict[str, tuple[object, ...]] = {
    "title": ("a" * 60, "a" * 61),
    "text": ("a" * 700, "a" * 701),
    "look": ("a" * 300, "a" * 301),
    "words": ("a" * 300, "a" * 301),
    "notes": ("a\tb\n\n c ", "a" * 4000, "a" * 4001, "a\x01b", "a\x1bb", "\ud800", 5, " a "),
    "step": (0, 1, -1, 30, 10**6, 10**7, True, 1.5, "pass 9 begins", "zz", "a" * 401, None, "node 0 finds 1"),
    "until": (0, 5, 10**6, "pass 1 begins", "the order is complete", "zz"),
    "autoplay": (True, 1, "yes"),
    "pace": (1, 0.1),
    "moment": (0,),
    "instead": (True,),
    "panel": ("code", "registers", "scores", "x"),
    "stride": ("step", "pass", "store", "x"),
    "presenter": (True, False, 1),
    "paste": (True, "x"),
    "predict": (True,),
    "mark": ("stage", "node 0", "node 9", "used_targets[3]", "used_targets", "used_targets[9]", "tool", "x"),
    "ask": ("node_demotion[0]", "node_demotion", "used_targets", "x"),
    "kernel": ("v5.15", "6.1", "4.19", "v6.1 + used=x"),
    "zonelists": ("boot", "runtime", "x"),
    "allowed": ("0", "0-9", "x"),
    "events": (
        [], ["mem_offline 1"], ["mem_offline 9"], ["mem_offline 12345"], ["zz 1"], ["mem_offline"], [5],
        ["mem_offline 1"] * 40,
        ["mem_offline 1"] * 41, "mem_offline 1",
    ),
    "topology": ("zz", "power9-gpu-memory", "mine"),
    "machine": (LINE,),
    "file": ("x.toml",),
    "walk": (WALK,),
    "scenario": ("bound",),
    "against": ("v6.1",),
    "tick": (5,),
    "view": ("compare", "pressure", "readers", "log", "x"),
}  # fmt: skip
"""Values of the keys of a stop."""
TOGETHER: dict[str, dict[str, object]] = {
    "a pace of 0.1": {"until": "the order is complete", "autoplay": True, "pace": 0.1},
    "a pace of less": {"until": "the order is complete", "autoplay": True, "pace": 0.09},
    "a pace of 120": {"until": "the order is complete", "autoplay": True, "pace": 120},
    "a pace of more": {"until": "the order is complete", "autoplay": True, "pace": 120.5},
    "a pace of true": {"until": "the order is complete", "autoplay": True, "pace": True},
    "autoplay of a walk": {"view": "readers", "walk": WALK, "autoplay": True},
    "a moment of a walk": {"view": "readers", "walk": WALK, "moment": 3},
    "moment 10000": {"view": "readers", "walk": WALK, "moment": 10_000},
    "moment 10001": {"view": "readers", "walk": WALK, "moment": 10_001},
    "words instead": {"words": "a", "instead": True},
    "a machine and a file": {"topology": None, "machine": LINE, "file": "x"},
    "a machine alone": {"topology": None, "machine": LINE},
    "a file alone": {"topology": None, "file": "x"},
    "a long machine": {"topology": None, "machine": LONG},
    "no machine": {"topology": None},
    "an unknown line": {"topology": None, "machine": "zz"},
    "compare": {"view": "compare", "against": "v6.1"},
    "compare with nothing known": {"view": "compare", "against": "zz"},
    "pressure": {"view": "pressure", "scenario": "bound", "tick": 5, "step": None},
    "pressure without a scenario": {"view": "pressure"},
    "pressure at a word": {"view": "pressure", "scenario": "bound", "tick": "zz"},
    "an unknown scenario": {"view": "pressure", "scenario": "zz"},
    "a question elsewhere": {"view": "log", "ask": "node_demotion[0]"},
    "a prediction at a choice": {"predict": True, "step": "node 0 finds 1"},
    "a walk of an event": {"view": "readers", "walk": {"event": 0, **{k: WALK[k] for k in ("protocol", "start",
    "verdict")}}},
    "a walk of both": {"view": "readers", "walk": WALK | {"event": 0}},
    "a walk of half": {"view": "readers", "walk": {key: value for key, value in WALK.items() if key != "new"}},
    "a walk of neither": {"view": "readers", "walk": BARE_WALK},
    "a walk that is not possible": {"view": "readers", "walk": WALK | {"verdict": "old"}},
    "a walk from an absent node": {"view": "readers", "walk": WALK | {"start": 9}},
    "a walk of wrong chains": {"view": "readers", "walk": WALK | {"old": "x"}},
}  # fmt: skip
TALK: dict[str, dict[str, object]] = {
    "whole": {},
    "no title": {"title": None},
    "a title of 121 characters": {"title": "a" * 121},
    "minutes 0": {"minutes": 0},
    "minutes 1": {"minutes": 1},
    "minutes 600": {"minutes": 600},
    "minutes 601": {"minutes": 601},
    "minutes true": {"minutes": True},
    "no stops": {"stops": []},
    "60 stops": {"stops": [FIRST] * 60},
    "61 stops": {"stops": [FIRST] * 61},
    "stops that are a table": {"stops": {}},
    "a machine of its own": {"machines": {"mine": LINE}, "stops": [FIRST | {"topology": "mine"}]},
    "a machine of its own that is wrong": {"machines": {"mine": "zz"}, "stops": [FIRST | {"topology": "mine"}]},
    "a machine of its own that is not used": {"machines": {"mine": "zz"}},
    "a long machine of its own": {"machines": {"mine": "x" * 60_001}},
    "a machine with a capital": {"machines": {"Mine": LINE}},
    "a machine with a name of 40": {"machines": {"m" * 40: LINE}},
    "a machine with a name of 41": {"machines": {"m" * 41: LINE}},
    "a machine with no name": {"machines": {"": LINE}},
    "60 machines": {"machines": {f"m{number}": LINE for number in range(60)}},
    "61 machines": {"machines": {f"m{number}": LINE for number in range(61)}},
    "machines that are a list": {"machines": []},
    "a machine that is a number": {"machines": {"mine": 5}},
    "a long machine twice": {"stops": [FIRST | {"topology": None, "machine": LONG}] * 2},
    "a long machine twice, and a name": {
        "machines": {"own-1": LINE}, "stops": [FIRST | {"topology": None, "machine": LONG}] * 2
    },
    "a machine of 2,000 characters twice": {"stops": [FIRST | {"topology": None, "machine": AT_LIMIT}] * 2},
    "a short machine twice": {"stops": [FIRST | {"topology": None, "machine": LINE}] * 2},
    "a stop of the machine before": {"stops": [FIRST, {"title": "Second", "step": "the order is complete"}]},
    "a stop of the step before": {"stops": [FIRST, {"title": "Second"}]},
    "a stop of another kernel without a step": {"stops": [FIRST, {"title": "Second", "kernel": "v5.15"}]},
    "a stop of another kernel": {"stops": [FIRST | {"kernel": "v6.1"}, {"title": "Second",
    "step": 3, "kernel": "v5.15"}]},
    "a stop of a missing machine": {"stops": [FIRST | {"topology": "zz"}, {"title": "Second", "step": 3}]},
    "a stop after a missing machine": {"stops": [FIRST | {"topology": "zz"}, FIRST]},
    "presenters": {"stops": [FIRST | {"presenter": False}, FIRST, FIRST | {"presenter": True}, FIRST]},
    "an unknown key": {"other": 5},
}  # fmt: skip
"""Values of the keys of a talk."""
STORY: dict[str, dict[str, object]] = {
    "whole": {},
    "seven stops": {"stops": [FIRST | {"text": "a"}] * 7},
    "six stops": {"stops": [FIRST | {"text": "a"}] * 6},
    "no text": {"stops": [FIRST]},
    "another group": {"group": "zz"},
    "a picture": {"picture": 0},
    "picture -1": {"picture": -1},
    "picture -2": {"picture": -2},
    "asked": {"asked": "a" * 121},
    "a machine to try": {"now_try": {"text": "a", "machine": LINE}},
    "a wrong machine to try": {"now_try": {"text": "a", "machine": "zz"}},
    "a wrong kernel to try": {"now_try": {"text": "a", "machine": LINE, "kernel": "zz"}},
    "a wrong step to try": {"now_try": {"text": "a", "machine": LINE, "step": "pass 9 begins"}},
    "a step to try": {"now_try": {"text": "a", "machine": LINE, "step": "pass 2 begins", "kernel": "v5.15"}},
    "a number of a step": {"stops": [FIRST | {"text": "a", "step": 3}]},
}
LIKE = (
    "[[stops]]", "  [[ stops ]]", "stops = []", "stops=5", "[stops]",
    "title = 1\n[[stops]]", '{"stops": 5}', '{"stop": 5}', "[5]",
    '{"stops": ', "x stops = 1", " " * 41 + "stops = 1",
)  # fmt: skip


def odd() -> str:
    """Return the steps of each talk and story, or what is refused, grouped by the result."""
    return "\n".join([*grouped(_all()), ""])


def _all() -> Iterator[tuple[str, str]]:
    for key, values in STOP.items():
        for value in values:
            yield f"{key} = {str(value)!r:.40} of {len(str(value))}", _talk({"stops": [_without(FIRST | {key: value})]})
    for name, changes in TOGETHER.items():
        yield name, _talk({"stops": [_without(FIRST | changes)]})
    for name, changes in TALK.items():
        yield f"talk: {name}", _talk(changes)
    for name, changes in STORY.items():
        yield f"story: {name}", without_parser(result(_story, changes))
    for text in LIKE:
        yield f"like a talk: {text!r}", str(like_talk(text))
    yield "400,000 characters", without_parser(result(read_talk, "x" * 400_000, "talk"))
    yield "400,001 characters", without_parser(result(read_talk, "x" * 400_001, "talk"))
    yield "no JSON", without_parser(result(read_talk, '{"stops": ', "talk"))
    for read in (builtin_story, builtin_talk, story_as_talk):
        yield f"{read.__name__} of an unknown name", result(read, "../x")
    yield "a list", without_parser(result(read_talk, "[5]", "talk"))


def _without(table: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in table.items() if value is not None}


def _talk(changes: dict[str, object]) -> str:
    talk = _without({"title": "A talk", "stops": [FIRST]} | changes)
    if isinstance(stops := talk["stops"], list):
        talk["stops"] = list(map(_without, stops))
    return without_parser(result(_resolved, json.dumps(talk)))[:300]


def _resolved(text: str) -> str:
    found = resolved_talk(text, "talk")
    stops = [
        f"{stop.step}..{stop.last} {stop.stop.presenter} {stop.request.get('kernel')}"
        if isinstance(stop, ResolvedStop) else f"missing: {stop.why}"
        for stop in found.stops
    ]  # fmt: skip
    machines = {name: len(text) for name, text in found.document.get("machines", {}).items()}
    return (
        f"{', '.join(dict.fromkeys(stops))} {machines} {[stop.get('topology') for stop in found.document['stops'][:3]]}"
    )


def _story(changes: dict[str, object]) -> str:
    stops = [FIRST | {"text": "a"}]
    story = {"question": "Why?", "group": "Hotplug", "stops": stops, "now_try": {"text": "a"}} | changes
    found = resolved(read_story(_toml(story), "story"), "story")
    return f"{[stop.step for stop in found.stops]} {found.now}"


def _toml(story: dict[str, object]) -> str:
    lines = [f"{key} = {json.dumps(value)}" for key, value in story.items() if key not in ("stops", "now_try")]
    for head, tables in (("[[stops]]", story["stops"]), ("[now_try]", [story["now_try"]])):
        for table in tables if isinstance(tables, list) else ():
            lines += [head, *(f"{key} = {json.dumps(value)}" for key, value in table.items())]
    return "\n".join(lines)
