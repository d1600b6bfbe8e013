"""Read how fast memory is from hwloc's XML: subtype, MemoryTier, and the values of memattrs.

<object type="NUMANode" os_index="1" gp_index="7" subtype="CXL-DRAM"><info name="MemoryTier" value="1"/></object>
<memattr name="Latency" flags="6">             also Bandwidth (MiB/s), ReadLatency, WriteBandwidth, ... (ns)
  <memattr_value target_obj_type="NUMANode" target_obj_gp_index="7" value="250" initiator_cpuset="0x000000ff"/>
"""

from __future__ import annotations

from collections.abc import Mapping

from viz.kernel.hmat import Field, Hmat, Locality, access_coordinate
from viz.topology.evidence import Evidence
from viz.topology.formats import words
from viz.topology.partial_topology import PartialTopology
from viz.topology.xml_tree import Element

KINDS = {
    "DRAM": "dram", "HBM": "hbm", "MCDRAM": "hbm", "CXL-DRAM": "cxl", "CXL": "cxl", "SPM": "cxl", "NVM": "pmem",
    "CXL-NVM": "pmem", "PMEM": "pmem",
}  # fmt: skip
"""For each name that hwloc gives to memory, its kind: a key of viz.topology.tier_guess.KINDS."""
_FIELDS: dict[str, tuple[Field, ...]] = {
    "Latency": ("read_latency", "write_latency"),
    "ReadLatency": ("read_latency",),
    "WriteLatency": ("write_latency",),
    "Bandwidth": ("read_bandwidth", "write_bandwidth"),
    "ReadBandwidth": ("read_bandwidth",),
    "WriteBandwidth": ("write_bandwidth",),
}


def subtype(node: Element) -> str:
    """Return hwloc's name for the memory of a node, such as "HBM"; "" if the XML has none."""
    infos = (info for info in node.all("info") if info.attributes.get("name") == "Type")
    return node.attributes.get("subtype") or next((info.attributes.get("value", "") for info in infos), "")


def take_memory(partial: PartialTopology, root: Element, by_id: Mapping[int, Element]) -> None:
    """Add to the topology the kind, the tier, the latencies and the bandwidths of each node's memory."""
    for node, element in by_id.items():
        kind = KINDS.get(subtype(element).strip().upper())
        if kind:
            partial.evidence.kinds[node] = kind
        _take_infos(partial.evidence, element, node)
    hmat = _hmat(root, by_id)
    if hmat is not None:
        for node in by_id:
            figures = access_coordinate(hmat, node, 1, hmat.initiators)
            found = {key: value for key, value in vars(figures).items() if value}
            partial.node(node).extra |= found


def _take_infos(evidence: Evidence, element: Element, node: int) -> None:
    for info in element.all("info"):
        value = info.attributes.get("value", "")
        if info.attributes.get("name") == "DAXDevice":
            evidence.dax[node] = value[:20]
        if info.attributes.get("name") == "MemoryTier" and value.isascii() and value.isdigit() and len(value) < 6:
            evidence.ranks.setdefault(int(value), []).append(node)


def _hmat(root: Element, by_id: Mapping[int, Element]) -> Hmat | None:
    """Return the values of memattrs as an HMAT, in which each cpuset is an initiator; None if there are no values."""
    node_of = {
        element.attributes["gp_index"]: node for node, element in by_id.items() if "gp_index" in element.attributes
    }
    initiators: dict[str, int] = {}
    tables = []
    for attribute in root.all("memattr"):
        fields = _FIELDS.get(attribute.attributes.get("name", ""))
        values: dict[tuple[int, int], int] = {}
        for value in attribute.all("memattr_value") if fields else ():
            target = node_of.get(value.attributes.get("target_obj_gp_index", ""))
            near = value.attributes.get("initiator_cpuset") or value.attributes.get("initiator_obj_gp_index")
            if target is not None and near:
                number = words.count(value.attributes.get("value", ""), "a value", value.where, 2**40)
                values[initiators.setdefault(near, len(initiators)), target] = number
        if fields and values:
            tables.append(Locality(fields, values))
    return Hmat(tuple(tables)) if tables else None
