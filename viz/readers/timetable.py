"""Find one schedule for a walk: when each store becomes visible, and between which stores the reader reads.

For example A > B > C becomes A > C > B under the barrier protocol, and a walk from B makes a cycle. The reader reads B
before its disable is visible, and C once its new target is visible:

    reads B: C
    the disable of A, B, C
    smp_wmb()
    the new target of C
    reads C: B
    the new target of A
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from typing import Literal, NamedTuple

from viz.readers.model import Entry, Section, Store, View, Walk, members

Kind = Literal["store", "barrier", "starts", "ends", "again", "read"]


class Moment(NamedTuple):
    """One event of a schedule: a store becomes visible, a barrier, a grace period starts or ends, or a read.

    "again" is the moment at which a second build begins.
    """

    kind: Kind
    node: int = -1
    value: Entry = -1
    stretch: int = 0
    """For a store: the number of barriers before it. Stores of the same stretch may become visible in any order."""


class Read(NamedTuple):
    """A load of a node's entry that gives `value`, because exactly `stores` of the stores to that entry are visible."""

    node: int
    value: int
    stores: int
    progress: int
    """The least progress of the writer at which the load can give the value.

    In program order, progress is the number of visible stores, else the number of barriers that the writer has passed.
    """


def timetable(view: View, walk: Walk) -> list[Moment]:
    """Return a schedule in which a reader makes exactly this walk, and each store becomes visible as late as possible.

    Raise ValueError if no reader can make the walk. Raise it for plain reads, too, because they have no order to show.
    """
    if view.change.plain:
        raise ValueError("plain reads have no order")
    for section in view.initial_knowledge:
        reads = _reads(view, walk, section)
        if reads is not None:
            return list(_Writer(view).schedule(reads))
    raise ValueError(f"no walker can see {walk}")


def _reads(view: View, walk: Walk, section: Section) -> list[Read] | None:
    """Return the loads of a walk, each at the least progress that the section and the loads before it allow.

    Return None if no reader can make the walk in that section.
    """
    progress, reads = section.at_least, []
    for node, value in pairwise(walk):
        for stores, span in enumerate(view.spans[node]):
            if value in members(span.value) and max(progress, span.first) <= min(span.last, section.at_most):
                progress = max(progress, span.first)
                reads.append(Read(node, value, stores, progress))
                break
        else:
            return None
    return reads


class _Writer:
    """A writer that makes a store visible only for a read, and passes a barrier only for a store or a read."""

    def __init__(self, view: View) -> None:
        self.program_order = view.program_order
        self.pending = [list(group) for group in view.change.stores(view.protocol)]
        self.builds_before = partial(view.change.builds_before, view.protocol)
        self.barrier: list[Moment] = [Moment("barrier")]
        if view.protocol.startswith("grace"):
            self.barrier = [Moment("starts"), Moment("ends")]
        self.stretch = 0
        self.visible: list[Store] = []

    def schedule(self, reads: list[Read]) -> Iterator[Moment]:
        """Yield the moments of the whole schedule: all reads, stores and barriers, in order."""
        for read in reads:
            yield from self._catch_up(read)
            while [node for node, _ in self.visible].count(read.node) < read.stores:
                yield self._store(next(store for store in self.pending[self.stretch] if store[0] == read.node))
            yield Moment("read", read.node, read.value)
        yield from self._to_stretch(len(self.pending) - 1)
        while self.pending[-1]:
            yield self._store(self.pending[-1][0])

    def _catch_up(self, read: Read) -> Iterator[Moment]:
        """Yield the stores and barriers that bring the writer to the progress that the read needs."""
        if not self.program_order:
            yield from self._to_stretch(read.progress)
        while self.program_order and len(self.visible) < read.progress:
            if not self.pending[self.stretch]:
                yield from self._to_stretch(self.stretch + 1)
            yield self._store(self.pending[self.stretch][0])

    def _to_stretch(self, stretch: int) -> Iterator[Moment]:
        while self.stretch < stretch:
            while self.pending[self.stretch]:
                yield self._store(self.pending[self.stretch][0])
            again = self.builds_before(self.stretch + 1) > self.builds_before(self.stretch)
            yield from [Moment("again")] if again else self.barrier
            self.stretch += 1

    def _store(self, store: Store) -> Moment:
        self.pending[self.stretch].remove(store)
        self.visible.append(store)
        return Moment("store", *store, self.stretch)
