"""Why: for every register cell and every step the reasons for what it holds, each leading to its step.

    answers(trace)              {"why node_demotion[0]": Signal, "why used_targets[3]": Signal, "why passes": Signal}
    why(trace, "0-1", 20)       ("Why 0 → 1?", 18, ((20, ""), (18, ""), ...)), from viz.trace.why.ask

An answer is (question, scan step or -1, lines); a line is (step, text), and the text "" stands for the sentence
of that step. All of it is read back from the recorded trace alone.
"""

from __future__ import annotations

from viz.kernel.versions import version
from viz.trace.model import Signal, Trace
from viz.trace.why import loads, masks, passes, registers, sets, targets
from viz.trace.why.answer import Column
from viz.trace.why.history import History

PREFIX = "why "


def answers(trace: Trace) -> dict[str, Signal]:
    """The answers of every register and node, and of the passes, as signals that are named after what they explain."""
    history = History(trace)
    found: dict[str, Signal] = {}
    for register in (*trace.masks, *trace.arrays):
        for node, column in _columns(history, register).items():
            found[f"{PREFIX}{register}[{node}]"] = column.signal()
    if "next_pass" in trace.masks:
        found[f"{PREFIX}passes"] = passes.column(history).signal()
    return found


def _columns(history: History, register: str) -> dict[int, Column]:
    row = version(history.trace.kernel)
    if register in row.masks:
        return masks.columns(history, register, shared="source_nodes" in row.masks)
    if register == "node_load":
        return loads.columns(history, register)
    if row.one_target and "next_pass" in row.masks:
        return targets.columns(history, register)
    if register in ("node_demotion", "preferred", "target_set"):
        return sets.columns(history, register)
    return registers.columns(history, register)
