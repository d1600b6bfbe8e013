"""Abstract distance: how fast memory is, in units where DRAM is 576 and more is slower. mm/memory-tiers.c

Up to v6.6 all memory that is there at boot counts as DRAM, and a driver such as dax/kmem names a distance for
what it adds. From v6.7 it can come from the latency and bandwidth that firmware states (ACPI HMAT).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from viz.kernel.machine import MEMTIER_ADISTANCE_DRAM
from viz.kernel.nodemask import NodeMask

TOLERANCE = 10
"""Nodes of DRAM may differ by a tenth; if one differs by more, no distance is computed at all."""


@dataclass(frozen=True)
class Performance:
    """What firmware states of a node's memory, in any units that are the same for all nodes: reads plus writes."""

    latency: int
    bandwidth: int


def perf_to_adistance(perf: Performance, dram: Performance) -> int:
    """The abstract distance of memory that performs like `perf`, in whole numbers in the kernel's order.

    mm/memory-tiers.c, mt_perf_to_adistance() of v6.7
    """
    scaled = MEMTIER_ADISTANCE_DRAM * perf.latency // dram.latency
    return scaled * dram.bandwidth // perf.bandwidth


def adistances(
    performance: Mapping[int, Performance], dram_nodes: NodeMask
) -> dict[int, int]:
    """The abstract distance of every node outside `dram_nodes`; none unless those agree on what DRAM is.

    The first node of DRAM is the measure. All of them need figures, and a node of no speed cannot be placed.

    mm/memory-tiers.c, mt_set_default_dram_perf() of v6.7
    """
    if not dram_nodes or any(
        node not in performance for node in dram_nodes
    ):
        return {}
    dram = performance[min(dram_nodes)]
    if not all(
        alike(performance[node], dram) for node in dram_nodes
    ):
        return {}
    return {
        node: perf_to_adistance(perf, dram)
        for node, perf in performance.items()
        if node not in dram_nodes
    }


def alike(perf: Performance, dram: Performance) -> bool:
    """Whether two nodes perform the same, within a tenth of the second."""
    return (
        abs(perf.latency - dram.latency) * TOLERANCE <= dram.latency
        and abs(perf.bandwidth - dram.bandwidth) * TOLERANCE
        <= dram.bandwidth
    )
