"""Test the editor's functions that change a machine's document. Python must accept every machine that they make."""

from __future__ import annotations

from typing import Any

import pytest

from tests.node import Node
from viz.analysis.run import Run
from viz.topology import Topology, builtin
from viz.topology.distances import matrix_warnings

THREE: dict[str, Any] = {
    "title": "three nodes",
    "nodes": [
        {"id": 0, "cpus": "0-3", "memory": 2**30, "socket": "A", "tier": 0, "label": "DRAM"},
        {"id": 2, "cpus": 2, "memory": 2**30, "socket": "B", "tier": 0},
        {"id": 7, "cpus": 0, "memory": 2**33, "socket": "A", "tier": 1, "adistance": 900},
    ],
    "distances": [[10, 21, 14], [21, 10, 24], [14, 24, 10]],
    "events": [{"event": "mem_offline", "node": 7}, {"event": "cpu_offline", "node": 2}],
    "n_cpu": [0, 2],
    "node_load": {"0": 3, "7": 1},
}
SPOTS = {str(node["id"]): {"socket": node["socket"], "tier": node["tier"]} for node in THREE["nodes"]}
SOCKET, TIER = "socket", "tier"

KEYS: list[tuple[str, str, Any, str]] = [
    ("label", "  fast   one ", "fast one", "renaming node 2 to fast one"),
    ("label", "", None, ""),
    ("label", "x" * 41, {"refused": "A label has at most 40 characters, and this has 41."}, ""),
    ("label", "a\u202eb", {"refused": "A label is plain text, without control characters."}, ""),
    ("cpus", "0", 0, "taking the CPUs of node 2"),
    ("cpus", "8-8", "8-8", "giving node 2 CPUs 8-8"),
    ("cpus", "0-3, 8", "0-3,8", "giving node 2 CPUs 0-3,8"),
    ("cpus", "2", None, ""),
    ("cpus", "3-1", {"refused": "CPUs are a count up to 65536, or a list of CPUs such as 0-3,8."}, ""),
    ("cpus", "70000", {"refused": "CPUs are a count up to 65536, or a list of CPUs such as 0-3,8."}, ""),
    ("memory", "1.5 TB", "1.5 TB", "giving node 2 1.5 TB"),
    ("memory", "1GiB", None, ""),
    ("memory", "0", 0, "taking the memory of node 2"),
    ("memory", "64", {"refused": "64 needs a unit, as in 64 GiB."}, ""),
    ("memory", "lots", {"refused": "A size is a number with a unit, as in 64 GiB or 1.5 TB, or 0."}, ""),
    ("adistance", "900", 900, "setting the abstract distance of node 2 to 900"),
    ("adistance", "-1", {"refused": "An abstract distance is a whole number from 0 to 2147483647."}, ""),
]

BLOCKS: list[tuple[str, Any]] = [
    ("10\t20\n20\t10", [None, None, [[10, 20], [20, 10]]]),
    ("> 10 20\n> 20 10\n", [None, None, [[10, 20], [20, 10]]]),
    (
        "node distances:\nnode   0   2   7 \n  0:  10  21  14 \n  2:  21  10  24 \n  7:  14  24  10 \n",
        [[0, 2, 7], [0, 2, 7], THREE["distances"]],
    ),
    (">> node 0 7\n>> 7: 14 10\n", [[7], [0, 7], [[14, 10]]]),
    ("10,20;30", [None, None, [[10, 20, 30]]]),
    ("\n\n", "The text has no row of distances."),
    ("10 9", "\u201c9\u201d is no distance; it is a whole number from 10 to 255 (255 = unreachable)."),
    ("10 256", "\u201c256\u201d is no distance; it is a whole number from 10 to 255 (255 = unreachable)."),
    ("10 20\n20", "Row 2 of the text has 1 distances, the first has 2."),
    ("0: 10 20\n20 10", "Some rows of the text name their node, others do not."),
    ("node 0 1 2\n0: 10 20", "The text names 3 columns, and its rows have 2 distances."),
]


def node(document: dict[str, Any], number: int) -> dict[str, Any]:
    return next(node for node in document["nodes"] if node["id"] == number)


def description_of(made: Any) -> str:
    """Return the description of an edit. Raise an error if the edit was refused or if its machine is not valid."""
    assert "refused" not in made, made
    Topology.from_document(made["document"])
    return str(made["description"])


def test_the_keys_of_a_node(modules: Node) -> None:
    for key, text, value, words in KEYS:
        made = modules.call("#tools/edit/model", "setKey", THREE, 2, key, text)
        if made is None or "refused" in made:
            assert made == value, (key, text)
        else:
            assert (node(made["document"], 2).get(key), description_of(made)) == (value, words)
    cleared = modules.call("#tools/edit/model", "setKey", THREE, 7, "adistance", "")
    assert description_of(cleared) == "clearing the abstract distance of node 7"
    assert "adistance" not in node(cleared["document"], 7)


def test_what_a_node_has_is_toggled(modules: Node) -> None:
    document = THREE
    for key, words in (
        ("cpus", "giving node 7 CPUs (4)"),
        ("cpus", "taking the CPUs of node 7"),
        ("memory", "taking the memory of node 7"),
        ("memory", "giving node 7 1 GiB"),
        ("online", "taking node 7 offline"),
        ("online", "taking node 7 online"),
    ):
        made = modules.call("#tools/edit/model", "toggle", document, 7, key)
        assert description_of(made) == words
        document = made["document"]
    absent = THREE | {"nodes": [*THREE["nodes"][:2], THREE["nodes"][2] | {"blocks": 0}]}
    made = modules.call("#tools/edit/model", "toggle", absent, 7, "memory")
    assert description_of(made) == "putting the memory of node 7 online"
    assert Topology.from_document(made["document"]).nodes[2].has_memory


def test_a_node_comes_as_others_of_its_place_are(modules: Node) -> None:
    made = modules.call("#tools/edit/model", "addNode", THREE, SPOTS, {SOCKET: "B", TIER: 1})
    assert (description_of(made), made["id"]) == ("adding node 8", 8)
    added = node(made["document"], 8)
    assert (added["memory"], added["cpus"], added["adistance"], added["socket"]) == (2**33, 0, 900, "B")
    assert made["document"]["distances"][3] == [24, 14, 21, 10]


def test_a_node_goes_with_all_that_is_its_own(modules: Node) -> None:
    made = modules.call("#tools/edit/model", "removeNode", THREE, 7)
    assert description_of(made) == "removing node 7 and its event"
    assert made["document"]["distances"] == [[10, 21], [21, 10]]
    assert made["document"]["events"] == THREE["events"][1:]
    assert made["document"]["node_load"] == {"0": 3}
    alone = modules.call("#tools/edit/model", "removeNode", made["document"], 2)["document"]
    assert modules.call("#tools/edit/model", "removeNode", alone, 0) == {"refused": "A machine has at least one node."}


def test_distances_follow_a_moved_node_or_stay(modules: Node) -> None:
    to = {SOCKET: "B", TIER: 1}
    moved = modules.call("#tools/edit/model", "moveNode", THREE, SPOTS, 7, to, False)
    assert description_of(moved) == "moving node 7 to socket B"
    assert moved["document"]["distances"] == THREE["distances"]
    four = modules.call("#tools/edit/model", "addNode", THREE, SPOTS, {SOCKET: "B", TIER: 1})["document"]
    spots = SPOTS | {"8": to}
    made = modules.call("#tools/edit/model", "moveNode", four, spots, 8, {SOCKET: "A", TIER: 1}, True)
    row = made["document"]["distances"][3]
    assert row[0] == THREE["distances"][0][2], "as far as the other node of that tier in that socket"
    assert row[1] == THREE["distances"][1][2]
    assert [line[3] for line in made["document"]["distances"]] == row
    assert modules.call("#tools/edit/model", "moveNode", THREE, SPOTS, 7, SPOTS["7"], True) is None
    for number, tier, adistance in ((2, 1, 900), (7, 0, None)):
        made = modules.call("#tools/edit/model", "moveNode", THREE, SPOTS, number, {SOCKET: "A", TIER: tier}, True)
        assert description_of(made) == f"moving node {number} to {'socket A, ' if number == 2 else ''}class {tier}"
        assert node(made["document"], number).get("adistance") == adistance


def test_all_that_names_a_node_follows_its_new_id(modules: Node) -> None:
    made = modules.call("#tools/edit/model", "renumber", THREE, 7, "1")
    assert (description_of(made), made["renamed"]) == ("renumbering node 7 to 1", [[7, 1]])
    document = made["document"]
    assert [row["id"] for row in document["nodes"]] == [0, 1, 2]
    assert document["distances"] == [[10, 14, 21], [14, 10, 24], [21, 24, 10]]
    assert [event["node"] for event in document["events"]] == [1, 2]
    assert document["node_load"] == {"0": 3, "1": 1}
    swapped = modules.call("#tools/edit/model", "shiftId", THREE, 2, -1)
    assert (description_of(swapped), swapped["renamed"]) == ("swapping nodes 2 and 0", [[2, 0], [0, 2]])
    assert swapped["document"]["n_cpu"] == [0, 2]
    assert node(swapped["document"], 0)["cpus"] == 2
    assert modules.call("#tools/edit/model", "shiftId", THREE, 0, -1) is None
    assert "0 to 1023" in modules.call("#tools/edit/model", "renumber", THREE, 7, "1024")["refused"]


def test_distances_are_set_one_way_or_both(modules: Node) -> None:
    for both, text, words, back in (
        (False, "30", "raising d(0,7) to 30", 14),
        (True, "30", "raising d(0,7) and d(7,0) to 30", 30),
        (True, "12", "lowering d(0,7) and d(7,0) to 12", 12),
    ):
        made = modules.call("#tools/edit/distances", "setDistance", THREE, 0, 7, text, both)
        assert description_of(made) == words
        assert made["document"]["distances"][0][2] == int(text)
        assert made["document"]["distances"][2][0] == back
    assert modules.call("#tools/edit/distances", "setDistance", THREE, 0, 7, "14", True) is None
    for text in ("9", "256", "", "1e2", "12.5", "-12"):
        refusal = modules.call("#tools/edit/distances", "setDistance", THREE, 0, 7, text, True)["refused"]
        assert refusal.endswith("is no distance; it is a whole number from 10 to 255 (255 = unreachable).")


@pytest.mark.parametrize(("text", "block"), BLOCKS)
def test_what_can_be_pasted(modules: Node, text: str, block: Any) -> None:
    found = modules.call("#tools/edit/distances", "readBlock", text)
    assert found == (
        {"refused": block} if isinstance(block, str) else dict(zip(("rows", "columns", "cells"), block, strict=True))
    )


def test_where_a_block_goes(modules: Node) -> None:
    def put(cells: Any, at: tuple[int, int], both: bool, rows: Any = None, columns: Any = None) -> Any:
        block = {"rows": rows, "columns": columns, "cells": cells}
        made = modules.call("#tools/edit/distances", "setBlock", THREE, block, *at, both)
        return made["refused"] if "refused" in made else (description_of(made) and made["document"]["distances"])

    assert put([[30, 31]], (0, 2), False) == [[10, 30, 31], *THREE["distances"][1:]]
    assert put([[30, 31]], (0, 2), True) == [[10, 30, 31], [30, 10, 24], [31, 24, 10]]
    whole = [[10, 11, 12], [13, 10, 14], [15, 16, 10]]
    assert put(whole, (7, 7), True) == whole, "what the text says itself stays"
    assert put([[40, 50]], (0, 0), False, [7], [2, 0]) == [*THREE["distances"][:2], [50, 40, 10]]
    assert put([[30, 31]], (0, 7), False) == "The text is a block of 1 x 2; from here 3 x 1 fit."
    assert put([[30]], (0, 0), False, [4], [0]) == "The text names node 4, and this machine has none."


def test_what_is_odd_is_what_the_server_calls_odd(modules: Node) -> None:
    assert modules.call("#tools/edit/distances", "oddities", THREE) == []
    odd = THREE | {"distances": [[11, 21, 10], [22, 10, 24], [14, 24, 10]]}
    found = modules.call("#tools/edit/distances", "oddities", odd)
    assert [words for _, _, words in found] == [
        "node 0 is at 11 from itself, not 10",
        "d(0,2) is 21, back it is 22",
        "d(0,7) is 10, as if they were one node",
    ]
    matrix = tuple(map(bytes, odd["distances"]))
    assert len(list(matrix_warnings(matrix, (0, 2, 7)))) == 3


def test_the_effect_in_words(modules: Node) -> None:
    for before, after, renamed, words in (
        ({1: [2]}, {1: [5]}, [], "it moved 1 -> 2 to 1 -> 5."),
        ({1: [2], 2: []}, {1: [], 2: [1]}, [], "it removed 1 -> 2, added 2 -> 1."),
        ({1: [2, 3]}, {1: [3, 2]}, [], "it changed no arrow."),
        ({1: [2]}, {4: [2]}, [[1, 4]], "it changed no arrow."),
        ({1: [2]}, {1: [2], 9: [1]}, [], "it added 9 -> 1."),
        ({n: [0] for n in range(9)}, {}, [], "it removed " + ", ".join(f"{n} -> 0" for n in range(6)) + " and 3 more."),
    ):
        script = """async ([before, after, renamed]) => {
            const { differences, effectSentence } = await ours("#tools/edit/effect");
            const map = (table) => new Map(Object.entries(table).map(([node, targets]) => [Number(node), targets]));
            return effectSentence("it", differences(map(before), map(after), renamed));
        }"""
        assert modules.evaluate(script, [before, after, renamed]) == words


@pytest.mark.parametrize("kernel", ["posted", "v5.18", "v6.1"])
def test_final_targets_and_who_chooses(modules: Node, kernel: str) -> None:
    from viz.trace.wire import dump

    trace = Run.of(builtin("two-sockets-three-classes"), kernel).trace()
    script = """async (wire) => {
        const { choosers, finalTargets } = await ours("#tools/edit/effect");
        const { openTrace } = await ours("#core/trace");
        const trace = openTrace(wire);
        return [Object.fromEntries(finalTargets(trace)), choosers(trace)];
    }"""
    targets, order = modules.evaluate(script, dump(trace))
    assert {int(node): nodes for node, nodes in targets.items()} == {
        node: list(nodes) for node, nodes in trace.targets(trace.length - 1).items()
    }
    assert order == (None if kernel == "v6.1" else [0, 3])
