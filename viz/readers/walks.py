"""Every distinct walk from a node: the shortest in full, and how many there are."""

from __future__ import annotations

from collections import deque
from heapq import heappop, heappush
from typing import NamedTuple

from viz.kernel.nodemask import NUMA_NO_NODE
from viz.readers.model import Walk
from viz.readers.outcomes import Outcomes, Position

MAX_WALKS = 1000
"""How many walks from one node are listed."""
MAX_COUNTED = 100_000
"""How many sums are kept for counting: some seconds' worth. Only in-place changes of unlike orders need more."""
MAX_FOLLOWED = 300_000_000
"""How many loads are followed one by one where that is not enough: some minutes' worth, and 64 nodes need less."""


class Walks(NamedTuple):
    """The first walks from a node, by length, then ids; `number` counts all, and is None where that takes too long."""

    first: tuple[Walk, ...]
    number: int | None


class Lister:
    """Lists and counts walks; what one start has taught is kept for the others."""

    def __init__(self, outcomes: Outcomes, most_counted: int = MAX_COUNTED, most_followed: int = MAX_FOLLOWED) -> None:
        self.hop = outcomes.hop
        self.start = outcomes.view.start
        self.most_counted = most_counted
        self.left_to_follow = most_followed
        self._counts: dict[tuple[Position, int], int] = {}
        self._aheads: dict[Position, tuple[int, int]] = {}
        self._numbers: dict[Position, int] = {}
        self._positions: list[Position] = []
        self._graph: list[list[tuple[int, int]]] = []

    def walks(self, start: int, most: int = MAX_WALKS) -> Walks:
        """The distinct walks from `start`: all, or the first `most`, and their number."""
        first: list[Walk] = []
        # Beginnings wait with the length of the shortest walk they lead to, so none is taken up in vain.
        waiting: list[tuple[int, Walk, Position | None]] = [(0, (start,), (start, self.start))]
        while waiting:
            _, walk, place = heappop(waiting)
            if place is None:
                first.append(walk)
                if len(first) > most:
                    return Walks(tuple(first[:most]), self.count((start, self.start)))
                continue
            for value, then in self.hop(*place).items():
                longer = (*walk, value)
                if value == NUMA_NO_NODE or value in walk:
                    heappush(waiting, (len(longer), longer, None))
                else:
                    heappush(waiting, (len(longer) + self._to_an_end((value, then), longer), longer, (value, then)))
        return Walks(tuple(first), len(first))

    def count(self, place: Position) -> int | None:
        """The number of walks from a place, or None if it takes too many sums."""
        root = self._key(place, 0)
        stack = [root]
        while stack and len(self._counts) < self.most_counted:
            place, before = key = stack[-1]
            visited = before | 1 << place[0]
            onward = {value: then for value, then in self.hop(*place).items() if _is_new(value, visited)}
            keys = [self._key(following, visited) for following in onward.items()]
            missing = [one for one in keys if one not in self._counts]
            if missing:
                stack += missing
            else:
                stack.pop()
                self._counts[key] = len(self.hop(*place)) - len(onward) + sum(self._counts[one] for one in keys)
        return self._counts[root] if root in self._counts else self._followed(root[0])

    def _followed(self, place: Position) -> int | None:
        """The number of walks from a place, each followed to its end; None if that takes too many loads."""
        graph, number, stack = self._graph, 0, [(self._number(place), 1 << place[0])]
        while stack and self.left_to_follow:
            self.left_to_follow -= 1
            at, visited = stack.pop()
            for bit, then in graph[at] or self._explored(at):
                if not bit or visited & bit:
                    number += 1
                else:
                    stack.append((then, visited | bit))
        return None if stack else number

    def _number(self, place: Position) -> int:
        """The place's number in the graph, where it stands unexplored at first."""
        if place not in self._numbers:
            self._numbers[place] = len(self._graph)
            self._positions.append(place)
            self._graph.append([])
        return self._numbers[place]

    def _explored(self, at: int) -> list[tuple[int, int]]:
        """What a load there can give: the bit of a node, 0 for none, and the number of the place that follows."""
        for following in self.hop(*self._positions[at]).items():
            bit = 0 if following[0] == NUMA_NO_NODE else 1 << following[0]
            self._graph[at].append((bit, self._number(following) if bit else -1))
        return self._graph[at]

    def _key(self, place: Position, visited: int) -> tuple[Position, int]:
        """The place, and those visited nodes that the walker may come by: what else is visited makes no difference."""
        known_apart = not visited & self._ahead(place)[0]
        return place, 0 if known_apart else visited & self._ahead_clear_of(place, visited)

    def _to_an_end(self, place: Position, walk: Walk) -> int:
        """How many loads from here the nearest end is: NUMA_NO_NODE, or a node where the walker has been."""
        visited = sum(1 << node for node in walk)
        ahead, loads = self._ahead(place)
        if loads and not ahead & visited:
            return loads
        seen, queue = {place}, deque([(place, 1)])
        while queue:
            place, loads = queue.popleft()
            for following in self.hop(*place).items():
                if not _is_new(following[0], visited):
                    return loads
                if following not in seen:
                    seen.add(following)
                    queue.append((following, loads + 1))
        raise AssertionError("every walk ends")

    def _ahead(self, place: Position) -> tuple[int, int]:
        """The nodes ahead of a walker who has been nowhere yet, and the loads until NUMA_NO_NODE; 0 if it never is."""
        if place not in self._aheads:
            nodes, loads = 0, 0
            seen, queue = {place}, deque([(place, 1)])
            while queue:
                current, distance = queue.popleft()
                for following in self.hop(*current).items():
                    if following[0] == NUMA_NO_NODE:
                        loads = loads or distance
                        continue
                    nodes |= 1 << following[0]
                    if following not in seen:
                        seen.add(following)
                        queue.append((following, distance + 1))
            self._aheads[place] = nodes, loads
        return self._aheads[place]

    def _ahead_clear_of(self, place: Position, visited: int) -> int:
        """The nodes that a walker can still come to, or come back to in the end."""
        nodes, seen, stack = 0, {place}, [place]
        while stack:
            for following in self.hop(*stack.pop()).items():
                if following[0] != NUMA_NO_NODE:
                    nodes |= 1 << following[0]
                    if not visited >> following[0] & 1 and following not in seen:
                        seen.add(following)
                        stack.append(following)
        return nodes


def _is_new(value: int, visited: int) -> bool:
    return value != NUMA_NO_NODE and not visited >> value & 1
