"""Evidence: what a listing says about memory tiers, and thus about how fast the memory of each node is."""

from __future__ import annotations

from dataclasses import dataclass, field

from viz.topology.watermarks import Watermarks

Figures = dict[str, int]
"""Latencies (ns) and bandwidths (MB/s) by their key in a document: read_latency, write_bandwidth, ..."""


@dataclass
class Evidence:
    """Statements about memory tiers, with one field for each kind of source."""

    tiers: dict[int, list[int]] = field(default_factory=dict)
    """The nodes in each file memory_tierN/nodelist, by N."""
    lower: dict[int, list[int]] = field(default_factory=dict)
    """For each node whose demotion targets a kernel printed: all nodes in slower tiers."""
    preferred: dict[int, list[int]] = field(default_factory=dict)
    """The preferred targets that a kernel printed, by node."""
    access: dict[int, dict[int, Figures]] = field(default_factory=dict)
    """The latencies and bandwidths in nodeN/access0 and access1, by the access class (0 or 1) and then by node."""
    ranks: dict[int, list[int]] = field(default_factory=dict)
    """The nodes of each MemoryTier of hwloc, by its number; the tier with the lowest number, 0 or 1, is the fastest."""
    kinds: dict[int, str] = field(default_factory=dict)
    """The kind of memory that hwloc names, by node; a key of viz.topology.tier_guess.KINDS."""
    dax: dict[int, str] = field(default_factory=dict)
    """The device of each node whose memory dax/kmem adds; "" if the device is unknown."""
    emulated: dict[int, int] = field(default_factory=dict)
    """The abstract distance that the parameters of numa_emulation give to a fake node, by node."""

    watermarks: dict[int, Watermarks] = field(default_factory=dict)
    """The watermarks of each node in a /proc/zoneinfo, which say nothing of tiers."""

    def __bool__(self) -> bool:
        """Return whether there is any statement."""
        return any(vars(self).values())

    def add(self, other: Evidence) -> None:
        """Add the statements of the other evidence; each replaces a statement about the same thing."""
        for name, found in vars(other).items():
            mine = getattr(self, name)
            if name == "access":
                for kind, nodes in found.items():
                    for node, figures in nodes.items():
                        mine.setdefault(kind, {}).setdefault(node, {}).update(figures)
            else:
                mine.update(found)
