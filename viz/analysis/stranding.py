"""Memory stranding: what a machine cannot use because the rest of a job's needs are elsewhere.

The discussion of the patch asks why jobs should not be walled in. Two nodes with 4 cores and 5 GB each run three jobs
of 2 cores and 3 GB if a job may take from both, and two if it must fit into one:

    no walls    8 cores, 10 GB    3 jobs    2 cores and 1 GB left over
    walls       [4, 5] [4, 5]     2 jobs    4 cores and 4 GB left over
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Amount(NamedTuple):
    """Cores and memory, in any unit of memory that is the same throughout: of a node, or wanted by a job."""

    cores: int
    memory: int

    def jobs(self, job: Amount) -> int:
        """How many such jobs fit in, each whole; ValueError if a job needs nothing, so that any number would."""
        if min(job) < 0 or not any(job):
            raise ValueError(f"a job needs cores or memory, not {job.cores} and {job.memory}")
        return min(have // need for have, need in zip(self, job, strict=True) if need)

    def without(self, jobs: int, job: Amount) -> Amount:
        """What so many jobs leave over."""
        return Amount(self.cores - jobs * job.cores, self.memory - jobs * job.memory)


class Packing(NamedTuple):
    """How many jobs run, and what of each bin is stranded; a bin is a node or, without walls, the machine."""

    jobs: int
    stranded: Amount
    bins: tuple[tuple[int, Amount], ...]
    """(jobs, what is left over) of each bin."""


def pack(bins: Sequence[Amount], job: Amount) -> Packing:
    """As many jobs as fit, each whole in one bin."""
    packed = tuple((jobs := size.jobs(job), size.without(jobs, job)) for size in bins)
    left = Amount(sum(rest.cores for _, rest in packed), sum(rest.memory for _, rest in packed))
    return Packing(sum(jobs for jobs, _ in packed), left, packed)


def stranding(nodes: Sequence[Amount], job: Amount) -> tuple[Packing, Packing]:
    """The packing without walls, where a job takes from any node, then that with a wall around each node."""
    whole = Amount(sum(node.cores for node in nodes), sum(node.memory for node in nodes))
    return pack([whole], job), pack(nodes, job)
