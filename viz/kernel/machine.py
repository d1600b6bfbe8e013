"""Machine: all that the kernel knows of a machine when it builds zonelists and the demotion order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from viz.kernel.nodemask import NodeMask

MEMTIER_ADISTANCE_DRAM = 576

N_ONLINE, N_MEMORY, N_CPU = "N_ONLINE", "N_MEMORY", "N_CPU"
"""The node states that matter here, as node_states[] of the kernel is indexed."""


@dataclass(frozen=True)
class Rules:
    """What differs between kernel versions in code that all of them run; a row of versions.py fills it in."""

    charge: Literal["set", "add", "one"]
    """How a zonelist charges node_load[]: up to v5.15, from v5.16, from v5.19."""
    lists_for: Literal["online", "possible"]
    """Whose zonelists are built: possible nodes too from v5.18."""
    memoryless_lists_itself: bool
    """Whether a node without memory stands first in its own list: until v6.6."""
    refused_is_free: bool = True
    """Whether a node that is found and refused may be found again: from 5.17.8."""
    adistance_from_hmat: bool = False
    """Whether firmware's figures for latency and bandwidth give the abstract distance: from v6.7."""


@dataclass(frozen=True)
class Triggers:
    """Which events rebuild the order; a row of versions.py fills it in. hotplug.py asks."""

    memory: Literal["block", "node", "unknown"]
    """What must come or go: any block of memory, or the first or last of its node."""
    cpu: Literal["any, early", "any", "N_CPU", "never", "unknown"]
    """Which CPUs count: all, those that change N_CPU, or none. Early: when one goes, before N_CPU is updated."""
    ghost: bool = True
    """Whether zonelists are rebuilt while a node without memory is still in N_MEMORY: until v6.6."""


@dataclass
class Machine:
    """The node states and distances; node ids may be sparse.

    `n_cpu` (N_CPU) and `cpus` (nodes whose cpumask_of_node() is not empty) are two different things:
    the first chooses the sources of the first pass, the second costs a candidate one unit of distance.
    `distance[a][b]` is the SLIT byte in the row of a, indexed by node id: the row of the source decides.
    """

    possible: NodeMask
    online: NodeMask
    memory: NodeMask
    n_cpu: NodeMask
    cpus: NodeMask
    distance: Mapping[int, bytes]
    rules: Rules
    blocks: dict[int, int] = field(default_factory=dict)
    """How many blocks of memory are online: one on a node in N_MEMORY where nothing else is said."""
    cpu_count: dict[int, int] = field(default_factory=dict)
    """How many CPUs are online, likewise."""
    adistance: dict[int, int] = field(default_factory=dict)
    """Abstract distance, from which the memory tier follows; that of DRAM where nothing is said."""
    node_load: dict[int, int] = field(default_factory=dict)
    zonelists: dict[int, list[int]] = field(default_factory=dict)
    top_tier: int = 0
    """Id of the slowest memory tier that counts as fast; it stays what it was where no tier has CPUs."""
    locks: list[str] = field(default_factory=list)
    """Those that are held now; locks.py takes and releases them."""

    @property
    def node_states(self) -> Mapping[str, NodeMask]:
        """The masks themselves, by the names that Linux indexes them with."""
        return {
            N_ONLINE: self.online,
            N_MEMORY: self.memory,
            N_CPU: self.n_cpu,
        }

    def __post_init__(self) -> None:
        for node in self.possible:
            self.blocks.setdefault(node, int(node in self.memory))
            self.cpu_count.setdefault(node, int(node in self.cpus))
            self.node_load.setdefault(node, 0)
            self.zonelists.setdefault(node, [])
            self.adistance.setdefault(node, MEMTIER_ADISTANCE_DRAM)
