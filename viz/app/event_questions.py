"""What the panel on events asks: what can happen at each point of the scenario, and what the rebuilds came to."""

from __future__ import annotations

from itertools import product
from typing import Any

from viz.analysis.run import Run
from viz.app.service import Request
from viz.kernel.hotplug import EVENTS, obstacle
from viz.kernel.machine import Machine
from viz.kernel.versions import POSTED, UNKNOWN, Version
from viz.topology import Topology
from viz.topology.model import MAX_EVENTS
from viz.trace.event_words import OnlineState, event_effects, online_states
from viz.trace.events import rebuilds

TRIGGERS = ("posted", "v5.15", "v5.18", "v6.1")
"""A row for each way in which kernels decide whether an event rebuilds the order."""


def events(topology: Topology, question: Request) -> dict[str, Any]:
    """What of each node is online at the start and of an event's node after it; why an event may be impossible."""
    machine = topology.machine(POSTED.rules)
    start = {str(node): online_states(machine, node) for node in machine.possible}
    after = [turn.after for turn in event_effects(machine, topology.happenings)]
    return {"start": start, "after": after, "obstacles": _obstacles(machine), "most": MAX_EVENTS}


def _obstacles(machine: Machine) -> dict[str, dict[str, str]]:
    """By what of a node is online, as "1 0 1" for a node that is and has CPUs but no memory: the reasons by event."""
    node, found = next(iter(machine.possible)), {}
    for one in (OnlineState(False, 0, 0), *map(OnlineState._make, product((True,), (0, 1), (0, 1)))):
        (machine.online.add if one.online else machine.online.discard)(node)
        machine.blocks[node], machine.cpu_count[node] = one.blocks, one.cpus
        whys = {event: obstacle(machine, event, node) for event in EVENTS}
        found[" ".join(str(int(part)) for part in one)] = {event: why for event, why in whys.items() if why}
    return found


def counted(topology: Topology, question: Request) -> dict[str, Any]:
    """How many rebuilds the scenario causes, and how many of them change the order: the kernel asked for, then others.

    One row stands for all kernels that rebuild at the same events.
    """
    asked = Run.of(topology, question.get("kernel"), question.get("zonelists"))
    others = [Run.of(topology, name, asked.zonelists) for name in TRIGGERS]
    rows = {_when(run.version): run for run in [*others, asked] if run.version.triggers != UNKNOWN}
    return {"kernels": [_counted(run) for run in rows.values()]}


def _when(row: Version) -> tuple[str, str]:
    """What makes that kernel rebuild the order: which memory, which CPUs."""
    return _MEMORY[row.triggers.memory], _CPUS[row.triggers.cpu]


def _counted(run: Run) -> dict[str, Any]:
    order, when = run.order(), _when(run.version)
    caused, changed = rebuilds(order, [event["log"] for event in order.get("events", [])])
    return {"kernel": run.version.name, "when": when, "caused": caused, "changed": changed}


_MEMORY = {
    "block": "every block of memory",
    "node": "a node's first and last block",
    "unknown": "",
}
_CPUS = {
    "any, early": "every CPU",
    "any": "every CPU",
    "N_CPU": "a node's first and last CPU",
    "never": "no CPU",
    "unknown": "",
}
