"""narrate(): one sentence for every step, saying what happened and why."""

from __future__ import annotations

from viz.trace.model import Signal, Trace
from viz.trace.sentences import SENTENCES


def narrate(trace: Trace) -> Signal:
    """The sentence of every step, as a signal."""
    sentences = [sentence(trace, step) for step in range(trace.length)]
    kept = [step for step in range(trace.length) if not step or sentences[step] != sentences[step - 1]]
    return Signal(tuple(kept), tuple(sentences[step] for step in kept))


def sentence(trace: Trace, step: int) -> str:
    """What the operation of that step did, and why."""
    operation, *fields = trace.at("operation", step)
    return SENTENCES[operation](trace, step, *fields)
