"""Test that the command line computes the same as the kernel's own functions for every golden row."""

from __future__ import annotations

import pytest

from tests.goldens import (
    FOLDER,
    NO_GOLDEN,
    Row,
    boot_differences,
    differences,
    golden_name,
    hotplug_differences,
    real_hotplug_differences,
    rows,
)
from viz.kernel.versions import VERSIONS


def test_every_version_has_golden_rows_or_a_reason_for_none() -> None:
    silent = [
        version.name
        for version in VERSIONS
        if not all(golden_name(version) in row["expect"] for row in rows(FOLDER / "rows.jsonl"))
    ]
    assert silent == list(NO_GOLDEN), "tests/golden/ says nothing on a version: name it in NO_GOLDEN, with the reason"


@pytest.mark.parametrize("row", rows(FOLDER / "rows.jsonl"), ids=lambda row: f"{row['name']}-{row['zonelists']}")
def test_the_order_equals_that_of_the_kernels_own_functions(row: Row) -> None:
    assert list(differences(row)) == []


@pytest.mark.parametrize("boot", rows(FOLDER / "boots.jsonl"), ids=lambda boot: f"{boot['name']}-{boot['kernel']}")
def test_the_order_equals_that_of_a_booted_kernel(boot: Row) -> None:
    assert list(boot_differences(boot)) == []


@pytest.mark.parametrize("row", rows(FOLDER / "hotplug.jsonl"), ids=lambda row: row["name"])
def test_every_event_equals_that_of_the_kernels_own_functions(row: Row) -> None:
    assert list(hotplug_differences(row)) == []


@pytest.mark.parametrize("row", rows(FOLDER / "real_hotplug.jsonl"), ids=lambda row: f"{row['name']}-{row['kernel']}")
def test_the_passes_equal_those_run_inside_a_real_kernel(row: Row) -> None:
    assert list(real_hotplug_differences(row)) == []
