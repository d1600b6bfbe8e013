"""Hold all that a simulation knows at one tick, and the moves of that tick."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from viz.pressure.behaviour import Behaviour
from viz.pressure.order import DemotionOrder
from viz.pressure.pages import NodeMemory

Cause = Literal["kswapd", "direct", "proactive"]
"""Who reclaims; a demotion is counted by it."""
BEFORE = "in use before"
"""The owner of the pages that are in use at the start on nodes without CPUs."""
KERNEL = "the kernel"
"""The owner of those on nodes with CPUs, which nothing can move."""
OTHERS = (BEFORE, KERNEL)


class Move(NamedTuple):
    """Pages that go somewhere in one tick: `kind` says why, -1 stands for no node.

    kinds: alloc, kswapd, direct, proactive (demotion by each), promote, migrate (the node leaves), swap, exit, drain
    """

    kind: str
    source: int
    target: int
    owner: str


class Note(NamedTuple):
    """Something that happens at a tick and is no move: its name, the node and the owner it is about, and figures."""

    what: str
    node: int = -1
    owner: str = ""
    pages: int = 0
    other: int = 0


@dataclass
class Owner:
    """Somebody who allocates: a process with a place, a policy and a cgroup."""

    name: str
    cpu: int
    rate: int
    """Pages that it touches for the first time at each tick."""
    wanted: int
    start: int = 0
    mask: int = -1
    """The nodes where it may allocate: those of its policy and of its cpuset; -1 stands for all."""
    nodes: list[NodeMemory] = field(default_factory=list)
    """The same, in the order in which the allocator looks, without nodes that take no pages now."""
    mems: int | None = None
    """The nodes of its cgroup's cpuset, a mask; None if it has no cpuset."""
    hot: int = 0
    """Pages in slower memory that it is found to use at each tick, with numa_balancing 2."""
    left: int = 0
    """Pages that it still wants."""
    swapped: int = 0
    stalls: int = 0
    """Ticks in a row at which it got no page."""
    killed: bool = False
    started: bool = False
    told: bool = False
    """Whether it was noted that it has all its pages."""

    @property
    def done(self) -> bool:
        """Return whether it allocates no more."""
        return self.killed or not self.left


@dataclass
class State:
    """The machine at a tick."""

    nodes: dict[int, NodeMemory]
    owners: dict[str, Owner]
    order: DemotionOrder
    behaviour: Behaviour
    demotion: bool = True
    off: bool = False
    """Whether the order is taken away for now, since memory is leaving."""
    drained: bool = False
    """Whether CPUs have given back the free pages that they keep in lists of their own."""
    swap_free: int = 0
    tick: int = 0
    draws: dict[int, int] = field(default_factory=dict)
    """How many targets each node has drawn so far. Linux draws a target at random; here the targets take turns."""
    moves: dict[Move, int] = field(default_factory=dict)
    log: list[Move | Note] = field(default_factory=list)
    """What has happened at this tick, in its order: every note, and every move when its first pages go."""

    @property
    def arrows(self) -> tuple[tuple[int, int], ...]:
        """Return the order that holds: each node with each of its targets."""
        return () if self.off else self.order.arrows

    def move(self, kind: str, source: int, target: int, owner: str, pages: int) -> None:
        """Count pages that go from one node to another at this tick."""
        key = Move(kind, source, target, owner)
        if key not in self.moves:
            self.log.append(key)
        self.moves[key] = self.moves.get(key, 0) + pages

    def note(self, what: str, node: int = -1, owner: str = "", pages: int = 0, other: int = 0) -> None:
        """Store something else that happens at this tick."""
        self.log.append(Note(what, node, owner, pages, other))

    def list_of(self, node: int) -> list[NodeMemory]:
        """Return the nodes in the order of a node's fallback list, without those that take no pages."""
        return [self.nodes[n] for n in self.order.zonelists[node] if n in self.nodes and not self.nodes[n].isolated]

    def assign_nodes(self) -> None:
        """Tell every owner where it may allocate, since the lists have changed or a node takes no pages any more."""
        for owner in self.owners.values():
            owner.nodes = [node for node in self.list_of(owner.cpu) if owner.mask >> node.id & 1]
