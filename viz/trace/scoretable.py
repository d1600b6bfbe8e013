"""The score table: all that a scan saw of each node, and what became of it."""

from __future__ import annotations

from typing import NamedTuple

from viz.kernel.checkpoints import Scan
from viz.kernel.machine import Machine
from viz.kernel.nodemask import NodeMask
from viz.kernel.page_alloc import PENALTY_FOR_NODE_WITH_CPUS, nearest_first

MAX_ROWS = 256
"""A score table or zonelist with more entries keeps the BEST_ROWS best and counts the others."""
BEST_ROWS = 32

Counts = tuple[tuple[str, int], ...]


class Row(NamedTuple):
    """A row of a score table; only "chosen" and "beaten" rows were candidates and have penalties."""

    node: int
    distance: int
    lower_id: int
    has_cpus: int
    load: int
    verdict: str

    @property
    def key(self) -> int:
        """What the chooser compared first."""
        return self.distance + self.lower_id + self.has_cpus


def score_table(machine: Machine, scan: Scan) -> tuple[tuple[Row, ...], Counts]:
    """The candidates, best first, then the other online nodes, nearest first; and (verdict, rows left out) pairs.

    However many are left out, the nearest candidate stays, so that a reason can always name it.
    """
    others = machine.online - scan.candidates - NodeMask([scan.node])
    if len(scan.candidates) + len(others) > MAX_ROWS:
        return _cut(machine, scan, others)
    best_first = [_candidate(machine, scan, n) for n in nearest_first(machine, scan.node, scan.candidates)]
    distance = machine.distance[scan.node]
    load, memory = machine.node_load, set(machine.memory)
    rest = [
        Row(n, distance[n], 0, 0, load[n], scan.outside if n in memory else "no memory")
        for n in sorted(others, key=distance.__getitem__)
    ]
    return tuple(best_first + rest), ()


def _cut(machine: Machine, scan: Scan, others: NodeMask) -> tuple[tuple[Row, ...], Counts]:
    """The same where it would be too long: made of its best rows alone, the rest counted."""
    distance = machine.distance[scan.node]
    kept = nearest_first(machine, scan.node, scan.candidates)[:BEST_ROWS]
    nearest = min(scan.candidates, key=distance.__getitem__, default=None)
    if nearest is not None and distance[nearest] < min(distance[n] for n in kept):
        kept[-1] = nearest
    outside = len(others & machine.memory)
    beaten = len(scan.candidates) - len(kept)
    left_out = {"beaten": beaten, scan.outside: outside, "no memory": len(others) - outside}
    rows = tuple(_candidate(machine, scan, n) for n in kept)
    return rows, tuple(sorted((verdict, count) for verdict, count in left_out.items() if count))


def _candidate(machine: Machine, scan: Scan, n: int) -> Row:
    return Row(
        node=n,
        distance=machine.distance[scan.node][n],
        lower_id=int(n < scan.node),
        has_cpus=PENALTY_FOR_NODE_WITH_CPUS * (n in machine.cpus),
        load=machine.node_load[n],
        verdict="chosen" if n == scan.best else "beaten",
    )
