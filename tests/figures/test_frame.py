"""Test how the texts of a saved picture are broken into lines."""

from __future__ import annotations

import pytest

from viz.figures.frame import lines_of


@pytest.mark.parametrize("before", range(40, 140, 3))
def test_a_short_chain_is_never_broken(before: int) -> None:
    """Whatever stands before it, all of the chain is on one line."""
    text = "word " * (before // 5) + "w" * (before % 5 + 1) + " and the chain 10 → 21 → 32 goes on"
    lines = lines_of(text, 14)
    assert " ".join(lines) == text
    assert any("10 → 21 → 32" in line for line in lines)


def test_a_long_chain_is_broken_between_its_nodes() -> None:
    text = "the chain " + " → ".join(map(str, range(100, 160)))
    lines = lines_of(text, 14)
    assert len(lines) > 2
    assert " ".join(lines) == text
