"""Properties of every run: no page is lost or made, no node is over-full, pages go only where the kernel lets them."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples
from viz.analysis.run import Run
from viz.kernel.nodemask import NodeMask
from viz.kernel.releases import release_of
from viz.pressure.outcome import Outcome
from viz.pressure.pages import NodeMemory
from viz.pressure.replay import Frame, replay
from viz.pressure.scenario import Scenario
from viz.pressure.simulation import MAX_TICKS
from viz.pressure.state import BEFORE, KERNEL, Move
from viz.topology import Topology

KERNELS = ("v5.15", "v5.16", "5.17.3", "v5.17", "6.0", "6.1", "6.6", "6.12.117", "6.15", "6.16", "6.19", "7.0", "7.3.4")
DEMOTIONS = frozenset({"kswapd", "direct", "proactive"})


@st.composite
def machines(draw: st.DrawFn) -> Topology:
    """Draw machines of 1 to 6 nodes with sizes, tiers, distances, watermarks and free pages of all kinds."""
    count = draw(st.integers(1, 6))
    nodes: list[dict[str, Any]] = []
    for n in range(count):
        managed = draw(st.integers(40, 3000))
        node: dict[str, Any] = {"id": n, "cpus": draw(st.sampled_from([0, 2])) if n else 2, "memory": managed * 4096}
        node["adistance"] = draw(st.sampled_from([576, 576, 1152, 2880, 9216]))
        if draw(st.booleans()):
            low, gap = draw(st.integers(0, managed // 4)), draw(st.integers(0, managed // 8))
            marks = {"min": low, "low": low + gap, "high": low + 2 * gap, "promo": low + 3 * gap, "managed": managed}
            node["watermarks"] = marks | {"free": draw(st.integers(0, managed))}
        nodes.append(node)
    cell = st.sampled_from([12, 20, 20, 21, 30, 40])
    distances = [[10 if a == b else draw(cell) for b in range(count)] for a in range(count)]
    return Topology.from_document({"title": "drawn", "nodes": nodes, "distances": distances})


@st.composite
def scenarios(draw: st.DrawFn, topology: Topology, hotplug: bool = False) -> Scenario:
    """Draw scenarios of one to three owners, which may be bound or in a cpuset, and of some events."""
    ids = topology.ids
    some = st.lists(st.sampled_from(ids), min_size=1, unique=True)
    owners = []
    for n in range(draw(st.integers(1, 3))):
        table: dict[str, Any] = {"name": f"owner {n}", "memory": draw(st.integers(1, 6000)) * 4096, "cpu": 0}
        table["start"] = draw(st.integers(0, 60))
        allowed = draw(st.none() | some)
        if allowed:
            table["allowed"] = allowed
        bind = draw(st.none() | st.lists(st.sampled_from(allowed or ids), min_size=1, unique=True))
        owners.append(table | ({"bind": bind} if bind else {}) | {"hot": draw(st.sampled_from([0, 0, 4096 * 40]))})
    names = [table["name"] for table in owners]
    whats = ["reclaim", "exit", "demotion on", "demotion off"] + (["offline", "online"] if hotplug else [])
    events = [
        {"tick": draw(st.integers(0, 250)), "event": what, "owner": draw(st.sampled_from(names))}
        | {"memory": draw(st.integers(1, 2000)) * 4096, "node": draw(st.sampled_from(ids))}
        for what in draw(st.lists(st.sampled_from(whats), max_size=4))
    ]
    return Scenario.from_table(
        {
            "title": "drawn",
            "owners": owners,
            "events": events,
            "demotion": draw(st.sampled_from([True, True, False])),
            "swap": draw(st.sampled_from([0, 0, 400])) * 4096,
            "numa_balancing": draw(st.sampled_from([0, 2])),
            "ticks": draw(st.sampled_from([0, 300])),
        }
    )


@st.composite
def played(draw: st.DrawFn, hotplug: bool = False) -> Outcome:
    """Draw a machine, a kernel and a scenario, and play it."""
    topology = draw(machines())
    return Outcome.of(Run.of(topology, draw(st.sampled_from(KERNELS))), draw(scenarios(topology, hotplug)))


def check_frame(outcome: Outcome, frame: Frame) -> None:
    """Check that each node holds as many pages as it has, and that nothing is below zero."""
    for node, memory in outcome.simulation.plan.state.nodes.items():
        held = [owned.get(node, 0) for owned in frame.pages.values()]
        assert min([frame.free[node], *held]) >= 0
        assert frame.free[node] + sum(held) == memory.marks.managed
    assert all(pages >= 0 for pages in frame.swapped.values())


@examples(1.5)
@given(played(hotplug=True))
def test_pages_are_neither_lost_nor_made_at_any_tick(outcome: Outcome) -> None:
    state = outcome.simulation.plan.state
    frame, came = outcome.begin(), dict.fromkeys(state.owners, 0)
    check_frame(outcome, frame)
    for tick in outcome.ticks:
        frame.apply(tick, state.behaviour)
        check_frame(outcome, frame)
        for move, pages in tick.moves.items():
            assert pages > 0
            if move.kind == "alloc":
                came[move.owner] += pages
    for owner in state.owners.values():
        resident = sum(frame.pages.get(owner.name, {}).values())
        assert came[owner.name] <= owner.wanted
        exits = any(event.event == "exit" and event.owner == owner.name for event in outcome.scenario.events)
        if not owner.killed and not exits:  # an owner that is gone has no pages, in swap neither
            assert resident + owner.swapped == came[owner.name]
    assert {n: memory.free for n, memory in state.nodes.items()} == frame.free
    assert {n: m.pinned for n, m in state.nodes.items()} == {
        n: frame.pages.get(KERNEL, {}).get(n, 0) for n in state.nodes
    }
    assert {n: dict(memory.held) for n, memory in state.nodes.items()} == by_node(frame, state.nodes)
    assert state.tick <= MAX_TICKS


def by_node(frame: Frame, nodes: dict[int, NodeMemory]) -> dict[int, dict[str, int]]:
    """Return the pages of a frame by node and owner."""
    return {n: {o: held[n] for o, held in frame.pages.items() if o != KERNEL and held.get(n)} for n in nodes}


@examples(1.5)
@given(played())
def test_pages_are_demoted_only_along_the_order_of_the_version(outcome: Outcome) -> None:
    run, release = outcome.run, release_of(outcome.run.asked)
    assert release
    order = run.order()
    for move in moves(outcome, DEMOTIONS):
        if "preferred" in order:
            lower = NodeMask.parse(order["fallback_targets"][str(move.source)])
            assert move.target in lower or ((6, 1) <= release < (7, 0) and order["preferred"][str(move.source)])
        else:
            targets = order["node_demotion"][str(move.source)]
            assert move.target in (targets if isinstance(targets, list) else [targets])


@pytest.mark.slow
@examples(1.5)
@given(played(hotplug=True))
def test_from_7_0_on_no_page_leaves_the_cpuset_of_its_owner(outcome: Outcome) -> None:
    release = release_of(outcome.run.asked)
    owners = outcome.simulation.plan.state.owners
    kinds = DEMOTIONS | {"alloc"} if release and release >= (7, 0) else {"alloc"}
    for move in moves(outcome, kinds):
        if move.owner != BEFORE and owners[move.owner].mems is not None:
            assert (owners[move.owner].mems or 0) >> move.target & 1


def moves(outcome: Outcome, kinds: frozenset[str] | set[str]) -> list[Move]:
    """Return all moves of these kinds."""
    return [move for tick in outcome.ticks for move in tick.moves if move.kind in kinds]


@pytest.mark.slow
@examples(0.6)
@given(st.data())
def test_a_run_is_the_same_each_time(data: st.DataObject) -> None:
    topology = data.draw(machines())
    kernel, scenario = data.draw(st.sampled_from(KERNELS)), data.draw(scenarios(topology, hotplug=True))
    first, second = (Outcome.of(Run.of(topology, kernel), scenario).document() for _ in range(2))
    assert first == second


@examples(0.6)
@given(played(hotplug=True))
def test_counters_only_grow_and_ticks_follow_each_other(outcome: Outcome) -> None:
    numbers = [tick.number for tick in outcome.ticks]
    assert all(before < after for before, after in pairwise(numbers))
    before: dict[int, dict[str, int]] = {}
    for frame in replay(outcome.begin(), outcome.ticks, outcome.simulation.plan.state.behaviour):
        for node, counters in frame.counters.items():
            assert all(counters[name] >= value for name, value in before.get(node, {}).items())
        before = {node: dict(counters) for node, counters in frame.counters.items()}


@examples(0.6)
@given(played(hotplug=True))
def test_every_run_ends_in_words_and_in_json(outcome: Outcome) -> None:
    end = outcome.document()["end"]
    assert end.keys() == {"pages", "counters", "refused", "oom"}
    assert sum(end["pages"].values()) <= sum(owner.wanted for owner in outcome.simulation.plan.state.owners.values())
    for tick in outcome.ticks:
        assert all(sentence.endswith(".") and "None" not in sentence for sentence in tick.sentences)


@examples(0.8)
@given(machines(), st.sampled_from(KERNELS), st.integers(1, 100), st.booleans())
def test_nothing_is_demoted_while_a_node_of_the_list_is_above_low(
    topology: Topology, kernel: str, percent: int, demotion: bool
) -> None:
    """What every boot under the default policy showed: allocations spill in the order of the list, and that is all."""
    run = Run.of(topology, kernel)
    owner = {"name": "o", "memory": "1 MiB", "cpu": 0}
    room = {
        node.id: max(0, node.free - node.low)
        for node in Outcome.of(
            run, Scenario.from_table({"title": "room", "owners": [owner]}), until=0
        ).simulation.plan.state.nodes.values()
    }
    wanted = sum(room.values()) * percent // 100
    scenario = Scenario.from_table(
        {"title": "spill", "owners": [owner | {"memory": max(wanted, 1) * 4096}], "demotion": demotion}
    )
    outcome = Outcome.of(run, scenario)
    if not wanted:
        return
    assert moves(outcome, {"kswapd", "direct", "proactive", "swap", "drain"}) == []
    left, expected = wanted, {}
    for node in run.order()["fallback"]["0"]:
        expected[node] = min(left, room.get(node, 0))
        left -= expected[node]
    assert {int(node): pages for node, pages in outcome.end()["pages"].items() if pages} == {
        node: pages for node, pages in expected.items() if pages
    }


@examples(0.8)
@given(machines(), st.sampled_from(KERNELS), st.integers(1, 4000))
def test_a_bound_owner_without_demotion_and_swap_moves_nothing(topology: Topology, kernel: str, wanted: int) -> None:
    """What boots with the switch off showed: pages stay, and an OOM kill comes once the node is down to min."""
    owner = {"name": "o", "memory": wanted * 4096, "cpu": 0, "bind": 0}
    outcome = Outcome.of(
        Run.of(topology, kernel), Scenario.from_table({"title": "bound", "owners": [owner], "demotion": False})
    )
    assert {move.kind for tick in outcome.ticks for move in tick.moves} <= {"alloc", "exit", "drain"}
    assert {move.target for move in moves(outcome, {"alloc"})} <= {0}
    assert outcome.ran_out == (sum(outcome.end()["pages"].values()) < wanted)
