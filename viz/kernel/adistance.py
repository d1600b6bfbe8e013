"""Abstract distance: how slow memory is. mm/memory-tiers.c

DRAM is at 576, and more is slower. Up to v6.6 all memory that is
there at boot counts as DRAM, and a driver such as dax/kmem names a
distance for what it adds. From v6.7 it can come from the latency
and bandwidth that firmware states (ACPI HMAT).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from viz.kernel.machine import MEMTIER_ADISTANCE_DRAM
from viz.kernel.nodemask import NodeMask

TOLERANCE = 10
"""DRAM nodes may differ from the first by a tenth.

Their latency and bandwidth times TOLERANCE are compared.
"""


@dataclass(frozen=True)
class Performance:
    """What firmware states of a node's memory: reads plus writes.

    The units are the same for all nodes, and do not matter.
    """

    latency: int
    bandwidth: int


def perf_to_adistance(perf: Performance, dram: Performance) -> int:
    """Return the abstract distance of memory that is like `perf`.

    It divides whole numbers, in the same order as Linux does.

    mm/memory-tiers.c, mt_perf_to_adistance() of v6.7
    """
    scaled = MEMTIER_ADISTANCE_DRAM * perf.latency // dram.latency
    return scaled * dram.bandwidth // perf.bandwidth


def adistances(
    performance: Mapping[int, Performance], dram_nodes: NodeMask
) -> dict[int, int]:
    """Return the abstract distance of every node that is not DRAM.

    The first node of DRAM is the measure. If any of them has no
    figures, or figures that differ too much, there is no distance.

    mm/memory-tiers.c, mt_set_default_dram_perf() of v6.7
    """
    if not dram_nodes or any(
        node not in performance for node in dram_nodes
    ):
        return {}
    dram = performance[min(dram_nodes)]
    if not all(
        is_within_tolerance(performance[node], dram)
        for node in dram_nodes
    ):
        return {}
    return {
        node: perf_to_adistance(perf, dram)
        for node, perf in performance.items()
        if node not in dram_nodes
    }


def is_within_tolerance(
    perf: Performance, dram: Performance
) -> bool:
    """Return whether the first is within a tenth of the second."""
    return (
        abs(perf.latency - dram.latency) * TOLERANCE <= dram.latency
        and abs(perf.bandwidth - dram.bandwidth) * TOLERANCE
        <= dram.bandwidth
    )
