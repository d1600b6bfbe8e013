"""What firmware's HMAT says of memory, as Linux reads it.

A locality table has a figure for each initiator (a node that may
access memory) and each target (a node with memory). Of these, Linux
keeps one set for a target: for access 0 that of the best initiator
there is, for access 1 that of the best one with CPUs. Tiers count
access 1 only.

    latency, ns     to 2    to 3      node 2 counts as 200 ns, 4000
    from 0           260     250      MB/s: the latency is best from
    from 1           200     250      1, and the bandwidth is that
    bandwidth, MB/s                 of 1, though 0 has more. For 3
    from 0         16000   10000      both have the same latency, so
    from 1          4000    5000      the better bandwidth is taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from viz.kernel.adistance import U32, AccessCoordinate

ABSENT = (0, 0xFFFF)
"""Entries that stand for "not known"."""
PS_PER_NS = 1000

Access = Literal[0, 1]
"""Whose figures count: those of any initiator, or of CPUs only."""

Field = Literal[
    "write_latency",
    "read_latency",
    "write_bandwidth",
    "read_bandwidth",
]
SEARCH_ORDER: tuple[Field, ...] = (
    "write_latency",
    "read_latency",
    "write_bandwidth",
    "read_bandwidth",
)
"""In which order Linux looks for the best initiator."""

DATA_TYPES: tuple[tuple[Field, ...], ...] = (
    ("read_latency", "write_latency"),
    ("read_latency",),
    ("write_latency",),
    ("read_bandwidth", "write_bandwidth"),
    ("read_bandwidth",),
    ("write_bandwidth",),
)
"""What each data type of the HMAT states: access, read, write."""


@dataclass(frozen=True)
class Locality:
    """A table of latencies (ns) or bandwidths (MB/s)."""

    fields: tuple[Field, ...]
    """Which figures of a target it states."""
    values: Mapping[tuple[int, int], int]
    """The figure by (initiator, target).

    One that is listed and not known is 0.
    """


@dataclass(frozen=True)
class Hmat:
    """The tables for memory itself, in firmware's order.

    Initiators and targets may be nodes or proximity domains, as
    long as all of them are the same.
    """

    localities: tuple[Locality, ...] = ()
    attached: Mapping[int, int] = field(default_factory=dict)
    """The initiator that a target is attached to, if known."""

    @property
    def initiators(self) -> frozenset[int]:
        """Return all that a table lists as an initiator."""
        return frozenset(
            initiator
            for locality in self.localities
            for initiator, _ in locality.values
        )


def hmat_normalize(
    entry: int, base: int, data_type: int, revision: int = 2
) -> int:
    """Return an entry as ns or MB/s, rounded up, or 0 if unknown.

    drivers/acpi/numa/hmat.c, hmat_normalize() of v6.12
    """
    value = entry * base
    if entry in ABSENT or value >= U32:
        return 0
    if revision == 1:
        return _div_round_up(value, 10) if value >= 10 else 0
    if data_type < 3:
        return _div_round_up(value, PS_PER_NS)
    return value


def _div_round_up(value: int, divisor: int) -> int:
    return (value + divisor - 1) % U32 // divisor


def access_coordinate(
    hmat: Hmat, target: int, access: Access, has_cpu: Iterable[int]
) -> AccessCoordinate:
    """Return the figures of one target that Linux keeps.

    An attached initiator decides alone. For access 1 it does only
    if it has CPUs; else the best one with CPUs is looked for.

    drivers/acpi/numa/hmat.c, hmat_update_target_attrs() of v6.12
    """
    cpus = frozenset(has_cpu)
    attached = hmat.attached.get(target)
    if attached is not None and (access == 0 or attached in cpus):
        return _of_attached(hmat, target, attached)
    left = set(hmat.initiators)
    found = AccessCoordinate()
    for name in SEARCH_ORDER:
        carriers = [t for t in hmat.localities if name in t.fields]
        if not carriers:
            continue
        if access == 1:
            left &= cpus
        table = carriers[-1]
        stated = {i: table.values.get((i, target), 0) for i in left}
        known = [value for value in stated.values() if value]
        if not known:
            continue
        lowest = name.endswith("latency")
        best = min(known) if lowest else max(known)
        left = {i for i, value in stated.items() if value == best}
        found = replace(found, **dict.fromkeys(table.fields, best))
    return found


def _of_attached(
    hmat: Hmat, target: int, initiator: int
) -> AccessCoordinate:
    """Return the figures from one initiator; 0 where none is given.

    drivers/acpi/numa/hmat.c, hmat_parse_locality() of v6.12
    """
    found = AccessCoordinate()
    for table in hmat.localities:
        value = table.values.get((initiator, target))
        if value is not None:
            fields = dict.fromkeys(table.fields, value)
            found = replace(found, **fields)
    return found
