"""Test that the search finds a smallest machine on which two versions disagree."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import combinations, product
from types import SimpleNamespace

import pytest

from viz.analysis import counterexample as searching
from viz.analysis.counterexample import DISTANCES, Candidate, Question, disagree, document, first_in, question, units
from viz.analysis.run import Run
from viz.kernel.releases import version
from viz.topology import Topology


def search_here(search_question: Question, max_nodes: int) -> tuple[Candidate | None, int]:
    """Search in this process. Return the first machine found, or None, and the number of units of work searched."""
    work = [unit for nodes in range(1, max_nodes + 1) for unit in units(nodes, search_question.asymmetric)]
    for done, unit in enumerate(work, 1):
        found, _ = first_in(search_question, unit)
        if found:
            return found, done
    return None, len(work)


@pytest.mark.parametrize(
    ("first", "second", "nodes"),
    [("v5.15", "v5.16", 3), ("v5.15", "v5.17", 3), ("v5.17", "rfc2022", 3), ("v6.0", "v6.1", 3)],
)
def test_the_machine_found_is_the_smallest(first: str, second: str, nodes: int) -> None:
    """The versions agree on every smaller machine. The test orders the machines by size with its own code."""
    search_question = question(first, second, "runtime", False, 60)
    found, _ = search_here(search_question, nodes)
    assert found
    rows = version(first), version(second)
    assert disagree(found, rows, search_question)
    machines = [
        (len(set(figures)), len(cpus), figures, cpus, Candidate(size, figures, cpus))
        for size in range(1, found.nodes + 1)
        for figures in product(DISTANCES, repeat=size * (size - 1) // 2)
        for count in range(1, size + 1)
        for cpus in combinations(range(size), count)
    ]
    found_key = (found.nodes, len(set(found.figures)), len(found.cpus), found.figures, found.cpus)
    for *key, machine in machines:
        if (machine.nodes, *key) < found_key:
            assert not disagree(machine, rows, search_question)


def test_the_document_is_a_topology_on_which_the_versions_disagree() -> None:
    search_question = question("v5.15", "5.16.3", "boot", True, 60)
    found, _ = search_here(search_question, 3)
    assert found
    topology = Topology.from_document(document(found, search_question))
    first, second = (Run.of(topology, kernel).order()["node_demotion"] for kernel in ("v5.15", "v5.16"))
    assert topology.zonelists == "boot"
    assert first != second


def test_the_same_rules_never_disagree() -> None:
    found, searched = search_here(question("posted", "v5.15", "runtime", False, 60), 3)
    assert found is None
    assert searched > 3


@pytest.mark.slow
def test_search_in_processes_reports_progress_and_stops_at_its_deadline() -> None:
    progress: list[tuple[int, int, int]] = []
    search_question = question("v5.15", "v5.16", "runtime", False, 60)
    answer = searching.search(search_question, 3, 2, lambda *done: progress.append(done))
    assert answer == searching.Answer(search_here(search_question, 3)[0], (1, 2), False)
    assert progress[0] == (1, 1, 1)
    late = Question("posted", "v5.15", "runtime", False, time.time() - 1)
    assert searching.search(late, 3, 1, lambda *done: None) == searching.Answer(None, (), True)


def test_machines_of_every_size_up_to_the_largest_are_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def pool(*_: object) -> Iterator[SimpleNamespace]:
        yield SimpleNamespace(imap=map)

    monkeypatch.setattr(searching, "get_context", lambda _: SimpleNamespace(Pool=pool))
    monkeypatch.setattr(searching, "first_in", lambda question, unit: (None, True))
    told: list[tuple[int, int, int]] = []
    answer = searching.search(
        question("v5.15", "v6.1", "runtime", False, 1000), 3, 1, lambda *values: told.append(values)
    )
    assert answer == searching.Answer(None, (1, 2, 3), False)
    counts = {nodes: len(list(units(nodes, False))) for nodes in (1, 2, 3)}
    assert told == [(nodes, done, count) for nodes, count in counts.items() for done in range(1, count + 1)]
