"""Test which findings the built-in machines and others have, and which of them a caller can leave out or add."""

from __future__ import annotations

import pytest

from tests.analysis.machines import found_in, made, targets_of
from viz.analysis.findings import DETECTORS, findings
from viz.analysis.run import Run
from viz.topology import Topology, builtin, builtin_names, load


def test_memory_that_leads_to_a_node_is_none_that_it_could_demote_to() -> None:
    """In the chain 0, 1, 2, 3 node 3 is in another socket. Node 2 has no other choice, since 0 and 1 lead to it."""
    chain = "10 15 20 30  15 10 15 30  20 15 10 30  30 30 30 10"
    run = Run.of(made(chain, "0", "AAAB"), "v5.15")
    assert targets_of(run) == {0: {1}, 1: {2}, 2: {3}, 3: set()}
    assert "crosses-socket" not in found_in(run)
    crossing = Run.of(made("10 21 25 15  21 10 15 25  25 15 10 30  15 25 30 10", "0-1", "ABAB"), "v5.15")
    assert targets_of(crossing) == {0: {3}, 1: {2}, 2: set(), 3: set()}
    assert found_in(crossing)["crosses-socket"].says == (
        "The arrow 0 → 3 leaves the socket, although node 2 is in it: node 1 has that one. So does 1 → 2."
    )


@pytest.mark.parametrize(
    ("name", "kernel", "expected"),
    [
        ("two-sockets-three-classes", "posted", {"versions-disagree": (1, 4)}),
        ("nothing-to-demote", "posted", {}),
        (
            "memoryless-cpu-node",
            "v5.15",
            {
                "no-target": (1,),
                "memoryless-takes": (0,),
                "versions-disagree": (0, 1),
                "nearest-taken": (1,),
                "renumbering": (0, 1),
            },
        ),
        ("memoryless-cpu-node", "v6.1", {"versions-disagree": (0, 1)}),
        (
            "four-sockets-two-pmem",
            "v5.15",
            {
                "no-target": (2, 3),
                "versions-disagree": (1, 2, 3),
                "nearest-taken": (1, 2, 3),
                "renumbering": (0, 1),
            },
        ),
        ("two-sockets-fast-memory-apart", "v5.16", {"demotes-faster": (0, 1), "versions-disagree": (0, 1, 2, 3)}),
        ("fast-memory-below-dram", "v5.16", {"demotes-faster": (0, 1), "versions-disagree": (0, 1)}),
        (
            "boot-or-runtime",
            "v5.15",
            {
                "versions-disagree": (1, 2),
                "nearest-taken": (2,),
                "same-class": (1,),
                "boot-differs": (0, 1, 2),
                "tie": (2,),
                "renumbering": (0, 1, 2),
            },
        ),
        ("two-sockets-dram-between", "v6.1", {"no-target": (0, 1), "unreached": (2,), "versions-disagree": (0,)}),
        (
            "two-sockets-refused-target",
            "v5.17.7",
            {"no-target": (1,), "unreached": (3,), "versions-disagree": (1,), "renumbering": (0, 1)},
        ),
        (
            "cpus-apart-from-memory",
            "v5.15",
            {"versions-disagree": (0, 1, 2, 3, 5, 6), "crosses-socket": (6,), "renumbering": (5, 6)},
        ),
    ],
)
def test_findings_of_built_in_machines(name: str, kernel: str, expected: dict[str, tuple[int, ...]]) -> None:
    found = found_in(Run.of(builtin(name), kernel))
    assert {finding.id: finding.nodes for finding in found.values()} == expected


def test_every_finding_is_one_of_some_built_in_machine() -> None:
    kernels = [None, "v5.17.7", "v6.1"]
    seen = {one.id for name in builtin_names() for kernel in kernels for one in findings(Run.of(builtin(name), kernel))}
    assert seen | {"guess"} == set(DETECTORS)


LISTING = """available: 2 nodes (0-1)
node 0 cpus: 0 1
node 0 size: 1024 MB
node 1 cpus:
node 1 size: 1024 MB
node distances:
node   0   1
  0:  10  20
  1:  20  10
"""


def test_a_guess_is_found_where_the_result_rests_on_it() -> None:
    loaded = load(LISTING)
    run = Run.of(loaded.topology, "v6.12")
    (found,) = [one for one in findings(run, loaded.guesses_under(True)) if one.id == "guess"]
    assert found.nodes == (1,)
    assert found.says.startswith("The result rests on a guess. Node 1 has memory and no CPUs; nothing says what it is.")
    assert run.trace().at("operation", found.step) == ("Store", "memtier", 1, 4)
    assert loaded.guesses_under(False) == []


def test_a_guess_about_several_nodes_leads_to_the_first_that_gets_its_tier() -> None:
    listing = LISTING[: LISTING.index("node distances")].replace("node 1 cpus:", "node 1 cpus: 2 3")
    loaded = load(listing).filled(20)
    run = Run.of(loaded.topology, "v6.12")
    (found,) = [one for one in findings(run, loaded.guesses_under(True)) if one.id == "guess"]
    assert found.nodes == (0, 1)
    assert "The distances are filled in" in found.says
    assert run.trace().at("operation", found.step) == ("Store", "memtier", 0, 4)


def test_detectors_that_nobody_asks_for_are_left_out() -> None:
    run = Run.of(builtin("two-sockets-one-expander"))
    assert [one.id for one in findings(run, without=["versions-disagree", "no-target"])] == [
        "nearest-taken",
        "renumbering",
    ]


def test_findings_are_about_the_first_order() -> None:
    run = Run.of(builtin("losing-a-node"))
    assert run.topology.events
    without = Topology.from_document(run.topology.document() | {"events": []})
    assert findings(run) == findings(Run.of(without))
