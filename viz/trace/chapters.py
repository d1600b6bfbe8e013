"""The life of a machine as chapters, to be driven one by one.

First the zonelists, then the first order, then every event.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from viz.kernel.hotplug import apply_event
from viz.kernel.machine import Machine
from viz.kernel.memory import Memory, Routine
from viz.kernel.nodemask import NodeMask
from viz.kernel.page_alloc import (
    build_all_zonelists,
    take_node_load,
)
from viz.kernel.versions import UNKNOWN, Version


@dataclass(frozen=True)
class Chapter:
    """A routine that runs to its end, with nothing in between."""

    name: str
    title: str
    routine: Routine[None]


def first_build(
    machine: Machine,
    version: Version,
    zonelists: str = "runtime",
    node_load: Mapping[int, int] | None = None,
) -> list[Chapter]:
    """Return the chapters "zonelists" and "order", not run yet.

    `zonelists` is "boot" or "runtime". At boot no CPU is up yet, on
    x86 and arm64, so that none costs a candidate anything. If
    `node_load` is given, no lists are built, unless the version
    walks them.
    """
    if node_load is not None and not version.walks_lists:
        loads = Chapter(
            "zonelists",
            "node_load[] as given",
            take_node_load(machine, node_load),
        )
    else:
        loads = Chapter(
            "zonelists",
            f"zonelists at {zonelists}",
            build_all_zonelists(as_at(machine, zonelists)),
        )
    return [
        loads,
        Chapter("order", "the first order", version.build_order(machine)),
    ]


def events(
    machine: Machine,
    version: Version,
    happenings: Iterable[tuple[str, int]],
) -> list[Chapter]:
    """Return a chapter for each (event, node), named for the event.

    There is none where nothing says what events do.
    """
    if version.triggers == UNKNOWN:
        return []
    return [
        Chapter(
            event,
            f"{event} {node}",
            apply_event(machine, version, event, node),
        )
        for event, node in happenings
    ]


def first_memory(machine: Machine, version: Version) -> Memory:
    """Return shared memory as it is before anything is built."""
    return Memory({array[node]: array.empty for array in version.arrays for node in machine.possible})


def as_at(machine: Machine, moment: str) -> Machine:
    """Return the machine as a build sees it at "boot" or "runtime".

    Loads and lists stay shared with it.
    """
    return replace(machine, cpus=NodeMask()) if moment == "boot" else machine
