"""Record runs of machines, for tests of traces."""

from __future__ import annotations

from collections.abc import Mapping

from viz.kernel.machine import Machine
from viz.kernel.releases import version
from viz.trace.chapters import first_build
from viz.trace.model import Trace
from viz.trace.record import record

SEED = """
    10 15 20 21 25 30
    15 10 17 25 28 32
    20 17 10 30 32 35
    21 25 30 10 15 20
    25 28 32 15 10 17
    30 32 35 20 17 10
"""


def recorded(
    machine: Machine, kernel: str = "posted", zonelists: str = "runtime", node_load: Mapping[int, int] | None = None
) -> Trace:
    """Return the trace of the first build of a machine."""
    row = version(kernel)
    return record("a machine", machine, row, zonelists, first_build(machine, row, zonelists, node_load))
