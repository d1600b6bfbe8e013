"""Why any other array holds what it holds: because of the step that last changed it."""

from __future__ import annotations

from viz.trace.why.answer import Column, answer
from viz.trace.why.history import History


def columns(history: History, array: str) -> dict[int, Column]:
    """The answers of every node: the sentence of the step at which its value changed."""
    found = {node: Column() for node in history.trace.nodes}
    for node, column in found.items():
        cell = f"{array}[{node}]"
        for step, value in history.changes(cell):
            told = "" if step else f"{cell} has not changed since the trace begins."
            column.put(step, answer(f"Why is {cell} {_plain(value)}?", [(step, told)]))
    return found


def _plain(value: object) -> str:
    return str(value) or "empty"
