"""Why a node has its target, or none."""

from __future__ import annotations

from viz.trace.scoretable import Row
from viz.trace.sentences.words import count
from viz.trace.why.answer import Answer, Column, Line, answer, no_target
from viz.trace.why.history import Build, History, Turn
from viz.trace.why.roles import has_target, nearest_first, not_free, outsider, starts

NEAREST = 3
"""So many of the nearest nodes are told one by one."""


def columns(history: History, array: str) -> dict[int, Column]:
    """The answers of every node for its one target."""
    return {node: _column(history, array, node) for node in history.trace.nodes}


def _column(history: History, array: str, node: int) -> Column:
    column = Column()
    column.put(0, _before(history, node))
    moments = [(step, value) for step, value in history.changes(f"{array}[{node}]") if step]
    stored = dict(moments)
    for build in history.builds:
        for step in sorted(step for step in stored if step < build.begins):
            column.put(step, outside(history, node, step, stored.pop(step)))
        for step in [step for step in stored if step <= build.ends]:
            del stored[step]
        _of_build(column, history, build, array, node)
    for step, value in stored.items():
        column.put(step, outside(history, node, step, value))
    return column


def _before(history: History, node: int) -> Answer:
    first = history.builds[0].begins if history.builds else history.trace.length - 1
    return answer(no_target(node), [(first, "node_demotion[] holds -1 everywhere until an order is built.")])


def outside(history: History, node: int, step: int, value: int) -> Answer:
    """A store between two builds, as before memory goes offline."""
    lines: list[Line] = [(step, "")]
    following = next((build.begins for build in history.builds if build.begins > step), None)
    if following is not None:
        lines.append((following, "The order is built again from this step on."))
    return answer(f"Why {node} → {value}?" if has_target(value) else no_target(node), lines)


def _of_build(column: Column, history: History, build: Build, array: str, node: int) -> None:
    turn = build.turns.get(node)
    held = history.trace.at(f"{array}[{node}]", build.begins)
    waits_from = build.begins if not has_target(held) else build.disabled.get(node)
    if waits_from is not None:
        column.put(waits_from, answer(no_target(node), waiting(build, node)))
    if turn is None:
        return
    if waits_from is not None:
        column.put(turn.begins, answer(no_target(node), _running(turn)))
    if turn.store >= 0:
        target = history.trace.at(f"{array}[{node}]", turn.store)
        column.put(turn.store, answer(f"Why {node} → {target}?", chosen(history, build, turn), turn.scan))
    elif turn.scan >= 0:
        column.put(turn.scan, answer(no_target(node), nobody(history, build, turn), turn.scan))


def waiting(build: Build, node: int) -> list[Line]:
    """Why a node has nothing yet, or never will."""
    turn = build.turns.get(node)
    disabled: list[Line] = [(build.disabled[node], "")] if node in build.disabled else []
    if turn is None:
        return outsider(build, node) + disabled
    if turn.number == 1:
        told = f"Its turn to choose comes in pass 1, because {starts(build, node)}."
        return [(turn.begins, told), *disabled]
    lines: list[Line] = [(turn.begins, f"Its turn to choose comes in pass {turn.number}.")]
    if taking := build.took(node, turn.begins):
        told = (
            f"Node {taking.by} takes node {node} in pass {taking.number}, and a target chooses in the pass after that."
        )
        lines.append((taking.step, told))
    return lines + disabled


def _running(turn: Turn) -> list[Line]:
    lines: list[Line] = [(turn.begins, f"Node {turn.node} is choosing now, in pass {turn.number}.")]
    if turn.store >= 0:
        lines.append((turn.store, "Its target is stored."))
    elif turn.scan >= 0:
        lines.append((turn.scan, "It finds nobody."))
    return lines


def nobody(history: History, build: Build, turn: Turn) -> list[Line]:
    """Why the turn of a node found nobody: what had become of the nearest."""
    used = nearest_first(history.rows(turn.scan), "used")
    lines: list[Line] = [(turn.scan, ""), *(not_free(build, row, turn.scan) for row in used[:NEAREST])]
    if used[NEAREST:]:
        rest = count(len(used) - NEAREST, "more node")
        lines.append((turn.scan, f"As for {rest} with memory, no nearer than these: all sources, or taken."))
    elif left_out := dict(history.trace.at("scores", turn.scan)[1]).get("used", 0):
        lines.append((turn.scan, f"As for the {count(left_out, 'other node')} with memory: all sources, or taken."))
    return lines


def chosen(history: History, build: Build, turn: Turn) -> list[Line]:
    """Why the turn of a node ended with its target: the choice, who else was free, who was nearer, the loads."""
    rows = history.rows(turn.scan)
    free = [row for row in rows if row.verdict in ("chosen", "beaten")]
    nearer = nearest_first(rows, "used", closer_than=free[0].distance)
    lines: list[Line] = [(turn.store, ""), (turn.scan, "")]
    lines += loads(history, turn.scan, free)
    lines += [not_free(build, row, turn.scan) for row in nearer[:2]]
    if len(free) > 2:
        lines.append((turn.scan, _free(history, turn.scan, free)))
    return lines


def _free(history: History, scan: int, free: list[Row]) -> str:
    total = len(free) + dict(history.trace.at("scores", scan)[1]).get("beaten", 0)
    listed = ", ".join(f"{row.node} at {row.distance}" for row in free[: NEAREST + 1])
    more = f" and {total - NEAREST - 1} more" if total > NEAREST + 1 else ""
    return f"The nodes with memory that were free, best first: {listed}{more}."


def loads(history: History, scan: int, free: list[Row]) -> list[Line]:
    """Where the loads come from that broke a tie between the best and the second; nothing if none did."""
    if len(free) < 2 or free[0].key != free[1].key or free[0].load == free[1].load:
        return []
    return [_load(history, scan, row) for row in free[:2]]


def _load(history: History, scan: int, row: Row) -> Line:
    steps = [step for step, _ in history.changes(f"node_load[{row.node}]") if step <= scan]
    match history.trace.at("operation", steps[-1]):
        case ("ZonelistBuilt", owner, *_):
            return steps[-1], f"node_load[{row.node}] is {row.load} since the zonelist of node {owner} was built."
        case _:
            return steps[-1], f"node_load[{row.node}] is {row.load} from this step on."
