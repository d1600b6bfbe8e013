"""What became of a node in a build, as lines that any answer can use."""

from __future__ import annotations

from viz.kernel.nodemask import NUMA_NO_NODE
from viz.trace.scoretable import Row
from viz.trace.why.answer import Line
from viz.trace.why.history import Build, Pass, Taking


def taken(node: int, taking: Taking) -> Line:
    """Who took the node, and in which pass."""
    return taking.step, f"Node {taking.by} took node {node} in pass {taking.number}."


def outsider(build: Build, node: int) -> list[Line]:
    """Why a node that is no source of pass 1 is taken by nobody in the whole build."""
    if node not in build.online:
        return [(build.begins, f"Node {node} is offline, so it is neither source nor target.")]
    if node not in build.memory:
        told = f"Node {node} has no memory, so nobody can take it, and it is not in N_CPU, so it is no source either."
        return [(build.begins, told)]
    if not build.n_cpu:
        return [(build.begins, "N_CPU is empty, so the passes start nowhere and nobody is taken.")]
    if taking := build.took(node, build.ends):
        told = f"Node {taking.by} found node {node}, refused it and did not put it back"
        return [(taking.step, f"{told}: it can be no target, so no source.")]
    return [(build.ends, f"Nobody takes node {node} in this build of the order.")]


def starts(build: Build, node: int) -> str:
    """Why a node is a source of the first pass: a clause."""
    return "it has CPUs" if node in build.cpus else "N_CPU holds it, although no CPU is online there"


def source_line(build: Build, node: int, one: Pass) -> Line:
    """Why nobody can take a source."""
    cause = f"{starts(build, node)}, so it is" if one.number == 1 else "it is"
    return one.begins, f"Node {node}: {cause} a source of pass {one.number} and can never be a target."


def not_free(build: Build, row: Row, scan: int) -> Line:
    """Why a node in used_targets could not be chosen in that scan, with its distance."""
    where = f"Node {row.node}, at {row.distance}"
    if taking := build.took(row.node, scan):
        return taking.step, f"{where}: taken in pass {taking.number} by node {taking.by}."
    one = build.sources.get(row.node)
    if one is None or one.begins > scan:
        return scan, f"{where}: it is in used_targets."
    cause = f"{starts(build, row.node)}, so it was" if one.number == 1 else "it was"
    return one.begins, f"{where}: {cause} a source of pass {one.number} and can never be a target."


def nearest_first(rows: list[Row], verdict: str, closer_than: int | None = None) -> list[Row]:
    """The rows of one verdict by distance, then id; only those nearer than a limit if there is one."""
    found = [row for row in rows if row.verdict == verdict and (closer_than is None or row.distance < closer_than)]
    return sorted(found, key=lambda row: (row.distance, row.node))


def has_target(value: object) -> bool:
    """Whether a cell of node_demotion holds a node."""
    return value != NUMA_NO_NODE
