"""Sample each node's counters and watermarks, and compute how many pages a second were demoted between samples."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from viz.doctor.facts import Facts
from viz.doctor.paths import NODES, OSRELEASE, SWITCH, TIERING, VERSION, VMSTAT, ZONEINFO
from viz.doctor.targets import order_of

PATTERNS = (
    VERSION,
    OSRELEASE,
    VMSTAT,
    ZONEINFO,
    SWITCH,
    f"{TIERING}/memory_tier#/nodelist",
    f"{NODES}/{{online,has_cpu,has_memory}}",
    f"{NODES}/node#/{{distance,cpulist,vmstat}}",
)
"""The files that a sample needs."""
MARKS = ("free", "min", "low", "high", "promo")
PREFIX = "pgdemote_"


@dataclass(frozen=True)
class NodeSample:
    """A node in a sample: its targets in words, its free pages and watermarks, and the pages demoted since boot."""

    node: int
    targets: str
    marks: dict[str, int | None]
    """For each of MARKS, the sum over the node's zones, in pages; None if it is not known."""
    gave_up: bool | None
    """Whether its kswapd has given up."""
    demoted: dict[str, int] = field(default_factory=dict)
    """The pages demoted from the node, by who demoted them, such as "kswapd"; empty before 6.8."""


@dataclass(frozen=True)
class Sample:
    """The state of the machine at one moment; `time` is in seconds."""

    time: float
    kernel: str | None
    switch: bool | None
    nodes: tuple[NodeSample, ...]
    demoted: dict[str, int]
    """The pages demoted from all nodes, by who demoted them."""


def sample(facts: Facts, time: float) -> Sample:
    """Return the sample of a machine whose files were read at `time`."""
    order = order_of(facts) or {}
    nodes = tuple(
        NodeSample(
            node,
            order[node].words() if node in order else "",
            {mark: _sum(facts, node, mark) for mark in MARKS},
            facts.gave_up.get(node),
            _demoted(facts.node_vmstat(node)),
        )
        for node in facts.memory or facts.nodes
    )
    kernel = facts.release.text if facts.release else None
    return Sample(time, kernel, facts.switch, nodes, _demoted(facts.vmstat))


def _sum(facts: Facts, node: int, mark: str) -> int | None:
    values = [getattr(zone, mark) for zone in facts.zones.get(node, ())]
    return sum(values) if values and None not in values else None


def _demoted(counters: dict[str, int]) -> dict[str, int]:
    return {name.removeprefix(PREFIX): value for name, value in counters.items() if name.startswith(PREFIX)}


def rate(new: dict[str, int], old: dict[str, int] | None, seconds: float) -> float | None:
    """Return how many pages a second were demoted, from the counters of two samples; None if that is not known."""
    if not new or not old or seconds <= 0:
        return None
    return max(0, sum(new.values()) - sum(old.values())) / seconds


def rates(new: Sample, old: Sample | None) -> tuple[dict[int, float | None], float | None]:
    """Return how many pages a second were demoted from each node, and from all nodes."""
    seconds = new.time - old.time if old else 0
    before = {node.node: node.demoted for node in old.nodes} if old else {}
    by_node = {node.node: rate(node.demoted, before.get(node.node), seconds) for node in new.nodes}
    return by_node, rate(new.demoted, old.demoted if old else None, seconds)


def as_dict(new: Sample, old: Sample | None) -> dict[str, Any]:
    """Return the sample `new` JSON-ready, with the rates since `old`; None stands for what is not known."""
    by_node, in_all = rates(new, old)
    nodes = [
        {"node": node.node, "demotes_to": node.targets}
        | node.marks
        | {"kswapd_gave_up": node.gave_up}
        | {f"{PREFIX}{name}": value for name, value in node.demoted.items()}
        | {"demoted_per_second": by_node[node.node]}
        for node in new.nodes
    ]
    total = {f"{PREFIX}{name}": value for name, value in new.demoted.items()}
    return {
        "kernel": new.kernel,
        "demotion_enabled": new.switch,
        "nodes": nodes,
        "total": total | {"demoted_per_second": in_all},
    }


HEADINGS = ("node", "demotes to", *MARKS, "kswapd", "demoted", "a second")
WORDS = {True: "gave up", False: "works", None: "?"}


def rows(new: Sample, old: Sample | None) -> list[list[str]]:
    """Return the table's rows below HEADINGS, one for each node and one for all; "?" stands for what is not known."""
    by_node, in_all = rates(new, old)
    lines = [
        [
            str(node.node),
            node.targets or "-",
            *(_cell(node.marks[mark]) for mark in MARKS),
            WORDS[node.gave_up],
            _counts(node.demoted),
            _rate(by_node[node.node]),
        ]
        for node in new.nodes
    ]
    return [*lines, ["all", "", *[""] * len(MARKS), "", _counts(new.demoted), _rate(in_all)]]


def title(new: Sample) -> str:
    """Return the line above the table."""
    switch = {True: "on", False: "off", None: "not known"}[new.switch]
    return f"kernel {new.kernel or 'unknown'}; demotion {switch}; sizes and counters in pages"


def _cell(value: int | None) -> str:
    return "?" if value is None else str(value)


def _counts(demoted: dict[str, int]) -> str:
    """Return the sum of the counters and, in parentheses, each counter that is not 0."""
    if not demoted:
        return "?"
    parts = [f"{name} {value}" for name, value in demoted.items() if value]
    return f"{sum(demoted.values())}" + (f" ({', '.join(parts)})" if parts else "")


def _rate(value: float | None) -> str:
    return "" if value is None else f"{value:.0f}"
