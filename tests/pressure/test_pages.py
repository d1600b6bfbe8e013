"""Tests of the batches of a node."""

from __future__ import annotations

import pytest

from viz.pressure.pages import NodeMemory
from viz.topology.watermarks import Watermarks


@pytest.fixture
def node() -> NodeMemory:
    """Return a node of 1,000 pages."""
    return NodeMemory(0, Watermarks(min=10, low=20, high=30, promo=40, managed=1000, free=1000), promo=False)


def test_pages_of_one_tick_are_one_batch(node: NodeMemory) -> None:
    for _ in range(5):
        node.put("a", 10, tick=1)
    node.put("a", 10, tick=2)
    assert [list(batch) for batch in node.batches["a"]] == [[1, 50], [2, 10]]
    assert (node.free, node.held) == (940, {"a": 60})


def test_the_oldest_are_taken_first_and_batches_are_split(node: NodeMemory) -> None:
    node.put("a", 50, tick=1)
    node.put("a", 50, tick=2)
    node.take("a", 70)
    assert [list(batch) for batch in node.batches["a"]] == [[2, 30]]
    node.take("a", 30)
    assert (node.batches, node.held, node.free) == ({}, {}, 1000)


def test_the_oldest_owner_goes_until_another_is_older(node: NodeMemory) -> None:
    for owner, tick, pages in (("a", 1, 5), ("b", 3, 7), ("a", 2, 6), ("a", 4, 8)):
        node.put(owner, pages, tick)
    assert node.oldest(()) == ("a", 11)
    node.take("a", 11)
    assert node.oldest(()) == ("b", 7)
    assert node.oldest({"b"}) == ("a", 8)
    assert node.oldest({"a", "b"}) == ("", 0)


def test_of_equally_old_pages_those_of_who_came_first_go_first(node: NodeMemory) -> None:
    node.put("b", 5, tick=1)
    node.put("a", 5, tick=1)
    assert node.oldest(()) == ("b", 5)


@pytest.mark.parametrize(("promo", "goal"), [(False, 30), (True, 40)])
def test_kswapd_works_until_high_or_promo(promo: bool, goal: int) -> None:
    marks = Watermarks(min=10, low=20, high=30, promo=40, managed=1000, free=1000)
    assert NodeMemory(0, marks, promo).goal == goal
