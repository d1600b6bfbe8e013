"""Collect what detectors look at: the first order of a run, and the steps at which the kernel computes that order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from viz.analysis.findings.released import released_targets
from viz.analysis.run import Run, Targets, stored_targets
from viz.kernel.checkpoints import OrderBegins, Scan, TurnEnds
from viz.kernel.machine import Machine
from viz.kernel.memory import Operation, Routine, Store, drive
from viz.kernel.memory_tiers import memtier
from viz.kernel.nodemask import NodeMask
from viz.topology import Guess
from viz.trace.chapters import first_build, first_memory


@dataclass
class Facts:
    """What detectors know about a run, without recording its trace: the machine, the first order, and steps to look at.

    Steps are numbers in the trace of the run. `guesses` are those that the topology depends on.
    """

    run: Run
    machine: Machine
    guesses: tuple[Guess, ...] = ()
    targets: Targets = field(default_factory=dict)
    scans: list[tuple[int, Scan]] = field(default_factory=list)
    """The searches for a target in the order in which they happened, each with its step."""
    turns: dict[int, int] = field(default_factory=dict)
    """For each node, the step at which its turn to find targets ended."""
    tier_stores: dict[int, int] = field(default_factory=dict)
    """For each node, the step at which the node was put into its memory tier."""
    begins: int = 0
    """The step at which the order begins."""
    length: int = 0
    """The number of steps up to the end of the first order."""

    @property
    def n_cpu(self) -> NodeMask:
        """Return N_CPU: the nodes that choose in the first pass."""
        return self.machine.n_cpu

    @property
    def outside(self) -> NodeMask:
        """Return the nodes with memory that are not in N_CPU."""
        return self.machine.memory - self.machine.n_cpu

    @property
    def has_passes(self) -> bool:
        """Return whether the kernel builds the order in passes."""
        return "next_pass" in self.run.version.masks

    @property
    def is_exclusive(self) -> bool:
        """Return whether a node can be the target of one node only; under kernels with tiers, nodes share targets."""
        return self.has_passes or self.run.version.one_target

    @property
    def has_tiers(self) -> bool:
        """Return whether the kernel has memory tiers."""
        return self.run.version.reads_tiers

    @cached_property
    def released(self) -> dict[str, Targets]:
        """Return the first order of each released kernel on this machine, by the name of its row."""
        return released_targets(self.run.topology, self.run.zonelists)

    def takers(self, node: int) -> list[int]:
        """Return the nodes that demote to the node."""
        return [source for source, targets in self.targets.items() if node in targets]

    def look_at(self, node: int) -> int:
        """Return the step at which the node's turn ended; for a node without a turn, the last step of the order."""
        return self.turns.get(node, self.length - 1)

    def watch(self, operation: Operation, routine: Routine[Any]) -> None:
        """Record what the operation of the next step did; drive() calls this."""
        match operation:
            case OrderBegins():
                self.begins = self.length
            case Scan():
                self.scans.append((self.length, operation))
            case TurnEnds():
                self.turns[operation.node] = self.length
            case Store() if operation.cell.array == memtier.name:
                self.tier_stores[operation.cell.node] = self.length
        self.length += 1


def facts_of(run: Run, guesses: Iterable[Guess] = ()) -> Facts:
    """Build the first order of a run, and return the facts about it."""
    machine = run.topology.machine(run.version.rules)
    memory = first_memory(machine, run.version)
    facts = Facts(run, machine, tuple(guesses))
    for chapter in first_build(machine, run.version, run.zonelists, run.topology.node_load):
        drive(chapter.routine, memory, facts.watch)
    facts.targets = stored_targets(machine, run.version, memory)
    return facts
