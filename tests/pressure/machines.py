"""Small machines for tests of pressure: three nodes in three tiers, with round numbers of pages."""

from __future__ import annotations

from typing import Any

from viz.analysis.run import Run
from viz.pressure.outcome import Outcome
from viz.pressure.plan import reclaim_afterwards
from viz.pressure.scenario import Scenario
from viz.topology import Topology

MARKS = {"min": 100, "low": 125, "high": 150, "promo": 175}
TIERS = (576, 2304, 9216)
DISTANCES = [[10, 20, 30], [20, 10, 25], [30, 25, 10]]


def three_tiers(*managed: int, **keys: Any) -> Topology:
    """Return nodes 0 (with CPUs), 1 and 2, each one tier slower, with so many pages each, 1,000 unless given."""
    sizes = managed or (1000, 1000, 1000)
    nodes = [
        {
            "id": n,
            "cpus": 2 if n == 0 else 0,
            "memory": size * 4096,
            "adistance": TIERS[n],
            "watermarks": {**MARKS, "managed": size},
        }
        for n, size in enumerate(sizes)
    ]
    return Topology.from_document({"title": "three tiers", "nodes": nodes, "distances": DISTANCES} | keys)


def owner(pages: int, name: str = "o", **keys: Any) -> dict[str, Any]:
    """Return the table of an owner that wants so many pages."""
    return {"name": name, "memory": pages * 4096, "cpu": 0} | keys


def play(topology: Topology, *owners: dict[str, Any], kernel: str = "7.3.4", reclaim: int = 0, **keys: Any) -> Outcome:
    """Play a scenario; `reclaim` pages are asked of the first owner once all is quiet."""
    scenario = Scenario.from_table({"title": "test", "owners": list(owners), **keys})
    afterwards = (reclaim_afterwards(owners[0]["name"], reclaim),) if reclaim else ()
    return Outcome.of(Run.of(topology, kernel), scenario, afterwards=afterwards)


def pages(outcome: Outcome) -> list[int]:
    """Return how many pages of all owners each node has at the end."""
    found: dict[str, int] = outcome.end()["pages"]
    return list(found.values())


def counted(outcome: Outcome, node: int) -> dict[str, int]:
    """Return the counters of a node that are not 0."""
    return {name: value for name, value in outcome.end()["counters"][str(node)].items() if value}


def said(outcome: Outcome) -> str:
    """Return all sentences."""
    return "\n".join(sentence for tick in outcome.ticks for sentence in tick.sentences)
