"""Write nodes and arrows in the sentences of findings."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence, Sized

from viz.analysis.findings.facts import Facts
from viz.analysis.run import Targets
from viz.kernel.nodemask import node_list
from viz.trace.sentences.words import MAX_NAMES, capital, choice, node_names, who_took

MAX_TARGETS = 3
"""The largest number of targets of one node that are listed one by one."""
MAX_PARTS = 4
"""The largest number of sources, or groups of sources with the same targets, that a sentence lists."""
Arrow = tuple[int, int]
"""A node and one of its targets."""


def subject(nodes: Collection[int]) -> str:
    """Return nodes as the beginning of a sentence: "Node 1" or "Nodes 1 and 3"."""
    return capital(node_names(nodes))


def have(nodes: Sized) -> str:
    """Return "has" for one node, "have" for several."""
    return "have" if len(nodes) > 1 else "has"


def arrows(pairs: Sequence[Arrow]) -> str:
    """Return arrows as "0 → 2, 1 → 3"; if there are more than MAX_NAMES, the first ones and how many follow."""
    shown = [f"{source} → {target}" for source, target in pairs[:MAX_NAMES]]
    more = f" and {len(pairs) - MAX_NAMES} more" if len(pairs) > MAX_NAMES else ""
    return ", ".join(shown) + more


def target_names(targets: Collection[int]) -> str:
    """Return the targets of a node as "2", "2 or 3", "one of 32-35" or "nowhere"."""
    if len(targets) > MAX_TARGETS:
        return f"one of {node_list(targets)}"
    return choice(targets) if targets else "nowhere"


def targets_text(targets: Targets, nodes: Sequence[int]) -> str:
    """Return the targets of the nodes as "0 → 1, 2-3 → nowhere"; of many parts only the first MAX_PARTS."""
    alike: dict[tuple[int, ...], list[int]] = {}
    for node in nodes:
        alike.setdefault(tuple(sorted(targets[node])), []).append(node)
    parts = [f"{node_list(sources)} → {target_names(found)}" for found, sources in alike.items()]
    more = f" and {len(parts) - MAX_PARTS} more" if len(parts) > MAX_PARTS else ""
    return ", ".join(parts[:MAX_PARTS]) + more


def takers_text(facts: Facts) -> str:
    """Return which node took which target as a clause: "node 0 took node 2"; if targets are shared, "demotes to"."""
    return who_took(facts.targets, "took" if facts.is_exclusive else "demotes to") or "nobody has a target"


def likewise(nodes: Iterable[int]) -> str:
    """Return a sentence, after a space, that says the same about further nodes; "" if there are no further nodes."""
    others = list(nodes)
    return f" The same goes for {node_names(others)}." if others else ""
