"""Compute the first order of every released kernel on one machine."""

from __future__ import annotations

from viz.analysis.run import Run, Targets, built_targets
from viz.kernel.memory import Memory, drive
from viz.kernel.page_alloc import build_all_zonelists
from viz.kernel.releases import RELEASED
from viz.topology import Topology
from viz.trace.chapters import machine_at


def released_targets(topology: Topology, zonelists: str) -> dict[str, Targets]:
    """Return the first order of each released kernel, by the name of its row.

    Kernels with the same rules and the same routine share one computation. On large machines, building zonelists takes
    the longest, so they are built once for all rules that give the same zonelists.
    """
    loads: dict[tuple[object, ...], dict[int, int]] = {}
    orders: dict[tuple[object, ...], Targets] = {}
    found = {}
    for row in RELEASED:
        computes = (row.build_order, row.rules)
        if computes not in orders:
            rules = (row.rules.charge, row.rules.lists_for, row.rules.memoryless_lists_itself)
            if rules not in loads:
                loads[rules] = _node_load(Run(topology, row.name, row, zonelists))
            orders[computes] = built_targets(topology.machine(row.rules), row, zonelists, loads[rules])
        found[row.name] = orders[computes]
    return found


def _node_load(run: Run) -> dict[int, int]:
    """Return node_load[] as the topology states it or, if it states none, as building all zonelists leaves it."""
    if run.topology.node_load is not None:
        return run.topology.node_load
    machine = machine_at(run.topology.machine(run.version.rules), run.zonelists)
    drive(build_all_zonelists(machine), Memory())
    return machine.node_load
