"""Update the set of nodes at which chains end, each time that targets are stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from viz.kernel.nodemask import NodeMask


class ChainEnds:
    """The nodes at which chains end: targets that have no target themselves, and sources that found none.

    A target is in the set as long as some node demotes to it.
    """

    def __init__(self) -> None:
        self._nodes = NodeMask()
        self._targets: dict[int, tuple[int, ...]] = {}
        self._arrows_to: Counter[int] = Counter()

    def __str__(self) -> str:
        """Return the nodes as a node list."""
        return str(self._nodes)

    def add(self, node: int) -> None:
        """Add a node that has looked for a target and found none."""
        self._nodes.add(node)

    def forget_lone_nodes(self) -> None:
        """Remove the nodes that no other node demotes to, because a new build is going to let them look again."""
        self._nodes = NodeMask(node for node in self._nodes if self._arrows_to[node])

    def store(self, node: int, targets: Iterable[int]) -> None:
        """Record that `targets` were stored as the targets of a node, and update the set."""
        before, now = self._targets.get(node, ()), tuple(targets)
        self._targets[node] = now
        self._arrows_to.subtract(before)
        self._arrows_to.update(now)
        for one in (node, *before, *now):
            if self._arrows_to[one] > 0 and not self._targets.get(one):
                self._nodes.add(one)
            else:
                self._nodes.discard(one)
