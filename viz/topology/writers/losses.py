"""Written: a text and what it could not keep of the topology."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from viz.kernel.nodemask import node_list
from viz.topology.model import Node, Topology
from viz.topology.partial_topology import nodes_text
from viz.topology.quantities import cpu_numbers

_OWN = (
    "title", "source", "name", "group", "note", "notes", "case", "kernel", "zonelists", "n_cpu", "node_load", "events",
)  # fmt: skip
_OF_NODES = (
    "socket", "tier", "label", "blocks", "adistance",
    "read_latency", "write_latency", "read_bandwidth", "write_bandwidth",
)  # fmt: skip


@dataclass(frozen=True)
class Written:
    """The text in a format, and one sentence for each thing that the format does not hold."""

    text: str
    losses: tuple[str, ...] = ()


def lost_fields(topology: Topology, form: str, keeps: Iterable[str] = ()) -> Iterator[str]:
    """A sentence on keys that the format has no place for, and one on nodes that are offline."""
    keeps = {*keeps, "title", "source"}  # every reader gives these anew
    given = [key for key in _OWN if key in topology.model_fields_set and key not in keeps]
    given += [key for key in _OF_NODES if key not in keeps and any(key in n.model_fields_set for n in topology.nodes)]
    if given:
        yield f"{form} has no place for {', '.join(given)}."
    offline = [node.id for node in topology.nodes if not node.online]
    if offline:
        yield f"{form} cannot say that {nodes_text(offline)} is offline; it is written as online."


def renumbered(topology: Topology, form: str) -> tuple[list[Node], list[list[int]], list[str]]:
    """Nodes in ascending order and their rows, with what is lost where their ids are not 0, 1, 2, ..."""
    order = sorted(range(len(topology.nodes)), key=lambda place: topology.nodes[place].id)
    nodes = [topology.nodes[place] for place in order]
    rows = [[topology.distances[a][b] for b in order] for a in order]  # known: write() has asked
    moved = [(node.id, place) for place, node in enumerate(nodes) if node.id != place]
    told = ", ".join(f"node {node} is {place}" for node, place in moved[:20]) + (", ..." if len(moved) > 20 else "")
    return nodes, rows, [f"{form} numbers nodes 0, 1, 2, ... without gaps: {told}."] if moved else []  # type: ignore[return-value]


def numbered_cpus(nodes: Iterable[Node]) -> tuple[dict[int, list[int]], list[str]]:
    """CPU numbers by node id; where a node has only a count, the next free numbers, and that is said."""
    nodes = list(nodes)
    listed = {node.id: sorted(cpu_numbers(node.cpus)) for node in nodes if isinstance(node.cpus, str)}
    taken = {cpu for cpus in listed.values() for cpu in cpus}
    free = iter(cpu for cpu in range(2**30) if cpu not in taken)
    counted = [node for node in nodes if isinstance(node.cpus, int)]
    for node in counted:
        listed[node.id] = [next(free) for _ in range(node.cpu_count)]
    some = [node.id for node in counted if node.cpus]
    sentence = f"The CPUs of {nodes_text(some)} had a count and no numbers; they have the next free ones."
    return listed, [sentence] if some else []


def spans(cpus: Iterable[int]) -> list[str]:
    """CPU numbers as ranges: ["0-3", "8"]."""
    text = node_list(cpus)
    return text.split(",") if text else []
