"""Compute what readers who take no lock can see while the demotion order changes.

A reader starts at a node and goes where node_demotion[] sends it. It does one load for each hop, until it reads
NUMA_NO_NODE or a node that it has already visited. Meanwhile a writer replaces the old order by the new one,
under one of five protocols:

    in-place      only the entries that change are stored
    no-barrier    all entries are disabled, the new targets are stored                   no kernel
    barrier       all entries are disabled, smp_wmb(), the new targets are stored      patch 02/10
    grace-walk    as barrier, but with synchronize_rcu(); one read-side section contains the whole walk
    grace-hop     as grace-walk, but each hop has a read-side section of its own       patch 03/10, v5.15

Stores between two barriers become visible in any order or, if View.program_order is True, in program order: by
ascending node id. Two stores to the same entry never change places.

The module does not list schedules. The writer's progress is a number, and every value of an entry can be seen during
a span of that progress. The value of a load only tells the reader how far the writer must have come at least. So it is
enough to search over pairs of a node and what the reader knows of the progress.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from viz.kernel.nodemask import NUMA_NO_NODE
from viz.kernel.versions import Protocol

Entry = int | tuple[int, ...]
"""An entry of the array: a node's target or NUMA_NO_NODE or, under a kernel with several targets, all of them."""
Order = Mapping[int, Entry]
"""The entry of each node."""
Walk = tuple[int, ...]
"""The start node of a reader, then every value that the reader loaded."""
Store = tuple[int, Entry]
"""A node and the value that is stored to its entry."""


def members(entry: Entry) -> tuple[int, ...]:
    """Return what a read of an entry can give: its target or one of its targets, or NUMA_NO_NODE if it has none."""
    return (entry,) if isinstance(entry, int) else entry or (NUMA_NO_NODE,)


class Span(NamedTuple):
    """A value of an entry, and the writer's progress during which it can be seen: `first` to `last`, both included."""

    value: Entry
    first: int
    last: int


class Section(NamedTuple):
    """A range, both ends included, that the writer's progress is in while the reader is in its read-side section."""

    at_least: int
    at_most: int


Knowledge = tuple[Section, ...]
"""What a reader knows of the writer's progress: that it is in one of these ranges."""


@dataclass(frozen=True)
class Change:
    """An old order and the new one that replaces it; both have an entry for every node."""

    old: Order
    new: Order
    written: bool = True
    """False if the writer stores nothing at all, not even a disable."""
    rebuilds: int = 1
    """The number of times that the new order is built; a second build gives the same order again."""
    plain: bool = False
    """Whether readers use plain reads, which a compiler may move to anywhere in the walk."""
    spared: frozenset[int] = frozenset()
    """The nodes whose entries the writer does not store to: kernels from 6.1 on leave out nodes without memory."""

    @property
    def several(self) -> bool:
        """Return whether an entry can have several targets, of which a reader draws one at random."""
        return any(isinstance(entry, tuple) for order in (self.old, self.new) for entry in order.values())

    def stores(self, protocol: Protocol) -> list[list[Store]]:
        """Return the writer's stores in program order, as lists with a barrier between one list and the next.

        A second build sees all stores of the first build, because both builds take the same lock.
        """
        once = self._stores_of_one_build(protocol)
        return once if protocol == "in-place" or not self.written else once * self.rebuilds

    def builds_before(self, protocol: Protocol, group: int) -> int:
        """Return how many builds are over when list number `group` of stores() begins."""
        return group // len(self._stores_of_one_build(protocol))

    def _stores_of_one_build(self, protocol: Protocol) -> list[list[Store]]:
        if not self.written:
            return [[]]
        nodes = sorted(self.old.keys() - self.spared)
        if protocol == "in-place":
            return [[(n, self.new[n]) for n in nodes if self.new[n] != self.old[n]]]
        targets = [(n, entry) for n in nodes for entry in _built(self.new[n])]
        disables: list[Store] = [(n, () if self.several else NUMA_NO_NODE) for n in nodes]
        return [disables + targets] if protocol == "no-barrier" else [disables, targets]


def _built(entry: Entry) -> list[Entry]:
    """Return the values that a new entry takes one after the other: several targets are added one by one."""
    if isinstance(entry, int):
        return [entry] if entry != NUMA_NO_NODE else []
    return [entry[:count] for count in range(1, len(entry) + 1)]


class View:
    """The view that readers have of a change under one protocol.

    If `program_order` is True, stores between two barriers become visible in program order, otherwise in any order.
    """

    def __init__(self, change: Change, protocol: Protocol, program_order: bool = False) -> None:
        self.change = change
        self.protocol = protocol
        self.program_order = program_order
        stores = change.stores(protocol)
        self.spans = _spans_in_program_order(change, stores) if program_order else _spans(change, stores)
        end = sum(map(len, stores)) if program_order else len(stores) - 1
        self.initial_knowledge: Knowledge = (Section(0, end),)
        if protocol == "grace-walk" and change.written:
            # A grace period waits for every section that began before it. A section that begins later sees every
            # disable. So no section is on both sides of a grace period, which stands before every second list.
            graces = [sum(map(len, stores[:i])) if program_order else i for i in range(1, len(stores), 2)]
            parts = pairwise((0, *graces, end + (not program_order)))
            self.initial_knowledge = tuple(Section(first, last - (not program_order)) for first, last in parts)

    def loads(self, node: int, knowledge: Knowledge) -> dict[int, Knowledge]:
        """Return the values that a load of the node's entry can give, each with what the reader knows after it.

        `knowledge` is what the reader knows before the load. The values are in ascending order. After a plain
        read the reader knows nothing more, since a compiler may have moved it before an earlier read.
        """
        possible: dict[int, dict[int, Section]] = {}
        for section in knowledge:
            for entry, first, last in self.spans[node]:
                at_least = max(section.at_least, first)
                for value in members(entry) if at_least <= min(last, section.at_most) else ():
                    by_end = possible.setdefault(value, {})
                    if section.at_most not in by_end or at_least < by_end[section.at_most].at_least:
                        learned = section if self.change.plain else Section(at_least, section.at_most)
                        by_end[section.at_most] = learned
        return {value: tuple(possible[value].values()) for value in sorted(possible)}

    def follow(self, walk: Walk) -> Knowledge:
        """Return what a reader knows after this walk, or an empty tuple if no reader can make it."""
        knowledge = self.initial_knowledge
        for node, value in pairwise(walk):
            knowledge = self.loads(node, knowledge).get(value, ())
        return knowledge


def _spans(change: Change, stores: list[list[Store]]) -> dict[int, list[Span]]:
    """Return the spans of each node's entry, where progress is the number of barriers that the writer has passed.

    Until the writer passes the next barrier, a store may be visible or not.
    """
    spans = {node: [Span(value, 0, len(stores) - 1)] for node, value in change.old.items()}
    for barriers, group in enumerate(stores):
        _overwrite(spans, [(barriers, barriers, store) for store in group], len(stores) - 1)
    return spans


def _spans_in_program_order(change: Change, stores: list[list[Store]]) -> dict[int, list[Span]]:
    """Return the spans of each node's entry, where progress is the number of stores that are visible."""
    history = [store for group in stores for store in group]
    spans = {node: [Span(value, 0, len(history))] for node, value in change.old.items()}
    _overwrite(spans, [(visible, visible + 1, store) for visible, store in enumerate(history)], len(history))
    return spans


def _overwrite(spans: dict[int, list[Span]], stores: list[tuple[int, int, Store]], end: int) -> None:
    """Add the span of each stored value, and end the span of the value that it replaces.

    An item of `stores` is (the last progress at which the old value can be seen, the first progress at which the new
    value can be seen, the store).
    """
    for last, first, (node, value) in stores:
        spans[node][-1] = spans[node][-1]._replace(last=last)
        spans[node].append(Span(value, first, end))


def chain(order: Order, start: int) -> Walk:
    """Return the walk from `start` through an unchanging order, up to NUMA_NO_NODE or a node visited before.

    Of several targets the walk takes the first.
    """
    walk = [start]
    while walk[-1] != NUMA_NO_NODE and walk[-1] not in walk[:-1]:
        walk.append(members(order[walk[-1]])[0])
    return tuple(walk)


def follows(order: Order, walk: Walk) -> bool:
    """Return whether each read of a walk gives what the order holds."""
    return all(value in members(order[node]) for node, value in pairwise(walk))


VERDICTS = ("cycle", "mixed", "same", "old", "new", "cut")
"""Every verdict on a walk. If several fit, the first in this order counts."""


def verdict(change: Change, walk: Walk) -> str:
    """Return the verdict on a finished walk; viz.readers.report_text.MEANINGS says what each one means."""
    if walk[-1] != NUMA_NO_NODE:
        return "cycle"
    if {"old", "new"} <= set(edges(change, walk)):
        return "mixed"
    is_old, is_new = (follows(order, walk) for order in (change.old, change.new))
    if is_old or is_new:
        return "same" if is_old and is_new else "old" if is_old else "new"
    return "cut"


def edges(change: Change, walk: Walk) -> Iterator[str]:
    """Yield for each hop from node to node which order has it: "old", "new" or "both"."""
    for node, value in pairwise(walk):
        if value != NUMA_NO_NODE:
            in_old, in_new = (value in members(order[node]) for order in (change.old, change.new))
            yield "both" if in_old and in_new else "old" if in_old else "new"
