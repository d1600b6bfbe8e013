"""Run chapters and record every step of them as a Trace.

At each operation the routines are suspended at a `yield`. Their frames say which line that is and what the variables
hold, so the page shows exactly what ran. Some operations are checkpoints (viz.kernel.checkpoints): they change nothing
and are in the routines only so that there is a step at which the variables can be seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache, partial
from types import CodeType, FrameType
from typing import Any

from viz.kernel.checkpoints import (
    NO_ZONELIST,
    NOBODY_CHOOSES,
    OrderBegins,
    OrderComplete,
    PassBegins,
    Scan,
    TurnEnds,
    ZonelistBuilt,
)
from viz.kernel.hotplug_checkpoints import Disabled
from viz.kernel.machine import Machine
from viz.kernel.memory import Operation, Routine, Store, Stride, drive, nodes_in
from viz.kernel.nodemask import NodeMask
from viz.kernel.page_alloc import LOAD_LIMIT, nearest_first
from viz.kernel.rules.meaning import rule
from viz.kernel.versions import Version
from viz.trace.chain_ends import ChainEnds
from viz.trace.chapters import Chapter, first_memory
from viz.trace.demotion_words import demotion_words
from viz.trace.frames import frames
from viz.trace.model import Signal, Span, Trace
from viz.trace.narrate import narrate
from viz.trace.node_states import changed, states
from viz.trace.scoretable import BEST_ROWS, MAX_ROWS, score_table
from viz.trace.source_listing import first_lines
from viz.trace.talk_stride import talk_stride
from viz.trace.why import answers


def record(title: str, machine: Machine, version: Version, zonelists: str, chapters: Sequence[Chapter]) -> Trace:
    """Run the chapters one after the other on one shared memory, and return the trace of all their steps."""
    recorder = _Recorder(machine, version)
    spans = []
    for index, chapter in enumerate(chapters):
        spans.append(Span(chapter.name, chapter.title, recorder.length))
        recorder.begin_chapter(index)
        drive(chapter.routine, recorder.memory, recorder.watch, chapter.limit)
    trace = Trace(
        title=title,
        kernel=version.name,
        zonelists=zonelists,
        nodes=tuple(machine.possible),
        masks=version.masks,
        arrays=(*(array.name for array in version.arrays), "node_load"),
        chapters=tuple(spans),
        length=recorder.length,
        signals=recorder.signals(),
    )
    trace.signals["demotion_words"] = demotion_words(trace)
    trace.signals["sentence"] = narrate(trace)
    trace.signals["talk"] = talk_stride(trace)
    trace.signals.update(answers(trace))
    return trace


class _Recorder:
    """The values of all signals so far; a value is stored only if it differs from the signal's previous value."""

    def __init__(self, machine: Machine, version: Version) -> None:
        self.machine = machine
        self.masks = version.masks
        self.rank = version.own(nearest_first)
        self._location = cache(partial(_location, first_lines(version)))
        self.targets = version.arrays[0]
        self.memory = first_memory(machine, version)
        self.length = 0
        self._chapter = 0
        self._chapter_begins = False
        self._passes = 0
        self._ends = ChainEnds()
        self._chain_starts: dict[int, int] = {}
        self._targets_not_shared = rule(version, "used") == "chooser"
        self._steps: dict[str, list[int]] = {}
        self._values: dict[str, list[Any]] = {}
        # Equal values share one object: in a long run each comes about a hundred times.
        self._same: dict[Any, Any] = {}
        self._set_all({"lock": "", "demotion": "off", "pass": 0, **NOBODY_CHOOSES, **NO_ZONELIST})
        self._set_all(states(machine))
        if machine.mems is not None:
            self._set("allowed", str(machine.mems))
            self._set_all({f"{name}[{n}]": "" for name in ("demotes_to", "leaks_to") for n in machine.possible})
        self._set_all({f"chain[{n}]": n for n in machine.possible})
        self._set_all(dict.fromkeys(version.masks, ""))
        self._set_all({str(cell): value for cell, value in self.memory.items()})
        self._set_all({f"node_load[{n}]": load for n, load in machine.node_load.items()})

    def begin_chapter(self, index: int) -> None:
        """Begin a chapter, so that the next operation is its first."""
        self._chapter = index
        self._set("chapter", index)
        self._set_all(dict.fromkeys(self.masks, ""))
        self._chapter_begins = True

    def watch(self, operation: Operation, routine: Routine[Any]) -> None:
        """Record a step: the operation has just been performed."""
        self._set("operation", self._record(operation))
        self._set("size", int(self._stride(operation)))
        self._chapter_begins = False
        self._set_frames(list(frames(routine)))
        self._set_all(operation.signals())
        if isinstance(operation, PassBegins):
            self._set("pass", self._passes)
        self._set_all(changed(self.machine, operation))
        if isinstance(operation, ZonelistBuilt):
            self._set("zonelist", _shortened(operation.order))
        if isinstance(operation, Scan):
            self._set("scores", score_table(self.machine, operation, self.rank))
        if isinstance(operation, OrderBegins | Disabled):
            self._ends.forget_lone_nodes()
            self._chain_starts.clear()
        if isinstance(operation, TurnEnds) and not nodes_in(self.memory[self.targets[operation.node]]):
            self._ends.add(operation.node)
        if isinstance(operation, Store):
            self._set(str(operation.cell), operation.value)
            if operation.cell.array == self.targets.name:
                self._ends.store(operation.cell.node, nodes_in(operation.value))
                self._set("demotion", "half built" if nodes_in(operation.value) else "off")
                self._extend_chain(operation.cell.node, nodes_in(operation.value))
        if isinstance(operation, OrderComplete):
            self._set("demotion", "works")
        self._set("ends", str(self._ends))
        self.length += 1

    def _stride(self, operation: Operation) -> Stride:
        """Return the largest stride that stops at the operation.

        The zonelists before the first order are one stop, unless every step is asked for: the order is what is told.
        """
        if self._chapter_begins:
            return Stride.EVENT
        if isinstance(operation, ZonelistBuilt) and self._chapter == 0:
            return Stride.MICRO
        return operation.stride

    def _record(self, operation: Operation) -> tuple[Any, ...]:
        """Return the operation as plain values. PassBegins gets the number of the pass, which no routine keeps."""
        if isinstance(operation, OrderBegins):
            self._passes = 0
        if not isinstance(operation, PassBegins):
            return operation.record()
        self._passes += 1
        return (*operation.record(), self._passes)

    def signals(self) -> dict[str, Signal]:
        """Return all signals."""
        return {name: Signal(tuple(self._steps[name]), tuple(self._values[name])) for name in self._steps}

    def _extend_chain(self, source: int, targets: list[int]) -> None:
        """Extend the chain of `source` to `targets`. If sources may share targets, each has its own chain."""
        chain_start = self._chain_starts.get(source, source)
        if self._targets_not_shared:
            self._chain_starts |= dict.fromkeys(targets, chain_start)
        if targets:
            self._set(f"chain[{source}]", chain_start)

    def _set_frames(self, frames: list[FrameType]) -> None:
        self._set("stack", tuple(self._location(frame.f_code, frame.f_lineno) for frame in frames))
        self._set("watched", tuple(_variables(frames[-1])))
        for frame in frames:
            if masks := _masks_in(frame.f_code, self.masks):
                variables = frame.f_locals
                for name in masks:
                    if name in variables:
                        self._set(name, str(variables[name]))

    def _set(self, name: str, value: Any) -> None:
        steps, values = self._steps.setdefault(name, []), self._values.setdefault(name, [])
        if steps and steps[-1] == self.length:  # A second change in one step replaces the first.
            steps.pop()
            values.pop()
        if not values or values[-1] != value:
            steps.append(self.length)
            values.append(self._same.setdefault(value, value))

    def _set_all(self, values: dict[str, Any]) -> None:
        for name, value in values.items():
            self._set(name, value)


def _shortened(order: Sequence[int]) -> tuple[tuple[int, ...], int]:
    length = len(order) if len(order) <= MAX_ROWS else BEST_ROWS
    return tuple(order[:length]), len(order) - length


def _location(first_lines: Mapping[tuple[str, int], int], code: CodeType, line: int) -> tuple[str, str, int]:
    """Return file, function and line; the line is the first of its statement."""
    file = code.co_filename.replace("\\", "/").rpartition("/")[2]
    return file, code.co_name, first_lines.get((file, line), line)


@cache
def _masks_in(code: CodeType, masks: tuple[str, ...]) -> tuple[str, ...]:
    """Return those of the masks that are variables of the function."""
    return tuple(name for name in masks if name in code.co_varnames)


def _variables(frame: FrameType) -> Iterator[tuple[str, str]]:
    """Yield the name and the text of each variable that holds a mask or a number.

    Scores are left out: each combines several numbers of the score table.
    """
    for name, value in frame.f_locals.items():
        if isinstance(value, NodeMask) or (isinstance(value, int) and value < LOAD_LIMIT):
            yield name, str(value)
