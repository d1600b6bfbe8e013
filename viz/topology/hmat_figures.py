"""Store in nodes the latencies and bandwidths that Linux takes from an HMAT; readers of several formats use this."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from viz.kernel.adistance import AccessCoordinate, reference
from viz.kernel.hmat import Hmat, access_coordinate
from viz.kernel.nodemask import NodeMask
from viz.topology.partial_topology import PartialTopology

PAIRS = (("read_latency", "write_latency"), ("read_bandwidth", "write_bandwidth"))


def take_figures(
    partial: PartialTopology, hmat: Hmat, node_of: Mapping[int, int], has_cpu: Iterable[int], n_cpu: Iterable[int]
) -> None:
    """Store in each node the latency and bandwidth of its memory, as CPUs see them.

    `node_of` maps the HMAT's id of each target to a node id. Both `has_cpu` and `n_cpu` list what has CPUs: `has_cpu`
    by the HMAT's ids, `n_cpu` by node ids. If the HMAT has a value only for reads or only for writes, the other one
    is 0.
    """
    cpus = frozenset(has_cpu)
    coordinates: dict[int, AccessCoordinate] = {}
    for target, node in node_of.items():
        coordinates[node] = found = access_coordinate(hmat, target, 1, cpus)
        for pair in PAIRS:
            values = {key: getattr(found, key) for key in pair}
            if any(values.values()):
                partial.node(node).extra |= values
    dram = NodeMask(node for node in n_cpu if partial.node(node).memory != 0)
    unused = reference(coordinates, dram) if any(c.is_known for c in coordinates.values()) else ""
    if dram and isinstance(unused, str) and unused:
        partial.oddities.append(f"Linux makes no tiers of the HMAT: {unused}.")


def note_ignored_hmat(partial: PartialTopology, reason: str) -> None:
    """Add the sentence that Linux ignores the whole HMAT."""
    partial.oddities.append(f"Linux ignores the whole HMAT: {reason}.")
