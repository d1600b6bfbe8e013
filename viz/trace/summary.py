"""A run as a few plain values, for a command line that wants the result and not the way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from viz.kernel.build import Chapter
from viz.kernel.looks import PassBegins, SourceDone
from viz.kernel.memory import Memory, Operation, Routine, drive
from viz.trace.frames import frames


def passes(chapters: Sequence[Chapter], memory: Memory) -> list[dict[str, Any]]:
    """Drive the chapters and return their passes, as PassLog has them."""
    log = PassLog()
    for chapter in chapters:
        drive(chapter.routine, memory, log.watch)
    return log.passes


class PassLog:
    """The passes of a routine that it has watched, masks as node lists.

    A pass is {"this_pass", "used_targets", "steps": [{"source", "target", "used_targets"}], "next_pass"}:
    its own used_targets as it is right after this_pass went in, a step's as it is after that source.
    """

    def __init__(self) -> None:
        self.passes: list[dict[str, Any]] = []

    def watch(self, operation: Operation, routine: Routine[Any]) -> None:
        """Note one operation; the masks are those of whichever function builds the passes."""
        if not isinstance(operation, PassBegins | SourceDone):
            return
        masks = next(frame.f_locals for frame in frames(routine) if "used_targets" in frame.f_locals)
        used_targets = str(masks["used_targets"])
        if isinstance(operation, PassBegins):
            this_pass = str(masks["this_pass"])
            self.passes.append({"this_pass": this_pass, "used_targets": used_targets, "steps": [], "next_pass": ""})
        else:
            step = {"source": operation.node, "target": operation.target, "used_targets": used_targets}
            self.passes[-1]["steps"].append(step)
            self.passes[-1]["next_pass"] = str(masks["next_pass"])
