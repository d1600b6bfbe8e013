"""How many schedules of writer and walker lead to each verdict: for small machines, where one wants to see how rare."""

from __future__ import annotations

from collections import Counter
from functools import cache

from viz.kernel.nodemask import NUMA_NO_NODE
from viz.kernel.versions import Protocol
from viz.readers.model import Change, Walk, verdict

MAX_NODES = 6

Step = tuple[int, int] | str
"""A store that becomes visible, or a step of the grace period."""
STARTS, ENDS = "grace period starts", "grace period ends"


def schedules(change: Change, protocol: Protocol, program_order: bool = False) -> Counter[str]:
    """The number of schedules for each verdict, over all start nodes; a schedule is an order of all steps of both."""
    stages = _stages(change, protocol, program_order)
    whole_walk = protocol == "grace-walk"

    @cache
    def after(stage: int, done: frozenset[Step], walk: Walk, section: str) -> Counter[str]:
        """`section` is "" before it is entered, else how far the writer was when the walker entered it."""
        if stage < len(stages) and len(done) == len(stages[stage]):
            return after(stage + 1, frozenset(), walk, section)
        total: Counter[str] = Counter()
        finished = _finished(walk)
        for step in stages[stage] if stage < len(stages) else []:
            held_up = step == ENDS and section == "early" and not finished
            if step not in done and not held_up:
                total += after(stage, done | {step}, walk, section)
        if not section:
            started = any(STARTS in earlier for earlier in stages[:stage])
            total += after(stage, done, walk, "late" if started else "early")
        elif not finished:
            total += after(stage, done, (*walk, _load(change, stages, stage, done, walk[-1])), section)
        return total or Counter([verdict(change, walk)])

    runs = (after(0, frozenset(), (start,), "" if whole_walk else "none") for start in sorted(change.old))
    return sum(runs, Counter())


def _stages(change: Change, protocol: Protocol, program_order: bool) -> list[list[Step]]:
    """The writer's steps: those of a stage in any order, the stages one after the other."""
    first, *rest = ([list[Step](group)] for group in change.stores(protocol))
    grace: list[list[Step]] = [[STARTS], [ENDS]] if rest and protocol.startswith("grace") else []
    stages = [*first, *grace, *(stage for group in rest for stage in group)]
    return [[step] for stage in stages for step in stage] if program_order else [stage for stage in stages if stage]


def _load(change: Change, stages: list[list[Step]], stage: int, done: frozenset[Step], node: int) -> int:
    """What the entry of the node holds at this moment."""
    value = change.old[node]
    for step in [*(step for earlier in stages[:stage] for step in earlier), *done]:
        if isinstance(step, tuple) and step[0] == node:
            value = step[1]
    return value


def _finished(walk: Walk) -> bool:
    return walk[-1] == NUMA_NO_NODE or walk[-1] in walk[:-1]
