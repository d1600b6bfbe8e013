"""Say why pages of a node are not demoted, or why they go to a certain node."""

from __future__ import annotations

from viz.kernel.nodemask import NodeMask
from viz.pressure.state import Cause, Owner, State
from viz.topology.partial_topology import nodes_text


def cpuset_words(owner: Owner) -> str:
    """Return the cpuset of an owner as text, such as "0,2"."""
    return str(NodeMask.of_bits(owner.mems or 0))


def lower_nodes(state: State, node: int) -> set[int]:
    """Return all nodes that pages of a node may be demoted to, whoever owns them."""
    way = state.order.way(node)
    return {*way.targets, *way.others} & state.nodes.keys()


def why_not(state: State, node: int, owner: Owner | None, cause: Cause | None = None) -> str:
    """Return why no page of an owner is demoted from the node now, as the end of a sentence; "" if one can be."""
    if not state.demotion:
        return "demotion is switched off (demotion_enabled is false)"
    if state.off:
        return "no node has a target while memory is leaving, up to 6.0"
    if cause == "proactive" and not state.behaviour.cgroup_demotes:
        return "up to 5.18 reclaim for a cgroup never demotes"
    lower = lower_nodes(state, node)
    if not lower:
        return f"no node comes below node {node} in the order of this kernel"
    way = state.order.way(node, owner.mems if owner else None)
    if owner and not way.targets:
        return _cpuset_refuses(state, node, owner)
    may = {*way.targets, *(way.others if state.behaviour.falls_back else ())} & state.nodes.keys()
    if all(state.nodes[n].isolated or state.nodes[n].free <= state.nodes[n].min for n in may):
        return f"{nodes_text(may)} {'is' if len(may) == 1 else 'are'} full down to min"
    return ""


def _cpuset_refuses(state: State, node: int, owner: Owner) -> str:
    """Return why the cpuset of an owner keeps its pages on the node."""
    lower = lower_nodes(state, node)
    if lower & set(NodeMask.of_bits(owner.mems or 0)):
        preferred = state.order.way(node).targets
        are = "is" if len(preferred) == 1 else "are"
        return (
            f"the preferred {nodes_text(preferred)} {are} not in the cpuset {cpuset_words(owner)}, "
            "and from 6.16 to 6.19 nothing is demoted then"
        )
    return f"its cpuset {cpuset_words(owner)} has none of the slower {nodes_text(lower)}"


def why_nothing_was_demoted(state: State) -> str:
    """Return a sentence on why a run has ended without any demotion."""
    reasons = {why_not(state, node, None) for node in state.nodes} - {""}
    if not state.demotion:
        return f"Nothing was demoted: {why_not(state, 0, None)}."
    if all(not lower_nodes(state, node) for node in state.nodes):
        return "Nothing was demoted: no node comes below another in the order of this kernel."
    fenced = next((o for o in state.owners.values() if o.mems is not None and _is_fenced(state, o)), None)
    if fenced:
        reasons = {_cpuset_refuses(state, node.id, fenced) for node in fenced.nodes if lower_nodes(state, node.id)}
        return f"Nothing was demoted: {'; '.join(sorted(reasons))}."
    if reasons and all(why_not(state, node, None) for node in state.nodes):
        return f"Nothing was demoted: {'; '.join(sorted(reasons))}."
    return (
        "Nothing was demoted, because nothing had to be reclaimed: a node of the list always had more than its low "
        "watermark free. kswapd wakes only when all nodes that may be used are below it."
    )


def _is_fenced(state: State, owner: Owner) -> bool:
    """Return whether the owner's pages can be demoted from no node where it may allocate."""
    return all(not state.order.way(node.id, owner.mems).targets for node in owner.nodes)


def where_and_why(state: State, source: int, target: int, owner: Owner | None) -> str:
    """Return where a page of the source is demoted to, and why there, as the end of a sentence."""
    preferred = nodes_text(state.order.way(source).targets)
    way = state.order.way(source, owner.mems if owner else None)
    if target in way.targets:
        chosen = nodes_text(way.targets) + (" in turns" if len(way.targets) > 1 else "")
        if target in state.order.way(source).targets:
            return f"{chosen}, its preferred target{'s' if len(way.targets) > 1 else ''}"
        outside = f"its preferred {preferred} is not in the cpuset {cpuset_words(owner)}" if owner else ""
        return f"{chosen}: {outside}, and of the slower nodes that are it is the best"
    full = [node for node in way.targets if node in state.nodes and not state.nodes[node].isolated]
    why = (
        f"{nodes_text(full)} {'is' if len(full) == 1 else 'are'} down to min"
        if full
        else f"{nodes_text(way.targets)} takes no pages"
    )
    if target in way.others:
        return f"node {target}, another slower node, since {why}"
    return f"node {target}, which is no target: {why}, and up to 6.19 the rest of a list may then go anywhere"


def explain(state: State, node: int) -> list[str]:
    """Return what a node does at a tick, and why its pages are demoted where they are, or why they are not."""
    memory = state.nodes.get(node)
    if memory is None:
        return [f"Node {node} has no memory, so nothing is demoted from it or to it."]
    if memory.isolated:
        return [f"The memory of node {node} is leaving or has left, so it takes no pages."]
    return [_free_words(node, state), _kswapd_words(node, state), *_targets_words(node, state)]


def _free_words(node: int, state: State) -> str:
    memory = state.nodes[node]
    marks = [(name, getattr(memory.marks, name)) for name in ("min", "low", "high")]
    below = next(
        (f"no more than its {name} watermark ({pages:,})" for name, pages in marks if memory.free <= pages), ""
    )
    where = below or f"more than its high watermark ({memory.marks.high:,})"
    return f"Node {node} has {memory.free:,} of {memory.marks.managed:,} pages free, {where}."


def _kswapd_words(node: int, state: State) -> str:
    memory = state.nodes[node]
    if memory.awake:
        goal = "high" if memory.goal == memory.marks.high else "promo"
        pages = memory.goal
        return f"Its kswapd is awake, and works until more than {pages:,} pages are free, its {goal} watermark."
    if memory.hopeless:
        return "Its kswapd has given up after 16 rounds without success."
    if memory.free > memory.low:
        return "Its kswapd sleeps: nobody wakes it while more than its low watermark is free."
    return "Its kswapd sleeps, although the node is at its low watermark: nobody has found all other nodes so low, too."


def _targets_words(node: int, state: State) -> list[str]:
    owners = [state.owners.get(name) for name in state.nodes[node].held]
    found: dict[str, None] = {}
    for owner in [*owners] or [None]:
        why = why_not(state, node, owner)
        whose = f"Pages of {owner.name}" if owner else "Its pages"
        if why:
            found[f"{whose} cannot be demoted: {why}."] = None
            continue
        way = state.order.way(node, owner.mems if owner else None)
        where = where_and_why(state, node, way.targets[0], owner)
        found[f"{whose} are demoted, when they have to be, to {where}."] = None
    return list(found)
