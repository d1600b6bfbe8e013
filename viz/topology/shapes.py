"""Shapes: a machine by what stands in each socket and a few numbers; where its nodes stand and how far they are apart.

    distance(a, b) = where the two stand + the larger of their steps

    where they stand   one cluster 10, two clusters of a socket 12, two sockets 21; shared memory 10 to everybody
    step               how much farther than 10 a node's memory is from the CPUs beside it; 0 for nodes with CPUs

So PMEM at 17 is 28 from the other socket and 28 from the other's PMEM, as machines with it print. Every number has a
default, and a shape holds None for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from viz.kernel.nodemask import MAX_NUMNODES
from viz.topology.distances import LARGEST, LOCAL
from viz.topology.errors import TopologyError
from viz.topology.quantities import MAX_CPUS

CPUS = 16
"""What a node with CPUs has of them if nothing is said."""
CLUSTERS, CROSS = 12, 21
"""Distances between clusters of a socket, and between sockets."""
FARTHEST = LARGEST - 1
"""255 says that there is no way."""
_GIB = 2**30


@dataclass(frozen=True)
class Kind:
    """A kind of memory: how it is labelled, how far from CPUs that have none of it, how large, if nothing is said."""

    label: str
    at: int
    size: int


KINDS = {
    "gpu": Kind("GPU", 80, 96 * _GIB),
    "hbm": Kind("HBM", 13, 64 * _GIB),
    "dram": Kind("DRAM", 13, 64 * _GIB),
    "cxl": Kind("CXL", 14, 256 * _GIB),
    "pmem": Kind("PMEM", 17, 256 * _GIB),
}
"""The fastest first. The distances are those of real machines: POWER9, Xeon Max, a CXL card, Optane."""


@dataclass(frozen=True)
class NodeSpec:
    """A node, or `count` equal ones, in each cluster or each socket."""

    kind: str = ""
    """A key of KINDS, or "" for a node without memory."""
    size: int | None = None
    cpus: int | None = 0
    at: int | None = None
    """How far from the CPUs beside it."""
    count: int = 1
    per_socket: bool = False
    """Beside the clusters, not in each of them."""

    @property
    def memory(self) -> int:
        """Bytes of a node."""
        return 0 if not self.kind else KINDS[self.kind].size if self.size is None else self.size

    @property
    def cpu_count(self) -> int:
        """CPUs of a node."""
        return CPUS if self.cpus is None else self.cpus


@dataclass(frozen=True)
class Pair:
    """A distance of its own, from one node to another, and back if it holds both ways."""

    source: int
    target: int
    at: int
    both: bool = True

    def __str__(self) -> str:
        """As a line has it."""
        return f"{self.source}{'-' if self.both else '>'}{self.target} at {self.at}"


@dataclass(frozen=True)
class Shape:
    """A machine by its shape; the defaults are those of what is not said."""

    sockets: int
    node_specs: tuple[NodeSpec, ...]
    clusters: int = 1
    cluster_at: int | None = None
    cross: tuple[int, ...] = ()
    """From socket to socket; in a ring the distance of one hop, of two, ..., the last for all that are farther."""
    ring: bool = False
    shared: tuple[NodeSpec, ...] = ()
    cpus_first: bool = False
    pairs: tuple[Pair, ...] = ()

    @property
    def size(self) -> int:
        """How many nodes it has."""
        inside = sum(stand.count * (1 if stand.per_socket else self.clusters) for stand in self.node_specs)
        return self.sockets * inside + sum(stand.count for stand in self.shared)


@dataclass(frozen=True)
class PlacedNode:
    """Where a node stands, and what it is. Shared memory has no socket; what is beside the clusters has no cluster."""

    stand: NodeSpec
    socket: int | None = None
    cluster: int | None = None


def placed_nodes(shape: Shape) -> list[PlacedNode]:
    """Every node in the order of ids: socket by socket as the shape lists them, shared memory last.

    With `cpus_first` all nodes with CPUs come before the others, as x86 Linux numbers them. TopologyError if there are
    too many nodes or CPUs.
    """
    if not 0 < shape.size <= MAX_NUMNODES:
        raise TopologyError(f"makes {shape.size} nodes; at least 1 and at most {MAX_NUMNODES} are possible")
    found = [spot for socket in range(shape.sockets) for spot in _in_socket(shape, socket)]
    found += [PlacedNode(stand) for stand in shape.shared for _ in range(stand.count)]
    cpus = sum(spot.stand.cpu_count for spot in found)
    if cpus > MAX_CPUS:
        raise TopologyError(f"makes {cpus} CPUs; at most {MAX_CPUS} are possible")
    return sorted(found, key=lambda spot: not spot.stand.cpu_count) if shape.cpus_first else found


def _in_socket(shape: Shape, socket: int) -> Iterator[PlacedNode]:
    for cluster in range(shape.clusters):
        for stand in shape.node_specs:
            if not stand.per_socket:
                yield from [PlacedNode(stand, socket, cluster)] * stand.count
    for stand in shape.node_specs:
        if stand.per_socket:
            yield from [PlacedNode(stand, socket)] * stand.count


# ---- distances


def reach(shape: Shape, spot: PlacedNode) -> int:
    """How far a node is from the CPUs beside it."""
    if spot.stand.cpu_count:
        return LOCAL
    return usual_reach(shape, spot) if spot.stand.at is None else spot.stand.at


def usual_reach(shape: Shape, spot: PlacedNode) -> int:
    """The same for memory of which nothing is said; shared memory is as far as if it were in another socket."""
    usual = KINDS[spot.stand.kind].at
    return usual if spot.socket is not None else usual + _across(shape, 1) - LOCAL


def _across(shape: Shape, hops: int) -> int:
    return shape.cross[min(hops, len(shape.cross)) - 1] if shape.cross else CROSS


def between(shape: Shape) -> int:
    return CLUSTERS if shape.cluster_at is None else shape.cluster_at


def distances(shape: Shape, nodes: Sequence[PlacedNode]) -> list[bytes]:
    """The matrix; TopologyError if a distance would be larger than a machine can say."""
    around = [LOCAL, *(_across(shape, _hops(shape, other)) for other in range(1, shape.sockets))]
    steps = [reach(shape, spot) - LOCAL for spot in nodes]
    homes = [-1 if spot.socket is None else spot.socket for spot in nodes]
    members: dict[int, list[int]] = {}
    for node, home in enumerate(homes):
        members.setdefault(home, []).append(node)
    matrix = []
    for node, (home, step) in enumerate(zip(homes, steps, strict=True)):
        split = len(around) - home
        base = [*around[split:], *around[:split], LOCAL] if home >= 0 else [LOCAL] * (len(around) + 1)
        row = [base[other] + (step if step > far else far) for other, far in zip(homes, steps, strict=True)]
        for other in members[home]:
            if row[other] == LOCAL or _other_cluster(nodes[node], nodes[other]):
                row[other] += between(shape) - LOCAL
        row[node] = LOCAL
        _within(row, node)
        matrix.append(bytearray(row))
    for pair in shape.pairs:
        _set(matrix, pair)
    return [bytes(row) for row in matrix]


def _hops(shape: Shape, other: int) -> int:
    """How far the first socket is from another, in hops of the ring or as one."""
    return min(other, shape.sockets - other) if shape.ring else 1


def _other_cluster(one: PlacedNode, other: PlacedNode) -> bool:
    return one.cluster != other.cluster and None not in (one.cluster, other.cluster)


def _within(row: Sequence[int], node: int) -> None:
    if max(row) > FARTHEST:
        problem = f"node {node} and node {row.index(max(row))} would be {max(row)} apart"
        raise TopologyError(f"{problem}; a distance is at most {FARTHEST}")


def _set(matrix: list[bytearray], pair: Pair) -> None:
    for node in (pair.source, pair.target):
        if node >= len(matrix):
            raise TopologyError(f"there is no node {node}; the nodes are 0 to {len(matrix) - 1}", str(pair))
    if pair.source == pair.target:
        raise TopologyError(f"the distance of node {pair.source} to itself is {LOCAL}; name two nodes", str(pair))
    matrix[pair.source][pair.target] = pair.at
    if pair.both:
        matrix[pair.target][pair.source] = pair.at
