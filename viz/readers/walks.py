"""List the distinct walks from a node, shortest first, and count them."""

from __future__ import annotations

from collections import deque
from heapq import heappop, heappush
from typing import NamedTuple

from viz.kernel.nodemask import NUMA_NO_NODE
from viz.readers.model import Walk
from viz.readers.outcomes import Outcomes, Position

MAX_WALKS = 1000
"""The largest number of walks from one node that are listed."""
MAX_COUNTED = 100_000
"""The largest number of partial sums that are stored to count walks, which takes some seconds.

Only in-place changes between very different orders need more.
"""
MAX_FOLLOWED = 300_000_000
"""The largest number of loads that are followed one by one to count walks, where MAX_COUNTED sums are not enough.

To follow that many takes some minutes; a machine of 64 nodes needs fewer.
"""


class Walks(NamedTuple):
    """The first walks from a node, by length, then ids. `number` counts all walks; None if that takes too long."""

    first: tuple[Walk, ...]
    number: int | None


class Lister:
    """The walks of one view, which are listed and counted. Results for one start node are cached for the others."""

    def __init__(self, outcomes: Outcomes, max_counted: int = MAX_COUNTED, max_followed: int = MAX_FOLLOWED) -> None:
        self.loads = outcomes.loads
        self.initial_knowledge = outcomes.view.initial_knowledge
        self.max_counted = max_counted
        self.left_to_follow = max_followed
        self._counts: dict[tuple[Position, int], int] = {}
        self._reaches: dict[Position, tuple[int, int]] = {}
        self._indices: dict[Position, int] = {}
        self._positions: list[Position] = []
        self._graph: list[list[tuple[int, int]]] = []

    def walks(self, start: int, limit: int = MAX_WALKS) -> Walks:
        """Return the first `limit` distinct walks from `start`, or all if there are fewer, and the number of all."""
        first: list[Walk] = []
        # An unfinished walk is queued under the length of the shortest walk it leads to, so the queue yields finished
        # walks in order, and no unfinished walk is extended without need.
        queue: list[tuple[int, Walk, Position | None]] = [(0, (start,), (start, self.initial_knowledge))]
        while queue:
            _, walk, position = heappop(queue)
            if position is None:
                first.append(walk)
                if len(first) > limit:
                    return Walks(tuple(first[:limit]), self.count((start, self.initial_knowledge)))
                continue
            for value, knowledge in self.loads(*position).items():
                longer = (*walk, value)
                if value == NUMA_NO_NODE or value in walk:
                    heappush(queue, (len(longer), longer, None))
                else:
                    following = (value, knowledge)
                    heappush(queue, (len(longer) + self._loads_to_end(following, longer), longer, following))
        return Walks(tuple(first), len(first))

    def count(self, position: Position) -> int | None:
        """Return the number of walks from a position, or None if counting takes too long."""
        root = self._key(position, 0)
        stack = [root]
        while stack and len(self._counts) < self.max_counted:
            position, visited_before = key = stack[-1]
            visited = visited_before | 1 << position[0]
            onward = {value: known for value, known in self.loads(*position).items() if _is_new(value, visited)}
            keys = [self._key(following, visited) for following in onward.items()]
            missing = [following for following in keys if following not in self._counts]
            if missing:
                stack += missing
            else:
                stack.pop()
                ends = len(self.loads(*position)) - len(onward)
                self._counts[key] = ends + sum(self._counts[following] for following in keys)
        return self._counts[root] if root in self._counts else self._count_by_following(root[0])

    def _count_by_following(self, position: Position) -> int | None:
        """Return the number of walks by following each to its end, or None if that takes too many loads."""
        graph, number, stack = self._graph, 0, [(self._index(position), 1 << position[0])]
        while stack and self.left_to_follow:
            self.left_to_follow -= 1
            index, visited = stack.pop()
            for bit, following in graph[index] or self._explore(index):
                if not bit or visited & bit:
                    number += 1
                else:
                    stack.append((following, visited | bit))
        return None if stack else number

    def _index(self, position: Position) -> int:
        """Return the index of a position in the graph; if it is not there yet, add it without its next positions."""
        if position not in self._indices:
            self._indices[position] = len(self._graph)
            self._positions.append(position)
            self._graph.append([])
        return self._indices[position]

    def _explore(self, index: int) -> list[tuple[int, int]]:
        """Add to the graph what a load at a position can give, and return that as a list.

        For each value it has (the bit of the node, the index of the next position), or (0, -1) for NUMA_NO_NODE.
        """
        for following in self.loads(*self._positions[index]).items():
            bit = 0 if following[0] == NUMA_NO_NODE else 1 << following[0]
            self._graph[index].append((bit, self._index(following) if bit else -1))
        return self._graph[index]

    def _key(self, position: Position, visited: int) -> tuple[Position, int]:
        """Return the key of a count: the position, and the visited nodes that can be reached from it.

        No other visited nodes affect the count.
        """
        none_reachable = not visited & self._reach(position)[0]
        return position, 0 if none_reachable else visited & self._reach_avoiding(position, visited)

    def _loads_to_end(self, position: Position, walk: Walk) -> int:
        """Return the fewest loads from a position until the walk ends: at NUMA_NO_NODE or a node visited before."""
        visited = sum(1 << node for node in walk)
        nodes, loads = self._reach(position)
        if loads and not nodes & visited:
            return loads
        seen, queue = {position}, deque([(position, 1)])
        while queue:
            position, loads = queue.popleft()
            for following in self.loads(*position).items():
                if not _is_new(following[0], visited):
                    return loads
                if following not in seen:
                    seen.add(following)
                    queue.append((following, loads + 1))
        raise AssertionError("every walk ends")

    def _reach(self, position: Position) -> tuple[int, int]:
        """Return a bit mask of the nodes that can be reached from a position, and the fewest loads to NUMA_NO_NODE.

        No node counts as visited. The number of loads is 0 if NUMA_NO_NODE cannot be reached.
        """
        if position not in self._reaches:
            nodes, loads = 0, 0
            seen, queue = {position}, deque([(position, 1)])
            while queue:
                current, distance = queue.popleft()
                for following in self.loads(*current).items():
                    if following[0] == NUMA_NO_NODE:
                        loads = loads or distance
                        continue
                    nodes |= 1 << following[0]
                    if following not in seen:
                        seen.add(following)
                        queue.append((following, distance + 1))
            self._reaches[position] = nodes, loads
        return self._reaches[position]

    def _reach_avoiding(self, position: Position, visited: int) -> int:
        """Return a bit mask of the nodes that a reader at a position can still load.

        The reader does not go on from a visited node, because its walk ends there.
        """
        nodes, seen, stack = 0, {position}, [position]
        while stack:
            for following in self.loads(*stack.pop()).items():
                if following[0] != NUMA_NO_NODE:
                    nodes |= 1 << following[0]
                    if not visited >> following[0] & 1 and following not in seen:
                        seen.add(following)
                        stack.append(following)
        return nodes


def _is_new(value: int, visited: int) -> bool:
    return value != NUMA_NO_NODE and not visited >> value & 1
