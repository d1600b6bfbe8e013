"""Count the schedules of writer and reader that lead to each verdict, so that one can see how rare a verdict is.

The count takes too long for more than MAX_STORES stores.
"""

from __future__ import annotations

from collections import Counter
from functools import cache

from viz.kernel.nodemask import NUMA_NO_NODE
from viz.kernel.versions import Protocol
from viz.readers.model import Change, Entry, Store, Walk, members, verdict

MAX_STORES = 12
"""The largest number of stores for which schedules are counted: those of 6 nodes that have one target each."""

Step = Store | str
"""A step of the writer: a store that becomes visible, STARTS or ENDS."""
STARTS, ENDS = "grace period starts", "grace period ends"
OUTSIDE, NO_SECTION = -1, -2


def schedules(change: Change, protocol: Protocol, program_order: bool = False) -> Counter[str]:
    """Return the number of schedules for each verdict, over all start nodes.

    A schedule here is one order of all steps of the writer and the reader. Where a reader draws one of several targets,
    each draw makes a schedule of its own.
    """
    stages = _stages(change, protocol, program_order)
    whole_walk = protocol == "grace-walk"

    @cache
    def continuations(stage: int, done: frozenset[Step], walk: Walk, entered: int) -> Counter[str]:
        """Return how many schedules lead to each verdict, of those that continue from the state in the arguments.

        In this state the writer has done all stages before `stage` and the steps `done` of that stage, and `walk` is
        what the reader has loaded. `entered` is the stage in which the reader entered its read-side section, OUTSIDE
        if the reader has not entered it. It is NO_SECTION under a protocol where no section contains the whole walk.
        """
        if stage < len(stages) and len(done) == len(stages[stage]):
            return continuations(stage + 1, frozenset(), walk, entered)
        total: Counter[str] = Counter()
        finished = _finished(walk)
        for step in stages[stage] if stage < len(stages) else []:
            waits_for_reader = step == ENDS and 0 <= entered < stage and not finished
            if step not in done and not waits_for_reader and not _overtakes(stages[stage], done, step):
                total += continuations(stage, done | {step}, walk, entered)
        if entered == OUTSIDE:
            total += continuations(stage, done, walk, stage)
        elif not finished:
            for value in members(_load(change, stages, stage, done, walk[-1])):
                total += continuations(stage, done, (*walk, value), entered)
        return total or Counter([verdict(change, walk)])

    entered = OUTSIDE if whole_walk else NO_SECTION
    return sum((continuations(0, frozenset(), (start,), entered) for start in sorted(change.old)), Counter())


def _stages(change: Change, protocol: Protocol, program_order: bool) -> list[list[Step]]:
    """Return the writer's steps as stages that follow each other. The steps within a stage come in any order."""
    has_grace = protocol.startswith("grace")
    stages: list[list[Step]] = []
    for index, group in enumerate(change.stores(protocol)):
        stages += [[STARTS], [ENDS]] if has_grace and index % 2 else []
        stages.append([*group])
    return [[step] for stage in stages for step in stage] if program_order else [stage for stage in stages if stage]


def _load(change: Change, stages: list[list[Step]], stage: int, done: frozenset[Step], node: int) -> Entry:
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
