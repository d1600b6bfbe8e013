"""Operations on shared memory, and the loop that performs them.

Other CPUs read that memory without a lock. A routine is a generator
of operations. Each `yield` hands one of them to drive(), which
performs it and shows it to whoever watches: at that moment, and
only then, another CPU can tell the difference.

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

    To index it names a cell, and reads nothing. `empty` is what the
    cells begin with.
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
    """How large a stride of the player ends at an operation."""

    MICRO = 0
    SOURCE = 1
    PASS = 2
    EVENT = 3


@dataclass(frozen=True)
class Operation:
    """What a routine can yield.

    `stride` is the largest stride that stops here.
    """

    stride: ClassVar[Stride] = Stride.MICRO

    def perform(self, memory: Memory) -> Value | None:
        """Do it, and return what the `yield` evaluates to."""
        return None

    def record(self) -> tuple[Any, ...]:
        """Return the name of the operation, then its fields."""
        return (type(self).__name__, *astuple(self))

    def signals(self) -> dict[str, Any]:
        """Return what registers show from now on.

        Variables and shared memory are shown as they are.
        """
        return {}


@dataclass(frozen=True)
class Load(Operation):
    """Read one cell, once."""

    cell: Cell

    def perform(self, memory: Memory) -> Value:
        return memory[self.cell]

    def record(self) -> tuple[Any, ...]:
        return (type(self).__name__, *self.cell)


@dataclass(frozen=True)
class Store(Operation):
    """Write one cell."""

    cell: Cell
    value: Value

    def perform(self, memory: Memory) -> None:
        memory[self.cell] = self.value

    def record(self) -> tuple[Any, ...]:
        return ("Store", *self.cell, self.value)


@dataclass(frozen=True)
class Barrier(Operation):
    """Stores before it are visible before any store after it.

    `name` says by which means.
    """

    stride: ClassVar[Stride] = Stride.SOURCE
    name: str


@dataclass(frozen=True)
class ReadSide(Operation):
    """A reader enters or leaves a section.

    `name` is the function that it calls. synchronize_rcu() waits
    until every section is left that was entered before.
    """

    name: str


class Checkpoint(Operation):
    """A point to stop at, for which Linux has no line.

    Shared memory is as it was. Local variables may have changed.
    """


def READ_ONCE(cell: Cell) -> Load:  # noqa: N802  # as in Linux
    """Return the operation that reads a cell exactly once."""
    return Load(cell)


def smp_wmb() -> Barrier:
    """Return a write barrier.

    A reader that has seen a store after the barrier no longer reads
    what the stores before the barrier have overwritten.
    """
    return Barrier("smp_wmb()")


def synchronize_rcu() -> Barrier:
    """Return a grace period.

    The writer waits until every section has been left that readers
    are in now.
    """
    return Barrier("synchronize_rcu()")


def rcu_read_lock() -> ReadSide:
    """Return the operation that enters a read-side section."""
    return ReadSide("rcu_read_lock()")


def rcu_read_unlock() -> ReadSide:
    """Return the operation that leaves a read-side section."""
    return ReadSide("rcu_read_unlock()")


T = TypeVar("T")
Routine = Generator[Operation, Any, T]
Watch = Callable[[Operation, Routine[Any]], None]


def drive(
    routine: Routine[T], memory: Memory, watch: Watch | None = None
) -> T:
    """Run the routine to its end and return what it returns.

    `watch` is called after each operation, while the routine still
    stands at the `yield` that asked for it.
    """
    try:
        operation = next(routine)
        while True:
            answer = operation.perform(memory)
            if watch:
                watch(operation, routine)
            operation = routine.send(answer)
    except StopIteration as end:
        value: T = end.value
        return value
