"""Test how stranded memory is counted: in the example from the patch's discussion, and for any machine and job."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from viz.analysis.stranding import Amount, pack, stranding

amounts = st.builds(Amount, st.integers(0, 64), st.integers(0, 512))
jobs = amounts.filter(any)


def test_the_example_of_the_discussion() -> None:
    unwalled, walled = stranding([Amount(4, 5)] * 2, Amount(2, 3))
    assert (unwalled.jobs, unwalled.stranded) == (3, Amount(2, 1))
    assert (walled.jobs, walled.stranded) == (2, Amount(4, 4))
    assert walled.bins == ((1, Amount(2, 2)),) * 2


@pytest.mark.parametrize(
    ("node", "job", "jobs_that_fit"),
    [(Amount(4, 5), Amount(0, 2), 2), (Amount(4, 5), Amount(2, 0), 2), (Amount(0, 5), Amount(1, 1), 0)],
)
def test_the_scarcer_of_cores_and_memory_decides(node: Amount, job: Amount, jobs_that_fit: int) -> None:
    assert node.jobs(job) == jobs_that_fit


@pytest.mark.parametrize("job", [Amount(0, 0), Amount(-1, 3)])
def test_a_job_of_nothing_is_refused(job: Amount) -> None:
    with pytest.raises(ValueError, match="needs cores or memory"):
        Amount(4, 5).jobs(job)


@given(st.lists(amounts, min_size=1, max_size=6), jobs)
def test_walls_never_help_and_nothing_is_lost(nodes: list[Amount], job: Amount) -> None:
    unwalled, walled = stranding(nodes, job)
    assert unwalled.jobs >= walled.jobs
    for packing in (unwalled, walled):
        assert sum(node.cores for node in nodes) == packing.stranded.cores + packing.jobs * job.cores
        assert sum(node.memory for node in nodes) == packing.stranded.memory + packing.jobs * job.memory
    for node, (count, rest) in zip(nodes, walled.bins, strict=True):
        assert pack([rest], job).jobs == 0
        assert node.without(count, job) == rest
