"""Test which values a document may have as its case and its notes, and which are refused."""

from __future__ import annotations

from typing import Any

import pytest

from viz.topology import Topology, TopologyError, read
from viz.topology.document_text import json_text, toml_text

CASE = dict.fromkeys(("who", "when", "thread", "asked", "happens", "why", "look"), "x") | {"opens": {"pass": 2}}
EXPECTED = {"kernels": ["v5.17"], "node_demotion": {"0": [1], "1": []}, "after": [{"0": [1], "1": []}]}


def topology_with(**keys: Any) -> Topology:
    nodes = [{"id": node, "cpus": 1 - node, "memory": "1 GiB"} for node in (0, 1)]
    return Topology.from_document({"title": "t", "nodes": nodes, "distances": [[10, 20], [20, 10]]} | keys)


def test_case_and_notes_come_back_from_toml_and_json() -> None:
    case = CASE | {"expect": [EXPECTED, {"kernels": ["v6.1"], "tiers": [{"id": 4, "nodes": "0-1", "lower": ""}]}]}
    topology = topology_with(name="short", group="g", note="n", notes={"passes": "p", "v6.1": "t"}, case=case)
    assert topology.case
    assert topology.case.expect[0].given() == {"node_demotion": {"0": [1], "1": []}}
    assert read(toml_text(topology)) == topology
    assert read(json_text(topology)) == topology


@pytest.mark.parametrize(
    ("keys", "problem"),
    [
        ({"name": "x" * 35}, "name: must be text of at most 34 characters"),
        ({"notes": 3}, "notes: must be a table of notes by posted, one-target, passes, v5.15"),
        ({"notes": {"v5.99": "x"}}, "not by 'v5.99'"),
        ({"notes": {"tiers": 3}}, "notes: must be text, not 3"),
        ({"case": 3}, "case: must be a table with the keys who, when"),
        ({"case": {"who": "x"}}, "case.when: is missing"),
        ({"case": CASE | {"when": "x" * 121}}, "case.when: must be text of at most 120 characters"),
        ({"case": CASE | {"opens": {}}}, "case.opens: must be a table of 1 to 32 signals"),
        ({"case": CASE | {"opens": {"pass": [2]}}}, "case.opens.pass: must be a number or text, not a list"),
        ({"case": CASE | {"expect": [{"kernels": []}]}}, "case.expect[0].kernels: must be a list of 1 to 500"),
        ({"case": CASE | {"expect": [{"kernels": ["x"]}] * 33}}, "case.expect: must be a list of at most 32 tables"),
        ({"case": CASE | {"expect": [EXPECTED | {"toptier": {"x": 1}}]}}, "case.expect[0].toptier: 'x' is no node id"),
        ({"case": CASE | {"expect": [EXPECTED | {"node_load": {"0": 1.5}}]}}, "must be a number, a list of node ids"),
        ({"case": CASE | {"expect": [EXPECTED | {"tiers": [{"id": 4}]}]}}, "tables with the keys id, nodes, lower"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_wrong_case_is_refused_in_one_line(keys: dict[str, Any], problem: str) -> None:
    with pytest.raises(TopologyError) as caught:
        topology_with(**keys)
    assert problem in str(caught.value)
    assert "\n" not in str(caught.value)
