"""Checkpoints of hotplug: memory or CPUs come or go."""

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
"""These five texts are the reasons why a callback does nothing."""


@dataclass(frozen=True)
class EventBegins(Checkpoint):
    """The point before `event` happens to `node`.

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
    """The point where an event has no effect, because of `why`."""

    stride: ClassVar[Stride] = Stride.PASS
    event: str
    node: int
    why: str


@dataclass(frozen=True)
class Holding(Checkpoint):
    """The point after locks were taken or released.

    `locks` are all locks that are held now.
    """

    locks: str

    def signals(self) -> dict[str, Any]:
        return {"lock": self.locks}


@dataclass(frozen=True)
class BlocksChanged(Checkpoint):
    """The point after a memory block of `node` came or went.

    The node has `blocks` blocks online now; `change` is 1 or -1.
    """

    stride: ClassVar[Stride] = Stride.SOURCE
    node: int
    blocks: int
    change: int


@dataclass(frozen=True)
class CpusChanged(Checkpoint):
    """The point after a CPU of `node` came or went.

    The node has `count` CPUs online now; `change` is 1 or -1.
    `cpus` are all nodes with CPUs.
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
    """The point after `node` has joined or left a node state.

    `state` is "online", "N_MEMORY" or "N_CPU", and `nodes` are all
    nodes in it now.
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
    """The point where the demotion code is notified of `action`.

    The reaction of the demotion code follows.
    """

    stride: ClassVar[Stride] = Stride.SOURCE
    action: str
    node: int

    def signals(self) -> dict[str, Any]:
        return {**NOBODY_CHOOSES, **NO_ZONELIST}


@dataclass(frozen=True)
class NoCallback(Checkpoint):
    """The point where the demotion code does nothing.

    `why` is the reason.
    """

    stride: ClassVar[Stride] = Stride.SOURCE
    why: str


@dataclass(frozen=True)
class Disabled(Checkpoint):
    """The point after a disable that no rebuild follows yet.

    No node has a target while memory of `node` is leaving.
    """

    stride: ClassVar[Stride] = Stride.SOURCE
    node: int


@dataclass(frozen=True)
class PagesLeave(Operation):
    """The step in which all pages of a block move to other nodes.

    This one step stands for all that Linux does there. If it
    `fails`, some page cannot move, and the block stays online.
    """

    stride: ClassVar[Stride] = Stride.PASS
    node: int
    fails: bool


@dataclass(frozen=True)
class EventEnds(Checkpoint):
    """The point after all that an event causes is done.

    All locks are released.
    """

    stride: ClassVar[Stride] = Stride.PASS
    event: str
    node: int

    def signals(self) -> dict[str, Any]:
        return {**NOBODY_CHOOSES, "lock": ""}
