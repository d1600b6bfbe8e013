"""The nodes at which chains end, from one store to the next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from viz.kernel.nodemask import NodeMask


class ChainEnds:
    """The nodes without a target that another node demotes to, and those that have looked for one in vain.

    The first come and go with the arrows that lead to them.
    """

    def __init__(self) -> None:
        self._nodes = NodeMask()
        self._targets: dict[int, tuple[int, ...]] = {}
        self._led_to: Counter[int] = Counter()

    def __str__(self) -> str:
        """Return the nodes as a node list."""
        return str(self._nodes)

    def add(self, node: int) -> None:
        """Take a node that has looked for a target and found none."""
        self._nodes.add(node)

    def forget_lone_nodes(self) -> None:
        """Drop the nodes that no other demotes to: they are going to look once more."""
        self._nodes = NodeMask(node for node in self._nodes if self._led_to[node])

    def store(self, node: int, targets: Iterable[int]) -> None:
        """Follow a store of the targets of a node."""
        before, now = self._targets.get(node, ()), tuple(targets)
        self._targets[node] = now
        self._led_to.subtract(before)
        self._led_to.update(now)
        for one in (node, *before, *now):
            if self._led_to[one] > 0 and not self._targets.get(one):
                self._nodes.add(one)
            else:
                self._nodes.discard(one)
