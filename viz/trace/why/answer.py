"""Define the answer to "why does this register hold this value?", and collect the answers of a register over time."""

from __future__ import annotations

from viz.trace.model import Signal

Line = tuple[int, str]
"""A reason: (the step that the reason leads to, its text). The text "" stands for the sentence of that step."""

Answer = tuple[str, int, tuple[Line, ...]]
"""(question, step of a scan, lines with the most direct reason first).

The score table of the scan is shown with the answer; -1 stands for no scan.
"""

MAX_LINES = 6


def answer(question: str, lines: list[Line], scan: int = -1) -> Answer:
    """Return the answer to a question, with the first MAX_LINES lines."""
    return question, scan, tuple(lines[:MAX_LINES])


def why_in(node: int, mask: str) -> str:
    """Return the question why a node is in a mask."""
    return f"Why is node {node} in {mask}?"


def why_not_in(node: int, mask: str) -> str:
    """Return the question why a node is not in a mask."""
    return f"Why is node {node} not in {mask}?"


def why_no_target(node: int) -> str:
    """Return the question why a node has no target."""
    return f"Why has node {node} no target?"


def why_no_target_yet(node: int) -> str:
    """Return the question why a node whose turn is not over has no target."""
    return f"Why has node {node} no target yet?"


class Column:
    """The answers about one cell of a register over time. An answer holds from its step until that of the next one."""

    def __init__(self) -> None:
        self._steps: list[int] = []
        self._values: list[Answer] = []

    def put(self, step: int, value: Answer) -> None:
        """Set the answer from a step on; put() must be called in the order of steps.

        A second answer for the same step replaces the first.
        """
        if self._steps and self._steps[-1] == step:
            self._steps.pop()
            self._values.pop()
        if not self._values or self._values[-1] != value:
            self._steps.append(step)
            self._values.append(value)

    def signal(self) -> Signal:
        """Return the answers as a signal. The first must have been put at step 0."""
        return Signal(tuple(self._steps), tuple(self._values))
