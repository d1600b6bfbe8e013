"""Split the life of a machine into chapters: the zonelists, the first order, then one chapter for each event.

The caller runs the routines of the chapters one after the other, by viz.kernel.memory.drive().
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from viz.kernel.hotplug import apply_event
from viz.kernel.machine import Machine
from viz.kernel.memory import Memory, Routine
from viz.kernel.memory_tiers import lower_tier_mask, preferred
from viz.kernel.next_demotion_node import demote_cgroup
from viz.kernel.nodemask import NodeMask
from viz.kernel.page_alloc import (
    build_all_zonelists,
    take_node_load,
)
from viz.kernel.versions import UNKNOWN, Version
from viz.wording import BUILT


@dataclass(frozen=True)
class Chapter:
    """A routine of the trace, which runs to its end before the next chapter begins."""

    name: str
    title: str
    routine: Routine[None]
    limit: int = 0
    """The number of operations after which the routine counts as endless; 0 for a routine that always ends."""


def first_build(
    machine: Machine,
    version: Version,
    zonelists: str = "runtime",
    node_load: Mapping[int, int] | None = None,
) -> list[Chapter]:
    """Return the chapters "zonelists" and "order"; neither has run yet.

    `zonelists` says when the lists are built: at "boot" or at "runtime". At boot, on x86 and arm64, no CPU is online
    yet, so no candidate is penalized for having CPUs. If `node_load` is given, it is used as it is and no lists are
    built, unless the version walks the lists.
    """
    limit = version.step_limit(machine)
    if node_load is not None and not version.walks_lists:
        loads = Chapter(
            "zonelists",
            "node_load[] as given",
            version.own(take_node_load)(machine, node_load),
            limit,
        )
    else:
        loads = Chapter(
            "zonelists",
            f"zonelists {BUILT[zonelists]}",
            version.own(build_all_zonelists)(machine_at(machine, zonelists)),
            limit,
        )
    return [
        loads,
        Chapter("order", "the first order", version.build_order(machine), limit),
    ]


def events(
    machine: Machine,
    version: Version,
    event_pairs: Iterable[tuple[str, int]],
) -> list[Chapter]:
    """Return a chapter for each (event, node), named after the event.

    Return no chapter for a version that is no kernel, because it is unknown what events do there.
    """
    if version.triggers == UNKNOWN:
        return []
    return [
        Chapter(
            event,
            f"{event} {node}",
            version.own(apply_event)(machine, version, event, node),
            version.step_limit(machine),
        )
        for event, node in event_pairs
    ]


def cgroup(machine: Machine, version: Version) -> list[Chapter]:
    """Return the chapter "cgroup" if the machine names nodes that a cgroup may use, else no chapter.

    It is the last chapter: it uses the order as all events have left it. Only versions with memory tiers have it.
    """
    if machine.mems is None or preferred not in version.arrays or lower_tier_mask not in version.arrays:
        return []
    title = f"a cgroup on nodes {machine.mems}"
    routine = version.own(demote_cgroup)(machine, version, machine.mems)
    return [Chapter("cgroup", title, routine, version.step_limit(machine))]


def first_memory(machine: Machine, version: Version) -> Memory:
    """Return shared memory as it is before anything is built: every cell of the version's arrays is empty."""
    return Memory({array[node]: array.empty for array in version.arrays for node in machine.possible})


def machine_at(machine: Machine, moment: str) -> Machine:
    """Return the machine as a build sees it at "boot" or "runtime".

    The copy shares node_load and zonelists with the machine, so building the copy's zonelists fills the machine's, too.
    """
    return replace(machine, cpus=NodeMask()) if moment == "boot" else machine
