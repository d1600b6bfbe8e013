"""Detect demotion to faster memory, to equally fast memory, and to another socket."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from viz.analysis.findings.facts import Facts
from viz.analysis.findings.finding import Finding
from viz.analysis.findings.words import Arrow, arrows, have, target_names
from viz.kernel.machine import MEMTIER_ADISTANCE_DRAM, Machine
from viz.kernel.memory_tiers import MEMTIER_CHUNK_BITS
from viz.kernel.releases import RELEASED
from viz.kernel.tier_sets import home_node
from viz.topology import Node, Topology
from viz.topology.tier_guess import KINDS
from viz.trace.sentences.words import node_names

DISTANCES_ONLY = " The passes go by distances, and do not know how fast memory is."


def speeds(topology: Topology) -> dict[int, int]:
    """Return the memory tier of each node with memory of known speed; a lower tier is faster.

    The tier is the one that the newest kernel computes from a stated abstract distance, or from latency and bandwidth.
    Without these, a label such as "HBM" decides; without a label, memory with CPUs is DRAM. The kernel of the run does
    not matter.
    """
    by_firmware = topology.machine(RELEASED[-1].rules).adistance
    known = {node.id: _adistance(node, by_firmware[node.id]) for node in topology.nodes if node.has_memory}
    return {node: adistance >> MEMTIER_CHUNK_BITS for node, adistance in known.items() if adistance is not None}


def _adistance(node: Node, by_firmware: int) -> int | None:
    if "adistance" in node.model_fields_set or node.access_coordinate.is_known:
        return by_firmware
    label = (node.label or "").lower()
    kind = KINDS.get("dram" if label.startswith("ddr") else label)
    if kind:
        return kind.adistance
    return MEMTIER_ADISTANCE_DRAM if node.cpu_count else None


def _arrows_where(facts: Facts, holds: Callable[[int, int], bool]) -> list[Arrow]:
    """Return the arrows between nodes of known speed for which `holds` is true of the source's and target's tier."""
    speed = speeds(facts.run.topology)
    return [
        (source, target)
        for source, targets in facts.targets.items()
        for target in targets
        if source in speed and target in speed and holds(speed[source], speed[target])
    ]


def demotes_faster(facts: Facts) -> Finding | None:
    """Return the finding on nodes that demote to faster memory."""
    found = _arrows_where(facts, lambda source, target: target < source)
    return _on_speed(facts, "demotes-faster", found, "Cold pages go to faster memory")


def same_class(facts: Facts) -> Finding | None:
    """Return the finding on nodes that demote to memory as fast as their own."""
    found = _arrows_where(facts, lambda source, target: target == source)
    return _on_speed(facts, "same-class", found, "Cold pages go to memory that is no slower")


def _on_speed(facts: Facts, name: str, found: list[Arrow], words: str) -> Finding | None:
    if not found:
        return None
    nodes = tuple(dict.fromkeys(source for source, _ in found))
    says = f"{words}: {arrows(found)}.{DISTANCES_ONLY * facts.has_passes}"
    return Finding(name, nodes, says, facts.look_at(nodes[0]))


def sockets(topology: Topology, machine: Machine) -> dict[int, str]:
    """Return the socket of each node: the one that the topology names, else that of the nearest node with CPUs.

    A name of several words, such as "Shared by all", is no socket. Nodes in no socket are left out.
    """
    named = {node.id: node.socket for node in topology.nodes}
    found = {}
    for node, own in named.items():
        home = home_node(machine, node)
        name = own if own is not None else named[home]
        if name is None:
            name = f" {home}"  # a topology cannot give a socket such a name
        elif " " in name:
            continue
        found[node] = name
    return found if machine.n_cpu else {}


def crosses_socket(facts: Facts) -> Finding | None:
    """Return the finding on nodes that demote to another socket although their own has memory to demote to.

    That memory is outside N_CPU and not known to be faster; under kernels with tiers it is in a slower tier. Memory
    from which pages come to the node is left out, because it is earlier in the node's chain.
    """
    socket = sockets(facts.run.topology, facts.machine)
    speed = speeds(facts.run.topology)
    crossing = []
    for source, targets in facts.targets.items():
        leaves = [target for target in targets if socket.get(source) != socket.get(target, socket.get(source))]
        local = list(_local_memory(facts, socket, speed, source)) if leaves and source in socket else []
        if local:
            crossing.append((source, leaves, local))
    if not crossing:
        return None
    nodes = tuple(source for source, _, _ in crossing)
    says = f"{_crossing_text(facts, *crossing[0])}{_others(crossing[1:])}"
    return Finding("crosses-socket", nodes, says, facts.look_at(nodes[0]))


def _local_memory(facts: Facts, socket: dict[int, str], speed: dict[int, int], source: int) -> Iterator[int]:
    """Yield the nodes in the socket of a node to which it could demote but does not."""
    tier = {node: facts.machine.adistance[node] >> MEMTIER_CHUNK_BITS for node in facts.machine.memory}
    before = _leading_to(facts, source)
    for node in facts.outside:
        if node == source or node in before or node in facts.targets[source] or socket.get(node) != socket[source]:
            continue
        if facts.has_tiers and tier[node] <= tier[source]:
            continue
        if source in speed and node in speed and speed[node] < speed[source]:
            continue
        yield node


def _leading_to(facts: Facts, node: int) -> set[int]:
    """Return all nodes from which pages can come to the node, by any number of hops."""
    found: set[int] = set()
    waiting = [node]
    while waiting:
        new = [source for source in facts.takers(waiting.pop()) if source not in found]
        found.update(new)
        waiting += new
    return found


def _crossing_text(facts: Facts, source: int, leaves: list[int], local: list[int]) -> str:
    near = min(local, key=lambda node: (facts.machine.distance[source][node], node))
    takers = facts.takers(near)
    whose = f"{node_names(takers)} {have(takers)} that one" if takers else "nobody has that one"
    return f"The arrow {source} → {target_names(leaves)} leaves the socket, although node {near} is in it: {whose}."


def _others(crossing: list[tuple[int, list[int], list[int]]]) -> str:
    pairs = [(source, target) for source, leaves, _ in crossing for target in leaves]
    return f" So do {arrows(pairs)}." if len(pairs) > 1 else f" So does {arrows(pairs)}." if pairs else ""
