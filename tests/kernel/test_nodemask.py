"""Test NodeMask against Python's own sets, and its text against examples from the kernel."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from viz.kernel.nodemask import NodeMask, node_list

nodes = st.sets(st.integers(0, 1023), max_size=40)


@given(nodes, nodes)
def test_a_mask_is_a_set(a: set[int], b: set[int]) -> None:
    first, second = NodeMask(a), NodeMask(b)
    assert set(first | second) == a | b
    assert set(first & second) == a & b
    assert set(first - second) == a - b
    assert (first == second) == (a == b)
    assert list(first) == sorted(a)
    assert (len(first), bool(first)) == (len(a), bool(a))
    first |= second
    assert all(node in first for node in a | b)


@given(nodes)
def test_parse_undoes_str(a: set[int]) -> None:
    assert NodeMask.parse(str(NodeMask(a))) == NodeMask(a)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", []), ("0", [0]), ("0-2,5", [0, 1, 2, 5]), (" 0 - 1 , 3 ", [0, 1, 3]), ("1023", [1023]), ("3,1", [1, 3])],
)
def test_the_nodes_of_a_node_list(text: str, expected: list[int]) -> None:
    assert list(NodeMask.parse(text)) == expected


@pytest.mark.parametrize(
    "text", ["a", "1-", "-1", "1--2", "3-1", "1024", "0-999999999", "9" * 5000, "٣", "1,,2", "1.5"]
)
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"node id or range|runs backwards"):
        NodeMask.parse(text)


def test_a_change_is_seen_through_every_reference_but_not_in_a_copy() -> None:
    mask = NodeMask([1])
    same, copy = mask, mask.copy()
    same.add(2)
    same.discard(1)
    assert (node_list(mask), node_list(copy)) == ("2", "1")
