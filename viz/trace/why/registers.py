"""Explain the values of arrays that no other module explains: the answer is the step that last changed the value."""

from __future__ import annotations

from viz.trace.why.answer import Column, answer
from viz.trace.why.history import History


def columns(history: History, array: str) -> dict[int, Column]:
    """Return for each node the answers to why its cell has its value: the sentence of the step that changed it."""
    answers = {node: Column() for node in history.trace.nodes}
    for node, column in answers.items():
        cell = f"{array}[{node}]"
        for step, value in history.changes(cell):
            text = "" if step else f"{cell} has not changed since the trace begins."
            column.put(step, answer(f"Why is {cell} {_shown(value)}?", [(step, text)]))
    return answers


def _shown(value: object) -> str:
    return str(value) or "empty"
