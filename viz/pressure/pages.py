"""NodeMemory: the pages of one node in batches, so that work grows with what happens and not with memory.

A batch is a number of pages of one owner that came to the node at the same tick. The oldest go first.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Container

from viz.topology.watermarks import Watermarks

GIVES_UP = 16
"""Rounds without success after which kswapd gives up, and an allocation ends in an OOM kill: MAX_RECLAIM_RETRIES."""


class NodeMemory:
    """A node: its watermarks, its free pages, its batches by owner, and the state of its kswapd."""

    __slots__ = (
        "awake",
        "batches",
        "failures",
        "free",
        "goal",
        "held",
        "id",
        "isolated",
        "low",
        "marks",
        "min",
        "pinned",
    )

    def __init__(self, node: int, marks: Watermarks, promo: bool) -> None:
        self.id = node
        self.marks = marks
        self.min = marks.min
        self.low = marks.low
        self.goal = marks.promo if promo else marks.high
        """kswapd works until more pages than this are free."""
        self.free = marks.free
        self.pinned = 0
        """Pages in use that nothing can move: the kernel's own, on nodes with CPUs."""
        self.batches: dict[str, deque[list[int]]] = {}
        """The pages of each owner, the oldest first, as pairs: the tick at which pages came, and how many came."""
        self.held: dict[str, int] = {}
        self.awake = False
        self.failures = 0
        self.isolated = False
        """Whether the node takes no pages: its memory is leaving, or has left."""

    @property
    def hopeless(self) -> bool:
        """Return whether kswapd has given up."""
        return self.failures >= GIVES_UP

    def put(self, owner: str, pages: int, tick: int) -> None:
        """Give free pages to an owner."""
        self.free -= pages
        batches = self.batches.get(owner)
        if batches is None:
            self.batches[owner] = deque(([tick, pages],))
            self.held[owner] = pages
            return
        self.held[owner] += pages
        if batches[-1][0] == tick:
            batches[-1][1] += pages
        else:
            batches.append([tick, pages])

    def take(self, owner: str, pages: int) -> None:
        """Free the oldest pages of an owner."""
        self.free += pages
        self.held[owner] -= pages
        batches = self.batches[owner]
        while pages:
            if batches[0][1] > pages:
                batches[0][1] -= pages
                break
            pages -= batches.popleft()[1]
        if not batches:
            del self.batches[owner], self.held[owner]

    def oldest(self, passed_over: Container[str]) -> tuple[str, int]:
        """Return whose pages are the oldest, and how many of them are older than anybody else's; ("", 0) for none.

        Of pages that are equally old, those of the owner that came first to the node are taken first.
        """
        found, first, second = "", 0, 0
        for owner, batches in self.batches.items():
            if owner in passed_over:
                continue
            age = batches[0][0]
            if not found or age < first:
                found, first, second = owner, age, (first if found else -1)
            elif second < 0 or age < second:
                second = age
        if not found:
            return "", 0
        return found, self.held[found] if second < 0 else self._until(found, second)

    def _until(self, owner: str, tick: int) -> int:
        """Return how many pages of the owner came before the tick; at least its oldest batch."""
        batches = self.batches[owner]
        pages = 0
        for age, count in batches:
            if pages and age >= tick:
                break
            pages += count
        return pages
