"""Which verdicts a walk from a node can come to, each with a shortest walk that shows it.

All by search over (node, what the walker knows of the writer's progress). To know less allows more, so a shortest
path in that space never comes by a node twice, unless to come by it twice is what is looked for.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from viz.kernel.nodemask import NUMA_NO_NODE
from viz.readers.model import VERDICTS, Knowledge, View, Walk, chain, edges, verdict

Position = tuple[int, Knowledge]


class Outcomes:
    """Answers for every start node of one view; what one start has taught is kept for the others."""

    def __init__(self, view: View) -> None:
        self.view = view
        self._hops: dict[Position, dict[int, Knowledge]] = {}
        self._rounds: dict[Position, Walk] = {}

    def witnesses(self, start: int) -> dict[str, Walk]:
        """A shortest walk for every verdict that is possible from `start`, in the order of VERDICTS."""
        found = [self._cycle(start), self._mixed(start), *self._straight(start)]
        best: dict[str, Walk] = {}
        for walk in filter(None, found):
            name = verdict(self.view.change, walk)
            best[name] = min(best.get(name, walk), walk, key=lambda walk: (len(walk), walk))
        return {name: best[name] for name in VERDICTS if name in best}

    def hop(self, node: int, known: Knowledge) -> dict[int, Knowledge]:
        """The view's answer, asked once."""
        if (node, known) not in self._hops:
            self._hops[node, known] = self.view.hop(node, known)
        return self._hops[node, known]

    def _straight(self, start: int) -> Iterator[Walk]:
        """Every walk that takes no edge of one order only after one of the other: it keeps to one chain, then stops."""
        for walk, known in self._prefixes(start):
            if NUMA_NO_NODE in self.hop(walk[-1], known):
                yield (*walk, NUMA_NO_NODE)

    def _prefixes(self, start: int) -> Iterator[tuple[Walk, Knowledge]]:
        """The beginnings of the old and of the new chain that can be seen, without a node twice."""
        for order in (self.view.change.old, self.view.change.new):
            known: Knowledge | None = self.view.start
            whole = chain(order, start)[:-1]
            for length, (node, value) in enumerate(zip(whole, (*whole[1:], None), strict=True), 1):
                if not known:
                    break
                yield whole[:length], known
                known = self.hop(node, known).get(value) if value is not None else None

    def _mixed(self, start: int) -> Walk | None:
        """A shortest walk that takes an edge of the one order, then one of the other, and comes to an end."""
        found: Walk | None = None
        for walk, known in self._prefixes(start):
            before = set(edges(self.view.change, walk)) - {"both"}
            for value, then in self.hop(walk[-1], known).items() if before else ():
                longer = (*walk, value)
                if (
                    value in (NUMA_NO_NODE, *walk)
                    or len(before | {*edges(self.view.change, longer[-2:])} - {"both"}) < 2
                ):
                    continue
                end = self._search((value, then), NUMA_NO_NODE, frozenset(walk))
                if end and (not found or (len(walk) + len(end), (*walk, *end)) < (len(found), found)):
                    found = (*walk, *end)
        return found

    def _cycle(self, start: int) -> Walk | None:
        """A shortest walk to a node and round to it again."""
        found: Walk | None = None
        for walk, known in self._reached(start):
            if found and len(walk) + 1 >= len(found):
                break
            place = (walk[-1], known)
            if place not in self._rounds:
                self._rounds[place] = self._search(place, walk[-1], frozenset()) or ()
            whole = (*walk[:-1], *self._rounds[place])
            if self._rounds[place] and (not found or len(whole) < len(found)):
                found = whole
        return found

    def _reached(self, start: int) -> Iterator[tuple[Walk, Knowledge]]:
        """Every place that can be reached, with a shortest walk to it, nearest first."""
        seen = {(start, self.view.start)}
        queue: deque[tuple[Walk, Knowledge]] = deque([((start,), self.view.start)])
        while queue:
            walk, known = queue.popleft()
            yield walk, known
            for value, then in self.hop(walk[-1], known).items():
                if value != NUMA_NO_NODE and (value, then) not in seen:
                    seen.add((value, then))
                    queue.append(((*walk, value), then))

    def _search(self, place: Position, goal: int, visited: frozenset[int]) -> Walk | None:
        """A shortest walk from a place to a load that gives `goal`, clear of the visited nodes."""
        seen = {place}
        queue: deque[tuple[Walk, Knowledge]] = deque([((place[0],), place[1])])
        while queue:
            walk, known = queue.popleft()
            hops = self.hop(walk[-1], known)
            if goal in hops:
                return (*walk, goal)
            for value, then in hops.items():
                if value != NUMA_NO_NODE and value not in visited and (value, then) not in seen:
                    seen.add((value, then))
                    queue.append(((*walk, value), then))
        return None


def grades(witnesses: dict[str, Walk]) -> dict[str, str]:
    """For every verdict whether a walk comes to it never, sometimes or always: every walk has exactly one."""
    possible = "always" if len(witnesses) == 1 else "sometimes"
    return {name: possible if name in witnesses else "never" for name in VERDICTS}
