"""Return the result of a build as plain values for JSON; a row of versions.py names one of these functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from viz.kernel import memory_tiers, migrate, migrate_v5_17, tier_sets
from viz.kernel.machine import Machine
from viz.kernel.memory import Array, Memory, nodes_in
from viz.kernel.nodemask import NUMA_NO_NODE

Result = dict[str, Any]


def one_target(machine: Machine, memory: Memory) -> Result:
    """Return {"node_demotion": {id: target}}, -1 where a chain ends."""
    return {"node_demotion": cells(machine, memory, migrate.node_demotion)}


def several_targets(machine: Machine, memory: Memory) -> Result:
    """Return {"node_demotion": {id: [targets in order of choice]}}."""
    return {"node_demotion": lists(machine, memory, migrate_v5_17.node_demotion)}


def several_in_cycles(machine: Machine, memory: Memory) -> Result:
    """Return several_targets() with "cycles": [[ids]], the result of shortest_cycles()."""
    result = several_targets(machine, memory)
    return {**result, "cycles": shortest_cycles({int(node): found for node, found in result["node_demotion"].items()})}


def tiers(machine: Machine, memory: Memory) -> Result:
    """Return {"tiers": [{"id", "nodes", "lower"}], "preferred", "fallback_targets", "toptier"}.

    Tiers are listed fastest first. `preferred` and `fallback_targets` are {id: node list}; `toptier` is {id: 1}
    where memory counts as fast, else 0.
    """
    found = memory_tiers.memory_tiers(machine)
    lower = {tier.id: memory[memory_tiers.lower_tier_mask[min(tier.nodes)]] for tier in found}
    return {
        "tiers": [{"id": memory_tiers.printed_id(tier.id), "nodes": str(tier.nodes), "lower": lower[tier.id]} for tier in found],
        "preferred": masks(machine, memory, memory_tiers.preferred),
        "fallback_targets": masks(machine, memory, memory_tiers.lower_tier_mask),
        "toptier": {str(node): int(memory_tiers.node_is_toptier(machine, node)) for node in machine.possible},
    }


def classes(machine: Machine, memory: Memory) -> Result:
    """Return {"node_demotion": {id: [targets, best first]}, "preferred": {id: target}, "costs"}.

    `costs` is {id: [{"target", "distance", "local"}]}; "local" says whether the target is in the socket of the source.
    """
    targets = lists(machine, memory, tier_sets.target_set)
    homes = {node: tier_sets.home_node(machine, node) for node in machine.possible}
    costs = {
        source: [
            {"target": n, "distance": machine.distance[int(source)][n], "local": homes[n] == homes[int(source)]}
            for n in found
        ]
        for source, found in targets.items()
    }
    return {"node_demotion": targets, "preferred": cells(machine, memory, tier_sets.preferred), "costs": costs}


def successors(machine: Machine, memory: Memory) -> Result:
    """Return {"node_demotion": {id: target}, "cycles": [[ids in the order of the walk]]}."""
    found = cells(machine, memory, migrate.node_demotion)
    return {"node_demotion": found, "cycles": cycles({int(node): target for node, target in found.items()})}


def cycles(successor: Mapping[int, int]) -> list[list[int]]:
    """Return every cycle of a graph in which each node has at most one successor.

    Each cycle is a list of node ids in the order of the walk, and begins with the node that the walk reached first.
    """
    found, walked = [], set()
    for start in successor:
        path, node = [], start
        while node != NUMA_NO_NODE and node not in walked:
            path.append(node)
            walked.add(node)
            node = successor[node]
        if node in path:
            found.append(path[path.index(node) :])
    return found


def shortest_cycles(targets: Mapping[int, Sequence[int]]) -> list[list[int]]:
    """Return a shortest cycle through each node that is in a cycle, except for nodes of a cycle found before."""
    found: list[list[int]] = []
    for start in targets:
        if not any(start in cycle for cycle in found) and (cycle := _cycle_from(targets, start)):
            found.append(cycle)
    return found


def _cycle_from(targets: Mapping[int, Sequence[int]], start: int) -> list[int]:
    ways: dict[int, list[int]] = {}
    reached = [[start]]
    for way in reached:
        for node in targets[way[-1]]:
            if node == start:
                return way
            if node not in ways:
                ways[node] = [*way, node]
                reached.append(ways[node])
    return []


def cells(machine: Machine, memory: Memory, array: Array) -> dict[str, Any]:
    """Return the value of each cell of an array, by node id."""
    return {str(node): memory[array[node]] for node in machine.possible}


def lists(machine: Machine, memory: Memory, array: Array) -> dict[str, list[int]]:
    """Return the node list in each cell of an array as a list of ids, by node id."""
    return {str(node): nodes_in(memory[array[node]]) for node in machine.possible}


def masks(machine: Machine, memory: Memory, array: Array) -> dict[str, str]:
    """Return the mask in each cell of an array as a node list, by node id; "" for a cell without a store."""
    return {str(node): str(memory.get(array[node], array.empty)) for node in machine.possible}
