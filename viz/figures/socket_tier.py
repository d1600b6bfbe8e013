"""Find the socket and the tier of each node: from the topology, or else guessed from the nearest CPUs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from viz.topology import Topology

MAX_TIERS = 5
"""The largest number of guessed tiers; all nodes that are still farther from CPUs belong to the last one."""


class SocketTier(NamedTuple):
    """The name of a node's box on the stage, such as "Socket 0", and the tier of the node."""

    socket: str
    tier: int


def socket_tiers(topology: Topology) -> dict[int, SocketTier]:
    """Return the socket and the tier of every node.

    If the topology does not name them, the socket is that of the nearest node with CPUs, and the tier follows from the
    distance to that node.
    """
    nearest = nearest_cpu_nodes(topology)
    ranks = _ranks(distance for _, distance in nearest.values())
    named = {node.id: _box_name(node.socket) for node in topology.nodes if node.socket is not None}
    found = {}
    for node in topology.nodes:
        cpu_node, distance = nearest.get(node.id, (node.id, 0))
        guessed = named.get(cpu_node, f"near node {cpu_node}" if nearest else "")
        tier = node.tier if node.tier is not None else ranks.get(distance, 0)
        found[node.id] = SocketTier(named.get(node.id, guessed), tier)
    return found


def _box_name(socket: str) -> str:
    """Return the name of a socket's box. A name of several words, such as "Shared by all", stays as it is."""
    return socket if " " in socket else f"Socket {socket}"


def nearest_cpu_nodes(topology: Topology) -> dict[int, tuple[int, int]]:
    """Return for every node the nearest node with CPUs and the distance to it.

    If several are equally near, the one with the lowest id counts as the nearest. The result is empty if no node has
    CPUs or if the distances are unknown.
    """
    with_cpus = [node for node in topology.nodes if node.online and node.cpu_count]
    if isinstance(topology.distances, str) or not with_cpus:
        return {}
    index = {node.id: i for i, node in enumerate(topology.nodes)}
    ids = {node.id for node in with_cpus}
    nearest = {}
    for node in topology.nodes:
        row = topology.distances[index[node.id]]
        found = node if node.id in ids else min(with_cpus, key=lambda cpu: (row[index[cpu.id]], cpu.id))
        nearest[node.id] = (found.id, 0 if found is node else row[index[found.id]])
    return nearest


def _ranks(distances: Iterable[int]) -> dict[int, int]:
    return {distance: min(rank, MAX_TIERS - 1) for rank, distance in enumerate(sorted(set(distances)))}
