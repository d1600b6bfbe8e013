"""Checkpoints: points at which a person can stop and look.

Linux has no such lines, and the order would be the same without
them. They are there so that a person who steps through a build can
see its variables where no statement touches shared memory: when a
pass begins, when a source has its turn, when all candidates have
been weighed. The page shows these lines dimmed.

The `stride` of a checkpoint says which strides of the player end
there. Its signals() move the registers that no variable holds:
whose turn it is, who was weighed, who won.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from viz.kernel.memory import Checkpoint, Stride
from viz.kernel.nodemask import NUMA_NO_NODE, NodeMask

# Each holds the signals that go back to nothing at a checkpoint.
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
    """node_load[] is all zero, and every list is to be built."""

    node_load: dict[int, int]

    def record(self) -> tuple[Any, ...]:
        return ("ZonelistsBegin",)

    def signals(self) -> dict[str, Any]:
        return {**NOBODY_CHOOSES, **_cells(self.node_load)}


@dataclass(frozen=True)
class OwnZonelistBegins(Checkpoint):
    """node_load[] is all zero; only the list of `node` follows."""

    node: int
    node_load: dict[int, int]

    def record(self) -> tuple[Any, ...]:
        return ("OwnZonelistBegins", self.node)

    def signals(self) -> dict[str, Any]:
        return {**NOBODY_CHOOSES, **_cells(self.node_load)}


@dataclass(frozen=True)
class ZonelistBuilt(Checkpoint):
    """The fallback order of `owner` is `order`.

    `charged` holds the new node_load[] of each node it charged.
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
    """node_load[] holds what the topology says, without lists."""

    node_load: dict[int, int]

    def record(self) -> tuple[Any, ...]:
        return ("NodeLoadGiven",)

    def signals(self) -> dict[str, Any]:
        return _cells(self.node_load)


# The chapter of the order


@dataclass(frozen=True)
class OrderBegins(Checkpoint):
    """A new order is about to replace the old one."""

    def signals(self) -> dict[str, Any]:
        return {**NOBODY_CHOOSES, **NO_ZONELIST}


@dataclass(frozen=True)
class PassBegins(Checkpoint):
    """this_pass, next_pass and used_targets are set for a pass.

    The recorder counts these checkpoints to number the passes.
    """

    stride: ClassVar[Stride] = Stride.PASS

    def signals(self) -> dict[str, Any]:
        return NOBODY_CHOOSES


@dataclass(frozen=True)
class SourceBegins(Checkpoint):
    """`node` is the next of this_pass to look for a target."""

    node: int

    def signals(self) -> dict[str, Any]:
        return {**NOBODY_CHOOSES, "source": self.node}


@dataclass(frozen=True)
class Scan(Checkpoint):
    """All `candidates` of `node` have been weighed.

    `best` is the winner, or NUMA_NO_NODE.
    """

    outside: ClassVar[str] = "used"
    """Why a node with memory was no candidate."""
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
    """`node` is in `used` from now on."""

    node: int


@dataclass(frozen=True)
class TurnEnds(Checkpoint):
    """`node` has all the targets that it will get in this order."""

    stride: ClassVar[Stride] = Stride.SOURCE
    node: int


@dataclass(frozen=True)
class SourceDone(TurnEnds):
    """`node` has its `target`, now in next_pass, or has none."""

    target: int


@dataclass(frozen=True)
class OrderComplete(Checkpoint):
    """A pass found no target, so there is no next pass."""

    stride: ClassVar[Stride] = Stride.PASS

    def signals(self) -> dict[str, Any]:
        return NOBODY_CHOOSES


def _cells(node_load: dict[int, int]) -> dict[str, int]:
    return {
        f"node_load[{node}]": load
        for node, load in node_load.items()
    }
