"""What a kernel printed against what this program computes: for each node, and for every version it knows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from viz.kernel.nodemask import NodeMask, node_list
from viz.kernel.versions import VERSIONS
from viz.run import Run
from viz.topology.formats.ranking import Said

Orders = dict[int, list[int]]


def comparison(run: Run, said: Said) -> Iterator[str]:
    """A line for each node that the log names, then what would print all of it."""
    orders = _orders(run)
    every = {
        (row.name, moment): _orders(Run.of(run.topology, row.name, moment))
        for row in VERSIONS
        for moment in ("boot", "runtime")
    }
    for node, printed in sorted(said.fallback.items()):
        yield _of_node(node, printed, orders, every)
    yield from _targets(run, said)
    if said.fallback:
        whole = [
            key for key, computed in every.items() if all(computed.get(n) == ids for n, ids in said.fallback.items())
        ]
        yield f"All fallback orders are those of {_names(whole)}." if whole else "No version has all of these orders."


def _of_node(node: int, printed: list[int], orders: Orders, every: dict[tuple[str, str], Orders]) -> str:
    shown = " ".join(map(str, printed))
    computed = orders.get(node)
    if computed is None:
        return f"Node {node}: the log has {shown}, the topology has no such node."
    if computed == printed:
        return f"Node {node}: {shown}, the same."
    found = [key for key, those in every.items() if those.get(node) == printed]
    hint = f"{_names(found)} would print it" if found else "no version would print it"
    return f"Node {node}: the log has {shown}, computed is {' '.join(map(str, computed))}; {hint}."


def _targets(run: Run, said: Said) -> Iterator[str]:
    result = run.order() if said.targets else {}
    for node, printed in sorted(said.targets.items()):
        yield _told(node, "target", printed, _computed(result, "node_demotion", "preferred", node))
        if said.lower.get(node) and result.get("fallback_targets"):
            yield _told(node, "lower tiers", said.lower[node], _computed(result, "", "fallback_targets", node))


def _computed(result: dict[str, Any], of_passes: str, of_tiers: str, node: int) -> list[int]:
    """A node's targets: one, a list of them, or of a version with tiers a node list."""
    found = (result.get(of_passes) or result.get(of_tiers) or {}).get(str(node), "")
    if isinstance(found, str):
        return list(NodeMask.parse(found))
    return sorted(found) if isinstance(found, list) else [found] * (found >= 0)


def _told(node: int, what: str, printed: list[int], computed: list[int]) -> str:
    shown, other = (node_list(ids) or "none" for ids in (printed, computed))
    return f"Node {node}: {what} {shown}, {'the same' if printed == computed else f'computed is {other}'}."


def _orders(run: Run) -> Orders:
    return {int(node): order for node, order in run.order()["fallback"].items()}


def _names(keys: list[tuple[str, str]]) -> str:
    """ "posted and v5.15 (boot), v6.1 (either)": versions with the moment their zonelists were built."""
    moments: dict[str, list[str]] = {}
    for name, moment in keys:
        moments.setdefault(name, []).append(moment)
    return ", ".join(f"{name} ({'either' if len(both) > 1 else both[0]})" for name, both in moments.items())
