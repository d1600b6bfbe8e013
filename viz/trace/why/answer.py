"""Answer: what a register replies when asked why; Column: the answers of one register over the steps."""

from __future__ import annotations

from viz.trace.model import Signal

Line = tuple[int, str]
"""A link of the causal chain: the step it leads to, and what to say; "" is the sentence of that step."""

Answer = tuple[str, int, tuple[Line, ...]]
"""(question, step of the scan whose score table belongs to it or -1, lines with the most direct reason first)."""

MAX_LINES = 6


def answer(question: str, lines: list[Line], scan: int = -1) -> Answer:
    """The answer as the plain tuple that travels."""
    return question, scan, tuple(lines[:MAX_LINES])


def is_in(node: int, mask: str) -> str:
    """The question about a member of a mask."""
    return f"Why is node {node} in {mask}?"


def is_not_in(node: int, mask: str) -> str:
    """The question about a node that is missing in a mask."""
    return f"Why is node {node} not in {mask}?"


def no_target(node: int) -> str:
    """The question about a node whose pages stay."""
    return f"Why has node {node} no target?"


class Column:
    """Collects answers in the order of their steps; each holds until the next."""

    def __init__(self) -> None:
        self._steps: list[int] = []
        self._values: list[Answer] = []

    def put(self, step: int, value: Answer) -> None:
        """From that step on this is the answer; a second one for the same step replaces the first."""
        if self._steps and self._steps[-1] == step:
            self._steps.pop()
            self._values.pop()
        if not self._values or self._values[-1] != value:
            self._steps.append(step)
            self._values.append(value)

    def signal(self) -> Signal:
        """All that was put, the first of it at step 0."""
        return Signal(tuple(self._steps), tuple(self._values))
