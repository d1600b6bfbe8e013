"""Explain where the pages of a cgroup may go: the answers about demotes_to[]."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from viz.kernel.memory import nodes_in
from viz.kernel.releases import version
from viz.trace.model import Trace
from viz.trace.sentences.cgroups import leak, not_allowed
from viz.trace.sentences.words import choice
from viz.trace.why.answer import Answer, Column, Line, answer
from viz.trace.why.history import History

TARGETS = "demotes_to"


@dataclass
class Turn:
    """The steps of the operations that ran for one node, by the names of the operations."""

    steps: dict[str, int] = field(default_factory=dict)


def columns(history: History) -> dict[int, Column]:
    """Return for each node the answers to where its pages of the cgroup go; {} if the trace has no cgroup."""
    trace = history.trace
    if "allowed" not in trace.signals:
        return {}
    turns = _turns(trace)
    found = {}
    for node in trace.nodes:
        column = found[node] = Column()
        column.put(0, answer(_question(node, []), [(0, _before(trace, node, turns))]))
        if node in turns:
            step = turns[node].steps["MayGo"]
            column.put(step, _answer(trace, node, turns[node], step))
    return found


def _turns(trace: Trace) -> dict[int, Turn]:
    turns: dict[int, Turn] = {}
    first = next((chapter.first for chapter in trace.chapters if chapter.name == "cgroup"), trace.length)
    current = Turn()
    for step in range(first, trace.length):
        operation = trace.at("operation", step)
        current.steps[operation[0]] = step
        if operation[0] == "MayGo":
            turns[operation[1]], current = current, Turn()
    return turns


def _before(trace: Trace, node: int, turns: dict[int, Turn]) -> str:
    if node in turns:
        return f"Step {turns[node].steps['MayGo']} says it, once the order is there."
    if any(chapter.name == "cgroup" for chapter in trace.chapters):
        return f"Node {node} has no memory, so there is nothing to demote from it."
    return f"{trace.kernel} has no memory tiers and does not look at cpusets: pages go as for anybody."


def _question(node: int, targets: list[int]) -> str:
    if not targets:
        return f"Where do the cgroup's pages of node {node} go?"
    return f"Why {node} → {choice(targets)} for the cgroup?"


def _answer(trace: Trace, node: int, turn: Turn, step: int) -> Answer:
    targets = nodes_in(trace.at(f"{TARGETS}[{node}]", step))
    scan = turn.steps.get("Scan", -1)
    question = _question(node, targets) if targets else f"Why do the cgroup's pages of node {node} stay?"
    return answer(question, [*_lines(trace, node, turn, step), *_stores(trace, node, step)], scan)


def _lines(trace: Trace, node: int, turn: Turn, step: int) -> list[Line]:
    lines: list[Line] = [(step, "")]
    if "Scan" in turn.steps:
        preferred = trace.at("operation", turn.steps["PreferredFiltered"])[2]
        lines.insert(0, (turn.steps["Scan"], f"{not_allowed(trace, turn.steps['Scan'], preferred)}."))
    elif "PreferredFiltered" in turn.steps:
        lines.append((turn.steps["PreferredFiltered"], ""))
    for name in ("GateDraws", "Filtered"):
        if name in turn.steps:
            lines.append((turn.steps[name], ""))
    if version(trace.kernel).cpuset == "ignored":
        lines.append((step, f"{trace.kernel} does not look at the cpuset, {trace.at('allowed', step)}."))
    return lines


def _stores(trace: Trace, node: int, step: int) -> list[Line]:
    """Return the line of the step that last stored the preferred nodes of the node."""
    return [(last, "") for last in trace.signals[f"preferred[{node}]"].steps if 0 < last <= step][-1:]


def arrow(trace: Trace, node: int, target: int, step: int) -> Answer | None:
    """Return the answer to why the cgroup's pages go from a node to another or not; None before the run finds that."""
    signal = trace.signals.get(f"why {TARGETS}[{node}]")
    if signal is None or step < signal.steps[-1] or len(signal.steps) < 2:
        return None
    current: Answer = signal.at(step)
    if target in nodes_in(trace.at(f"{TARGETS}[{node}]", step)):
        return current
    first = (signal.steps[-1], _why_not(trace, node, target, signal.steps[-1]))
    return answer(f"Why not {node} → {target} for the cgroup?", [first, *current[2]], current[1])


def _why_not(trace: Trace, node: int, target: int, step: int) -> str:
    operation: tuple[Any, ...] = trace.at("operation", step)
    lower = nodes_in(trace.at(f"lower_tier_mask[{node}]", step))
    allowed = nodes_in(trace.at("allowed", step))
    if target not in lower:
        return f"Node {target} is in no slower tier than node {node}."
    if target in nodes_in(operation[4]):
        return f"Node {target} is not tried first, and may get some all the same.{leak(operation[4])}"
    if target not in allowed:
        return f"Node {target} is not allowed: the cgroup has {trace.at('allowed', step)}."
    if target in nodes_in(operation[3]):
        return f"Node {target} is allowed, and comes only where {operation[2]} is full."
    return f"Nothing is demoted from node {node}, although node {target} is allowed."
