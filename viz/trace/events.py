"""Log what each event of a run did, as plain values, and count the rebuilds and those that changed the order."""

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


def run_and_log(chapter: Chapter, machine: Machine, memory: Memory, version: Version) -> list[Entry]:
    """Run the chapter of an event, and return an entry for everything that it did, in order.

    {"do": "zonelists", "of": "all" or id, "node_load"}
    {"do": "disable", "node_demotion"}                     a disable that no rebuild follows at once
    {"do": "rebuild", "passes", "node_demotion"}           or, with tiers, the keys of viz.kernel.results.tiers()
    {"do": "states", "n_memory", "n_cpu", "online"}        always last; the values are node lists

    The keys of a table are node ids as text.
    """
    log = EventLog(machine, memory, version)
    drive(chapter.routine, memory, log.watch, chapter.limit)
    states = {"n_memory": str(machine.memory), "n_cpu": str(machine.n_cpu), "online": str(machine.online)}
    return [*log.entries, {"do": "states", **states}]


class EventLog:
    """The log of one event, to which entries are added while the event runs."""

    def __init__(self, machine: Machine, memory: Memory, version: Version) -> None:
        self.machine = machine
        self.memory = memory
        self.version = version
        self.entries: list[Entry] = []
        self.summary = Summary(memory)

    def watch(self, operation: Operation, routine: Routine[Any]) -> None:
        """Log the operation, if it is of a kind that run_and_log() has an entry for."""
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
                self.entries.append({"do": "rebuild", **self.summary.as_dict(), **self._result()})
        self.summary.watch(operation, routine)

    def _loads(self) -> dict[str, int]:
        return {str(node): self.machine.node_load[node] for node in self.machine.possible}

    def _result(self) -> dict[str, Any]:
        return self.version.result(self.machine, self.memory)


class Rebuilds(NamedTuple):
    """The number of rebuilds that events caused, and the number of those that changed the order."""

    caused: int
    changed: int


def rebuilds(first: Entry, logs: Sequence[Sequence[Entry]]) -> Rebuilds:
    """Return how many rebuilds the logs of the events hold, and how many changed the order.

    `first` is the result before the first event.

    A disable does not count as a change: each rebuilt order is compared with the previous complete order.
    """
    orders = [targets_of(entry) for log in logs for entry in log if entry["do"] == "rebuild"]
    changed = sum(new != old for old, new in zip([targets_of(first), *orders], orders, strict=False))
    return Rebuilds(len(orders), changed)


TARGETS = ("node_demotion", "preferred", "fallback_targets")
"""The keys of a result that say which node demotes to which."""


def targets_of(result: Entry) -> Entry:
    """Return the part of a result or an entry that says which node demotes to which; {} if it has no such part."""
    return {key: result[key] for key in TARGETS if result.get(key) is not None}
