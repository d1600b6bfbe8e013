"""Checkpoints at which memory or CPUs come or go (hotplug)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from viz.kernel.checkpoints import NO_ZONELIST, NOBODY_CHOOSES
from viz.kernel.memory import Checkpoint, Operation, Stride
from viz.kernel.nodemask import NodeMask

KEEPS_MEMORY = (
    "the node keeps other memory, and only its first and last "
    "block count"
)
NOTHING_TO_DO = "there is nothing to do at this point"
CPUS_DO_NOT_COUNT = "from v6.1 the order does not depend on CPUs"
N_CPU_STAYS = (
    "N_CPU stays as it is, and from v5.18 only that counts"
)
NODES_COUNT = (
    "from v6.17 only a node's first and last memory count, and "
    "these have an action of their own"
)
"""Why a callback does nothing."""


@dataclass(frozen=True)
class EventBegins(Checkpoint):
    """`event` is about to happen to `node`.

    The node has `blocks` blocks of memory and `cpus` CPUs online.
    """

    event: str
    node: int
    blocks: int
    cpus: int

    def signals(self) -> dict[str, Any]:
        return {**NOBODY_CHOOSES, **NO_ZONELIST, "pass": 0}


@dataclass(frozen=True)
class NothingHappens(Checkpoint):
    """The event has no effect, because of `why`."""

    stride: ClassVar[Stride] = Stride.PASS
    event: str
    node: int
    why: str


@dataclass(frozen=True)
class Holding(Checkpoint):
    """These locks are held from now on, and no others."""

    locks: str

    def signals(self) -> dict[str, Any]:
        return {"lock": self.locks}


@dataclass(frozen=True)
class BlocksChanged(Checkpoint):
    """`node` has `blocks` blocks online, one more or one less."""

    stride: ClassVar[Stride] = Stride.SOURCE
    node: int
    blocks: int
    change: int


@dataclass(frozen=True)
class CpusChanged(Checkpoint):
    """`node` has `count` CPUs online, one more or one less.

    `cpus` are the nodes that have any.
    """

    stride: ClassVar[Stride] = Stride.SOURCE
    node: int
    count: int
    change: int
    cpus: NodeMask

    def record(self) -> tuple[Any, ...]:
        return ("CpusChanged", self.node, self.count, self.change)

    def signals(self) -> dict[str, Any]:
        return {"cpus": str(self.cpus)}


@dataclass(frozen=True)
class StateChanged(Checkpoint):
    """`node` has joined or left a node state.

    That is "online", "N_MEMORY" or "N_CPU", and holds `nodes` now.
    """

    stride: ClassVar[Stride] = Stride.SOURCE
    state: str
    node: int
    joined: bool
    nodes: NodeMask

    def record(self) -> tuple[Any, ...]:
        return ("StateChanged", self.state, self.node, self.joined)

    def signals(self) -> dict[str, Any]:
        return {
            **NOBODY_CHOOSES,
            **NO_ZONELIST,
            self.state: str(self.nodes),
        }


@dataclass(frozen=True)
class Notified(Checkpoint):
    """The demotion code is told `action`; what it does follows."""

    stride: ClassVar[Stride] = Stride.SOURCE
    action: str
    node: int

    def signals(self) -> dict[str, Any]:
        return {**NOBODY_CHOOSES, **NO_ZONELIST}


@dataclass(frozen=True)
class NoCallback(Checkpoint):
    """The demotion code does nothing now, because of `why`."""

    stride: ClassVar[Stride] = Stride.SOURCE
    why: str


@dataclass(frozen=True)
class Disabled(Checkpoint):
    """No node has a target, and no new order is being built."""

    stride: ClassVar[Stride] = Stride.SOURCE
    node: int


@dataclass(frozen=True)
class PagesLeave(Operation):
    """The pages of the block move to other nodes, or cannot.

    This stands for all that Linux does there. If they cannot, the
    block stays online.
    """

    stride: ClassVar[Stride] = Stride.PASS
    node: int
    fails: bool


@dataclass(frozen=True)
class EventEnds(Checkpoint):
    """All that the event causes is done, and its locks are free."""

    stride: ClassVar[Stride] = Stride.PASS
    event: str
    node: int

    def signals(self) -> dict[str, Any]:
        return {**NOBODY_CHOOSES, "lock": ""}
