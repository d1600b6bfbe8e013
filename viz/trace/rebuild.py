"""Say what is left of the old order while a new one is built: all of it follows from the step alone.

The page has the same rules in assets/core/rebuild.mjs; tests/assets/test_choreography.py compares the two.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import NamedTuple

from viz.trace.model import Trace


class Off(NamedTuple):
    """How long demotion is off during a rebuild, in steps: up to a step, and in all."""

    so_far: int
    in_all: int


def last_order(trace: Trace, step: int) -> int | None:
    """Return the last step at which the old order stood, if a step is in a rebuild; None if an order stands there.

    The first build of a run replaces no order, so the result is None there, too.
    """
    steps, values = trace.signals["demotion"].steps, trace.signals["demotion"].values
    now = bisect_right(steps, step) - 1
    if values[now] == "works":
        return None
    stood = next((index for index in range(now, -1, -1) if values[index] == "works"), None)
    return None if stood is None else steps[stood + 1] - 1


def ghosts(trace: Trace, step: int) -> dict[int, list[int]]:
    """Return for each source those targets of the old order that are not stored at a step of a rebuild."""
    stood = last_order(trace, step)
    if stood is None:
        return {}
    old, now = trace.targets(stood), trace.targets(step)
    gone = {node: [target for target in targets if target not in now[node]] for node, targets in old.items()}
    return {node: targets for node, targets in gone.items() if targets}


def off(trace: Trace, step: int) -> Off | None:
    """Return for how long demotion is off at a step of a rebuild; None if demotion is not off, or was never on."""
    if trace.at("demotion", step) != "off" or last_order(trace, step) is None:
        return None
    steps = trace.signals["demotion"].steps
    now = bisect_right(steps, step) - 1
    end = steps[now + 1] if now + 1 < len(steps) else trace.length
    return Off(step - steps[now] + 1, end - steps[now])


def stale(trace: Trace, step: int) -> dict[int, list[int]]:
    """Return the targets that are stored for nodes outside all memory tiers.

    Nobody reads these entries: the node has no memory, so it has no pages that could be demoted. A rebuild passes
    over the node, so its entry stays until the node has memory again.
    """
    if "memtier" not in trace.arrays:
        return {}
    return {
        node: targets
        for node, targets in trace.targets(step).items()
        if targets and trace.at(f"memtier[{node}]", step) == -1
    }
