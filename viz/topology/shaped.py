"""A shape as a topology: a document of nodes with sockets, tiers, labels and speeds, and what is told of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from typing import Any

from viz.kernel.machine import MEMTIER_ADISTANCE_DRAM
from viz.kernel.nodemask import node_list
from viz.topology.model import Topology
from viz.topology.shapes import CROSS, KINDS, NodeSpec, PlacedNode, Shape, between, distances, placed_nodes, reach

SLOWER_ADISTANCE = 5 * MEMTIER_ADISTANCE_DRAM
"""What Linux gives memory that comes through dax; the next slower kind gets twice as much, and so on."""
FIGURE = 100
"""Latency and bandwidth of DRAM, in no unit; each faster kind has as much latency and four times the bandwidth."""
_RANK = {kind: rank for rank, kind in enumerate(["", *KINDS])}


def topology(shape: Shape, source: str) -> Topology:
    """The machine; `source` says what it was made from."""
    nodes = placed_nodes(shape)
    speeds = _speeds(nodes)
    ranks = sorted({_RANK[spot.stand.kind] for spot in nodes})
    ends = accumulate((spot.stand.cpu_count for spot in nodes), initial=0)
    tables = []
    for node, (spot, (first, end)) in enumerate(zip(nodes, pairwise(ends), strict=True)):
        where = "Shared by all" if spot.socket is None else letters(spot.socket)
        tables.append(
            {
                "id": node,
                "cpus": node_list(range(first, end)) if end > first else 0,
                "memory": spot.stand.memory,
                "socket": where,
                "tier": ranks.index(_RANK[spot.stand.kind]),
                "label": KINDS[spot.stand.kind].label if spot.stand.kind else "CPUs",
                **(speeds.get(spot.stand.kind, {}) if spot.stand.memory else {}),
            }
        )
    return Topology.from_document(
        {
            "title": title(shape),
            "source": source,
            "note": note(shape),
            "nodes": tables,
            "distances": distances(shape, nodes),
        }
    )


def _speeds(nodes: Sequence[PlacedNode]) -> dict[str, dict[str, Any]]:
    """The keys of a node's document that say how fast each kind is, where it differs from memory beside CPUs.

    Slower kinds have an abstract distance, as Linux gives it to them from v6.1 on. What is faster is known to Linux
    from the firmware's figures alone, from v6.7 on, and so it is here.
    """
    present = sorted({spot.stand.kind for spot in nodes if spot.stand.memory}, key=_RANK.__getitem__)
    if not present:
        return {}
    beside = [kind for kind in present if any(spot.stand.kind == kind and spot.stand.cpu_count for spot in nodes)]
    usual = beside or present[:1]
    slower = [kind for kind in present if _RANK[kind] > _RANK[usual[-1]]]
    faster = [kind for kind in present if _RANK[kind] < _RANK[usual[0]]]
    found: dict[str, dict[str, Any]] = {
        kind: {"adistance": SLOWER_ADISTANCE * place} for place, kind in enumerate(slower, 1)
    }
    if faster:
        found |= {kind: {"read_latency": FIGURE, "read_bandwidth": FIGURE} for kind in beside}
        for place, kind in enumerate(reversed(faster), 1):
            found[kind] = {"read_latency": FIGURE, "read_bandwidth": FIGURE * 4**place}
    return found


def letters(socket: int) -> str:
    """A to Z, then AA, AB, ..."""
    more, last = divmod(socket, 26)
    return (letters(more - 1) if more else "") + chr(ord("A") + last)


# ---- in words


def title(shape: Shape) -> str:
    """ "2 sockets: DRAM, PMEM; shared CXL"."""
    clusters = f" of {shape.clusters} clusters" if shape.clusters > 1 else ""
    shared = f"; shared {_labels(shape.shared)}" if shape.shared else ""
    text = f"{counted(shape.sockets, 'socket')}{clusters}: {_labels(shape.node_specs)}{shared}"
    return text if len(text) <= 200 else f"{text[:197]}..."


def _labels(node_specs: Sequence[NodeSpec]) -> str:
    return ", ".join(dict.fromkeys(KINDS[stand.kind].label if stand.kind else "CPUs" for stand in node_specs))


def note(shape: Shape) -> str:
    """The numbers that the distances follow from, in one sentence."""
    told = list(dict.fromkeys(_steps(shape)))
    if shape.sockets > 1:
        hops = shape.cross or (CROSS,)
        around = f"{', '.join(map(str, hops))} around the ring" if shape.ring else f"{hops[0]} from socket to socket"
        told.append(around)
    if shape.clusters > 1:
        told.append(f"{between(shape)} between clusters")
    told += [f"{len(shape.pairs)} given singly"] if shape.pairs else []
    text = f"Distances: {', '.join(told)}." if told else "One node needs no distances."
    return text if len(text) <= 1000 else f"{text[:990]} ..."


def _steps(shape: Shape) -> Iterator[str]:
    for stand in shape.node_specs:
        if not stand.cpu_count:
            yield f"{reach(shape, PlacedNode(stand, 0))} to {KINDS[stand.kind].label}"
    for stand in shape.shared:
        yield f"{reach(shape, PlacedNode(stand))} to the shared {KINDS[stand.kind].label}"


def counted(number: int, noun: str) -> str:
    """ "1 socket", "2 sockets"."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
