"""Write the sentences of demotion along the fallback lists: the next entry of each list, and the cycles."""

from __future__ import annotations

from collections.abc import Callable

from viz.kernel.nodemask import NUMA_NO_NODE
from viz.trace.model import Trace
from viz.trace.rules import told
from viz.trace.sentences.words import names


def _lists_begin(trace: Trace, step: int) -> str:
    begins = (
        "Every node is to demote to the next entry of its own fallback list, the one that the allocator uses anyway."
    )
    return f"{begins}{told(trace, of_lists=False)}"


def _next_entry(trace: Trace, step: int, node: int, target: int) -> str:
    if target == NUMA_NO_NODE:
        return f"Nobody else stands in the fallback list of node {node}: no other node has memory."
    return f"In the fallback list of node {node}, node {target} stands next after itself."


def _entry_taken(trace: Trace, step: int, node: int) -> str:
    targets = trace.targets(step)[node]
    if not targets:
        return f"{node} → stop: there is nobody else."
    return f"{node} → {targets[0]}, whatever others do: nothing keeps node {targets[0]} from demoting straight back."


def _walk_begins(trace: Trace, step: int, start: int) -> str:
    return f"Where does a cold page of node {start} end up? Follow it from target to target."


def _hop(trace: Trace, step: int, array: str, node: int) -> str:
    targets = trace.targets(step)[node]
    if not targets:
        return f"{array}[{node}] reads -1: the page stays on node {node}."
    return f"{array}[{node}] reads {targets[0]}: the page moves from node {node} to node {targets[0]}."


def _cycle_found(trace: Trace, step: int, nodes: tuple[int, ...]) -> str:
    way = " → ".join(map(str, (*nodes, nodes[0]))) if len(nodes) <= 16 else f"{names(nodes)}"
    return f"A cycle: {way}. The page would go round for ever, and no memory would be freed."


def _walks_complete(trace: Trace, step: int) -> str:
    targets = trace.targets(step)
    if not any(targets.values()):
        return "Every node has been walked from; no node has a target, so there is no cycle."
    return (
        "Every node has been walked from. With a successor for every node there is always a cycle, "
        "which is why the patch builds an order of its own."
    )


SENTENCES: dict[str, Callable[..., str]] = {
    "ListsBegin": _lists_begin,
    "NextEntry": _next_entry,
    "EntryTaken": _entry_taken,
    "WalkBegins": _walk_begins,
    "Hop": _hop,
    "CycleFound": _cycle_found,
    "WalksComplete": _walks_complete,
}
