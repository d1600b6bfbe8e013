"""What the nodes are, apart from their roles in an order: the signals that only events change."""

from __future__ import annotations

from typing import Any

from viz.kernel.hotplug_checkpoints import BlocksChanged, CpusChanged, Notified, PagesLeave, StateChanged
from viz.kernel.machine import Machine
from viz.kernel.memory import Operation
from viz.kernel.nodemask import node_list


def states(machine: Machine) -> dict[str, Any]:
    """All of these signals, as they are before anything happens."""
    masks = {
        "online": node_list(machine.online),
        "N_MEMORY": node_list(machine.memory),
        "N_CPU": node_list(machine.n_cpu),
        "cpus": node_list(machine.cpus),
        "leaving": "",
    }
    return masks | _populated(machine) | {f"state[{n}]": state_text(machine, n) for n in machine.possible}


def changed(machine: Machine, operation: Operation) -> dict[str, Any]:
    """Those that the operation may have changed, beyond what it says itself."""
    match operation:
        case BlocksChanged(node):
            return {f"state[{node}]": state_text(machine, node), "leaving": "", **_populated(machine)}
        case PagesLeave(node):
            return {f"state[{node}]": "being emptied", "leaving": str(node) if machine.blocks[node] == 1 else ""}
        case CpusChanged(node) | StateChanged(_, node) | Notified(_, node):
            return {f"state[{node}]": state_text(machine, node), "leaving": ""}
    return {}


def state_text(machine: Machine, node: int) -> str:
    """What matters of a node besides the size of its memory, in a few words."""
    blocks, cpus = machine.blocks[node], machine.cpu_count[node]
    if node not in machine.online:
        return "offline"
    if not blocks and node in machine.memory:
        return "still in N_MEMORY"
    told = f"{cpus or 'no'} CPU{'s' if cpus != 1 else ''}"
    return f"{told}, {blocks} blocks" if blocks > 1 else told


def _populated(machine: Machine) -> dict[str, str]:
    return {"populated": node_list(node for node in machine.possible if machine.blocks[node])}
