"""hwloc's XML (`lstopo file.xml`), versions 1, 2 and 3.

    <object type="NUMANode" os_index="0" cpuset="0x0000ffff" local_memory="1073741824">    bytes; very old: memory_kB
    v1   <distances nbobjs="2" relative_depth="1" latency_base="10.0"><latency value="1.0"/>...      in an object
    v2/3 <distances2 type="NUMANode" nbobjs="2" kind="5" name="NUMALatency" indexing="os">           below the root
           <indexes length="4">0 1 </indexes><u64values length="12">10 21 21 10 </u64values>

A memory-only node carries the CPUs *near* it, so the file does not say which nodes have CPUs: see `_owners`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from viz.topology.distances import is_distance
from viz.topology.errors import TopologyError, shown
from viz.topology.formats import words
from viz.topology.parse_result import ParseResult
from viz.topology.partial_topology import PartialTopology, nodes_text
from viz.topology.quantities import cpu_bits, cpu_text
from viz.topology.xml_tree import Element, attribute, parsed

_LOOKS = re.compile(r"<object\s+type=|<!DOCTYPE\s+topology\s")
_LATENCY, _FROM_OS = 4, 1  # bits of `kind`
_MAX_DISTANCES = 1024**2
_PLAIN_NUMBER = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,12})?")


def like_hwloc(text: str) -> bool:
    """Whether the text is XML with hwloc's objects."""
    return _LOOKS.search(text) is not None


def read_hwloc(text: str, name: str = "") -> ParseResult:
    """The topology of an hwloc XML document."""
    try:
        root = parsed(text)
        objects = [element for element in root.walk() if element.tag == "object"]
        nodes = [element for element in objects if _is_numa_node(element)]
        found = {_os_index(node): node for node in nodes}
        if len(found) < len(nodes):
            raise TopologyError("names a NUMANode's os_index twice; each node has its own")
        if not found:
            raise TopologyError("has no object of type NUMANode; a machine without NUMA nodes has no order")
        return _draft(root, objects, found).loaded(name)
    except TopologyError as error:
        raise error.within(name) from None


def _os_index(node: Element) -> int:
    return words.node_id(attribute(node, "os_index"), node.where)


def _draft(root: Element, objects: list[Element], found: dict[int, Element]) -> PartialTopology:
    draft = PartialTopology("hwloc XML")
    for node, element in found.items():
        draft.node(node).memory = _memory(element)
        subtype = _subtype(element)
        if subtype:
            draft.node(node).extra["label"] = " ".join(subtype.split())[:40]
    _owners(draft, found)
    matrix = _newer_matrix(root, objects, found) or _older_matrix(root, objects, found)
    if matrix:
        draft.columns, draft.rows = matrix[0], dict(zip(matrix[0], matrix[1], strict=True))
        left_out = set(found).difference(draft.columns)
        if left_out:
            draft.columns, draft.rows = [], {}
            draft.oddities.append(f"The distances leave out {nodes_text(left_out)}, so none are taken.")
    return draft


def _memory(node: Element) -> int:
    given = node.attributes
    if "local_memory" in given:
        return words.count(given["local_memory"], "local_memory", node.where)
    old = given.get("memory_kB", given.get("local_memory_kB"))
    return 0 if old is None else 1024 * words.count(old, "memory_kB", node.where, 2**50)


def _subtype(node: Element) -> str:
    infos = (info for info in node.all("info") if info.attributes.get("name") in ("Type", "MemoryTier"))
    return node.attributes.get("subtype") or next((info.attributes.get("value", "") for info in infos), "")


def _owners(draft: PartialTopology, found: dict[int, Element]) -> None:
    """Each CPU has gone to one node: of those with the smallest set it is in, to DRAM, else to the lowest id."""
    near = {node: _cpus(element, node) for node, element in found.items()}
    taken = 0
    rivals: dict[int, list[int]] = {}
    rank = {node: (near[node].bit_count(), _slowness(found[node]), node) for node in found}
    for node in sorted(found, key=lambda node: rank[node]):
        own = near[node] & ~taken
        rivals.setdefault(near[node], []).append(node)
        taken |= own
        draft.node(node).cpus = cpu_text(own)
    with_cpus = [node for node in found if draft.node(node).cpus]
    none_for = {cpus: {rival: {"cpus": ""} for rival in equals} for cpus, equals in rivals.items()}
    for node in found:  # in the order of the document
        if near[node] and not draft.node(node).cpus:
            owners = [other for other in with_cpus if near[other] & near[node]]
            change = none_for[near[node]] | {node: {"cpus": cpu_text(near[node])}}
            sentence = f"Node {node} is taken to have no CPUs of its own; those near it go to {nodes_text(owners)}."
            draft.guess("cpus", sentence, [node, *owners], change)


def _cpus(node: Element, index: int) -> int:
    mask = node.attributes.get("cpuset", "")
    return cpu_bits(words.cpu_mask(mask, index, node.where)) if mask else 0


def _slowness(node: Element) -> int:
    subtype = _subtype(node)
    return 0 if subtype == "DRAM" else 1 if not subtype else 2


def _newer_matrix(
    root: Element, objects: list[Element], found: dict[int, Element]
) -> tuple[list[int], list[list[int]]] | None:
    """The latencies of versions 2 and 3, those that the kernel itself told first."""
    best: tuple[tuple[bool, bool, bool], Element] | None = None
    for element in root.all("distances2"):
        given = element.attributes
        kind = words.count(given.get("kind", "0"), "kind", element.where, 2**32)
        if given.get("type") != "NUMANode" or not kind & _LATENCY:
            continue
        usual = given.get("name", "NUMALatency") == "NUMALatency"
        rank = (usual, bool(kind & _FROM_OS), given.get("nbobjs") == str(len(found)))
        if best is None or rank > best[0]:
            best = rank, element
    if best is None:
        return None
    element = best[1]
    size = words.count(attribute(element, "nbobjs"), "nbobjs", element.where, 1024)
    indexes = _numbers(element, "indexes", size)
    ids = [words.node_id(word, element.where) for word in indexes]
    if element.attributes.get("indexing", "os") == "gp":
        by_gp = {node.attributes.get("gp_index"): index for index, node in found.items()}
        ids = [by_gp[word] for word in indexes if word in by_gp]
    if len(set(ids)) < size:
        element.refuse("names a node twice, or one that does not exist, among the indexes of its distances")
    return ids, _square(element, _numbers(element, "u64values", size * size), ids)


def _numbers(element: Element, tag: str, size: int) -> list[str]:
    """The words of all children of a tag: hwloc writes ten or so into each."""
    found = [word for child in element.all(tag) for word in child.text.split()]
    if len(found) != size:
        element.refuse(f"has {len(found)} {tag} where nbobjs asks for {size}")
    return found


def _square(element: Element, cells: Sequence[str], ids: list[int]) -> list[list[int]]:
    size = len(ids)
    return [
        [words.distance(cells[row * size + column], ids[row], ids[column], element.where) for column in range(size)]
        for row in range(size)
    ]


def _older_matrix(
    root: Element, objects: list[Element], found: dict[int, Element]
) -> tuple[list[int], list[list[int]]] | None:
    """The latencies of version 1: their rows go by the order of the NUMANodes in the document."""
    below = _all_below(root)
    for parent in objects:
        inside = below[id(parent)]
        for element in parent.all("distances"):
            size = words.count(attribute(element, "nbobjs"), "nbobjs", element.where, 65536)
            if not len(found) == inside.numa_nodes == size or not inside.has_nodes_at(_depth(element)):
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
            return ids, [[int(cell) for cell in whole[at : at + size]] for at in range(0, size * size, size)]
    return None


def _depth(distances: Element) -> int:
    return words.count(distances.attributes.get("relative_depth", "1"), "relative_depth", distances.where, 100)


@dataclass
class _Below:
    """What is in and below an element: how many NUMANodes, and masks of how deep objects and NUMANodes are in it."""

    numa_nodes: int
    objects: int = 1
    depths: int = 0

    def has_nodes_at(self, depth: int) -> bool:
        """Whether a matrix is about NUMANodes: they are as deep as it says, or nothing else is."""
        return bool(self.depths >> depth & 1) or not self.objects >> depth & 1


def _all_below(root: Element) -> dict[int, _Below]:
    """The same for all elements by id(), from the innermost outwards, so that each is looked at once."""
    found: dict[int, _Below] = {}
    for element in reversed(list(root.walk())):
        itself = _is_numa_node(element)
        below = found[id(element)] = _Below(int(itself), depths=int(itself))
        for child in element.children:
            inside = found[id(child)]
            below.numa_nodes += inside.numa_nodes
            if child.tag == "object":
                below.objects |= inside.objects << 1
                below.depths |= inside.depths << 1
    return found


def _is_numa_node(element: Element) -> bool:
    return element.attributes.get("type") in ("NUMANode", "NUMA")


def _decimal(element: Element, word: str) -> float:
    if not (word.isascii() and _PLAIN_NUMBER.fullmatch(word)):
        element.refuse(f"{shown(word)} is no plain number such as 2.1")
    return float(word)
