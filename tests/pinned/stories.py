"""Where the stops of the built-in stories and talks are, and what is refused in damaged ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.pinned.formats import shape, without_parser
from tests.pinned.talks import odd
from tests.pinned.words import result
from viz.stories import (
    ResolvedStop,
    builtin_stories,
    builtin_story,
    builtin_talk,
    read_story,
    resolved,
    resolved_talk,
    story_as_talk,
    talk_names,
)
from viz.stories.talk import MAX_TALK

BUILTIN = "cpuset-skips-a-tier"
STORY = """question = "What happens here?"
group = "Start here"
order = 3
[[stops]]
title = "First"
machine = "1 socket: cpu+dram, 2 x pmem"
kernel = "v5.15"
zonelists = "boot"
events = ["mem_offline 1", "mem_online 1"]
allowed = "0-1"
step = "pass 1 begins"
view = "compare"
against = "v6.1"
mark = "node 1"
look = "Look here."
text = "A text."
[[stops]]
title = "Second"
step = "node 0 finds 1"
text = "More text."
walk = { event = 0, protocol = "grace-hop", start = 0, verdict = "new" }
view = "readers"
[now_try]
machine = "1 socket: cpu+dram, pmem"
kernel = "v6.1"
step = "the order begins"
text = "Try it."
"""
TALK = """title = "A talk"
minutes = 5
[machines]
mine = "1 socket: cpu+dram 64G, pmem 256G"
[[stops]]
title = "First"
topology = "mine"
kernel = "v5.15"
step = "pass 1 begins"
until = "the order is complete"
autoplay = true
notes = "Say it."
text = "A text."
panel = "code"
stride = "pass"
pace = 2.5
mark = "node 1"
ask = "node_demotion[0]"
[[stops]]
title = "Second"
step = "node 0 finds 1"
presenter = false
predict = true
[[stops]]
title = "Fourth"
view = "readers"
walk = { old = "0>1", new = "1>0", protocol = "barrier", start = 0, verdict = "cycle" }
"""
SCENE = """title = "A scene"
[[stops]]
title = "First"
machine = "1 socket: cpu+dram 1G, pmem 4G"
step = "the order is complete"
view = "pressure"
scenario = "bound"
tick = 300
"""
ODD = (
    (STORY, '"mem_offline 1", "mem_online 1"', '"mem_offline x"'),
    (STORY, 'look = "Look here."', 'ask = "passes"'),
    (STORY, 'verdict = "new"', 'verdict = "cycle"'),
    (STORY, 'kernel = "v6.1"\nstep', 'kernel = "v9"\nstep'),
    (TALK, 'step = "node 0 finds 1"', 'step = "the order begins"'),
    (TALK, 'step = "pass 1 begins"', "step = [1]"),
    (TALK, "mine = ", '"Mine!" = '),
    (TALK, '[machines]\nmine = "1 socket: cpu+dram 64G, pmem 256G"', "machines = 5"),
    (TALK, 'topology = "mine"', 'topology = "mine"\nfile = "mine.toml"'),
    (TALK, 'notes = "Say it."', f"# {MAX_TALK * 'x'}"),
    (TALK, TALK, '{"stops": '),
    (SCENE, "tick = 300", "tick = 4999"),
    (SCENE, "tick = 300", 'tick = "nobody says this"'),
)
"""Texts, each with a part and what is put in its place."""
VALUES = ("5", '"zz"')
"""What is put in the place of the value of a key."""


def files() -> dict[str, Callable[[], str]]:
    """Return files with the stops of stories and of talks, and with what is refused in a damaged one of each."""
    damaged = {"damaged-story.txt": _story, "damaged-talk.txt": _talk, "odd-values.txt": odd}
    return {"stops.txt": _stories, "talks.txt": _talks} | damaged


def _stories() -> str:
    lines = list[str]()
    for name, story in list(builtin_stories().items())[::20]:
        found = builtin_story(name)
        lines += [f"{name} ({story.group}): {story.question}", *map(_stop, found.stops), f"    now: {found.now}"]
    return "\n".join([*lines, ""])


def _stop(found: object) -> str:
    if not isinstance(found, ResolvedStop):
        return f"    {found}"
    request = {key: value for key, value in found.request.items() if key != "link"}
    return f"    {found.step}..{found.last}: {request} {dict(found.targets)} {found.scene or ''}"


def _talks() -> str:
    lines = list[str]()
    talks = {name: builtin_talk(name) for name in talk_names()}
    for name, talk in (talks | {BUILTIN: story_as_talk(BUILTIN), "TALK": resolved_talk(TALK, "talk.toml")}).items():
        lines += [f"{name}: {talk.talk.title}", *map(_stop, talk.stops)]
        lines += [f"    {key}: {value}" for key, value in talk.document.items() if key != "stops"]
        lines += [f"    {table}" for table in talk.document["stops"]]
    return "\n".join([*lines, ""])


def _story() -> str:
    return _outcomes(_read_story, STORY)


def _talk() -> str:
    odd = ((text.replace(part, other), other) for text, part, other in ODD)
    told = "".join(
        f"{other[:40]}: {without_parser(result(_read_story if text.startswith('question') else _read_talk, text))}\n"
        for text, other in odd
    )
    return _outcomes(_read_talk, TALK) + _outcomes(_read_talk, SCENE) + f"{told}none: {result(builtin_talk, 'none')}\n"


def _outcomes(read: Callable[[str], list[int | None]], text: str) -> str:
    outcomes = ((name, result(read, damaged)) for name, damaged in _damages(text))
    return "".join(f"{name}: {without_parser(outcome)}\n" for name, outcome in outcomes)


def _damages(text: str) -> Iterator[tuple[str, str]]:
    """Yield the text, then without each line, and with other values of each key; of several lines, the first only."""
    yield "whole", text
    lines, seen = text.splitlines(), set[str]()
    for number, line in enumerate(lines):
        key, equals, _ = line.partition(" = ")
        if shape(key) in seen or not line:
            continue
        seen.add(shape(key))
        before, after = "\n".join(lines[:number]), "\n".join(lines[number + 1 :])
        yield f"without {key[:40]}", f"{before}\n{after}"
        for value in VALUES if equals else ():
            yield f"{key[:40]} = {value}", f"{before}\n{key} = {value}\n{after}"


def _read_story(text: str) -> list[int | None]:
    return [stop.step for stop in resolved(read_story(text, "story.toml"), "story.toml").stops]


def _read_talk(text: str) -> list[int | None]:
    return [getattr(stop, "step", None) for stop in resolved_talk(text, "talk.toml").stops]
