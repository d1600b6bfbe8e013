"""Test the answers for the dialog that makes a new machine."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given

from tests.topology.shapes import shapes
from viz.app.dispatcher import Dispatcher
from viz.app.new_machine import MAX_FIELDS, START, controls
from viz.app.service import Service
from viz.topology.notation import made, written
from viz.topology.shapes import Shape

EMPTY = controls(Shape(2, ()))
NODE = {"kind": "dram", "size": "64G"}


def ask(question: object) -> dict[str, Any]:
    """Return the answer to a question of the dialog as the page receives it."""
    answer: dict[str, Any] = json.loads(json.dumps(Dispatcher(Service()).answer("shape", question)))
    return answer


def by_fields(**changes: Any) -> dict[str, Any]:
    """Return a question with the values of the dialog's controls: two sockets with DRAM, and the given changes."""
    return {"shape": {**EMPTY, "stands": [NODE], **changes}}


@given(shapes())
def test_a_line_and_its_controls_make_the_same_machine(shape: Shape) -> None:
    line = written(shape)
    by_line = ask({"line": line})
    by_controls = ask({"shape": by_line["shape"]})
    assert by_controls == by_line
    assert by_line["line"] == line


def test_a_line_stays_as_it_was_written() -> None:
    assert ask({"line": "2  Sockets: cpu"})["line"] == "2  Sockets: cpu"


@pytest.mark.parametrize(
    ("machine", "line"),
    [
        ({"topology": "optane-two-sockets"}, START),
        ({"text": "3 sockets: cpu+dram"}, "3 sockets: cpu+dram"),
        ({"text": json.dumps(made("3 sockets: cpu+dram").document())}, "3 sockets: cpu+dram"),
        ({"text": json.dumps(made("3 sockets: cpu").document() | {"distances": [[10] * 3] * 3})}, START),
    ],
)
def test_the_dialog_starts_from_the_line_of_the_machine(machine: dict[str, str], line: str) -> None:
    assert ask(machine)["line"] == line


@pytest.mark.parametrize(
    ("question", "sentence", "order"),
    [
        (
            {"line": "2 sockets: cpu+dram, pmem; shared cxl"},
            "5 nodes: 0-1 in A, 2-3 in B, 4 shared by all. "
            "Distances: 17 to PMEM, 25 to the shared CXL, 21 from socket to socket.",
            ["0 -> 1 -> 4 -> stop", "2 -> 3 -> stop"],
        ),
        (
            {"line": "1 socket: cpu+dram, cxl", "kernel": "v6.1", "zonelists": "boot"},
            "2 nodes: 0-1 in A. Distances: 14 to CXL.",
            [
                "tier 4: 0",
                "tier 22: 1",
                "Demotion targets for Node 0: preferred: 1, fallback: 1",
                "Demotion targets for Node 1: null",
                "top tier: 0",
            ],
        ),
        (
            {"line": "65 sockets: cpu; ring 20 30"},
            "65 nodes: 0 in A, 1 in B, 2 in C, 3 in D, 4 in E, 5 in F, 6 in G, 7 in H, .... "
            "Distances: 20, 30 around the ring.",
            [],
        ),
    ],
)
def test_the_answer_describes_the_machine(question: dict[str, str], sentence: str, order: list[str]) -> None:
    answer = ask(question)
    assert (answer["told"], answer["order"]) == (sentence, order)


@pytest.mark.parametrize(
    ("question", "wrong", "at"),
    [
        ({"line": "2 sockets: cpu; 0-9 at 20"}, "0-9 at 20: there is no node 9; the nodes are 0 to 1", "line"),
        (by_fields(sockets="0"), "'0' stands where a number of sockets from 1 to 1024 is expected", "sockets"),
        (by_fields(clusters="x"), "'x' stands where a number of clusters from 1 to 1024 is expected", "clusters"),
        (by_fields(cross="20 30"), "several distances are those of a ring: one hop, two hops, ...", "cross"),
        (by_fields(cross="20 9", ring=True), "'9' stands where a distance from 11 to 254 is expected", "cross"),
        (by_fields(cluster_at="999"), "'999' stands where a distance from 11 to 254 is expected", "cluster_at"),
        (by_fields(pairs="0-1 at 20; 0-1"), "the line ends where at is expected", "pairs"),
        (by_fields(pairs="0-1 at 20; 0-9 at 20"), "0-9 at 20: there is no node 9; the nodes are 0 to 1", "pairs"),
        (by_fields(stands=[]), "a socket needs at least one node", "stands"),
        (by_fields(stands=[NODE, {}]), "a node has CPUs, memory or both", "stands.1.kind"),
        (by_fields(stands=[{"has_cpus": True, "cpus": "-1"}]), "'-1' stands where a number of CPUs", "stands.0.cpus"),
        (by_fields(stands=[{**NODE, "count": "0"}]), "'0' stands where a number of nodes", "stands.0.count"),
        (by_fields(stands=[{**NODE, "at": "10"}]), "'10' stands where a distance", "stands.0.at"),
        (by_fields(shared=[{**NODE, "size": "64Q"}]), "'64Q' stands where a size", "shared.0.size"),
        (by_fields(shared=[{**NODE, "has_cpus": True}]), "shared memory has no CPUs", ""),
        (by_fields(sockets="1024", stands=[NODE] * 2), "makes 2048 nodes; at least 1 and at most 1024", ""),
        (
            by_fields(stands=[{**NODE, "size": "9" * 12 + "K", "cpus": ""}] * 20),
            "characters; a machine in one line",
            "",
        ),
        (by_fields(sockets=2), "is not understood", "sockets"),
        (by_fields(sockets="9" * 401), "is not understood", "sockets"),
        (by_fields(stands="x"), "is not understood", "stands"),
        (by_fields(stands=[NODE] * (MAX_FIELDS + 1)), "is not understood", "stands"),
        (by_fields(stands=[[]]), "is not understood", "stands"),
        (by_fields(stands=[{"kind": "\x1b[2J"}]), r"'\x1b[2J' stands where a kind of memory", "stands.0.kind"),
        ({"line": ""}, "the line ends where a number of sockets from 1 to 1024 is expected", "line"),
    ],
)
def test_the_answer_says_what_is_wrong_and_where(question: object, wrong: str, at: str) -> None:
    answer = ask(question)
    assert answer.keys() == {"wrong", "at"}
    assert wrong in answer["wrong"]
    assert answer["wrong"].isprintable()
    assert answer["at"] == at


def test_an_unknown_kernel_is_refused() -> None:
    assert "unknown kernel" in ask({"line": START, "kernel": "v1"})["error"]
