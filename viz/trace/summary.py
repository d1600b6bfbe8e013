"""The passes of a run as a few plain values, for a command line that wants the result and not the way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from viz.kernel.build import Chapter
from viz.kernel.looks import PassBegins, SourceDone
from viz.kernel.memory import Memory, Operation, Routine, drive
from viz.trace.frames import frames


def passes(chapters: Sequence[Chapter], memory: Memory) -> list[dict[str, Any]]:
    """Drive the chapters and return their passes, masks as node lists.

    A pass is {"this_pass", "used_targets", "steps": [{"source", "target", "used_targets"}], "next_pass"}:
    its own used_targets as it is right after this_pass went in, a step's as it is after that source.
    """
    found: list[dict[str, Any]] = []

    def watch(operation: Operation, routine: Routine[Any]) -> None:
        masks = next(frames(routine)).f_locals
        if isinstance(operation, PassBegins):
            this_pass, used_targets = str(masks["this_pass"]), str(masks["used_targets"])
            found.append({"this_pass": this_pass, "used_targets": used_targets, "steps": [], "next_pass": ""})
        elif isinstance(operation, SourceDone):
            found[-1]["steps"].append(
                {"source": operation.node, "target": operation.target, "used_targets": str(masks["used_targets"])}
            )
            found[-1]["next_pass"] = str(masks["next_pass"])

    for chapter in chapters:
        drive(chapter.routine, memory, watch)
    return found
