"""Test requests that choose the value of a guess or the nodes that a cgroup may use."""

from __future__ import annotations

from typing import Any

import pytest

from viz.analysis.compare import after_events
from viz.analysis.run import Run
from viz.app.service import Service
from viz.topology import Topology, builtin

BOX = """available: 2 nodes (0-1)
node 0 cpus: 0 1
node 0 size: 64000 MB
node 1 cpus:
node 1 size: 128000 MB
node distances:
node   0   1
  0:  10  20
  1:  20  10
"""
NAME = "two-sockets-three-classes"


def answer(**request: Any) -> dict[str, Any]:
    return Service().answer({"text": BOX, "kernel": "v6.11"} | request)


def taken(result: dict[str, Any]) -> list[str]:
    return [choice["name"] for choice in result["guesses"][0]["choices"] if choice["taken"]]


@pytest.mark.parametrize(
    ("turned", "name"),
    [("", "dram"), ("0:hbm", "hbm"), ("0:cxl", "cxl"), ("0:pmem", "pmem"), ("0:dram", "dram"), ("0", "cxl")],
)
def test_the_choice_is_taken_and_named(turned: str, name: str) -> None:
    result = answer(turned=turned)
    assert taken(result) == [name]
    sentence = result["guesses"][0]["sentence"]
    assert sentence.startswith("Node 1 has memory and no CPUs; nothing says what it is. Taken as ")
    assert sentence.endswith("as chosen.") == bool(turned)


@pytest.mark.parametrize(("allowed", "mask"), [("3,0,1", "0-1,3"), ("", None), ("none", None)])
def test_a_mask_is_normalised(allowed: str, mask: str | None) -> None:
    result = Service().answer({"topology": NAME, "kernel": "v7.0", "allowed": allowed})
    assert result["allowed"] == mask
    assert bool(result["cpuset"]) == (mask is not None)


def test_a_mask_of_the_machine_can_be_changed_and_taken_away() -> None:
    first = Service().answer({"topology": NAME, "kernel": "v7.0", "allowed": "0,3"})
    for allowed, mask in (("", "0,3"), ("1-2", "1-2"), ("none", None)):
        result = Service().answer({"link": first["link"], "kernel": "v7.0", "allowed": allowed})
        assert result["allowed"] == mask


def test_a_wrong_mask_is_one_line() -> None:
    result = answer(allowed="0-9")
    assert result["error"] == "allowed: names node 2, which is not listed; the nodes are 0-1"


def test_a_part_of_a_run_with_a_mask_begins_the_whole() -> None:
    document = builtin(NAME).document() | {"allowed": "0-2"}
    topology = Topology.from_document(document | {"events": [{"event": "mem_offline", "node": 5}] * 2})
    whole = Run.of(topology, "v7.0").trace()
    part = after_events(Run.of(topology, "v7.0"), 1).trace(whole=False)
    assert [chapter.name for chapter in whole.chapters[: len(part.chapters)]] == [c.name for c in part.chapters]
    assert whole.chapters[-1].name == "cgroup"
    assert all(part.at("sentence", step) == whole.at("sentence", step) for step in range(part.length))
    assert part.at("allowed", 0) == "0-2"
