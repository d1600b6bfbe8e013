"""Compute the signals that only events change: which nodes are online, and which memory and CPUs they have."""

from __future__ import annotations

from typing import Any

from viz.kernel.hotplug_checkpoints import BlocksChanged, CpusChanged, Notified, PagesLeave, StateChanged
from viz.kernel.machine import Machine
from viz.kernel.memory import Operation
from viz.kernel.nodemask import node_list


def states(machine: Machine) -> dict[str, Any]:
    """Return the signals that only events change, with the values that they have before any event."""
    masks = {
        "online": node_list(machine.online),
        "N_MEMORY": node_list(machine.memory),
        "N_CPU": node_list(machine.n_cpu),
        "cpus": node_list(machine.cpus),
        "leaving": "",
    }
    return masks | _populated(machine) | {f"state[{n}]": state_text(machine, n) for n in machine.possible}


def changed(machine: Machine, operation: Operation) -> dict[str, Any]:
    """Return the signals of states() that the operation may have changed, with their new values.

    Signals that the operation's own method signals() returns are left out.
    """
    match operation:
        case BlocksChanged(node):
            return {f"state[{node}]": state_text(machine, node), "leaving": "", **_populated(machine)}
        case PagesLeave(node):
            return {f"state[{node}]": "being emptied", "leaving": str(node) if machine.blocks[node] == 1 else ""}
        case CpusChanged(node) | StateChanged(_, node) | Notified(_, node):
            return {f"state[{node}]": state_text(machine, node), "leaving": ""}
    return {}


def state_text(machine: Machine, node: int) -> str:
    """Return the CPUs, blocks and online state of a node, in a few words."""
    blocks, cpus = machine.blocks[node], machine.cpu_count[node]
    if node not in machine.online:
        return "offline"
    if not blocks and node in machine.memory:
        return "still in N_MEMORY"
    text = f"{cpus or 'no'} CPU{'s' if cpus != 1 else ''}"
    return f"{text}, {blocks} blocks" if blocks > 1 else text


def _populated(machine: Machine) -> dict[str, str]:
    return {"populated": node_list(node for node in machine.possible if machine.blocks[node])}
