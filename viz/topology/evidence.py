"""Evidence: what a machine itself says of how fast its memory is, beside its nodes, sizes and distances."""

from __future__ import annotations

from dataclasses import dataclass, field

Figures = dict[str, int]
"""Latencies and bandwidths by their key in a document: read_latency, write_bandwidth, ..."""


@dataclass
class Evidence:
    """The statements on memory tiers that were found, by where they come from."""

    tiers: dict[int, list[int]] = field(default_factory=dict)
    """The nodes in each memory_tierN/nodelist."""
    lower: dict[int, list[int]] = field(default_factory=dict)
    """For each node of which a kernel printed the demotion targets: all nodes in slower tiers."""
    preferred: dict[int, list[int]] = field(default_factory=dict)
    """The preferred targets that the kernel printed."""
    access: dict[int, dict[int, Figures]] = field(default_factory=dict)
    """The figures of nodeN/access0 and access1, by the class and the node."""
    ranks: dict[int, list[int]] = field(default_factory=dict)
    """hwloc's MemoryTier: nodes by rank, 0 or 1 the fastest."""
    kinds: dict[int, str] = field(default_factory=dict)
    """What a node's memory is called, by node: a key of viz.topology.tier_guess.KINDS."""
    dax: dict[int, str] = field(default_factory=dict)
    """The device of each node whose memory dax/kmem adds."""
    emulated: dict[int, int] = field(default_factory=dict)
    """The abstract distance that numa_emulation's parameters give a fake node."""

    def __bool__(self) -> bool:
        """Return whether anything was found."""
        return any(vars(self).values())

    def add(self, other: Evidence) -> None:
        """Add what the other found; where both say something, the other counts."""
        for name, found in vars(other).items():
            mine = getattr(self, name)
            if name == "access":
                for kind, nodes in found.items():
                    for node, figures in nodes.items():
                        mine.setdefault(kind, {}).setdefault(node, {}).update(figures)
            else:
                mine.update(found)
