"""Choose each node's latency and bandwidth from the ACPI HMAT.

A locality table of the HMAT has a value for each initiator (a node
that may access memory) and each target (a node with memory). For
each target Linux keeps the values of one initiator: of the best
one for access 0, and of the best one with CPUs for access 1. Memory
tiers use access 1 only.

    latency, ns        to 2    to 3
    from 0              260     250
    from 1              200     250
    bandwidth, MB/s
    from 0            16000   10000
    from 1             4000    5000

In this example node 2 gets 200 ns and 4000 MB/s: node 1 has the
best latency, so its bandwidth counts, although that of node 0 is
higher. For node 3 both have the same latency, so the better
bandwidth counts: it gets 250 ns and 10000 MB/s.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from viz.kernel.adistance import U32, AccessCoordinate

ABSENT = (0, 0xFFFF)
"""The values of a table entry that mean "not known"."""
PS_PER_NS = 1000

Access = Literal[0, 1]
"""The access class: 0 for any initiator, 1 for those with CPUs."""

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
"""The order in which Linux compares initiators by values."""

DATA_TYPES: tuple[tuple[Field, ...], ...] = (
    ("read_latency", "write_latency"),
    ("read_latency",),
    ("write_latency",),
    ("read_bandwidth", "write_bandwidth"),
    ("read_bandwidth",),
    ("write_bandwidth",),
)
"""The fields that a table of each HMAT data type states.

The index is the data type. Access means reads and writes.
"""


@dataclass(frozen=True)
class Locality:
    """A table of latencies (ns) or bandwidths (MB/s)."""

    fields: tuple[Field, ...]
    """The fields that the table states."""
    values: Mapping[tuple[int, int], int]
    """The value by (initiator, target); 0 means "not known"."""


@dataclass(frozen=True)
class Hmat:
    """The HMAT's tables for memory (not caches), in its order.

    The ids of initiators and targets are all node ids, or all
    proximity domains.
    """

    localities: tuple[Locality, ...] = ()
    attached: Mapping[int, int] = field(default_factory=dict)
    """The initiator that each target is attached to, if known."""

    @property
    def initiators(self) -> frozenset[int]:
        """Return the ids of all initiators in the tables."""
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
    """Return the values that Linux keeps for a target.

    If the target is attached to an initiator, its values are those
    of that initiator; for access 1 only if that has CPUs. Otherwise
    they are those of the best initiator. `has_cpu` are the nodes
    with CPUs.

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
    """Return an initiator's values for a target; 0 if not stated.

    drivers/acpi/numa/hmat.c, hmat_parse_locality() of v6.12
    """
    found = AccessCoordinate()
    for table in hmat.localities:
        value = table.values.get((initiator, target))
        if value is not None:
            fields = dict.fromkeys(table.fields, value)
            found = replace(found, **fields)
    return found
