"""Answer the questions of the events panel: which events a node's state allows, and which rebuilds they cause."""

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
"""One kernel for each rule that decides whether an event rebuilds the order."""


def events(topology: Topology, question: Request) -> dict[str, Any]:
    """Return the state of each node before the first event, and the state of each event's node after that event.

    "obstacles" names for each state the events that are impossible in it, and why. "most" is MAX_EVENTS.
    """
    machine = topology.machine(POSTED.rules)
    start = {str(node): online_states(machine, node) for node in machine.possible}
    after = [effect.after for effect in event_effects(machine, topology.event_pairs)]
    return {"start": start, "after": after, "obstacles": _obstacles(machine), "most": MAX_EVENTS}


def _obstacles(machine: Machine) -> dict[str, dict[str, str]]:
    """Return for every state of a node the events that are impossible in it, each with the reason.

    The key of a state says whether the node, its memory and its CPUs are online: in "1 0 1" the memory is not.
    """
    node, obstacles = next(iter(machine.possible)), {}
    for state in (OnlineState(False, 0, 0), *map(OnlineState._make, product((True,), (0, 1), (0, 1)))):
        (machine.online.add if state.online else machine.online.discard)(node)
        machine.blocks[node], machine.cpu_count[node] = state.blocks, state.cpus
        reasons = {event: obstacle(machine, event, node) for event in EVENTS}
        obstacles[" ".join(str(int(part)) for part in state)] = {event: why for event, why in reasons.items() if why}
    return obstacles


def counted(topology: Topology, question: Request) -> dict[str, Any]:
    """Return how many rebuilds the machine's events cause in each kernel, and how many of them change the order.

    Kernels that rebuild at the same events share a row. If the question's kernel is among them, the row names it.
    """
    asked = Run.of(topology, question.get("kernel"), question.get("zonelists"))
    others = [Run.of(topology, name, asked.zonelists) for name in TRIGGERS]
    rows = {_rebuilds_at(run.version): run for run in [*others, asked] if run.version.triggers != UNKNOWN}
    return {"kernels": [_row(run) for run in rows.values()]}


def _rebuilds_at(kernel: Version) -> tuple[str, str]:
    """Return in words which memory and which CPUs make the kernel rebuild the order when they go online or offline."""
    return _MEMORY[kernel.triggers.memory], _CPUS[kernel.triggers.cpu]


def _row(run: Run) -> dict[str, Any]:
    order, when = run.order(), _rebuilds_at(run.version)
    caused, changed = rebuilds(order, [event["log"] for event in order.get("events", [])])
    return {"kernel": run.version.name, "when": when, "caused": caused, "changed": changed}


_MEMORY = {
    "block": "every block of memory",
    "node": "a node's first and last block",
    "unknown": "",
}
_CPUS = {
    "any, early": "every CPU (by patch 03/10)",
    "any": "every CPU",
    "N_CPU": "a node's first and last CPU",
    "never": "no CPU",
    "unknown": "",
}
