"""What each event of a run did, as a few plain values, and how much of it was for nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from viz.kernel.checkpoints import OrderBegins, OrderComplete, OwnZonelistBegins, ZonelistBuilt, ZonelistsBegin
from viz.kernel.hotplug_checkpoints import Disabled
from viz.kernel.machine import Machine
from viz.kernel.memory import Memory, Operation, Routine, drive
from viz.kernel.versions import Version
from viz.trace.chapters import Chapter
from viz.trace.summary import Summary

Entry = dict[str, Any]


def log_of(chapter: Chapter, machine: Machine, memory: Memory, version: Version) -> list[Entry]:
    """Drive the chapter of an event and return what it did, in order of occurrence; tables by node id as text.

    {"do": "zonelists", "of": "all" or id, "node_load"}; {"do": "disable", "node_demotion"}, for a disable that no
    rebuild follows at once; {"do": "rebuild", "passes", "node_demotion"}, or with tiers what viz.kernel.results
    says of them; last {"do": "states", "n_memory", "n_cpu", "online"} as node lists.
    """
    log = EventLog(machine, memory, version)
    drive(chapter.routine, memory, log.watch)
    states = {"n_memory": str(machine.memory), "n_cpu": str(machine.n_cpu), "online": str(machine.online)}
    return [*log.entries, {"do": "states", **states}]


class EventLog:
    """Collects entries while an event runs."""

    def __init__(self, machine: Machine, memory: Memory, version: Version) -> None:
        self.machine = machine
        self.memory = memory
        self.version = version
        self.entries: list[Entry] = []
        self.summary = Summary(memory)

    def watch(self, operation: Operation, routine: Routine[Any]) -> None:
        """Note one operation."""
        match operation:
            case ZonelistsBegin():
                self.entries.append({"do": "zonelists", "of": "all", "node_load": self._loads()})
            case OwnZonelistBegins():
                self.entries.append({"do": "zonelists", "of": operation.node, "node_load": self._loads()})
            case ZonelistBuilt():
                self.entries[-1]["node_load"] |= {str(node): load for node, load in operation.charged.items()}
            case Disabled():
                self.entries.append({"do": "disable", **self._result()})
            case OrderBegins():
                self.summary = Summary(self.memory)
            case OrderComplete():
                self.entries.append({"do": "rebuild", **self.summary.told(), **self._result()})
        self.summary.watch(operation, routine)

    def _loads(self) -> dict[str, int]:
        return {str(node): self.machine.node_load[node] for node in self.machine.possible}

    def _result(self) -> dict[str, Any]:
        return self.version.result(self.machine, self.memory)


class Rebuilds(NamedTuple):
    """How many rebuilds the events caused, and how many of them left another order than the one before."""

    caused: int
    changed: int


def rebuilds(first: Entry, logs: Sequence[Sequence[Entry]]) -> Rebuilds:
    """What the events cost and what came of it; `first` is the result before them.

    A disable counts as no change: what matters is whether the next order differs from the last one.
    """
    orders = [targets_of(entry) for log in logs for entry in log if entry["do"] == "rebuild"]
    changed = sum(new != old for old, new in zip([targets_of(first), *orders], orders, strict=False))
    return Rebuilds(len(orders), changed)


TARGETS = ("node_demotion", "preferred", "fallback_targets")


def targets_of(result: Entry) -> Entry:
    """What a result or an entry says of who demotes to whom; nothing of an entry that does not say."""
    return {key: result[key] for key in TARGETS if result.get(key) is not None}
