"""libvirt's XML: <numa> of a domain, <topology><cells> of the capabilities.

    <cell id="0" cpus="0-3" memory="4" unit="GiB"><distances><sibling id="1" value="21"/></distances></cell>   domain
    <cell id="0"><memory unit="KiB">67108864</memory><cpus num="1"><cpu id="0"/></cpus></cell>           capabilities

In a domain a cell may lack its id (its place counts), its CPUs and some distances; libvirt fills these.
"""

from __future__ import annotations

import re

from viz.kernel.nodemask import node_list
from viz.topology.errors import TopologyError, shown
from viz.topology.formats import words
from viz.topology.formats.pairs import Pairs, fill, put
from viz.topology.parse_result import ParseResult
from viz.topology.partial_topology import Found, PartialTopology
from viz.topology.quantities import MAX_CPUS, cpu_bits, cpu_text
from viz.topology.xml_tree import SEVERAL, Element, attribute, parsed

_LOOKS = re.compile(r"<cell[\s/>]|<domain[\s>]|<capabilities[\s>]")
_UNITS: dict[str, int] = {"b": 1, "bytes": 1} | {
    letter + tail: base**power
    for power, letters in ((1, "kK"), (2, "M"), (3, "G"), (4, "T"), (5, "P"))
    for letter in letters
    for tail, base in (("", 1024), ("B", 1000), ("iB", 1024))
}
_EVERY_CELL = ("numa", "cells", SEVERAL)


def like_libvirt(text: str) -> bool:
    """Whether the text is XML with libvirt's cells."""
    return _LOOKS.search(text) is not None


def read_libvirt(text: str, name: str = "") -> ParseResult:
    """The guest's topology in a domain's XML, the host's in the capabilities."""
    try:
        draft, pairs = PartialTopology("libvirt XML"), Pairs()
        top = _cells(parsed(text))
        for place, cell in enumerate(top.all("cell")):
            node = words.node_id(cell.attributes.get("id", str(place)), cell.where)
            if node in draft.nodes:
                cell.refuse(f"cell {node} comes a second time; each has its own id")
            draft.nodes[node] = _found(cell, node)
            _distances(cell, node, pairs)
        _number_access(top, draft)
        fill(draft, pairs, "libvirt")
        return draft.loaded(name)
    except TopologyError as error:
        raise error.within(name) from None


def _cells(root: Element) -> Element:
    """The one element that holds cells."""
    tops = [element for element in root.walk() if element.tag in _EVERY_CELL and element.first("cell")]
    if len(tops) > 1:
        tops[1].refuse(f"a second machine starts here, the first is on line {tops[0].line}; give one at a time")
    if not tops:
        raise TopologyError("has no <cell>: a domain's are in <cpu><numa>, the host's in <topology><cells>")
    return tops[0]


def _found(cell: Element, node: int) -> Found:
    listed, memory = cell.first("cpus"), cell.first("memory")
    if "cpus" in cell.attributes or listed is None:
        cpus = _cpu_set(cell.attributes.get("cpus", ""), node, cell.where)
    else:
        numbers = [
            words.count(attribute(cpu, "id"), "a CPU's id", cpu.where, MAX_CPUS - 1) for cpu in listed.all("cpu")
        ]
        cpus = node_list(sorted(set(numbers)))
    if memory is not None:
        return Found(cpus, _bytes(memory, memory.text.strip(), memory.attributes.get("unit", "KiB")))
    if "memory" in cell.attributes:
        return Found(cpus, _bytes(cell, cell.attributes["memory"].strip(), cell.attributes.get("unit", "KiB")))
    return Found(cpus)


def _cpu_set(text: str, node: int, where: str) -> str:
    """The CPU list of a set in which ^4 takes a CPU out; a comma may have become a full-width one."""
    parts = [part.strip() for part in text.replace("\uff0c", ",").split(",")] if text.strip() else []
    out = words.cpu_list(",".join(part[1:] for part in parts if part[:1] == "^"), node, where)
    listed = words.cpu_list(",".join(part for part in parts if part[:1] != "^"), node, where)
    return cpu_text(cpu_bits(listed) & ~cpu_bits(out)) if out else listed


def _bytes(element: Element, word: str, unit: str) -> int:
    if unit not in _UNITS:
        element.refuse(f"{shown(unit)} is no unit of memory; libvirt's are b, KiB, MiB, GiB, ...")
    return words.count(word, "memory", element.where, 2**50) * _UNITS[unit]


def _distances(cell: Element, node: int, pairs: Pairs) -> None:
    given = cell.first("distances")
    for sibling in given.all("sibling") if given else ():
        other = words.node_id(attribute(sibling, "id"), sibling.where)
        value = words.distance(attribute(sibling, "value"), node, other, sibling.where)
        put(pairs, node, other, value, sibling.where)


def _number_access(top: Element, draft: PartialTopology) -> None:
    """The nodes have the best latency (ns) and bandwidth (KiB/s) that <interconnects> gives to any initiator."""
    interconnects = top.first("interconnects")
    for entry in interconnects.children if interconnects else ():
        if entry.tag not in ("latency", "bandwidth") or "cache" in entry.attributes:
            continue
        target = words.node_id(attribute(entry, "target"), entry.where)
        value = words.count(attribute(entry, "value"), "value", entry.where, 2**50)
        extra = draft.node(target).extra if target in draft.nodes else {}
        for way in ("read", "write"):
            if value and entry.attributes.get("type", "access") in ("access", way):
                key, best = f"{way}_{entry.tag}", min if entry.tag == "latency" else max
                extra[key] = best(extra.get(key, value), value)
