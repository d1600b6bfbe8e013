"""The HMAT that QEMU makes of its options -numa hmat-lb and -numa node,initiator=.

It has a table for each data type that is given, with a cell for each node that may have CPUs and each node; a cell
that no option gives is 0. A node that may have CPUs, even if they are absent, is its own attached initiator.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from viz.kernel.adistance import U32
from viz.kernel.hmat import DATA_TYPES, PS_PER_NS, Hmat, Locality
from viz.topology.formats import words
from viz.topology.formats.qemu_words import Option, size_of
from viz.topology.hmat_figures import ignored, take_figures
from viz.topology.partial_topology import PartialTopology, nodes_text

_DATA_TYPES = (
    "access-latency", "read-latency", "write-latency", "access-bandwidth", "read-bandwidth", "write-bandwidth",
)  # fmt: skip
_MIB = 2**20


@dataclass
class QemuHmat:
    """What the options read so far say of latencies and bandwidths."""

    tables: dict[int, dict[tuple[int, int], int]] = field(default_factory=dict)
    """The figures (ns or MB/s) by data type, then by initiator and target."""
    named: dict[int, int] = field(default_factory=dict)
    """The initiator that -numa node,initiator= gives a node."""

    def take(self, option: Option) -> None:
        """Store what an option -numa hmat-lb states of memory itself."""
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
        """Give the nodes their figures; the masks are of the CPUs that each node may have, and has at boot."""
        if not self.tables:
            return
        initiators = {initiator for cells in self.tables.values() for initiator, _ in cells}
        # QEMU describes nodes without memory, too, and Linux finds these in no SRAT. An initiator without CPUs is no
        # node to this QEMU at all: a later one has generic initiators, and leaves them out.
        empty = [n for n, facts in partial.nodes.items() if facts.memory == 0 and (possible[n] or n not in initiators)]
        if empty:
            ignored(partial, f"it describes memory of {nodes_text(empty)}, which has none")
            return
        may_have_cpus = [node for node, cpus in possible.items() if cpus]
        has_cpu = [node for node, cpus in present.items() if cpus] or sorted(initiators)
        sources = sorted({*may_have_cpus, *initiators})
        zeros = {(source, target): 0 for source in sources for target in partial.nodes}
        localities = tuple(Locality(DATA_TYPES[number], zeros | cells) for number, cells in sorted(self.tables.items()))
        hmat = Hmat(localities, self.named | {node: node for node in may_have_cpus})
        take_figures(partial, hmat, {node: node for node in partial.nodes}, has_cpu, has_cpu)
