"""Build the score table of a scan: what the kernel compared of each node, and which node it chose."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from viz.kernel.checkpoints import Scan
from viz.kernel.machine import Machine
from viz.kernel.nodemask import NodeMask
from viz.kernel.page_alloc import nearest_first

MAX_ROWS = 256
"""The largest number of rows in a score table or zonelist.

A longer one keeps only its best BEST_ROWS rows, and the others are only counted.
"""
BEST_ROWS = 32

Counts = tuple[tuple[str, int], ...]
"""Pairs of a verdict and the number of rows with this verdict that were left out of a score table."""
Rank = Callable[[Machine, int, NodeMask], list[int]]
"""A function that returns candidates, best first."""


class Row(NamedTuple):
    """A row of a score table.

    `verdict` is "chosen" or "beaten" for a candidate. For any other node it says why the node is no candidate: "used",
    "other tier", "other class" or "no memory". Only candidates have the penalties `lower_id` and `has_cpus`.
    """

    node: int
    distance: int
    lower_id: int
    has_cpus: int
    load: int
    verdict: str

    @property
    def key(self) -> int:
        """Return the distance with its penalties, which the kernel compares before the loads."""
        return self.distance + self.lower_id + self.has_cpus


def score_table(machine: Machine, scan: Scan, rank: Rank = nearest_first) -> tuple[tuple[Row, ...], Counts]:
    """Return the rows, and (verdict, count) for the rows that were left out.

    `rank` is the version's own copy of nearest_first().

    The rows are the candidates, best first, then the other online nodes, nearest first. The nearest candidate is never
    left out, so that a reason can always name it.
    """
    others = machine.online - scan.candidates - NodeMask([scan.node])
    if len(scan.candidates) + len(others) > MAX_ROWS:
        return _short_table(machine, scan, others, rank)
    best_first = [_candidate(machine, scan, n) for n in rank(machine, scan.node, scan.candidates)]
    distance = machine.distance[scan.node]
    load, memory = machine.node_load, set(machine.memory)
    rest = [
        Row(n, distance[n], 0, 0, load[n], scan.outside if n in memory else "no memory")
        for n in sorted(others, key=distance.__getitem__)
    ]
    return tuple(best_first + rest), ()


def _short_table(machine: Machine, scan: Scan, others: NodeMask, rank: Rank) -> tuple[tuple[Row, ...], Counts]:
    """Return the best rows of a table that would be too long, and the counts of all others."""
    distance = machine.distance[scan.node]
    nodes = rank(machine, scan.node, scan.candidates)[:BEST_ROWS]
    nearest = min(scan.candidates, key=distance.__getitem__, default=None)
    if nearest is not None and distance[nearest] < min(distance[n] for n in nodes):
        nodes[-1] = nearest
    outside = len(others & machine.memory)
    beaten = len(scan.candidates) - len(nodes)
    left_out = {"beaten": beaten, scan.outside: outside, "no memory": len(others) - outside}
    rows = tuple(_candidate(machine, scan, n) for n in nodes)
    return rows, tuple(sorted((verdict, count) for verdict, count in left_out.items() if count))


def _candidate(machine: Machine, scan: Scan, n: int) -> Row:
    return Row(
        node=n,
        distance=machine.distance[scan.node][n],
        lower_id=machine.rules.penalty_id * (n < scan.node),
        has_cpus=machine.rules.penalty_cpu * (n in machine.cpus),
        load=machine.node_load[n],
        verdict="chosen" if n == scan.best else "beaten",
    )
