"""Tests of nodes that leave and come back, and of owners that end."""

from __future__ import annotations

import pytest

from tests.pressure.machines import owner, pages, play, said, three_tiers
from viz.topology import TopologyError

OFFLINE = {"tick": 190, "event": "offline", "node": 1}


def test_pages_of_a_leaving_node_move_and_the_order_is_built_anew() -> None:
    outcome = play(three_tiers(2000, 1000, 2000), owner(2300, bind=[0]), events=[OFFLINE])
    assert pages(outcome)[1] == 0
    assert sum(pages(outcome)) == 2300
    assert "Node 1 has left, and the order is built anew: 0 → 2." in said(outcome)


def test_nothing_arrives_on_a_node_that_leaves_or_has_left() -> None:
    outcome = play(three_tiers(2000, 1000, 2000), owner(2600, bind=[0]), events=[OFFLINE])
    late = [move for tick in outcome.ticks if tick.number >= 190 for move in tick.moves if move.target == 1]
    assert late == []


@pytest.mark.parametrize(("kernel", "off"), [("v5.15", True), ("v6.0", True), ("6.1", False), ("7.3.4", False)])
def test_up_to_6_0_demotion_is_off_while_memory_leaves(kernel: str, off: bool) -> None:
    """The bound owner is under pressure while node 1 leaves, which holds so much that this takes long."""
    events = [{"tick": 150, "event": "offline", "node": 1}]
    filler = owner(1500, "filler", bind=[1], rate=4096 * 100)
    outcome = play(three_tiers(1000, 2000, 3000), filler, owner(1300, bind=[0]), kernel=kernel, events=events)
    left = next(tick.number for tick in outcome.ticks if "Node 1 has left" in " ".join(tick.sentences))
    meanwhile = [
        move.kind for tick in outcome.ticks if 150 <= tick.number < left for move in tick.moves if move.target == 2
    ]
    assert left > 155
    assert "migrate" in meanwhile
    assert (not {"kswapd", "direct"} & set(meanwhile)) == off
    assert ("no node has a target until it has left" in said(outcome)) == off


def test_a_node_whose_pages_can_go_nowhere_stays() -> None:
    outcome = play(
        three_tiers(),
        owner(2600, bind=[0, 1, 2]),
        events=[{"tick": 220, "event": "offline", "node": 1}],
        demotion=False,
    )
    assert "Node 1 cannot leave" in said(outcome)
    assert sum(pages(outcome)) == 2600


def test_a_node_with_pages_of_the_kernel_stays() -> None:
    document = three_tiers().document()
    document["nodes"][0]["watermarks"] = {**document["nodes"][0]["watermarks"], "free": 900}
    topology = type(three_tiers()).from_document(document)
    outcome = play(topology, owner(100, cpu=1, bind=[1]), events=[{"tick": 1, "event": "offline", "node": 0}])
    assert "Node 0 cannot leave" in said(outcome)


def test_a_node_that_comes_back_is_a_target_again() -> None:
    events = [OFFLINE, {"tick": 260, "event": "online", "node": 1}]
    outcome = play(three_tiers(), owner(1300, bind=[0]), events=events)
    assert "Node 1 is back, and the order is built anew: 0 → 1, 1 → 2." in said(outcome)
    again = {"tick": 261, "event": "online", "node": 1}
    outcome = play(three_tiers(), owner(1300, bind=[0]), events=[*events, again])
    assert "Nothing happens to node 1" in said(outcome)


def test_an_owner_that_ends_leaves_its_pages_free() -> None:
    outcome = play(three_tiers(), owner(800), events=[{"tick": 250, "event": "exit", "owner": "o"}])
    assert pages(outcome) == [0, 0, 0]
    assert outcome.last().free == {0: 1000, 1: 1000, 2: 1000}


def test_demotion_can_be_switched_at_a_tick() -> None:
    events = [{"tick": 220, "event": "demotion off"}, {"tick": 230, "event": "reclaim", "owner": "o", "memory": 4096}]
    outcome = play(three_tiers(), owner(800), events=events)
    assert outcome.was_refused
    assert "demotion is switched off" in said(outcome)


def test_events_need_a_kernel() -> None:
    with pytest.raises(TopologyError, match=r"events\[0\]: tier-sets is no kernel"):
        play(three_tiers(), owner(800), kernel="tier-sets", events=[OFFLINE])
