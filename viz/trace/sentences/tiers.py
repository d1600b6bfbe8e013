"""Write the sentences of memory tiers and tier sets."""

from __future__ import annotations

from collections.abc import Callable

from viz.kernel.machine import MEMTIER_ADISTANCE_DRAM
from viz.kernel.memory import nodes_in
from viz.kernel.memory_tiers import MEMTIER_CHUNK_BITS
from viz.kernel.nodemask import NUMA_NO_NODE, NodeMask
from viz.trace.choice_reasons import reason
from viz.trace.model import Trace
from viz.trace.rules import rule, told
from viz.trace.sentences.order import order_sentence
from viz.trace.sentences.words import MAX_NAMES, capital, choice, names

DRAM_TIER = MEMTIER_ADISTANCE_DRAM >> MEMTIER_CHUNK_BITS


def _tiers_begin(trace: Trace, step: int) -> str:
    return (
        "Every node with memory goes into a tier by its abstract distance, in chunks of 128; DRAM is 576. "
        f"Then each looks for itself in the next slower tier. There are no passes.{told(trace, of_lists=False)}"
    )


def _tier_changes(trace: Trace, step: int, node: int, joins: bool) -> str:
    change = "has memory now and goes into its tier" if joins else "has no memory any more and leaves its tier"
    return f"Node {node} {change}. Then every node with memory looks anew in the next slower tier."


def _classes_begin(trace: Trace, step: int) -> str:
    begins = "Every node with memory is to get all nodes of the next slower class as targets; the best is preferred."
    return f"{begins}{told(trace, of_lists=False)}"


def _memtier(trace: Trace, step: int, array: str, node: int, value: int) -> str:
    if value == NUMA_NO_NODE:
        preferred = trace.at(f"preferred[{node}]", step)
        stale = (
            f" preferred[{node}] = {preferred} is left behind: only nodes with memory are looked at."
            if preferred
            else ""
        )
        return f"{array}[{node}] = -1: node {node} is in no tier.{stale}"
    is_slower = DRAM_TIER < value < 2**31  # a larger id stands for a negative number
    speed = "the tier of DRAM" if value == DRAM_TIER else "slower than DRAM" if is_slower else "faster than DRAM"
    return f"{array}[{node}] = {value}: node {node} is in tier {value}, {speed}."


def _preferred(trace: Trace, step: int, array: str, node: int, value: str) -> str:
    nodes = nodes_in(value)
    if not nodes:
        before = trace.at(f"{array}[{node}]", step - 1) if step else ""
        was = f"It was {before}." if before else "It had none."
        return f"{array}[{node}] is emptied: node {node} has no target. {was}"
    if len(nodes) == 1:
        return f"{array}[{node}] = {value}: cold pages of node {node} go to node {value} first."
    before = trace.at(f"{array}[{node}]", step - 1)
    new = next(iter(NodeMask(nodes) - NodeMask(nodes_in(before))))
    too = f"node {new} is as far as the first, so it is preferred, too"
    if (targets := rule(trace, "targets")) == "next-class" or rule(trace, "further") == "gt":
        why = "is in the next slower tier" if targets == "next-class" else "is no farther than the first"
        too = f"node {new} {why}, so it is preferred, too"
    return f"{array}[{node}] = {value}: {too}. A reader draws one of them at random, each time anew."


def _lower_tier_mask(trace: Trace, step: int, array: str, node: int, value: str) -> str:
    if value:
        return (
            f"{array}[{node}] = {value}: all slower tiers, where pages of node {node} go if no preferred node has room."
        )
    if trace.at("toptier", step):
        return f"{array}[{node}] is empty: no tier is slower than that of node {node}."
    return f"{array}[{node}] is emptied: nothing is demoted from node {node} until it is set again."


def _search_begins(trace: Trace, step: int, node: int, candidates: str) -> str:
    if not candidates:
        return f"Node {node} has nobody in a next slower tier to look among."
    among = names(NodeMask.parse(candidates))
    return f"Node {node} looks for its nearest in the next slower tier, among {among}. Nobody else's choice matters."


def _tier_scan(trace: Trace, step: int, node: int, best: int) -> str:
    rows, _ = trace.at("scores", step)
    return f"{capital(reason(node, rows, rule(trace, 'tie'), 'in the next slower tier'))}."


def _not_preferred(trace: Trace, step: int, node: int, candidate: int, distance: int, best: int) -> str:
    if rule(trace, "targets") == "one":
        return f"Node {candidate} at {distance} comes second, and a node prefers one node alone: the search ends here."
    if distance > best:
        return f"Node {candidate} at {distance} is farther than {best}, so the search of node {node} ends here."
    return (
        f"Node {candidate} at {distance} is nearer than the first at {best}, but only an equal distance counts: "
        f"the search of node {node} ends here."
    )


def _preferred_done(trace: Trace, step: int, node: int) -> str:
    targets = trace.targets(step)[node]
    if not targets:
        return f"{node} → stop: there is nowhere slower to demote to, so cold pages of node {node} stay."
    return (
        f"{node} → {choice(targets)}{': preferred' if trace.arrays[0] == 'preferred' else ''}, whatever others chose."
    )


def _top_tier(trace: Trace, step: int, tier: int, toptier: str) -> str:
    if not NodeMask.parse(trace.at("N_CPU", step)) & NodeMask.parse(trace.at("N_MEMORY", step)):
        return f"No tier has CPUs, so tier {tier} stays the slowest that counts as fast."
    return f"Tier {tier} is the slowest with CPUs: it and all faster ones count as fast, and are promoted to."


def _complete(trace: Trace, step: int) -> str:
    return f"Every node has searched for itself, and nothing is left to do. {order_sentence(trace, step, [])}"


def _target_set(trace: Trace, step: int, array: str, node: int, value: str) -> str:
    nodes = nodes_in(value)
    if not nodes:
        return f"{array}[{node}] is emptied: node {node} has no target."
    return f"{array}[{node}] = {value}: node {node} may demote to {choice(nodes)}, best first."


def _best(trace: Trace, step: int, array: str, node: int, value: int) -> str:
    if value == NUMA_NO_NODE:
        return f"{array}[{node}] = -1: node {node} prefers nobody."
    return f"{array}[{node}] = {value}: node {value} is tried first."


def _costs(trace: Trace, step: int, node: int, costs: tuple[tuple[int, int, bool], ...]) -> str:
    parts = [
        f"{n} at {far} {'in another socket' if crosses else 'in its own'}" for n, far, crosses in costs[:MAX_NAMES]
    ]
    more = f" and {len(costs) - MAX_NAMES} more" if len(costs) > MAX_NAMES else ""
    return f"What a move from node {node} costs: {', '.join(parts)}{more}."


STORES: dict[tuple[str, type], Callable[..., str]] = {
    ("memtier", int): _memtier,
    ("preferred", str): _preferred,
    ("lower_tier_mask", str): _lower_tier_mask,
    ("target_set", str): _target_set,
    ("preferred", int): _best,
}
SENTENCES: dict[str, Callable[..., str]] = {
    "TiersBegin": _tiers_begin,
    "TierChanges": _tier_changes,
    "ClassesBegin": _classes_begin,
    "SearchBegins": _search_begins,
    "TierScan": _tier_scan,
    "ClassScan": _tier_scan,
    "NotPreferred": _not_preferred,
    "PreferredDone": _preferred_done,
    "TopTier": _top_tier,
    "Costs": _costs,
    "TiersComplete": _complete,
    "ClassesComplete": _complete,
}
