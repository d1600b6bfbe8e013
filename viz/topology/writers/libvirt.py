"""Write a topology as the <numa> element of a libvirt domain."""

from __future__ import annotations

from viz.kernel.nodemask import node_list
from viz.topology.model import Topology
from viz.topology.node import Node
from viz.topology.writers.losses import Written, lost_fields, numbered_cpus, renumbered


def written(topology: Topology) -> Written:
    """Return the element, which belongs into <cpu> of a domain."""
    nodes, rows, losses = renumbered(topology, "libvirt")
    cpus, cpu_losses = numbered_cpus(nodes)
    lines = ["<numa>"]
    for index, node in enumerate(nodes):
        lines += _cell(node, index, node_list(cpus[node.id]), rows[index])
    return Written(
        "\n".join([*lines, "</numa>", ""]), (*losses, *cpu_losses, *lost_fields(topology, "libvirt's <numa>"))
    )


def _cell(node: Node, index: int, cpus: str, row: list[int]) -> list[str]:
    kib, rest = divmod(node.memory, 1024)
    size, unit = (node.memory, "b") if rest else (kib, "KiB")
    cpus_attribute = f' cpus="{cpus}"' if cpus else ""
    siblings = [f'      <sibling id="{other}" value="{value}"/>' for other, value in enumerate(row)]
    opening = f'  <cell id="{index}"{cpus_attribute} memory="{size}" unit="{unit}">'
    return [opening, "    <distances>", *siblings, "    </distances>", "  </cell>"]
