"""Make a Tree for a machine that was not read from its own files: from numactl -H, hwloc XML or a document."""

from __future__ import annotations

from viz.analysis.run import Run
from viz.doctor.facts import FIGURES
from viz.doctor.paths import NODES, TIERING
from viz.doctor.tree import Tree
from viz.kernel.memory_tiers import memtier
from viz.kernel.nodemask import node_list
from viz.kernel.versions import Version
from viz.topology import ParseResult
from viz.topology.errors import TopologyError
from viz.topology.parse_result import TIER

_READ = "the machine as it was given"
_COMPUTED = "computed here"


def tree_of(result: ParseResult, row: Version | None) -> Tree:
    """Return the machine's nodes, distances, latency and bandwidth as the files that Linux would show.

    If the kernel `row` has memory tiers, files for these are added, unless a guess decides the tiers.
    """
    topology, tree = result.topology, Tree(is_selection=True)
    memory = [node.id for node in topology.nodes if node.has_memory]
    online = [node.id for node in topology.nodes if node.online]
    _add(tree, f"{NODES}/online", node_list(online))
    if not any(guess.key == "cpus" for guess in result.guesses):
        _add(
            tree, f"{NODES}/has_cpu", node_list([node.id for node in topology.nodes if node.online and node.cpu_count])
        )
    if not any(guess.key == "memory" for guess in result.guesses):
        _add(tree, f"{NODES}/has_memory", node_list(memory))
    if not isinstance(topology.distances, str):
        places = [index for index, node in enumerate(topology.ids) if node in online]
        for index in places:
            row_of = topology.distances[index]
            _add(tree, f"{NODES}/node{topology.ids[index]}/distance", " ".join(str(row_of[place]) for place in places))
    for node in topology.nodes:
        for figure in FIGURES if node.access_coordinate.is_known else ():
            value = getattr(node.access_coordinate, figure)
            _add(tree, f"{NODES}/node{node.id}/access1/initiators/{figure}", str(value))
    if row is not None and memtier in row.arrays and not any(guess.key == TIER for guess in result.guesses):
        _add_tiers(tree, result, row)
    return tree


def _add_tiers(tree: Tree, result: ParseResult, row: Version) -> None:
    try:
        tiers = Run.of(result.topology, row.name).order()["tiers"]
    except TopologyError:  # for example, the distances are unknown
        return
    for tier in tiers:
        _add(tree, f"{TIERING}/memory_tier{tier['id']}/nodelist", tier["nodes"], _COMPUTED)


def _add(tree: Tree, path: str, content: str, name: str = _READ) -> None:
    tree.add(path, content)
    tree.named[path] = f"{name}: {path.rpartition('/')[2] if NODES in path else path.split('/')[-2]}"


def merged(below: Tree, above: Tree) -> Tree:
    """Return both trees as one, a selection only if both are; if both have a file, that of `above` counts."""
    tree = Tree(is_selection=below.is_selection and above.is_selection, notes=[*above.notes], named={**below.named})
    for path in above.files:
        tree.named.pop(path, None)
    tree.files = below.files | above.files
    tree.links = below.links | above.links
    tree.folders = below.folders | above.folders
    return tree
