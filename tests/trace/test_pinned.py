"""Compare every sentence of the pinned machines under every version with the texts in tests/trace/pinned."""

from __future__ import annotations

import pytest

from tests.pinned import FOLDER, NAMES, path, text

RENEW = "The sentences have changed: type ./dev pin, and read the diff as a user would."


@pytest.mark.parametrize(("machine", "version"), NAMES)
def test_the_sentences_are_the_pinned_ones(machine: str, version: str) -> None:
    assert path(machine, version).exists(), f"{version} has no pinned sentences yet. {RENEW}"
    assert text(machine, version) == path(machine, version).read_text(encoding="utf-8"), RENEW


def test_nothing_else_is_pinned() -> None:
    assert {file for file in FOLDER.rglob("*") if file.is_file()} == {path(*name) for name in NAMES}
