"""Turn a Shape into a Topology: nodes with sockets, tiers, labels and speeds, a title and a note."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from typing import Any

from viz.kernel.machine import MEMTIER_ADISTANCE_DRAM
from viz.kernel.nodemask import node_list
from viz.topology.model import Topology
from viz.topology.shapes import (
    CPUS,
    CROSS,
    KINDS,
    NodeSpec,
    PlacedNode,
    Shape,
    cluster_distance,
    distances,
    placed_nodes,
    reach,
)
from viz.wording import counted, size_text

SLOWER_ADISTANCE = 5 * MEMTIER_ADISTANCE_DRAM
"""The abstract distance that Linux gives to memory from dax; a kind that is slower still gets twice this, and so on."""
FIGURE = 100
"""Latency and bandwidth of memory beside CPUs, without a unit; each faster kind has 4 times as much bandwidth."""
_RANK = {kind: rank for rank, kind in enumerate(["", *KINDS])}


def topology(shape: Shape, source: str) -> Topology:
    """Return the machine of a shape; `source` says what it was made from."""
    nodes = placed_nodes(shape)
    speeds = _speeds(nodes)
    ranks = sorted({_RANK[node.spec.kind] for node in nodes})
    ends = accumulate((node.spec.cpu_count for node in nodes), initial=0)
    tables = []
    for node_id, (node, (first, end)) in enumerate(zip(nodes, pairwise(ends), strict=True)):
        where = "Shared by all" if node.socket is None else letters(node.socket)
        tables.append(
            {
                "id": node_id,
                "cpus": node_list(range(first, end)) if end > first else 0,
                "memory": node.spec.memory,
                "socket": where,
                "tier": ranks.index(_RANK[node.spec.kind]),
                "label": KINDS[node.spec.kind].label if node.spec.kind else "CPUs",
                **(speeds.get(node.spec.kind, {}) if node.spec.memory else {}),
            }
        )
    return Topology.from_document(
        {
            "title": title(shape),
            "source": source,
            "note": " ".join(filter(None, (note(shape), _assumed(shape)))),
            "nodes": tables,
            "distances": distances(shape, nodes),
        }
    )


def _speeds(nodes: Sequence[PlacedNode]) -> dict[str, dict[str, Any]]:
    """Return, for each kind of memory faster or slower than that beside CPUs, further keys of its nodes.

    Slower kinds get an abstract distance, as Linux sets it from v6.1 on. Faster kinds get latency and bandwidth: only
    from these, which firmware states, does Linux know that memory is faster (from v6.7 on).
    """
    present = sorted({node.spec.kind for node in nodes if node.spec.memory}, key=_RANK.__getitem__)
    if not present:
        return {}
    beside = [kind for kind in present if any(node.spec.kind == kind and node.spec.cpu_count for node in nodes)]
    usual = beside or present[:1]
    slower = [kind for kind in present if _RANK[kind] > _RANK[usual[-1]]]
    faster = [kind for kind in present if _RANK[kind] < _RANK[usual[0]]]
    keys: dict[str, dict[str, Any]] = {
        kind: {"adistance": SLOWER_ADISTANCE * factor} for factor, kind in enumerate(slower, 1)
    }
    if faster:
        keys |= {kind: {"read_latency": FIGURE, "read_bandwidth": FIGURE} for kind in beside}
        for power, kind in enumerate(reversed(faster), 1):
            keys[kind] = {"read_latency": FIGURE, "read_bandwidth": FIGURE * 4**power}
    return keys


def letters(socket: int) -> str:
    """Return the name of a socket: A to Z, then AA, AB, ..."""
    more, last = divmod(socket, 26)
    return (letters(more - 1) if more else "") + chr(ord("A") + last)


# ---- title and note


def title(shape: Shape) -> str:
    """Return a title such as "2 sockets: DRAM, PMEM; shared CXL"."""
    clusters = f" of {shape.clusters} clusters" if shape.clusters > 1 else ""
    shared = f"; shared {_labels(shape.shared)}" if shape.shared else ""
    text = f"{counted(shape.sockets, 'socket')}{clusters}: {_labels(shape.node_specs)}{shared}"
    return text if len(text) <= 200 else f"{text[:197]}..."


def _labels(node_specs: Sequence[NodeSpec]) -> str:
    return ", ".join(dict.fromkeys(KINDS[spec.kind].label if spec.kind else "CPUs" for spec in node_specs))


def note(shape: Shape) -> str:
    """Return a sentence with the numbers that the distances follow from."""
    parts = list(dict.fromkeys(_step_texts(shape)))
    if shape.sockets > 1:
        hops = shape.cross or (CROSS,)
        around = f"{', '.join(map(str, hops))} around the ring" if shape.ring else f"{hops[0]} from socket to socket"
        parts.append(around)
    if shape.clusters > 1:
        parts.append(f"{cluster_distance(shape)} between clusters")
    parts += [f"{len(shape.pairs)} given singly"] if shape.pairs else []
    text = f"Distances: {', '.join(parts)}." if parts else "One node needs no distances."
    return text if len(text) <= 700 else f"{text[:690]} ..."


def _assumed(shape: Shape) -> str:
    """Return a sentence that names the values that the shape leaves out; "" if it leaves out none."""
    specs = (*shape.node_specs, *shape.shared)
    distances = [spec.at for spec in specs if not spec.cpu_count]
    distances += [next(iter(shape.cross), None)] if shape.sockets > 1 else []
    distances += [shape.cluster_at] if shape.clusters > 1 else []
    parts = []
    if None in distances:
        parts.append("these distances" if set(distances) == {None} else "some of these distances")
    unsized = dict.fromkeys(spec.kind for spec in specs if spec.kind and spec.size is None)
    parts += [f"{size_text(KINDS[kind].size)} a node of {KINDS[kind].label}" for kind in unsized]
    parts += [f"{CPUS} CPUs a node with CPUs"] if any(spec.cpus is None for spec in specs) else []
    return f"Not in the line, so assumed: {', '.join(parts)}." if parts else ""


def _step_texts(shape: Shape) -> Iterator[str]:
    for spec in shape.node_specs:
        if not spec.cpu_count:
            yield f"{reach(shape, PlacedNode(spec, 0))} to {KINDS[spec.kind].label}"
    for spec in shape.shared:
        yield f"{reach(shape, PlacedNode(spec))} to the shared {KINDS[spec.kind].label}"
