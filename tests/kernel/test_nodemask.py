"""NodeMask against Python's own sets, and the text form against the kernel's examples."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from viz.kernel.nodemask import NodeMask, node_list

nodes = st.sets(st.integers(0, 1023), max_size=40)


@given(nodes, nodes)
def test_a_mask_is_a_set(a: set[int], b: set[int]) -> None:
    one, two = NodeMask(a), NodeMask(b)
    assert set(one | two) == a | b
    assert set(one & two) == a & b
    assert set(one - two) == a - b
    assert (one == two) == (a == b)
    assert list(one) == sorted(a)
    assert (len(one), bool(one)) == (len(a), bool(a))
    one |= two
    assert all(node in one for node in a | b)


@given(nodes)
def test_text_goes_there_and_back(a: set[int]) -> None:
    assert NodeMask.parse(str(NodeMask(a))) == NodeMask(a)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", []), ("0", [0]), ("0-2,5", [0, 1, 2, 5]), (" 0 - 1 , 3 ", [0, 1, 3]), ("1023", [1023]), ("3,1", [1, 3])],
)
def test_node_lists(text: str, expected: list[int]) -> None:
    assert list(NodeMask.parse(text)) == expected


@pytest.mark.parametrize(
    "text", ["a", "1-", "-1", "1--2", "3-1", "1024", "0-999999999", "9" * 5000, "٣", "1,,2", "1.5"]
)
def test_what_is_no_node_list(text: str) -> None:
    with pytest.raises(ValueError, match=r"node id or range|runs backwards"):
        NodeMask.parse(text)


def test_a_mask_is_shared_by_whoever_holds_it() -> None:
    mask = NodeMask([1])
    same, own = mask, mask.copy()
    same.add(2)
    same.discard(1)
    assert (node_list(mask), node_list(own)) == ("2", "1")
