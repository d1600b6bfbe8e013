"""List the formats that a topology can be written in. Each writer also says what its format cannot hold."""

from __future__ import annotations

from collections.abc import Callable

from viz.topology.document_text import json_text, toml_text
from viz.topology.errors import TopologyError
from viz.topology.model import Topology
from viz.topology.writers import libvirt, numactl, qemu, slit
from viz.topology.writers.losses import Written

WRITERS: dict[str, Callable[[Topology], Written]] = {
    "toml": lambda topology: Written(toml_text(topology)),
    "json": lambda topology: Written(json_text(topology)),
    "numactl": numactl.written,
    "slit": slit.written,
    "libvirt": libvirt.written,
    "qemu": qemu.written,
}
"""The writer of each format, by the name that the command line and the page use."""

ENDINGS = {"toml": "toml", "json": "json", "numactl": "txt", "slit": "dsl", "libvirt": "xml", "qemu": "sh"}
"""What the name of a file in each format ends with."""

FORMATS_WITH_UNKNOWN_DISTANCES = ("toml", "json", "numactl")
"""The formats that can say that the distances are unknown."""


def write(topology: Topology, form: str) -> Written:
    """Return the topology in the format; raise TopologyError if the format needs distances and they are unknown."""
    if form not in FORMATS_WITH_UNKNOWN_DISTANCES and topology.distances == "unknown":
        raise TopologyError("are unknown, and this format needs them; add --remote 20 to fill them in", "distances")
    return WRITERS[form](topology)
