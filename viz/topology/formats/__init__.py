"""The texts a topology can be read from, one row each; a new format is a new row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from viz.topology import native
from viz.topology.formats import numactl
from viz.topology.model import Topology


@dataclass(frozen=True)
class Format:
    """How to recognise and read one kind of text; `read(text, name)` raises TopologyError naming the source."""

    name: str
    sniff: Callable[[str], bool]
    read: Callable[[str, str], Topology]


FORMATS = (
    Format("a topology document in JSON", native.like_json, native.read_json),
    Format("a topology document in TOML", native.like_toml, native.read_toml),
    Format("the output of numactl -H", numactl.like_numactl, numactl.read_numactl),
)
"""In the order of asking: a document may quote a listing in its note."""
