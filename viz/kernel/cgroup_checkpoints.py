"""Checkpoints for the demotion of a cgroup's pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from viz.kernel.checkpoints import NO_ZONELIST, NOBODY_CHOOSES
from viz.kernel.memory import Checkpoint, Stride
from viz.kernel.nodemask import NodeMask


@dataclass(frozen=True)
class CgroupBegins(Checkpoint):
    """The point before a cgroup's pages look for nodes.

    `mems` are the nodes that the cgroup may use.
    """

    mems: NodeMask

    def record(self) -> tuple[Any, ...]:
        return ("CgroupBegins", str(self.mems))

    def signals(self) -> dict[str, Any]:
        return {**NOBODY_CHOOSES, **NO_ZONELIST, "pass": 0}


@dataclass(frozen=True)
class GateDraws(Checkpoint):
    """The point where Linux draws a node to check the cpuset.

    It draws one of `drawn`. Pages are demoted only if that node is
    one of `passes`.
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
    """The point after slower nodes are limited to the cpuset.

    `lower` are all slower nodes, and `allowed` those of them that
    are in the cpuset.
    """

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
    """The point after preferred nodes are limited to the cpuset.

    `preferred` are the preferred nodes, and `drawn` those of them
    that are allowed: Linux draws one of these.
    """

    node: int
    preferred: NodeMask
    drawn: NodeMask

    def record(self) -> tuple[Any, ...]:
        masks = str(self.preferred), str(self.drawn)
        return ("PreferredFiltered", self.node, *masks)


@dataclass(frozen=True)
class MayGo(Checkpoint):
    """The point after the targets for pages of `node` are found.

    Pages go to one of `targets` first. Where those are full, they
    go to one of `others`. Nodes of `outside` may receive some, and
    are not in the cgroup's cpuset.
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
    """The point after the targets of all nodes are found."""

    stride: ClassVar[Stride] = Stride.PASS

    def signals(self) -> dict[str, Any]:
        return NOBODY_CHOOSES
