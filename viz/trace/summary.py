"""Summarize a run in a few plain values, for commands that print results and not steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from viz.kernel.checkpoints import PassBegins, SourceDone
from viz.kernel.memory import Memory, Operation, Routine, drive, nodes_in
from viz.kernel.migrate import node_demotion as one_target
from viz.kernel.migrate_v5_17 import node_demotion
from viz.kernel.nodemask import NUMA_NO_NODE
from viz.kernel.target_checkpoints import NotPreferred, Refused, TargetsDone, TierScan
from viz.trace.chapters import Chapter
from viz.trace.frames import frames


@dataclass
class Summary:
    """A summary of what a routine did; `memory` is the shared memory that it worked on. Masks are node lists.

    An item of `passes` is {"this_pass", "used_targets", "steps", "next_pass"}. Its "used_targets" is the mask just
    after this_pass was added (if sources may share targets, it is source_nodes). A step is one source: {"source",
    "target", "used_targets"}, or if a node may have several targets {"source", "targets", "rejected", "used_targets"}.
    Its "used_targets" is the mask after that source; "rejected" is the node that was found and refused, or -1. If rules
    are changed, a source that already has a target and gets no other has it as "kept".

    An item of `searches` is {"source", "candidates", "picks"}. A version without passes has one item for every node
    above the slowest tier. Picks are in order of choice. In a search among tiers, the last pick may be a node that is
    not preferred: the search ended there because that node was farther than the first.
    """

    memory: Memory
    passes: list[dict[str, Any]] = field(default_factory=list)
    searches: list[dict[str, Any]] = field(default_factory=list)
    warn_once: bool = False
    """Whether the kernel would have warned of more than 15 equally near targets."""
    _rejected: int = NUMA_NO_NODE

    def watch(self, operation: Operation, routine: Routine[Any]) -> None:
        """Add to the summary what this operation of the routine contributes; most operations add nothing."""
        match operation:
            case PassBegins():
                self.passes.append(_new_pass(_variables(routine)))
            case Refused():
                self._rejected = operation.target
                self.warn_once |= not operation.farther
            case SourceDone(node):
                kept = nodes_in(self.memory[one_target[node]]) if operation.target == NUMA_NO_NODE else []
                self._add_step(routine, node, {"target": operation.target} | ({"kept": kept[0]} if kept else {}))
            case TargetsDone(node):
                targets = nodes_in(self.memory[node_demotion[node]])
                self._add_step(routine, node, {"targets": targets, "rejected": self._rejected})
                self._rejected = NUMA_NO_NODE
            case TierScan():
                self.searches.append(_new_search(operation))
            case NotPreferred():
                picks = self.searches[-1]["picks"]
                del picks[picks.index(operation.candidate) + 1 :]

    def as_dict(self) -> dict[str, Any]:
        """Return the summary, JSON-ready: "passes" (None without passes), "steps" and "warn_once".

        "steps" is there if there were searches, and "warn_once" if the kernel would have warned.
        """
        return {
            "passes": self.passes or None,
            **({"steps": self.searches} if self.searches else {}),
            **({"warn_once": True} if self.warn_once else {}),
        }

    def _add_step(self, routine: Routine[Any], source: int, targets: dict[str, Any]) -> None:
        masks, current = _variables(routine), self.passes[-1]
        current["steps"].append({"source": source, **targets, "used_targets": str(masks["used_targets"])})
        current["next_pass"] = str(masks["next_pass"])


def summary(chapters: Sequence[Chapter], memory: Memory) -> Summary:
    """Run the chapters one after the other, and return the summary of what they did."""
    watched = Summary(memory)
    for chapter in chapters:
        drive(chapter.routine, memory, watched.watch, chapter.limit)
    return watched


def _variables(routine: Routine[Any]) -> Mapping[str, Any]:
    """Return the local variables of the function that builds the passes.

    In an event, that function is not the outermost one of the routine.
    """
    return next(frame.f_locals for frame in frames(routine) if "this_pass" in frame.f_locals)


def _new_pass(masks: Mapping[str, Any]) -> dict[str, Any]:
    used = masks["source_nodes"] if "source_nodes" in masks else masks["used_targets"]
    return {"this_pass": str(masks["this_pass"]), "used_targets": str(used), "steps": [], "next_pass": ""}


def _new_search(scan: TierScan) -> dict[str, Any]:
    return {"source": scan.node, "candidates": str(scan.candidates), "picks": list(scan.ranking)}
