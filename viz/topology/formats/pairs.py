"""Make a matrix of distances that a listing gives pair by pair, by the rules of the program that reads the listing."""

from __future__ import annotations

from collections.abc import Sequence

from viz.topology.distances import LOCAL, REMOTE
from viz.topology.errors import TopologyError
from viz.topology.partial_topology import PartialTopology

Pairs = dict[tuple[int, int], int]
"""Distances by source and target."""


def put(pairs: Pairs, source: int, target: int, value: int, where: str) -> None:
    """Store the distance of the pair; raise TopologyError if the pair already has another distance."""
    if pairs.setdefault((source, target), value) != value:
        problem = f"the distance from node {source} to node {target} is {pairs[source, target]} before and {value} here"
        raise TopologyError(problem, where)


def fill(partial: PartialTopology, pairs: Pairs, who: str, default: int | None = REMOTE) -> None:
    """Give the topology rows of distances; for a missing pair take the opposite direction, else the default.

    The distance of a node to itself is always 10. `who` is the program that fills the gaps this way. If a pair is
    missing in both directions and `default` is None, raise TopologyError.
    """
    if not pairs:
        return
    ids = sorted(partial.nodes)
    unknown = next((node for pair in pairs for node in pair if node not in partial.nodes), None)
    if unknown is not None:
        raise TopologyError(f"gives a distance of node {unknown}, which is no node of the listing")
    remote = {pair for pair in pairs if pair[0] != pair[1]}
    mirrored = [(a, b) for b, a in remote if (a, b) not in remote]
    missing = len(ids) * (len(ids) - 1) - len(remote) - len(mirrored)
    if missing and default is None:
        a, b = next((a, b) for a in ids for b in ids if a != b and (a, b) not in remote and (b, a) not in remote)
        raise TopologyError(f"gives no distance between node {a} and node {b}; each pair needs one")
    partial.columns = ids
    partial.rows = _rows(ids, pairs | {(a, b): pairs[b, a] for a, b in mirrored}, default or REMOTE)
    _add_guesses(partial, ids, who, len(mirrored), missing, default)


def _rows(ids: Sequence[int], pairs: Pairs, default: int) -> dict[int, Sequence[int]]:
    """Return the rows, with the default where there is no pair.

    The rows start as bytes of the default, because a short text can leave out a million pairs.
    """
    columns = {node: column for column, node in enumerate(ids)}
    rows = {node: bytearray([default]) * len(ids) for node in ids}
    for node, row in rows.items():
        row[columns[node]] = LOCAL
    for (source, target), value in pairs.items():
        rows[source][columns[target]] = value
    return {node: bytes(row) for node, row in rows.items()}


def _add_guesses(
    partial: PartialTopology, ids: Sequence[int], who: str, mirrored: int, missing: int, default: int | None
) -> None:
    if mirrored:
        sentence = f"Distances given in one direction hold in the other too ({mirrored} of them), as {who} takes them."
        partial.guess("distances", sentence, ids)
    if missing:
        sentence = f"Distances given in no direction ({missing}) are {default}, as {who} fills them in."
        partial.guess("distances", sentence, ids)
