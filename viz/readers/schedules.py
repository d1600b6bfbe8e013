"""Count the schedules of writer and reader that lead to each verdict, so that one can see how rare a verdict is.

The count takes too long for more than MAX_NODES nodes.
"""

from __future__ import annotations

from collections import Counter
from functools import cache

from viz.kernel.nodemask import NUMA_NO_NODE
from viz.kernel.versions import Protocol
from viz.readers.model import Change, Walk, verdict

MAX_NODES = 6

Step = tuple[int, int] | str
"""A step of the writer: a store that becomes visible, STARTS or ENDS."""
STARTS, ENDS = "grace period starts", "grace period ends"


def schedules(change: Change, protocol: Protocol, program_order: bool = False) -> Counter[str]:
    """Return the number of schedules for each verdict, over all start nodes.

    A schedule here is one order of all steps of the writer and the reader.
    """
    stages = _stages(change, protocol, program_order)
    whole_walk = protocol == "grace-walk"

    @cache
    def continuations(stage: int, done: frozenset[Step], walk: Walk, section: str) -> Counter[str]:
        """Return how many schedules lead to each verdict, of those that continue from the state in the arguments.

        In this state the writer has done all stages before `stage` and the steps `done` of that stage, and `walk` is
        what the reader has loaded. `section` says when the reader entered its read-side section: "" not yet, "early"
        before the grace period started, "late" after. It is "none" under a protocol where no section contains the whole
        walk.
        """
        if stage < len(stages) and len(done) == len(stages[stage]):
            return continuations(stage + 1, frozenset(), walk, section)
        total: Counter[str] = Counter()
        finished = _finished(walk)
        for step in stages[stage] if stage < len(stages) else []:
            waits_for_reader = step == ENDS and section == "early" and not finished
            if step not in done and not waits_for_reader and not _overtakes(stages[stage], done, step):
                total += continuations(stage, done | {step}, walk, section)
        if not section:
            started = any(STARTS in earlier for earlier in stages[:stage])
            total += continuations(stage, done, walk, "late" if started else "early")
        elif not finished:
            total += continuations(stage, done, (*walk, _load(change, stages, stage, done, walk[-1])), section)
        return total or Counter([verdict(change, walk)])

    by_start = (continuations(0, frozenset(), (start,), "" if whole_walk else "none") for start in sorted(change.old))
    return sum(by_start, Counter())


def _stages(change: Change, protocol: Protocol, program_order: bool) -> list[list[Step]]:
    """Return the writer's steps as stages that follow each other. The steps within a stage come in any order."""
    first, *rest = ([list[Step](group)] for group in change.stores(protocol))
    grace: list[list[Step]] = [[STARTS], [ENDS]] if rest and protocol.startswith("grace") else []
    stages = [*first, *grace, *(stage for group in rest for stage in group)]
    return [[step] for stage in stages for step in stage] if program_order else [stage for stage in stages if stage]


def _load(change: Change, stages: list[list[Step]], stage: int, done: frozenset[Step], node: int) -> int:
    """Return what the node's entry holds once all stages before `stage` and the steps `done` of it are visible."""
    value = change.old[node]
    visible = [step for step in stages[stage] if step in done] if stage < len(stages) else []
    for step in [*(step for earlier in stages[:stage] for step in earlier), *visible]:
        if isinstance(step, tuple) and step[0] == node:
            value = step[1]
    return value


def _overtakes(stage: list[Step], done: frozenset[Step], step: Step) -> bool:
    """Return whether a store of the stage would become visible before an earlier store to the same entry."""
    before = stage[: stage.index(step)]
    return isinstance(step, tuple) and any(other[0] == step[0] and other not in done for other in before)


def _finished(walk: Walk) -> bool:
    return walk[-1] == NUMA_NO_NODE or walk[-1] in walk[:-1]
