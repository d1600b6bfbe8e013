"""Read libvirt's XML: <numa> of a domain, <topology><cells> of the capabilities.

    <cell id="0" cpus="0-3" memory="4" unit="GiB"><distances><sibling id="1" value="21"/></distances></cell>   domain
    <cell id="0"><memory unit="KiB">67108864</memory><cpus num="1"><cpu id="0"/></cpus></cell>           capabilities

In a domain a cell may lack its id, its CPUs and some distances. libvirt fills them in; the id is then the cell's index.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from viz.kernel.hmat import DATA_TYPES, Field, Hmat, Locality
from viz.kernel.nodemask import node_list
from viz.topology.errors import SecondMachine, TopologyError, shown
from viz.topology.formats import words
from viz.topology.formats.pairs import Pairs, fill, put
from viz.topology.hmat_figures import take_figures
from viz.topology.parse_result import ParseResult
from viz.topology.partial_topology import NodeFacts, PartialTopology
from viz.topology.quantities import MAX_CPUS, cpu_bits, cpu_text
from viz.topology.xml_tree import SEVERAL, Element, attribute, parsed

_LIBVIRT_TAG = re.compile(r"<cell[\s/>]|<domain[\s>]|<capabilities[\s>]")
_UNITS: dict[str, int] = {"b": 1, "bytes": 1} | {
    letter + tail: base**power
    for power, letters in ((1, "kK"), (2, "M"), (3, "G"), (4, "T"), (5, "P"))
    for letter in letters
    for tail, base in (("", 1024), ("B", 1000), ("iB", 1024))
}
_FIELDS: dict[tuple[str, str], tuple[Field, ...]] = {
    ("access", "latency"): DATA_TYPES[0],
    ("read", "latency"): DATA_TYPES[1],
    ("write", "latency"): DATA_TYPES[2],
    ("access", "bandwidth"): DATA_TYPES[3],
    ("read", "bandwidth"): DATA_TYPES[4],
    ("write", "bandwidth"): DATA_TYPES[5],
}
Tables = Mapping[tuple[Field, ...], Mapping[tuple[int, int], int]]
"""Latencies (ns) and bandwidths (MiB/s): by the fields of a target that they fill, then by initiator and target."""
_PARENTS_OF_CELLS = ("numa", "cells", SEVERAL)


def like_libvirt(text: str) -> bool:
    """Return whether the text is XML with libvirt's cells."""
    return _LIBVIRT_TAG.search(text) is not None


def read_libvirt(text: str, name: str = "") -> ParseResult:
    """Return the guest's topology from a domain's XML, or the host's from the capabilities."""
    try:
        partial, pairs = PartialTopology("libvirt XML"), Pairs()
        top = _parent_of_cells(parsed(text))
        for index, cell in enumerate(top.all("cell")):
            node = words.node_id(cell.attributes.get("id", str(index)), cell.where)
            if node in partial.nodes:
                cell.refuse(f"cell {node} comes a second time; each has its own id")
            partial.nodes[node] = _facts(cell, node)
            _read_distances(cell, node, pairs)
        _read_access(top, partial)
        partial.gets_slit = top.tag == "numa"
        fill(partial, pairs, "libvirt")
        return partial.loaded(name)
    except TopologyError as error:
        raise error.within(name) from None


def _parent_of_cells(root: Element) -> Element:
    """Return the element that contains the cells; raise TopologyError unless there is exactly one."""
    tops = [element for element in root.walk() if element.tag in _PARENTS_OF_CELLS and element.first("cell")]
    if len(tops) > 1:
        problem = f"a second machine starts here, the first is on line {tops[0].line}; give one at a time"
        raise SecondMachine(problem, tops[1].where)
    if not tops:
        raise TopologyError("has no <cell>: a domain's are in <cpu><numa>, the host's in <topology><cells>")
    return tops[0]


def _facts(cell: Element, node: int) -> NodeFacts:
    listed, memory = cell.first("cpus"), cell.first("memory")
    if "cpus" in cell.attributes or listed is None:
        cpus = _cpu_set(cell.attributes.get("cpus", ""), node, cell.where)
    else:
        numbers = [
            words.count(attribute(cpu, "id"), "a CPU's id", cpu.where, MAX_CPUS - 1) for cpu in listed.all("cpu")
        ]
        cpus = node_list(sorted(set(numbers)))
    if memory is not None:
        return NodeFacts(cpus, _bytes(memory, memory.text.strip(), memory.attributes.get("unit", "KiB")))
    if "memory" in cell.attributes:
        return NodeFacts(cpus, _bytes(cell, cell.attributes["memory"].strip(), cell.attributes.get("unit", "KiB")))
    return NodeFacts(cpus)


def _cpu_set(text: str, node: int, where: str) -> str:
    """Return the CPU list of a set, in which "^4" excludes CPU 4. Full-width commas count as commas."""
    parts = [part.strip() for part in text.replace("\uff0c", ",").split(",")] if text.strip() else []
    excluded = words.cpu_list(",".join(part[1:] for part in parts if part[:1] == "^"), node, where)
    included = words.cpu_list(",".join(part for part in parts if part[:1] != "^"), node, where)
    return cpu_text(cpu_bits(included) & ~cpu_bits(excluded)) if excluded else included


def _bytes(element: Element, word: str, unit: str) -> int:
    if unit not in _UNITS:
        element.refuse(f"{shown(unit)} is no unit of memory; libvirt's are b, KiB, MiB, GiB, ...")
    return words.count(word, "memory", element.where, 2**50) * _UNITS[unit]


def _read_distances(cell: Element, node: int, pairs: Pairs) -> None:
    distances = cell.first("distances")
    for sibling in distances.all("sibling") if distances else ():
        other = words.node_id(attribute(sibling, "id"), sibling.where)
        value = words.distance(attribute(sibling, "value"), node, other, sibling.where)
        put(pairs, node, other, value, sibling.where)


def _read_access(top: Element, partial: PartialTopology) -> None:
    """Store in each node the latency and the bandwidth from <interconnects> that Linux keeps for the node.

    libvirt attaches a cell without CPUs to the initiator with the lowest latency. If no latency is given, it takes the
    initiator with the highest bandwidth. The XML has latencies in ns and bandwidths in KiB/s.
    """
    interconnects = top.first("interconnects")
    tables: dict[tuple[Field, ...], dict[tuple[int, int], int]] = {}
    for entry in interconnects.children if interconnects else ():
        if entry.tag not in ("latency", "bandwidth") or entry.attributes.get("cache", "0") != "0":
            continue
        initiator, target = (words.node_id(attribute(entry, key), entry.where) for key in ("initiator", "target"))
        value = words.count(attribute(entry, "value"), "value", entry.where, 2**50)
        kind = entry.attributes.get("type", "access")
        fields = _FIELDS.get((kind, entry.tag))
        if fields and target in partial.nodes:
            tables.setdefault(fields, {})[initiator, target] = value if entry.tag == "latency" else -(-value // 1024)
    if tables:
        has_cpu = [node for node, facts in partial.nodes.items() if facts.cpus]
        attached = {node: _initiator(tables, node, has_cpu) for node in partial.nodes}
        hmat = Hmat(
            tuple(Locality(fields, values) for fields, values in tables.items()),
            {node: initiator for node, initiator in attached.items() if initiator is not None},
        )
        take_figures(partial, hmat, {node: node for node in partial.nodes}, has_cpu, has_cpu)


def _initiator(tables: Tables, node: int, has_cpu: Sequence[int]) -> int | None:
    if node in has_cpu:
        return node
    for word, sign in (("latency", 1), ("bandwidth", -1)):
        found = [
            (sign * value, initiator)
            for fields, values in tables.items()
            if fields[0].endswith(word)
            for (initiator, target), value in values.items()
            if target == node
        ]
        if found:
            return min(found)[1]
    return None
