"""narrate(): one sentence for every step, saying what happened and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from viz.kernel.nodemask import NUMA_NO_NODE, NodeMask
from viz.trace.model import Signal, Trace
from viz.trace.verdict import reason, spared

MOST_NAMES = 8


def narrate(trace: Trace) -> Signal:
    """The sentence of every step, as a signal."""
    sentences = [sentence(trace, step) for step in range(trace.length)]
    kept = [step for step in range(trace.length) if not step or sentences[step] != sentences[step - 1]]
    return Signal(tuple(kept), tuple(sentences[step] for step in kept))


def sentence(trace: Trace, step: int) -> str:
    """What the operation of that step did, and why."""
    operation, *fields = trace.at("operation", step)
    return TELLERS[operation](trace, step, *fields)


def names(nodes: Iterable[int]) -> str:
    """ "0", "0 and 3", "0, 3 and 5", or the first few and how many more."""
    ids = [str(node) for node in nodes]
    if len(ids) > MOST_NAMES:
        return f"{', '.join(ids[: MOST_NAMES - 1])} and {len(ids) - MOST_NAMES + 1} more"
    return " and ".join([", ".join(ids[:-1]), ids[-1]] if len(ids) > 1 else ids)


def count(number: int, noun: str) -> str:
    """ "1 node", "2 nodes"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def chains(trace: Trace, step: int) -> list[list[int]]:
    """The chains as stored at that step, each from a node with CPUs to its end, longest first."""
    targets = trace.cells("node_demotion", step)
    found = []
    for start in NodeMask.parse(trace.at("N_CPU", step)):
        chain = [start]
        while (target := targets[chain[-1]]) != NUMA_NO_NODE and target not in chain:
            chain.append(target)
        found.append(chain)
    return sorted(found, key=lambda chain: -len(chain))


# The chapter of the zonelists


def _zonelists_begin(trace: Trace, step: int) -> str:
    when = (
        "At boot no CPU is up yet, so no node pays for having CPUs."
        if trace.zonelists == "boot"
        else "All CPUs are up, so a node pays one unit of distance for having some."
    )
    return f"node_load[] is set to zero, then each node gets its fallback order, lowest id first. {when}"


def _zonelist_built(trace: Trace, step: int, owner: int, charged: Sequence[tuple[int, int]]) -> str:
    ids, more = trace.at("zonelist", step)
    listed = ", ".join(map(str, ids[: 2 * MOST_NAMES]))
    more += max(0, len(ids) - 2 * MOST_NAMES)
    order = f"Node {owner} falls back to {listed}{f' and {more} more' if more else ''}, nearest first."
    if not ids:
        order = f"Node {owner} has no list: no node has memory."
    elif owner not in NodeMask.parse(trace.at("N_MEMORY", step)):
        stands = "stands first in its own list all the same" if ids[0] == owner else "is left out of its own list"
        order += f" It has no memory and {stands}."
    if not charged:
        return f"{order} Every entry is as far as the one before it, so node_load[] stays as it is."
    loads = ", ".join(f"node_load[{node}] = {load}" for node, load in charged[:MOST_NAMES])
    rest = f" and {len(charged) - MOST_NAMES} more" if len(charged) > MOST_NAMES else ""
    return f"{order} The first node at each new distance is charged: {loads}{rest}."


def _node_load_given(trace: Trace, step: int) -> str:
    return "node_load[] is taken from the topology as it was read from a kernel; no zonelist is built for it."


# The chapter of the order


def _order_begins(trace: Trace, step: int) -> str:
    sources = list(NodeMask.parse(trace.at("N_CPU", step)))
    if not sources:
        return "A new order is to be built, but N_CPU is empty: the passes have nowhere to start."
    return (
        f"A new order is to be built. First every target is taken away, then {names(sources)}, "
        f"the {'node' if len(sources) == 1 else 'nodes'} in N_CPU, will be the first to choose."
    )


def _store(trace: Trace, step: int, array: str, node: int, value: int) -> str:
    if value != NUMA_NO_NODE:
        return f"{array}[{node}] = {value}: from now on cold pages of node {node} move to node {value}."
    before = trace.at(f"{array}[{node}]", step - 1) if step else NUMA_NO_NODE
    was = "It had none." if before == NUMA_NO_NODE else f"It was {before}."
    return f"{array}[{node}] = -1: node {node} has no target until the passes give it one. {was}"


def _load(trace: Trace, step: int, array: str, node: int) -> str:
    value = trace.at(f"{array}[{node}]", step)
    if value == NUMA_NO_NODE:
        return f"{array}[{node}] reads -1: node {node} has no target yet, so it may get one."
    return f"{array}[{node}] reads {value}: node {node} has a target already and gets no other."


def _barrier(trace: Trace, step: int, name: str) -> str:
    if name == "smp_wmb()":
        return (
            "smp_wmb(), a write barrier: whoever sees a new target has seen the old ones go. "
            "Patch 03/10 of the series replaced it by synchronize_rcu(), a grace period."
        )
    return f"{name}, a grace period: the writer waits until every reader that may still hold an old target is done."


def _pass_begins(trace: Trace, step: int, number: int) -> str:
    sources = list(NodeMask.parse(trace.at("this_pass", step)))
    if not sources:
        return f"Pass {number} has no source, because N_CPU is empty: nobody chooses, and nobody gets a target."
    if number == 1:
        return _first_pass(sources, NodeMask(sources) - NodeMask.parse(trace.at("cpus", step)))
    if len(sources) == 1:
        return f"Pass {number}: {sources[0]}, the target of pass {number - 1}, now chooses. next_pass is empty again."
    return (
        f"Pass {number}: {names(sources)}, the targets of pass {number - 1}, now choose in turn. "
        "next_pass is empty again."
    )


def _first_pass(sources: list[int], without: NodeMask) -> str:
    aside = f" N_CPU holds {names(without)}, too, although no CPU is online there." if without else ""
    if len(sources) == 1:
        first = f"Pass 1 starts from the only node in N_CPU: {sources[0]}."
        return f"{first}{aside} It goes into used_targets, so it can never become a target."
    first = f"Pass 1 starts from N_CPU, the nodes with CPUs: {names(sources)}."
    return f"{first}{aside} They go into used_targets, so they can never become targets."


def _source_begins(trace: Trace, step: int, node: int) -> str:
    sources = list(NodeMask.parse(trace.at("this_pass", step)))
    before = sources[: sources.index(node)]
    memoryless = node not in NodeMask.parse(trace.at("N_MEMORY", step))
    aside = " It has no memory of its own, yet it may take a target like any other." if memoryless else ""
    if len(sources) == 1:
        return f"Node {node}, the only source of this pass, looks for a target.{aside}"
    if not before:
        return f"Node {node} looks for a target before all others, because it has the lowest id in this_pass.{aside}"
    had = "has had its turn" if len(before) == 1 else "have had their turn"
    return f"Node {node} looks for a target, now that {names(before)} {had}.{aside}"


def _scan(trace: Trace, step: int, node: int, best: int) -> str:
    rows, _ = trace.at("scores", step)
    if best == NUMA_NO_NODE:
        memory = NodeMask.parse(trace.at("N_MEMORY", step))
        return f"Node {node} finds nobody: " + (
            "every node with memory is in used_targets." if memory else "no node has memory."
        )
    return f"{_capital(reason(node, rows))}.{spared(node, rows)}"


def _taken(trace: Trace, step: int, node: int) -> str:
    return f"Node {node} goes into used_targets at once, so no other source can take it, in this pass or later."


def _source_done(trace: Trace, step: int, node: int, target: int) -> str:
    if target != NUMA_NO_NODE:
        rows, _ = trace.at("scores", step)
        following = trace.at("pass", step) + 1
        return (
            f"{node} → {target}: {reason(node, rows)}. "
            f"Node {target} joins next_pass and will choose in pass {following}."
        )
    if node not in NodeMask.parse(trace.at("N_MEMORY", step)):
        return f"{node} → stop: nobody was left, and node {node} has no memory to demote anyway."
    return f"{node} → stop: nobody was left for node {node}, so its cold pages have nowhere to go."


def _order_complete(trace: Trace, step: int) -> str:
    done = f"next_pass is empty: pass {trace.at('pass', step)} gave nobody a target, so nobody is left to choose."
    longest = [chain for chain in chains(trace, step) if len(chain) > 1]
    if not longest:
        return f"{done} No node has a target."
    told = ", ".join(" → ".join(map(str, chain)) for chain in longest[:3])
    more = f" and {count(len(longest) - 3, 'more chain')}" if len(longest) > 3 else ""
    return f"{done} The order: {told}{more}."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


TELLERS: dict[str, Callable[..., str]] = {
    "ZonelistsBegin": _zonelists_begin,
    "ZonelistBuilt": _zonelist_built,
    "NodeLoadGiven": _node_load_given,
    "OrderBegins": _order_begins,
    "PassBegins": _pass_begins,
    "SourceBegins": _source_begins,
    "Load": _load,
    "Store": _store,
    "Barrier": _barrier,
    "Scan": _scan,
    "Taken": _taken,
    "SourceDone": _source_done,
    "OrderComplete": _order_complete,
}
