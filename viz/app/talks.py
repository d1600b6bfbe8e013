"""Serve talks: the built-in ones, the one that the server was started with, and those that a visitor sends.

A talk for the page is {"id", "title", "minutes", "stops", "document"}. A stop has the keys of a story's stop (see
viz/app/story_gallery.py) and those of viz.stories.talk.TalkStop, with "last" as the number of the last step that it
shows; a stop whose machine is missing has "missing", a line that says so, and neither "request" nor "step".
"document" is the talk as it is saved, in which each stop names its machine.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from viz.app.service import OPENED, Request
from viz.stories import MissingStop, ResolvedTalk, builtin_talk, resolved_talk, story_as_talk, talk_names
from viz.stories.resolved_talk import INHERITED, Found, with_runs
from viz.stories.story import in_document
from viz.stories.talk import MAX_TALK, document_of, talk_of
from viz.topology import TopologyError
from viz.topology.link import pack

if TYPE_CHECKING:
    from flask import Flask, Response

PATH = "talks.json"
"""The path of the document with the built-in talks and the opened one, below that of the page."""
OF_PLACE = (*INHERITED, "until", "scenario", "tick")
"""The keys of a stop by which its run and its steps are found; the page gets a request and numbers of steps instead."""


def serve_talks(server: Flask, base: str, opened: ResolvedTalk | None) -> None:
    """Let a Flask server answer requests for `base` + PATH with all talks; that of the server itself comes first."""
    from flask import jsonify  # imported late, because worker processes import this module and need no Flask

    def document() -> Response:
        own = [talk_data(OPENED, opened)] if opened else []
        return jsonify({"talks": [*own, *builtin_talks()]})

    server.add_url_rule(f"{base}{PATH}", "talks", document)


@cache
def builtin_talks() -> list[dict[str, Any]]:
    """Return the built-in talks for the page."""
    return [talk_data(name, builtin_talk(name)) for name in talk_names()]


def talk_data(name: str, found: ResolvedTalk) -> dict[str, Any]:
    """Return a talk for the page; `name` is its id there."""
    return {
        "id": name,
        "title": found.talk.title,
        "minutes": found.talk.minutes,
        "stops": [_stop(stop) for stop in found.stops],
        "document": found.document,
    }


def opening_address(talk: ResolvedTalk | None) -> str:
    """Return the part behind the # of the address at which the page opens if a visitor names none; "" without a talk.

    It names the machine of the first stop, so that no other machine is fetched before it.
    """
    if talk is None:
        return ""
    place: dict[str, str] = {}
    if talk.first:
        request = talk.first.request
        with suppress(TopologyError):  # a machine that is too large for an address is fetched a moment later
            place = request if "topology" in request else {"machine": pack(talk.first.run.topology), **request}
    place = {key: value for key, value in place.items() if key not in ("text", "link")}
    return urlencode({**place, **opening(talk, OPENED)})


def opening(talk: ResolvedTalk, name: str) -> dict[str, str]:
    """Return the keys of the address at which a talk opens, but for its machine: at its first stop that has one."""
    first = talk.first
    stop = first.stop if first else talk.stops[0].stop
    place = {"mode": "presenter"} if stop.presenter else {}
    place |= {"panel": stop.panel} if stop.panel else {}
    place |= {"bands": "1"} if stop.bands else {}
    stride = stop.stride or "talk"
    place |= {} if stride == "source" else {"stride": stride}  # "source" is the usual one
    number = talk.stops.index(first) + 1 if first else 1
    return place | {"talk": f"{name}.{number}"} | ({"step": str(first.step)} if first else {})


def _stop(one: Found) -> dict[str, Any]:
    shown = {key: value for key, value in document_of(one.stop).items() if key not in OF_PLACE}
    shown |= {"view": one.stop.view, "presenter": one.stop.presenter}
    if isinstance(one, MissingStop):
        return shown | {"missing": one.why}
    place: dict[str, Any] = {"request": one.request, "step": one.step}
    place |= {"scene": str(one.scene)} if one.scene else {}
    return shown | place | ({} if one.last is None else {"last": one.last})


def talk(question: Request) -> dict[str, Any]:
    """Return the talk in the "text" of a question, or in its "document", with all runs and steps, under the id "own".

    The question may also name a built-in "story", whose stops become those of a talk. Raise TopologyError, which names
    the stop, the key and, for a text, the line that are wrong.
    """
    text, document, story = (question.get(key) for key in ("text", "document", "story"))
    if isinstance(story, str):
        return {"talk": talk_data("own", story_as_talk(story))}
    if isinstance(text, str):
        return {"talk": talk_data("own", resolved_talk(text, "the talk"))}
    if not isinstance(document, Mapping) or len(json.dumps(document)) > MAX_TALK:
        raise TopologyError("is to be the document of a talk", "document")
    found = in_document(lambda: with_runs(talk_of(document), ""), "the talk")
    return {"talk": talk_data("own", found)}
