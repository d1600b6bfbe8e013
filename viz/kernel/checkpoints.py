"""Checkpoints: points at which a person can stop and look.

Linux has no such lines, and the order would be the same without
them. They are there so that a person who steps through a build can
see its variables where no statement touches shared memory: when a
pass begins, when a source has its turn, when all candidates have
been compared. The page shows these lines dimmed.

The `stride` of a checkpoint is the largest stride of the player
that stops there. Its signals() set what the page shows and no
variable holds: the source, its candidates, the winner.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from viz.kernel.memory import Checkpoint, Stride
from viz.kernel.nodemask import NUMA_NO_NODE, NodeMask

# The signals, with their values, while no source chooses a target
# and while no zonelist is shown.
NOBODY_CHOOSES = {
    "source": NUMA_NO_NODE,
    "candidates": "",
    "chosen": NUMA_NO_NODE,
    "scores": ((), ()),
}
NO_ZONELIST = {"zonelist": ((), 0)}


# The chapter of the zonelists


@dataclass(frozen=True)
class ZonelistsBegin(Checkpoint):
    """The point before all zonelists are built.

    node_load[] is all zero.
    """

    node_load: dict[int, int]

    def record(self) -> tuple[Any, ...]:
        return ("ZonelistsBegin",)

    def signals(self) -> dict[str, Any]:
        return {**NOBODY_CHOOSES, **_cells(self.node_load)}


@dataclass(frozen=True)
class OwnZonelistBegins(Checkpoint):
    """The point before only the zonelist of `node` is built.

    node_load[] is all zero.
    """

    node: int
    node_load: dict[int, int]

    def record(self) -> tuple[Any, ...]:
        return ("OwnZonelistBegins", self.node)

    def signals(self) -> dict[str, Any]:
        return {**NOBODY_CHOOSES, **_cells(self.node_load)}


@dataclass(frozen=True)
class ZonelistBuilt(Checkpoint):
    """The point after the zonelist of `owner` is built.

    `order` is its fallback order. `charged` has the new node_load[]
    of each node that the list has charged.
    """

    stride: ClassVar[Stride] = Stride.SOURCE
    owner: int
    order: Sequence[int]
    charged: dict[int, int]

    def record(self) -> tuple[Any, ...]:
        return (
            "ZonelistBuilt",
            self.owner,
            tuple(self.charged.items()),
        )

    def signals(self) -> dict[str, Any]:
        return {"source": self.owner, **_cells(self.charged)}


@dataclass(frozen=True)
class NodeLoadGiven(Checkpoint):
    """The point after node_load[] is taken from the topology.

    The numbers do not come from building zonelists.
    """

    node_load: dict[int, int]

    def record(self) -> tuple[Any, ...]:
        return ("NodeLoadGiven",)

    def signals(self) -> dict[str, Any]:
        return _cells(self.node_load)


# The chapter of the order


@dataclass(frozen=True)
class OrderBegins(Checkpoint):
    """The point before a new order replaces the old one."""

    def signals(self) -> dict[str, Any]:
        return {**NOBODY_CHOOSES, **NO_ZONELIST}


@dataclass(frozen=True)
class PassBegins(Checkpoint):
    """The point where a pass begins and its masks are set.

    The masks are this_pass, next_pass and used_targets. The
    recorder counts these checkpoints to number the passes.
    """

    stride: ClassVar[Stride] = Stride.PASS

    def signals(self) -> dict[str, Any]:
        return NOBODY_CHOOSES


@dataclass(frozen=True)
class SourceBegins(Checkpoint):
    """The point where `node` begins to look for a target."""

    node: int

    def signals(self) -> dict[str, Any]:
        return {**NOBODY_CHOOSES, "source": self.node}


@dataclass(frozen=True)
class Scan(Checkpoint):
    """The point after all `candidates` of `node` are compared.

    `best` is the winner, or NUMA_NO_NODE.
    """

    outside: ClassVar[str] = "used"
    """The reason why a node with memory is no candidate."""
    node: int
    best: int
    candidates: NodeMask

    def record(self) -> tuple[Any, ...]:
        return (type(self).__name__, self.node, self.best)

    def signals(self) -> dict[str, Any]:
        return {
            "candidates": str(self.candidates),
            "chosen": self.best,
        }


@dataclass(frozen=True)
class Taken(Checkpoint):
    """The point after `node` is added to `used`."""

    node: int


@dataclass(frozen=True)
class TurnEnds(Checkpoint):
    """The point where `node` has all its targets of this order."""

    stride: ClassVar[Stride] = Stride.SOURCE
    node: int


@dataclass(frozen=True)
class SourceDone(TurnEnds):
    """The point after `node` has got its `target`, or none.

    The target is in next_pass now. NUMA_NO_NODE means none.
    """

    target: int


@dataclass(frozen=True)
class OrderComplete(Checkpoint):
    """The point after a pass that found no target, the last one."""

    stride: ClassVar[Stride] = Stride.PASS

    def signals(self) -> dict[str, Any]:
        return NOBODY_CHOOSES


def _cells(node_load: dict[int, int]) -> dict[str, int]:
    return {
        f"node_load[{node}]": load
        for node, load in node_load.items()
    }
