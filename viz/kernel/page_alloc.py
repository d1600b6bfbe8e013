"""Choose the best next node, build zonelists, charge loads.

Building the zonelists in mm/page_alloc.c writes node_load[]. The
demotion order is built later with the same chooser, and there
node_load[] decides between candidates of the same cost.
"""

from __future__ import annotations

from collections.abc import Mapping

from viz.kernel.checkpoints import (
    NodeLoadGiven,
    OwnZonelistBegins,
    Scan,
    Taken,
    ZonelistBuilt,
    ZonelistsBegin,
)
from viz.kernel.machine import N_MEMORY, Machine
from viz.kernel.memory import Routine
from viz.kernel.nodemask import NUMA_NO_NODE, NodeMask

PENALTY_FOR_NODE_WITH_CPUS = 1

INT_MAX = 2**63 - 1
"""A number above any score."""

LOAD_LIMIT = 2**31
"""A number above any load: loads only decide between equals.

Linux multiplies by nr_online_nodes * MAX_NUMNODES, and from v5.19
by MAX_NUMNODES. No load reaches those factors, so the result is the
same.
"""


def find_next_best_node(
    machine: Machine, node: int, used: NodeMask
) -> Routine[int]:
    """Return the best node that is not in `used`, and add it.

    If `node` itself is not in `used`, it is the best: so a zonelist
    begins with its own node. For demotion, the source is always in
    `used`.

    mm/page_alloc.c, find_next_best_node() of v5.15
    """
    if node not in used and (
        node in machine.memory
        or machine.rules.memoryless_lists_itself
    ):
        used.add(node)
        return node

    min_val, best_node = INT_MAX, NUMA_NO_NODE
    for n in machine.node_states[N_MEMORY]:
        if n in used:
            continue
        val = machine.distance[node][n]
        # A lower id than that of the source costs one more.
        val += n < node
        if n in machine.cpus:
            val += PENALTY_FOR_NODE_WITH_CPUS
        # Between equals the load decides, and then the lower id.
        val *= LOAD_LIMIT
        val += machine.node_load[n]
        if val < min_val:
            min_val, best_node = val, n
    yield Scan(node, best_node, machine.memory - used)

    if best_node != NUMA_NO_NODE:
        used.add(best_node)
        yield Taken(best_node)
    return best_node


def nearest_first(
    machine: Machine, node: int, candidates: NodeMask
) -> list[int]:
    """Return candidates in the order in which they are chosen.

    It is the order of repeated calls of find_next_best_node(), as
    long as no load changes: candidates of the same cost are sorted
    by their loads, and then by their ids.

    Not in Linux: there the chooser is called repeatedly.
    """
    distance, cpus = machine.distance[node], set(machine.cpus)
    val = {
        n: distance[n]
        + (n < node)
        + (PENALTY_FOR_NODE_WITH_CPUS if n in cpus else 0)
        for n in candidates
    }
    by_load = sorted(val, key=machine.node_load.__getitem__)
    return sorted(by_load, key=val.__getitem__)


def build_zonelists(machine: Machine, local: int) -> Routine[None]:
    """Build the fallback order of `local`, and charge node_load[].

    Linux calls find_next_best_node() until it returns no node.
    Loads change only for nodes that are in the list already, so one
    sort gives the same order.

    mm/page_alloc.c, build_zonelists() of v5.15
    """
    others = machine.memory - NodeMask([local])
    order = nearest_first(machine, local, others)
    if (
        local in machine.memory
        or machine.rules.memoryless_lists_itself
    ):
        order.insert(0, local)
    machine.zonelists[local] = order
    yield ZonelistBuilt(
        local, order, charge_node_load(machine, local, order)
    )


def charge_node_load(
    machine: Machine, local: int, order: list[int]
) -> dict[int, int]:
    """Charge the first node at each distance; return new loads.

    Because of the charge, the next list with the same tie prefers
    another node. `left` is the number of online nodes less the
    entries of the list before this one.

    mm/page_alloc.c, build_zonelists() of v5.15
    """
    charged = {}
    distance, left = machine.distance[local], len(machine.online)
    previous = distance[local]
    for n in order:
        if distance[n] != previous:
            match machine.rules.charge:
                case "set":
                    machine.node_load[n] = left
                case "add":
                    machine.node_load[n] += left
                case "one":
                    machine.node_load[n] += 1
            charged[n] = machine.node_load[n]
        previous, left = distance[n], left - 1
    return charged


def build_all_zonelists(machine: Machine) -> Routine[None]:
    """Rebuild all zonelists, lowest id first, and node_load[].

    mm/page_alloc.c, __build_all_zonelists() of v5.15
    """
    machine.node_load.update(dict.fromkeys(machine.possible, 0))
    yield ZonelistsBegin(dict(machine.node_load))
    for node in (
        machine.online
        if machine.rules.lists_for == "online"
        else machine.possible
    ):
        yield from build_zonelists(machine, node)


def build_own_zonelist(
    machine: Machine, node: int
) -> Routine[None]:
    """Build the zonelist of a node that is to come online.

    This begins with node_load[] at zero, too. So the charges of all
    other lists are lost until all lists are built again.

    mm/page_alloc.c, __build_all_zonelists() of v5.15
    """
    machine.node_load.update(dict.fromkeys(machine.possible, 0))
    yield OwnZonelistBegins(node, dict(machine.node_load))
    yield from build_zonelists(machine, node)


def take_node_load(
    machine: Machine, given: Mapping[int, int]
) -> Routine[None]:
    """Take loads that were read from a kernel, and build nothing.

    A node that `given` does not name has load 0.

    Not in Linux: the topology gives these numbers.
    """
    machine.node_load.update(
        {node: given.get(node, 0) for node in machine.possible}
    )
    yield NodeLoadGiven(dict(machine.node_load))
