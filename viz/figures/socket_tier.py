"""Which socket and tier each node belongs to: as the topology says, else guessed from the nearest CPUs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from viz.topology import Topology

MAX_TIERS = 5
"""Guessed tiers beyond that are not told apart."""


class SocketTier(NamedTuple):
    """What a node belongs to."""

    socket: str
    tier: int


def socket_tiers(topology: Topology) -> dict[int, SocketTier]:
    """Socket and tier of every node as the topology says, else of the nearest node with CPUs, by how far that is."""
    homes = nearest_cpu_nodes(topology)
    ranks = _ranks(distance for _, distance in homes.values())
    named = {node.id: _called(node.socket) for node in topology.nodes if node.socket is not None}
    spots = {}
    for node in topology.nodes:
        home, distance = homes.get(node.id, (node.id, 0))
        nearest = named.get(home, f"near node {home}" if homes else "")
        spots[node.id] = SocketTier(
            named.get(node.id, nearest), node.tier if node.tier is not None else ranks.get(distance, 0)
        )
    return spots


def _called(socket: str) -> str:
    """What a socket's box is called; what is no socket, such as "Shared by all", is named in more than one word."""
    return socket if " " in socket else f"Socket {socket}"


def nearest_cpu_nodes(topology: Topology) -> dict[int, tuple[int, int]]:
    """For every node the nearest node with CPUs (lowest id of several) and how far it is; empty without CPUs."""
    with_cpus = [node for node in topology.nodes if node.online and node.cpu_count]
    if isinstance(topology.distances, str) or not with_cpus:
        return {}
    index = {node.id: i for i, node in enumerate(topology.nodes)}
    ids = {node.id for node in with_cpus}
    homes = {}
    for node in topology.nodes:
        row = topology.distances[index[node.id]]
        home = node if node.id in ids else min(with_cpus, key=lambda cpu: (row[index[cpu.id]], cpu.id))
        homes[node.id] = (home.id, 0 if home is node else row[index[home.id]])
    return homes


def _ranks(distances: Iterable[int]) -> dict[int, int]:
    return {distance: min(rank, MAX_TIERS - 1) for rank, distance in enumerate(sorted(set(distances)))}
