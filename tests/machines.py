"""Machines to test with: written out, or generated with ties, asymmetry, gaps, and nodes that lack things."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from viz.kernel.checkpoints import PassBegins
from viz.kernel.machine import Machine, Rules
from viz.kernel.memory import Memory, Operation, Routine, drive
from viz.kernel.migrate import set_migration_target_nodes
from viz.kernel.nodemask import NodeMask
from viz.kernel.versions import VERSIONS, version
from viz.trace.frames import frames

POSTED = version("posted").rules


def machine_of(
    distances: str,
    cpus: str,
    memory: str | None = None,
    online: str | None = None,
    rules: Rules = POSTED,
    adistance: Sequence[int] = (),
) -> Machine:
    """A machine with ids from 0, its matrix as text; all nodes are online and have memory if nothing else is said."""
    figures = [int(figure) for figure in distances.split()]
    size = round(len(figures) ** 0.5)
    possible = NodeMask(range(size))
    up = possible.copy() if online is None else NodeMask.parse(online)
    return Machine(
        possible=possible,
        online=up,
        memory=up.copy() if memory is None else NodeMask.parse(memory),
        n_cpu=NodeMask.parse(cpus),
        cpus=NodeMask.parse(cpus),
        distance={node: bytes(figures[node * size : node * size + size]) for node in range(size)},
        rules=rules,
        adistance=dict(enumerate(adistance)),
    )


@st.composite
def machines(draw: st.DrawFn, most: int = 8) -> Machine:
    """Any machine: few distinct distances that differ by 1 or 2, so that penalties and loads decide."""
    ids = sorted(draw(st.sets(st.integers(0, 12), min_size=1, max_size=most)))
    some = st.sets(st.sampled_from(ids))
    online = draw(some)
    cpus = draw(some) & online
    figures = st.sampled_from([10, 20, 21, 22, 30, 255])
    rows = {}
    for node in ids:
        row = bytearray([255]) * (ids[-1] + 1)
        for other in ids:
            row[other] = 10 if other == node else draw(figures)
        rows[node] = bytes(row)
    return Machine(
        possible=NodeMask(ids),
        online=NodeMask(online),
        memory=NodeMask(draw(some) & online),
        n_cpu=NodeMask(cpus | (draw(some) if draw(st.booleans()) else set())),
        cpus=NodeMask(cpus),
        distance=rows,
        rules=draw(st.sampled_from(VERSIONS)).rules,
        adistance={node: draw(st.sampled_from([300, 576, 639, 640, 2880])) for node in ids},
        node_load={node: draw(st.integers(0, 2)) for node in ids},
    )


class Log:
    """What a drive did: its operations, and the sources of every pass."""

    def __init__(self) -> None:
        self.operations: list[Operation] = []
        self.passes: list[list[int]] = []

    def watch(self, operation: Operation, routine: Routine[Any]) -> None:
        """Note one operation."""
        self.operations.append(operation)
        if isinstance(operation, PassBegins):
            masks = next(frame.f_locals for frame in frames(routine) if "this_pass" in frame.f_locals)
            self.passes.append(list(masks["this_pass"]))

    def names(self) -> list[str]:
        """The kind of each operation."""
        return [type(operation).__name__ for operation in self.operations]


def run_order(machine: Machine, log: Log | None = None) -> Memory:
    """Shared memory after one build of the order."""
    memory = Memory()
    drive(set_migration_target_nodes(machine), memory, log.watch if log else None)
    return memory
