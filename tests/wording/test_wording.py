"""Test numbers with their nouns, and sizes of memory."""

from __future__ import annotations

import pytest

from viz.wording import counted, size_text


@pytest.mark.parametrize(("number", "text"), [(0, "0 nodes"), (1, "1 node"), (2, "2 nodes")])
def test_only_one_is_singular(number: int, text: str) -> None:
    assert counted(number, "node") == text


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (1, "1 B"),
        (512 * 2**20, "512 MiB"),
        (1.5 * 2**40, "1.5 TiB"),
        (1000 * 2**30, "1000 GiB"),
        (1023.6 * 2**30, "1 TiB"),
    ],
)
def test_a_size_has_the_largest_unit_that_fits(size: float, text: str) -> None:
    assert size_text(size) == text
