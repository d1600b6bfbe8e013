"""Distances given pair by pair, made a matrix by the rules of whoever reads them."""

from __future__ import annotations

from collections.abc import Sequence

from viz.topology.distances import LOCAL
from viz.topology.errors import TopologyError
from viz.topology.partial_topology import PartialTopology

REMOTE = 20
Pairs = dict[tuple[int, int], int]


def put(pairs: Pairs, source: int, target: int, value: int, where: str) -> None:
    """The pair has the value; TopologyError if it had another."""
    if pairs.setdefault((source, target), value) != value:
        problem = f"the distance from node {source} to node {target} is {pairs[source, target]} before and {value} here"
        raise TopologyError(problem, where)


def fill(draft: PartialTopology, pairs: Pairs, who: str, default: int | None = REMOTE) -> None:
    """The draft has rows: what is not given is the other direction, else 10 from a node to itself, else the default.

    `who` fills it so when the listing is used. Without a default, TopologyError names the pair that is missing.
    """
    if not pairs:
        return
    ids = sorted(draft.nodes)
    stranger = next((node for pair in pairs for node in pair if node not in draft.nodes), None)
    if stranger is not None:
        raise TopologyError(f"gives a distance of node {stranger}, which is no node of the listing")
    given = {pair for pair in pairs if pair[0] != pair[1]}
    mirrored = [(a, b) for b, a in given if (a, b) not in given]
    made_up = len(ids) * (len(ids) - 1) - len(given) - len(mirrored)
    if made_up and default is None:
        a, b = next((a, b) for a in ids for b in ids if a != b and (a, b) not in given and (b, a) not in given)
        raise TopologyError(f"gives no distance between node {a} and node {b}; each pair needs one")
    draft.columns = ids
    draft.rows = _rows(ids, pairs | {(a, b): pairs[b, a] for a, b in mirrored}, default or REMOTE)
    _tell(draft, ids, who, len(mirrored), made_up, default)


def _rows(ids: Sequence[int], pairs: Pairs, default: int) -> dict[int, Sequence[int]]:
    """The rows with the default where no pair says otherwise: a short text can have a million of those."""
    place = {node: column for column, node in enumerate(ids)}
    rows = {node: bytearray([default]) * len(ids) for node in ids}
    for node, row in rows.items():
        row[place[node]] = LOCAL
    for (source, target), value in pairs.items():
        rows[source][place[target]] = value
    return {node: bytes(row) for node, row in rows.items()}


def _tell(
    draft: PartialTopology, ids: Sequence[int], who: str, mirrored: int, made_up: int, default: int | None
) -> None:
    if mirrored:
        sentence = f"Distances given in one direction hold in the other too ({mirrored} of them), as {who} takes them."
        draft.guess("distances", sentence, ids)
    if made_up:
        sentence = f"Distances given in no direction ({made_up}) are {default}, as {who} fills them in."
        draft.guess("distances", sentence, ids)
