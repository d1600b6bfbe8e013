"""Which node is best next, and what fallback lists leave behind.

node_load[] is only a tie breaker, and only a by-product: a full
build of the zonelists in mm/page_alloc.c writes it. The demotion
order is built later from the same chooser, and inherits it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from viz.kernel.looks import (
    NodeLoadGiven,
    OwnZonelistBegins,
    Scan,
    Taken,
    ZonelistBuilt,
    ZonelistsBegin,
)
from viz.kernel.machine import Machine
from viz.kernel.memory import Routine
from viz.kernel.nodemask import NUMA_NO_NODE, NodeMask

PENALTY_FOR_NODE_WITH_CPUS = 1


Score = tuple[int, int, int]
"""Of a candidate (distance with its penalties, node_load, id)."""


def scores(
    machine: Machine, node: int, candidates: Iterable[int]
) -> list[Score]:
    """Return how good each candidate is for `node`.

    The distance counts first, in the row of `node`. A lower id
    than its own costs one, and CPUs cost one.

    mm/page_alloc.c, find_next_best_node() of v5.15
    """
    distance, load, cpus = (
        machine.distance[node],
        machine.node_load,
        machine.cpus,
    )
    return [
        (
            distance[n]
            + (n < node)
            + (n in cpus) * PENALTY_FOR_NODE_WITH_CPUS,
            load[n],
            n,
        )
        for n in candidates
    ]


def nearest_first(
    machine: Machine, node: int, candidates: NodeMask
) -> list[Score]:
    """Return the candidates as find_next_best_node() takes them.

    One sort has the same answers as long as no load changes.

    Not in Linux: there the chooser is asked again and again.
    """
    return sorted(scores(machine, node, candidates))


def find_next_best_node(
    machine: Machine, node: int, used: NodeMask
) -> Routine[int]:
    """Return the best node that is not in `used`, and add it.

    A node that is not in `used` itself is its own best. So begins
    every zonelist, and no demotion, whose source is in `used`.

    mm/page_alloc.c, find_next_best_node() of v5.15
    """
    if node not in used and (
        node in machine.memory
        or machine.rules.memoryless_lists_itself
    ):
        used.add(node)
        return node

    scored = scores(machine, node, machine.memory - used)
    _, _, best = min(scored, default=(0, 0, NUMA_NO_NODE))
    yield Scan(node, best, scored)

    if best != NUMA_NO_NODE:
        used.add(best)
        yield Taken(best)
    return best


def build_zonelists(
    machine: Machine, local: int
) -> Routine[None]:
    """Give `local` its fallback order, and charge node_load[].

    Linux asks find_next_best_node() until it has no answer. Loads
    change only for nodes that are in the list, so that one sort
    has the same answers.

    mm/page_alloc.c, build_zonelists() of v5.15
    """
    order = [
        n
        for _, _, n in nearest_first(
            machine, local, machine.memory - NodeMask([local])
        )
    ]
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

    So the next list that has the same tie prefers another node.
    `left` is how many nodes are online, less those in the list.

    mm/page_alloc.c, build_zonelists() of v5.15
    """
    charged = {}
    previous, left = local, len(machine.online)
    for n in order:
        if (
            machine.distance[local][n]
            != machine.distance[local][previous]
        ):
            match machine.rules.charge:
                case "set":
                    machine.node_load[n] = left
                case "add":
                    machine.node_load[n] += left
                case "one":
                    machine.node_load[n] += 1
            charged[n] = machine.node_load[n]
        previous, left = n, left - 1
    return charged


def build_all_zonelists(machine: Machine) -> Routine[None]:
    """Rebuild all fallback orders, lowest id first, and loads.

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
    """Give a node that is to come online its fallback order.

    What all other lists had charged is lost until the next build
    of all lists, because this sets node_load[] to zero, too.

    mm/page_alloc.c, __build_all_zonelists() of v5.15
    """
    machine.node_load.update(dict.fromkeys(machine.possible, 0))
    yield OwnZonelistBegins(node, dict(machine.node_load))
    yield from build_zonelists(machine, node)


def take_node_load(
    machine: Machine, given: Mapping[int, int]
) -> Routine[None]:
    """Take loads that were read from a kernel, and build nothing.

    Not in Linux: a node that is not named has no load.
    """
    machine.node_load.update(
        {node: given.get(node, 0) for node in machine.possible}
    )
    yield NodeLoadGiven(dict(machine.node_load))
