"""Test what becomes of the guesses and of the oddities of a listing."""

from __future__ import annotations

import pytest

from viz.topology import TopologyError
from viz.topology.partial_topology import NodeFacts, PartialTopology, nodes_text


def partial(**more: object) -> PartialTopology:
    found = PartialTopology("x output", nodes={0: NodeFacts("0-1", 5), 1: NodeFacts("", 7)}, **more)  # type: ignore[arg-type]
    found.columns, found.rows = [0, 1], {0: [10, 20], 1: [20, 10]}
    return found


def test_the_note_has_all_guesses() -> None:
    machine = partial()
    machine.guess("ids", "One guess.")
    machine.guess("ids", "Another guess.")
    assert machine.loaded().topology.note == "One guess. Another guess."
    assert partial().loaded().topology.note is None


@pytest.mark.parametrize(("length", "cut"), [(1000, False), (1001, True)])
def test_a_note_that_is_too_long_ends_after_a_whole_word(length: int, cut: bool) -> None:
    machine = partial()
    machine.guess("ids", "a word " * 140 + "b" * (length - 980))
    note = machine.loaded().topology.note or ""
    assert len(note) <= 1000
    assert note.endswith("a word ..." if cut else "b")


@pytest.mark.parametrize(
    ("name", "source"), [("", "pasted x output"), ("-", "pasted x output"), ("a", "x output in a")]
)
def test_the_source_says_where_the_listing_is(name: str, source: str) -> None:
    assert partial().loaded(name).topology.source == source


def test_a_row_or_a_column_that_is_missing_is_named() -> None:
    for change, problem in (
        ({"rows": {0: [10, 20]}}, "no row of distances for node 1; each node needs one"),
        ({"columns": [0]}, "no column of distances for node 1; each node needs one"),
        ({"rows": {0: [10], 1: [20, 10]}}, "the row of node 0 has 1 distances; it needs one for each of 2"),
        ({"nodes": {}}, "names no node; x output of a machine with NUMA nodes is needed"),
        ({"nodes": {node: NodeFacts() for node in range(1025)}}, "names 1025 nodes; at most 1024 are possible"),
    ):
        machine = partial()
        vars(machine).update(change)
        with pytest.raises(TopologyError) as refused:
            machine.loaded()
        assert str(refused.value) == problem


@pytest.mark.parametrize(
    ("nodes", "words"), [([], "no node"), ([3], "node 3"), ([1, 0], "nodes 0-1"), ([5, 0, 1], "nodes 0-1,5")]
)
def test_nodes_have_their_words(nodes: list[int], words: str) -> None:
    assert nodes_text(nodes) == words
