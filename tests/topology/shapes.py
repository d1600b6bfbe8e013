"""Draw shapes with hypothesis, with every clause of the notation, few nodes, and distances that are not too large."""

from __future__ import annotations

from hypothesis import strategies as st

from viz.topology.shapes import KINDS, NodeSpec, Pair, Shape

FAR = st.integers(11, 80)
SIZES = st.none() | st.integers(0, 2**32).map(lambda kib: kib * 1024)


@st.composite
def node_specs(draw: st.DrawFn, shared: bool = False) -> NodeSpec:
    """Draw a NodeSpec of nodes with CPUs, memory or both. Shared nodes have no CPUs."""
    cpus = 0 if shared else draw(st.sampled_from([0, None, 1, 2, 96]))
    kind = draw(st.sampled_from([*([""] if cpus != 0 else []), *KINDS]))
    return NodeSpec(
        kind=kind,
        size=draw(SIZES) if kind else None,
        cpus=cpus,
        at=draw(st.none() | FAR) if cpus == 0 else None,
        count=draw(st.integers(1, 3)),
        per_socket=not shared and draw(st.booleans()),
    )


@st.composite
def shapes(draw: st.DrawFn) -> Shape:
    """Draw a shape of 2 to about 200 nodes. At least 2 are needed to form pairs of nodes."""
    clusters, ring = draw(st.sampled_from([1, 1, 2, 4])), draw(st.booleans())
    shape = Shape(
        sockets=draw(st.integers(2, 5)),
        node_specs=tuple(draw(st.lists(node_specs(), min_size=1, max_size=3))),
        clusters=clusters,
        cluster_at=draw(st.none() | FAR),
        cross=tuple(draw(st.lists(FAR, min_size=1, max_size=3))) if ring else draw(st.sampled_from([(), (21,), (40,)])),
        ring=ring,
        shared=tuple(draw(st.lists(node_specs(shared=True), max_size=2))),
        cpus_first=draw(st.booleans()),
    )
    ends = st.lists(st.integers(0, shape.size - 1), min_size=2, max_size=2, unique=True)
    drawn = draw(st.lists(st.tuples(ends, FAR, st.booleans()), max_size=3))
    pairs = tuple(Pair(source, target, at, both) for (source, target), at, both in drawn)
    return Shape(**{**vars(shape), "pairs": pairs})
