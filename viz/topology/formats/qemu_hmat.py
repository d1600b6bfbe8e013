"""The HMAT that QEMU makes of its options -numa hmat-lb and -numa node,initiator=.

It has a table for each data type that is given. A table has a cell for each pair of a node that may have CPUs and any
node; a cell that no option gives is 0. A node that may have CPUs, even if they are absent, is attached to itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from viz.kernel.adistance import U32
from viz.kernel.hmat import DATA_TYPES, PS_PER_NS, Hmat, Locality
from viz.topology.formats import words
from viz.topology.formats.qemu_words import Option, size_of
from viz.topology.hmat_figures import note_ignored_hmat, take_figures
from viz.topology.partial_topology import PartialTopology, nodes_text

_DATA_TYPES = (
    "access-latency", "read-latency", "write-latency", "access-bandwidth", "read-bandwidth", "write-bandwidth",
)  # fmt: skip
_MIB = 2**20


@dataclass
class QemuHmat:
    """The latencies and bandwidths of the options that were read so far."""

    tables: dict[int, dict[tuple[int, int], int]] = field(default_factory=dict)
    """Latencies (ns) and bandwidths (MiB/s): by data type, an index of _DATA_TYPES, then by initiator and target."""
    named: dict[int, int] = field(default_factory=dict)
    """The initiator that -numa node,initiator= gives a node."""

    def take(self, option: Option) -> None:
        """Store the latency or bandwidth of an option -numa hmat-lb, unless the option is about a cache."""
        data_type = option.get("data-type", "")
        if data_type not in _DATA_TYPES or option.get("hierarchy", "memory") != "memory":
            return
        target = words.node_id(option.need("target"), option.where)
        initiator = words.node_id(option.get("initiator", "0"), option.where)
        kind = data_type.partition("-")[2]
        value = size_of(option.need(kind), 1, option.where)
        if kind == "bandwidth":
            value = -(-value // _MIB)
        elif value * PS_PER_NS >= U32:
            value = 0
        self.tables.setdefault(_DATA_TYPES.index(data_type), {})[initiator, target] = value % U32

    def take_figures(self, partial: PartialTopology, possible: Mapping[int, int], present: Mapping[int, int]) -> None:
        """Store in each node the latency and bandwidth that Linux takes from this HMAT.

        For each node, `possible` has a mask of the CPUs that it may have, and `present` of those that it has at boot.
        """
        if not self.tables:
            return
        initiators = {initiator for cells in self.tables.values() for initiator, _ in cells}
        # QEMU's HMAT describes nodes without memory, too, and Linux does not find their memory in the SRAT. Only an
        # initiator that can never have CPUs is not described: newer versions of QEMU make it a generic initiator.
        empty = [n for n, facts in partial.nodes.items() if facts.memory == 0 and (possible[n] or n not in initiators)]
        if empty:
            note_ignored_hmat(partial, f"it describes memory of {nodes_text(empty)}, which has none")
            return
        may_have_cpus = [node for node, cpus in possible.items() if cpus]
        has_cpu = [node for node, cpus in present.items() if cpus] or sorted(initiators)
        sources = sorted({*may_have_cpus, *initiators})
        zeros = {(source, target): 0 for source in sources for target in partial.nodes}
        localities = tuple(Locality(DATA_TYPES[number], zeros | cells) for number, cells in sorted(self.tables.items()))
        hmat = Hmat(localities, self.named | {node: node for node in may_have_cpus})
        take_figures(partial, hmat, {node: node for node in partial.nodes}, has_cpu, has_cpu)
