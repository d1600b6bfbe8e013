"""List the words of conditions: the signals that a condition may name, and the operations behind each moment."""

from __future__ import annotations

from typing import Any

from viz.kernel.versions import VERSIONS

Tree = list[Any]

MASKS = dict.fromkeys(
    [name for row in VERSIONS for name in row.masks]
    + ["N_CPU", "N_MEMORY", "online", "cpus", "populated", "leaving", "candidates", "ends", "allowed"]
)
"""The signals that hold a node list."""
ARRAYS = dict.fromkeys(
    [array.name for row in VERSIONS for array in row.arrays] + ["node_load", "demotes_to", "leaks_to"]
)
"""The signals that have a cell for each node."""
NUMBERS = dict.fromkeys(["pass", "source", "chosen"])
"""The signals that hold a number or the id of a node."""
COUNTS = ("node_load", "memtier")
"""The arrays whose cells hold numbers that are not ids of nodes."""

TURNS_BEGIN = ["SourceBegins", "SearchBegins", "NextEntry"]
TURNS_END = ["SourceDone", "TargetsDone", "PreferredDone", "EntryTaken"]
SCANS = ["Scan", "TierScan", "ClassScan", "NextEntry"]
REFUSALS = ["Refused", "Lost", "NotPreferred"]


def operation(names: list[str], *fields: int | None) -> Tree:
    """Return the tree of the moment at which one of the named operations happens, with these first fields."""
    return ["operation", names, list(fields)]


MOMENTS: dict[tuple[str, ...], Tree] = {
    ("zonelists", "begin"): operation(["ZonelistsBegin", "OwnZonelistBegins", "NodeLoadGiven"]),
    ("order", "begins"): operation(["OrderBegins", "TiersBegin", "TierChanges", "ClassesBegin", "ListsBegin"]),
    ("order", "is", "complete"): operation(["OrderComplete", "TiersComplete", "ClassesComplete", "WalksComplete"]),
    ("disable", "begins"): ["disable"],
    ("barrier", "is", "passed"): operation(["Barrier"]),
    ("pass", "begins"): operation(["PassBegins"]),
    ("source", "begins"): operation(TURNS_BEGIN),
    ("source", "ends"): operation(TURNS_END),
    ("event", "begins"): operation(["EventBegins"]),
    ("event", "ends"): operation(["EventEnds"]),
    ("pages", "leave"): operation(["PagesLeave"]),
    ("cycle", "is", "found"): operation(["CycleFound"]),
    ("cgroup", "begins"): operation(["CgroupBegins"]),
    ("demotion", "is", "off"): ["demotion", "off"],
    ("demotion", "is", "half", "built"): ["demotion", "half built"],
    ("demotion", "works"): ["demotion", "works"],
}
"""The tree of each condition that is written in fixed words, by these words without articles."""
