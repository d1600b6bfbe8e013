"""What readers who take no lock can see while the order changes: a function of the stores and the barriers.

A walker starts at a node and goes where node_demotion[] sends it, with one load a hop, until it reads
NUMA_NO_NODE or a node where it has been before. Meanwhile a writer turns the old order into the new one:

    in-place      the entries that change are stored, and nothing else is done
    barrier       all entries are disabled, smp_wmb(), the new targets are stored      patch 02/10
    grace-walk    the same with synchronize_rcu(), and one read-side section holds the whole walk
    grace-hop     the same, and each hop has a section of its own                      patch 03/10, v5.15

Stores between two barriers may become visible in any order, or in program order: by ascending id.

No schedule is listed. Every value of an entry can be seen for a *span* of the writer's progress, and a load only
ever says how far the writer must have come at least. So a node and that progress are all there is to search.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from viz.kernel.nodemask import NUMA_NO_NODE
from viz.kernel.versions import Protocol

Order = Mapping[int, int]
"""The one target of each node, NUMA_NO_NODE where it has none."""
Walk = tuple[int, ...]
"""What a walker has seen: the start, then every value it loaded."""
Store = tuple[int, int]
"""A node and the value that its entry is set to."""


class Span(NamedTuple):
    """`value` can be seen while the writer's progress is between `first` and `last`, both included."""

    value: int
    first: int
    last: int


class Section(NamedTuple):
    """A walker that knows the progress to be at least `at`, in a section that ends before it exceeds `most`."""

    at: int
    most: int


Knowledge = tuple[Section, ...]
"""Where the walker may be in the writer's progress: in any of these sections."""


@dataclass(frozen=True)
class Change:
    """An old order and the new one that replaces it; both have an entry for every node."""

    old: Order
    new: Order
    written: bool = True
    """False: nothing is stored at all, not even a disable."""

    def stores(self, protocol: Protocol) -> list[list[Store]]:
        """What the writer stores, in program order; a barrier stands between the lists."""
        if not self.written:
            return [[]]
        nodes = sorted(self.old)
        if protocol == "in-place":
            return [[(n, self.new[n]) for n in nodes if self.new[n] != self.old[n]]]
        targets = [(n, self.new[n]) for n in nodes if self.new[n] != NUMA_NO_NODE]
        return [[(n, NUMA_NO_NODE) for n in nodes], targets]


class View:
    """What can be seen of a change under one protocol."""

    def __init__(self, change: Change, protocol: Protocol, program_order: bool = False) -> None:
        self.change = change
        self.protocol = protocol
        self.program_order = program_order
        stores = change.stores(protocol)
        self.spans = _spans_in_program_order(change, stores) if program_order else _spans(change, stores)
        grace = len(stores[0]) if program_order else 1
        end = sum(map(len, stores)) if program_order else len(stores) - 1
        self.start: Knowledge = (Section(0, end),)
        if protocol == "grace-walk" and change.written:
            # A section entered before the grace period holds it up; one entered later sees every entry disabled.
            self.start = (Section(0, grace - (not program_order)), Section(grace, end))

    def hop(self, node: int, known: Knowledge) -> dict[int, Knowledge]:
        """Every value that a load of the node's entry can give, and what the walker then knows; values ascend."""
        seen: dict[int, dict[int, Section]] = {}
        for section in known:
            for value, first, last in self.spans[node]:
                at = max(section.at, first)
                if at <= min(last, section.most):
                    earliest = seen.setdefault(value, {})
                    if section.most not in earliest or at < earliest[section.most].at:
                        earliest[section.most] = Section(at, section.most)
        return {value: tuple(seen[value].values()) for value in sorted(seen)}

    def follow(self, walk: Walk) -> Knowledge:
        """What a walker knows that has seen all this; nothing if it cannot have."""
        known = self.start
        for node, value in pairwise(walk):
            known = self.hop(node, known).get(value, ())
        return known


def _spans(change: Change, stores: list[list[Store]]) -> dict[int, list[Span]]:
    """Progress is the number of barriers passed: until the next one, a store of this stretch may be visible or not."""
    spans = {node: [Span(value, 0, len(stores) - 1)] for node, value in change.old.items()}
    for stretch, group in enumerate(stores):
        _overwrite(spans, [(stretch, stretch, store) for store in group], len(stores) - 1)
    return spans


def _spans_in_program_order(change: Change, stores: list[list[Store]]) -> dict[int, list[Span]]:
    """Progress is the number of stores that are visible."""
    history = [store for group in stores for store in group]
    spans = {node: [Span(value, 0, len(history))] for node, value in change.old.items()}
    _overwrite(spans, [(done, done + 1, store) for done, store in enumerate(history)], len(history))
    return spans


def _overwrite(spans: dict[int, list[Span]], stores: list[tuple[int, int, Store]], end: int) -> None:
    for last, first, (node, value) in stores:
        spans[node][-1] = spans[node][-1]._replace(last=last)
        spans[node].append(Span(value, first, end))


def chain(order: Order, start: int) -> Walk:
    """The walk through an order that nobody changes, until it ends in NUMA_NO_NODE or in a node met before."""
    walk = [start]
    while walk[-1] != NUMA_NO_NODE and walk[-1] not in walk[:-1]:
        walk.append(order[walk[-1]])
    return tuple(walk)


VERDICTS = ("cycle", "mixed", "same", "old", "new", "cut")
"""What a walk can be, as its reader would call it; the first that fits."""


def verdict(change: Change, walk: Walk) -> str:
    """What a finished walk is: a cycle, a mixture of both orders, one of them or both, or cut short."""
    if walk[-1] != NUMA_NO_NODE:
        return "cycle"
    if {"old", "new"} <= set(edges(change, walk)):
        return "mixed"
    is_old, is_new = (walk == chain(order, walk[0]) for order in (change.old, change.new))
    if is_old or is_new:
        return "same" if is_old and is_new else "old" if is_old else "new"
    return "cut"


def edges(change: Change, walk: Walk) -> Iterator[str]:
    """For each hop from node to node, which order has it: "old", "new" or "both"."""
    for node, value in pairwise(walk):
        if value != NUMA_NO_NODE:
            in_old, in_new = change.old[node] == value, change.new[node] == value
            yield "both" if in_old and in_new else "old" if in_old else "new"
