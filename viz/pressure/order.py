"""Where the pages of each node may be demoted, taken from the order that the engine builds for a kernel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from viz.analysis.run import Run
from viz.kernel.cgroup_checkpoints import GateDraws, MayGo
from viz.kernel.machine import Machine
from viz.kernel.memory import Memory, Operation, drive, nodes_in
from viz.kernel.memory_tiers import lower_tier_mask, preferred
from viz.kernel.next_demotion_node import demote_cgroup
from viz.kernel.nodemask import NodeMask
from viz.trace.chapters import events as event_chapters
from viz.trace.chapters import first_build, first_memory

Event = tuple[str, int]


@dataclass(frozen=True)
class Way:
    """Where pages of one node may go: to one of `targets` first, and where that is full to one of `others`."""

    targets: tuple[int, ...] = ()
    others: frozenset[int] = frozenset()
    gate: frozenset[int] | None = None
    """6.16 to 6.19: a target is drawn for a check first, and only with one of these anything is demoted."""


NOWHERE = Way()


class DemotionOrder:
    """The targets of every node, its allocator's list, and which memory counts as fast, after a series of events."""

    def __init__(self, run: Run, events: Sequence[Event] = ()) -> None:
        self._version = run.version
        self._machine, self._memory = _built(run, events)
        machine = self._machine
        self.zonelists = machine.zonelists if events else run.fallback(machine)
        toptier = run.version.result(machine, self._memory).get("toptier")
        self.fast = {node: bool(toptier[str(node)]) if toptier else node in machine.n_cpu for node in machine.possible}
        self._ways: dict[int | None, dict[int, Way]] = {}

    def way(self, node: int, mems: int | None = None) -> Way:
        """Return where pages of the node go that belong to a cgroup with these `mems`, a mask; None is no cpuset."""
        if mems not in self._ways:
            self._ways[mems] = self._found(mems)
        return self._ways[mems].get(node, NOWHERE)

    @cached_property
    def arrows(self) -> tuple[tuple[int, int], ...]:
        """Return each node with each of the targets that its pages go to first."""
        return tuple((node, target) for node in sorted(self._machine.possible) for target in self.way(node).targets)

    def _found(self, mems: int | None) -> dict[int, Way]:
        version, machine = self._version, self._machine
        if preferred not in version.arrays or lower_tier_mask not in version.arrays:
            cells = {node: nodes_in(self._memory[version.arrays[0][node]]) for node in machine.memory}
            return {node: Way(tuple(n for n in targets if n in machine.memory)) for node, targets in cells.items()}
        ways, gates = dict[int, Way](), dict[int, frozenset[int]]()

        def note(operation: Operation, _: object) -> None:
            if isinstance(operation, GateDraws):
                # The gate draws from all that are preferred, and so does the move after it.
                gates[operation.node] = frozenset(operation.passes)
            elif isinstance(operation, MayGo):
                gate = gates.get(operation.node)
                ways[operation.node] = Way(tuple(operation.targets), frozenset(operation.others), gate)

        drive(
            version.own(demote_cgroup)(machine, version, machine.possible if mems is None else NodeMask.of_bits(mems)),
            self._memory,
            note,
        )
        return ways


def _built(run: Run, events: Sequence[Event]) -> tuple[Machine, Memory]:
    """Return the machine and its memory once the first order is built and the events are over."""
    machine = run.topology.machine(run.version.rules)
    memory = first_memory(machine, run.version)
    chapters = first_build(machine, run.version, run.zonelists, run.topology.node_load)
    for chapter in (*chapters, *event_chapters(machine, run.version, events)):
        drive(chapter.routine, memory)
    return machine, memory
