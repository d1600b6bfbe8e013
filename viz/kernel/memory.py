"""Operations on shared memory, and the loop that performs them.

Other CPUs read that memory without a lock. A routine is a generator
of operations. Each `yield` hands one of them to drive(), which
performs it and shows it to the recorder. Only an operation can
change what another CPU sees.

    target: int = yield READ_ONCE(node_demotion[node])
    yield Store(node_demotion[node], target)
    yield smp_wmb()

A cell holds a number. Where Linux has room for several nodes, in a
mask or an array of targets, the cell holds a node list, and one
operation stores all of it. Linux stores such an array one entry at
a time; this model does not.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import astuple, dataclass
from enum import IntEnum
from itertools import count
from typing import Any, ClassVar, NamedTuple, TypeVar

from viz.kernel.nodemask import NUMA_NO_NODE, listed

Value = int | str


class Cell(NamedTuple):
    """One entry of a shared array."""

    array: str
    node: int

    def __str__(self) -> str:
        return f"{self.array}[{self.node}]"


@dataclass(frozen=True)
class Array:
    """The name of a shared array.

    Indexing it returns the name of a cell, and reads nothing.
    `empty` is the value that cells have at first.
    """

    name: str
    empty: Value = NUMA_NO_NODE

    def __getitem__(self, node: int) -> Cell:
        return Cell(self.name, node)


class Memory(dict[Cell, Value]):
    """The contents of shared memory, by cell.

    A cell that nobody has stored to reads as NUMA_NO_NODE.
    """

    def __missing__(self, cell: Cell) -> Value:
        return NUMA_NO_NODE


def nodes_in(value: Value) -> list[int]:
    """Return the nodes that the value of a cell names, in order."""
    if isinstance(value, str):
        return listed(value)
    return [] if value == NUMA_NO_NODE else [value]


class Stride(IntEnum):
    """The sizes of the player's strides, smallest first."""

    MICRO = 0
    SOURCE = 1
    PASS = 2
    EVENT = 3


@dataclass(frozen=True)
class Operation:
    """An operation that a routine can yield.

    `stride` is the largest stride that stops here.
    """

    stride: ClassVar[Stride] = Stride.MICRO

    def perform(self, memory: Memory) -> Value | None:
        """Perform it, and return the value of the `yield`."""
        return None

    def record(self) -> tuple[Any, ...]:
        """Return the name of the operation, then its fields."""
        return (type(self).__name__, *astuple(self))

    def signals(self) -> dict[str, Any]:
        """Return the values of signals that this operation sets.

        Variables and shared memory are recorded without it.
        """
        return {}


@dataclass(frozen=True)
class Load(Operation):
    """The operation that reads one cell, once."""

    cell: Cell

    def perform(self, memory: Memory) -> Value:
        return memory[self.cell]

    def record(self) -> tuple[Any, ...]:
        return (type(self).__name__, *self.cell)


@dataclass(frozen=True)
class Store(Operation):
    """The operation that writes one cell."""

    cell: Cell
    value: Value

    def perform(self, memory: Memory) -> None:
        memory[self.cell] = self.value

    def record(self) -> tuple[Any, ...]:
        return ("Store", *self.cell, self.value)


@dataclass(frozen=True)
class Barrier(Operation):
    """The operation that orders the stores before and after it.

    Stores before it are visible before any store after it. `name`
    is the function of Linux that ensures this.
    """

    stride: ClassVar[Stride] = Stride.SOURCE
    name: str


@dataclass(frozen=True)
class ReadSide(Operation):
    """The operation by which a reader enters or leaves a section.

    `name` is the function that it calls. synchronize_rcu() waits
    until all sections that were entered before it have been left.
    """

    name: str


class Checkpoint(Operation):
    """A point to stop at, for which Linux has no line.

    Shared memory does not change at it. Local variables may have
    changed since the last operation.
    """


def READ_ONCE(cell: Cell) -> Load:  # noqa: N802  # as in Linux
    """Return the operation that reads a cell exactly once."""
    return Load(cell)


def smp_wmb() -> Barrier:
    """Return a write barrier.

    A reader that sees a store after the barrier also sees all
    stores before the barrier.
    """
    return Barrier("smp_wmb()")


def synchronize_rcu() -> Barrier:
    """Return a grace period.

    The writer waits until all readers have left the sections that
    they are in now.
    """
    return Barrier("synchronize_rcu()")


def rcu_read_lock() -> ReadSide:
    """Return the operation that enters a read-side section."""
    return ReadSide("rcu_read_lock()")


def rcu_read_unlock() -> ReadSide:
    """Return the operation that leaves a read-side section."""
    return ReadSide("rcu_read_unlock()")


class Endless(RuntimeError):
    """The error of a routine with more operations than it can need.

    Only routines whose rules are changed have a limit.
    """


T = TypeVar("T")
Routine = Generator[Operation, Any, T]
Watch = Callable[[Operation, Routine[Any]], None]


def drive(
    routine: Routine[T],
    memory: Memory,
    watch: Watch | None = None,
    limit: int = 0,
) -> T:
    """Run the routine to its end and return what it returns.

    `watch` is called after each operation, while the routine is
    still suspended at the `yield` of that operation. Endless is
    raised after `limit` operations, if there is a limit.
    """
    try:
        operation = next(routine)
        for _ in range(limit) if limit else count():
            answer = operation.perform(memory)
            if watch:
                watch(operation, routine)
            operation = routine.send(answer)
    except StopIteration as end:
        value: T = end.value
        return value
    raise Endless(
        f"the order is not done after {limit} steps, "
        "so it may never be"
    )
