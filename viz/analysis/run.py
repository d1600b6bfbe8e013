"""Define Run: a topology, a kernel, and when its zonelists were built. Every result is computed from a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

from viz.kernel.cgroup_checkpoints import MayGo
from viz.kernel.machine import Machine
from viz.kernel.memory import Memory, Operation, Store, drive, nodes_in
from viz.kernel.nodemask import NUMA_NO_NODE
from viz.kernel.page_alloc import build_all_zonelists
from viz.kernel.releases import named_kernel, version
from viz.kernel.rules.own_patch import told_failures
from viz.kernel.rules.what_if import changed_name, split_name
from viz.kernel.versions import POSTED, UNKNOWN, Protocol, Version
from viz.readers.model import Change, Entry
from viz.readers.report import by_rules
from viz.topology import Topology, printable
from viz.trace.chapters import cgroup, events, first_build, first_memory, machine_at
from viz.trace.events import run_and_log
from viz.trace.model import Trace
from viz.trace.record import record
from viz.trace.summary import summary
from viz.wording import BUILT

Targets = dict[int, list[int]]
"""The targets of each possible node, in order of choice."""


class NoReaders(ValueError):
    """The error that what readers can see of a change is not modelled; its message is one line."""


P = ParamSpec("P")
R = TypeVar("R")


def _told(method: Callable[Concatenate[Run, P], R]) -> Callable[Concatenate[Run, P], R]:
    """Make a method of Run raise errors in a person's own file as WrongPatch, which names the line of the file."""

    @wraps(method)
    def run(self: Run, /, *arguments: P.args, **named: P.kwargs) -> R:
        with told_failures(self.version):
            return method(self, *arguments, **named)

    return run


@dataclass(frozen=True)
class Run:
    """A topology, a kernel and a kind of zonelists.

    `asked` is the kernel as the user wrote it, `version` the row that stands for it, `zonelists` "boot" or "runtime".
    """

    topology: Topology
    asked: str
    version: Version
    zonelists: str

    @classmethod
    def of(cls, topology: Topology, kernel: str | None = None, zonelists: str | None = None) -> Self:
        """Return the run with these options. For None, the topology's own option counts, or else the default.

        Changes of rules without a kernel, such as "+ tie=id", apply to the kernel of the topology. A rule that says
        when zonelists are built overrides `zonelists`.

        Raise UnknownVersion if no row stands for the kernel.
        """
        asked = named_kernel(kernel, topology.kernel or POSTED.name)
        row = version(asked)
        if row.changed and row.patch is None:
            asked = changed_name(split_name(asked.strip(" "))[0].strip(" "), row.changed)
        return cls(topology, asked, row, row.zonelists or zonelists or topology.zonelists)

    def heading(self) -> str:
        """Return the title, the kernel and the zonelists in two lines, with a line end after them."""
        row = self.version
        asked = self.asked.strip()
        is_row_name = asked.lower().lstrip("v") == row.name.lstrip("v")
        kernel = f"{'' if is_row_name else printable(asked, 200) + ', row '}{row.name} ({row.kernels})"
        loads = "node_load as given" if self.topology.node_load is not None else f"zonelists {BUILT[self.zonelists]}"
        return f"{printable(self.topology.title, 200)}\nkernel {kernel}; {loads}\n"

    @_told
    def order(self) -> dict[str, Any]:
        """Return the result of the first build, JSON-ready.

        The keys are always title, kernel, zonelists, node_load, fallback, passes and node_demotion. What a version
        does not have is None: one with memory tiers has no passes and no node_demotion. Some versions have further
        keys, see viz.kernel.results. "steps" are the searches of a version without passes. "warn_once" is true, or
        absent, if the kernel would warn of a 16th equally near target.

        If the topology names the nodes that a cgroup may use, "allowed" and "demotes_to" are keys, too: see _cgroup().

        If the topology has events, "events" has the log of each, or is None if the version is no kernel.
        """
        machine = self.topology.machine(self.version.rules)
        memory = first_memory(machine, self.version)
        chapters = first_build(machine, self.version, self.zonelists, self.topology.node_load)
        build = summary(chapters, memory)
        result: dict[str, Any] = {
            "title": self.topology.title,
            "kernel": self.version.name,
            "zonelists": self.zonelists,
            "node_load": {str(n): machine.node_load[n] for n in machine.possible},
            "fallback": {str(n): order for n, order in self.fallback(machine).items()},
            "node_demotion": None,
            **self.version.result(machine, memory),
            **build.as_dict(),
        }
        if self.topology.allowed is not None:
            result |= self._cgroup(machine, memory)
        if self.topology.events:
            result["events"] = self._events(machine, memory)
        return result

    def _cgroup(self, machine: Machine, memory: Memory) -> dict[str, Any]:
        """Return the keys of a result that are about the cgroup that may use the allowed nodes.

        "demotes_to" has, by node id, the nodes of which one is drawn for a page of that node, and "leaks_to" the nodes
        outside the cpuset that may get some of its pages. "cpuset" is the Version.cpuset of the kernel.
        """
        targets = stored_targets(machine, self.version, memory)
        leaks = {node: [n for n in found if n not in (machine.mems or ())] for node, found in targets.items()}
        for chapter in cgroup(machine, self.version):
            drive(chapter.routine, memory, lambda operation, _: _note(operation, targets, leaks), chapter.limit)
        return {
            "allowed": self.topology.allowed,
            "cpuset": self.version.cpuset,
            "demotes_to": {str(node): found for node, found in targets.items()},
            "leaks_to": {str(node): found for node, found in leaks.items()},
        }

    def _events(self, machine: Machine, memory: Memory) -> list[dict[str, Any]] | None:
        """Return the log of each event. The events happen one after the other, from the first order on."""
        event_pairs = self.topology.event_pairs
        logs = [
            run_and_log(chapter, machine, memory, self.version)
            for chapter in events(machine, self.version, event_pairs)
        ]
        if not logs:
            return None
        return [
            {"event": event, "node": node, "log": log} for (event, node), log in zip(event_pairs, logs, strict=True)
        ]

    @_told
    def change(self, event: int = 0) -> Change:
        """Return how an event, counted from 1, changes the order. 0 is the first build, which starts without an order.

        Raise NoReaders if nothing says what the version's events do, or if there is no such event.
        """
        self._refuse_readers(event)
        machine = self.topology.machine(self.version.rules)
        memory = first_memory(machine, self.version)
        stored: list[Operation] = []
        first = first_build(machine, self.version, self.zonelists, self.topology.node_load)
        parts = [first, *([chapter] for chapter in events(machine, self.version, self.topology.event_pairs))]
        for part in parts[: event + 1]:
            old = self._targets(machine, memory)
            stored.clear()
            for chapter in part:
                drive(chapter.routine, memory, lambda operation, _: stored.append(operation), chapter.limit)
        new = self._targets(machine, memory)
        nodes = {
            op.cell.node for op in stored if isinstance(op, Store) and op.cell.array == self.version.arrays[0].name
        }
        spared = frozenset(new.keys() - nodes if nodes and not self.version.one_target else ())
        return by_rules(Change(old, new, bool(nodes), spared=spared), self.version)

    @property
    def protocol(self) -> Protocol:
        """Return the protocol between the version's writer and its readers."""
        return self.version.protocol

    def _refuse_readers(self, event: int) -> None:
        row, events = self.version, self.topology.events
        if event and row.triggers == UNKNOWN:
            raise NoReaders(f"{row.name} is no kernel, so nothing says what its events would do")
        if not 0 <= event <= len(events):
            raise NoReaders(f"event {event}: the topology lists {len(events)} events")

    def _targets(self, machine: Machine, memory: Memory) -> dict[int, Entry]:
        targets = stored_targets(machine, self.version, memory)
        if not self.version.one_target:
            return {node: tuple(found) for node, found in targets.items()}
        return {node: next(iter(found), NUMA_NO_NODE) for node, found in targets.items()}

    @_told
    def trace(self, whole: bool = True) -> Trace:
        """Record the run: the first build, all events and, if it is `whole`, the chapter of a cgroup.

        `whole` is False for a run with only the first events of another run: then all steps of its trace are also the
        first steps of the other trace.
        """
        machine = self.topology.machine(self.version.rules)
        chapters = first_build(machine, self.version, self.zonelists, self.topology.node_load)
        chapters += events(machine, self.version, self.topology.event_pairs)
        chapters += cgroup(machine, self.version) if whole else []
        return record(self.topology.title, machine, self.version, self.zonelists, chapters)

    def fallback(self, machine: Machine) -> dict[int, list[int]]:
        """Return every node's zonelist.

        If the topology gives node_load, building the zonelists would change it, so they are built on another machine.
        """
        if self.topology.node_load is not None:
            machine = self.topology.machine(self.version.rules)
            drive(self.version.own(build_all_zonelists)(machine_at(machine, self.zonelists)), Memory())
        return {node: machine.zonelists[node] for node in machine.possible}


def stored_targets(machine: Machine, row: Version, memory: Memory) -> Targets:
    """Return the targets of each node that shared memory holds."""
    return {node: nodes_in(memory[row.arrays[0][node]]) for node in machine.possible}


def built_targets(
    machine: Machine, row: Version, zonelists: str, node_load: Mapping[int, int] | None = None
) -> Targets:
    """Build the first order of a machine under one version, and return the targets of each node.

    If `node_load` is given, it is used and no zonelists are built.
    """
    memory = first_memory(machine, row)
    with told_failures(row):
        for chapter in first_build(machine, row, zonelists, node_load):
            drive(chapter.routine, memory, limit=chapter.limit)
    return stored_targets(machine, row, memory)


def _note(operation: Operation, targets: dict[int, list[int]], leaks: dict[int, list[int]]) -> None:
    """Store the nodes that a node's pages may go to, if the operation names them."""
    if isinstance(operation, MayGo):
        targets[operation.node] = list(operation.targets)
        leaks[operation.node] = list(operation.outside)
