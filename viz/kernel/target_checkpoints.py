"""Checkpoints for several targets, memory tiers and cycles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from viz.kernel.checkpoints import (
    NOBODY_CHOOSES,
    OrderBegins,
    OrderComplete,
    Scan,
    TurnEnds,
)
from viz.kernel.memory import Checkpoint, Load
from viz.kernel.nodemask import NodeMask

# Passes with several targets


@dataclass(frozen=True)
class Refused(Checkpoint):
    """The point where `target` is refused and has left `used`.

    It is `farther` than the first target, which is at
    `best_distance`; or the node has no room for another.
    """

    node: int
    target: int
    best_distance: int | None
    farther: bool


@dataclass(frozen=True)
class Lost(Refused):
    """The point where `target` is refused but stays in `used`.

    No source can take it any more.
    """


@dataclass(frozen=True)
class TargetsDone(TurnEnds):
    """The point after `node` has got its targets, or none.

    The targets are in next_pass now.
    """


# Tiers and classes


@dataclass(frozen=True)
class TiersBegin(OrderBegins):
    """The point before every node with memory gets its tier."""


@dataclass(frozen=True)
class TierChanges(OrderBegins):
    """The point before `node` joins its tier or leaves it.

    It has gained memory if it `joins`, else it has lost memory.
    Then all targets are found anew.
    """

    node: int
    joins: bool


@dataclass(frozen=True)
class SearchBegins(Checkpoint):
    """The point where `node` begins to look for its targets.

    `candidates` are the nodes of the next slower tier that it may
    use.
    """

    node: int
    candidates: NodeMask

    def record(self) -> tuple[Any, ...]:
        return ("SearchBegins", self.node, str(self.candidates))

    def signals(self) -> dict[str, Any]:
        return {**NOBODY_CHOOSES, "source": self.node}


@dataclass(frozen=True)
class TierScan(Scan):
    """The point after the nodes of the next tier are compared.

    `ranking` has them best first.
    """

    outside: ClassVar[str] = "other tier"
    ranking: Sequence[int]


@dataclass(frozen=True)
class ClassScan(TierScan):
    """The point after the nodes of the next class are compared.

    `ranking` has those that `node` may use, best first.
    """

    outside: ClassVar[str] = "other class"


@dataclass(frozen=True)
class NotPreferred(Checkpoint):
    """The point where the search ends at a node that is farther.

    `candidate` is at `distance` and not at `best_distance`, so it
    is not preferred.
    """

    node: int
    candidate: int
    distance: int
    best_distance: int


@dataclass(frozen=True)
class PreferredDone(TurnEnds):
    """The point after the search for preferred nodes of `node`."""


@dataclass(frozen=True)
class TopTier(Checkpoint):
    """The point after it is decided which tiers count as fast.

    `tier` is the slowest tier with CPUs. If no tier has CPUs now,
    it is the same tier as before. The nodes of `toptier` count as
    fast.
    """

    tier: int
    toptier: str

    def signals(self) -> dict[str, Any]:
        return NOBODY_CHOOSES


@dataclass(frozen=True)
class TiersComplete(OrderComplete):
    """The point after all targets of all nodes are stored."""


@dataclass(frozen=True)
class Costs(Checkpoint):
    """The point after the costs of moves from `node` are computed.

    Each cost is (target, distance, whether the move leaves the
    socket), best target first.
    """

    node: int
    costs: tuple[tuple[int, int, bool], ...]


@dataclass(frozen=True)
class ClassesBegin(OrderBegins):
    """The point before every node gets all of the next class."""


@dataclass(frozen=True)
class ClassesComplete(OrderComplete):
    """The point after every node has its targets."""


# Fallback lists


@dataclass(frozen=True)
class ListsBegin(OrderBegins):
    """The point before every node gets its next list entry."""


@dataclass(frozen=True)
class NextEntry(Checkpoint):
    """The point after the next entry of a list is found.

    `target` is NUMA_NO_NODE if the list of `node` has none.
    """

    node: int
    target: int

    def signals(self) -> dict[str, Any]:
        return {
            **NOBODY_CHOOSES,
            "source": self.node,
            "chosen": self.target,
        }


@dataclass(frozen=True)
class EntryTaken(TurnEnds):
    """The point after the next entry has become the target."""


@dataclass(frozen=True)
class WalkBegins(Checkpoint):
    """The point before the targets are followed from `start`."""

    start: int

    def signals(self) -> dict[str, Any]:
        return {**NOBODY_CHOOSES, "source": self.start}


@dataclass(frozen=True)
class Hop(Load):
    """The read of a node's target, by which a walk moves on."""


@dataclass(frozen=True)
class CycleFound(Checkpoint):
    """The point where a walk is back at a node: a cycle.

    `nodes` are the nodes of the cycle.
    """

    nodes: tuple[int, ...]


@dataclass(frozen=True)
class WalksComplete(OrderComplete):
    """The point after a walk has visited every node."""
