"""Write the lines that several answers use: what a node is in a build, and why it could not be chosen."""

from __future__ import annotations

from collections.abc import Iterable

from viz.kernel.nodemask import NUMA_NO_NODE
from viz.trace.scoretable import Row
from viz.trace.why.answer import Line
from viz.trace.why.history import Build, Pass, Taking


def taken_line(node: int, taking: Taking) -> Line:
    """Return the line on which source took the node, and in which pass."""
    return taking.step, f"Node {taking.by} took node {node} in pass {taking.number}."


def never_taken_lines(build: Build, node: int) -> list[Line]:
    """Return the lines on why a node that is no source of pass 1 becomes nobody's target in the whole build."""
    if node not in build.online:
        return [(build.begins, f"Node {node} is offline, so it is neither source nor target.")]
    if node not in build.memory:
        text = f"Node {node} has no memory, so nobody can take it, and it is not in N_CPU, so it is no source either."
        return [(build.begins, text)]
    if not build.n_cpu and build.start != "fastest-tier":
        return [(build.begins, "N_CPU is empty, so the passes start nowhere and nobody is taken.")]
    if taking := build.last_taking(node, build.ends):
        text = f"Node {taking.by} found node {node}, refused it and did not put it back"
        return [(taking.step, f"{text}: it can be no target, so no source.")]
    return [(build.ends, f"Nobody takes node {node} in this build of the order.")]


def first_pass_reason(build: Build, node: int) -> str:
    """Return why a node is a source of the first pass, as a clause."""
    if build.start == "fastest-tier":
        return "it is in the fastest tier"
    return "it has CPUs" if node in build.cpus else "N_CPU holds it, although no CPU is online there"


def source_line(build: Build, node: int, source_pass: Pass) -> Line:
    """Return the line on why nobody can take a node that is a source of that pass."""
    if build.used in ("sources", "own"):
        return source_pass.begins, f"Node {node}: it is a source of pass {source_pass.number}."
    cause = f"{first_pass_reason(build, node)}, so it is" if source_pass.number == 1 else "it is"
    return source_pass.begins, f"Node {node}: {cause} a source of pass {source_pass.number} and can never be a target."


CPUS_NEVER = (
    "In the passes, up to v6.0, a node with CPUs is never a target; from v6.1 on it can be, if its memory is in a "
    "slower tier."
)
"""What the answers about a node with CPUs that could not be chosen say of all such nodes."""


def cpus_never_lines(build: Build, nodes: Iterable[int], step: int) -> list[Line]:
    """Return the line that a node with CPUs is never a target, if one of the nodes is a source of pass 1 by that step.

    Changed rules can make such a node a target, so there is no line under these.
    """
    if build.used in ("sources", "own") or build.this_pass in ("never", "loop") or build.start == "fastest-tier":
        return []
    first = [build.sources[node] for node in nodes if node in build.cpus and node in build.sources]
    begins = next((one.begins for one in first if one.number == 1 and one.begins <= step), None)
    return [] if begins is None else [(begins, CPUS_NEVER)]


def not_free_line(build: Build, row: Row, scan: int) -> Line:
    """Return the line on why a node in used_targets could not be chosen in the scan at step `scan`."""
    node = f"Node {row.node}, at {row.distance}"
    if build.used in ("sources", "own") or build.this_pass == "never":
        return scan, f"{node}: it is in used_targets."
    if taking := build.last_taking(row.node, scan):
        how = "taken" if row.node in build.sources else "found, refused and not put back"
        return taking.step, f"{node}: {how} in pass {taking.number} by node {taking.by}."
    source_pass = build.sources.get(row.node)
    if source_pass is None or source_pass.begins > scan:
        return scan, f"{node}: it is in used_targets."
    if build.this_pass == "loop":
        return scan, f"{node}: it is in used_targets, because its turn to choose has come."
    cause = f"{first_pass_reason(build, row.node)}, so it was" if source_pass.number == 1 else "it was"
    return source_pass.begins, f"{node}: {cause} a source of pass {source_pass.number} and can never be a target."


def used_nearest_first(rows: list[Row], closer_than: int | None = None) -> list[Row]:
    """Return the rows of nodes in used_targets by distance, then id; only those nearer than `closer_than`, if given."""
    used = [row for row in rows if row.verdict == "used" and (closer_than is None or row.distance < closer_than)]
    return sorted(used, key=lambda row: (row.distance, row.node))


def has_target(value: object) -> bool:
    """Return whether the value of a node_demotion cell is a node."""
    return value != NUMA_NO_NODE
