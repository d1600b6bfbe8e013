"""The score table: all that a scan saw of each node, and what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from viz.kernel.looks import Scan
from viz.kernel.machine import Machine
from viz.kernel.nodemask import NodeMask
from viz.kernel.page_alloc import PENALTY_FOR_NODE_WITH_CPUS

MOST_ROWS = 256
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
    """The candidates, best first, then the other online nodes; and (verdict, how many rows were left out).

    However many are left out, the nearest candidate stays, so that a reason can always name it.
    """
    candidates = [_candidate(machine, scan, n) for _, _, n in sorted(scan.scored)]
    rows = [*candidates, *_others(machine, scan)]
    if len(rows) <= MOST_ROWS:
        return tuple(rows), ()
    kept = candidates[:BEST_ROWS]
    nearest = min(candidates, key=lambda row: row.distance, default=None)
    if nearest and nearest not in kept:
        kept[-1] = nearest
    left_out = Counter(row.verdict for row in rows) - Counter(row.verdict for row in kept)
    return tuple(kept), tuple(sorted(left_out.items()))


def _candidate(machine: Machine, scan: Scan, n: int) -> Row:
    return Row(
        node=n,
        distance=machine.distance[scan.node][n],
        lower_id=int(n < scan.node),
        has_cpus=PENALTY_FOR_NODE_WITH_CPUS * (n in machine.cpus),
        load=machine.node_load[n],
        verdict="chosen" if n == scan.best else "beaten",
    )


def _others(machine: Machine, scan: Scan) -> Sequence[Row]:
    """The online nodes that could not be chosen, in ascending id, without the one that chooses."""
    candidates = NodeMask(n for _, _, n in scan.scored)
    return [
        Row(
            n,
            machine.distance[scan.node][n],
            0,
            0,
            machine.node_load[n],
            scan.outside if n in machine.memory else "no memory",
        )
        for n in machine.online - candidates - NodeMask([scan.node])
    ]
