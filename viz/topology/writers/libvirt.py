"""<numa> of a libvirt domain."""

from __future__ import annotations

from viz.kernel.nodemask import node_list
from viz.topology.model import Node, Topology
from viz.topology.writers.losses import Written, lost_fields, numbered_cpus, renumbered


def written(topology: Topology) -> Written:
    """The element to put into <cpu> of a domain."""
    nodes, rows, losses = renumbered(topology, "libvirt")
    cpus, more = numbered_cpus(nodes)
    lines = ["<numa>"]
    for place, node in enumerate(nodes):
        lines += _cell(node, place, node_list(cpus[node.id]), rows[place])
    return Written("\n".join([*lines, "</numa>", ""]), (*losses, *more, *lost_fields(topology, "libvirt's <numa>")))


def _cell(node: Node, place: int, cpus: str, row: list[int]) -> list[str]:
    kib, odd = divmod(node.memory, 1024)
    size, unit = (node.memory, "b") if odd else (kib, "KiB")
    given = f' cpus="{cpus}"' if cpus else ""
    siblings = [f'      <sibling id="{other}" value="{value}"/>' for other, value in enumerate(row)]
    opening = f'  <cell id="{place}"{given} memory="{size}" unit="{unit}">'
    return [opening, "    <distances>", *siblings, "    </distances>", "  </cell>"]
