"""Give nodes the figures that Linux keeps of an HMAT, whatever the HMAT was read from."""

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
    """Give each node what CPUs see of its memory; `node_of` and `has_cpu` are in the ids of the HMAT, `n_cpu` is nodes.

    A figure that the firmware leaves out is 0 where its other direction is stated.
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


def ignored(partial: PartialTopology, reason: str) -> None:
    """Say that Linux ignores the whole HMAT."""
    partial.oddities.append(f"Linux ignores the whole HMAT: {reason}.")
