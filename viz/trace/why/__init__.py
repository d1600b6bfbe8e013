"""Explain, for every register cell and every step, why it holds its value; each reason leads to its step.

    answers(trace)              {"why node_demotion[0]": Signal, "why used_targets[3]": Signal, "why passes": Signal}
    why(trace, "0-1", 20)       ("Why 0 → 1?", 18, ((20, ""), (18, ""), ...)), from viz.trace.why.ask

An answer is (question, scan step or -1, lines). A line is (step, text), and the text "" stands for the sentence of
that step. The answers need nothing but the recorded trace.
"""

from __future__ import annotations

from dataclasses import replace

from viz.kernel.releases import version
from viz.trace.model import Signal, Trace
from viz.trace.rules import as_in_the_patch
from viz.trace.why import cgroups, loads, masks, passes, registers, sets, targets
from viz.trace.why.answer import Column, answer
from viz.trace.why.history import History

PREFIX = "why "
"""The name of a signal that holds answers is this prefix, followed by the cell that the answers explain."""


def answers(trace: Trace) -> dict[str, Signal]:
    """Return the answers for every register cell, and about the passes, as signals.

    A person's own file may do things in an order that no version has; then every answer is the sentence of a step.
    """
    if version(trace.kernel).patch is None:
        return _answers(trace)
    try:
        return _answers(trace)
    except (ArithmeticError, LookupError, StopIteration, TypeError, ValueError):
        return _plain_answers(trace)


def _plain_answers(trace: Trace) -> dict[str, Signal]:
    history = History(replace(trace, length=0))
    history.trace = trace
    columns = {name: masks.columns(history, name, plain=True) for name in trace.masks}
    columns |= {name: registers.columns(history, name) for name in trace.arrays}
    signals = {f"{PREFIX}{name}[{node}]": c.signal() for name, found in columns.items() for node, c in found.items()}
    if "next_pass" in trace.masks:
        signals[f"{PREFIX}passes"] = Signal((0,), (answer(passes.STOPPED, [(trace.length - 1, "")]),))
    return signals


def _answers(trace: Trace) -> dict[str, Signal]:
    history = History(trace)
    signals: dict[str, Signal] = {}
    for register in (*trace.masks, *trace.arrays):
        for node, column in _columns(history, register).items():
            signals[f"{PREFIX}{register}[{node}]"] = column.signal()
    for node, column in cgroups.columns(history).items():
        signals[f"{PREFIX}{cgroups.TARGETS}[{node}]"] = column.signal()
    if "next_pass" in trace.masks:
        signals[f"{PREFIX}passes"] = passes.column(history).signal()
    return signals


def _columns(history: History, register: str) -> dict[int, Column]:
    row = version(history.trace.kernel)
    if register in row.masks:
        return masks.columns(history, register, plain=not as_in_the_patch(history.trace))
    if register == "node_load":
        return loads.columns(history, register)
    if row.one_target and "next_pass" in row.masks:
        return targets.columns(history, register)
    if register in ("node_demotion", "preferred", "target_set"):
        return sets.columns(history, register)
    return registers.columns(history, register)
