"""Find in a trace which source took which node, and when. A Build has this for one build of the order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from viz.kernel.memory import nodes_in
from viz.kernel.nodemask import NodeMask
from viz.trace.model import Trace
from viz.trace.rules import rule
from viz.trace.scoretable import Row


@dataclass(frozen=True)
class Pass:
    """A pass of a build: its number, the step at which its masks were set (`begins`), and its sources."""

    number: int
    begins: int
    sources: NodeMask


@dataclass
class Turn:
    """The turn of a source in a pass: the steps at which it begins, scans, stores a target and ends, or -1 if never."""

    node: int
    number: int
    """The number of the pass."""
    begins: int
    scan: int = -1
    store: int = -1
    done: int = -1


@dataclass(frozen=True)
class Taking:
    """The step at which source `by` put a node into used_targets, in pass `number`, after the scan at step `scan`."""

    step: int
    by: int
    number: int
    scan: int


@dataclass
class Build:
    """One build of the order, from OrderBegins to OrderComplete: its passes, and what happened to each node."""

    begins: int
    ends: int
    online: NodeMask
    memory: NodeMask
    n_cpu: NodeMask
    cpus: NodeMask
    used: str = "chooser"
    this_pass: str = "before"
    start: str = "n_cpu"
    """`used`, `this_pass` and `start` are values of rules (viz/kernel/rules/switches.py)."""
    passes: list[Pass] = field(default_factory=list)
    turns: dict[int, Turn] = field(default_factory=dict)
    sources: dict[int, Pass] = field(default_factory=dict)
    """By node, the pass in which it is a source."""
    disabled: dict[int, int] = field(default_factory=dict)
    """By node, the step at which its old target was disabled."""
    refused: set[int] = field(default_factory=set)
    """The steps at which a source refused a node, so that the node left used_targets again."""
    _takings: dict[int, list[Taking]] = field(default_factory=dict)
    _turn: Turn | None = None

    def last_taking(self, node: int, step: int) -> Taking | None:
        """Return the last time that the node was taken, up to and including that step, or None."""
        return next((taking for taking in reversed(self._takings.get(node, [])) if taking.step <= step), None)

    def next_taking(self, node: int, step: int) -> Taking | None:
        """Return the first time that the node is taken after that step, or None."""
        return next((taking for taking in self._takings.get(node, []) if taking.step > step), None)

    def note(self, trace: Trace, step: int) -> None:
        """Record in the build what the operation of that step did."""
        match trace.at("operation", step):
            case ("PassBegins", number):
                self._add_pass(Pass(number, step, mask_at(trace, "this_pass", step)))
            case ("SourceBegins", node):
                self._turn = self.turns[node] = Turn(node, len(self.passes), step)
            case ("Scan", _, _) if self._turn:
                self._turn.scan = step
            case ("Taken", node) if self._turn:
                taking = Taking(step, self._turn.node, self._turn.number, self._turn.scan)
                self._takings.setdefault(node, []).append(taking)
            case ("Refused", _, node, *_):
                self._takings[node].pop()
                self.refused.add(step)
            case ("Store", _, node, value):
                self._note_store(node, value, step)
            case ("SourceDone", *_) if self._turn:
                self._turn.done = step

    def _add_pass(self, new: Pass) -> None:
        self.passes.append(new)
        for node in new.sources:
            self.sources.setdefault(node, new)

    def _note_store(self, node: int, value: Any, step: int) -> None:
        if not nodes_in(value) and not self.passes:
            self.disabled[node] = step
        elif node in self.turns:
            self.turns[node].store = step


class History:
    """All builds of a trace, in order."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.builds: list[Build] = []
        build = None
        for step in range(trace.length):
            name = trace.at("operation", step)[0]
            if name == "OrderBegins":
                build = _new_build(trace, step)
                self.builds.append(build)
            if build:
                build.ends = step
                build.note(trace, step)
            if name == "OrderComplete":
                build = None

    def rows(self, scan: int) -> list[Row]:
        """Return the rows of the score table of the scan at step `scan`; a long table lacks some."""
        return [Row(*row) for row in self.trace.at("scores", scan)[0]]

    def changes(self, name: str) -> Iterator[tuple[int, Any]]:
        """Return (step, new value) for every change of a signal."""
        signal = self.trace.signals[name]
        return zip(signal.steps, signal.values, strict=True)


def mask_at(trace: Trace, name: str, step: int) -> NodeMask:
    """Return the value that a mask has after that step."""
    return NodeMask.parse(trace.at(name, step))


def _new_build(trace: Trace, step: int) -> Build:
    online, memory, n_cpu, cpus = (mask_at(trace, name, step) for name in ("online", "N_MEMORY", "N_CPU", "cpus"))
    used, this_pass, start = (rule(trace, name) for name in ("used", "this-pass", "start"))
    return Build(step, step, online, memory, n_cpu, cpus, used, this_pass, start)
