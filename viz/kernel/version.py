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
    """The error that no row stands for a kernel, or that its rule cannot be changed so; the message is one line."""


def _absent(*_: object) -> NoReturn:
    """Raise NotImplementedError: the version has no such routine, and hotplug.py does not call it."""
    raise NotImplementedError


@dataclass(frozen=True)
class Patch:
    """A person's own file: its name, its text, its functions as a module, and the functions that these replace.

    For a listing that was edited on the page, the text is empty, and `edited` has the names of the edited functions.
    """

    file: str
    source: str
    module: ModuleType
    replaced: Mapping[str, str]
    """For each function that replaces another: the module of viz.kernel that has the other one."""
    loops: Any
    """The counter of the rounds of the file's loops (Loops in viz/kernel/rules/loop_limit.py)."""
    files: tuple[str, ...]
    """The names that the code of these functions has as its files; an error there is told with its line."""
    edited: tuple[str, ...] = ()


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
    summary: str = ""
    """What is new in the version, in a few plain words, for lists of kernels."""
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
    """The time at which a rule lets zonelists be built: "boot" or "runtime"; "" if no rule says so."""
    row: str = ""
    """The name of the row that a what-if or a person's own file starts from; "" for a row of the table."""
    changed: tuple[tuple[str, str], ...] = ()
    """The what-if's changed rules and their values; empty for a row of the table (viz/kernel/rules)."""
    values: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)
    """The what-if's values of all rules that mean something for it; empty for a row of the table."""
    modules: Mapping[str, ModuleType] = field(default_factory=dict, compare=False, repr=False)
    """The what-if's own copies of modules of viz.kernel, by name; empty for a row."""
    sources: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)
    """The source of every module of viz.kernel that the what-if changes, by name; empty for a row."""

    patch: Patch | None = field(default=None, compare=False, repr=False)
    """The person's own file whose functions the version has; None if it has none."""

    def step_limit(self, machine: Machine) -> int:
        """Return the number of operations after which a what-if counts as endless; 0 for a row, which always ends."""
        nodes = len(machine.possible)
        return 10_000 + 200 * nodes + 4 * nodes * nodes if self.modules else 0

    def own(self, function: F) -> F:
        """Return the version's own copy of a function of viz.kernel; for a row of the table, the function itself."""
        module = self.modules.get(function.__module__)
        found: F = getattr(module, function.__name__, function) if module else function
        return found

    @property
    def one_target(self) -> bool:
        """Return whether a node has at most one target: a cell of the first array is then an id instead of a list."""
        return self.arrays[0].empty == NUMA_NO_NODE

    @property
    def reads_tiers(self) -> bool:
        """Return whether the order depends on memory tiers: the version has tiers, or a changed rule uses them."""
        if memory_tiers.memtier in self.arrays:
            return True
        by_rule = self.values.get("start") == "fastest-tier" or self.values.get("targets") == "next-class"
        return by_rule and self.triggers != UNKNOWN

    @property
    def note_keys(self) -> tuple[str, ...]:
        """Return the keys of notes for this row: its name, then its groups; a patch or a bug has only its name.

        A version with changed rules has no keys.
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
