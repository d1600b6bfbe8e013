"""why(): what a person asks for by name, at one step; an arrow that is not there gets an answer, too."""

from __future__ import annotations

import re

from viz.kernel.versions import version
from viz.trace.choice_reasons import penalties
from viz.trace.model import Trace
from viz.trace.scoretable import Row
from viz.trace.why.answer import Answer, Line, answer
from viz.trace.why.history import Build, History, Turn
from viz.trace.why.roles import not_free, outsider, source_line, taken

ARROW = re.compile(r"(\d{1,4})\s*(?:->|→|>|-)\s*(\d{1,4})", re.ASCII)


class WhyError(ValueError):
    """There is nothing of that name to ask about; the message is one line."""


def why(trace: Trace, subject: str, step: int) -> Answer:
    """The answer at that step for "0" (the target of node 0), "0-1" (an arrow), "used_targets[3]" or "passes".

    WhyError if the trace has no such node, register or step.
    """
    if not 0 <= step < trace.length:
        raise WhyError(f"there is no step {step}: the steps are 0 to {trace.length - 1}")
    subject = subject.strip()
    if found := ARROW.fullmatch(subject):
        return _arrow(trace, int(found[1]), int(found[2]), step)
    name = f"why {trace.arrays[0]}[{int(subject)}]" if re.fullmatch(r"[0-9]{1,4}", subject) else f"why {subject}"
    if name not in trace.signals:
        raise WhyError(_nothing(trace, subject))
    found_answer: Answer = trace.at(name, step)
    return found_answer


def _nothing(trace: Trace, subject: str) -> str:
    registers = ", ".join(f"{name}[N]" for name in (*trace.masks, *trace.arrays))
    passes = " or passes" if "why passes" in trace.signals else ""
    return f"nothing to ask about at {subject[:40]!r}: give a node N, an arrow N-M, {registers}{passes}"


def _arrow(trace: Trace, node: int, target: int, step: int) -> Answer:
    """Why the arrow is there, or why it is not."""
    if not {node, target} <= set(trace.nodes):
        raise WhyError(_nothing(trace, f"{node}-{target}"))
    standing: Answer = trace.at(f"why {trace.arrays[0]}[{node}]", step)
    if target in trace.targets(step)[node]:
        return standing
    question = f"Why not {node} → {target}?"
    if node == target:
        because = ": a source is in used_targets when it chooses" if "used_targets" in trace.masks else ""
        return answer(question, [(step, f"No node is its own target{because}.")])
    if not version(trace.kernel).one_target:
        lines = _refusal(trace, node, target, step) or _elsewhere(trace, node, target, step)
        return answer(question, [*lines, *(line for line in standing[2] if line not in lines)], standing[1])
    history = History(trace)
    build, turn = _last_turn(history, node, step)
    if not build or not turn or turn.scan < 0 or turn.scan > step:
        return question, standing[1], standing[2]
    verdict = _verdict(history, build, turn, target)
    return answer(question, [verdict, *(line for line in standing[2] if line != verdict)], turn.scan)


def _last_turn(history: History, node: int, step: int) -> tuple[Build | None, Turn | None]:
    """The last build that has begun at that step, and the node's turn in it."""
    build = next((build for build in reversed(history.builds) if build.begins <= step), None)
    return build, build.turns.get(node) if build else None


def _elsewhere(trace: Trace, node: int, target: int, step: int) -> list[Line]:
    """Why a target was not even refused: it was not free, or it is in a tier that the node does not look at."""
    if (tier := trace.signals.get(f"memtier[{target}]")) is not None:
        at = max(one for one in tier.steps if one <= step)
        return [(at, "" if at else f"Node {target} has been in its tier, {tier.at(0)}, from the first.")]
    history = History(trace)
    build, turn = _last_turn(history, node, step)
    if not build or not turn or not 0 <= turn.scan <= step:
        return []
    return [_verdict(history, build, turn, target)]


def _refusal(trace: Trace, node: int, target: int, step: int) -> list[Line]:
    """The step of the last build that refused the node this target, if one did."""
    for at in range(step, -1, -1):
        match trace.at("operation", at):
            case ("Refused" | "Lost" | "NotPreferred", asking, refused, *_) if (asking, refused) == (node, target):
                return [(at, "")]
            case ("OrderBegins" | "TiersBegin" | "TierChanges", *_):
                break
    return []


def _verdict(history: History, build: Build, turn: Turn, target: int) -> Line:
    """What the scan of that turn made of the target; of one whose row was left out, as far as the masks tell."""
    row = next((row for row in history.rows(turn.scan) if row.node == target), None)
    best = history.trace.at("chosen", turn.scan)
    if row and row.verdict == "chosen":
        return turn.scan, f"Node {target} has been chosen and is about to be stored."
    if row and row.verdict == "beaten":
        return turn.scan, beaten(turn.node, history.rows(turn.scan)[0], row)
    if target not in build.memory:
        return outsider(build, target)[0] if target not in build.n_cpu else _source(build, target)
    if row:
        return not_free(build, row, turn.scan)
    if taking := build.took(target, turn.scan):
        return taken(target, taking)
    if target in build.sources and build.sources[target].begins <= turn.scan:
        return _source(build, target)
    return turn.scan, f"Node {target} was free, but it is not among the best, of whom node {best} was chosen."


def _source(build: Build, target: int) -> Line:
    return source_line(build, target, build.sources[target])


def beaten(node: int, best: Row, row: Row) -> str:
    """How a candidate lost to the chosen one: by distance and penalties, by node_load, or by its id."""
    one, other = _priced(node, row), _priced(node, best)
    if best.key < row.key:
        return f"Node {row.node} was free {one}, but node {best.node} {other} comes first."
    if best.load < row.load:
        tie = f"its node_load is {row.load}, and that of node {best.node} is only {best.load}"
    else:
        tie = f"its id is higher, and node_load is {best.load} for both"
    return f"Node {row.node} was free {one}, as good as node {best.node} {other}; but {tie}."


def _priced(node: int, row: Row) -> str:
    return f"at {row.distance}" + (f" and pays {penalties(node, row)}" if row.key > row.distance else "")
