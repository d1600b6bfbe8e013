"""A smallest machine on which two versions disagree, found by trying them all in order.

Smallest means fewest nodes, then fewest distinct distances, then fewest nodes with CPUs, then the first matrix, then
the first choice of nodes with CPUs. Which id a node has matters to the kernel, so every assignment is tried. All nodes
have memory: DRAM (abstract distance 576) where there are CPUs, else slow memory (2880). Distances are the same both
ways unless asymmetric ones are asked for.
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

from viz.kernel.machine import MEMTIER_ADISTANCE_DRAM, Machine
from viz.kernel.memory import drive, nodes_in
from viz.kernel.nodemask import NodeMask
from viz.kernel.versions import Version, version
from viz.trace.chapters import first_build, first_memory

DISTANCES = (20, 21, 22, 30)
"""One apart and two apart, since an id and CPUs cost one unit each, and one that no penalty reaches."""
SLOW = 2880
SPLIT = 2
"""So many leading distances are fixed in one unit of work."""

Figures = tuple[int, ...]


@dataclass(frozen=True)
class Question:
    """Which versions are to disagree, and on what kind of machines."""

    first: str
    second: str
    zonelists: str
    asymmetric: bool
    deadline: float
    """In seconds of time.time()."""


def question(first: str, second: str, zonelists: str, asymmetric: bool, budget: float) -> Question:
    """The question in the names of the rows that the kernels stand for, to be answered in `budget` seconds."""
    return Question(version(first).name, version(second).name, zonelists, asymmetric, time.time() + budget)


@dataclass(frozen=True)
class Unit:
    """All machines of `nodes` nodes with so many distinct distances and nodes with CPUs whose figures begin so."""

    nodes: int
    distinct: int
    with_cpus: int
    begin: Figures


@dataclass(frozen=True)
class Found:
    """A machine: its distances in the order of pairs(), and the nodes with CPUs."""

    nodes: int
    figures: Figures
    cpus: tuple[int, ...]


@dataclass(frozen=True)
class Answer:
    """What a search found, if anything, and the sizes of machine that it tried to the last."""

    found: Found | None
    searched: tuple[int, ...]
    out_of_time: bool


def pairs(nodes: int, asymmetric: bool) -> list[tuple[int, int]]:
    """The (from, to) whose distances make a machine, in the order of its figures."""
    return list((permutations if asymmetric else combinations)(range(nodes), 2))


def units(nodes: int, asymmetric: bool) -> Iterator[Unit]:
    """The work on machines of one size, in the order of smallness."""
    length = len(pairs(nodes, asymmetric))
    for distinct in range(min(1, length), min(len(DISTANCES), length) + 1):
        for with_cpus in range(1, nodes + 1):
            for begin in product(DISTANCES, repeat=min(SPLIT, length)):
                yield Unit(nodes, distinct, with_cpus, begin)


def search(question: Question, most: int, jobs: int | None, told: Callable[[int, int, int], None]) -> Answer:
    """Try machines of 1 to `most` nodes; `told` is called with the size, the units done and all units of that size.

    `jobs` is how many processes search, by default one a CPU.
    """
    searched: list[int] = []
    with get_context("spawn").Pool(jobs or os.cpu_count()) as pool:
        for nodes in range(1, most + 1):
            work = list(units(nodes, question.asymmetric))
            for done, (found, finished) in enumerate(pool.imap(partial(first_in, question), work), 1):
                told(nodes, done, len(work))
                if found or not finished:
                    return Answer(found, tuple(searched), not finished)
            searched.append(nodes)
    return Answer(None, tuple(searched), False)


def first_in(question: Question, unit: Unit) -> tuple[Found | None, bool]:
    """The first machine of a unit on which the versions disagree, and whether there was time to look at all."""
    rows = version(question.first), version(question.second)
    more = len(pairs(unit.nodes, question.asymmetric)) - len(unit.begin)
    for end in product(DISTANCES, repeat=more):
        figures = unit.begin + end
        if len(set(figures)) != unit.distinct:
            continue
        if time.time() > question.deadline:
            return None, False
        for cpus in combinations(range(unit.nodes), unit.with_cpus):
            found = Found(unit.nodes, figures, cpus)
            if disagree(found, rows, question):
                return found, True
    return None, True


def disagree(found: Found, rows: Sequence[Version], question: Question) -> bool:
    """Whether any node may demote to other nodes in one version than in the other; which is first does not count."""
    matrix = matrix_of(found, question.asymmetric)
    one, other = (targets(found, matrix, row, question.zonelists) for row in rows)
    return one != other


def targets(found: Found, matrix: Sequence[bytes], row: Version, zonelists: str) -> list[set[int]]:
    """The targets of every node in one version."""
    everything, cpus = NodeMask(range(found.nodes)), NodeMask(found.cpus)
    machine = Machine(
        possible=everything,
        online=everything,
        memory=everything,
        n_cpu=cpus,
        cpus=cpus,
        distance=dict(enumerate(matrix)),
        rules=row.rules,
        adistance={node: adistance(found, node) for node in everything},
    )
    memory = first_memory(machine, row)
    for chapter in first_build(machine, row, zonelists):
        drive(chapter.routine, memory)
    return [set(nodes_in(memory[row.arrays[0][node]])) for node in everything]


def matrix_of(found: Found, asymmetric: bool) -> list[bytes]:
    """The whole matrix of a machine."""
    rows = [bytearray([10]) * found.nodes for _ in range(found.nodes)]
    for (a, b), figure in zip(pairs(found.nodes, asymmetric), found.figures, strict=True):
        rows[a][b] = figure
        if not asymmetric:
            rows[b][a] = figure
    return [bytes(row) for row in rows]


def adistance(found: Found, node: int) -> int:
    """DRAM where there are CPUs, else slow memory."""
    return MEMTIER_ADISTANCE_DRAM if node in found.cpus else SLOW


def document(found: Found, question: Question) -> dict[str, Any]:
    """The machine as a topology document."""
    nodes = [
        {"id": node, "cpus": int(node in found.cpus), "memory": "1 GiB", "adistance": adistance(found, node)}
        for node in range(found.nodes)
    ]
    return {
        "title": f"{question.first} and {question.second} disagree",
        "source": "made: found by trying all machines in order of size",
        "zonelists": question.zonelists,
        "distances": [list(row) for row in matrix_of(found, question.asymmetric)],
        "nodes": nodes,
    }
