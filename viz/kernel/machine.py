"""Machine: what Linux knows of one when it builds the order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from viz.kernel.nodemask import NodeMask

MEMTIER_ADISTANCE_DRAM = 576

N_ONLINE, N_MEMORY, N_CPU = "N_ONLINE", "N_MEMORY", "N_CPU"
"""What node_states[] is indexed with, as far as it matters here."""


ChargeRule = Literal["set", "add", "one"]
"""What building a zonelist does to the load of a node in it.

It is set to, or grows by, the number of online nodes less the
entries before it; or it grows by one.
"""


@dataclass(frozen=True)
class Rules:
    """What differs between versions in code that all of them run.

    A row of versions.py fills it in.
    """

    charge: ChargeRule
    """How lists charge loads: to v5.15, from v5.16, from v5.19."""
    lists_for: Literal["online", "possible"]
    """Whose zonelists are built: possible nodes too from v5.18."""
    memoryless_lists_itself: bool
    """Whether nodes without memory head their lists: to v6.6."""
    refused_is_free: bool = True
    """Whether a refused node may be found again: from 5.17.8."""
    hmat: Literal["none", "added", "all"] = "none"
    """Whose abstract distance comes from firmware's figures.

    None to v6.6; memory that is added after boot from v6.7; all
    memory from v6.11.
    """
    adistance_bits: Literal[32, 64] = 64
    """How wide its product is: 64 from v6.12.43 and v6.17."""


@dataclass(frozen=True)
class Triggers:
    """Which events rebuild the order.

    A row of versions.py fills it in.
    """

    memory: Literal["block", "node", "unknown"]
    """Which blocks count: all, or a node's first and last."""
    cpu: Literal["any, early", "any", "N_CPU", "never", "unknown"]
    """Which CPUs count: all, those that change N_CPU, or none.

    Early: where a CPU goes, before N_CPU is updated.
    """
    lists_rebuilt_before_n_memory: bool = True
    """Whether a node that has lost its memory is in N_MEMORY still
    while lists are rebuilt: to v6.6."""
    node_notifier: bool = False
    """Whether a node's first and last memory are announced by an
    action of their own: from v6.17."""


@dataclass
class Machine:
    """The node states and distances; node ids may be sparse.

    N_CPU (`n_cpu`) are the sources of the first pass. The nodes
    whose cpumask_of_node() is not empty (`cpus`) cost one unit of
    distance as candidates. The two can differ. `distance[a][b]` is
    the SLIT byte in the row of a: the row of the source decides.
    """

    possible: NodeMask
    online: NodeMask
    memory: NodeMask
    n_cpu: NodeMask
    cpus: NodeMask
    distance: Mapping[int, bytes]
    rules: Rules
    blocks: dict[int, int] = field(default_factory=dict)
    """How many blocks of memory of each node are online.

    The default is one for a node in N_MEMORY, and else none.
    """
    cpu_count: dict[int, int] = field(default_factory=dict)
    """How many CPUs are online, by the same default."""
    adistance: dict[int, int] = field(default_factory=dict)
    """The abstract distances; the default is that of DRAM."""
    mems: NodeMask | None = None
    """The nodes that a cgroup may use; None if nobody asks."""
    node_load: dict[int, int] = field(default_factory=dict)
    zonelists: dict[int, list[int]] = field(default_factory=dict)
    top_tier: int = 0
    """The slowest memory tier that counts as fast.

    It stays what it was if no tier has CPUs.
    """
    locks: list[str] = field(default_factory=list)
    """Those that are held now (locks.py)."""

    @property
    def node_states(self) -> Mapping[str, NodeMask]:
        """Return the masks by the names that Linux has for them."""
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
