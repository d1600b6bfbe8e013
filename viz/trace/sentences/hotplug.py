"""Write the sentences of the chapters of events."""

from __future__ import annotations

from collections.abc import Callable

from viz.trace.model import Trace
from viz.trace.sentences.order import order_text
from viz.trace.sentences.words import names
from viz.wording import counted


def _event_begins(trace: Trace, step: int, event: str, node: int, blocks: int, cpus: int) -> str:
    have = {0: "none", 1: "one block"}.get(blocks, f"{blocks} blocks")
    return {
        "mem_add": f"Memory is added to node {node}, but not brought online yet.",
        "mem_online": f"A block of memory is to come online on node {node}, which has {have} online now.",
        "mem_online_fail": f"A block of memory is to come online on node {node}, and will fail to.",
        "mem_offline": f"A block of memory is to go offline on node {node}, which has {have} online now.",
        "mem_offline_fail": f"A block of memory is to go offline on node {node}, and will fail to.",
        "node_remove": f"Node {node} is to be taken out of the running system.",
        "cpu_online": f"A CPU is to come online on node {node}, which has {cpus or 'none'} online now.",
        "cpu_offline": f"A CPU is to go offline on node {node}, which has {cpus or 'none'} online now.",
    }[event]


def _nothing_happens(trace: Trace, step: int, event: str, node: int, why: str) -> str:
    return f"{event} has no effect on node {node}: {why}."


def _holding(trace: Trace, step: int, locks: str) -> str:
    before = trace.at("lock", step - 1) if step else ""
    if locks in before:
        return f"Held from here on: {locks}. The rebuild is over."
    return f"Held from here on: {locks}. Two events never rebuild the order at once; readers take none of these locks."


def _blocks_changed(trace: Trace, step: int, node: int, blocks: int, change: int) -> str:
    if change < 0 and not blocks:
        return f"The last block of node {node}'s memory is offline: nothing can be allocated there any more."
    text = f"Node {node} has {counted(blocks, 'block')} of memory online, one {'more' if change > 0 else 'less'}."
    return f"{text} It is the node's first." if change > 0 and blocks == 1 else text


def _cpus_changed(trace: Trace, step: int, node: int, cpus: int, change: int) -> str:
    if not cpus:
        return f"Node {node} has lost its last CPU, so from now on it pays nothing for having CPUs."
    text = f"Node {node} has {counted(cpus, 'CPU')} online, one {'more' if change > 0 else 'less'}."
    if change > 0 and cpus == 1:
        return f"{text} It is the node's first, which costs the node one unit of distance as a candidate."
    return text


def _state_changed(trace: Trace, step: int, state: str, node: int, joined: bool) -> str:
    nodes = trace.at(state, step) or "nobody"
    if state == "online":
        return _online_changed(node, joined, nodes)
    verb = "joins" if joined else "leaves"
    role = {
        ("N_MEMORY", True): "it can be a target",
        ("N_MEMORY", False): "it can be a target no longer",
        ("N_CPU", True): "it will be among the first to choose, and never a target",
        ("N_CPU", False): "it will not be among the first to choose, and can be a target if it has memory",
    }[state, joined]
    still_listed = ""
    if not joined and trace.at("operation", step - 1)[0] == "ZonelistBuilt":
        still_listed = " The zonelists were built a moment too early and still hold it; their loads, too, count it."
    return f"Node {node} {verb} {state}, which is {nodes} now: in the next rebuild {role}.{still_listed}"


def _online_changed(node: int, joined: bool, nodes: str) -> str:
    if joined:
        return f"Node {node} is online; the online nodes are {nodes}. No list but its own has been built."
    return f"Node {node} is offline; the online nodes are {nodes}. Nothing is rebuilt, and node_load[] stays as it is."


def _notified(trace: Trace, step: int, action: str, node: int) -> str:
    return f"{action}, node {node}: {_ACTIONS[action]}"


_ACTIONS = {
    "MEM_GOING_ONLINE": "whoever wants to know is asked before the block comes online.",
    "MEM_CANCEL_ONLINE": "somebody refused, and the block stays offline.",
    "MEM_ONLINE": "whoever wants to know is told that the block is online.",
    "MEM_GOING_OFFLINE": "whoever wants to know is asked before the block's pages are moved away.",
    "MEM_CANCEL_OFFLINE": "the block could not be emptied and stays online.",
    "MEM_OFFLINE": "whoever wants to know is told that the block is offline.",
    "NODE_ADDING_FIRST_MEMORY": "whoever cares for nodes is asked before the node gets its first memory.",
    "NODE_ADDED_FIRST_MEMORY": "whoever cares for nodes is told that the node has memory now.",
    "NODE_CANCEL_ADDING_FIRST_MEMORY": "the node stays without memory.",
    "NODE_REMOVING_LAST_MEMORY": "whoever cares for nodes is asked before the node loses its last memory.",
    "NODE_REMOVED_LAST_MEMORY": "whoever cares for nodes is told that the node has no memory any more.",
    "NODE_CANCEL_REMOVING_LAST_MEMORY": "the node keeps its memory.",
}


def _no_callback(trace: Trace, step: int, why: str) -> str:
    return f"The demotion order stays as it is: {why}."


def _disabled(trace: Trace, step: int, node: int) -> str:
    return (
        f"Demotion is off: no node has a target, so nothing is demoted to node {node} while it is being emptied, "
        "nor to any other node. Cold pages are reclaimed as if there were no targets. No rebuild follows yet."
    )


def _pages_leave(trace: Trace, step: int, node: int, fails: bool) -> str:
    moved = "Some page of the block cannot be moved" if fails else "The pages of the block are moved to other nodes"
    off = trace.at("demotion", step) == "off"
    gap = "nothing is demoted anywhere: cold pages are reclaimed as if there were no targets"
    return f"{moved}. That can take long, and meanwhile {gap if off else 'demotion goes on as before'}."


def _event_ends(trace: Trace, step: int, event: str, node: int) -> str:
    first = trace.chapters[trace.at("chapter", step)].first
    before, now = trace.targets(first), trace.targets(step)
    changed = [n for n in trace.nodes if before[n] != now[n]]
    current = sorted(chains(now), key=lambda chain: -len(chain))
    order = order_text(now, current) or "no node has a target"
    if not changed:
        return f"{event} of node {node} is done, and no target has changed: {order}."
    return f"{event} of node {node} is done; {_targets_of(changed)} changed: {order}."


def chains(targets: dict[int, list[int]]) -> list[list[int]]:
    """Return the chains of first targets. Each begins at a node that is no target, whether or not it has CPUs."""
    all_targets = {target for nodes in targets.values() for target in nodes}
    all_chains = [[node] for node, following in targets.items() if following and node not in all_targets]
    for chain in all_chains:
        while (following := targets[chain[-1]]) and following[0] not in chain:
            chain.append(following[0])
    return all_chains


def _targets_of(nodes: list[int]) -> str:
    if len(nodes) == 1:
        return f"the target of node {nodes[0]} has"
    return f"the targets of nodes {names(nodes)} have"


SENTENCES: dict[str, Callable[..., str]] = {
    "EventBegins": _event_begins,
    "NothingHappens": _nothing_happens,
    "Holding": _holding,
    "BlocksChanged": _blocks_changed,
    "CpusChanged": _cpus_changed,
    "StateChanged": _state_changed,
    "Notified": _notified,
    "NoCallback": _no_callback,
    "Disabled": _disabled,
    "PagesLeave": _pages_leave,
    "EventEnds": _event_ends,
}
