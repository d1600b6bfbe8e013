"""Find which verdicts are possible for a walk from a node, each with a shortest walk that shows it.

The search runs over positions. A position is a node and what the reader knows of the writer's progress. A reader only
learns more on its way, and the less it knows, the more values a load can give. So a reader gains nothing by coming back
to a node, and a shortest walk visits no node twice, unless the search is for a cycle.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from viz.kernel.nodemask import NUMA_NO_NODE
from viz.readers.model import VERDICTS, Knowledge, View, Walk, chain, edges, verdict

Position = tuple[int, Knowledge]
"""The node that a reader is at, and what the reader knows."""


class Outcomes:
    """The verdicts that are possible in one view, for every start node.

    What is computed for one start node is cached for the others.
    """

    def __init__(self, view: View) -> None:
        self.view = view
        self._loads: dict[Position, dict[int, Knowledge]] = {}
        self._cycles: dict[Position, Walk] = {}

    def witnesses(self, start: int) -> dict[str, Walk]:
        """Return a shortest walk for every verdict that is possible from `start`, in the order of VERDICTS."""
        walks = [self._shortest_cycle(start), self._shortest_mixed(start), *self._unmixed(start)]
        best: dict[str, Walk] = {}
        for walk in filter(None, walks):
            name = verdict(self.view.change, walk)
            best[name] = min(best.get(name, walk), walk, key=lambda walk: (len(walk), walk))
        return {name: best[name] for name in VERDICTS if name in best}

    def loads(self, node: int, knowledge: Knowledge) -> dict[int, Knowledge]:
        """Return what View.loads() returns, from a cache if it has been computed before."""
        if (node, knowledge) not in self._loads:
            self._loads[node, knowledge] = self.view.loads(node, knowledge)
        return self._loads[node, knowledge]

    def _unmixed(self, start: int) -> Iterator[Walk]:
        """Yield the walks that follow the old or the new chain, wholly or in part, and then read NUMA_NO_NODE."""
        for walk, knowledge in self._prefixes(start):
            if NUMA_NO_NODE in self.loads(walk[-1], knowledge):
                yield (*walk, NUMA_NO_NODE)

    def _prefixes(self, start: int) -> Iterator[tuple[Walk, Knowledge]]:
        """Yield each beginning of the old or the new chain that a reader can follow, and what the reader then knows."""
        for order in (self.view.change.old, self.view.change.new):
            knowledge: Knowledge | None = self.view.initial_knowledge
            nodes = chain(order, start)[:-1]  # the last entry is dropped: it is NUMA_NO_NODE or a node visited before
            for length, (node, value) in enumerate(zip(nodes, (*nodes[1:], None), strict=True), 1):
                if not knowledge:
                    break
                yield nodes[:length], knowledge
                knowledge = self.loads(node, knowledge).get(value) if value is not None else None

    def _shortest_mixed(self, start: int) -> Walk | None:
        """Return a shortest walk that ends and has an edge that is only in the old order and one only in the new order.

        Return None if there is no such walk.
        """
        shortest: Walk | None = None
        for walk, knowledge in self._prefixes(start):
            before = set(edges(self.view.change, walk)) - {"both"}
            for value, following in self.loads(walk[-1], knowledge).items() if before else ():
                longer = (*walk, value)
                if (
                    value in (NUMA_NO_NODE, *walk)
                    or len(before | {*edges(self.view.change, longer[-2:])} - {"both"}) < 2
                ):
                    continue
                if end := self._search((value, following), NUMA_NO_NODE, frozenset(walk)):
                    whole = (*walk, *end)
                    shortest = min(shortest or whole, whole, key=lambda one: (len(one), one))
        return shortest

    def _shortest_cycle(self, start: int) -> Walk | None:
        """Return a shortest walk from `start` that comes to a node a second time, or None if there is none."""
        shortest: Walk | None = None
        for walk, knowledge in self._reachable(start):
            if shortest and len(walk) + 1 >= len(shortest):
                break
            position = (walk[-1], knowledge)
            if position not in self._cycles:
                self._cycles[position] = self._search(position, walk[-1], frozenset()) or ()
            whole = (*walk[:-1], *self._cycles[position])
            if self._cycles[position] and (not shortest or len(whole) < len(shortest)):
                shortest = whole
        return shortest

    def _reachable(self, start: int) -> Iterator[tuple[Walk, Knowledge]]:
        """Yield a shortest walk to each position that can be reached, nearest first, and what the reader then knows."""
        seen = {(start, self.view.initial_knowledge)}
        queue: deque[tuple[Walk, Knowledge]] = deque([((start,), self.view.initial_knowledge)])
        while queue:
            walk, knowledge = queue.popleft()
            yield walk, knowledge
            for value, following in self.loads(walk[-1], knowledge).items():
                if value != NUMA_NO_NODE and (value, following) not in seen:
                    seen.add((value, following))
                    queue.append(((*walk, value), following))

    def _search(self, position: Position, goal: int, visited: frozenset[int]) -> Walk | None:
        """Return a shortest walk from a position to a load that gives `goal`, avoiding the visited nodes, or None."""
        seen = {position}
        queue: deque[tuple[Walk, Knowledge]] = deque([((position[0],), position[1])])
        while queue:
            walk, knowledge = queue.popleft()
            loads = self.loads(walk[-1], knowledge)
            if goal in loads:
                return (*walk, goal)
            for value, following in loads.items():
                if value != NUMA_NO_NODE and value not in visited and (value, following) not in seen:
                    seen.add((value, following))
                    queue.append(((*walk, value), following))
        return None


def grades(witnesses: dict[str, Walk]) -> dict[str, str]:
    """Return for every verdict whether walks from a start node get it "never", "sometimes" or "always".

    `witnesses` has the possible verdicts. If it has only one, every walk gets that one: a walk has exactly one verdict.
    """
    possible = "always" if len(witnesses) == 1 else "sometimes"
    return {name: possible if name in witnesses else "never" for name in VERDICTS}
