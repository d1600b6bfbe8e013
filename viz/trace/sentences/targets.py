"""Write the sentences of passes in which a node may have several targets: further targets, and refusals."""

from __future__ import annotations

from collections.abc import Callable

from viz.kernel.memory import nodes_in
from viz.kernel.migrate_v5_17 import DEMOTION_TARGET_NODES
from viz.kernel.nodemask import NodeMask
from viz.trace.model import Trace
from viz.trace.sentences.words import choice, names, sentence_on_takers
from viz.wording import counted


def _store(trace: Trace, step: int, array: str, node: int, value: str) -> str:
    targets = nodes_in(value)
    if not targets:
        before = trace.at(f"{array}[{node}]", step - 1) if step else ""
        was = f"It was {before}." if before else "It had none."
        return f"{array}[{node}] is emptied: node {node} has no target until it is given one. {was}"
    if len(targets) == 1:
        return f"{array}[{node}] = {value}: cold pages of node {node} move to node {value}."
    return (
        f"{array}[{node}] = {value}: no farther than the first, node {targets[-1]} is a target, too. "
        f"A reader draws one of {names(targets)} at random, each time anew."
    )


def _load(trace: Trace, step: int, array: str, node: int) -> str:
    targets = nodes_in(trace.at(f"{array}[{node}]", step))
    if not targets:
        return f"{array}[{node}] is empty: the node found will be the first target of node {node}."
    room = DEMOTION_TARGET_NODES - len(targets)
    return f"{array}[{node}] holds {counted(len(targets), 'target')}, so there is room for {room} more."


def _refused(trace: Trace, step: int, node: int, target: int, best: int | None, farther: bool) -> str:
    why = _refusal(trace, step, node, target, best, farther)
    return f"{why} It leaves used_targets again, so that another source may take it."


def _lost(trace: Trace, step: int, node: int, target: int, best: int | None, farther: bool) -> str:
    why = _refusal(trace, step, node, target, best, farther)
    return f"{why} But it stays in used_targets: nobody can take it any more. Kernel 5.17.8 mends this."


def _refusal(trace: Trace, step: int, node: int, target: int, best: int | None, farther: bool) -> str:
    if not farther:
        return (
            f"Node {target} is near enough, but node {node} has {DEMOTION_TARGET_NODES} targets and room for no more: "
            f'the kernel warns, once, "Exceeds maximum demotion target nodes".'
        )
    row = next(row for row in trace.at("scores", step)[0] if row[-1] == "chosen")
    return f"Node {target} at {row[1]} is refused, because the first target of node {node} is at {best}."


def _targets_done(trace: Trace, step: int, node: int) -> str:
    targets = trace.targets(step)[node]
    if not targets:
        memory = node in NodeMask.parse(trace.at("N_MEMORY", step))
        if not memory:
            return f"{node} → stop: nobody was left for node {node}, and it has no memory to demote anyway."
        taken = sentence_on_takers(trace.targets(step))
        return f"{node} → stop: nobody was left for node {node}, so its cold pages have nowhere to go.{taken}"
    following = trace.at("pass", step) + 1
    if len(targets) == 1:
        return f"{node} → {targets[0]}: its only target, which joins next_pass and will choose in pass {following}."
    return (
        f"{node} → {choice(targets)}: {counted(len(targets), 'target')}, equal for whoever demotes. "
        f"They join next_pass and will choose in pass {following}."
    )


STORES: dict[tuple[str, type], Callable[..., str]] = {("node_demotion", str): _store}
LOADS: dict[tuple[str, type], Callable[..., str]] = {("node_demotion", str): _load}
SENTENCES: dict[str, Callable[..., str]] = {"Refused": _refused, "Lost": _lost, "TargetsDone": _targets_done}
