"""Compute memory stranding: what a machine cannot use because a job must fit into one node.

The discussion of the patch asks why jobs should not be confined to a node. Two nodes with 4 cores and 5 GB each run
three jobs of 2 cores and 3 GB if a job may take from both nodes, but only two jobs if each must fit into one node:

    no walls    8 cores, 10 GB    3 jobs    2 cores and 1 GB left over
    walls       [4, 5] [4, 5]     2 jobs    4 cores and 4 GB left over
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Amount(NamedTuple):
    """The cores and memory that a node has or a job needs. All amounts must use the same unit of memory."""

    cores: int
    memory: int

    def jobs(self, job: Amount) -> int:
        """Return how many such jobs fit into this amount.

        Raise ValueError if a job needs nothing, or a negative amount.
        """
        if min(job) < 0 or not any(job):
            raise ValueError(f"a job needs cores or memory, not {job.cores} and {job.memory}")
        return min(have // need for have, need in zip(self, job, strict=True) if need)

    def without(self, jobs: int, job: Amount) -> Amount:
        """Return what is left of this amount when `jobs` such jobs run."""
        return Amount(self.cores - jobs * job.cores, self.memory - jobs * job.memory)


class Packing(NamedTuple):
    """How many jobs run, and what is stranded in all bins together. A bin is a node or, without walls, the machine."""

    jobs: int
    stranded: Amount
    bins: tuple[tuple[int, Amount], ...]
    """For each bin the number of jobs and what is left over."""


def pack(bins: Sequence[Amount], job: Amount) -> Packing:
    """Pack as many jobs as fit, each into one bin."""
    packed = tuple((jobs := size.jobs(job), size.without(jobs, job)) for size in bins)
    stranded = Amount(sum(rest.cores for _, rest in packed), sum(rest.memory for _, rest in packed))
    return Packing(sum(jobs for jobs, _ in packed), stranded, packed)


def stranding(nodes: Sequence[Amount], job: Amount) -> tuple[Packing, Packing]:
    """Return two packings: without walls, where a job takes from any node, and with a wall around each node."""
    machine = Amount(sum(node.cores for node in nodes), sum(node.memory for node in nodes))
    return pack([machine], job), pack(nodes, job)
