"""Hold a recorded run: its signals, each with the steps at which it changed and the values it took.

As in a value-change dump, one bisection finds the value of any signal at any step.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Any

from viz.kernel.memory import nodes_in

STRIDES = ("step", "source", "pass", "event", "talk")
"""The strides of a walk, each at its number: the sizes of viz.kernel.memory.Stride, and that of a talk."""
TALK = STRIDES.index("talk")


@dataclass(frozen=True)
class Signal:
    """A value over time: `values[i]` is valid from step `steps[i]` until the next change; steps[0] is 0."""

    steps: tuple[int, ...]
    values: tuple[Any, ...]

    def at(self, step: int) -> Any:
        """Return the value after that step."""
        return self.values[bisect_right(self.steps, step) - 1]


@dataclass(frozen=True)
class Span:
    """A chapter as the trace records it: its name, its title and its first step."""

    name: str
    title: str
    first: int


@dataclass(frozen=True)
class Trace:
    """A recorded run of `length` steps; step 0 is the state after the first operation.

    | signal | value |
    | --- | --- |
    | operation | the name of the operation that ran, then its fields: ("Store", "node_demotion", 0, 1) |
    | size | the largest stride that stops here: 0 micro, 1 source, 2 pass, 3 event |
    | talk | 1 where the stride of a talk stops (viz.trace.talk_stride), else 0 |
    | chapter | an index into `chapters` |
    | pass | the number of the pass; 0 before the first pass |
    | source | the node that is choosing, or -1 |
    | stack | outermost first: (file, function, line) |
    | watched | the variables of the innermost function: (name, value as text) |
    | a mask: this_pass, ... N_CPU, candidates | a node list: "0-2,5" |
    | leaving | a node list: the node whose last block of memory is being emptied now |
    | populated | a node list: the nodes with a block of memory online, even if they are not in N_MEMORY |
    | state[0] | the CPUs, blocks and online state of a node: "16 CPUs", "no CPUs, 3 blocks", "offline" |
    | ends | a node list: the sources that found no target, so a chain ends at each of them |
    | a cell: node_demotion[0], node_load[0] | an int, or a node list where the version has room for several |
    | chain[0] | the first node of the chain that this node was in when it last got a target; else the node itself |
    | chosen | the node that won the last scan, or -1 |
    | scores | the last scan: its rows (viz.trace.scoretable.Row), and (verdict, count) for the rows left out |
    | zonelist | the fallback order that was just built: node ids, and how many more were left out |
    | demotion | "works"; "off" once the first target is taken away; "half built" once the first new one is stored |
    | demotion_words | the same in words; if it works only for some nodes, these say so: "some demote (2 of 3)" |
    | lock | the locks that the event holds, or "" |
    | sentence | what happened and why |
    | allowed | a node list, only if there is one: the nodes that a cgroup may use |
    | demotes_to[0] | with `allowed`: where its pages are tried first; empty before the last chapter, "cgroup" |
    | leaks_to[0] | with `allowed`: the nodes outside it that may get some of its pages all the same |
    | why this_pass[0], why node_load[0], ..., why passes | an answer: viz.trace.why |
    """

    title: str
    kernel: str
    zonelists: str
    nodes: tuple[int, ...]
    masks: tuple[str, ...]
    arrays: tuple[str, ...]
    """The first array holds the targets of each node."""
    chapters: tuple[Span, ...]
    length: int
    signals: dict[str, Signal] = field(repr=False)

    def at(self, name: str, step: int) -> Any:
        """Return the value of a signal after that step."""
        return self.signals[name].at(step)

    def cells(self, array: str, step: int) -> dict[int, Any]:
        """Return the values of an array after that step, by node id."""
        return {node: self.at(f"{array}[{node}]", step) for node in self.nodes}

    def targets(self, step: int) -> dict[int, list[int]]:
        """Return the targets of each node after that step, in order of choice."""
        return {node: nodes_in(value) for node, value in self.cells(self.arrays[0], step).items()}

    def flows(self, step: int) -> dict[int, list[int]]:
        """Return for each node the nodes that its pages go to.

        These are its targets or, in the chapter "cgroup", the nodes that pages of the cgroup go to. In that chapter a
        node has none before the step that finds them.
        """
        cells = {node: f"demotes_to[{node}]" for node in self.nodes}
        if cells[self.nodes[0]] not in self.signals or not self._is_in_cgroup(step):
            return self.targets(step)
        return {node: nodes_in(self.at(name, step)) for node, name in cells.items()}

    def leaks(self, step: int) -> dict[int, list[int]]:
        """Return the nodes outside the cpuset that may get pages of each node; {} outside the chapter "cgroup"."""
        if f"leaks_to[{self.nodes[0]}]" not in self.signals or not self._is_in_cgroup(step):
            return {}
        return {node: nodes_in(self.at(f"leaks_to[{node}]", step)) for node in self.nodes}

    def _is_in_cgroup(self, step: int) -> bool:
        chapter: int = self.at("chapter", step)
        return self.chapters[chapter].name == "cgroup"

    @property
    def opens(self) -> int:
        """Return the first step of the chapter "order"; 0 if there is no such chapter."""
        return next((chapter.first for chapter in self.chapters if chapter.name == "order"), 0)

    @property
    def closes(self) -> int:
        """Return the last step of the first order, after which events happen."""
        return min((chapter.first for chapter in self.chapters if chapter.first > self.opens), default=self.length) - 1

    def stops(self, size: int) -> list[int]:
        """Return the steps at which a stride of that size, or TALK, stops.

        Every stride stops at the first step of a chapter and at the last step of the trace.
        """
        stride, least = (self.signals["talk"], 1) if size == TALK else (self.signals["size"], size)
        return [step for step in range(self.length) if stride.at(step) >= least or step == self.length - 1]
