"""Report what readers can see of a change, as JSON-ready values."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from viz.kernel.nodemask import NUMA_NO_NODE
from viz.kernel.rules.meaning import rule
from viz.kernel.versions import POSTED, Protocol, Version
from viz.readers.model import Change, View, verdict
from viz.readers.orders import WrongChain, one_target, read_order
from viz.readers.outcomes import Outcomes, grades
from viz.readers.schedules import MAX_STORES, schedules
from viz.readers.several import outcomes_of
from viz.readers.walks import Lister


def reader_report(change: Change, protocol: Protocol, program_order: bool = False) -> dict[str, Any]:
    """Return what readers can see of the change from every start node, JSON-ready.

    {"protocol", "starts": [{"start", "walks": [{"seen", "verdict"}], "verdicts": {name: "never" | "sometimes" |
    "always"}}]}. Walks are sorted by length, then ids. If there are more walks than are listed, the start also has
    "truncated", their "number" (None if counting takes too long), and "witnesses", a shortest walk for every verdict.
    """
    outcomes = outcomes_of(View(change, protocol, program_order))
    lister = Lister(outcomes)
    return {"protocol": protocol, "starts": [_start(outcomes, lister, start) for start in sorted(change.old)]}


def _start(outcomes: Outcomes, lister: Lister, start: int) -> dict[str, Any]:
    witnesses = outcomes.witnesses(start)
    first, number = lister.walks(start)
    walks = [{"seen": list(walk), "verdict": verdict(outcomes.view.change, walk)} for walk in first]
    report = {"start": start, "walks": walks, "verdicts": grades(witnesses)}
    if number == len(first):
        return report
    shortest = {name: list(walk) for name, walk in witnesses.items()}
    return {**report, "truncated": True, "number": number, "witnesses": shortest}


def witnesses(change: Change, protocol: Protocol, program_order: bool = False) -> dict[int, dict[str, tuple[int, ...]]]:
    """Return a shortest walk for every possible verdict, by start node.

    This is fast, because it neither lists nor counts the walks.
    """
    outcomes = outcomes_of(View(change, protocol, program_order))
    return {start: outcomes.witnesses(start) for start in sorted(change.old)}


def schedule_counts(change: Change, protocol: Protocol, program_order: bool = False) -> dict[str, int] | None:
    """Return how many schedules lead to each verdict; None for plain reads, or if the writer could store too often."""
    most = 2 * len(change.old) * change.rebuilds if not change.several else sum(map(len, change.stores(protocol)))
    countable = not change.plain and most <= MAX_STORES
    return dict(schedules(change, protocol, program_order)) if countable else None


def change_of(old: str, new: str, version: Version = POSTED) -> Change:
    """Return the change from one order to another, each written in one of the forms that read_order() reads.

    The version says whether a node may have several targets; beside that, only its rules for readers are used.

    Raise WrongChain if a text is no such order, or if neither names a node.
    """
    before, after = read_order(old), read_order(new)
    nodes = sorted(set(before) | set(after))
    if not nodes:
        raise WrongChain("neither order names a node; write a chain as 0>1>2")
    if version.one_target:
        one, other = one_target(before), one_target(after)
        orders = [{node: order.get(node, NUMA_NO_NODE) for node in nodes} for order in (one, other)]
        return by_rules(Change(orders[0], orders[1]), version)
    sets = [{node: tuple(order.get(node, ())) for node in nodes} for order in (before, after)]
    return by_rules(Change(sets[0], sets[1]), version)


def by_rules(change: Change, version: Version) -> Change:
    """Return a change with a version's rules for readers: whether reads are plain, and how often the order is built."""
    return replace(change, plain=rule(version, "read") == "plain", rebuilds=int(rule(version, "rebuilds") or 1))
