"""Shape: a machine described by what each socket has and a few numbers; its nodes and distances follow from them.

    distance(a, b) = distance of their places + the larger of their steps

    places   the same cluster 10, two clusters of a socket 12, two sockets 21; shared memory is 10 from every place
    step     how much farther than 10 a node's memory is from the CPUs beside it; 0 for nodes with CPUs

So PMEM at 17 is 28 from the other socket and 28 from the other's PMEM, which is what machines with PMEM print. Sizes,
distances and numbers of CPUs may be left out: the shape then holds None or (), and the constants below apply.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from viz.kernel.nodemask import MAX_NUMNODES
from viz.topology.distances import LARGEST, LOCAL
from viz.topology.errors import TopologyError
from viz.topology.quantities import MAX_CPUS

CPUS = 16
"""CPUs of a node with CPUs, if their number is not given."""
CLUSTERS, CROSS = 12, 21
"""Distances between two clusters of a socket, and between two sockets, if they are not given."""
FARTHEST = LARGEST - 1
"""The largest distance of a shape; 255 would mean that the other node cannot be reached."""
_GIB = 2**30


@dataclass(frozen=True)
class Kind:
    """A kind of memory: its label, its default distance from the CPUs beside it, and its default size in bytes."""

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
"""The kinds of memory, fastest first. The distances come from real machines: POWER9, Xeon Max, a CXL card, Optane."""


@dataclass(frozen=True)
class NodeSpec:
    """A node, or `count` equal nodes, in each cluster or each socket."""

    kind: str = ""
    """A key of KINDS, or "" for a node without memory."""
    size: int | None = None
    """Bytes, or None for the default of its kind."""
    cpus: int | None = 0
    """The number of CPUs, or None for the default number."""
    at: int | None = None
    """The distance from the CPUs beside it, or None for the default of its kind."""
    count: int = 1
    per_socket: bool = False
    """Whether each socket has such a node, outside its clusters; otherwise each cluster has one."""

    @property
    def memory(self) -> int:
        """Return the bytes of memory of one node."""
        return 0 if not self.kind else KINDS[self.kind].size if self.size is None else self.size

    @property
    def cpu_count(self) -> int:
        """Return the number of CPUs of one node: `cpus`, or the default."""
        return CPUS if self.cpus is None else self.cpus


@dataclass(frozen=True)
class Pair:
    """A distance given for one pair of nodes: from source to target, and back if it holds both ways."""

    source: int
    target: int
    at: int
    both: bool = True

    def __str__(self) -> str:
        """Return the pair as it is written in a line."""
        return f"{self.source}{'-' if self.both else '>'}{self.target} at {self.at}"


@dataclass(frozen=True)
class Shape:
    """A machine described by its sockets; a field that the description leaves out has its default value."""

    sockets: int
    node_specs: tuple[NodeSpec, ...]
    clusters: int = 1
    cluster_at: int | None = None
    cross: tuple[int, ...] = ()
    """The distance from socket to socket; in a ring, one for each number of hops, the last one also for more hops."""
    ring: bool = False
    shared: tuple[NodeSpec, ...] = ()
    cpus_first: bool = False
    pairs: tuple[Pair, ...] = ()

    @property
    def size(self) -> int:
        """Return the number of nodes of the machine."""
        inside = sum(spec.count * (1 if spec.per_socket else self.clusters) for spec in self.node_specs)
        return self.sockets * inside + sum(spec.count for spec in self.shared)


@dataclass(frozen=True)
class PlacedNode:
    """A node with its socket and cluster. Shared memory has no socket, a node beside the clusters has no cluster."""

    spec: NodeSpec
    socket: int | None = None
    cluster: int | None = None


def placed_nodes(shape: Shape) -> list[PlacedNode]:
    """Return the nodes in the order of their ids: socket by socket as the shape lists them, then shared memory.

    With `cpus_first` all nodes with CPUs come before the others, as x86 Linux numbers them. Raise TopologyError if
    there are too many nodes or CPUs.
    """
    if not 0 < shape.size <= MAX_NUMNODES:
        raise TopologyError(f"makes {shape.size} nodes; at least 1 and at most {MAX_NUMNODES} are possible")
    nodes = [node for socket in range(shape.sockets) for node in _in_socket(shape, socket)]
    nodes += [PlacedNode(spec) for spec in shape.shared for _ in range(spec.count)]
    cpus = sum(node.spec.cpu_count for node in nodes)
    if cpus > MAX_CPUS:
        raise TopologyError(f"makes {cpus} CPUs; at most {MAX_CPUS} are possible")
    return sorted(nodes, key=lambda node: not node.spec.cpu_count) if shape.cpus_first else nodes


def _in_socket(shape: Shape, socket: int) -> Iterator[PlacedNode]:
    for cluster in range(shape.clusters):
        for spec in shape.node_specs:
            if not spec.per_socket:
                yield from [PlacedNode(spec, socket, cluster)] * spec.count
    for spec in shape.node_specs:
        if spec.per_socket:
            yield from [PlacedNode(spec, socket)] * spec.count


# ---- distances


def reach(shape: Shape, node: PlacedNode) -> int:
    """Return the distance of a node from the CPUs beside it."""
    if node.spec.cpu_count:
        return LOCAL
    return usual_reach(shape, node) if node.spec.at is None else node.spec.at


def usual_reach(shape: Shape, node: PlacedNode) -> int:
    """Return the default distance of memory from CPUs beside it; shared memory is as far as another socket's memory."""
    usual = KINDS[node.spec.kind].at
    return usual if node.socket is not None else usual + _across(shape, 1) - LOCAL


def _across(shape: Shape, hops: int) -> int:
    return shape.cross[min(hops, len(shape.cross)) - 1] if shape.cross else CROSS


def cluster_distance(shape: Shape) -> int:
    """Return the distance between two clusters of a socket."""
    return CLUSTERS if shape.cluster_at is None else shape.cluster_at


def distances(shape: Shape, nodes: Sequence[PlacedNode]) -> list[bytes]:
    """Return the matrix; raise TopologyError if a distance would be larger than FARTHEST."""
    from_first = [LOCAL, *(_across(shape, _hops(shape, other)) for other in range(1, shape.sockets))]
    steps = [reach(shape, node) - LOCAL for node in nodes]
    sockets = [-1 if node.socket is None else node.socket for node in nodes]
    members: dict[int, list[int]] = {}
    for node, socket in enumerate(sockets):
        members.setdefault(socket, []).append(node)
    matrix = []
    for node, (socket, step) in enumerate(zip(sockets, steps, strict=True)):
        # A distance between sockets depends only on the difference of their numbers. So the distances from this socket
        # are those from the first one, rotated. The last entry is for shared memory, which has socket -1.
        split = len(from_first) - socket
        base = [*from_first[split:], *from_first[:split], LOCAL] if socket >= 0 else [LOCAL] * (len(from_first) + 1)
        row = [
            base[other] + (step if step > other_step else other_step)
            for other, other_step in zip(sockets, steps, strict=True)
        ]
        for other in members[socket]:
            if row[other] == LOCAL or _in_two_clusters(nodes[node], nodes[other]):
                row[other] += cluster_distance(shape) - LOCAL
        row[node] = LOCAL
        _check_farthest(row, node)
        matrix.append(bytearray(row))
    for pair in shape.pairs:
        _set_pair(matrix, pair)
    return [bytes(row) for row in matrix]


def _hops(shape: Shape, other: int) -> int:
    """Return the hops from the first socket to another: along the ring, or 1 if there is no ring."""
    return min(other, shape.sockets - other) if shape.ring else 1


def _in_two_clusters(a: PlacedNode, b: PlacedNode) -> bool:
    return a.cluster != b.cluster and None not in (a.cluster, b.cluster)


def _check_farthest(row: Sequence[int], node: int) -> None:
    if max(row) > FARTHEST:
        problem = f"node {node} and node {row.index(max(row))} would be {max(row)} apart"
        raise TopologyError(f"{problem}; a distance is at most {FARTHEST}")


def _set_pair(matrix: list[bytearray], pair: Pair) -> None:
    for node in (pair.source, pair.target):
        if node >= len(matrix):
            raise TopologyError(f"there is no node {node}; the nodes are 0 to {len(matrix) - 1}", str(pair))
    if pair.source == pair.target:
        raise TopologyError(f"the distance of node {pair.source} to itself is {LOCAL}; name two nodes", str(pair))
    matrix[pair.source][pair.target] = pair.at
    if pair.both:
        matrix[pair.target][pair.source] = pair.at
