"""Test the document with all stories, which the page requests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest

from viz.app import create_app, story_gallery
from viz.app.service import Service
from viz.figures.thumbnail import thumbnail
from viz.kernel.versions import VERSIONS
from viz.resources import stories as folder
from viz.stories import GROUPS, builtin_stories, builtin_story
from viz.topology import builtin as machine
from viz.topology import builtin_names


def document() -> dict[str, Any]:
    """Return the document that the server sends."""
    reply = create_app().server.test_client().get("/stories.json")
    assert (reply.status_code, reply.mimetype) == (200, "application/json")
    sent: dict[str, Any] = json.loads(reply.text)
    return sent


def test_all_stories_are_in_one_document() -> None:
    sent = document()
    assert sent["broken"] == []
    assert [group["name"] for group in sent["groups"]] == list(GROUPS)
    stories = [story for group in sent["groups"] for story in group["stories"]]
    assert [story["id"] for story in stories] == list(builtin_stories())
    for story in stories:
        found = builtin_story(story["id"])
        assert [stop["step"] for stop in story["stops"]] == [stop.step for stop in found.stops]
        assert [stop["title"] for stop in story["stops"]] == [stop.stop.title for stop in found.stops]
        assert ("request" in story["now"]) == (found.now is not None)
        fromstring(story["picture"])


@pytest.mark.slow
def test_the_page_gets_the_run_of_every_stop() -> None:
    """The server answers the request of every stop with a run that has the stop's step."""
    service = Service()
    for group in document()["groups"]:
        for story in group["stories"]:
            for stop in [*story["stops"], story["now"]]:
                if "request" not in stop:
                    continue
                answer = service.answer(stop["request"])
                assert "error" not in answer, (story["id"], answer)
                assert answer["more"] is False
                assert stop["step"] < answer["trace"]["length"]


def test_a_story_that_is_wrong_is_named_and_the_others_are_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (folder() / "tour.toml").read_text()
    (tmp_path / "good.toml").write_text(text)
    (tmp_path / "bad.toml").write_text(text.replace('step = "node 0 finds 1"', 'step = "node 0 finds 5"'))
    (tmp_path / "worse.toml").write_text("question = ")
    monkeypatch.setattr("viz.stories.builtin.stories", lambda: tmp_path)
    sent = story_gallery._gallery.__wrapped__()
    assert [story["id"] for group in sent["groups"] for story in group["stories"]] == ["good"]
    assert sent["broken"][0] == "bad.toml: stops[1].step: no step of this run where node 0 finds 5"
    assert sent["broken"][1].startswith("worse.toml: ")


@pytest.mark.parametrize("name", builtin_names())
def test_a_thumbnail_has_every_node_and_every_arrow_within_its_frame(name: str) -> None:
    topology = machine(name)
    ids = topology.ids
    targets = {ids[0]: list(ids[1:]), ids[-1]: [ids[0]]}
    svg = fromstring(thumbnail(topology, targets))
    assert sorted(int(label.text or "") for label in svg.iter("text")) == sorted(ids)
    assert len(list(svg.iter("path"))) == len(list(svg.iter("polygon"))) == sum(map(len, targets.values()))
    _, _, width, height = map(float, svg.get("viewBox", "").split())
    for rect in svg.iter("rect"):
        x, y, w, h = (float(rect.get(key, "")) for key in ("x", "y", "width", "height"))
        assert x >= 0
        assert y >= 0
        assert x + w <= width + 1
        assert y + h <= height + 1


def test_stories_name_kernels_that_the_picker_has() -> None:
    names = {row.name for row in VERSIONS}
    for name in builtin_stories():
        for stop in builtin_story(name).stops:
            assert stop.run.version.name in names
            assert stop.stop.against is None or stop.stop.against in names
