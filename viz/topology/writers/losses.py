"""Find what a format loses of a topology, and number nodes and CPUs as formats need them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from viz.kernel.nodemask import node_list
from viz.topology.model import Topology
from viz.topology.node import Node
from viz.topology.partial_topology import nodes_text
from viz.topology.quantities import cpu_numbers

_TOPOLOGY_KEYS = (
    "title", "source", "name", "group", "note", "notes", "case", "kernel", "zonelists", "n_cpu", "node_load", "events",
)  # fmt: skip
"""The keys of a document for which only TOML and JSON have a place."""
_NODE_KEYS = (
    "socket", "tier", "label", "blocks", "adistance",
    "read_latency", "write_latency", "read_bandwidth", "write_bandwidth",
    "watermarks",
)  # fmt: skip
"""The keys of a node for which few formats but TOML and JSON have a place."""


@dataclass(frozen=True)
class Written:
    """The text in a format, and one sentence for each thing that the format cannot hold."""

    text: str
    losses: tuple[str, ...] = ()


def lost_fields(topology: Topology, form: str, keeps: Iterable[str] = ()) -> Iterator[str]:
    """Yield a sentence that lists the keys that the format has no place for, and one about nodes that are offline."""
    keeps = {*keeps, "title", "source"}  # readers make their own title and source
    lost = [key for key in _TOPOLOGY_KEYS if key in topology.model_fields_set and key not in keeps]
    lost += [key for key in _NODE_KEYS if key not in keeps and any(key in n.model_fields_set for n in topology.nodes)]
    if lost:
        yield f"{form} has no place for {', '.join(lost)}."
    offline = [node.id for node in topology.nodes if not node.online]
    if offline:
        verb, pronoun = ("are", "they are") if offline[1:] else ("is", "it is")
        yield f"{form} cannot say that {nodes_text(offline)} {verb} offline; {pronoun} written as online."


def renumbered(topology: Topology, form: str) -> tuple[list[Node], list[list[int]], list[str]]:
    """Return the nodes in ascending order, their rows of distances, and a sentence if their ids are not 0, 1, 2, ..."""
    order = sorted(range(len(topology.nodes)), key=lambda index: topology.nodes[index].id)
    nodes = [topology.nodes[index] for index in order]
    rows = [[topology.distances[a][b] for b in order] for a in order]  # write() has checked that they are known
    moved = [(node.id, index) for index, node in enumerate(nodes) if node.id != index]
    changes = ", ".join(f"node {node} is {index}" for node, index in moved[:20]) + (", ..." if len(moved) > 20 else "")
    return nodes, rows, [f"{form} numbers nodes 0, 1, 2, ... without gaps: {changes}."] if moved else []  # type: ignore[return-value]


def numbered_cpus(nodes: Iterable[Node]) -> tuple[dict[int, list[int]], list[str]]:
    """Return the CPU numbers of each node by its id, and a sentence if a node had only a count of CPUs.

    Such a node gets the lowest numbers that no other node has.
    """
    nodes = list(nodes)
    listed = {node.id: sorted(cpu_numbers(node.cpus)) for node in nodes if isinstance(node.cpus, str)}
    used = {cpu for cpus in listed.values() for cpu in cpus}
    free = iter(cpu for cpu in range(2**30) if cpu not in used)
    counted = [node for node in nodes if isinstance(node.cpus, int)]
    for node in counted:
        listed[node.id] = [next(free) for _ in range(node.cpu_count)]
    without_numbers = [node.id for node in counted if node.cpus]
    sentence = f"The CPUs of {nodes_text(without_numbers)} had a count and no numbers; they have the next free ones."
    return listed, [sentence] if without_numbers else []


def spans(cpus: Iterable[int]) -> list[str]:
    """Return CPU numbers as ranges, such as ["0-3", "8"]."""
    text = node_list(cpus)
    return text.split(",") if text else []
