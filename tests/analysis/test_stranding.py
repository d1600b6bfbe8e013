"""The arithmetic of stranding: the example of the discussion, and what holds for any machine and job."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from viz.analysis.stranding import Amount, pack, stranding

amounts = st.builds(Amount, st.integers(0, 64), st.integers(0, 512))
jobs = amounts.filter(any)


def test_the_example_of_the_discussion() -> None:
    whole, walled = stranding([Amount(4, 5)] * 2, Amount(2, 3))
    assert (whole.jobs, whole.stranded) == (3, Amount(2, 1))
    assert (walled.jobs, walled.stranded) == (2, Amount(4, 4))
    assert walled.bins == ((1, Amount(2, 2)),) * 2


@pytest.mark.parametrize(
    ("node", "job", "fit"),
    [(Amount(4, 5), Amount(0, 2), 2), (Amount(4, 5), Amount(2, 0), 2), (Amount(0, 5), Amount(1, 1), 0)],
)
def test_one_need_alone_can_decide(node: Amount, job: Amount, fit: int) -> None:
    assert node.jobs(job) == fit


@pytest.mark.parametrize("job", [Amount(0, 0), Amount(-1, 3)])
def test_a_job_of_nothing_is_refused(job: Amount) -> None:
    with pytest.raises(ValueError, match="needs cores or memory"):
        Amount(4, 5).jobs(job)


@given(st.lists(amounts, min_size=1, max_size=6), jobs)
def test_walls_never_help_and_nothing_is_lost(nodes: list[Amount], job: Amount) -> None:
    whole, walled = stranding(nodes, job)
    assert whole.jobs >= walled.jobs
    for packing in (whole, walled):
        assert sum(node.cores for node in nodes) == packing.stranded.cores + packing.jobs * job.cores
        assert sum(node.memory for node in nodes) == packing.stranded.memory + packing.jobs * job.memory
    for node, (count, rest) in zip(nodes, walled.bins, strict=True):
        assert pack([rest], job).jobs == 0
        assert node.without(count, job) == rest
