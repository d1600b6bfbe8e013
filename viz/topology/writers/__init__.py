"""The formats a topology can be written in, one row each. A writer names what its format cannot hold."""

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

HOLD_UNKNOWN = ("toml", "json", "numactl")
"""The formats that have a word for distances that nobody knows."""


def write(topology: Topology, form: str) -> Written:
    """The topology in that format; TopologyError if it cannot be written at all."""
    if form not in HOLD_UNKNOWN and topology.distances == "unknown":
        raise TopologyError("are unknown, and this format needs them; add --remote 20 to fill them in", "distances")
    return WRITERS[form](topology)
