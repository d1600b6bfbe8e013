"""Tests of what the page is given of a scenario."""

from __future__ import annotations

import json

import pytest

from tests.bench.engine import pressure as pressure_of
from tests.bench.engine import tiered_machine
from tests.pressure.machines import owner, play, three_tiers
from viz.analysis.run import Run
from viz.app.pressure_questions import pressure, pressure_why
from viz.pressure import wire
from viz.pressure.outcome import Outcome
from viz.pressure.scenario import Scenario, read_scenario, scenario_names
from viz.topology import Topology, TopologyError, builtin
from viz.topology.notation import made

MAX_WIRE = 300_000
"""Bytes for 1,000 ticks at 8 nodes."""


def test_a_thousand_ticks_at_eight_nodes_are_small() -> None:
    wanted = 2**34 * 5 // 2
    owners = [
        {"name": name, "memory": wanted // 2, "rate": wanted // 2000, "cpu": cpu, "bind": cpu}
        for cpu, name in enumerate(("one", "two"))
    ]
    scenario = Scenario.from_table({"title": "1,000 ticks", "owners": owners, "ticks": 1000})
    outcome = Outcome.of(Run.of(tiered_machine(1), "v7.0"), scenario)
    assert len(outcome.ticks) == 1000
    assert len(json.dumps(wire.dump(outcome), separators=(",", ":"))) < MAX_WIRE


@pytest.mark.parametrize(("kernel", "orders"), [("v7.0", [[[0, 2]]]), ("v5.15", [[], [[0, 2]]])])
def test_the_order_is_sent_where_it_changes(kernel: str, orders: list[list[list[int]]]) -> None:
    """It changes once node 1 has left; up to 6.0 no node has a target from the moment that it begins to leave."""
    found = pressure(made("1 socket: cpu+dram 16G, cxl 16G, pmem 32G"), {"scenario": "node-offline", "kernel": kernel})
    assert [[list(arrow) for arrow in arrows] for arrows in found["order"].values()] == orders


def test_work_grows_with_what_happens_and_not_with_memory() -> None:
    small, large = (pressure_of(factor)() for factor in (1, 2))
    assert len(small.ticks) == len(large.ticks) == 1000
    assert large.simulation.work <= 1.1 * small.simulation.work
    assert sum(len(tick.moves) for tick in large.ticks) <= 1.1 * sum(len(tick.moves) for tick in small.ticks)


@pytest.mark.parametrize("name", scenario_names())
def test_moves_add_up_to_the_end(name: str) -> None:
    found = pressure(builtin("two-sockets-slow-and-slowest"), {"scenario": name, "kernel": "7.3.4"})
    pages = {(owner, node): count for owner, node, count in found["start"]}
    for moves in found["moves"]:
        for at in range(0, len(moves), 5):
            kind, source, target, owner_place, count = moves[at : at + 5]
            if found["kinds"][kind] != "alloc":
                pages[owner_place, source] -= count
            if target != -1:
                pages[owner_place, target] = pages.get((owner_place, target), 0) + count
    outcome = Outcome.of(Run.of(builtin("two-sockets-slow-and-slowest"), "7.3.4"), read_scenario(found["toml"]))
    held = {
        (found["owners"].index(name), node): count
        for name, nodes in outcome.last().pages.items()
        for node, count in nodes.items()
    }
    assert {key: count for key, count in pages.items() if count} == held
    assert set(found["sentences"]) <= set(range(len(found["ticks"])))
    assert [entry["name"] for entry in found["scenarios"]] == scenario_names()


def test_why_a_node_does_what_it_does() -> None:
    machine = builtin("two-sockets-slow-and-slowest")

    def why(node: int, tick: int, scenario: str = "bound") -> str:
        question = {"scenario": scenario, "kernel": "7.3.4", "node": node, "tick": tick}
        return " ".join(pressure_why(machine, question)["sentences"])

    assert "more than its high watermark" in why(0, 10)
    assert "nobody wakes it while more than its low watermark is free" in why(0, 10)
    assert "Its kswapd is awake" in why(0, 380)
    assert "to nodes 2-3 in turns, its preferred targets" in why(0, 380)
    assert "no node comes below node 4" in why(4, 380)
    assert "has left" in why(2, 200, "node-offline")


def test_a_node_without_memory_explains_itself() -> None:
    machine = builtin("memoryless-cpu-node")
    empty = next(node.id for node in machine.nodes if not node.memory)
    assert "has no memory" in pressure_why(machine, {"node": empty, "tick": 1})["sentences"][0]


@pytest.mark.parametrize("question", [{}, {"node": "0", "tick": 1}, {"node": 0}, {"node": 0, "tick": -1}])
def test_a_question_about_no_node_or_no_tick_is_refused(question: dict[str, object]) -> None:
    with pytest.raises(TopologyError, match="is to be"):
        pressure_why(builtin("two-sockets-slow-and-slowest"), question)


def test_ones_own_scenario_is_played_and_its_mistakes_are_named() -> None:
    text = 'title = "Mine"\n[[owners]]\nname = "a"\nmemory = "120% of first"\n'
    answer = pressure(three_tiers(), {"toml": text + 'bind = ["first", 2]\n'})
    assert answer["title"] == "Mine"
    [owner] = answer["form"]["owners"]
    assert owner == {"name": "a", "memory": "120% of first", "bind": "first,2", "cpu": "0", "reclaim": ""}
    assert pressure(three_tiers(), {"scenario": "reclaim"})["form"]["beyond"] == [
        "the tick of a reclaim",
        "the event demotion off",
        "a second reclaim",
    ]
    blanks = (
        text.replace('"a"', '" a  b "')
        + "[[events]]\ntick = 230\nevent = 'reclaim'\nowner = ' a b'\nmemory = '1 MiB'\n"
    )
    form = pressure(
        three_tiers(), {"toml": f"numa_balancing = 3\n{blanks}{blanks[blanks.index('[[ev') :].replace('1', '7')}"}
    )["form"]
    assert [(owner["name"], owner["reclaim"]) for owner in form["owners"]] == [("a b", "1 MiB")]
    assert form["beyond"] == ["numa_balancing 3", "a second reclaim"]
    with pytest.raises(TopologyError, match="the scenario: owners"):
        pressure(three_tiers(), {"toml": 'title = "Mine"\n'})
    with pytest.raises(TopologyError, match="is no built-in scenario"):
        pressure(three_tiers(), {"scenario": "none"})


def test_a_run_that_takes_too_much_work_is_cut_and_says_so() -> None:
    outcome = play(three_tiers(), owner(2000))
    run, scenario = outcome.run, outcome.scenario
    cut = Outcome.of(run, scenario, max_work=500)
    assert cut.simulation.was_cut
    assert "takes too much work" in cut.remark()
    assert len(cut.ticks) < len(outcome.ticks)
    slow = play(three_tiers(10_000, 10_000, 10_000), owner(9000, rate=4096))
    assert "The run is cut at tick 5000" in slow.remark()
    assert not outcome.simulation.was_cut
    assert Outcome.of(run, scenario.model_copy(update={"ticks": 190}), max_work=500).simulation.was_cut
    assert not play(three_tiers(), owner(900, rate=4096), ticks=50).simulation.was_cut


def test_pages_that_are_drained_from_the_lists_of_cpus_are_sent() -> None:
    """Before an owner is killed, Linux takes back the free pages that each CPU keeps for itself."""
    document = three_tiers().document()
    nodes = [node | {"watermarks": dict(node["watermarks"]) | {"free": 800}} for node in document["nodes"]]
    outcome = play(Topology.from_document(document | {"nodes": nodes}), owner(2900))
    assert outcome.ran_out
    sent = wire.dump(outcome)
    drained = [move for tick in outcome.ticks for move in tick.moves if move.kind == "drain"]
    assert [move.source for move in drained] == [0, 1, 2]
    assert "drain" in sent["kinds"]
