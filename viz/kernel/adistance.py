"""Abstract distance: how slow memory is. mm/memory-tiers.c

DRAM is at 576, and more is slower. Up to v6.6 all memory that is
there at boot counts as DRAM, and a driver such as dax/kmem names a
distance for what it adds. From v6.7 it can come from the latency
and bandwidth that firmware states (ACPI HMAT, hmat.py): for memory
that is added later, and from v6.11 for memory at boot, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from viz.kernel.machine import MEMTIER_ADISTANCE_DRAM
from viz.kernel.nodemask import NodeMask

U32 = 2**32
"""How many values an unsigned int has."""

TOLERANCE = 10
"""DRAM nodes may differ from the first by a tenth.

Their latency and bandwidth times TOLERANCE are compared.
"""

Bits = Literal[32, 64]
"""How wide the product is: 64 bits from v6.17 and v6.12.43."""


@dataclass(frozen=True)
class AccessCoordinate:
    """Latency (ns) and bandwidth (MB/s) of memory; 0 is unknown.

    Only ratios matter, so any unit will do if all have the same.
    """

    read_latency: int = 0
    write_latency: int = 0
    read_bandwidth: int = 0
    write_bandwidth: int = 0

    @property
    def latency(self) -> int:
        """Return reads plus writes."""
        return _sum(self.read_latency, self.write_latency)

    @property
    def bandwidth(self) -> int:
        """Return reads plus writes."""
        return _sum(self.read_bandwidth, self.write_bandwidth)

    @property
    def is_known(self) -> bool:
        """Return whether neither sum is 0."""
        return bool(self.latency and self.bandwidth)


def _sum(read: int, write: int) -> int:
    """Return the sum as an unsigned int.

    Figures that no unsigned int can hold are in a unit of the
    person who wrote them, and only ratios matter.
    """
    total = read + write
    return total if max(read, write) >= U32 else total % U32


def mt_perf_to_adistance(
    perf: AccessCoordinate, dram: AccessCoordinate, bits: Bits = 64
) -> int:
    """Return the abstract distance of memory that is like `perf`.

    It divides whole numbers, in the same order as Linux does. The
    result is an int: with 32 bits a product can wrap before.

    mm/memory-tiers.c, mt_perf_to_adistance() of v6.7
    """
    if max(perf.bandwidth, dram.bandwidth) >= U32:
        bits = 64
    scaled = _wrapped(MEMTIER_ADISTANCE_DRAM * perf.latency, bits)
    scaled = _wrapped(
        _quotient(scaled, dram.latency) * dram.bandwidth, bits
    )
    return _signed(_quotient(scaled, perf.bandwidth), 32)


def _wrapped(value: int, bits: Bits) -> int:
    """Return what is left of it in an unsigned int, or a long."""
    return value % U32 if bits == 32 else _signed(value, 64)


def _signed(value: int, bits: int) -> int:
    half = 1 << (bits - 1)
    return (value + half) % (2 * half) - half


def _quotient(value: int, divisor: int) -> int:
    """Return the quotient, cut off towards 0."""
    whole = abs(value) // divisor
    return whole if value >= 0 else -whole


def reference(
    coordinates: Mapping[int, AccessCoordinate],
    dram_nodes: NodeMask,
) -> AccessCoordinate | str:
    """Return the figures that all are compared with, or why none.

    They are those of the lowest node with CPUs and memory. Any
    other must be known, and alike in all four within a tenth of
    the first; else there are no distances from figures at all.

    mm/memory-tiers.c, mt_set_default_dram_perf() of v6.7
    """
    first: AccessCoordinate | None = None
    for node in dram_nodes:
        perf = coordinates.get(node, AccessCoordinate())
        if not perf.is_known:
            return f"node {node} has CPUs, and no figures"
        if first is None:
            first = perf
        elif not is_within_tolerance(perf, first):
            lowest = min(dram_nodes)
            return (
                f"DRAM node {node} differs by more than a tenth "
                f"from node {lowest}"
            )
    return first or "no node has CPUs and memory"


def adistances(
    coordinates: Mapping[int, AccessCoordinate],
    dram_nodes: NodeMask,
    bits: Bits = 64,
) -> dict[int, int]:
    """Return the abstract distance of each node that has figures.

    `dram_nodes` are those with CPUs and memory. They are computed,
    too: one may land in another tier than the first. The figures
    are those of access 1.

    mm/memory-tiers.c, mt_calc_adistance() of v6.7
    """
    dram = reference(coordinates, dram_nodes)
    if isinstance(dram, str):
        return {}
    return {
        node: mt_perf_to_adistance(perf, dram, bits)
        for node, perf in coordinates.items()
        if perf.is_known
    }


def is_within_tolerance(
    perf: AccessCoordinate, dram: AccessCoordinate
) -> bool:
    """Return whether each figure is within a tenth of the second's.

    mm/memory-tiers.c, mt_set_default_dram_perf() of v6.7
    """
    pairs = (
        (perf.read_latency, dram.read_latency),
        (perf.write_latency, dram.write_latency),
        (perf.read_bandwidth, dram.read_bandwidth),
        (perf.write_bandwidth, dram.write_bandwidth),
    )
    return all(abs(a - b) * TOLERANCE <= b for a, b in pairs)
