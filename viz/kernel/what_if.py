"""Functions that only what-ifs run: no kernel has them.

viz/kernel/rules puts calls of these into the routines of a version
whose rules are changed.
"""

from __future__ import annotations

from viz.kernel.machine import Machine
from viz.kernel.memory_tiers import memory_tiers
from viz.kernel.nodemask import NODE_MASK_NONE, NodeMask


def nearest_sources(
    machine: Machine, this_pass: NodeMask, used: NodeMask
) -> list[int]:
    """Return the sources, the one nearest to a free node first.

    Of equals the lower id is first. Free nodes are found once,
    before any source chooses.

    Not in Linux: what if the nearest source chose first.
    """
    free = machine.memory - (used | this_pass)
    nearest = {
        node: min(
            (machine.distance[node][n] for n in free), default=0
        )
        for node in this_pass
    }
    return sorted(this_pass, key=nearest.__getitem__)


def fastest_tier(machine: Machine) -> NodeMask:
    """Return the nodes of the fastest memory tier.

    Not in Linux: what if the passes began at the fastest memory.
    """
    tiers = memory_tiers(machine)
    return tiers[0].nodes if tiers else NODE_MASK_NONE()
