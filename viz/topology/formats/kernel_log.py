"""Read the orders of nodes that a kernel printed: a result can be compared with them, but they contain no distances.

[    0.012345] Fallback order for Node 0: 0 1 3 2
[    1.234567] Demotion targets for Node 0: preferred: 2, fallback: 2-3          or "null"
/sys/devices/virtual/memory_tiering/memory_tier4/nodelist:0-1          as grep prints it; or "=" or " " for ":"
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from viz.topology.errors import KernelLogOnly, TopologyError
from viz.topology.formats import words
from viz.topology.parse_result import ParseResult
from viz.topology.printed_files import printed_files
from viz.topology.printed_targets import TARGETS

_RANKING = re.compile(r"\b(?:Fallback order|Demotion targets) for Node [0-9]|\bmemory_tier[0-9]")
_FALLBACK = re.compile(r"\bFallback order for Node ([0-9]{1,5}):([0-9 \t]*)")


@dataclass
class PrintedLists:
    """The lists of nodes that a kernel printed."""

    fallback: dict[int, list[int]] = field(default_factory=dict)
    """The fallback order of each node."""
    targets: dict[int, list[int]] = field(default_factory=dict)
    """The preferred demotion targets of each node."""
    lower: dict[int, list[int]] = field(default_factory=dict)
    """For each node, all nodes in slower tiers."""
    tiers: dict[int, list[int]] = field(default_factory=dict)
    """The nodes of each memory tier."""


def like_ranking(text: str) -> bool:
    """Return whether a line shows a fallback order, demotion targets or a memory tier."""
    return _RANKING.search(text) is not None


def read_ranking(text: str, name: str = "") -> ParseResult:
    """Raise KernelLogOnly: the text is a kernel log, which holds no topology."""
    problem = "is a kernel's log: a ranking of nodes, from which no distance can be told; give numactl -H or the like"
    raise KernelLogOnly(problem, name=name)


def printed_lists(text: str, name: str = "") -> PrintedLists:
    """Return the lists in a log. The kernel prints a list each time it builds it: the last line about a node counts."""
    rankings = PrintedLists()
    try:
        evidence, text = printed_files(text)
        rankings.tiers |= evidence.tiers
        for number, line in words.lines_of(text):
            order, targets = _FALLBACK.search(line), TARGETS.search(line)
            where = f"line {number}"
            if order:
                ids = [words.node_id(word, where) for word in order[2].split()]
                rankings.fallback[words.node_id(order[1], where)] = ids
            elif targets:
                node = words.node_id(targets[1], where)
                rankings.targets[node] = words.listed_nodes(targets[2] or "", where)
                if targets[3]:
                    rankings.lower[node] = words.listed_nodes(targets[3], where)
        if not (rankings.fallback or rankings.targets or rankings.tiers):
            problem = 'has no line "Fallback order for Node 0: ..." and no memory_tierN/nodelist'
            raise TopologyError(f"{problem}; give the log of a boot (dmesg), or those files")
    except TopologyError as error:
        raise error.within(name) from None
    return rankings
