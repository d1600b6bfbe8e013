"""Read hwloc's XML (`lstopo file.xml`), versions 1, 2 and 3.

    <object type="NUMANode" os_index="0" cpuset="0x0000ffff" local_memory="1073741824">    bytes; very old: memory_kB
    v1   <distances nbobjs="2" relative_depth="1" latency_base="10.0"><latency value="1.0"/>...      in an object
    v2/3 <distances2 type="NUMANode" nbobjs="2" kind="5" name="NUMALatency" indexing="os">           below the root
           <indexes length="4">0 1 </indexes><u64values length="12">10 21 21 10 </u64values>

The cpuset of a memory-only node names the CPUs *near* it, so the file does not say which nodes have CPUs of their own;
`_assign_cpus` decides that.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from viz.topology.distances import is_distance
from viz.topology.errors import TopologyError, shown
from viz.topology.formats import hwloc_memory, words
from viz.topology.parse_result import ParseResult
from viz.topology.partial_topology import PartialTopology, nodes_text
from viz.topology.quantities import cpu_bits, cpu_text
from viz.topology.xml_tree import Element, attribute, parsed

_HWLOC_TAG = re.compile(r"<object\s+type=|<!DOCTYPE\s+topology\s")
_LATENCY, _FROM_OS = 4, 1
"""Bits of a matrix's `kind`: the first says that it holds latencies, the second that its values are the kernel's."""
_MAX_DISTANCES = 1024**2
_PLAIN_NUMBER = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,12})?")


def like_hwloc(text: str) -> bool:
    """Return whether the text is XML with hwloc's objects."""
    return _HWLOC_TAG.search(text) is not None


def read_hwloc(text: str, name: str = "") -> ParseResult:
    """Return the topology of an hwloc XML document."""
    try:
        root = parsed(text)
        objects = [element for element in root.walk() if element.tag == "object"]
        nodes = [element for element in objects if _is_numa_node(element)]
        by_id = {_os_index(node): node for node in nodes}
        if len(by_id) < len(nodes):
            raise TopologyError("names a NUMANode's os_index twice; each node has its own")
        if not by_id:
            raise TopologyError("has no object of type NUMANode; a machine without NUMA nodes has no order")
        return _partial_topology(root, objects, by_id).loaded(name)
    except TopologyError as error:
        raise error.within(name) from None


def _os_index(node: Element) -> int:
    return words.node_id(attribute(node, "os_index"), node.where)


def _partial_topology(root: Element, objects: list[Element], by_id: dict[int, Element]) -> PartialTopology:
    partial = PartialTopology("hwloc XML")
    for node, element in by_id.items():
        partial.node(node).memory = _memory(element)
        subtype = hwloc_memory.subtype(element)
        if subtype:
            partial.node(node).extra["label"] = " ".join(subtype.split())[:40]
    hwloc_memory.take_memory(partial, root, by_id)
    _assign_cpus(partial, by_id)
    matrix = _newer_matrix(root, objects, by_id) or _older_matrix(root, objects, by_id)
    if matrix:
        partial.columns, partial.rows = matrix[0], dict(zip(matrix[0], matrix[1], strict=True))
        left_out = set(by_id).difference(partial.columns)
        if left_out:
            partial.columns, partial.rows = [], {}
            partial.oddities.append(f"The distances leave out {nodes_text(left_out)}, so none are taken.")
    return partial


def _memory(node: Element) -> int:
    attributes = node.attributes
    if "local_memory" in attributes:
        return words.count(attributes["local_memory"], "local_memory", node.where)
    kilobytes = attributes.get("memory_kB", attributes.get("local_memory_kB"))
    return 0 if kilobytes is None else 1024 * words.count(kilobytes, "memory_kB", node.where, 2**50)


def _assign_cpus(partial: PartialTopology, by_id: dict[int, Element]) -> None:
    """Assign each CPU to one of the nodes near it: the node with the smallest cpuset.

    Among nodes with cpusets of equal size, prefer DRAM, then the lowest id.
    """
    near = {node: _cpus(element, node) for node, element in by_id.items()}
    assigned = 0
    with_same_cpuset: dict[int, list[int]] = {}
    rank = {node: (near[node].bit_count(), _slowness(by_id[node]), node) for node in by_id}
    for node in sorted(by_id, key=lambda node: rank[node]):
        own = near[node] & ~assigned
        with_same_cpuset.setdefault(near[node], []).append(node)
        assigned |= own
        partial.node(node).cpus = cpu_text(own)
    with_cpus = [node for node in by_id if partial.node(node).cpus]
    without_cpus = {cpuset: {node: {"cpus": ""} for node in nodes} for cpuset, nodes in with_same_cpuset.items()}
    for node in by_id:  # guesses come in the order of the document
        if near[node] and not partial.node(node).cpus:
            owners = [other for other in with_cpus if near[other] & near[node]]
            change = without_cpus[near[node]] | {node: {"cpus": cpu_text(near[node])}}
            sentence = f"Node {node} is taken to have no CPUs of its own; those near it go to {nodes_text(owners)}."
            partial.guess("cpus", sentence, [node, *owners], change)


def _cpus(element: Element, node: int) -> int:
    mask = element.attributes.get("cpuset", "")
    return cpu_bits(words.cpu_mask(mask, node, element.where)) if mask else 0


def _slowness(node: Element) -> int:
    subtype = hwloc_memory.subtype(node)
    return 0 if subtype == "DRAM" else 1 if not subtype else 2


def _newer_matrix(
    root: Element, objects: list[Element], by_id: dict[int, Element]
) -> tuple[list[int], list[list[int]]] | None:
    """Return the node ids and rows of the matrix of latencies in versions 2 and 3 of the format; None if it has none.

    Of several matrices, prefer one whose values come from the kernel.
    """
    best: tuple[tuple[bool, bool, bool], Element] | None = None
    for element in root.all("distances2"):
        attributes = element.attributes
        kind = words.count(attributes.get("kind", "0"), "kind", element.where, 2**32)
        if attributes.get("type") != "NUMANode" or not kind & _LATENCY:
            continue
        usual_name = attributes.get("name", "NUMALatency") == "NUMALatency"
        rank = (usual_name, bool(kind & _FROM_OS), attributes.get("nbobjs") == str(len(by_id)))
        if best is None or rank > best[0]:
            best = rank, element
    if best is None:
        return None
    element = best[1]
    size = words.count(attribute(element, "nbobjs"), "nbobjs", element.where, 1024)
    indexes = _numbers(element, "indexes", size)
    ids = [words.node_id(word, element.where) for word in indexes]
    if element.attributes.get("indexing", "os") == "gp":
        by_gp = {element.attributes.get("gp_index"): node for node, element in by_id.items()}
        ids = [by_gp[word] for word in indexes if word in by_gp]
    if len(set(ids)) < size:
        element.refuse("names a node twice, or one that does not exist, among the indexes of its distances")
    return ids, _square(element, _numbers(element, "u64values", size * size), ids)


def _numbers(element: Element, tag: str, size: int) -> list[str]:
    """Return the `size` numbers in all children with the tag; hwloc puts about ten numbers into each."""
    numbers = [word for child in element.all(tag) for word in child.text.split()]
    if len(numbers) != size:
        element.refuse(f"has {len(numbers)} {tag} where nbobjs asks for {size}")
    return numbers


def _square(element: Element, cells: Sequence[str], ids: list[int]) -> list[list[int]]:
    size = len(ids)
    return [
        [words.distance(cells[row * size + column], ids[row], ids[column], element.where) for column in range(size)]
        for row in range(size)
    ]


def _older_matrix(
    root: Element, objects: list[Element], by_id: dict[int, Element]
) -> tuple[list[int], list[list[int]]] | None:
    """Return the node ids and rows of the matrix of latencies in version 1 of the format; None if it has none.

    The rows are in the order in which the document lists the NUMANodes.
    """
    below = _all_below(root)
    for parent in objects:
        inside = below[id(parent)]
        for element in parent.all("distances"):
            size = words.count(attribute(element, "nbobjs"), "nbobjs", element.where, 65536)
            if not len(by_id) == inside.numa_nodes == size or not inside.has_nodes_at(_depth(element)):
                continue
            ids = [_os_index(node) for node in parent.walk() if _is_numa_node(node)]
            base = _decimal(element, attribute(element, "latency_base"))
            cells = [_decimal(cell, attribute(cell, "value")) * base for cell in element.all("latency")]
            if len(cells) != size * size:
                element.refuse(f"has {len(cells)} latencies where nbobjs asks for {size * size}")
            whole = [round(cell) if abs(cell - round(cell)) < 0.01 else cell for cell in cells]
            wrong = next((cell for cell in whole if not is_distance(cell)), None)
            if wrong is not None:
                element.refuse(f"{shown(wrong)} is no distance; value times latency_base is a number from 10 to 255")
            return ids, [[int(cell) for cell in whole[start : start + size]] for start in range(0, size * size, size)]
    return None


def _depth(distances: Element) -> int:
    return words.count(distances.attributes.get("relative_depth", "1"), "relative_depth", distances.where, 100)


@dataclass
class _Below:
    """A summary of an element and of all elements inside it."""

    numa_nodes: int
    """The number of NUMANodes."""
    object_depths: int = 1
    """A mask of the depths at which there are objects; bit 0 is the element itself."""
    numa_depths: int = 0
    """A mask of the depths at which there are NUMANodes."""

    def has_nodes_at(self, depth: int) -> bool:
        """Return whether a matrix for this depth is about NUMANodes: some are at this depth, or no object is."""
        return bool(self.numa_depths >> depth & 1) or not self.object_depths >> depth & 1


def _all_below(root: Element) -> dict[int, _Below]:
    """Return the summary of each element, by the element's id().

    The elements are taken from the innermost outwards, so that each is visited once.
    """
    all_below: dict[int, _Below] = {}
    for element in reversed(list(root.walk())):
        is_numa_node = _is_numa_node(element)
        below = all_below[id(element)] = _Below(int(is_numa_node), numa_depths=int(is_numa_node))
        for child in element.children:
            inside = all_below[id(child)]
            below.numa_nodes += inside.numa_nodes
            if child.tag == "object":
                below.object_depths |= inside.object_depths << 1
                below.numa_depths |= inside.numa_depths << 1
    return all_below


def _is_numa_node(element: Element) -> bool:
    return element.attributes.get("type") in ("NUMANode", "NUMA")


def _decimal(element: Element, word: str) -> float:
    if not (word.isascii() and _PLAIN_NUMBER.fullmatch(word)):
        element.refuse(f"{shown(word)} is no plain number such as 2.1")
    return float(word)
