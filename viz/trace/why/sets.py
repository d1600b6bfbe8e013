"""Explain why a node has its targets or preferred nodes, or none, in versions that allow more than one.

Some of these versions build the order in passes; in the others each node searches among the nodes of a slower tier or
class, or takes the next entry of its zonelist.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from viz.kernel.memory import nodes_in
from viz.kernel.nodemask import NodeMask
from viz.trace.model import Trace
from viz.trace.sentences.words import choice, names
from viz.trace.why.answer import Answer, Column, Line, answer, why_no_target, why_no_target_yet
from viz.trace.why.history import Build, History, mask_at
from viz.trace.why.roles import not_free_line, used_nearest_first
from viz.trace.why.targets import no_target_lines, tie_lines, waiting_lines

ROUND_BEGINS = ("OrderBegins", "TiersBegin", "TierChanges", "ClassesBegin", "ListsBegin")
ROUND_ENDS = ("OrderComplete", "TiersComplete", "ClassesComplete", "WalksComplete")
SEARCH_BEGINS = ("SourceBegins", "SearchBegins", "NextEntry")
SCANS = ("Scan", "TierScan", "ClassScan", "NextEntry")
SEARCH_ENDS = ("TargetsDone", "PreferredDone", "EntryTaken")


@dataclass
class Search:
    """The search of one node for its targets: the steps at which it began, scanned, stored, refused and ended.

    -1 stands for what did not happen.
    """

    node: int
    begins: int
    scans: list[int] = field(default_factory=list)
    stores: list[int] = field(default_factory=list)
    refused: int = -1
    ends: int = -1


@dataclass
class Round:
    """One build of the targets of all nodes: the search of each node, and the step that emptied its old targets."""

    begins: int
    ends: int
    build: Build | None
    """The Build that History has of the same steps; None if the version builds without passes."""
    searches: dict[int, list[Search]] = field(default_factory=dict)
    """By node, its searches: one, or several if changed rules let a node be a source again."""
    cleared: dict[int, int] = field(default_factory=dict)
    """By node, the step that emptied its targets."""


def columns(history: History, array: str) -> dict[int, Column]:
    """Return for each node the answers to why its cell of `array` holds the nodes that it holds, or none."""
    rounds = list(_rounds(history, array))
    return {node: _column(history, rounds, array, node) for node in history.trace.nodes}


def _rounds(history: History, array: str) -> Iterator[Round]:
    builds = {build.begins: build for build in history.builds}
    current: Round | None = None
    search: Search | None = None
    for step in range(history.trace.length):
        operation = history.trace.at("operation", step)
        if operation[0] in ROUND_BEGINS:
            current, search = Round(step, step, builds.get(step)), None
        if current is None:
            continue
        current.ends = step
        if operation[0] in SEARCH_BEGINS:
            search = Search(operation[1], step)
            current.searches.setdefault(search.node, []).append(search)
        if search is not None:
            _note(search, operation, step, array)
        elif operation[:2] == ("Store", array):
            current.cleared[operation[2]] = step
        if operation[0] in SEARCH_ENDS:
            search = None
        if operation[0] in ROUND_ENDS:
            yield current
            current = None


def _note(search: Search, operation: tuple[Any, ...], step: int, array: str) -> None:
    match operation:
        case (name, *_) if name in SCANS:
            search.scans.append(step)
        case ("Store", stored_to, node, value) if (stored_to, node) == (array, search.node) and nodes_in(value):
            search.stores.append(step)
        case ("Refused" | "NotPreferred", *_):
            search.refused = step
        case (name, *_) if name in SEARCH_ENDS:
            search.ends = step


def _column(history: History, rounds: list[Round], array: str, node: int) -> Column:
    column = Column()
    first = rounds[0].begins if rounds else history.trace.length - 1
    column.put(0, answer(why_no_target(node), [(first, f"{array}[] names nobody until targets are looked for.")]))
    stores = [step for step, _ in history.changes(f"{array}[{node}]") if step]
    for round_ in rounds:
        for step in [step for step in stores if step < round_.begins]:
            column.put(step, _outside_searches(history.trace, array, node, step))
        stores = [step for step in stores if step > round_.ends]
        for step, value in _of_round(history, round_, array, node):
            column.put(step, value)
    for step in stores:
        column.put(step, _outside_searches(history.trace, array, node, step))
    return column


def _outside_searches(trace: Trace, array: str, node: int, step: int) -> Answer:
    """Return the answer for a store outside all searches, such as a disable before memory goes offline."""
    return answer(_question(trace, array, node, step), [(step, "")])


def _question(trace: Trace, array: str, node: int, step: int) -> str:
    targets = nodes_in(trace.at(f"{array}[{node}]", step))
    return f"Why {node} → {choice(targets)}?" if targets else why_no_target(node)


def _of_round(history: History, round_: Round, array: str, node: int) -> Iterator[tuple[int, Answer]]:
    trace = history.trace
    searches = round_.searches.get(node, [])
    empty = not nodes_in(trace.at(f"{array}[{node}]", round_.begins))
    waits = round_.begins if empty else round_.cleared.get(node)
    if waits is not None:
        question = why_no_target_yet(node) if searches else why_no_target(node)
        yield waits, answer(question, _waiting_lines(trace, round_, node))
        if searches:
            yield searches[0].begins, answer(why_no_target_yet(node), _searching_lines(searches[0]))
    for search in [search for search in searches if search.stores or search is searches[0]]:
        for step in (*search.stores, search.ends):
            if step < 0:
                continue
            lines = (
                _target_lines(history, round_, search, step)
                if search.stores
                else _no_target_lines(history, round_, search)
            )
            scan = _with_table(trace, search.scans[0]) if search.scans else -1
            yield step, answer(_question(trace, array, node, step), lines, scan)


def _with_table(trace: Trace, scan: int) -> int:
    """Return the step of the scan if the scan has a score table, else -1."""
    return scan if trace.at("scores", scan)[0] else -1


def _waiting_lines(trace: Trace, round_: Round, node: int) -> list[Line]:
    """Return the lines on why a node has no target yet, or gets none."""
    if round_.build:
        return waiting_lines(round_.build, node)
    cleared: list[Line] = [(round_.cleared[node], "")] if node in round_.cleared else []
    if searches := round_.searches.get(node):
        begins = searches[0].begins
        return [(begins, f"Node {node} looks for itself from step {begins} on."), *cleared]
    if node not in mask_at(trace, "N_MEMORY", round_.begins):
        return [(round_.begins, f"Node {node} has no memory, so there is nothing to demote from it."), *cleared]
    return cleared or [(round_.begins, "")]


def _searching_lines(search: Search) -> list[Line]:
    lines: list[Line] = [(search.begins, "")]
    if search.stores:
        lines.append((search.stores[0], "The first is stored."))
    elif search.ends >= 0:
        lines.append((search.ends, "It ends with nobody."))
    return lines


def _target_lines(history: History, round_: Round, search: Search, step: int) -> list[Line]:
    """Return the lines on why a node has the targets that are stored by that step."""
    trace = history.trace
    stored = max(store for store in search.stores if store <= step)
    if not search.scans or search.scans[0] > search.stores[0]:
        return [(stored, ""), (search.begins, f"Node {search.node} chooses without a scan.")]
    lines: list[Line] = [(stored, ""), (search.scans[0], "")]
    lines += _equally_near_lines(history, search, stored)
    if 0 <= search.refused <= step:
        lines.append((search.refused, ""))
    if round_.build:
        rows = history.rows(search.scans[0])
        free = [row for row in rows if row.verdict in ("chosen", "beaten")]
        nearer = used_nearest_first(rows, closer_than=free[0].distance)
        lines += [not_free_line(round_.build, row, search.scans[0]) for row in nearer[:2]]
        lines += tie_lines(history, search.scans[0], free)
    elif f"memtier[{search.node}]" in trace.signals:
        lines.append(_tier_line(history, search))
        lines += _cpus_line(trace, search, stored)
    return lines


def _cpus_line(trace: Trace, search: Search, stored: int) -> list[Line]:
    """Return the line that a target of a node has CPUs, which the passes rule out; [] if none has."""
    targets = NodeMask(nodes_in(trace.at("operation", stored)[3])) & mask_at(trace, "N_CPU", stored)
    if not targets:
        return []
    text = f"Node {min(targets)} has CPUs. In the passes, up to v6.0, it could not be a target; from v6.1 on it can, "
    return [(stored, f"{text}because its memory is in a slower tier than that of node {search.node}.")]


def _equally_near_lines(history: History, search: Search, stored: int) -> list[Line]:
    """Return the line on the targets that are as near as the first; [] if the score table has no such target."""
    trace = history.trace
    first, *others = _in_order(trace, search, nodes_in(trace.at("operation", stored)[3]))
    distance = {row.node: row.distance for row in history.rows(search.scans[0])}
    others = [node for node in others if first in distance and distance.get(node) == distance[first]]
    if not others:
        return []
    are = f"Node {others[0]} is" if len(others) == 1 else f"Nodes {names(others)} are"
    return [(search.scans[0], f"{are} as near as node {first}, at {distance[first]}, so the choice is between them.")]


def _in_order(trace: Trace, search: Search, targets: list[int]) -> list[int]:
    """Return the targets, beginning with the one that the first scan chose."""
    first = trace.at("operation", search.scans[0])[2]
    return sorted(targets, key=lambda node: node != first)


def _tier_line(history: History, search: Search) -> Line:
    """Return the line on the step that put the searching node into its tier."""
    return max(step for step, _ in history.changes(f"memtier[{search.node}]") if step <= search.begins), ""


def _no_target_lines(history: History, round_: Round, search: Search) -> list[Line]:
    """Return the lines on why a search found no target."""
    turn = round_.build.turns.get(search.node) if round_.build else None
    if round_.build and turn and turn.scan >= 0:
        return no_target_lines(history, round_.build, turn)
    lines: list[Line] = [(search.ends, ""), (search.begins, "")]
    if f"memtier[{search.node}]" in history.trace.signals:
        lines.append(_tier_line(history, search))
    return lines
