"""Abstract distances: how slow memory is. mm/memory-tiers.c

Ordinary DRAM has 576, and slower memory has more. Up to v6.6 all
memory that is present at boot counts as DRAM, and a driver such as
dax/kmem gives a distance to memory that it adds. From v6.7 the
distance of memory that is added can be computed from the latency
and bandwidth that firmware states (ACPI HMAT, hmat.py), and from
v6.11 that of memory at boot, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from viz.kernel.machine import MEMTIER_ADISTANCE_DRAM
from viz.kernel.nodemask import NodeMask

U32 = 2**32
"""The number of values that an unsigned int can have."""

TOLERANCE = 10
"""Values of two DRAM nodes may differ by 1/TOLERANCE."""

Bits = Literal[32, 64]
"""The width of the integers that distances are computed in.

Linux has 32 bits to v6.16, and 64 from v6.12.43 and v6.17.
"""


@dataclass(frozen=True)
class AccessCoordinate:
    """The latency (ns) and bandwidth (MB/s) of memory; 0: unknown.

    Only ratios matter, so other units will do if all values of a
    kind have the same unit.
    """

    read_latency: int = 0
    write_latency: int = 0
    read_bandwidth: int = 0
    write_bandwidth: int = 0

    @property
    def latency(self) -> int:
        """Return the latency of reads plus that of writes."""
        return _sum(self.read_latency, self.write_latency)

    @property
    def bandwidth(self) -> int:
        """Return the bandwidth of reads plus that of writes."""
        return _sum(self.read_bandwidth, self.write_bandwidth)

    @property
    def is_known(self) -> bool:
        """Return whether latency and bandwidth are both known."""
        return bool(self.latency and self.bandwidth)


def _sum(read: int, write: int) -> int:
    """Return the sum, which overflows as an unsigned int does in C.

    A value that is too large for an unsigned int does not come
    from firmware: a person wrote it, in another unit. Its sum must
    not overflow, because only ratios matter.
    """
    total = read + write
    return total if max(read, write) >= U32 else total % U32


def mt_perf_to_adistance(
    perf: AccessCoordinate, dram: AccessCoordinate, bits: Bits = 64
) -> int:
    """Return the abstract distance of memory with values `perf`.

    `dram` are the values of ordinary DRAM. Divisions drop the
    remainder and have the same order as in Linux. With 32 bits,
    products can overflow, as they do in C.

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
    """Return the value as an unsigned int or a long holds it."""
    return value % U32 if bits == 32 else _signed(value, 64)


def _signed(value: int, bits: int) -> int:
    half = 1 << (bits - 1)
    return (value + half) % (2 * half) - half


def _quotient(value: int, divisor: int) -> int:
    """Return the quotient, rounded towards 0 as in C."""
    whole = abs(value) // divisor
    return whole if value >= 0 else -whole


def reference(
    coordinates: Mapping[int, AccessCoordinate],
    dram_nodes: NodeMask,
) -> AccessCoordinate | str:
    """Return DRAM's latency and bandwidth, or why there are none.

    They are those of the lowest node with CPUs and memory. Every
    other such node must have values, too, and each of its four
    values must be within a tenth of the first node's. Otherwise no
    distance is computed from latency and bandwidth.

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
    """Return the abstract distance of each node with known values.

    `dram_nodes` are the nodes with CPUs and memory. Their distances
    are computed, too, so one of them can get into another tier than
    the first. The values are those for access 1 (hmat.py). Without
    a reference() the result is empty.

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
    """Return whether each value is within a tenth of DRAM's.

    mm/memory-tiers.c, mt_set_default_dram_perf() of v6.7
    """
    pairs = (
        (perf.read_latency, dram.read_latency),
        (perf.write_latency, dram.write_latency),
        (perf.read_bandwidth, dram.read_bandwidth),
        (perf.write_bandwidth, dram.write_bandwidth),
    )
    return all(abs(a - b) * TOLERANCE <= b for a, b in pairs)
