"""Infer tiers from the demotion targets that a kernel printed: these say which node is slower, but give no number.

Demotion targets for Node 0: preferred: 2, fallback: 2-3     2 and 3 are slower than 0, 2 is in the next slower tier
Demotion targets for Node 2: null                            nothing is slower than 2
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from viz.kernel.machine import MEMTIER_ADISTANCE_DRAM
from viz.kernel.nodemask import node_list
from viz.topology.errors import TopologyError
from viz.topology.tier_guess import DAX_ADISTANCE, middle_of

TARGETS = re.compile(
    r"\bDemotion targets for Node ([0-9]{1,5}): ?+"
    r"(?:preferred: ?+([0-9,-]{0,6000}+)(?:[ ,]*+fallback: ?+([0-9,-]{0,6000}+))?+|null)"
)
"""A line on a node's demotion targets; its groups: the node, its preferred targets, all nodes in slower tiers."""
Nodes = Mapping[int, Sequence[int]]


def levels(lower: Nodes) -> dict[int, int]:
    """Return, by node, how many tiers are faster than its own; raise TopologyError if the lists contradict each other.

    `lower` has, by node, the list of all nodes in slower tiers. Unless all lists are empty, a node is left out if its
    own list is empty and no other list names it.
    """
    level: dict[int, int] = {}
    slower = {node: [other for other in below if other != node] for node, below in lower.items()}
    mentioned = {other for below in slower.values() for other in below}
    waiting = dict.fromkeys([*slower, *mentioned], 0)
    for below in slower.values():
        for other in below:
            waiting[other] += 1
    ready = [node for node, count in waiting.items() if not count]
    while ready:
        node = ready.pop()
        level.setdefault(node, 0)
        for other in slower.get(node, ()):
            level[other] = max(level.get(other, 0), level[node] + 1)
            waiting[other] -= 1
            if not waiting[other]:
                ready.append(other)
    if any(waiting.values()):
        circle = node_list(sorted(node for node, count in waiting.items() if count))
        raise TopologyError(
            f"the demotion targets of nodes {circle} contradict each other: each is slower than another"
        )
    if mentioned:  # a node without targets that nobody demotes to has no memory, or its line is older than the others
        level = {node: depth for node, depth in level.items() if node in mentioned or slower.get(node)}
    return level


def inferred(lower: Nodes, dram: Sequence[int], read: Mapping[int, int]) -> dict[int, int]:
    """Return an abstract distance for each node that the lists rank.

    The tier of `dram`, the nodes with CPUs, gets the abstract distance of DRAM; slower tiers get that of dax/kmem and
    its multiples. `read` has the number of each node's tier, as far as files of /sys say it. If these numbers put all
    the nodes into the same order, they are used instead.
    """
    level = levels(lower)
    if level and all(node in read for node in level) and _same_order(level, read):
        return {node: middle_of(read[node]) for node in level}
    usual = min((level[node] for node in dram if node in level), default=0)
    return {node: _adistance(depth - usual) for node, depth in level.items()}


def _adistance(steps: int) -> int:
    if steps > 0:
        return DAX_ADISTANCE * steps
    return MEMTIER_ADISTANCE_DRAM >> -steps


def _same_order(level: Mapping[int, int], read: Mapping[int, int]) -> bool:
    """Return whether the tiers that were read rank the nodes as the levels do."""
    pairs = sorted({(level[node], read[node]) for node in level})
    depths, tiers = [depth for depth, _ in pairs], [tier for _, tier in pairs]
    return len(set(depths)) == len(pairs) == len(set(tiers)) and tiers == sorted(tiers)


def implied(lower: Nodes) -> str:
    """Return a text on which nodes are slower, such as "node 1 is in a slower tier than node 0"; "" if none is."""
    by_level: dict[int, list[int]] = {}
    for node, depth in sorted(levels(lower).items()):
        by_level.setdefault(depth, []).append(node)
    steps = [by_level[depth] for depth in sorted(by_level)]
    return ", and ".join(
        f"{_named(slow)} in a slower tier than {_named(fast, False)}" for fast, slow in pairwise(steps)
    )


def _named(nodes: Sequence[int], verb: bool = True) -> str:
    many = len(nodes) > 1
    return f"node{'s' if many else ''} {node_list(nodes)}" + ((" are" if many else " is") if verb else "")
