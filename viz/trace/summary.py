"""A run as a few plain values, for a command line that wants the result and not the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from viz.kernel.checkpoints import PassBegins, SourceDone
from viz.kernel.memory import Memory, Operation, Routine, drive, nodes_in
from viz.kernel.migrate_v5_17 import node_demotion
from viz.kernel.nodemask import NUMA_NO_NODE
from viz.kernel.target_checkpoints import NotPreferred, Refused, TargetsDone, TierScan
from viz.trace.chapters import Chapter
from viz.trace.frames import frames


@dataclass
class Summary:
    """What a routine that was watched did, masks as node lists; `memory` is what it was driven on.

    A pass is {"this_pass", "used_targets", "steps", "next_pass"}. Its own used_targets is as it is right after
    this_pass went in (where sources may share targets: source_nodes), that of a step as it is after that source.
    A step is {"source", "target", "used_targets"}; where there may be several targets {"source", "targets",
    "rejected", "used_targets"}, `rejected` being who was chosen, refused and put back, or -1.

    `searches` are what a version without passes does instead: {"source", "candidates", "picks"} for every node
    above the slowest tier, picks in order of choice. The last of a tier's picks may be the one that was farther
    and so ended the search; it is not preferred.
    """

    memory: Memory
    passes: list[dict[str, Any]] = field(default_factory=list)
    searches: list[dict[str, Any]] = field(default_factory=list)
    warn_once: bool = False
    """Whether the kernel would have warned of more than 15 equally near targets."""
    _rejected: int = NUMA_NO_NODE

    def watch(self, operation: Operation, routine: Routine[Any]) -> None:
        """Note one operation."""
        match operation:
            case PassBegins():
                self.passes.append(_begun(_variables(routine)))
            case Refused():
                self._rejected = operation.target
                self.warn_once |= not operation.farther
            case SourceDone(node):
                self._end_turn(routine, node, {"target": operation.target})
            case TargetsDone(node):
                targets = nodes_in(self.memory[node_demotion[node]])
                self._end_turn(routine, node, {"targets": targets, "rejected": self._rejected})
                self._rejected = NUMA_NO_NODE
            case TierScan():
                self.searches.append(_search(operation))
            case NotPreferred():
                picks = self.searches[-1]["picks"]
                del picks[picks.index(operation.candidate) + 1 :]

    def told(self) -> dict[str, Any]:
        """{"passes"}, None where there are none, {"steps"} if there were searches, {"warn_once"} if it warned."""
        return {
            "passes": self.passes or None,
            **({"steps": self.searches} if self.searches else {}),
            **({"warn_once": True} if self.warn_once else {}),
        }

    def _end_turn(self, routine: Routine[Any], source: int, chosen: dict[str, Any]) -> None:
        masks, one = _variables(routine), self.passes[-1]
        one["steps"].append({"source": source, **chosen, "used_targets": str(masks["used_targets"])})
        one["next_pass"] = str(masks["next_pass"])


def summary(chapters: Sequence[Chapter], memory: Memory) -> Summary:
    """Drive the chapters and return what they did."""
    found = Summary(memory)
    for chapter in chapters:
        drive(chapter.routine, memory, found.watch)
    return found


def _variables(routine: Routine[Any]) -> Mapping[str, Any]:
    """Those of whichever function builds the passes: an event is further out."""
    return next(frame.f_locals for frame in frames(routine) if "this_pass" in frame.f_locals)


def _begun(masks: Mapping[str, Any]) -> dict[str, Any]:
    used = masks["source_nodes"] if "source_nodes" in masks else masks["used_targets"]
    return {"this_pass": str(masks["this_pass"]), "used_targets": str(used), "steps": [], "next_pass": ""}


def _search(scan: TierScan) -> dict[str, Any]:
    return {"source": scan.node, "candidates": str(scan.candidates), "picks": list(scan.ranking)}
