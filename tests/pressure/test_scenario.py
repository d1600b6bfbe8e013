"""Tests of scenarios: the built-in ones on every built-in machine, what files may hold, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from tests.pressure.machines import owner, play, said, three_tiers
from viz.analysis.run import Run
from viz.pressure.outcome import Outcome
from viz.pressure.scenario import Part, Scenario, builtin_scenario, read_scenario, scenario_names
from viz.topology import TopologyError, builtin, builtin_names
from viz.topology.watermarks import PAGE_SIZE

NAMES = ["default-policy", "bound", "cpuset", "reclaim", "slow-tier-full", "node-offline", "stranding", "promotion"]


def test_there_are_eight_built_in_scenarios_in_this_order() -> None:
    assert scenario_names() == NAMES


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_every_scenario_plays_on_every_machine(name: str) -> None:
    runs = [Run.of(builtin(machine), "7.3.4") for machine in builtin_names()]
    for run in [*runs, *(Run.of(builtin(machine), "posted") for machine in builtin_names()[::5])]:
        outcome = Outcome.of(run, builtin_scenario(name))
        assert outcome.ticks, run.topology.title
        assert outcome.simulation.plan.state.tick < 1000, run.topology.title


MACHINE = "two-sockets-slow-and-slowest"


def played(name: str, kernel: str = "7.3.4") -> Outcome:
    """Return a built-in scenario, played on a machine of three tiers."""
    return Outcome.of(Run.of(builtin(MACHINE), kernel), builtin_scenario(name))


def demoting_nodes(outcome: Outcome) -> set[int]:
    """Return the nodes that demoted something."""
    return {node for node, counters in outcome.last().counters.items() if any("pgdemote" in name for name in counters)}


def test_default_policy_demotes_nothing() -> None:
    assert demoting_nodes(played("default-policy")) == set()


def test_bound_demotes_and_cascades() -> None:
    assert demoting_nodes(played("bound")) == {0, 2, 3}


def test_the_cpuset_skips_a_tier_from_7_0_on() -> None:
    confined = played("cpuset").last().pages["confined"]
    assert confined.keys() == {0, 4}
    assert played("cpuset", "6.12").last().pages["confined"].keys() == {0, 2, 3, 4}
    assert played("cpuset", "6.17").last().pages["confined"].keys() == {0}


def test_reclaim_succeeds_and_then_returns_eagain() -> None:
    assert [request.refused for request in played("reclaim").simulation.requests] == [False, True]


def test_the_slow_tier_full_goes_to_swap() -> None:
    assert played("slow-tier-full").last().swapped.keys() == {"archive"}
    assert not played("slow-tier-full").ran_out


def test_a_node_leaves_under_load() -> None:
    assert "Node 2 has left" in said(played("node-offline"))
    assert "no node has a target until it has left" in said(played("node-offline", "v5.15"))


def test_stranding_moves_the_neighbour_or_kills() -> None:
    assert demoting_nodes(played("stranding")) == {0}
    two_nodes = Outcome.of(Run.of(builtin("two-nodes-of-5-gb")), builtin_scenario("stranding"))
    assert two_nodes.ran_out
    assert two_nodes.last().free[1] > 0


def test_promotion_drives_demotion() -> None:
    counters = played("promotion").last().counters
    assert counters[0]["pgpromote_success"] > 0
    assert counters[0]["pgdemote_kswapd"] > 0


# ---- sizes and nodes


@pytest.mark.parametrize(
    ("size", "found"),
    [
        (4096, 4096),
        ("2 GiB", 2**31),
        ("120% of first", Part(120, "first")),
        ("fill target", Part(None, "target")),
        ("fill slower less 10% of first", Part(None, "slower", Part(10, "first"))),
        ("node 0 plus 500 MiB", Part(100, "node 0", plus=500 << 20)),
    ],
)
def test_sizes(size: Any, found: Any) -> None:
    assert Scenario.from_table({"title": "x", "owners": [{"name": "a", "memory": size}]}).owners[0].memory == found


@pytest.mark.parametrize(
    ("size", "wanted"),
    [
        ("50% of first", 500),
        ("fill target", 875),
        ("fill slower less 10% of all", 1450),
        ("0% of first less 9% of all", 0),
        ("node 0 plus 40 KiB", 1010),
    ],
)
def test_parts_become_pages_of_the_machine(size: str, wanted: int) -> None:
    outcome = play(three_tiers(), {"name": "a", "memory": size, "cpu": "first"})
    assert outcome.simulation.plan.state.owners["a"].wanted == wanted


def test_roles_become_nodes() -> None:
    table = {"name": "a", "memory": 4096, "bind": "target, last", "allowed": ["slower", 0]}
    memory = play(three_tiers(), table).simulation.plan.state.owners["a"]
    assert [node.id for node in memory.nodes] == [1, 2]
    assert memory.mems == 0b111


# ---- what is refused

OWNER = '[[owners]]\nname = "a"\nmemory = "1 GiB"\n'
EVENT = OWNER + "[[events]]\ntick = 1\n"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "title: is missing"),
        ('title = "x"\n', "owners"),
        ('title = "x"\nowners = []\n', "owners"),
        ('title = "x"\ntitel = 1\n' + OWNER, "unknown key 'titel', perhaps title is meant"),
        ('title = "x"\n' + OWNER.replace("1 GiB", "much"), "owners[0].memory: must be a size such as"),
        ('title = "x"\n' + OWNER.replace("1 GiB", "10% of nothing"), "owners[0].memory: must be a size such as"),
        ('title = "x"\n' + OWNER + OWNER, "names the owner 'a' twice"),
        ('title = "x"\n' + OWNER + 'bind = "0-"\n', "owners[0].bind"),
        ('title = "x"\n' + OWNER + "cpu = \"all\"\n", "owners[0].cpu: must be one node"),
        ('title = "x"\n' + OWNER + "start = -1\n", "owners[0].start: must be a whole number"),
        ('title = "x"\n' + EVENT + 'event = "reboot"\n', "events[0].event: must be one of reclaim"),
        ('title = "x"\n' + EVENT + 'event = "reclaim"\n', "events[0]: reclaim needs the key owner"),
        ('title = "x"\n' + EVENT + 'event = "exit"\nowner = "b"\n', "names the owner 'b', which is"),
        ('title = "x"\nnumber = 1' + 5000 * "0" + "\n", "thousands of digits"),
        ("title = \n", "is no TOML"),
        ("x" * 70_000, "is larger than 64 KiB"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_clear_line(text: str, problem: str) -> None:
    with pytest.raises(TopologyError) as error:
        read_scenario(text, "s.toml")
    assert problem in str(error.value)
    assert str(error.value).startswith("s.toml: ")
    assert "\n" not in str(error.value)


def test_an_unknown_scenario_names_all() -> None:
    with pytest.raises(TopologyError, match="perhaps bound is meant"):
        builtin_scenario("bond")
    with pytest.raises(TopologyError, match="they are default-policy, bound, cpuset"):
        builtin_scenario("../x")


def test_too_many_owners_are_refused() -> None:
    with pytest.raises(TopologyError, match="lists 17 owners; at most 16"):
        Scenario.from_table({"title": "x", "owners": [owner(1, f"o{n}") for n in range(17)]})


def test_nodes_that_a_machine_lacks_are_refused() -> None:
    with pytest.raises(TopologyError, match="names node 9, which is not listed"):
        play(three_tiers(), {"name": "a", "memory": "node 9"})
    for table in (owner(1, bind=[7]), owner(1, allowed=[7]), owner(1, cpu=7)):
        with pytest.raises(TopologyError, match="names node 7, which is not listed; the nodes are 0-2"):
            play(three_tiers(), table)
    with pytest.raises(TopologyError, match="bind and allowed have none in common"):
        play(three_tiers(), owner(1, bind=[1], allowed=[0, 2]))


def test_work_does_not_grow_with_memory() -> None:
    """Twice as much of everything has the same ticks, moves and runs."""
    outcomes = [Outcome.of(Run.of(doubled(factor), "7.3.4"), builtin_scenario("bound")) for factor in (1, 2)]
    ticks = [len(outcome.ticks) for outcome in outcomes]
    moves = [sum(len(tick.moves) for tick in outcome.ticks) for outcome in outcomes]
    assert ticks[0] == pytest.approx(ticks[1], rel=0.05)
    assert moves[0] == pytest.approx(moves[1], rel=0.1)


def doubled(factor: int) -> Any:
    """Return the machine of three tiers with so many times its memory."""
    document = builtin(MACHINE).document()
    for node in document["nodes"]:
        node["memory"] *= factor
    assert all(node["memory"] % PAGE_SIZE == 0 for node in document["nodes"])
    return type(builtin(MACHINE)).from_document(document)
