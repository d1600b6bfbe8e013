"""Trace: a run as signals, each the steps at which it changed and the values it took.

It is a value-change dump: one bisect finds the value of any signal at any step, forward or back.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Any

from viz.kernel.memory import nodes_in


@dataclass(frozen=True)
class Signal:
    """A value over the steps: `values[i]` holds from `steps[i]` until the next change. steps[0] is 0."""

    steps: tuple[int, ...]
    values: tuple[Any, ...]

    def at(self, step: int) -> Any:
        """The value once that step is done."""
        return self.values[bisect_right(self.steps, step) - 1]


@dataclass(frozen=True)
class Span:
    """A chapter of the trace: its first step, its name and its title."""

    name: str
    title: str
    first: int


@dataclass(frozen=True)
class Trace:
    """A recorded run of `length` steps; step 0 is the state after the first operation.

    | signal | value |
    | --- | --- |
    | operation | the name of the operation, then its fields: ("Store", "node_demotion", 0, 1) |
    | size | the largest stride that stops here: 0 micro, 1 source, 2 pass, 3 event |
    | chapter, pass, source | index into `chapters`; 0 before the first pass; -1 if no node is choosing |
    | stack | outermost first: (file, function, line) |
    | watched | variables of the innermost function: (name, text) |
    | a mask: this_pass, ... N_CPU, candidates | a node list: "0-2,5" |
    | leaving | a node list: the node whose last block is being emptied now |
    | populated | a node list: the nodes with a block of memory online, whatever N_MEMORY says |
    | state[0] | what matters of a node besides the size of its memory: "16 CPUs", "no CPUs, 3 blocks", "offline" |
    | ends | a node list: the sources that found nobody, so that a chain ends there |
    | a cell: node_demotion[0], node_load[0] | an int, or a node list where the version has room for several |
    | chain[0] | the node from which the chain began in which this one was last given a target; itself if none |
    | chosen | the node that won the last scan, or -1 |
    | scores | the last scan: its rows (viz.trace.choice_reasons.Row), and (verdict, count) of those left out |
    | zonelist | the fallback order just built: ids, and how many more were left out |
    | demotion | "works"; "off" from the first target that is taken away; "half built" from the first new one on |
    | lock | the locks that the event holds, or "" |
    | sentence | what happened and why |
    | why this_pass[0], why node_load[0], ..., why passes | an answer: viz.trace.why |
    """

    title: str
    kernel: str
    zonelists: str
    nodes: tuple[int, ...]
    masks: tuple[str, ...]
    arrays: tuple[str, ...]
    """The first holds each node's targets."""
    chapters: tuple[Span, ...]
    length: int
    signals: dict[str, Signal] = field(repr=False)

    def at(self, name: str, step: int) -> Any:
        """The value of a signal once that step is done."""
        return self.signals[name].at(step)

    def cells(self, array: str, step: int) -> dict[int, Any]:
        """A whole array once that step is done, by node id."""
        return {node: self.at(f"{array}[{node}]", step) for node in self.nodes}

    def targets(self, step: int) -> dict[int, list[int]]:
        """Where each node demotes to once that step is done, in order of choice."""
        return {node: nodes_in(value) for node, value in self.cells(self.arrays[0], step).items()}

    @property
    def opens(self) -> int:
        """The first step of the order's chapter, where a reader starts; 0 if there is none."""
        return next((chapter.first for chapter in self.chapters if chapter.name == "order"), 0)

    def stops(self, size: int) -> list[int]:
        """The steps at which a stride of that size stops: always the first of a chapter and the very last."""
        column = self.signals["size"]
        return [step for step in range(self.length) if column.at(step) >= size or step == self.length - 1]
