"""Read the built-in topologies, one file each in topologies/."""

from __future__ import annotations

from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path

from viz.resources import topologies
from viz.topology.document import read_toml
from viz.topology.errors import TopologyError, shown
from viz.topology.model import Topology

_ORDER = (
    "two-sockets-three-classes",
    "optane-two-sockets",
    "optane-four-clusters",
    "one-socket-two-equal",
    "boot-or-runtime",
    "two-sockets-three-expanders",
    "power9-gpu-memory",
    "hotplugged-chain",
    "emulated-six-nodes",
    "two-sockets-one-expander",
    "four-sockets-two-pmem",
    "memoryless-cpu-node",
    "optane-one-online",
    "cxl-on-one-socket",
    "cxl-asymmetric",
    "sixteen-cells-one-memory",
    "two-sockets-fast-memory-apart",
    "fast-memory-below-dram",
    "gpu-with-empty-nodes",
    "nothing-to-demote",
    "cpus-apart-from-memory",
    "losing-a-node",
    "offline-that-fails",
    "binding-pmem",
    "last-cpu-off",
    "stale-loads",
    "ghost-of-a-node",
    "rebuild-storm",
    "two-sockets-four-dram",
    "two-sockets-eight-dram",
    "one-socket-two-pmem",
    "two-sockets-refused-target",
    "two-sockets-slow-and-slowest",
    "three-sockets-one-slow",
    "two-sockets-slow-beside-each",
    "dram-alone-then-pmem",
    "two-sockets-pmem-at-40-across",
    "two-sockets-pmem-on-the-first",
    "two-sockets-pmem-between",
    "two-sockets-dram-between",
    "one-socket-hbm-and-pmem",
    "one-socket-pmem-and-gpu",
    "one-socket-gpu-and-slow-dram",
    "one-socket-gpu-behind-switches",
    "two-nodes-of-5-gb",
)
"""The order of the topologies in the page's list: the machine of the patch's comment, then group by group.

The last ones are the cases from the mailing lists; they are sorted by kind, and roughly by date.
"""


def builtin_names() -> list[str]:
    """Return the names of the built-in topologies: those of _ORDER, then those of files that a user added."""
    names = {path.stem for path in topologies().glob("*.toml")}
    return [name for name in _ORDER if name in names] + sorted(names.difference(_ORDER))


def builtin(name: str) -> Topology:
    """Return the built-in topology of that name; if there is none, raise TopologyError, which names those there are."""
    names = builtin_names()
    if name not in names:  # this also refuses "../x", which would lead to another folder
        close = get_close_matches(name[:60], names, n=1)
        hint = f"perhaps {close[0]} is meant" if close else f"they are {', '.join(names)}"
        raise TopologyError(f"{shown(name)} is no built-in topology; {hint}")
    path = topologies() / f"{name}.toml"
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=256)
def _read(path: Path, _modified: int) -> Topology:
    """Return the topology in the file. `_modified` is a part of the cache's key, so a changed file is read again."""
    return read_toml(path.read_text(encoding="utf-8"), path.name)
