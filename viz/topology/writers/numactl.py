"""Write a topology as `numactl -H` would print it."""

from __future__ import annotations

from viz.kernel.nodemask import node_list
from viz.topology.model import Topology
from viz.topology.partial_topology import nodes_text
from viz.topology.writers.losses import Written, lost_fields, numbered_cpus

_MB = 2**20


def written(topology: Topology) -> Written:
    """Return the listing; all memory is shown as free, because a topology does not say how much is."""
    order = sorted(range(len(topology.nodes)), key=lambda index: topology.nodes[index].id)
    nodes = [topology.nodes[index] for index in order]
    cpus, losses = numbered_cpus(nodes)
    ids = [node.id for node in nodes]
    lines = [f"available: {len(ids)} nodes ({node_list(ids)})"]
    for node in nodes:
        lines += [f"node {node.id} cpus:" + "".join(f" {cpu}" for cpu in cpus[node.id])]
        lines += [f"node {node.id} size: {node.memory // _MB} MB", f"node {node.id} free: {node.memory // _MB} MB"]
    if isinstance(topology.distances, str):
        lines.append("No distance information available.")
    else:
        width = max(3, len(str(max(ids))))
        lines += ["node distances:", "node  " + " ".join(f"{node:>{width}}" for node in ids)]
        for index in order:
            row = topology.distances[index]
            lines.append(
                f"{topology.nodes[index].id:>{width}}: " + " ".join(f"{row[other]:>{width}}" for other in order)
            )
    rounded = [node.id for node in nodes if node.memory % _MB]
    if rounded:
        losses.append(f"numactl shows whole MB; the size of {nodes_text(rounded)} is rounded down.")
    return Written("\n".join(lines) + "\n", (*losses, *lost_fields(topology, "numactl")))
