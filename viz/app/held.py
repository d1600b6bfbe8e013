"""Collect what an exported talk needs without a server: the runs of its stops, and the answers that its tools ask for.

    {"talk", "opens": keys of the address at which it opens, "order": [key of each stop's run, or null],
     "runs": {key: run}, "answers": {"NAME KEY": answer}}

A key is the question as text; assets/core/server.mjs writes the same text (keyOf).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from viz.app.held_answers import NO_ANSWER, answer, key_of
from viz.app.service import Request, Service
from viz.app.talks import opening, talk_data
from viz.page.player_data import play_alone
from viz.pressure import wire as pressure_wire
from viz.stories import MissingStop, ResolvedStop, ResolvedTalk, TalkStop


def held_talk(talk: ResolvedTalk, name: str) -> dict[str, Any]:
    """Return a talk with the runs and answers of all its stops; `name` is its id on the page."""
    found = [stop for stop in talk.stops if isinstance(stop, ResolvedStop)]
    runs: dict[str, Any] = {}
    answers: dict[str, Any] = {}
    for stop in found:
        key = key_of(stop.request)
        if key not in runs:
            runs[key] = play_alone(stop.run) | {"request": stop.request}
        if stop.scene:
            runs[key]["pressure"] = pressure_wire.answer(stop.run, stop.scene.scenario, None)
        answers |= _answers(stop)
    order = [None if isinstance(stop, MissingStop) else key_of(stop.request) for stop in talk.stops]
    held = {"talk": talk_data(name, talk), "opens": opening(talk, name), "order": order}
    return held | {"runs": runs, "answers": answers}


def _answers(stop: ResolvedStop[TalkStop]) -> dict[str, Any]:
    found = {}
    for name, question in _questions(stop):
        with suppress(*NO_ANSWER):
            found[f"{name} {key_of(question)}"] = answer(Service(), name, question)
    return found


def _questions(stop: ResolvedStop[TalkStop]) -> Iterator[tuple[str, Request]]:
    """Yield the questions of the tool that is open at a stop, as the page asks them."""
    shown = stop.request | {"kernel": stop.run.asked, "zonelists": stop.run.zonelists}
    if stop.stop.view == "compare" and stop.stop.against:
        other = shown | {"kernel": stop.stop.against}
        yield "against", shown | {"other": other}
        yield "findings", other
        yield "halls", other
        yield "versions", shown
    if stop.stop.view == "readers":
        chapter = stop.run.trace().at("chapter", stop.step)
        yield "readers", shown | {"event": max(0, chapter - 1), "programOrder": False}
    walk = stop.stop.walk
    if walk:
        change = walk.model_dump(exclude={"verdict"}, exclude_none=True)
        yield "readers", shown | change | {"programOrder": False}
