"""The machine as Linux knows it when it builds the order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from viz.kernel.nodemask import NodeMask

MEMTIER_ADISTANCE_DRAM = 576

N_ONLINE, N_MEMORY, N_CPU = "N_ONLINE", "N_MEMORY", "N_CPU"
"""The indexes of node_states[] that the order depends on."""


ChargeRule = Literal["set", "add", "one", "none"]
"""How building a zonelist changes node_load[] of a node in it.

"set" stores a number, "add" adds that number: the number of online
nodes less the entries before the node. "one" adds 1. "none", which
no kernel has, changes nothing.
"""


@dataclass(frozen=True)
class Rules:
    """How versions differ within the code that all of them run.

    A row of versions.py fills it in.
    """

    charge: ChargeRule
    """"set" to v5.15, "add" from v5.16, "one" from v5.19."""
    lists_for: Literal["online", "possible"]
    """The nodes that get a zonelist; "possible" from v5.18."""
    memoryless_lists_itself: bool
    """Whether a node without memory heads its own list: to v6.6."""
    refused_is_free: bool = True
    """Whether a refused target can be chosen later: from 5.17.8."""
    hmat: Literal["none", "added", "all"] = "none"
    """The memory that gets its abstract distance from the HMAT.

    "none" to v6.6; "added", memory that is added after boot, from
    v6.7; "all" from v6.11.
    """
    adistance_bits: Literal[32, 64] = 64
    """The width of integers in computing abstract distances.

    It is 64 from v6.12.43 and v6.17 on.
    """
    penalty_id: int = 1
    """The penalty of a candidate whose id is below the source's."""
    penalty_cpu: int = 1
    """The penalty of a candidate with CPUs."""
    tie: Literal["load", "id", "last-id"] = "load"
    """What decides between equal scores: the load, or the id."""


@dataclass(frozen=True)
class Triggers:
    """The events that rebuild the order.

    A row of versions.py fills it in.
    """

    memory: Literal["block", "node", "unknown"]
    """The memory blocks that count.

    "block" means every block, "node" only a node's first and last.
    """
    cpu: Literal["any, early", "any", "N_CPU", "never", "unknown"]
    """The CPUs that count.

    "any" means every CPU, "N_CPU" only a node's first and last.
    "early": the order is rebuilt before a CPU leaves N_CPU.
    """
    lists_rebuilt_before_n_memory: bool = True
    """Whether zonelists are rebuilt before N_MEMORY loses a node.

    It is so up to v6.6, where a node that has lost its memory stays
    in the lists.
    """
    node_notifier: bool = False
    """Whether Linux has actions for a node's first and last memory.

    It is so from v6.17 on.
    """


@dataclass
class Machine:
    """A machine: its node states and distances.

    Node ids may have gaps. The nodes of N_CPU (`n_cpu`) are the
    sources of the first pass. The nodes whose cpumask_of_node() is
    not empty (`cpus`) cost one unit of distance more as candidates.
    These two sets can differ. `distance[a][b]` is the SLIT byte in
    row a, and the chooser reads the row of the source.
    """

    possible: NodeMask
    online: NodeMask
    memory: NodeMask
    n_cpu: NodeMask
    cpus: NodeMask
    distance: Mapping[int, bytes]
    rules: Rules
    blocks: dict[int, int] = field(default_factory=dict)
    """The number of online memory blocks of each node.

    The default is 1 for a node in N_MEMORY, else 0.
    """
    cpu_count: dict[int, int] = field(default_factory=dict)
    """The number of online CPUs of each node.

    The default is 1 for a node in `cpus`, else 0.
    """
    adistance: dict[int, int] = field(default_factory=dict)
    """The abstract distances; the default is that of DRAM."""
    mems: NodeMask | None = None
    """The nodes that a cgroup may use; None without a cgroup."""
    node_load: dict[int, int] = field(default_factory=dict)
    zonelists: dict[int, list[int]] = field(default_factory=dict)
    top_tier: int = 0
    """The id of the slowest memory tier that counts as fast.

    It does not change if no tier has CPUs.
    """
    locks: list[str] = field(default_factory=list)
    """The locks that are held now (locks.py)."""

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
