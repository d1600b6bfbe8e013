"""What a kernel printed of its own order: a ranking, of which no distance can be told. It is recognised to say so."""

from __future__ import annotations

import re

from viz.topology.errors import TopologyError
from viz.topology.loaded import Loaded

_LOOKS = re.compile(r"\bFallback order for Node [0-9]|\bDemotion targets for Node [0-9]")


def like_ranking(text: str) -> bool:
    """Whether a line is one that the kernel prints of its fallback order or its demotion targets."""
    return _LOOKS.search(text) is not None


def read_ranking(text: str, name: str = "") -> Loaded:
    """Never a topology."""
    problem = "is a kernel's log: a ranking of nodes, from which no distance can be told; give numactl -H or the like"
    raise TopologyError(problem, name=name)
