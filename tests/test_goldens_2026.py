"""Test that the command line computes what kernels booted in 2026 did, with HMATs, cpusets and pressure."""

from __future__ import annotations

import pytest

from tests.goldens import Row, rows
from tests.goldens_2026 import FOLDER, check_of

ROWS = [row for path in sorted(FOLDER.glob("*.jsonl")) for row in rows(path)]


def test_all_public_rows_are_here() -> None:
    assert len(ROWS) == 54 + 20 + 16 + 55 + 60


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['name']}-{row['kernel']}")
def test_the_command_line_says_what_the_kernel_did(row: Row) -> None:
    assert list(check_of(row)(row)) == []
