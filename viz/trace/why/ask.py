"""Answer a question that a person asks by name, at one step, such as why a node demotes to another or does not."""

from __future__ import annotations

import re

from viz.kernel.releases import version
from viz.trace.choice_reasons import penalties
from viz.trace.model import Trace
from viz.trace.rules import rule
from viz.trace.scoretable import Row
from viz.trace.why import cgroups
from viz.trace.why.answer import Answer, Line, answer
from viz.trace.why.history import Build, History, Turn
from viz.trace.why.roles import never_taken_lines, not_free_line, source_line, taken_line

ARROW = re.compile(r"(\d{1,4})\s*(?:->|→|>|-)\s*(\d{1,4})", re.ASCII)


class WhyError(ValueError):
    """The error that the trace has nothing of that name, or no such step; its message is one line."""


def why(trace: Trace, subject: str, step: int) -> Answer:
    """Return the answer at that step for "0" (the target of node 0), "0-1" (an arrow), "used_targets[3]" or "passes".

    Raise WhyError if the trace has no such node, register or step.
    """
    if not 0 <= step < trace.length:
        raise WhyError(f"there is no step {step}: the steps are 0 to {trace.length - 1}")
    subject = subject.strip()
    if match := ARROW.fullmatch(subject):
        return _arrow(trace, int(match[1]), int(match[2]), step)
    name = f"why {subject}"
    if re.fullmatch(r"[0-9]{1,4}", subject):
        is_about_cgroup = trace.chapters[trace.at("chapter", step)].name == "cgroup"
        name = f"why {cgroups.TARGETS if is_about_cgroup else trace.arrays[0]}[{int(subject)}]"
    if name not in trace.signals:
        raise WhyError(_nothing_to_ask(trace, subject))
    reply: Answer = trace.at(name, step)
    return reply


def _nothing_to_ask(trace: Trace, subject: str) -> str:
    registers = ", ".join(f"{name}[N]" for name in (*trace.masks, *trace.arrays))
    passes = " or passes" if "why passes" in trace.signals else ""
    return f"nothing to ask about at {subject[:40]!r}: give a node N, an arrow N-M, {registers}{passes}"


def _arrow(trace: Trace, node: int, target: int, step: int) -> Answer:
    """Return the answer to why the node demotes to the target, or why it does not."""
    if not {node, target} <= set(trace.nodes):
        raise WhyError(_nothing_to_ask(trace, f"{node}-{target}"))
    if about_cgroup := cgroups.arrow(trace, node, target, step):
        return about_cgroup
    current: Answer = trace.at(f"why {trace.arrays[0]}[{node}]", step)
    if target in trace.targets(step)[node]:
        return current
    question = f"Why not {node} → {target}?"
    if node == target and rule(trace, "this-pass") in ("before", ""):
        because = ": a source is in used_targets when it chooses" if "used_targets" in trace.masks else ""
        return answer(question, [(step, f"No node is its own target{because}.")])
    if not version(trace.kernel).one_target:
        lines = _refusal_lines(trace, node, target, step) or _not_found_lines(trace, node, target, step)
        return answer(question, [*lines, *(line for line in current[2] if line not in lines)], current[1])
    history = History(trace)
    build, turn = _last_turn(history, node, step)
    if not build or not turn or turn.scan < 0 or turn.scan > step:
        return question, current[1], current[2]
    first = _scan_line(history, build, turn, target)
    return answer(question, [first, *(line for line in current[2] if line != first)], turn.scan)


def _last_turn(history: History, node: int, step: int) -> tuple[Build | None, Turn | None]:
    """Return the last build that has begun by that step, and the node's turn in it."""
    build = next((build for build in reversed(history.builds) if build.begins <= step), None)
    return build, build.turns.get(node) if build else None


def _not_found_lines(trace: Trace, node: int, target: int, step: int) -> list[Line]:
    """Return the lines on why a node was never found: it was not free, or the source does not search its tier."""
    if (tier := trace.signals.get(f"memtier[{target}]")) is not None:
        joined = max(change for change in tier.steps if change <= step)
        return [(joined, "" if joined else f"Node {target} is in no tier.")]
    history = History(trace)
    build, turn = _last_turn(history, node, step)
    if not build or not turn or not 0 <= turn.scan <= step:
        return []
    return [_scan_line(history, build, turn, target)]


def _refusal_lines(trace: Trace, node: int, target: int, step: int) -> list[Line]:
    """Return the line of the step at which the node refused this target in the last build, if it did."""
    for earlier in range(step, -1, -1):
        match trace.at("operation", earlier):
            case ("Refused" | "Lost" | "NotPreferred", source, refused, *_) if (source, refused) == (node, target):
                return [(earlier, "")]
            case ("OrderBegins" | "TiersBegin" | "TierChanges", *_):
                break
    return []


def _scan_line(history: History, build: Build, turn: Turn, target: int) -> Line:
    """Return the line on what the scan of a turn did with the target; if its row was left out, the masks show that."""
    row = next((row for row in history.rows(turn.scan) if row.node == target), None)
    best = history.trace.at("chosen", turn.scan)
    if row and row.verdict == "chosen":
        return turn.scan, f"Node {target} has been chosen and is about to be stored."
    if row and row.verdict == "beaten":
        rows = history.rows(turn.scan)
        if next(one.verdict for one in rows if one.verdict == "chosen" or one == row) == "beaten":
            text = f"Node {target} was free {_price(turn.node, row)}, but the chooser took node {best}."
            return turn.scan, text
        return turn.scan, beaten(turn.node, rows[0], row, _decides(history.trace))
    if target not in build.memory:
        return never_taken_lines(build, target)[0] if target not in build.n_cpu else _source_line(build, target)
    if row:
        return not_free_line(build, row, turn.scan)
    if taking := build.last_taking(target, turn.scan):
        return taken_line(target, taking)
    if target in build.sources and build.sources[target].begins <= turn.scan:
        return _source_line(build, target)
    return turn.scan, f"Node {target} was free, but it is not among the best, of whom node {best} was chosen."


def _source_line(build: Build, target: int) -> Line:
    return source_line(build, target, build.sources[target])


def _decides(trace: Trace) -> str:
    return {"id": "lower id", "last-id": "higher id"}.get(rule(trace, "tie"), "load")


def beaten(node: int, best: Row, row: Row, decides: str = "load") -> str:
    """Return a sentence on why a candidate lost: by its distance and penalties, by its node_load, or by its id.

    `decides` says what decides between equals: "load", "lower id" or "higher id".
    """
    price, best_price = _price(node, row), _price(node, best)
    if best.key < row.key:
        return f"Node {row.node} was free {price}, but node {best.node} {best_price} comes first."
    if decides != "load":
        return f"Node {row.node} was free {price}, as good as node {best.node} {best_price}; but the {decides} decides."
    if best.load < row.load:
        tie = f"its node_load is {row.load}, and that of node {best.node} is only {best.load}"
    else:
        tie = f"its id is higher, and node_load is {best.load} for both"
    return f"Node {row.node} was free {price}, as good as node {best.node} {best_price}; but {tie}."


def _price(node: int, row: Row) -> str:
    return f"at {row.distance}" + (f" and pays {penalties(node, row)}" if row.key > row.distance else "")
