"""Distances given pair by pair, made a matrix by the rules of whoever reads them."""

from __future__ import annotations

from collections.abc import Sequence

from viz.topology.distances import LOCAL
from viz.topology.draft import Draft
from viz.topology.errors import TopologyError

REMOTE = 20
Pairs = dict[tuple[int, int], int]


def put(pairs: Pairs, source: int, target: int, value: int, where: str) -> None:
    """The pair has the value; TopologyError if it had another."""
    if pairs.setdefault((source, target), value) != value:
        problem = f"the distance from node {source} to node {target} is {pairs[source, target]} before and {value} here"
        raise TopologyError(problem, where)


def fill(draft: Draft, pairs: Pairs, who: str, default: int | None = REMOTE) -> None:
    """The draft has rows: what is not given is the other direction, else 10 from a node to itself, else the default.

    `who` fills it so when the listing is used. Without a default, TopologyError names the pair that is missing.
    """
    if not pairs:
        return
    ids = sorted(draft.nodes)
    stranger = next((node for pair in pairs for node in pair if node not in draft.nodes), None)
    if stranger is not None:
        raise TopologyError(f"gives a distance of node {stranger}, which is no node of the listing")
    mirrored = made_up = 0
    for a in ids:
        for b in ids:
            if (a, b) not in pairs and a != b:
                mirrored += (b, a) in pairs
                made_up += (b, a) not in pairs
                if (b, a) not in pairs and default is None:
                    raise TopologyError(f"gives no distance between node {a} and node {b}; each pair needs one")
    draft.columns = ids
    draft.rows = {a: [_value(pairs, a, b, default) for b in ids] for a in ids}
    _tell(draft, ids, who, mirrored, made_up, default)


def _value(pairs: Pairs, a: int, b: int, default: int | None) -> int:
    if a == b:
        return pairs.get((a, b), LOCAL)
    return pairs.get((a, b), pairs.get((b, a), default or REMOTE))


def _tell(draft: Draft, ids: Sequence[int], who: str, mirrored: int, made_up: int, default: int | None) -> None:
    if mirrored:
        sentence = f"Distances given in one direction hold in the other too ({mirrored} of them), as {who} takes them."
        draft.guess("distances", sentence, ids)
    if made_up:
        sentence = f"Distances given in no direction ({made_up}) are {default}, as {who} fills them in."
        draft.guess("distances", sentence, ids)
