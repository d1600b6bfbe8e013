"""History: who took whom and when, read back from a trace, one Build for every time the order was built."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from viz.kernel.memory import nodes_in
from viz.kernel.nodemask import NodeMask
from viz.trace.model import Trace
from viz.trace.scoretable import Row


@dataclass(frozen=True)
class Pass:
    """A pass, and the step at which its masks were set."""

    number: int
    begins: int
    sources: NodeMask


@dataclass
class Turn:
    """A source looks for a target; -1 where there is no such step."""

    node: int
    number: int
    """Of its pass."""
    begins: int
    scan: int = -1
    store: int = -1
    done: int = -1


@dataclass(frozen=True)
class Taking:
    """`by` took a node in pass `number`: it went into used_targets at `step`, for what was seen at `scan`."""

    step: int
    by: int
    number: int
    scan: int


@dataclass
class Build:
    """One build of the order, from OrderBegins to OrderComplete; a node can play another role in the next."""

    begins: int
    ends: int
    online: NodeMask
    memory: NodeMask
    n_cpu: NodeMask
    cpus: NodeMask
    passes: list[Pass] = field(default_factory=list)
    turns: dict[int, Turn] = field(default_factory=dict)
    sources: dict[int, Pass] = field(default_factory=dict)
    """The pass in which a node is a source."""
    disabled: dict[int, int] = field(default_factory=dict)
    """The step that took a node's old target away."""
    refused: set[int] = field(default_factory=set)
    """The steps at which a node that had been chosen was put back."""
    _takings: dict[int, list[Taking]] = field(default_factory=dict)
    _turn: Turn | None = None

    def took(self, node: int, step: int) -> Taking | None:
        """Who took the node, at that step or last before it."""
        return next((taking for taking in reversed(self._takings.get(node, [])) if taking.step <= step), None)

    def takes(self, node: int, step: int) -> Taking | None:
        """Who will be the next to take the node after that step."""
        return next((taking for taking in self._takings.get(node, []) if taking.step > step), None)

    def note(self, trace: Trace, step: int) -> None:
        """Take down what the operation of that step means to the build."""
        match trace.at("operation", step):
            case ("PassBegins", number):
                self._pass(Pass(number, step, mask_at(trace, "this_pass", step)))
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
                self._store(node, value, step)
            case ("SourceDone", *_) if self._turn:
                self._turn.done = step

    def _pass(self, one: Pass) -> None:
        self.passes.append(one)
        for node in one.sources:
            self.sources.setdefault(node, one)

    def _store(self, node: int, value: Any, step: int) -> None:
        if not nodes_in(value) and not self.passes:
            self.disabled[node] = step
        elif node in self.turns:
            self.turns[node].store = step


class History:
    """All builds of a trace, in their order."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.builds: list[Build] = []
        build = None
        for step in range(trace.length):
            name = trace.at("operation", step)[0]
            if name == "OrderBegins":
                build = _begun(trace, step)
                self.builds.append(build)
            if build:
                build.ends = step
                build.note(trace, step)
            if name == "OrderComplete":
                build = None

    def rows(self, scan: int) -> list[Row]:
        """The score table of a scan, as far as it was kept."""
        return [Row(*row) for row in self.trace.at("scores", scan)[0]]

    def changes(self, name: str) -> Iterator[tuple[int, Any]]:
        """The steps at which a signal changed, with its values."""
        signal = self.trace.signals[name]
        return zip(signal.steps, signal.values, strict=True)


def mask_at(trace: Trace, name: str, step: int) -> NodeMask:
    """A mask once that step is done."""
    return NodeMask.parse(trace.at(name, step))


def _begun(trace: Trace, step: int) -> Build:
    online, memory, n_cpu, cpus = (mask_at(trace, name, step) for name in ("online", "N_MEMORY", "N_CPU", "cpus"))
    return Build(step, step, online, memory, n_cpu, cpus)
