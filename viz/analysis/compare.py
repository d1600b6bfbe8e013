"""Runs side by side: where each node demotes to in each of them, and why they differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, NamedTuple

from viz.analysis.run import Run
from viz.kernel.versions import Version
from viz.trace.model import Trace
from viz.trace.scoretable import Row

SCANS = ("Scan", "TierScan", "ClassScan", "NextEntry")
BUILDS = ("OrderBegins", "TiersBegin", "TierChanges")
"""The operations that search and that begin a build, whatever the version."""
CHARGES = {"set": "overwrites", "add": "adds to", "one": "adds only 1 to"}
WHY_NOT = {"used": "is in used_targets already", "other tier": "is not in the next slower tier"}


class NoSuchEvent(ValueError):
    """The topology has not so many events; the message is one line."""


@dataclass(frozen=True)
class Difference:
    """A node that demotes to other nodes in the second run than in the first; a target's place does not count."""

    node: int
    targets: tuple[list[int], list[int]]
    told: tuple[str, str]
    """What the node's own search found, in a sentence a run."""
    cause: str
    """What makes the two searches differ, in a sentence; empty where nothing shorter than both can be said."""


class Side(NamedTuple):
    """A run that is compared, as it was recorded."""

    run: Run
    trace: Trace
    name: str
    """How sentences and columns call it."""

    def targets(self) -> dict[int, list[int]]:
        """Where each node demotes to in the end."""
        return self.trace.targets(self.trace.length - 1)

    def scan(self, node: int) -> int:
        """The step of the node's first search in the last build of the order, -1 if it never searched."""
        operations = self.trace.signals["operation"]
        found = -1
        for step, (name, *fields) in zip(operations.steps, operations.values, strict=True):
            if name in BUILDS:
                found = -1
            elif name in SCANS and fields[0] == node and found < 0:
                found = step
        return found

    def told(self, node: int) -> str:
        """The sentence on that search."""
        step = self.scan(node)
        return self.trace.at("sentence", step) if step >= 0 else f"Node {node} never searches."

    def rows(self, node: int) -> dict[int, Row]:
        """The score table of that search, by candidate; empty if there was none."""
        step = self.scan(node)
        rows = [Row(*row) for row in self.trace.at("scores", step)[0]] if step >= 0 else []
        return {row.node: row for row in rows}


def sides(runs: Sequence[Run]) -> list[Side]:
    """The runs, recorded; each is called by its version or, where that does not tell them apart, by its machine."""
    kernels = {run.version.name for run in runs}
    machines = {run.topology.title for run in runs}
    named = [
        " ".join([run.topology.title] * (len(machines) > 1) + [run.version.name] * (len(kernels) > 1)) for run in runs
    ]
    return [Side(run, run.trace(), name or run.version.name) for run, name in zip(runs, named, strict=True)]


def ended(run: Run, events: int | None) -> Run:
    """The run as it is after so many of its events, after all for None; NoSuchEvent if it has not so many."""
    if events is None:
        return run
    if not 0 <= events <= len(run.topology.events):
        raise NoSuchEvent(f"event {events}: the topology lists {len(run.topology.events)} events")
    topology = run.topology.model_copy(update={"events": run.topology.events[:events]})
    return replace(run, topology=topology)


def told_apart(old: Side, new: Side) -> tuple[Side, Side]:
    """The same, called by their time where nothing else tells them apart."""
    if old.name != new.name:
        return old, new
    return old._replace(name="the old order"), new._replace(name="the new order")


def differences(a: Side, b: Side) -> list[Difference]:
    """Every node that both machines have and that does not demote to the same nodes in both runs."""
    one, other = a.targets(), b.targets()
    return [
        Difference(node, (one[node], other[node]), (a.told(node), b.told(node)), cause(a, b, node))
        for node in one
        if node in other and set(one[node]) != set(other[node])
    ]


def cause(a: Side, b: Side, node: int) -> str:
    """Why the first choice of the node differs, or what comes after it."""
    rows_a, rows_b = a.rows(node), b.rows(node)
    won_a, won_b = _chosen(rows_a), _chosen(rows_b)
    if won_a and won_b and won_a.node == won_b.node:
        return f"Both find node {won_a.node} first; they differ in whom else they take."
    for first, second, rows, won in ((a, b, rows_a, won_b), (b, a, rows_b, won_a)):
        lost = rows.get(won.node) if won else None
        if won and lost and lost.verdict not in ("chosen", "beaten"):
            why = WHY_NOT.get(lost.verdict, "is no candidate")
            return f"{_first(second.name)} takes node {won.node}, which in {first.name} {why}."
    if not won_a or not won_b:
        return ""
    return _by_load(a, b, rows_a, rows_b, won_a.node, won_b.node)


def _chosen(rows: dict[int, Row]) -> Row | None:
    return next((row for row in rows.values() if row.verdict == "chosen"), None)


def _by_load(a: Side, b: Side, rows_a: dict[int, Row], rows_b: dict[int, Row], won_a: int, won_b: int) -> str:
    pairs = [(rows_a.get(won_a), rows_a.get(won_b)), (rows_b.get(won_a), rows_b.get(won_b))]
    if any(one is None or two is None or one.key != two.key for one, two in pairs):
        return ""
    told = [
        f"in {s.name} node {won_a} has {one.load} and node {won_b} has {two.load}"
        for s, (one, two) in zip((a, b), pairs, strict=True)
        if one and two
    ]
    return f"{_rule(a.run.version, b.run.version)}: {', '.join(told)}, so the tie goes the other way."


def _first(name: str) -> str:
    """A name at the beginning of a sentence; versions are not capitalised."""
    return name[0].upper() + name[1:] if name.startswith("the ") else name


def _rule(a: Version, b: Version) -> str:
    if a.rules.charge == b.rules.charge:
        return "node_load differs"
    return f"{b.name} {CHARGES[b.rules.charge]} node_load[] where {a.name} {CHARGES[a.rules.charge]} it"


def document(compared: Sequence[Side]) -> dict[str, Any]:
    """The comparison, JSON-ready: the runs, where each node demotes to, and each run's differences from the first."""
    return {
        "runs": [
            {"title": s.run.topology.title, "kernel": s.run.version.name, "zonelists": s.run.zonelists}
            for s in compared
        ],
        "targets": [{str(node): targets for node, targets in s.targets().items()} for s in compared],
        "differences": [[asdict(found) for found in differences(compared[0], s)] for s in compared[1:]],
    }


def table(compared: Sequence[Side]) -> str:
    """A column a run, a row a node; a star where a run differs from the first."""
    targets = [s.targets() for s in compared]
    lines = [["node", *(s.name for s in compared)]]
    for node in sorted(set().union(*targets)):
        cells = [found.get(node) for found in targets]
        lines.append([str(node), *(_cell(cell, cells[0]) for cell in cells)])
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    padded = ("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)
    return "\n".join(line.rstrip() for line in padded)


def _cell(targets: list[int] | None, first: list[int] | None) -> str:
    if targets is None:
        return "no such node"
    star = "" if first is None or set(targets) == set(first) else " *"
    return (",".join(map(str, targets)) or "-") + star


def sentences(a: Side, b: Side) -> list[str]:
    """The differences in words, a few lines a node."""
    lines = []
    for found in differences(a, b):
        ways = [" or ".join(map(str, targets)) or "nowhere" for targets in found.targets]
        lines.append(f"Node {found.node} demotes to {ways[0]} in {a.name}, to {ways[1]} in {b.name}.")
        lines += [f"  {s.name}: {told}" for s, told in zip((a, b), found.told, strict=True)]
        lines += [f"  {found.cause}"] if found.cause else []
    return lines or [f"{a.name} and {b.name} give the same targets."]
