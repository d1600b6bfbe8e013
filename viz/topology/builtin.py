"""The built-in topologies, one file each in topologies/."""

from __future__ import annotations

from difflib import get_close_matches

from viz.resources import topologies
from viz.topology.errors import TopologyError, shown
from viz.topology.model import Topology
from viz.topology.native import read_toml

_FIRST = (
    "two-sockets-three-classes",
    "one-socket-two-equal",
    "two-sockets-one-expander",
    "two-sockets-three-expanders",
    "two-sockets-fast-memory-apart",
    "two-sockets-slow-and-slowest",
    "four-sockets-two-pmem",
    "memoryless-cpu-node",
    "boot-or-runtime",
    "optane-two-sockets",
    "optane-one-online",
    "optane-four-clusters",
    "power9-gpu-memory",
    "cxl-on-one-socket",
    "cxl-asymmetric",
    "one-socket-two-pmem",
    "fast-memory-below-dram",
    "gpu-with-empty-nodes",
    "sixteen-cells-one-memory",
    "nothing-to-demote",
    "hotplugged-chain",
    "emulated-six-nodes",
    "cpus-apart-from-memory",
    "losing-a-node",
    "offline-that-fails",
    "binding-pmem",
    "last-cpu-off",
    "stale-loads",
    "ghost-of-a-node",
    "rebuild-storm",
)  # the picker's order: the patch comment's machine, surprises from plain to odd, real machines, then those with events


def builtin_names() -> list[str]:
    """The names of the built-in topologies, the patch comment's machine first, files of one's own last."""
    names = {path.stem for path in topologies().glob("*.toml")}
    return [name for name in _FIRST if name in names] + sorted(names.difference(_FIRST))


def builtin(name: str) -> Topology:
    """The built-in topology of that name; TopologyError lists the names where there is none."""
    names = builtin_names()
    if name not in names:  # also keeps a name such as "../x" from being a path
        close = get_close_matches(name[:60], names, n=1)
        hint = f"perhaps {close[0]} is meant" if close else f"they are {', '.join(names)}"
        raise TopologyError(f"{shown(name)} is no built-in topology; {hint}")
    path = topologies() / f"{name}.toml"
    return read_toml(path.read_text(encoding="utf-8"), path.name)
