"""The words of conditions: what a condition may name, and the operations that stand behind each moment."""

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
"""The signals that hold a number or a node."""
COUNTS = ("node_load", "memtier")
"""The arrays whose cells hold numbers that are no nodes."""

TURNS_BEGIN = ["SourceBegins", "SearchBegins", "NextEntry"]
TURNS_END = ["SourceDone", "TargetsDone", "PreferredDone", "EntryTaken"]
SCANS = ["Scan", "TierScan", "ClassScan", "NextEntry"]
REFUSALS = ["Refused", "Lost", "NotPreferred"]


def operation(names: list[str], *fields: int | None) -> Tree:
    """Return the tree of a moment: one of these operations, with these first fields."""
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
"""What is written in fixed words, without articles, and its tree."""
