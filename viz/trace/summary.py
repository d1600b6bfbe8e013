"""The passes of a run as a few plain values, for a command line that wants the result and not the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from viz.kernel.build import Chapter
from viz.kernel.looks import PassBegins, Scan, SourceDone
from viz.kernel.memory import Memory, Operation, Routine, drive, nodes_in
from viz.kernel.migrate_v5_17 import node_demotion
from viz.kernel.nodemask import NUMA_NO_NODE, node_list
from viz.kernel.target_looks import NotPreferred, Refused, TargetsDone
from viz.trace.frames import frames


@dataclass
class Summary:
    """What a run did, masks as node lists.

    A pass is {"this_pass", "used_targets", "steps", "next_pass"}. Its own used_targets is as it is right after
    this_pass went in (where sources may share targets: source_nodes), that of a step as it is after that source.
    A step is {"source", "target", "used_targets"}; where there may be several targets {"source", "targets",
    "rejected", "used_targets"}, `rejected` being who was chosen, refused and put back, or -1.

    `searches` are what a version without passes does instead: {"source", "candidates", "picks"} for every node
    above the slowest tier, picks in order of choice. The last of a tier's picks may be the one that was farther
    and so ended the search; it is not preferred.
    """

    passes: list[dict[str, Any]] = field(default_factory=list)
    searches: list[dict[str, Any]] = field(default_factory=list)
    warn_once: bool = False
    """Whether the kernel would have warned of more than 15 equally near targets."""


def summary(chapters: Sequence[Chapter], memory: Memory) -> Summary:
    """Drive the chapters and return what they did."""
    found, rejected = Summary(), NUMA_NO_NODE

    def watch(operation: Operation, routine: Routine[Any]) -> None:
        nonlocal rejected
        match operation:
            case PassBegins():
                found.passes.append(_begun(_variables(routine)))
            case Refused():
                rejected = operation.target
                found.warn_once |= not operation.farther
            case SourceDone():
                _end_turn(found.passes[-1], _variables(routine), operation.node, {"target": operation.target})
            case TargetsDone(node):
                targets = nodes_in(memory[node_demotion[node]])
                _end_turn(found.passes[-1], _variables(routine), node, {"targets": targets, "rejected": rejected})
                rejected = NUMA_NO_NODE
            case Scan() if not found.passes:
                found.searches.append(_search(operation))
            case NotPreferred():
                picks = found.searches[-1]["picks"]
                del picks[picks.index(operation.candidate) + 1 :]

    for chapter in chapters:
        drive(chapter.routine, memory, watch)
    return found


def _variables(routine: Routine[Any]) -> Mapping[str, Any]:
    return next(frames(routine)).f_locals


def _begun(masks: Mapping[str, Any]) -> dict[str, Any]:
    used = masks["source_nodes"] if "source_nodes" in masks else masks["used_targets"]
    return {"this_pass": str(masks["this_pass"]), "used_targets": str(used), "steps": [], "next_pass": ""}


def _end_turn(one: dict[str, Any], masks: Mapping[str, Any], source: int, chosen: dict[str, Any]) -> None:
    one["steps"].append({"source": source, **chosen, "used_targets": str(masks["used_targets"])})
    one["next_pass"] = str(masks["next_pass"])


def _search(scan: Scan) -> dict[str, Any]:
    picks = [n for _, _, n in scan.scored]
    return {"source": scan.node, "candidates": node_list(sorted(picks)), "picks": picks}
