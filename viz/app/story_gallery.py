"""Serve the built-in stories as one document, which the page requests when somebody opens the gallery or a story.

    {"groups": [{"name", "stories": [{"id", "question", "asked", "picture", "stops", "now"}]}], "broken": [lines]}

A stop is {"title", "text", "look", "mark", "view", "against", "walk", "scene", "ask", "request", "step"}; one that asks
whom a node will choose at its step has "predict", too. "now" is what to try afterwards: {"text"} and, if the story has
a machine to try, "request" and "step". "broken" has a line for each story that cannot be shown, which says why.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from threading import Lock
from typing import Any

from flask import Flask, Response, jsonify

from viz.figures.thumbnail import thumbnail
from viz.readers.model import Change, members
from viz.stories import GROUPS, ResolvedStop, ResolvedStory, Stop, builtin_story, story_names, walked_change
from viz.topology import TopologyError

PATH = "stories.json"
"""The path of the document, below that of the page."""
_MAKING = Lock()
TEXTS = ("title", "text", "look", "mark", "view", "against", "ask")


def serve_stories(server: Flask, base: str) -> None:
    """Let a Flask server answer requests for `base` + PATH with the document of all stories."""

    def document() -> Response:
        return jsonify(gallery())

    server.add_url_rule(f"{base}{PATH}", "stories", document)


def gallery() -> dict[str, Any]:
    """Return the document with all stories. Making it takes seconds, so simultaneous requests wait for one result."""
    with _MAKING:
        return _gallery()


@cache
def _gallery() -> dict[str, Any]:
    found: dict[str, ResolvedStory] = {}
    broken = []
    for name in story_names():
        try:
            found[name] = builtin_story(name)
        except TopologyError as error:
            broken.append(str(error))
    order = sorted(found, key=lambda name: (GROUPS.index(found[name].story.group), found[name].story.order, name))
    groups = {group: [name for name in order if found[name].story.group == group] for group in GROUPS}
    return {
        "groups": [
            {"name": group, "stories": [_story(name, found[name]) for name in names]}
            for group, names in groups.items()
            if names
        ],
        "broken": broken,
    }


def _story(name: str, found: ResolvedStory) -> dict[str, Any]:
    story = found.story
    shown = found.stops[min(story.picture, len(found.stops) - 1)]
    now: dict[str, Any] = {"text": story.now_try.text}
    if found.now:
        now |= {"request": found.now[0], "step": found.now[1]}
    return {
        "id": name,
        "question": story.question,
        "asked": story.asked,
        "picture": thumbnail(shown.run.topology, _arrows(shown)),
        "stops": [_stop(stop) for stop in found.stops],
        "now": now,
    }


def _stop(stop: ResolvedStop[Stop]) -> dict[str, Any]:
    walk = stop.stop.walk
    texts = {name: getattr(stop.stop, name) for name in TEXTS}
    known = {"walk": walk and walk.model_dump(exclude_none=True), "scene": str(stop.scene) if stop.scene else None}
    asks = {"predict": True} if stop.stop.predict else {}
    return texts | known | {"request": stop.request, "step": stop.step} | asks


def _arrows(stop: ResolvedStop[Stop]) -> Mapping[int, Sequence[int]]:
    """Return the arrows of a stop's picture: those of its order or, at a reader's walk, of both orders."""
    if stop.stop.walk is None:
        return stop.targets
    return _both(walked_change(stop.stop.walk, stop.run), stop.run.topology.ids)


def _both(change: Change, nodes: Sequence[int]) -> dict[int, list[int]]:
    both = {node: {*members(change.old.get(node, -1)), *members(change.new.get(node, -1))} for node in nodes}
    return {node: sorted(target for target in targets if target in nodes) for node, targets in both.items()}
