"""Explain why a node has its target, or none, in versions in which a node has one target at most."""

from __future__ import annotations

from viz.trace.rules import rule
from viz.trace.scoretable import Row
from viz.trace.why.answer import Answer, Column, Line, answer, why_no_target, why_no_target_yet
from viz.trace.why.history import Build, History, Turn
from viz.trace.why.roles import (
    cpus_never_lines,
    first_pass_reason,
    has_target,
    never_taken_lines,
    not_free_line,
    used_nearest_first,
)
from viz.wording import counted

NEAREST = 3
"""How many of the nearest nodes in used_targets get a line of their own in an answer."""


def columns(history: History, array: str) -> dict[int, Column]:
    """Return for each node the answers to why it has its target or none, in versions that allow only one target."""
    return {node: _column(history, array, node) for node in history.trace.nodes}


def _column(history: History, array: str, node: int) -> Column:
    column = Column()
    column.put(0, _before_builds(history, node))
    stored = {step: value for step, value in history.changes(f"{array}[{node}]") if step}
    for build in history.builds:
        for step in sorted(step for step in stored if step < build.begins):
            column.put(step, _outside_builds(history, node, step, stored.pop(step)))
        for step in [step for step in stored if step <= build.ends]:
            del stored[step]
        _of_build(column, history, build, array, node)
    for step, value in stored.items():
        column.put(step, _outside_builds(history, node, step, value))
    return column


def _before_builds(history: History, node: int) -> Answer:
    first = history.builds[0].begins if history.builds else history.trace.length - 1
    return answer(why_no_target(node), [(first, "node_demotion[] holds -1 everywhere until an order is built.")])


def _outside_builds(history: History, node: int, step: int, value: int) -> Answer:
    """Return the answer for a store outside all builds, such as a disable before memory goes offline."""
    lines: list[Line] = [(step, "")]
    following = next((build.begins for build in history.builds if build.begins > step), None)
    if following is not None:
        lines.append((following, "The order is built again from this step on."))
    return answer(f"Why {node} → {value}?" if has_target(value) else why_no_target(node), lines)


def _of_build(column: Column, history: History, build: Build, array: str, node: int) -> None:
    turn = build.turns.get(node)
    held = history.trace.at(f"{array}[{node}]", build.begins)
    waits_from = build.begins if not has_target(held) else build.disabled.get(node)
    if waits_from is not None:
        question = why_no_target(node) if turn is None else why_no_target_yet(node)
        column.put(waits_from, answer(question, waiting_lines(build, node)))
    if turn is None:
        return
    if waits_from is not None:
        column.put(turn.begins, answer(why_no_target_yet(node), _searching_lines(turn)))
    if turn.store >= 0 and turn.scan < 0:
        column.put(turn.store, _without_scan(turn, history.trace.at(f"{array}[{node}]", turn.store)))
    elif turn.store >= 0:
        target = history.trace.at(f"{array}[{node}]", turn.store)
        column.put(turn.store, answer(f"Why {node} → {target}?", _target_lines(history, build, turn), turn.scan))
    elif turn.scan >= 0:
        column.put(turn.scan, answer(why_no_target(node), no_target_lines(history, build, turn), turn.scan))


def _without_scan(turn: Turn, target: int) -> Answer:
    """Return the answer for a target that was stored without a search, which only happens in what-ifs."""
    own = "" if target != turn.node else f"Node {target} was not in used_targets, and who is not used is its own best."
    return answer(f"Why {turn.node} → {target}?", [(turn.store, ""), (turn.begins, own)])


def waiting_lines(build: Build, node: int) -> list[Line]:
    """Return the lines on why a node has no target yet, or gets none."""
    turn = build.turns.get(node)
    disabled: list[Line] = [(build.disabled[node], "")] if node in build.disabled else []
    if turn is None:
        return never_taken_lines(build, node) + disabled
    if turn.number == 1:
        text = f"Its turn to choose comes in pass 1, because {first_pass_reason(build, node)}."
        return [(turn.begins, text), *disabled]
    lines: list[Line] = [(turn.begins, f"Its turn to choose comes in pass {turn.number}.")]
    if taking := build.last_taking(node, turn.begins):
        text = (
            f"Node {taking.by} takes node {node} in pass {taking.number}, and a target chooses in the pass after that."
        )
        lines.append((taking.step, text))
    return lines + disabled


def _searching_lines(turn: Turn) -> list[Line]:
    lines: list[Line] = [(turn.begins, f"Node {turn.node} is choosing now, in pass {turn.number}.")]
    if turn.store >= 0:
        lines.append((turn.store, "Its target is stored."))
    elif turn.scan >= 0:
        lines.append((turn.scan, "It finds nobody."))
    return lines


def no_target_lines(history: History, build: Build, turn: Turn) -> list[Line]:
    """Return the lines on why a source found no target: why the nearest nodes could not be chosen."""
    used = used_nearest_first(history.rows(turn.scan))
    lines: list[Line] = [(turn.scan, ""), *(not_free_line(build, row, turn.scan) for row in used[:NEAREST])]
    if used[NEAREST:]:
        rest = counted(len(used) - NEAREST, "more node")
        lines.append((turn.scan, f"As for {rest} with memory, no nearer than these: all sources, or taken."))
    elif left_out := dict(history.trace.at("scores", turn.scan)[1]).get("used", 0):
        lines.append((turn.scan, f"As for the {counted(left_out, 'other node')} with memory: all sources, or taken."))
    return lines + cpus_never_lines(build, (row.node for row in used[:NEAREST]), turn.scan)


def _target_lines(history: History, build: Build, turn: Turn) -> list[Line]:
    """Return the lines on why a source has its target.

    They are about the choice, the loads that decided it, nearer nodes that were used, and the other free nodes.
    """
    rows = history.rows(turn.scan)
    free = [row for row in rows if row.verdict in ("chosen", "beaten")]
    nearer = used_nearest_first(rows, closer_than=free[0].distance)
    lines: list[Line] = [(turn.store, ""), (turn.scan, "")]
    lines += tie_lines(history, turn.scan, free)
    lines += [not_free_line(build, row, turn.scan) for row in nearer[:2]]
    if len(free) > 2:
        lines.append((turn.scan, _free_text(history, turn.scan, free)))
    return lines


def _free_text(history: History, scan: int, free: list[Row]) -> str:
    total = len(free) + dict(history.trace.at("scores", scan)[1]).get("beaten", 0)
    listed = ", ".join(f"{row.node} at {row.distance}" for row in free[: NEAREST + 1])
    more = f" and {total - NEAREST - 1} more" if total > NEAREST + 1 else ""
    return f"The nodes with memory that were free, best first: {listed}{more}."


def tie_lines(history: History, scan: int, free: list[Row]) -> list[Line]:
    """Return a line for each of the two best nodes on where its load comes from; no lines if loads did not decide."""
    if rule(history.trace, "tie") not in ("load", ""):
        return []
    if len(free) < 2 or free[0].key != free[1].key or free[0].load == free[1].load:
        return []
    return [_load_line(history, scan, row) for row in free[:2]]


def _load_line(history: History, scan: int, row: Row) -> Line:
    steps = [step for step, _ in history.changes(f"node_load[{row.node}]") if step <= scan]
    match history.trace.at("operation", steps[-1]):
        case ("ZonelistBuilt", owner, *_):
            return steps[-1], f"node_load[{row.node}] is {row.load} since the zonelist of node {owner} was built."
        case _:
            return steps[-1], f"node_load[{row.node}] is {row.load} from this step on."
