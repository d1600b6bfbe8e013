"""Say in words, from a score table, why the kernel chose one node and not another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from viz.trace.scoretable import Row


def reason(
    node: int, rows: Sequence[Sequence[Any]], tie: str = "load", among: str = "that is not in used_targets"
) -> str:
    """Return why the first row of the table won, as a clause without a full stop.

    `node` is the source. The clause compares the first row with the nearest candidate if that is nearer, else with the
    second row. `tie` is the rule that decides between equals; `among` says what all candidates have in common.
    """
    table = [Row(*row) for row in rows]
    chosen = next((row for row in table if row.verdict == "chosen"), None)
    first = next((row for row in table if row.verdict in ("chosen", "beaten")), None)
    if chosen and first and chosen != first:
        usual = f"node {first.node} at {first.distance} would come first by the chooser's own ranking"
        return f"node {chosen.node} is chosen at distance {chosen.distance}, although {usual}"
    best, *others = [Row(*row) for row in rows if row[-1] in ("chosen", "beaten")]
    if not others:
        return f"node {best.node} is the only node with memory {among}, at distance {best.distance}"
    nearest = min(others, key=lambda row: row.distance)
    rival = nearest if nearest.distance < best.distance else others[0]
    if best.key < rival.key:
        return _by_distance(node, best, rival)
    if tie != "load":
        return _tie(node, best, rival, f"{best.node} wins with the {'higher' if tie == 'last-id' else 'lower'} id")
    if best.load < rival.load:
        return _tie(node, best, rival, f"{best.node} wins because its node_load is {best.load}, not {rival.load}")
    return _tie(node, best, rival, f"node_load is {best.load} for both, so {best.node} wins with the lower id")


def _by_distance(node: int, best: Row, rival: Row) -> str:
    if best.distance < rival.distance:
        return (
            f"node {best.node} is nearest to node {node} at distance {best.distance}; "
            f"node {rival.node} follows at {rival.distance}"
        )
    why = f"{rival.node} pays {penalties(node, rival)}"
    if best.key > best.distance:
        why += f", while {best.node} pays only {penalties(node, best)}"
    if best.distance == rival.distance:
        return f"nodes {best.node} and {rival.node} are both at {best.distance} from node {node}, but {why}"
    return f"node {best.node} wins at {best.distance} although node {rival.node} is nearer at {rival.distance}: {why}"


def _tie(node: int, best: Row, rival: Row, outcome: str) -> str:
    if best.distance == rival.distance:
        return f"nodes {best.node} and {rival.node} are both at {best.distance} from node {node}; {outcome}"
    near, far = sorted((best, rival), key=lambda row: row.distance)
    return (
        f"node {near.node} at {near.distance} pays {penalties(node, near)} and so equals "
        f"node {far.node} at {far.distance}; {outcome}"
    )


def penalties(node: int, row: Row) -> str:
    """Return the penalties of a candidate in words, such as "1 for an id below 2 and 1 for its CPUs"."""
    parts = []
    if row.lower_id:
        parts.append(f"{row.lower_id} for an id below {node}")
    if row.has_cpus:
        parts.append(f"{row.has_cpus} for its CPUs")
    return " and ".join(parts) or "nothing"


def nearer_but_used(node: int, rows: Sequence[Sequence[Any]]) -> str:
    """Return a sentence on the nearest used node if it is nearer than the winner, else ""; it begins with a space."""
    table = [Row(*row) for row in rows]
    nearer = [row for row in table if row.verdict == "used" and row.distance < table[0].distance]
    if not nearer:
        return ""
    closest = min(nearer, key=lambda row: (row.distance, row.node))
    others = {1: "", 2: ", as is 1 other"}.get(len(nearer), f", as are {len(nearer) - 1} others")
    return f" Node {closest.node} would be nearer at {closest.distance}, but it is in used_targets{others}."
