"""Report what readers can see of a change, as JSON-ready values."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from viz.kernel.nodemask import MAX_NUMNODES, NUMA_NO_NODE
from viz.kernel.rules.meaning import rule
from viz.kernel.versions import POSTED, Protocol, Version
from viz.readers.model import Change, View, verdict
from viz.readers.outcomes import Outcomes, grades
from viz.readers.schedules import MAX_NODES, schedules
from viz.readers.walks import Lister


class WrongChain(ValueError):
    """The error that a text is no list of chains, or gives a node two targets; its message is one line."""


def reader_report(change: Change, protocol: Protocol, program_order: bool = False) -> dict[str, Any]:
    """Return what readers can see of the change from every start node, JSON-ready.

    {"protocol", "starts": [{"start", "walks": [{"seen", "verdict"}], "verdicts": {name: "never" | "sometimes" |
    "always"}}]}. Walks are sorted by length, then ids. If there are more walks than are listed, the start also has
    "truncated", their "number" (None if counting takes too long), and "witnesses", a shortest walk for every verdict.
    """
    outcomes = Outcomes(View(change, protocol, program_order))
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
    outcomes = Outcomes(View(change, protocol, program_order))
    return {start: outcomes.witnesses(start) for start in sorted(change.old)}


def schedule_counts(change: Change, protocol: Protocol, program_order: bool = False) -> dict[str, int] | None:
    """Return how many schedules lead to each verdict; None for plain reads, or for more than MAX_NODES nodes in all."""
    countable = not change.plain and len(change.old) * change.rebuilds <= MAX_NODES
    return dict(schedules(change, protocol, program_order)) if countable else None


def change_of(old: str, new: str, version: Version = POSTED) -> Change:
    """Return the change from one order to another, each written as chains: "0>1>2,3>4".

    From the version only the rules for readers are used.

    Raise WrongChain if a text is not such a list, or if neither names a node.
    """
    before, after = _targets(old), _targets(new)
    nodes = sorted(set(before) | set(after))
    if not nodes:
        raise WrongChain("neither order names a node; write a chain as 0>1>2")
    orders = [{node: order.get(node, NUMA_NO_NODE) for node in nodes} for order in (before, after)]
    return by_rules(Change(orders[0], orders[1]), version)


def by_rules(change: Change, version: Version) -> Change:
    """Return a change with a version's rules for readers: whether reads are plain, and how often the order is built."""
    return replace(change, plain=rule(version, "read") == "plain", rebuilds=int(rule(version, "rebuilds") or 1))


def _targets(text: str) -> dict[int, int]:
    targets: dict[int, int] = {}
    for part in text.split(",") if text.strip() else []:
        chain = [_node(word, part) for word in part.split(">")]
        for node, target in zip(chain, [*chain[1:], NUMA_NO_NODE], strict=True):
            known = targets.get(node, NUMA_NO_NODE)
            if NUMA_NO_NODE not in (known, target) and known != target:
                raise WrongChain(f"node {node} has two targets, {known} and {target}; it can have one")
            targets[node] = target if known == NUMA_NO_NODE else known
    return targets


def _node(word: str, part: str) -> int:
    word = word.strip()
    if not (word.isascii() and word.isdigit() and len(word) <= 4 and int(word) < MAX_NUMNODES):
        raise WrongChain(f"{part.strip()[:40]!r} is no chain of node ids from 0 to {MAX_NUMNODES - 1}, such as 0>1>2")
    return int(word)
