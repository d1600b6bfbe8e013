"""Test the answers for the readers panel, and which questions are refused."""

from __future__ import annotations

from typing import Any

import pytest

from viz.app.endpoints import ASKS
from viz.app.service import Service

CHAINS = {"topology": "losing-a-node", "old": "0>1>2", "new": "0>2>1"}


def ask(question: dict[str, Any], name: str = "readers") -> dict[str, Any]:
    return ASKS[name](Service(), question)


def test_the_first_example_opens_where_most_can_go_wrong() -> None:
    answer = ask(CHAINS)
    assert (answer["start"], answer["protocol"], answer["number"]) == (0, "barrier", "6")
    assert answer["witnesses"]["cycle"]["seen"] == [0, 1, 2, 1]
    assert answer["starts"][0]["verdicts"]["mixed"] == "never"
    assert "<svg" in answer["stage"]
    assert answer["safe"] == ["grace-walk"]
    assert ask(CHAINS | {"kernel": "v5.15"})["protocol"] == "grace-hop"
    assert "cycle" not in ask(CHAINS | {"protocol": "grace-walk"})["witnesses"]
    assert ask(CHAINS | {"start": 2})["walks"][0]["seen"] == [2, -1]
    assert ask(CHAINS | {"walk": [1, 2, 1]}, "walk")["moments"][0] == ["read", 1, 2, 0]
    assert ask(CHAINS | {"walk": [2, -1]}, "walk")["seen"] == [2, -1]


@pytest.mark.parametrize(("kernel", "usual"), [("posted", "barrier"), ("v5.15", "grace-hop"), ("v5.16", "grace-hop")])
def test_every_kernel_opens_with_its_own_protocol(kernel: str, usual: str) -> None:
    answer = ask({"topology": "losing-a-node", "kernel": kernel, "event": 1})
    assert (answer["protocol"], answer["usual"]) == (usual, usual)
    assert answer["witnesses"]["mixed"]["seen"] == [0, 1, 2, 5, -1]
    assert answer["old"] != answer["new"]
    assert ask({"topology": "losing-a-node", "kernel": kernel, "event": 2})["start"] == 0


def test_a_large_machine_is_examined_from_one_start() -> None:
    chain = ">".join(map(str, range(300)))
    answer = ask({"topology": "losing-a-node", "old": chain, "new": "", "start": 7})
    assert [row["start"] for row in answer["starts"]] == [7]
    assert len(answer["walks"]) == 100
    assert "stage" not in answer


@pytest.mark.parametrize(
    ("question", "name", "refusal"),
    [
        ({"kernel": "fallback-lists", "event": 1}, "readers", "is no kernel"),
        ({"event": 99}, "readers", "lists 2 events"),
        ({"event": -1}, "readers", "lists 2 events"),
        ({"event": "1"}, "readers", "whole number"),
        ({"event": True}, "readers", "whole number"),
        ({"protocol": "rcu"}, "readers", "grace-hop"),
        ({"start": 99}, "readers", "no node"),
        ({"start": [0]}, "readers", "no node"),
        ({"old": "0>x", "new": ""}, "readers", "chain of node ids"),
        ({"old": "0>1>2", "new": "0>2>1", "walk": [0, 9]}, "walk", "node ids"),
        ({"old": "0>1>2", "new": "0>2>1", "walk": [2, 0]}, "walk", "no reader"),
        ({"old": "0>1>2", "new": "0>2>1", "walk": [0, -1, 0]}, "walk", "no reader"),
        ({"old": "0>1>2", "new": "0>2>1", "walk": []}, "walk", "no reader"),
        ({"old": "0>1>2", "new": "0>2>1", "walk": [0, 1]}, "walk", "no reader"),
        ({"old": "0>1>2", "new": "0>2>1"}, "walk", "node ids"),
    ],
)
def test_wrong_questions_are_refused(question: dict[str, Any], name: str, refusal: str) -> None:
    with pytest.raises(ValueError, match=refusal):
        ask({"topology": "losing-a-node", **question}, name)


def test_several_targets_are_answered() -> None:
    answer = ask({"topology": "one-socket-two-equal", "kernel": "v6.1"})
    assert (answer["several"], answer["array"], answer["protocol"]) == (True, "preferred", "grace-hop")
    assert answer["new"] == {"0": "1-2", "1": "", "2": ""}
    assert {tuple(walk["seen"]) for walk in answer["walks"]} >= {(0, 1, -1), (0, 2, -1), (0, -1)}
    stores = [moment for moment in answer["witnesses"]["new"]["moments"] if moment[0] == "store"]
    assert ["store", 0, "1-2", 1] in stores


@pytest.mark.parametrize(("kernel", "count"), [("posted", 12), ("v6.1", 0)])
def test_every_claim_of_the_code_has_its_place(kernel: str, count: int) -> None:
    rows = ask({"topology": "losing-a-node", "kernel": kernel}, "claims")["claims"]
    assert len(rows) >= count
    assert len({row["text"] for row in rows}) == len(rows)
    assert bool(rows) == bool(count)
    assert {row["verdict"] for row in rows} <= {"holds", "holds in part", "does not hold"}
    assert all(row["line"] > 0 and row["because"] for row in rows)
