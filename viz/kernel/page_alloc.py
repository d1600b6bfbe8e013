"""Which node is best next, and the fallback lists that leave node_load[] behind: mm/page_alloc.c.

node_load[] is only a tie breaker, and only a by-product: a full build of the zonelists writes it, and the
demotion order, built later from the same chooser, inherits it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from viz.kernel.looks import NodeLoadGiven, OwnZonelistBegins, Scan, Taken, ZonelistBuilt, ZonelistsBegin
from viz.kernel.machine import Machine
from viz.kernel.memory import Routine
from viz.kernel.nodemask import NUMA_NO_NODE, NodeMask

PENALTY_FOR_NODE_WITH_CPUS = 1


Score = tuple[int, int, int]
"""(distance with its penalties, node_load, id) of a candidate: the smallest wins. The kernel folds it into one int."""


def scores(machine: Machine, node: int, candidates: Iterable[int]) -> list[Score]:
    """How good each candidate is for `node`.

    The distance counts first, in the row of `node`; an id below its own costs one, and having CPUs costs one.
    """
    distance, load, cpus = machine.distance[node], machine.node_load, machine.cpus
    return [(distance[n] + (n < node) + (n in cpus) * PENALTY_FOR_NODE_WITH_CPUS, load[n], n) for n in candidates]


def nearest_first(machine: Machine, node: int, candidates: NodeMask) -> list[Score]:
    """What find_next_best_node() would answer if asked again and again, as long as no load changes in between."""
    return sorted(scores(machine, node, candidates))


def find_next_best_node(machine: Machine, node: int, used: NodeMask) -> Routine[int]:
    """Return the best node that is not in `used`, and put it there; NUMA_NO_NODE if none is left.

    Only nodes with memory are scored. A node not yet in `used` is its own best node: so begins every
    zonelist, and no demotion, where the source is in `used` already. From v6.7 a node without memory is not.

    mm/page_alloc.c
    """
    if node not in used and (node in machine.memory or machine.rules.memoryless_lists_itself):
        used.add(node)
        return node

    scored = scores(machine, node, machine.memory - used)
    _, _, best = min(scored, default=(0, 0, NUMA_NO_NODE))
    yield Scan(node, best, scored)

    if best != NUMA_NO_NODE:
        used.add(best)
        yield Taken(best)
    return best


def build_zonelists(machine: Machine, local: int) -> Routine[None]:
    """Give `local` its fallback order, nearest first, and charge node_load[] for it.

    Asking find_next_best_node() until it has no answer would give the same list: a load changes only for
    nodes that are in the list already, so one sort of all scores is enough.

    mm/page_alloc.c
    """
    order = [n for _, _, n in nearest_first(machine, local, machine.memory - NodeMask([local]))]
    if local in machine.memory or machine.rules.memoryless_lists_itself:
        order.insert(0, local)
    machine.zonelists[local] = order
    yield ZonelistBuilt(local, order, charge_node_load(machine, local, order))


def charge_node_load(machine: Machine, local: int, order: list[int]) -> dict[int, int]:
    """Charge each node whose distance from `local` differs from that of the entry before it; return the new loads.

    So the first of every group of equally near nodes pays, and the next list to face the same tie prefers
    another. `left` is how many nodes are online, less the entries already in the list.
    """
    charged = {}
    previous, left = local, len(machine.online)
    for n in order:
        if machine.distance[local][n] != machine.distance[local][previous]:
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
    """Rebuild every node's fallback order, lowest id first, and with them node_load[].

    mm/page_alloc.c
    """
    machine.node_load.update(dict.fromkeys(machine.possible, 0))
    yield ZonelistsBegin(dict(machine.node_load))
    for node in machine.online if machine.rules.lists_for == "online" else machine.possible:
        yield from build_zonelists(machine, node)


def build_own_zonelist(machine: Machine, node: int) -> Routine[None]:
    """Give a node that is about to come online its fallback order.

    This resets node_load[], too, so what all other lists had charged is lost until the next full build.

    mm/page_alloc.c, __build_all_zonelists() of one node
    """
    machine.node_load.update(dict.fromkeys(machine.possible, 0))
    yield OwnZonelistBegins(node, dict(machine.node_load))
    yield from build_zonelists(machine, node)


def take_node_load(machine: Machine, given: Mapping[int, int]) -> Routine[None]:
    """Use loads that someone read from a real kernel; a node not named has none."""
    machine.node_load.update({node: given.get(node, 0) for node in machine.possible})
    yield NodeLoadGiven(dict(machine.node_load))
