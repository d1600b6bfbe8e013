"""Write the sentences of the chapter "order" in the versions that build the order in passes."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable

from viz.kernel.nodemask import NUMA_NO_NODE, NodeMask
from viz.kernel.results import shortest_cycles
from viz.kernel.versions import POSTED
from viz.trace.choice_reasons import nearer_but_used, reason
from viz.trace.model import Trace
from viz.trace.rules import as_in_the_patch, rule, shares_targets, told
from viz.trace.sentences.words import capital, choice, names, sentence_on_takers


def _order_begins(trace: Trace, step: int) -> str:
    sources = list(NodeMask.parse(trace.at("N_CPU", step)))
    changed = told(trace, of_lists=False)
    if rule(trace, "start") == "fastest-tier":
        first = "the nodes of the fastest tier will be the first to choose"
        return f"A new order is to be built. First every target is taken away, then {first}.{changed}"
    if not sources:
        return f"A new order is to be built, but N_CPU is empty: the passes have nowhere to start.{changed}"
    return (
        f"A new order is to be built. First every target is taken away, then {names(sources)}, "
        f"the {'node' if len(sources) == 1 else 'nodes'} in N_CPU, will be the first to choose.{changed}"
    )


def _store(trace: Trace, step: int, array: str, node: int, value: int) -> str:
    if value == node:
        return f"{array}[{node}] = {value}: cold pages of node {node} would stay where they are, and be moved for ever."
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
            "smp_wmb(), a write barrier: whoever has read a new target reads no old one any more. Demotion is off: "
            "cold pages are reclaimed as if there were no targets. Patch 03/10 put a grace period here."
        )
    text = f"{name}, a grace period: the writer waits until every reader that may still hold an old target is done. "
    text += "Meanwhile nothing is demoted: cold pages are reclaimed as if there were no targets."
    if trace.kernel == POSTED.name:
        text += " It is that of patch 03/10; patch 02/10 has no events."
    return text


def _pass_begins(trace: Trace, step: int, number: int) -> str:
    sources = list(NodeMask.parse(trace.at("this_pass", step)))
    if not sources:
        empty = "no node has memory" if rule(trace, "start") == "fastest-tier" else "N_CPU is empty"
        return f"Pass {number} has no source, because {empty}: nobody chooses, and nobody gets a target."
    if number == 1:
        return _first_pass(trace, sources, NodeMask(sources) - NodeMask.parse(trace.at("cpus", step)))
    if len(sources) == 1:
        return f"Pass {number}: {sources[0]}, the target of pass {number - 1}, now chooses. next_pass is empty again."
    return (
        f"Pass {number}: {names(sources)}, the targets of pass {number - 1}, now choose in turn, "
        f"{_first_in_turn(trace)}. next_pass is empty again."
    )


def _first_pass(trace: Trace, sources: list[int], without_cpus: NodeMask) -> str:
    at_tier = rule(trace, "start") == "fastest-tier"
    cpuless = f" N_CPU holds {names(without_cpus)}, too, although no CPU is online there." if without_cpus else ""
    if len(sources) == 1:
        first = f"Pass 1 starts from the only node {'of the fastest tier' if at_tier else 'in N_CPU'}: {sources[0]}."
        return f"{first}{'' if at_tier else cpuless} {_becomes_used(trace, 'It')}".rstrip()
    first = f"Pass 1 starts from {'the fastest tier' if at_tier else 'N_CPU, the nodes with CPUs'}: {names(sources)}."
    turns = f"They choose in turn, {_first_in_turn(trace)}"
    if as_in_the_patch(trace) or shares_targets(trace):
        mask = "source_nodes" if "source_nodes" in trace.masks else "used_targets"
        end = "for this pass alone" if rule(trace, "used") == "sources" else "none can ever become a target"
        between = "," if rule(trace, "used") == "sources" else ":"
        return f"{first}{'' if at_tier else cpuless} {turns}, and go into {mask}{between} {end}."
    return f"{first}{'' if at_tier else cpuless} {turns}. {_becomes_used(trace, 'Each')}".rstrip()


def _first_in_turn(trace: Trace) -> str:
    return {"descending": "highest id first", "nearest": "the nearest to a free node first"}.get(
        rule(trace, "sources"), "lowest id first"
    )


def _becomes_used(trace: Trace, subject: str) -> str:
    """Return a sentence on when the sources of the first pass become used."""
    mask = "source_nodes" if "source_nodes" in trace.masks else "used_targets"
    match rule(trace, "used"), rule(trace, "this-pass"):
        case "own", _:
            return ""
        case "sources", _:
            return f"{subject} goes into {mask} for this pass alone."
        case _, "loop":
            return f"{subject} goes into {mask} when its turn comes, and until then others may take it."
        case _, "never":
            return f"{subject} stays out of {mask}, so that it is its own best target."
    return f"{subject} goes into {mask}, so it can never become a target."


def _source_begins(trace: Trace, step: int, node: int) -> str:
    sources = list(NodeMask.parse(trace.at("this_pass", step)))
    in_turn = rule(trace, "sources") in ("ascending", "")
    before = sources[: sources.index(node)] if in_turn else _had_their_turn(trace, step)
    memoryless = node not in NodeMask.parse(trace.at("N_MEMORY", step))
    remark = " It has no memory of its own, yet it may take a target like any other." if memoryless else ""
    if len(sources) == 1:
        return f"Node {node}, the only source of this pass, looks for a target.{remark}"
    if not before:
        why = {"descending": "has the highest id in", "nearest": "is the nearest to a free node of"}.get(
            rule(trace, "sources"), "has the lowest id in"
        )
        return f"Node {node} looks for a target before all others, because it {why} this_pass.{remark}"
    had = "has had its turn" if len(before) == 1 else "have had their turn"
    return f"Node {node} looks for a target, now that {names(before)} {had}.{remark}"


def _had_their_turn(trace: Trace, step: int) -> list[int]:
    """Return the sources of the pass whose turn came before the step's, in the order of their turns."""
    operations = trace.signals["operation"]
    last = bisect_left(operations.steps, step)
    before: list[int] = []
    for index in range(last - 1, -1, -1):
        name, *fields = operations.values[index]
        if name == "PassBegins":
            break
        if name == "SourceBegins":
            before.append(fields[0])
    return sorted(before)


def _scan(trace: Trace, step: int, node: int, best: int) -> str:
    rows, _ = trace.at("scores", step)
    if best == NUMA_NO_NODE:
        memory = NodeMask.parse(trace.at("N_MEMORY", step))
        return f"Node {node} finds nobody: " + (
            "every node with memory is in used_targets." if memory else "no node has memory."
        )
    return f"{capital(reason(node, rows, rule(trace, 'tie')))}.{nearer_but_used(node, rows)}"


def _taken(trace: Trace, step: int, node: int) -> str:
    if rule(trace, "used") == "own":
        return f"Node {node} goes into the mask of used nodes that the chooser was given."
    if "source_nodes" in trace.masks:
        return (
            f"Node {node} goes into used_targets, this source's own copy: other sources of this pass may take it, too."
        )
    if shares_targets(trace):
        return (
            f"Node {node} goes into used_targets, this source's own copy, which is thrown away after its turn: "
            "whoever chooses later may take anybody but a source of its own pass."
        )
    if isinstance(trace.at(f"{trace.arrays[0]}[{node}]", step), str):
        return f"Node {node} goes into used_targets at once, even before it is accepted as a target."
    return f"Node {node} goes into used_targets at once, so no other source can take it, in this pass or later."


def _source_done(trace: Trace, step: int, node: int, target: int) -> str:
    if target == node:
        return f"{node} → {node}: node {node} was not in used_targets, and who is not used is its own best."
    if target != NUMA_NO_NODE:
        rows, _ = trace.at("scores", step)
        following = trace.at("pass", step) + 1
        taken = ", now in used_targets," * (rule(trace, "used") == "chooser")
        return (
            f"{node} → {target}: {reason(node, rows, rule(trace, 'tie'))}. "
            f"Node {target}{taken} joins next_pass and will choose in pass {following}."
        )
    if node not in NodeMask.parse(trace.at("N_MEMORY", step)):
        return f"{node} → stop: nobody was left, and node {node} has no memory to demote anyway."
    if targets := trace.targets(step)[node]:
        return f"Node {node} has its target already, node {targets[0]}, and takes no other."
    taken = sentence_on_takers(trace.targets(step))
    return f"{node} → stop: nobody was left for node {node}, so its cold pages have nowhere to go.{taken}"


def _order_complete(trace: Trace, step: int) -> str:
    done = f"next_pass is empty: pass {trace.at('pass', step)} gave nobody a target, so nobody is left to choose."
    with_targets = [chain for chain in chains(trace, step) if len(chain) > 1]
    cycles = [] if as_in_the_patch(trace) else shortest_cycles(trace.targets(step))
    return f"{done} {order_sentence(trace, step, with_targets)}{cycles_sentence(cycles)}"


def cycles_sentence(cycles: list[list[int]]) -> str:
    """Return a sentence on the cycles of an order, or ""; it begins with a space."""
    if not cycles:
        return ""
    ways = [" → ".join(map(str, (*cycle, cycle[0]))) for cycle in cycles]
    more = f" and {len(ways) - 3} more" if len(ways) > 3 else ""
    noun = "A cycle" if len(ways) == 1 else "Cycles"
    return f" {noun}: {', '.join(ways[:3])}{more}. Pages would go round for ever, and no memory would be freed."


def order_sentence(trace: Trace, step: int, chains: list[list[int]]) -> str:
    """Return a sentence with the order after a step; `chains` are the chains that it names."""
    text = order_text(trace.targets(step), chains)
    return f"The order: {text}." if text else "No node has a target."


def order_text(targets: dict[int, list[int]], chains: list[list[int]]) -> str:
    """Return up to four chains as text, or the first three and how many more there are.

    If a node has several targets, or if there are no chains, return sources with their targets, such as "0 → 2 or 3",
    instead of chains.
    """
    parts = [" → ".join(map(str, chain)) for chain in chains]
    if not chains or any(len(nodes) > 1 for nodes in targets.values()):
        parts = [f"{node} → {choice(nodes)}" for node, nodes in targets.items() if nodes]
    if len(parts) <= 4:
        return ", ".join(parts)
    return f"{', '.join(parts[:3])} and {len(parts) - 3} more"


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
