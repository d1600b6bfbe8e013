"""Test what an exported file with machines holds: the answers that the server would give."""

from __future__ import annotations

from typing import Any

import pytest

from tests.command import printed, refusal
from viz.app.endpoints import ASKS
from viz.app.held_answers import key_of
from viz.app.held_machines import MAX_RUNS, TooManyRuns, held_machines
from viz.app.service import Service
from viz.cli.draw_export import named_machines
from viz.topology import builtin

NAMES = ("losing-a-node", "one-socket-two-pmem")


@pytest.fixture(scope="module", name="exported")
def the_exported_runs() -> dict[str, Any]:
    """Return what a file holds of two machines under two kernels."""
    return held_machines({name: builtin(name) for name in NAMES}, ["v5.15", "v6.1"])


@pytest.mark.slow
def test_the_file_holds_every_machine_under_every_kernel(exported: dict[str, Any]) -> None:
    runs = [(run["request"]["topology"], run["kernel"]) for run in exported["runs"].values()]
    assert runs == [(name, kernel) for name in NAMES for kernel in ("v5.15", "v6.1")]
    assert list(exported["runs"]) == exported["order"] == [key_of(run["request"]) for run in exported["runs"].values()]
    assert [name for name, _ in exported["machines"]] == list(NAMES)


@pytest.mark.parametrize("name", ["events", "rebuilds", "versions"])
def test_an_answer_is_the_one_of_the_server(exported: dict[str, Any], name: str) -> None:
    request = {"topology": NAMES[0], "kernel": "v5.15", "zonelists": "runtime"}
    assert exported["answers"][f"{name} {key_of(request)}"] == ASKS[name](Service(), request)


def test_every_two_runs_are_compared_and_the_orders_around_each_event(exported: dict[str, Any]) -> None:
    requests = [run["request"] for run in exported["runs"].values()]
    for shown in requests:
        for other in [each for each in requests if each != shown]:
            question = shown | {"other": other}
            held = exported["answers"][f"against {key_of(question)}"]
            answer = ASKS["against"](Service(), question)
            assert held == {key: answer[key] for key in held if key != "of"} | {"of": key_of(other)}
            assert held["of"] in exported["runs"]
    shown = requests[0]
    for event in (1, 2):
        question = shown | {"events": event, "other": shown | {"events": event - 1}}
        assert exported["answers"][f"against {key_of(question)}"] == ASKS["against"](Service(), question)


@pytest.mark.parametrize("kernel", ["v5.15", "v6.1"])
def test_readers_are_held_for_each_change_and_each_start(exported: dict[str, Any], kernel: str) -> None:
    request = {"topology": NAMES[0], "kernel": kernel, "zonelists": "runtime"}
    for event in range(3):
        question = request | {"event": event, "programOrder": False}
        answer = exported["answers"][f"readers {key_of(question)}"]
        assert answer == ASKS["readers"](Service(), question)
        for start in answer["starts"]:
            asked = question | {"protocol": answer["protocol"], "start": start["start"]}
            assert exported["answers"][f"readers {key_of(asked)}"]["start"] == start["start"]


def test_a_file_lacks_what_has_too_many_walks(exported: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("viz.readers.several.MAX_SEVERAL", 1)
    held = held_machines({NAMES[0]: builtin(NAMES[0])}, ["v6.1"])["answers"]
    asked = {key for key in exported["answers"] if "v6.1" in key and "losing" in key and "v5.15" not in key}
    lacks = {key for key in asked if key not in held and "one-socket" not in key}
    assert lacks
    assert {key.partition(" ")[0] for key in lacks} == {"readers"}


def test_too_many_runs_are_refused() -> None:
    with pytest.raises(TooManyRuns, match=f"up to {MAX_RUNS} runs"):
        held_machines(dict.fromkeys(map(str, range(MAX_RUNS + 1)), builtin(NAMES[0])), [None])
    many = [part for _ in range(MAX_RUNS + 1) for part in ("--kernel", "v5.15")]
    assert "up to" in refusal("export", f"topologies/{NAMES[0]}.toml", *many)


def test_machines_have_names_that_differ() -> None:
    machine = builtin(NAMES[0])
    assert list(named_machines([("a", machine), ("a", machine), ("b", machine)])) == ["a", "a-2", "b"]
    for names in (["a-2", "a", "a"], ["a", "a", "a-2"], ["a", "a-2", "a", "a", "a-3"]):
        assert len(named_machines([(name, machine) for name in names])) == len(names)


@pytest.mark.slow
def test_the_command_takes_files_and_kernels() -> None:
    page = printed("export", *(f"topologies/{name}.toml" for name in NAMES), "--kernel", "v5.15", "--kernel", "v6.1")
    assert "data-machines" in page
    assert page.count('<option value="losing-a-node"') == 1
