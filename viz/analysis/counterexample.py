"""Find a smallest machine on which two versions disagree, by trying all machines in order.

Smallest means fewest nodes, then fewest distinct distances, then fewest nodes with CPUs, then the first matrix, then
the first choice of nodes with CPUs. The kernel's result depends on node ids, so the search tries every assignment of
ids. Every node has memory: DRAM (abstract distance 576) if it has CPUs, else slow memory (2880). Matrices are
symmetric unless the question allows asymmetric ones.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations, permutations, product
from multiprocessing import get_context
from typing import Any

from viz.analysis.run import built_targets
from viz.kernel.machine import MEMTIER_ADISTANCE_DRAM, Machine
from viz.kernel.nodemask import NodeMask
from viz.kernel.releases import version
from viz.kernel.versions import Version

DISTANCES = (20, 21, 22, 30)
"""The distances to try.

The kernel adds one unit to the distance of a candidate with an id below that of the source, and one for CPUs. So three
of these distances are one or two units apart, and the fourth is so large that no penalty makes another equal to it.
"""
SLOW = 2880
"""The abstract distance of slow memory."""
SPLIT = 2
"""How many distances, from the first on, are the same in all machines of one unit of work."""

Figures = tuple[int, ...]
"""The distances of a machine, in the order of pairs()."""


@dataclass(frozen=True)
class Question:
    """A question for a search: which two versions should disagree, and on what kind of machines."""

    first: str
    second: str
    zonelists: str
    asymmetric: bool
    deadline: float
    """The time at which the search gives up, as time.time() counts."""


def question(first: str, second: str, zonelists: str, asymmetric: bool, budget: float) -> Question:
    """Return a Question about two kernels, with the version that stands for each and a deadline in `budget` seconds."""
    return Question(version(first).name, version(second).name, zonelists, asymmetric, time.time() + budget)


@dataclass(frozen=True)
class Unit:
    """A unit of work: all machines with the given numbers of nodes, of distinct distances and of nodes with CPUs.

    `begin` has the first distances, which all these machines share.
    """

    nodes: int
    distinct: int
    with_cpus: int
    begin: Figures


@dataclass(frozen=True)
class Candidate:
    """A machine to try: the number of nodes, the distances, and the nodes with CPUs."""

    nodes: int
    figures: Figures
    cpus: tuple[int, ...]


@dataclass(frozen=True)
class Answer:
    """The result of a search: the machine found or None, and the numbers of nodes for which every machine was tried."""

    found: Candidate | None
    searched: tuple[int, ...]
    out_of_time: bool


def pairs(nodes: int, asymmetric: bool) -> list[tuple[int, int]]:
    """Return the pairs of nodes (from, to) in the order of their distances in Candidate.figures."""
    return list((permutations if asymmetric else combinations)(range(nodes), 2))


def units(nodes: int, asymmetric: bool) -> Iterator[Unit]:
    """Yield the units of work for all machines of `nodes` nodes, the smallest machines first."""
    length = len(pairs(nodes, asymmetric))
    for distinct in range(min(1, length), min(len(DISTANCES), length) + 1):
        for with_cpus in range(1, nodes + 1):
            for begin in product(DISTANCES, repeat=min(SPLIT, length)):
                yield Unit(nodes, distinct, with_cpus, begin)


def search(
    question: Question, max_nodes: int, jobs: int | None, on_progress: Callable[[int, int, int], None]
) -> Answer:
    """Search for the smallest machine, of 1 to `max_nodes` nodes, on which the versions disagree.

    The search runs in `jobs` processes (None: one for each CPU). `on_progress` is called with the number of nodes, how
    many units for that number are done, and how many there are.
    """
    searched: list[int] = []
    with get_context("spawn").Pool(jobs or os.cpu_count()) as pool:
        for nodes in range(1, max_nodes + 1):
            work = list(units(nodes, question.asymmetric))
            for done, (found, finished) in enumerate(pool.imap(partial(first_in, question), work), 1):
                on_progress(nodes, done, len(work))
                if found or not finished:
                    return Answer(found, tuple(searched), not finished)
            searched.append(nodes)
    return Answer(None, tuple(searched), False)


def first_in(question: Question, unit: Unit) -> tuple[Candidate | None, bool]:
    """Return the first machine of a unit on which the versions disagree, or None, and whether the deadline was met."""
    rows = version(question.first), version(question.second)
    missing = len(pairs(unit.nodes, question.asymmetric)) - len(unit.begin)
    for end in product(DISTANCES, repeat=missing):
        figures = unit.begin + end
        if len(set(figures)) != unit.distinct:
            continue
        if time.time() > question.deadline:
            return None, False
        for cpus in combinations(range(unit.nodes), unit.with_cpus):
            candidate = Candidate(unit.nodes, figures, cpus)
            if disagree(candidate, rows, question):
                return candidate, True
    return None, True


def disagree(candidate: Candidate, rows: Sequence[Version], question: Question) -> bool:
    """Return whether any node has other targets in one version than in the other, whatever the order of the targets."""
    matrix = matrix_of(candidate, question.asymmetric)
    first, second = (targets(candidate, matrix, row, question.zonelists) for row in rows)
    return first != second


def targets(candidate: Candidate, matrix: Sequence[bytes], row: Version, zonelists: str) -> list[set[int]]:
    """Return the targets of every node of a machine under one version, by node id."""
    all_nodes, cpus = NodeMask(range(candidate.nodes)), NodeMask(candidate.cpus)
    machine = Machine(
        possible=all_nodes,
        online=all_nodes,
        memory=all_nodes,
        n_cpu=cpus,
        cpus=cpus,
        distance=dict(enumerate(matrix)),
        rules=row.rules,
        adistance={node: adistance(candidate, node) for node in all_nodes},
    )
    return [set(found) for found in built_targets(machine, row, zonelists).values()]


def matrix_of(candidate: Candidate, asymmetric: bool) -> list[bytes]:
    """Return the distance matrix of a machine."""
    rows = [bytearray([10]) * candidate.nodes for _ in range(candidate.nodes)]
    for (a, b), figure in zip(pairs(candidate.nodes, asymmetric), candidate.figures, strict=True):
        rows[a][b] = figure
        if not asymmetric:
            rows[b][a] = figure
    return [bytes(row) for row in rows]


def adistance(candidate: Candidate, node: int) -> int:
    """Return the abstract distance of DRAM for a node with CPUs, else that of slow memory."""
    return MEMTIER_ADISTANCE_DRAM if node in candidate.cpus else SLOW


def document(candidate: Candidate, question: Question) -> dict[str, Any]:
    """Return the machine as a topology document."""
    nodes = [
        {"id": node, "cpus": int(node in candidate.cpus), "memory": "1 GiB", "adistance": adistance(candidate, node)}
        for node in range(candidate.nodes)
    ]
    return {
        "title": f"{question.first} and {question.second} disagree",
        "source": "made: found by trying all machines in order of size",
        "zonelists": question.zonelists,
        "distances": [list(row) for row in matrix_of(candidate, question.asymmetric)],
        "nodes": nodes,
    }
