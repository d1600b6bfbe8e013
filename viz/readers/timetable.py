"""One schedule for a walk: which store becomes visible when, and between which of them the walker reads.

reads B: C                     A > B > C becomes A > C > B, and behind smp_wmb() a walk from B goes round:
the disable of A, B, C         it reads B before its disable is visible, and C once its new target is
smp_wmb()
the new target of C
reads C: B
the new target of A
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Literal, NamedTuple

from viz.readers.model import Section, Store, View, Walk

Kind = Literal["store", "barrier", "starts", "ends", "read"]


class Moment(NamedTuple):
    """What happens next: a store becomes visible, a barrier stands, a grace period starts or ends, or a read."""

    kind: Kind
    node: int = -1
    value: int = -1
    stretch: int = 0
    """Of a store: how many barriers were before it. Those of one stretch may become visible in any order."""


class Read(NamedTuple):
    """A load that is to give what its node's entry holds once `stores` stores to it are visible, not before `at`."""

    node: int
    value: int
    stores: int
    at: int


def timetable(view: View, walk: Walk) -> list[Moment]:
    """A schedule that lets a walker see exactly that, each store as late as may be; ValueError if there is none."""
    for section in view.start:
        reads = _reads(view, walk, section)
        if reads is not None:
            return list(_Writer(view).serve(reads))
    raise ValueError(f"no walker can see {walk}")


def _reads(view: View, walk: Walk, section: Section) -> list[Read] | None:
    """The loads of a walk, each as early as its section and the loads before it allow."""
    at, reads = section.at, []
    for node, value in pairwise(walk):
        for stores, span in enumerate(view.spans[node]):
            if span.value == value and max(at, span.first) <= min(span.last, section.most):
                at = max(at, span.first)
                reads.append(Read(node, value, stores, at))
                break
        else:
            return None
    return reads


class _Writer:
    """Lets stores become visible when a read needs them, and what stands between them when a store does."""

    def __init__(self, view: View) -> None:
        self.program_order = view.program_order
        self.left = [list(group) for group in view.change.stores(view.protocol)]
        self.between: list[Moment] = [Moment("barrier")]
        if view.protocol.startswith("grace"):
            self.between = [Moment("starts"), Moment("ends")]
        self.stretch = 0
        self.visible: list[Store] = []

    def serve(self, reads: list[Read]) -> Iterator[Moment]:
        """The moments up to the last store, with all of the reads among them."""
        for read in reads:
            yield from self._catch_up(read)
            while [node for node, _ in self.visible].count(read.node) < read.stores:
                yield self._store(next(store for store in self.left[self.stretch] if store[0] == read.node))
            yield Moment("read", read.node, read.value)
        yield from self._to_stretch(len(self.left) - 1)
        while self.left[-1]:
            yield self._store(self.left[-1][0])

    def _catch_up(self, read: Read) -> Iterator[Moment]:
        """All that must have happened by the read's progress; read View for what progress counts."""
        if not self.program_order:
            yield from self._to_stretch(read.at)
        while self.program_order and len(self.visible) < read.at:
            if not self.left[self.stretch]:
                yield from self._to_stretch(self.stretch + 1)
            yield self._store(self.left[self.stretch][0])

    def _to_stretch(self, stretch: int) -> Iterator[Moment]:
        while self.stretch < stretch:
            while self.left[self.stretch]:
                yield self._store(self.left[self.stretch][0])
            yield from self.between
            self.stretch += 1

    def _store(self, store: Store) -> Moment:
        self.left[self.stretch].remove(store)
        self.visible.append(store)
        return Moment("store", *store, self.stretch)
