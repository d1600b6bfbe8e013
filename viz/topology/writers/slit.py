"""Write a topology's distances as the source of a SLIT, which `iasl` compiles."""

from __future__ import annotations

from viz.topology.model import Topology
from viz.topology.writers.losses import Written, lost_fields, renumbered

_HEAD = """\
[0004]                          Signature : "SLIT"
[0004]                       Table Length : 00000000
[0001]                           Revision : 01
[0001]                           Checksum : 00
[0006]                             Oem ID : "TIERSC"
[0008]                       Oem Table ID : "TIERSCOP"
[0004]                       Oem Revision : 00000001
[0004]                    Asl Compiler ID : "INTL"
[0004]              Asl Compiler Revision : 00000001

"""


def written(topology: Topology) -> Written:
    """Return the source of the table; iasl fills in its length and its checksum."""
    nodes, rows, losses = renumbered(topology, "a SLIT")
    lines = [f"[0008]                         Localities : {len(nodes):016X}"]
    for index, row in enumerate(rows):
        cells = [f"{cell:02X}" for cell in row]
        pieces = [" ".join(cells[start : start + 16]) for start in range(0, len(cells), 16)]
        lines.append(f"[{len(row):04}]                       Locality {index:3} : " + " \\\n        ".join(pieces))
    losses.append("A SLIT holds distances only: CPUs and memory of the nodes are in other tables.")
    return Written(_HEAD + "\n".join(lines) + "\n", (*losses, *lost_fields(topology, "A SLIT")))
