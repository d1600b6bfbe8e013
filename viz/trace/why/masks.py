"""Why a node is in a mask, or is not."""

from __future__ import annotations

from collections.abc import Callable

from viz.kernel.nodemask import NodeMask
from viz.trace.why.answer import Answer, Column, Line, answer, is_in, is_not_in
from viz.trace.why.history import Build, History
from viz.trace.why.roles import outsider, source_line, starts, taken

Answerer = Callable[[Build, int, int], tuple[list[Line], int]]
"""Lines, and the scan they rest on or -1, for a build, a node, and the step from which they hold."""


def columns(history: History, mask: str, shared: bool = False) -> dict[int, Column]:
    """The answers of every node for one mask; where sources share their targets, each is the step that changed it."""
    found = {node: Column() for node in history.trace.nodes}
    builds = [build for build in history.builds if build.passes] if mask in ANSWERS and not shared else []
    opens = {build.passes[0].begins: build for build in builds}
    bits = 0
    build = None
    for step, changed_to in _moments(history, mask, builds):
        before, bits = bits, NodeMask.parse(changed_to).bits
        build = opens.get(step, build)
        fresh = step in opens or step == 0 or (build is None and not before)  # "it is empty" ends for everybody
        for node in found if fresh else NodeMask.of_bits(before ^ bits):
            if node in found:
                found[node].put(step, _answer(build, mask, node, bits >> node & 1 == 1, step))
    return found


def _moments(history: History, mask: str, builds: list[Build]) -> list[tuple[int, str]]:
    """(step, node list) where the mask changes, at step 0, and where a first pass begins."""
    steps = {0, *history.trace.signals[mask].steps, *(build.passes[0].begins for build in builds)}
    return [(step, history.trace.at(mask, step)) for step in sorted(steps)]


def _answer(build: Build | None, mask: str, node: int, member: bool, step: int) -> Answer:
    question = is_in(node, mask) if member else is_not_in(node, mask)
    if build is None:
        return answer(question, [(step, f"{mask} is empty until the order is built." if not step else "")])
    if step > build.ends:
        return answer(question, [(step, "")])
    lines, scan = ANSWERS[mask][member](build, node, step)
    return answer(question, lines, scan)


def _used(build: Build, node: int, step: int) -> tuple[list[Line], int]:
    if taking := build.took(node, step):
        return [taken(node, taking), (taking.step, ""), (taking.scan, "")], taking.scan
    one = build.sources.get(node)
    if one and one.begins <= step:
        return [source_line(build, node, one), (one.begins, "")], -1
    return [(step, "")], -1


def _not_used(build: Build, node: int, step: int) -> tuple[list[Line], int]:
    if step in build.refused:
        return [(step, "")], -1
    if taking := build.takes(node, step):
        return [(taking.step, f"Nobody has taken node {node} yet; node {taking.by} will, in pass {taking.number}.")], -1
    return ([(step, "")] if build.took(node, step) else outsider(build, node)), -1


def _in_this_pass(build: Build, node: int, step: int) -> tuple[list[Line], int]:
    one = next(one for one in reversed(build.passes) if one.begins <= step)
    lines: list[Line] = [(one.begins, "")]
    if node in build.turns:
        lines.append((build.turns[node].begins, ""))
    if taking := build.took(node, step):
        told = f"Node {taking.by} took node {node} in pass {taking.number}, and a target is a source in the next pass."
        return [(taking.step, told), *lines], -1
    return [(one.begins, f"Node {node} is a source of pass {one.number}, because {starts(build, node)}."), *lines], -1


def _not_in_this_pass(build: Build, node: int, step: int) -> tuple[list[Line], int]:
    one = build.sources.get(node)
    if one is None:
        return outsider(build, node), -1
    if one.begins <= step:
        return [(one.begins, f"Node {node} was a source in pass {one.number}, and no node is a source twice.")], -1
    lines: list[Line] = [(one.begins, f"Node {node} is not a source before pass {one.number}.")]
    if taking := build.took(node, one.begins):
        lines.append(
            (taking.step, f"Node {taking.by} takes node {node} in pass {taking.number}, and that makes it a source.")
        )
    return lines, -1


def _in_next_pass(build: Build, node: int, step: int) -> tuple[list[Line], int]:
    taking = build.took(node, step)
    if taking is None:
        return [(step, "")], -1
    told = f"Node {taking.by} took node {node} in pass {taking.number}, so node {node} chooses in the pass after it."
    return [(taking.step, told), (taking.scan, "")], taking.scan


def _not_in_next_pass(build: Build, node: int, step: int) -> tuple[list[Line], int]:
    one = build.sources.get(node)
    if one is None:
        return outsider(build, node), -1
    if one.number == 1:
        return [source_line(build, node, one)], -1
    if one.begins <= step:
        told = (
            f"Node {node} left when pass {one.number} began: the targets of pass {one.number - 1} became its sources."
        )
        return [(one.begins, told)], -1
    taking = build.took(node, one.begins)
    if taking is None:
        return [(one.begins, "")], -1
    told = (
        f"Node {node} joins at the end of the turn of node {taking.by}, who takes node {node} in pass {taking.number}."
    )
    return [(taking.step, told)], -1


ANSWERS: dict[str, tuple[Answerer, Answerer]] = {
    "used_targets": (_not_used, _used),
    "this_pass": (_not_in_this_pass, _in_this_pass),
    "next_pass": (_not_in_next_pass, _in_next_pass),
}
"""How to tell of a node that is missing, and of a member; a mask that is not here says which step changed it."""
