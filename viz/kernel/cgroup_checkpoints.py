"""Checkpoints of demotion for a cgroup that may use some nodes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from viz.kernel.checkpoints import NO_ZONELIST, NOBODY_CHOOSES
from viz.kernel.memory import Checkpoint, Stride
from viz.kernel.nodemask import NodeMask


@dataclass(frozen=True)
class CgroupBegins(Checkpoint):
    """Pages of a cgroup that may use `mems` are about to go."""

    mems: NodeMask

    def record(self) -> tuple[Any, ...]:
        return ("CgroupBegins", str(self.mems))

    def signals(self) -> dict[str, Any]:
        return {**NOBODY_CHOOSES, **NO_ZONELIST, "pass": 0}


@dataclass(frozen=True)
class GateDraws(Checkpoint):
    """One of `drawn` is drawn.

    Only with one of `passes` anything is demoted.
    """

    node: int
    drawn: NodeMask
    passes: NodeMask

    def record(self) -> tuple[Any, ...]:
        masks = str(self.drawn), str(self.passes)
        return ("GateDraws", self.node, *masks)

    def signals(self) -> dict[str, Any]:
        return {**NOBODY_CHOOSES, "source": self.node}


@dataclass(frozen=True)
class Filtered(Checkpoint):
    """Of all slower nodes, `lower`, only `allowed` may be used."""

    node: int
    lower: NodeMask
    allowed: NodeMask

    def record(self) -> tuple[Any, ...]:
        masks = str(self.lower), str(self.allowed)
        return ("Filtered", self.node, *masks)

    def signals(self) -> dict[str, Any]:
        return {
            **NOBODY_CHOOSES,
            "source": self.node,
            "candidates": str(self.allowed),
        }


@dataclass(frozen=True)
class PreferredFiltered(Checkpoint):
    """`drawn` are those of the preferred nodes that are allowed."""

    node: int
    preferred: NodeMask
    drawn: NodeMask

    def record(self) -> tuple[Any, ...]:
        masks = str(self.preferred), str(self.drawn)
        return ("PreferredFiltered", self.node, *masks)


@dataclass(frozen=True)
class MayGo(Checkpoint):
    """Pages of `node` go to one of `targets` first.

    Where those are full, they go to one of `others`. Nodes of
    `outside` may receive some, and are not in the cgroup's cpuset.
    """

    stride: ClassVar[Stride] = Stride.SOURCE
    node: int
    targets: NodeMask
    others: NodeMask
    outside: NodeMask

    def record(self) -> tuple[Any, ...]:
        masks = self.targets, self.others, self.outside
        return ("MayGo", self.node, *map(str, masks))

    def signals(self) -> dict[str, Any]:
        return {
            f"demotes_to[{self.node}]": str(self.targets),
            f"leaks_to[{self.node}]": str(self.outside),
        }


@dataclass(frozen=True)
class CgroupDone(Checkpoint):
    """For every node it is known where the pages may go."""

    stride: ClassVar[Stride] = Stride.PASS

    def signals(self) -> dict[str, Any]:
        return NOBODY_CHOOSES
