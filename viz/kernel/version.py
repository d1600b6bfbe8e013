"""Define Version: what differs between kernels, as data and routines. The table of all versions is versions.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, Literal, NoReturn, TypeVar, get_args

from viz.kernel import memory_tiers, migrate, results
from viz.kernel.machine import Machine, Rules, Triggers
from viz.kernel.memory import Array, Memory, Routine
from viz.kernel.nodemask import NUMA_NO_NODE

Protocol = Literal["in-place", "no-barrier", "barrier", "grace-walk", "grace-hop"]
"""The way in which a writer protects readers that take no lock; viz/readers/model.py explains each one."""
PROTOCOLS: tuple[Protocol, ...] = get_args(Protocol)

Cpuset = Literal["ignored", "gate", "filter", "random"]
"""The effect of a cgroup's cpuset on the demotion of its pages."""

FROM_6_7 = "v6.12"
"""The name of the one row that once stood for all kernels from 6.7 on; notes in documents may still use it."""

UNKNOWN = Triggers(memory="unknown", cpu="unknown")

F = TypeVar("F", bound=Callable[..., Any])


class UnknownVersion(ValueError):
    """The error that no row stands for a kernel, or that a rule cannot be changed there; its message is one line."""


def _absent(*_: object) -> NoReturn:
    """Raise NotImplementedError: the version has no such routine, and hotplug.py does not call it."""
    raise NotImplementedError


@dataclass(frozen=True)
class Patch:
    """A person's own file: its name, its text, its functions as a module, and what they take the place of."""

    file: str
    source: str
    module: ModuleType
    replaced: Mapping[str, str]
    """For each function that takes the place of another, the module of viz.kernel that has the other."""
    loops: Any
    """Counts the rounds of the file's loops (viz/kernel/rules/loop_limit.py)."""


@dataclass(frozen=True)
class Version:
    """A row of the table: a group of kernels that all compute the same."""

    name: str
    kernels: str
    since: tuple[int, int] | None
    """The first release, or None if the row is found in another way (releases.py)."""
    differs: str
    """The difference from the row before, in one line."""
    rules: Rules
    build_order: Callable[[Machine], Routine[None]]
    rebuild: Callable[[Machine], Routine[None]] = _absent
    """The routine that builds the order for callers that hold the lock of memory hotplug already."""
    disable: Callable[[Machine], Routine[None]] = _absent
    """The routine that takes all targets away before memory leaves."""
    memory_callback: Callable[[Machine, Version, str, int, bool], Routine[None]] = _absent
    """The routine that runs when memory comes or goes; it gets action, node and whether the node state changes."""
    node_callback: Callable[[Machine, Version, str, int], Routine[None]] = _absent
    """The routine that runs when a node gains its first memory or loses its last, where a kernel announces that."""
    triggers: Triggers = UNKNOWN
    """The events that rebuild the order; UNKNOWN for a row that is no kernel, which plays no events."""
    protocol: Protocol = "grace-hop"
    """The way in which readers are protected during a rebuild."""
    result: Callable[[Machine, Memory], dict[str, Any]] = results.one_target
    """The function that returns the finished order as plain values for JSON."""
    masks: tuple[str, ...] = ("this_pass", "next_pass", "used_targets")
    """The local variables of build_order that are registers on the page."""
    arrays: tuple[Array, ...] = (migrate.node_demotion,)
    """The shared arrays that build_order stores to; the first holds each node's targets."""
    cpuset: Cpuset = "ignored"
    """The effect of a cgroup's cpuset; next_demotion_node.py has the routines."""
    walks_lists: bool = False
    """Whether targets come from the zonelists, which are then built even if node_load is given."""

    zonelists: str = ""
    """When zonelists are built, if a rule says it: "boot" or "runtime"."""
    changed: tuple[tuple[str, str], ...] = ()
    """Of a what-if, its switches and their values; the row that it changes has none (viz/kernel/rules)."""
    values: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)
    """Of a what-if, the values of all switches that mean something for it."""
    modules: Mapping[str, ModuleType] = field(default_factory=dict, compare=False, repr=False)
    """Of a what-if, its own form of the modules of viz.kernel, by name."""
    sources: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)
    """Of a what-if, the source of every module of viz.kernel that is changed, by name."""

    patch: Patch | None = field(default=None, compare=False, repr=False)
    """Of a version with functions of a person's own file, that file."""

    def step_limit(self, machine: Machine) -> int:
        """Return after how many operations a what-if may be endless; 0 for a row, which always ends."""
        nodes = len(machine.possible)
        return 10_000 + 200 * nodes + 4 * nodes * nodes if self.modules else 0

    def own(self, function: F) -> F:
        """Return the version's own form of a function of viz.kernel; for a row of the table that is the function."""
        module = self.modules.get(function.__module__)
        found: F = getattr(module, function.__name__, function) if module else function
        return found

    @property
    def one_target(self) -> bool:
        """Return whether a node has at most one target: a cell of the first array is then an id instead of a list."""
        return self.arrays[0].empty == NUMA_NO_NODE

    @property
    def reads_tiers(self) -> bool:
        """Return whether its order depends on memory tiers: it has some, or its rules look at those of the machine."""
        if memory_tiers.memtier in self.arrays:
            return True
        by_rule = self.values.get("start") == "fastest-tier" or self.values.get("targets") == "next-class"
        return by_rule and self.triggers != UNKNOWN

    @property
    def note_keys(self) -> tuple[str, ...]:
        """Return the keys of notes for this row: its name, then its groups; a patch or a bug has only its name.

        A row whose rules are changed has none.
        """
        if self.changed or self.modules:
            return ()
        if self.triggers == UNKNOWN:
            return self.name, "no-kernel"
        if memory_tiers.memtier in self.arrays:
            return self.name, *([FROM_6_7] if self.rules.hmat != "none" else []), "tiers"
        if self.since or self.name == "posted":
            return self.name, "one-target" if self.one_target else "several-targets", "passes"
        return (self.name,)
