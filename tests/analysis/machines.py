"""Draw machines and kernels for the tests of findings, and read the targets and the findings of a run."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.machines import machine_of, machines, topology_of
from tests.what_ifs import what_ifs
from viz.analysis.findings import DETECTORS, Finding, findings
from viz.analysis.run import Run
from viz.kernel.memory import nodes_in
from viz.kernel.versions import VERSIONS
from viz.topology import Topology

KERNELS = st.one_of(st.sampled_from([row.name for row in VERSIONS]), what_ifs().map(lambda changed: changed.name))
"""The names of rows, and of rows with changed rules."""
ZONELISTS = st.sampled_from(["boot", "runtime"])
Targets = dict[int, set[int]]


@st.composite
def topologies(draw: st.DrawFn) -> Topology:
    """Draw a machine with labels and sockets, in which some nodes state no abstract distance."""
    document = topology_of(draw(machines(6))).document()
    for node in document["nodes"]:
        node["label"] = draw(st.sampled_from(["", "DRAM", "HBM", "PMEM", "DDR5", "GPU"]))
        if draw(st.booleans()):
            node["socket"] = draw(st.sampled_from(["A", "B", "Shared by all"]))
        if draw(st.booleans()):
            del node["adistance"]
    if draw(st.booleans()):
        document["node_load"] = {str(node["id"]): draw(st.integers(0, 3)) for node in document["nodes"]}
    return Topology.from_document(document)


def made(distances: str, cpus: str, sockets: str = "") -> Topology:
    """Return a machine with this distance matrix whose nodes all have memory; `sockets` has a letter for each node."""
    topology = topology_of(machine_of(distances, cpus, adistance=[576] * round(len(distances.split()) ** 0.5)))
    document = topology.document()
    for node, name in zip(document["nodes"], sockets, strict=False):
        node["socket"] = name
    return Topology.from_document(document)


def targets_of(run: Run) -> Targets:
    """Return the targets in the result of order(), where a cell is a number, a list or a node list."""
    order = run.order()
    cells = order["preferred"] if order["node_demotion"] is None else order["node_demotion"]
    return {int(node): set(cell) if isinstance(cell, list) else set(nodes_in(cell)) for node, cell in cells.items()}


def found_in(run: Run) -> dict[str, Finding]:
    """Return the findings of a run by their ids, which come in the order of DETECTORS."""
    found = {finding.id: finding for finding in findings(run)}
    assert list(found) == [name for name in DETECTORS if name in found]
    return found


def nodes_of(found: dict[str, Finding], name: str) -> list[int]:
    """Return the nodes that the finding of this name is about; none if it was not found."""
    return sorted(found[name].nodes) if name in found else []
