"""Find the memory tiers that a kernel's log implies: with these tiers, a kernel would print what the log has."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from viz.analysis.run import Run
from viz.kernel.memory_tiers import memtier
from viz.kernel.versions import UNKNOWN, VERSIONS
from viz.topology import Topology, TopologyError
from viz.topology.formats.kernel_log import PrintedLists
from viz.topology.printed_targets import implied, inferred


@dataclass(frozen=True)
class ImpliedTiers:
    """The machine of a run with the tiers that a log implies."""

    run: Run
    log: PrintedLists

    @cached_property
    def condition(self) -> str:
        """Return which nodes are slower by the log: "node 1 is in a slower tier than node 0"; "" if it implies none."""
        try:
            return implied(self._lower)
        except TopologyError:
            return ""

    @cached_property
    def _lower(self) -> dict[int, list[int]]:
        """Return for each node all nodes in slower tiers: by the demotion lines of the log, else by its tier files."""
        if self.log.lower or any(self.log.targets.values()):
            return {node: self.log.lower.get(node, targets) for node, targets in self.log.targets.items()}
        tiers = self.log.tiers
        return {
            node: sorted(other for slower in tiers if slower > tier for other in tiers[slower])
            for tier, nodes in tiers.items()
            for node in nodes
        }

    @cached_property
    def topology(self) -> Topology:
        """Return the machine of the run, with its nodes in the tiers that the log implies."""
        dram = [node.id for node in self.run.topology.nodes if node.cpu_count and node.memory]
        read = {node: tier for tier, nodes in self.log.tiers.items() for node in nodes}
        adistances = inferred(self._lower, dram, read)
        document = self.run.topology.document()
        for node in document["nodes"]:
            if node["id"] in adistances:
                node.pop("adistance_from", None)
                node["adistance"] = adistances[node["id"]]
        return Topology.from_document(document)

    @cached_property
    def results(self) -> dict[tuple[str, str], dict[str, Any]]:
        """Return each kernel's result for that machine, by (kernel, zonelists); {} if the log implies no tiers."""
        if not self.condition:
            return {}
        rows = [row for row in VERSIONS if memtier in row.arrays and row.triggers != UNKNOWN]
        return {
            (row.name, zonelists): Run.of(self.topology, row.name, zonelists).order()
            for row in rows
            for zonelists in ("boot", "runtime")
        }

    @property
    def is_known(self) -> bool:
        """Return whether the nodes of the run are in the implied tiers already."""
        rules = self.run.version.rules
        pairs = zip(self.topology.nodes, self.run.topology.nodes, strict=True)
        before, after = self.run.topology.machine(rules).adistance, self.topology.machine(rules).adistance
        return all(before[node.id] >> 7 == after[node.id] >> 7 for node, _ in pairs)

    def sentence(self, matching: list[tuple[str, str]]) -> str:
        """Return text such as "v6.12 prints this if node 1 is in a slower tier than node 0".

        `matching` has each (kernel, zonelists) of `results` with the same lists as the log. Return "" if it is empty.
        """
        if not matching or not self.condition:
            return ""
        asked, row = self.run.asked.strip(), self.run.version
        names = list(dict.fromkeys(name for name, _ in matching))
        if row.name in names:
            return f"{'v' if asked[:1].isdigit() else ''}{asked} prints this if {self.condition}"
        first = f"{names[0]} and newer print" if len(names) > 1 else f"{names[0]} prints"
        return f"{first} this if {self.condition}"
