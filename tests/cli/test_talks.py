"""Test the commands that take a talk in place of a machine."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from tests.command import printed, refusal, tierscope
from viz.resources import talks
from viz.stories import ResolvedTalk
from viz.topology import Topology

TALK = """title = "Mine"

[[stops]]
title = "One"
topology = "two-sockets-three-classes"
step = "pass 1 begins"

[[stops]]
title = "Two"
file = "mine.txt"
step = 0
"""


def served(*arguments: str) -> tuple[Any, str]:
    """Return what `serve` opens the page with, and what it prints on stderr."""
    with patch("viz.app.serve.serve") as serve:
        done = tierscope("serve", *arguments)
    assert done.returncode == 0, done.stderr
    return serve.call_args[0][0], done.stderr.decode()


def test_serve_tells_a_talk_from_a_machine_by_its_stops(tmp_path: Path) -> None:
    file = tmp_path / "anything.txt"
    file.write_text(TALK)
    talk, said = served(str(file))
    assert isinstance(talk, ResolvedTalk)
    assert said.count("\n") == 1
    assert said.startswith("note: anything.txt: stops[1].file: 'mine.txt' cannot be read: No such file")
    (tmp_path / "mine.txt").write_text("2 sockets: cpu+dram, pmem")
    assert served(str(file))[1] == ""
    assert isinstance(served("topologies/losing-a-node.toml")[0], Topology)
    assert isinstance(served("2 sockets: cpu+dram")[0], Topology)
    assert served()[0] is None


def test_a_story_is_served_as_a_talk() -> None:
    talk, said = served("topologies/stories/tour.toml")
    assert isinstance(talk, ResolvedTalk)
    assert said == ""


@pytest.mark.parametrize("command", [("serve",), ("export",)])
def test_an_error_of_a_talk_names_its_file_line_stop_and_key(tmp_path: Path, command: tuple[str, ...]) -> None:
    file = tmp_path / "talk.toml"
    file.write_text(TALK.replace("pass 1 begins", "pass 9 begins"))
    said = refusal(command[0], str(file), *command[1:])
    assert "talk.toml: line 6, stops[0].step: no step of this run where pass 9 begins" in said


def test_an_export_holds_the_whole_talk(tmp_path: Path) -> None:
    page = printed("export", str(talks() / "six-minutes.toml"))
    assert "<title>Where cold memory goes, in six minutes - tierscope</title>" in page
    assert 'data-opens="mode=presenter&amp;stride=talk&amp;talk=talk.1&amp;step=7"' in page
    for module in ("#dialogs/story-gallery", "#tools/compare/panel", "#tools/readers/panel", "#player/notes-window"):
        assert f'"{module}"' in page
    assert "#tools/stranding/panel" not in page
    assert len(page) < 1_500_000


def test_the_stops_of_a_talk_name_their_kernels() -> None:
    said = refusal("export", str(talks() / "six-minutes.toml"), "--kernel", "v6.1")
    assert "a talk names its machines and kernels" in said
