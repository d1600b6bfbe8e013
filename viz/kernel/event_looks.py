"""Looks at memory and CPUs that come and go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from viz.kernel.looks import NO_ZONELIST, NOBODY_CHOOSES
from viz.kernel.memory import Look, Operation, Size
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
"""Why a callback does nothing."""


@dataclass(frozen=True)
class EventBegins(Look):
    """`event` is about to happen to `node`.

    It has so many blocks of memory and CPUs online.
    """

    event: str
    node: int
    blocks: int
    cpus: int

    def signals(self) -> dict[str, Any]:
        return {**NOBODY_CHOOSES, **NO_ZONELIST, "pass": 0}


@dataclass(frozen=True)
class NothingHappens(Look):
    """The event has no effect, because of `why`."""

    size: ClassVar[Size] = Size.PASS
    event: str
    node: int
    why: str


@dataclass(frozen=True)
class Holding(Look):
    """These locks are held from now on, and no others."""

    locks: str

    def signals(self) -> dict[str, Any]:
        return {"lock": self.locks}


@dataclass(frozen=True)
class BlocksChanged(Look):
    """`node` has `blocks` blocks online, one more or one less."""

    size: ClassVar[Size] = Size.SOURCE
    node: int
    blocks: int
    change: int


@dataclass(frozen=True)
class CpusChanged(Look):
    """`node` has `count` CPUs online, one more or one less.

    `cpus` are the nodes that have any.
    """

    size: ClassVar[Size] = Size.SOURCE
    node: int
    count: int
    change: int
    cpus: NodeMask

    def record(self) -> tuple[Any, ...]:
        return ("CpusChanged", self.node, self.count, self.change)

    def signals(self) -> dict[str, Any]:
        return {"cpus": str(self.cpus)}


@dataclass(frozen=True)
class StateChanged(Look):
    """`node` has joined or left a node state.

    That is "online", "N_MEMORY" or "N_CPU", and holds `nodes` now.
    """

    size: ClassVar[Size] = Size.SOURCE
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
class Notified(Look):
    """The demotion code is told `action`; what it does follows."""

    size: ClassVar[Size] = Size.SOURCE
    action: str
    node: int

    def signals(self) -> dict[str, Any]:
        return {**NOBODY_CHOOSES, **NO_ZONELIST}


@dataclass(frozen=True)
class NoCallback(Look):
    """The demotion code does nothing now, because of `why`."""

    size: ClassVar[Size] = Size.SOURCE
    why: str


@dataclass(frozen=True)
class Disabled(Look):
    """No node has a target, and no new order is being built."""

    size: ClassVar[Size] = Size.SOURCE
    node: int


@dataclass(frozen=True)
class PagesLeave(Operation):
    """The pages of the block move to other nodes, or cannot.

    This stands for all that Linux does there. If they cannot, the
    block stays online.
    """

    size: ClassVar[Size] = Size.PASS
    node: int
    fails: bool


@dataclass(frozen=True)
class EventEnds(Look):
    """All that the event causes is done, and its locks are free."""

    size: ClassVar[Size] = Size.PASS
    event: str
    node: int

    def signals(self) -> dict[str, Any]:
        return {**NOBODY_CHOOSES, "lock": ""}
