"""Checkpoints of several targets a node, of tiers, of cycles."""

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
    """`target` was found, and is refused: it has left `used`.

    It is `farther` than the first target, which is at
    `best_distance`; or the node has no room for another.
    """

    node: int
    target: int
    best_distance: int | None
    farther: bool


@dataclass(frozen=True)
class Lost(Refused):
    """`target` is refused in the same way, but stays in `used`.

    Nobody can take it any more.
    """


@dataclass(frozen=True)
class TargetsDone(TurnEnds):
    """`node` has its targets, now in next_pass, or has none."""


# Tiers and classes


@dataclass(frozen=True)
class TiersBegin(OrderBegins):
    """Every node with memory is about to be put into a tier."""


@dataclass(frozen=True)
class TierChanges(OrderBegins):
    """`node` has gained memory and `joins` its tier, or leaves it.

    Then all targets are found anew.
    """

    node: int
    joins: bool


@dataclass(frozen=True)
class SearchBegins(Checkpoint):
    """`node` looks for targets among `candidates`.

    They are the nodes of the next slower tier.
    """

    node: int
    candidates: NodeMask

    def record(self) -> tuple[Any, ...]:
        return ("SearchBegins", self.node, str(self.candidates))

    def signals(self) -> dict[str, Any]:
        return {**NOBODY_CHOOSES, "source": self.node}


@dataclass(frozen=True)
class TierScan(Scan):
    """All nodes of the next slower tier have been weighed.

    `ranking` has them best first.
    """

    outside: ClassVar[str] = "other tier"
    ranking: Sequence[int]


@dataclass(frozen=True)
class ClassScan(TierScan):
    """All nodes of the next class that `node` may use were weighed.

    `ranking` has them best first.
    """

    outside: ClassVar[str] = "other class"


@dataclass(frozen=True)
class NotPreferred(Checkpoint):
    """`candidate` is not at `best_distance`, so the search ends.

    It is not preferred.
    """

    node: int
    candidate: int
    distance: int
    best_distance: int


@dataclass(frozen=True)
class PreferredDone(TurnEnds):
    """`node` prefers the nodes that its search found, if any."""


@dataclass(frozen=True)
class TopTier(Checkpoint):
    """`tier` is the slowest tier with CPUs.

    If no tier has CPUs now, it stays the tier that it was. The
    nodes of `toptier` count as fast.
    """

    tier: int
    toptier: str

    def signals(self) -> dict[str, Any]:
        return NOBODY_CHOOSES


@dataclass(frozen=True)
class TiersComplete(OrderComplete):
    """Every node has its targets, and every tier its fallback."""


@dataclass(frozen=True)
class Costs(Checkpoint):
    """What moves from `node` cost, best target first.

    Each is (target, distance, whether it leaves the socket).
    """

    node: int
    costs: tuple[tuple[int, int, bool], ...]


@dataclass(frozen=True)
class ClassesBegin(OrderBegins):
    """Every node is to be given all of the next class."""


@dataclass(frozen=True)
class ClassesComplete(OrderComplete):
    """Every node has its targets in the next slower class."""


# Fallback lists


@dataclass(frozen=True)
class ListsBegin(OrderBegins):
    """Every node is to be given the next entry of its list."""


@dataclass(frozen=True)
class NextEntry(Checkpoint):
    """`target` is next after `node` in its list; or nobody is."""

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
    """`node` demotes to the next entry of its list."""


@dataclass(frozen=True)
class WalkBegins(Checkpoint):
    """A page is followed from `start`, from target to target."""

    start: int

    def signals(self) -> dict[str, Any]:
        return {**NOBODY_CHOOSES, "source": self.start}


@dataclass(frozen=True)
class Hop(Load):
    """A page moves on: the read of its node's target."""


@dataclass(frozen=True)
class CycleFound(Checkpoint):
    """The walk is back where it was: `nodes` are a cycle."""

    nodes: tuple[int, ...]


@dataclass(frozen=True)
class WalksComplete(OrderComplete):
    """Every node has been walked from."""
