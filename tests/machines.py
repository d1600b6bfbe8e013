"""Make machines for tests: from a text, or at random with equal distances, asymmetry, gaps and memoryless nodes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from viz.kernel.checkpoints import PassBegins
from viz.kernel.machine import Machine, Rules
from viz.kernel.memory import Memory, Operation, Routine, drive
from viz.kernel.migrate import set_migration_target_nodes
from viz.kernel.nodemask import NodeMask
from viz.kernel.releases import version
from viz.kernel.versions import VERSIONS
from viz.topology import Topology
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
    """Return a machine with node ids from 0 and the distances that a text lists.

    `cpus`, `memory` and `online` are node lists such as "0-2". By default all nodes are online and have memory.
    """
    cells = [int(cell) for cell in distances.split()]
    size = round(len(cells) ** 0.5)
    possible = NodeMask(range(size))
    online_nodes = possible.copy() if online is None else NodeMask.parse(online)
    return Machine(
        possible=possible,
        online=online_nodes,
        memory=online_nodes.copy() if memory is None else NodeMask.parse(memory),
        n_cpu=NodeMask.parse(cpus),
        cpus=NodeMask.parse(cpus),
        distance={node: bytes(cells[node * size : node * size + size]) for node in range(size)},
        rules=rules,
        adistance=dict(enumerate(adistance)),
    )


@st.composite
def machines(draw: st.DrawFn, max_nodes: int = 8) -> Machine:
    """Draw a machine. Many of its distances are equal or differ by 1, so that penalties and node_load decide."""
    ids = sorted(draw(st.sets(st.integers(0, 12), min_size=1, max_size=max_nodes)))
    subsets = st.sets(st.sampled_from(ids))
    online = draw(subsets)
    cpus = draw(subsets) & online
    distances = st.sampled_from([10, 20, 21, 22, 30, 255])
    rows = {}
    for node in ids:
        row = bytearray([255]) * (ids[-1] + 1)
        for other in ids:
            row[other] = 10 if other == node else draw(distances)
        rows[node] = bytes(row)
    return Machine(
        possible=NodeMask(ids),
        online=NodeMask(online),
        memory=NodeMask(draw(subsets) & online),
        n_cpu=NodeMask(cpus | (draw(subsets) if draw(st.booleans()) else set())),
        cpus=NodeMask(cpus),
        distance=rows,
        rules=draw(st.sampled_from(VERSIONS)).rules,
        adistance={node: draw(st.sampled_from([300, 576, 639, 640, 2880])) for node in ids},
        node_load={node: draw(st.integers(0, 2)) for node in ids},
    )


def topology_of(machine: Machine) -> Topology:
    """Return the topology of a generated machine, with the machine's N_CPU."""
    ids = list(machine.possible)
    nodes = [
        {
            "id": node,
            "cpus": int(node in machine.cpus),
            "memory": 2**30 if node in machine.memory else 0,
            "online": node in machine.online,
            "adistance": machine.adistance[node],
        }
        for node in ids
    ]
    rows = [[machine.distance[a][b] for b in ids] for a in ids]
    document = {"title": "generated", "nodes": nodes, "distances": rows}
    return Topology.from_document(document | ({"n_cpu": list(machine.n_cpu)} if machine.n_cpu != machine.cpus else {}))


class Log:
    """A record of the operations that drive() performs, and of the sources of every pass."""

    def __init__(self) -> None:
        self.operations: list[Operation] = []
        self.passes: list[list[int]] = []

    def watch(self, operation: Operation, routine: Routine[Any]) -> None:
        """Record an operation and, if a pass begins, the sources of the pass. drive() calls this."""
        self.operations.append(operation)
        if isinstance(operation, PassBegins):
            masks = next(frame.f_locals for frame in frames(routine) if "this_pass" in frame.f_locals)
            self.passes.append(list(masks["this_pass"]))

    def names(self) -> list[str]:
        """Return the class name of each operation."""
        return [type(operation).__name__ for operation in self.operations]


def run_order(machine: Machine, log: Log | None = None) -> Memory:
    """Build the demotion order once, and return the shared memory."""
    memory = Memory()
    drive(set_migration_target_nodes(machine), memory, log.watch if log else None)
    return memory
