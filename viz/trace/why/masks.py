"""Explain why a node is in a mask, or is not."""

from __future__ import annotations

from collections.abc import Callable

from viz.kernel.nodemask import NodeMask
from viz.trace.why.answer import Answer, Column, Line, answer, why_in, why_not_in
from viz.trace.why.history import Build, History
from viz.trace.why.roles import cpus_never_lines, first_pass_reason, never_taken_lines, source_line, taken_line

CPUS_FIRST = (
    "Why nodes with CPUs: programs get memory near their CPUs first, so cold pages gather there. The routine does not "
    "ask how fast a node's memory is."
)
"""The reason why the passes begin at the nodes with CPUs."""

Explainer = Callable[[Build, int, int], tuple[list[Line], int]]
"""A function of a build, a node and the step from which the answer holds.

It returns the lines of the answer, and the step of the scan that belongs to it or -1.
"""


def columns(history: History, mask: str, plain: bool = False) -> dict[int, Column]:
    """Return for each node the answers to why the node is, or is not, in the mask.

    If `plain`, several sources can have the same target, or sources can be targets. Then every answer is the sentence
    of the step that changed the mask.
    """
    answers = {node: Column() for node in history.trace.nodes}
    builds = [build for build in history.builds if build.passes] if mask in EXPLAINERS and not plain else []
    first_passes = {build.passes[0].begins: build for build in builds}
    bits = 0
    build = None
    for step, changed_to in _changes(history, mask, builds):
        before, bits = bits, NodeMask.parse(changed_to).bits
        build = first_passes.get(step, build)
        # Before the first build every node has the answer that the mask is empty. All nodes lose this answer at once.
        for_all = step in first_passes or step == 0 or (build is None and not before)
        for node in answers if for_all else NodeMask.of_bits(before ^ bits):
            if node in answers:
                answers[node].put(step, _answer(build, mask, node, bits >> node & 1 == 1, step))
    return answers


def _changes(history: History, mask: str, builds: list[Build]) -> list[tuple[int, str]]:
    """Return (step, node list) for step 0, every change of the mask, and every step at which a first pass begins."""
    steps = {0, *history.trace.signals[mask].steps, *(build.passes[0].begins for build in builds)}
    return [(step, history.trace.at(mask, step)) for step in sorted(steps)]


def _answer(build: Build | None, mask: str, node: int, member: bool, step: int) -> Answer:
    question = why_in(node, mask) if member else why_not_in(node, mask)
    if build is None:
        return answer(question, [(step, f"{mask} is empty until the order is built." if not step else "")])
    if step > build.ends:
        return answer(question, [(step, "")])
    lines, scan = EXPLAINERS[mask][member](build, node, step)
    return answer(question, lines, scan)


def _used(build: Build, node: int, step: int) -> tuple[list[Line], int]:
    if taking := build.last_taking(node, step):
        return [taken_line(node, taking), (taking.step, ""), (taking.scan, "")], taking.scan
    source_pass = build.sources.get(node)
    if source_pass and source_pass.begins <= step:
        never = cpus_never_lines(build, [node], step)
        return [source_line(build, node, source_pass), *never, (source_pass.begins, "")], -1
    return [(step, "")], -1


def _not_used(build: Build, node: int, step: int) -> tuple[list[Line], int]:
    if step in build.refused:
        return [(step, "")], -1
    if taking := build.next_taking(node, step):
        return [(taking.step, f"Nobody has taken node {node} yet; node {taking.by} will, in pass {taking.number}.")], -1
    return ([(step, "")] if build.last_taking(node, step) else never_taken_lines(build, node)), -1


def _in_this_pass(build: Build, node: int, step: int) -> tuple[list[Line], int]:
    current = next(begun for begun in reversed(build.passes) if begun.begins <= step)
    lines: list[Line] = [(current.begins, "")]
    if node in build.turns:
        lines.append((build.turns[node].begins, ""))
    if taking := build.last_taking(node, step):
        text = f"Node {taking.by} took node {node} in pass {taking.number}, and a target is a source in the next pass."
        return [(taking.step, text), *lines], -1
    text = f"Node {node} is a source of pass {current.number}, because {first_pass_reason(build, node)}."
    why_cpus = [(current.begins, CPUS_FIRST)] if build.start != "fastest-tier" else []
    return [(current.begins, text), *why_cpus, *lines], -1


def _not_in_this_pass(build: Build, node: int, step: int) -> tuple[list[Line], int]:
    own_pass = build.sources.get(node)
    if own_pass is None:
        return never_taken_lines(build, node), -1
    if own_pass.begins <= step:
        text = f"Node {node} was a source in pass {own_pass.number}, and no node is a source twice."
        return [(own_pass.begins, text)], -1
    lines: list[Line] = [(own_pass.begins, f"Node {node} is not a source before pass {own_pass.number}.")]
    if taking := build.last_taking(node, own_pass.begins):
        lines.append(
            (taking.step, f"Node {taking.by} takes node {node} in pass {taking.number}, and that makes it a source.")
        )
    return lines, -1


def _in_next_pass(build: Build, node: int, step: int) -> tuple[list[Line], int]:
    taking = build.last_taking(node, step)
    if taking is None:
        return [(step, "")], -1
    text = f"Node {taking.by} took node {node} in pass {taking.number}, so node {node} chooses in the pass after it."
    return [(taking.step, text), (taking.scan, "")], taking.scan


def _not_in_next_pass(build: Build, node: int, step: int) -> tuple[list[Line], int]:
    own_pass = build.sources.get(node)
    if own_pass is None:
        return never_taken_lines(build, node), -1
    if own_pass.number == 1:
        return [source_line(build, node, own_pass)], -1
    if own_pass.begins <= step:
        number = own_pass.number
        text = f"Node {node} left when pass {number} began: the targets of pass {number - 1} became its sources."
        return [(own_pass.begins, text)], -1
    taking = build.last_taking(node, own_pass.begins)
    if taking is None:
        return [(own_pass.begins, "")], -1
    text = (
        f"Node {node} joins at the end of the turn of node {taking.by}, who takes node {node} in pass {taking.number}."
    )
    return [(taking.step, text)], -1


EXPLAINERS: dict[str, tuple[Explainer, Explainer]] = {
    "used_targets": (_not_used, _used),
    "this_pass": (_not_in_this_pass, _in_this_pass),
    "next_pass": (_not_in_next_pass, _in_next_pass),
}
"""For each mask, the function that explains a node that is not in it, and the one that explains a member.

For any other mask, the answer is the sentence of the step that changed it.
"""
