"""The search for a smallest machine: that what it finds is one, and that nothing smaller was passed over."""

from __future__ import annotations

import time
from itertools import combinations, product

import pytest

from viz.analysis import counterexample as searching
from viz.analysis.counterexample import DISTANCES, Found, Question, disagree, document, first_in, question, units
from viz.analysis.run import Run
from viz.kernel.versions import version
from viz.topology import Topology


def all_answers(asked: Question, most: int) -> tuple[Found | None, int]:
    """The first find in one process, and how many units were looked at."""
    work = [unit for nodes in range(1, most + 1) for unit in units(nodes, asked.asymmetric)]
    for done, unit in enumerate(work, 1):
        found, _ = first_in(asked, unit)
        if found:
            return found, done
    return None, len(work)


@pytest.mark.parametrize(
    ("first", "second", "nodes"),
    [("v5.15", "v5.16", 3), ("v5.15", "v5.17", 3), ("v5.17", "rfc2022", 3), ("v6.0", "v6.1", 3)],
)
def test_it_is_the_smallest(first: str, second: str, nodes: int) -> None:
    """No machine that comes before it in the order of smallness, written down anew here, makes the two disagree."""
    asked = question(first, second, "runtime", False, 60)
    found, _ = all_answers(asked, nodes)
    assert found
    rows = version(first), version(second)
    assert disagree(found, rows, asked)
    before = [
        (len(set(figures)), len(cpus), figures, cpus, Found(size, figures, cpus))
        for size in range(1, found.nodes + 1)
        for figures in product(DISTANCES, repeat=size * (size - 1) // 2)
        for count in range(1, size + 1)
        for cpus in combinations(range(size), count)
    ]
    mine = (found.nodes, len(set(found.figures)), len(found.cpus), found.figures, found.cpus)
    for *key, machine in before:
        if (machine.nodes, *key) < mine:
            assert not disagree(machine, rows, asked)


def test_what_is_written_is_a_topology_that_shows_it() -> None:
    asked = question("v5.15", "5.16.3", "boot", True, 60)
    found, _ = all_answers(asked, 3)
    assert found
    topology = Topology.from_document(document(found, asked))
    one, other = (Run.of(topology, kernel).order()["node_demotion"] for kernel in ("v5.15", "v5.16"))
    assert topology.zonelists == "boot"
    assert one != other


def test_the_same_rules_never_disagree() -> None:
    found, looked_at = all_answers(question("posted", "v5.15", "runtime", False, 60), 3)
    assert found is None
    assert looked_at > 3


def test_processes_and_budget() -> None:
    told: list[tuple[int, int, int]] = []
    asked = question("v5.15", "v5.16", "runtime", False, 60)
    answer = searching.search(asked, 3, 2, lambda *done: told.append(done))
    assert answer == searching.Answer(all_answers(asked, 3)[0], (1, 2), False)
    assert told[0] == (1, 1, 1)
    late = Question("posted", "v5.15", "runtime", False, time.time() - 1)
    assert searching.search(late, 3, 1, lambda *done: None) == searching.Answer(None, (), True)
