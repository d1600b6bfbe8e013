"""Write the sentences of the chapter "order" in the versions that build the order in passes."""

from __future__ import annotations

from collections.abc import Callable

from viz.kernel.nodemask import NUMA_NO_NODE, NodeMask
from viz.kernel.versions import POSTED
from viz.trace.choice_reasons import nearer_but_used, reason
from viz.trace.model import Trace
from viz.trace.sentences.words import capital, choice, names, sentence_on_takers


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
    return f"{array}[{node}] = -1: node {node} has no target until it is given one. {was}"


def _load(trace: Trace, step: int, array: str, node: int) -> str:
    value = trace.at(f"{array}[{node}]", step)
    if value == NUMA_NO_NODE:
        return f"{array}[{node}] reads -1: node {node} has no target yet, so it may get one."
    return f"{array}[{node}] reads {value}: node {node} has a target already and gets no other."


def _barrier(trace: Trace, step: int, name: str) -> str:
    if name == "smp_wmb()":
        return (
            "smp_wmb(), a write barrier: whoever has read a new target reads no old one any more. "
            "Patch 03/10 of the series replaced it by synchronize_rcu(), a grace period."
        )
    text = f"{name}, a grace period: the writer waits until every reader that may still hold an old target is done."
    if trace.kernel == POSTED.name:
        text += " This disable is that of patch 03/10, which brought the events; patch 02/10 alone has none."
    return text


def _pass_begins(trace: Trace, step: int, number: int) -> str:
    sources = list(NodeMask.parse(trace.at("this_pass", step)))
    mask = "source_nodes" if "source_nodes" in trace.masks else "used_targets"
    if not sources:
        return f"Pass {number} has no source, because N_CPU is empty: nobody chooses, and nobody gets a target."
    if number == 1:
        return _first_pass(sources, NodeMask(sources) - NodeMask.parse(trace.at("cpus", step)), mask)
    if len(sources) == 1:
        return f"Pass {number}: {sources[0]}, the target of pass {number - 1}, now chooses. next_pass is empty again."
    return (
        f"Pass {number}: {names(sources)}, the targets of pass {number - 1}, now choose in turn, lowest id first. "
        "next_pass is empty again."
    )


def _first_pass(sources: list[int], without_cpus: NodeMask, mask: str) -> str:
    cpuless = f" N_CPU holds {names(without_cpus)}, too, although no CPU is online there." if without_cpus else ""
    if len(sources) == 1:
        first = f"Pass 1 starts from the only node in N_CPU: {sources[0]}."
        return f"{first}{cpuless} It goes into {mask}, so it can never become a target."
    first = f"Pass 1 starts from N_CPU, the nodes with CPUs: {names(sources)}."
    return f"{first}{cpuless} They choose in turn, lowest id first, and go into {mask}: none can ever become a target."


def _source_begins(trace: Trace, step: int, node: int) -> str:
    sources = list(NodeMask.parse(trace.at("this_pass", step)))
    before = sources[: sources.index(node)]
    memoryless = node not in NodeMask.parse(trace.at("N_MEMORY", step))
    remark = " It has no memory of its own, yet it may take a target like any other." if memoryless else ""
    if len(sources) == 1:
        return f"Node {node}, the only source of this pass, looks for a target.{remark}"
    if not before:
        return f"Node {node} looks for a target before all others, because it has the lowest id in this_pass.{remark}"
    had = "has had its turn" if len(before) == 1 else "have had their turn"
    return f"Node {node} looks for a target, now that {names(before)} {had}.{remark}"


def _scan(trace: Trace, step: int, node: int, best: int) -> str:
    rows, _ = trace.at("scores", step)
    if best == NUMA_NO_NODE:
        memory = NodeMask.parse(trace.at("N_MEMORY", step))
        return f"Node {node} finds nobody: " + (
            "every node with memory is in used_targets." if memory else "no node has memory."
        )
    return f"{capital(reason(node, rows))}.{nearer_but_used(node, rows)}"


def _taken(trace: Trace, step: int, node: int) -> str:
    if "source_nodes" in trace.masks:
        return (
            f"Node {node} goes into used_targets, this source's own copy: other sources of this pass may take it, too."
        )
    if isinstance(trace.at(f"{trace.arrays[0]}[{node}]", step), str):
        return f"Node {node} goes into used_targets at once, even before it is accepted as a target."
    return f"Node {node} goes into used_targets at once, so no other source can take it, in this pass or later."


def _source_done(trace: Trace, step: int, node: int, target: int) -> str:
    if target != NUMA_NO_NODE:
        rows, _ = trace.at("scores", step)
        following = trace.at("pass", step) + 1
        taken = ", now in used_targets," * ("source_nodes" not in trace.masks)
        return (
            f"{node} → {target}: {reason(node, rows)}. "
            f"Node {target}{taken} joins next_pass and will choose in pass {following}."
        )
    if node not in NodeMask.parse(trace.at("N_MEMORY", step)):
        return f"{node} → stop: nobody was left, and node {node} has no memory to demote anyway."
    taken = sentence_on_takers(trace.targets(step))
    return f"{node} → stop: nobody was left for node {node}, so its cold pages have nowhere to go.{taken}"


def _order_complete(trace: Trace, step: int) -> str:
    done = f"next_pass is empty: pass {trace.at('pass', step)} gave nobody a target, so nobody is left to choose."
    with_targets = [chain for chain in chains(trace, step) if len(chain) > 1]
    return f"{done} {order_sentence(trace, step, with_targets)}"


def order_sentence(trace: Trace, step: int, chains: list[list[int]]) -> str:
    """Return a sentence with the order after a step; `chains` are the chains that it names."""
    text = order_text(trace.targets(step), chains)
    return f"The order: {text}." if text else "No node has a target."


def order_text(targets: dict[int, list[int]], chains: list[list[int]]) -> str:
    """Return the first three chains as text, and how many more there are.

    If a node has several targets, or if there are no chains, return the first three sources with their targets, such as
    "0 → 2 or 3", instead of chains.
    """
    parts = [" → ".join(map(str, chain)) for chain in chains]
    if not chains or any(len(nodes) > 1 for nodes in targets.values()):
        parts = [f"{node} → {choice(nodes)}" for node, nodes in targets.items() if nodes]
    more = f" and {len(parts) - 3} more" if len(parts) > 3 else ""
    return f"{', '.join(parts[:3])}{more}"


def chains(trace: Trace, step: int) -> list[list[int]]:
    """Return the chains of first targets after a step, longest first: one from each node in N_CPU."""
    targets = trace.targets(step)
    all_chains = []
    for start in NodeMask.parse(trace.at("N_CPU", step)):
        chain = [start]
        while (following := targets[chain[-1]]) and following[0] not in chain:
            chain.append(following[0])
        all_chains.append(chain)
    return sorted(all_chains, key=lambda chain: -len(chain))


STORES: dict[tuple[str, type], Callable[..., str]] = {("node_demotion", int): _store}
LOADS: dict[tuple[str, type], Callable[..., str]] = {("node_demotion", int): _load}
SENTENCES: dict[str, Callable[..., str]] = {
    "OrderBegins": _order_begins,
    "PassBegins": _pass_begins,
    "SourceBegins": _source_begins,
    "Barrier": _barrier,
    "Scan": _scan,
    "Taken": _taken,
    "SourceDone": _source_done,
    "OrderComplete": _order_complete,
}
