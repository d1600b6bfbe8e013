"""Describe every step of a trace in a sentence: what happened, and why."""

from __future__ import annotations

from viz.kernel.releases import version
from viz.trace.model import Signal, Trace
from viz.trace.sentences import SENTENCES


def narrate(trace: Trace) -> Signal:
    """Return the sentences of all steps as a signal."""
    patch = version(trace.kernel).patch
    tell = sentence if patch is None else _any_sentence
    sentences = [tell(trace, step) for step in range(trace.length)]
    changes = [step for step in range(trace.length) if not step or sentences[step] != sentences[step - 1]]
    return Signal(tuple(changes), tuple(sentences[step] for step in changes))


def _any_sentence(trace: Trace, step: int) -> str:
    """Return the sentence of a step of a person's own file, whose operations may come in any order."""
    try:
        return sentence(trace, step)
    except (ArithmeticError, LookupError, StopIteration, TypeError, ValueError):
        operation, *fields = trace.at("operation", step)
        return f"{operation}: {', '.join(map(str, fields)) or 'a step'}."


def sentence(trace: Trace, step: int) -> str:
    """Return the sentence of a step, on what its operation did, and why."""
    operation, *fields = trace.at("operation", step)
    return SENTENCES[operation](trace, step, *fields)
