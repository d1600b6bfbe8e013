"""Tests of allocation, kswapd, direct and proactive reclaim on a small machine, and of what differs between kernels."""

from __future__ import annotations

from typing import Any

import pytest

from tests.pressure.machines import counted, owner, pages, play, said, three_tiers
from viz.analysis.run import Run
from viz.pressure.behaviour import Behaviour
from viz.pressure.order import Way
from viz.pressure.outcome import Outcome
from viz.pressure.plan import plan_of
from viz.pressure.reclaim import draws, shrink
from viz.pressure.scenario import Scenario
from viz.pressure.simulation import Simulation
from viz.pressure.state import State
from viz.pressure.takers import place
from viz.topology import Topology


def flows(outcome: Outcome, kind: str) -> dict[tuple[int, int], int]:
    """Return the pages of all moves of a kind, by source and target."""
    found: dict[tuple[int, int], int] = {}
    for tick in outcome.ticks:
        for move, count in tick.moves.items():
            if move.kind == kind:
                found[move.source, move.target] = found.get((move.source, move.target), 0) + count
    return found


def test_the_default_policy_spills_down_to_low_and_demotes_nothing() -> None:
    for demotion in (True, False):
        outcome = play(three_tiers(), owner(2000), demotion=demotion)
        assert pages(outcome) == [875, 875, 250]
        assert counted(outcome, 0) == counted(outcome, 1) == {}
        assert "Nothing was demoted" in outcome.remark()
    assert "switched off" in outcome.remark()


@pytest.mark.parametrize("kernel", ["v5.15", "6.1", "7.3.4"])
def test_full_nodes_have_a_reason_each(kernel: str) -> None:
    machine = three_tiers(1000, 1000, distances=[[10, 20], [20, 10]])
    outcome = play(machine, owner(900, "first", bind=[1]), owner(890, "then", start=300, bind=[0]), kernel=kernel)
    assert pages(outcome) == [890, 900]
    none = "no node comes below node 1 in the order of this kernel"
    assert outcome.remark() == f"Nothing was demoted: {none}; node 1 is full down to min."


def test_what_fits_stays_on_its_node() -> None:
    assert pages(
        play(
            three_tiers(),
            owner(875),
        )
    ) == [875, 0, 0]
    assert pages(play(three_tiers(), owner(800, bind=[0]))) == [800, 0, 0]


def test_a_bound_owner_demotes_through_kswapd_and_directly() -> None:
    outcome = play(three_tiers(), owner(1400, bind=[0]))
    assert pages(outcome)[0] >= 1000 - 150 - 32
    assert pages(outcome)[2] == 0
    assert counted(outcome, 0).keys() == {"pgdemote_kswapd", "pgdemote_direct"}
    assert counted(outcome, 1) == {}
    assert not outcome.ran_out
    assert outcome.remark() == ""


def test_a_full_target_demotes_on_by_its_own_kswapd_only() -> None:
    outcome = play(three_tiers(), owner(2200, bind=[0]))
    assert counted(outcome, 1).keys() == {"pgdemote_kswapd"}
    assert pages(outcome)[2] > 200
    assert "take it down to its low watermark, so its own kswapd wakes: a cascade." in said(outcome)


def test_without_demotion_and_swap_a_bound_owner_is_killed() -> None:
    outcome = play(three_tiers(), owner(1400, bind=[0]), demotion=False)
    assert outcome.ran_out
    assert pages(outcome) == [0, 0, 0]
    assert counted(outcome, 0) == {}
    assert "After 16 tries without a page the OOM killer ends o" in said(outcome)


def test_without_demotion_swap_takes_the_oldest() -> None:
    outcome = play(three_tiers(), owner(1400, bind=[0]), demotion=False, swap=4096 * 1000)
    assert not outcome.ran_out
    swapped = outcome.last().swapped["o"]
    assert sum(pages(outcome)) + swapped == 1400
    assert outcome.last().counters[0]["pswpout"] == outcome.last().counters[0]["pgsteal"] == swapped


def test_swap_that_is_full_ends_in_an_oom_kill() -> None:
    assert play(three_tiers(), owner(1400, bind=[0]), demotion=False, swap=4096 * 100).ran_out


def test_up_to_6_0_pages_that_do_not_fit_on_the_target_stay() -> None:
    """The target of node 0 is node 1, whose pages can go on to 2; nothing goes from 0 to 2 at once."""
    for kernel, passes in (("v5.15", True), ("v6.0", True), ("6.1", False), ("7.0", False)):
        outcome = play(three_tiers(), owner(2200, bind=[0]), kernel=kernel)
        assert ((0, 2) not in {**flows(outcome, "kswapd"), **flows(outcome, "direct")}) == passes, kernel


@pytest.mark.parametrize(
    ("kernel", "wanted"),
    [
        ("6.12", {(0, 1), (1, 2)}),
        ("6.15", {(0, 1), (1, 2)}),
        ("6.16", set()),
        ("6.19", set()),
        ("7.0", {(0, 2)}),
        ("7.3.4", {(0, 2)}),
        ("random-member", {(0, 2)}),
    ],
)
def test_a_cpuset_without_the_target(kernel: str, wanted: set[tuple[int, int]]) -> None:
    outcome = play(three_tiers(), owner(400, allowed=[0, 2]), kernel=kernel, reclaim=200)
    assert flows(outcome, "proactive").keys() == wanted
    assert outcome.was_refused == (not wanted)


def test_a_cpuset_without_slower_nodes_is_refused_from_6_16_on() -> None:
    assert flows(play(three_tiers(), owner(400, allowed=[0]), kernel="6.15", reclaim=200), "proactive")
    for kernel in ("6.16", "7.0", "7.3.4"):
        outcome = play(three_tiers(), owner(400, allowed=[0]), kernel=kernel, reclaim=200)
        assert outcome.was_refused
        assert pages(outcome) == [400, 0, 0]
    assert "EAGAIN: nothing could be reclaimed, since its cpuset 0 has none of the slower nodes 1-2." in said(outcome)
    gated = play(three_tiers(), owner(500, allowed="0,2"), kernel="6.17", reclaim=100)
    reason = "the preferred node 1 is not in the cpuset 0,2, and from 6.16 to 6.19 nothing is demoted then"
    assert f"EAGAIN: nothing could be reclaimed, since {reason}." in said(gated)
    assert gated.remark() == f"Nothing was demoted: {reason}."


def test_every_hop_of_a_request_counts_and_the_sum_is_exact() -> None:
    outcome = play(three_tiers(), owner(800), reclaim=400)
    assert pages(outcome) == [pytest.approx(472, rel=0.1), pytest.approx(242, rel=0.15), pytest.approx(86, rel=0.5)]
    assert sum(sum(counters.values()) for counters in outcome.end()["counters"].values()) == 400
    assert not outcome.was_refused


def test_more_than_there_is_comes_back_with_eagain() -> None:
    outcome = play(three_tiers(), owner(100), reclaim=300)
    assert outcome.was_refused
    assert sum(pages(outcome)) == 100
    assert "200 of 300 pages could be reclaimed" in said(outcome)


@pytest.mark.parametrize(
    ("kernel", "name"),
    [
        ("6.1", "pgdemote_direct"),
        ("6.14", "pgdemote_direct"),
        ("6.15", "pgdemote_proactive"),
        ("7.3", "pgdemote_proactive"),
    ],
)
def test_proactive_demotion_has_its_own_counter_from_6_15_on(kernel: str, name: str) -> None:
    assert counted(play(three_tiers(), owner(400), kernel=kernel, reclaim=100), 0).keys() == {name}


def test_up_to_5_18_reclaim_for_a_cgroup_never_demotes() -> None:
    for kernel, refused in (("v5.15", True), ("v5.18", True), ("5.19", False), ("6.0", False)):
        assert play(three_tiers(), owner(400), kernel=kernel, reclaim=100).was_refused == refused, kernel


def state_of(kernel: str, *owners: dict[str, Any], **keys: Any) -> State:
    """Return the three nodes before the first tick."""
    scenario = Scenario.from_table({"title": "test", "owners": list(owners), **keys})
    return plan_of(Run.of(three_tiers(), kernel), scenario).state


def test_from_6_2_on_proactive_reclaim_does_not_swap_what_full_targets_refuse() -> None:
    for kernel, swaps in (("6.1", True), ("6.2", False), ("7.3", False)):
        state = state_of(kernel, owner(400), owner(1800, "filler"), swap=4096 * 500)
        state.nodes[0].put("o", 400, 0)
        for node in (1, 2):
            state.nodes[node].put("filler", 900, 0)  # down to min
        assert bool(shrink(state, state.nodes[0], 200, "proactive", only="o")) == swaps, kernel
        assert state.owners["o"].swapped == (200 if swaps else 0)
        assert shrink(state, state.nodes[0], 100, "kswapd") == 100, "kswapd swaps in every version"


def test_direct_reclaim_keeps_to_the_cpuset_of_who_reclaims_in_every_version() -> None:
    """kswapd of 6.12 looks at no cpuset, and puts pages on node 1; direct reclaim puts them on node 2."""
    outcome = play(three_tiers(), owner(1400, allowed=[0, 2], bind=[0]), kernel="6.12.117")
    assert flows(outcome, "kswapd").keys() == {(0, 1)}
    assert flows(outcome, "direct").keys() == {(0, 2)}


def with_peer(**keys: Any) -> Topology:
    """Return node 0, its target 1 with little room, 2 in the tier of node 0, and 3, the slowest."""
    document = three_tiers().document()
    sizes, tiers = (2000, 400, 2000, 2000), (576, 2304, 576, 9216)
    nodes = [
        {**document["nodes"][0], "id": n, "cpus": 2 if n == 0 else 0, "memory": size * 4096, "adistance": tier}
        for n, (size, tier) in enumerate(zip(sizes, tiers, strict=True))
    ]
    for node, size in zip(nodes, sizes, strict=True):
        node["watermarks"] = {"min": 20, "low": 40, "high": 60, "managed": size}
    distances = [[10, 20, 21, 40], [20, 10, 22, 30], [21, 22, 10, 40], [40, 30, 40, 10]]
    return Topology.from_document({"title": "peer", "nodes": nodes, "distances": distances} | keys)


def test_up_to_6_19_the_rest_of_a_list_may_leave_the_order_and_from_7_0_on_not() -> None:
    for kernel, leaks in (("6.12.117", True), ("7.3.4", False)):
        outcome = play(with_peer(), owner(3200, bind=[0]), kernel=kernel)
        lost = sum(
            count for (_, to), count in {**flows(outcome, "kswapd"), **flows(outcome, "direct")}.items() if to == 2
        )
        assert bool(lost) == leaks, kernel
        assert lost < 0.2 * 3200
    assert "which is no target" not in said(outcome)


def test_several_targets_take_turns() -> None:
    document = with_peer().document()
    for node in document["nodes"]:
        node |= {"adistance": 576 if node["id"] == 0 else 2304, "memory": 2000 * 4096}
        node["watermarks"] = {"min": 20, "low": 40, "high": 60, "managed": 2000}
    document["distances"] = [[10 if a == b else 20 for b in range(4)] for a in range(4)]
    outcome = play(Topology.from_document(document), owner(1000), reclaim=600)
    moved = [flows(outcome, "proactive")[0, n] for n in (1, 2, 3)]
    assert sum(moved) == 600
    assert max(moved) - min(moved) <= 64
    assert "to nodes 1-3 in turns, its preferred targets" in said(outcome)


def test_a_gate_that_draws_lets_some_lists_through() -> None:
    """6.16: of the targets 1 and 2 only 1 is allowed. Half of the draws pass, and the move draws again from both."""
    document = with_peer().document()
    for node in document["nodes"]:
        node |= {"adistance": 576 if node["id"] in (0, 3) else 2304, "memory": 2000 * 4096}
        node["watermarks"] = {"min": 20, "low": 40, "high": 60, "managed": 2000}
    document["distances"] = [[10 if a == b else 20 for b in range(4)] for a in range(4)]
    outcome = play(Topology.from_document(document), owner(1000, allowed=[0, 1]), reclaim=300, kernel="6.16")
    moved = flows(outcome, "proactive")
    assert moved[0, 1] > 0
    assert moved[0, 2] > 0


def test_from_6_18_on_a_node_whose_kswapd_is_awake_is_passed_over_first() -> None:
    for kernel, node in (("6.17", 0), ("6.18", 1), ("7.3.4", 1)):
        state = state_of(kernel, owner(400))
        state.nodes[0].awake = True
        assert place(state, state.owners["o"].nodes, "o", 10, "alloc", 0) == 10
        assert state.nodes[node].held == {"o": 10}, kernel
    for memory in state.nodes.values():
        memory.awake = True
    assert place(state, state.owners["o"].nodes, "o", 10, "alloc", 0) == 10, "the second look passes over nobody"
    assert state.nodes[0].held == {"o": 10}


def test_kswapd_gives_up_after_16_rounds_and_a_switch_wakes_it_from_6_18_on() -> None:
    """Before, only whoever reclaims directly with success brings it back."""
    for kernel, first in (("6.17", "direct"), ("6.18", "kswapd")):
        outcome = play(
            three_tiers(),
            owner(890, bind=[0]),
            owner(40, "later", bind=[0], start=260),
            kernel=kernel,
            demotion=False,
            events=[{"tick": 250, "event": "demotion on"}],
        )
        assert "kswapd of node 0 gives up after 16 rounds without success" in said(outcome)
        kinds = [move.kind for tick in outcome.ticks for move in tick.moves if move.kind in ("direct", "kswapd")]
        assert kinds[0] == first, kernel


def test_mode_2_frees_up_to_promo_from_5_18_on() -> None:
    for kernel, free in (("v5.17", 151), ("v5.18", 176), ("7.3.4", 176)):
        outcome = play(three_tiers(), owner(1300, bind=[0]), kernel=kernel, numa_balancing=2)
        assert outcome.last().free[0] >= free, kernel
        assert outcome.last().free[0] < free + 32, kernel


def test_promotion_exchanges_pages_and_wakes_kswapd() -> None:
    outcome = play(three_tiers(), owner(1100, bind=[0, 1], hot=4096 * 20), numa_balancing=2, ticks=400)
    counters = outcome.last().counters
    assert counters[0]["pgpromote_success"] > 100
    assert counters[0]["pgdemote_kswapd"] > 100
    assert not play(three_tiers(), owner(1100, bind=[0, 1], hot=4096 * 20), ticks=400).last().counters[0]


def test_free_pages_of_cpus_come_back_before_an_oom_kill() -> None:
    """/proc/zoneinfo counts them as used. Node 0 has 200 pages in use, of which 31 are in such lists."""
    document = three_tiers().document()
    document["nodes"][0]["watermarks"] = {**document["nodes"][0]["watermarks"], "free": 800}
    topology = Topology.from_document(document)
    for pages_wanted, killed in ((700, False), (731, False), (732, True)):
        outcome = play(topology, owner(pages_wanted, bind=[0]), demotion=False)
        assert outcome.ran_out == killed, pages_wanted
    assert "CPUs give back 31 free pages" in said(outcome)


@pytest.mark.parametrize("gate", [None, frozenset({1}), frozenset({1, 2}), frozenset()])
@pytest.mark.parametrize("pages_moved", [1, 31, 32, 33, 1000, 32 * 9 * 40 + 5])
def test_draws_share_out_what_list_by_list_would(gate: frozenset[int] | None, pages_moved: int) -> None:
    """The work does not grow with the pages, and the shares are those of a loop over all lists."""
    way, state = Way((1, 2, 3), gate=gate), state_of("6.16", owner(1))
    state.draws[0] = 4
    expected: dict[int, int] = {}
    for number, begin in enumerate(range(0, pages_moved, 32), 4):
        first, second = way.targets[number % 3], way.targets[number // 3 % 3]
        size = min(32, pages_moved - begin)
        if gate is None:
            expected[first] = expected.get(first, 0) + size
        elif first in gate:
            expected[second] = expected.get(second, 0) + size
    assert dict(draws(state, 0, pages_moved, way)) == expected
    assert state.draws[0] == 4 + -(-pages_moved // 32)


@pytest.mark.parametrize(
    ("changed", "release"),
    [
        ("7.3.4 + tie=id", (7, 3)),
        ("v7.0 + tie=id", (7, 0)),
        ("v5.18 used=per-source", (5, 18)),
        ("6.12.117+charge=one", (6, 12)),
        ("random-member + tie=id", (6, 18)),
        ("posted + tie=id", (5, 15)),
    ],
)
def test_changed_rules_leave_the_rest_of_a_kernel_as_it_is(changed: str, release: tuple[int, int]) -> None:
    row = Run.of(three_tiers(), changed)
    assert Behaviour.of(row.version, row.asked).release == release


def test_changed_rules_decide_where_a_confined_owner_goes() -> None:
    """From 7.0 on the chooser is asked where no preferred target is allowed, and its rules may be changed."""
    machine = three_tiers()
    document = machine.document()
    document["distances"] = [[10, 20, 30, 30], [20, 10, 30, 30], [30, 30, 10, 30], [30, 30, 30, 10]]
    slowest = document["nodes"][2]
    document["nodes"] = [*document["nodes"], {**slowest, "id": 3}]
    wide = Topology.from_document(document)
    for kernel, target in (("7.3.4", 2), ("7.3.4 + tie=last-id", 3)):
        outcome = play(wide, owner(400, allowed="0,2,3"), kernel=kernel, reclaim=100)
        assert {to for _, to in flows(outcome, "proactive")} == {target}


@pytest.mark.parametrize(("rate", "parts"), [(20, 1), (100, 4), (200, 7), (400, 8), (900, 8)])
def test_owner_and_kswapd_take_turns_up_to_eight_times_a_tick(
    monkeypatch: pytest.MonkeyPatch, rate: int, parts: int
) -> None:
    """In a turn, an owner takes at most the 32 pages that lie between two watermarks, unless that makes many turns."""
    played, turn = list[int](), Simulation._slice

    def count(simulation: Simulation, part: int) -> None:
        played.append(part)
        turn(simulation, part)

    monkeypatch.setattr(Simulation, "_slice", count)
    play(three_tiers(), owner(1400, bind=[0], rate=rate * 4096))
    assert max(played) + 1 == parts
