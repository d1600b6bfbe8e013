"""Why a node has its several targets, or prefers its nodes; or why it has none.

For every version whose sources may have more than one target: those that still go in passes, and those where each
node searches for itself among the nodes of a slower tier or class.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from viz.kernel.memory import nodes_in
from viz.trace.model import Trace
from viz.trace.sentences.words import choice, names
from viz.trace.why.answer import Answer, Column, Line, answer, no_target
from viz.trace.why.history import Build, History, mask_at
from viz.trace.why.roles import nearest_first, not_free
from viz.trace.why.targets import loads, nobody, waiting

BEGINS = ("OrderBegins", "TiersBegin", "TierChanges", "ClassesBegin", "ListsBegin")
ENDS = ("OrderComplete", "TiersComplete", "ClassesComplete", "WalksComplete")
LOOKS = ("SourceBegins", "SearchBegins", "NextEntry")
SCANS = ("Scan", "TierScan", "ClassScan", "NextEntry")
TURN_ENDS = ("TargetsDone", "PreferredDone", "EntryTaken")


@dataclass
class Search:
    """One node looks for its targets; -1 where there is no such step."""

    node: int
    begins: int
    scans: list[int] = field(default_factory=list)
    stores: list[int] = field(default_factory=list)
    refused: int = -1
    ends: int = -1


@dataclass
class Round:
    """One build of all targets, whatever the version calls it: who searched, and who had lost what before."""

    begins: int
    ends: int
    build: Build | None
    searches: dict[int, Search] = field(default_factory=dict)
    cleared: dict[int, int] = field(default_factory=dict)
    """The step that emptied a node's targets."""


def columns(history: History, array: str) -> dict[int, Column]:
    """The answers of every node for the set of nodes that `array` holds for it."""
    rounds = list(_rounds(history, array))
    return {node: _column(history, rounds, array, node) for node in history.trace.nodes}


def _rounds(history: History, array: str) -> Iterator[Round]:
    builds = {build.begins: build for build in history.builds}
    current: Round | None = None
    search: Search | None = None
    for step in range(history.trace.length):
        operation = history.trace.at("operation", step)
        if operation[0] in BEGINS:
            current, search = Round(step, step, builds.get(step)), None
        if current is None:
            continue
        current.ends = step
        if operation[0] in LOOKS:
            search = current.searches[operation[1]] = Search(operation[1], step)
        if search is not None:
            _note(search, operation, step, array)
        elif operation[:2] == ("Store", array):
            current.cleared[operation[2]] = step
        if operation[0] in TURN_ENDS:
            search = None
        if operation[0] in ENDS:
            yield current
            current = None


def _note(search: Search, operation: tuple[Any, ...], step: int, array: str) -> None:
    match operation:
        case (name, *_) if name in SCANS:
            search.scans.append(step)
        case ("Store", where, node, value) if (where, node) == (array, search.node) and nodes_in(value):
            search.stores.append(step)
        case ("Refused" | "NotPreferred", *_):
            search.refused = step
        case (name, *_) if name in TURN_ENDS:
            search.ends = step


def _column(history: History, rounds: list[Round], array: str, node: int) -> Column:
    column = Column()
    first = rounds[0].begins if rounds else history.trace.length - 1
    column.put(0, answer(no_target(node), [(first, f"{array}[] names nobody until targets are looked for.")]))
    stores = [step for step, _ in history.changes(f"{array}[{node}]") if step]
    for one in rounds:
        for step in [step for step in stores if step < one.begins]:
            column.put(step, _outside(history.trace, array, node, step))
        stores = [step for step in stores if step > one.ends]
        for step, value in _of_round(history, one, array, node):
            column.put(step, value)
    for step in stores:
        column.put(step, _outside(history.trace, array, node, step))
    return column


def _outside(trace: Trace, array: str, node: int, step: int) -> Answer:
    """A store that belongs to no search, as when memory is about to go."""
    return answer(_question(trace, array, node, step), [(step, "")])


def _question(trace: Trace, array: str, node: int, step: int) -> str:
    targets = nodes_in(trace.at(f"{array}[{node}]", step))
    return f"Why {node} → {choice(targets)}?" if targets else no_target(node)


def _of_round(history: History, one: Round, array: str, node: int) -> Iterator[tuple[int, Answer]]:
    trace = history.trace
    search = one.searches.get(node)
    empty = not nodes_in(trace.at(f"{array}[{node}]", one.begins))
    waits = one.begins if empty else one.cleared.get(node)
    if waits is not None:
        yield waits, answer(no_target(node), _waiting(trace, one, node))
    if search is None:
        return
    if waits is not None:
        yield search.begins, answer(no_target(node), _looking(search))
    for step in (*search.stores, search.ends):
        if step < 0:
            continue
        lines = _chosen(history, one, search, step) if search.stores else _none(history, one, search)
        scan = _table(trace, search.scans[0]) if search.scans else -1
        yield step, answer(_question(trace, array, node, step), lines, scan)


def _table(trace: Trace, scan: int) -> int:
    """The scan, if it left a score table."""
    return scan if trace.at("scores", scan)[0] else -1


def _waiting(trace: Trace, one: Round, node: int) -> list[Line]:
    """Why a node has nobody yet, or never will."""
    if one.build:
        return waiting(one.build, node)
    cleared: list[Line] = [(one.cleared[node], "")] if node in one.cleared else []
    if search := one.searches.get(node):
        return [(search.begins, f"Node {node} looks for itself from step {search.begins} on."), *cleared]
    if node not in mask_at(trace, "N_MEMORY", one.begins):
        return [(one.begins, f"Node {node} has no memory, so there is nothing to demote from it."), *cleared]
    return cleared or [(one.begins, "")]


def _looking(search: Search) -> list[Line]:
    lines: list[Line] = [(search.begins, "")]
    if search.stores:
        lines.append((search.stores[0], "The first is stored."))
    elif search.ends >= 0:
        lines.append((search.ends, "It ends with nobody."))
    return lines


def _chosen(history: History, one: Round, search: Search, step: int) -> list[Line]:
    """Why these, as far as they are stored at that step: the first, those as near, who came too late or is farther."""
    trace = history.trace
    stored = max(store for store in search.stores if store <= step)
    lines: list[Line] = [(stored, ""), (search.scans[0], "")]
    lines += _as_near(history, search, stored)
    if 0 <= search.refused <= step:
        lines.append((search.refused, ""))
    if one.build:
        rows = history.rows(search.scans[0])
        free = [row for row in rows if row.verdict in ("chosen", "beaten")]
        nearer = nearest_first(rows, "used", closer_than=free[0].distance)
        lines += [not_free(one.build, row, search.scans[0]) for row in nearer[:2]]
        lines += loads(history, search.scans[0], free)
    elif f"memtier[{search.node}]" in trace.signals:
        lines.append(_tier(history, search))
    return lines


def _as_near(history: History, search: Search, stored: int) -> list[Line]:
    """That others are as near as the first target, where the scan kept how far they are."""
    trace = history.trace
    first, *others = _in_order(trace, search, nodes_in(trace.at("operation", stored)[3]))
    distance = {row.node: row.distance for row in history.rows(search.scans[0])}
    others = [node for node in others if first in distance and distance.get(node) == distance[first]]
    if not others:
        return []
    are = f"Node {others[0]} is" if len(others) == 1 else f"Nodes {names(others)} are"
    return [(search.scans[0], f"{are} as near as node {first}, at {distance[first]}, so the choice is between them.")]


def _in_order(trace: Trace, search: Search, targets: list[int]) -> list[int]:
    """The targets, that of the first scan first."""
    first = trace.at("operation", search.scans[0])[2]
    return sorted(targets, key=lambda node: node != first)


def _tier(history: History, search: Search) -> Line:
    """The step that put the searching node into its tier."""
    steps = [step for step, _ in history.changes(f"memtier[{search.node}]") if step <= search.begins]
    return steps[-1], "" if steps[-1] else f"Node {search.node} has been in this tier from the first."


def _none(history: History, one: Round, search: Search) -> list[Line]:
    """Why a search ended with nobody."""
    turn = one.build.turns.get(search.node) if one.build else None
    if one.build and turn and turn.scan >= 0:
        return nobody(history, one.build, turn)
    lines: list[Line] = [(search.ends, ""), (search.begins, "")]
    if f"memtier[{search.node}]" in history.trace.signals:
        lines.append(_tier(history, search))
    return lines
