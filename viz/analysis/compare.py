"""Compare runs: where each node demotes to in each of them, and why they differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, NamedTuple

from viz.analysis.run import Run
from viz.analysis.text_table import aligned
from viz.kernel.memory import nodes_in
from viz.kernel.rules.meaning import rule
from viz.kernel.versions import Version
from viz.trace.charge_words import charge_words
from viz.trace.model import Trace
from viz.trace.scoretable import Row
from viz.trace.sentences.words import node_names

SCANS = ("Scan", "TierScan", "ClassScan", "NextEntry")
"""The operations that search for a target, in any version."""
BUILDS = ("OrderBegins", "TiersBegin", "TierChanges")
"""The operations that begin a build of the order, in any version."""
WHY_NOT = {"used": "is in used_targets already", "other tier": "is not in the next slower tier"}
"""The words for why a node cannot be chosen, by the verdict in its row of the score table."""


CPUSETS = {
    "ignored": "does not look at the cpuset",
    "gate": "lets the cpuset decide whether anything is demoted",
    "filter": "demotes only to nodes of the cpuset",
    "random": "draws any node of the cpuset where the first one drawn is not in it",
}
"""The words for what a kernel does with the cpuset of a cgroup, by Version.cpuset."""


class NoSuchEvent(ValueError):
    """The error that the topology has no event of that number; its message is one line."""


@dataclass(frozen=True)
class Difference:
    """A node that has other targets in the second run than in the first. The order of the targets does not count."""

    node: int
    targets: tuple[list[int], list[int]]
    told: tuple[str, str]
    """One sentence for each run, which says what the node's search found."""
    cause: str
    """A sentence on why the two searches differ, or "" if cause() finds no reason."""


class Side(NamedTuple):
    """One of the runs of a comparison, with its trace."""

    run: Run
    trace: Trace
    name: str
    """The name of the run in sentences and at the head of a column."""

    def targets(self) -> dict[int, list[int]]:
        """Return where each node demotes to at the end of the trace; if it ends with a cgroup, where its pages go."""
        last = self.trace.length - 1
        if not self.is_about_cgroup:
            return self.trace.targets(last)
        return {node: nodes_in(self.trace.at(f"demotes_to[{node}]", last)) for node in self.trace.nodes}

    @property
    def is_about_cgroup(self) -> bool:
        """Return whether the trace ends with where the pages of a cgroup go."""
        return self.trace.chapters[-1].name == "cgroup"

    def scan(self, node: int) -> int:
        """Return the step of the node's first search in the last build of the order, or -1 if it never searched."""
        operations = self.trace.signals["operation"]
        first_search = -1
        for step, (name, *fields) in zip(operations.steps, operations.values, strict=True):
            if name in BUILDS:
                first_search = -1
            elif name in SCANS and fields[0] == node and first_search < 0:
                first_search = step
        return first_search

    def search_sentence(self, node: int) -> str:
        """Return the sentence on the search that scan() finds.

        For a cgroup, and for a node that never searched, return the first reason why its pages go where they go.
        """
        step = self.scan(node)
        if step >= 0 and not self.is_about_cgroup:
            return str(self.trace.at("sentence", step))
        array = "demotes_to" if self.is_about_cgroup else self.trace.arrays[0]
        _, _, lines = self.trace.at(f"why {array}[{node}]", self.trace.length - 1)
        return lines[0][1] or str(self.trace.at("sentence", lines[0][0]))

    def rows(self, node: int) -> dict[int, Row]:
        """Return the score table of the search that scan() finds, by node; it is empty if there was no search."""
        step = self.scan(node)
        rows = [Row(*row) for row in self.trace.at("scores", step)[0]] if step >= 0 else []
        return {row.node: row for row in rows}


def sides(runs: Sequence[Run]) -> list[Side]:
    """Return a Side for each run, with the trace of the run.

    The name of a side is the version, the machine, or both: what differs between the runs.
    """
    kernels = {run.version.name for run in runs}
    machines = {run.topology.title for run in runs}
    named = [
        " ".join([run.topology.title] * (len(machines) > 1) + [run.version.name] * (len(kernels) > 1)) for run in runs
    ]
    return [Side(run, run.trace(), name or run.version.name) for run, name in zip(runs, named, strict=True)]


def after_events(run: Run, events: int | None) -> Run:
    """Return the run with only the first `events` of its events, or with all of them if `events` is None.

    Raise NoSuchEvent if the run has fewer events.
    """
    if events is None:
        return run
    if not 0 <= events <= len(run.topology.events):
        raise NoSuchEvent(f"event {events}: the topology lists {len(run.topology.events)} events")
    topology = run.topology.model_copy(update={"events": run.topology.events[:events]})
    return replace(run, topology=topology)


def with_distinct_names(old: Side, new: Side) -> tuple[Side, Side]:
    """Return both sides, renamed "the old order" and "the new order" if they have the same name."""
    if old.name != new.name:
        return old, new
    return old._replace(name="the old order"), new._replace(name="the new order")


def differences(a: Side, b: Side) -> list[Difference]:
    """Return a Difference for every node of both machines that demotes to other nodes in one run than in the other."""
    targets_a, targets_b = a.targets(), b.targets()
    return [
        Difference(
            node,
            (targets_a[node], targets_b[node]),
            (a.search_sentence(node), b.search_sentence(node)),
            cause(a, b, node),
        )
        for node in targets_a
        if node in targets_b and set(targets_a[node]) != set(targets_b[node])
    ]


def cause(a: Side, b: Side, node: int) -> str:
    """Return a sentence on why a node's first choice differs, or that only later ones do; "" if no reason is found."""
    if a.is_about_cgroup or b.is_about_cgroup:
        return _by_cpuset(a, b)
    rows_a, rows_b = a.rows(node), b.rows(node)
    won_a, won_b = _chosen(rows_a), _chosen(rows_b)
    if won_a and won_b and won_a.node == won_b.node:
        return f"Both find node {won_a.node} first; they differ in whom else they take."
    for loser, winner, rows, won in ((a, b, rows_a, won_b), (b, a, rows_b, won_a)):
        lost = rows.get(won.node) if won else None
        if won and lost and lost.verdict not in ("chosen", "beaten"):
            why = WHY_NOT.get(lost.verdict, "is no candidate")
            lost_to = f"takes node {won.node}, which in {loser.name} {why}."
            return f"{_capitalised(winner.name)} {lost_to}{_taken(loser, won)}"
    one, other = a.run.version, b.run.version
    if not won_a or not won_b or rule(one, "tie") != rule(other, "tie"):
        return _by_rules(one, other)
    return _by_load(a, b, rows_a, rows_b, won_a.node, won_b.node) or _by_rules(one, other)


def _taken(side: Side, row: Row) -> str:
    """Return a sentence, after a space, on who has taken the node of a row; "" if nobody has."""
    takers = [source for source, targets in side.targets().items() if row.node in targets]
    return f" In {side.name} {node_names(takers)} took it." if takers else ""


def _by_rules(a: Version, b: Version) -> str:
    """Return a sentence on the rules in which two versions differ; "" if no rule of either is changed."""
    changed = dict.fromkeys(name for name, _ in (*a.changed, *b.changed))
    values = [(name, rule(a, name), rule(b, name)) for name in changed]
    parts = [f"{name} is {x or 'no rule'} in {a.name}, {y or 'no rule'} in {b.name}" for name, x, y in values if x != y]
    return f"The rules differ: {'; '.join(parts)}." if parts else ""


def _by_cpuset(a: Side, b: Side) -> str:
    """Return a sentence on what two kernels do with the cpuset of a cgroup, or "" if both do the same."""
    one, other = a.run.version.cpuset, b.run.version.cpuset
    return f"{a.run.version.name} {CPUSETS[one]}, {b.run.version.name} {CPUSETS[other]}." if one != other else ""


def _chosen(rows: dict[int, Row]) -> Row | None:
    return next((row for row in rows.values() if row.verdict == "chosen"), None)


def _by_load(a: Side, b: Side, rows_a: dict[int, Row], rows_b: dict[int, Row], won_a: int, won_b: int) -> str:
    """Return the sentence on how node_load decided a tie between the two winners, or "" if they did not tie."""
    pairs = [(rows_a.get(won_a), rows_a.get(won_b)), (rows_b.get(won_a), rows_b.get(won_b))]
    if any(row_a is None or row_b is None or row_a.key != row_b.key for row_a, row_b in pairs):
        return ""
    loads = [
        f"in {side.name} node {won_a} has {row_a.load} and node {won_b} has {row_b.load}"
        for side, (row_a, row_b) in zip((a, b), pairs, strict=True)
        if row_a and row_b
    ]
    return f"{_rule(a.run.version, b.run.version)}: {', '.join(loads)}, so the tie goes the other way."


def _capitalised(name: str) -> str:
    """Return a name as it is written at the beginning of a sentence. The name of a version stays in lower case."""
    return name[0].upper() + name[1:] if name.startswith("the ") else name


def _rule(a: Version, b: Version) -> str:
    if a.rules.charge == b.rules.charge:
        return "node_load differs"
    one, other = (charge_words(version.rules.charge).does_to_load for version in (a, b))
    return f"{b.name} {other} node_load[] where {a.name} {one} it"


def document(compared: Sequence[Side]) -> dict[str, Any]:
    """Return the comparison, JSON-ready: the runs, each node's targets, and how each run differs from the first."""
    return {
        "runs": [
            {"title": s.run.topology.title, "kernel": s.run.version.name, "zonelists": s.run.zonelists}
            for s in compared
        ],
        "targets": [{str(node): targets for node, targets in s.targets().items()} for s in compared],
        "differences": [[asdict(difference) for difference in differences(compared[0], s)] for s in compared[1:]],
    }


def table(compared: Sequence[Side]) -> str:
    """Return a text table with a column for each run and a row for each node; a star marks what differs from run 1."""
    targets = [s.targets() for s in compared]
    lines = [["node", *(s.name for s in compared)]]
    for node in sorted(set().union(*targets)):
        cells = [by_node.get(node) for by_node in targets]
        lines.append([str(node), *(_cell(cell, cells[0]) for cell in cells)])
    return "\n".join(aligned(lines))


def _cell(targets: list[int] | None, first: list[int] | None) -> str:
    if targets is None:
        return "no such node"
    star = "" if first is None or set(targets) == set(first) else " *"
    return (",".join(map(str, targets)) or "-") + star


def sentences(a: Side, b: Side) -> list[str]:
    """Return the differences in words, a few lines for each node."""
    lines = []
    for difference in differences(a, b):
        in_a, in_b = (" or ".join(map(str, targets)) or "nowhere" for targets in difference.targets)
        lines.append(f"Node {difference.node} demotes to {in_a} in {a.name}, to {in_b} in {b.name}.")
        lines += [f"  {side.name}: {sentence}" for side, sentence in zip((a, b), difference.told, strict=True)]
        lines += [f"  {difference.cause}"] if difference.cause else []
    return lines or [f"{a.name} and {b.name} give the same targets."]
